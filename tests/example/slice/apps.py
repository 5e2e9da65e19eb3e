"""The app, for Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from heli.kernel.access.roles import Verb
from heli.kernel.lib.registry import MenuEntry, Slice


class LostItemsConfig(AppConfig):
    """See the module."""

    name = "heli.lost_items"
    label = "lost_items"
    heli = Slice(
        urls="heli.lost_items.urls",
        menu=(
            MenuEntry(
                "lost_items", _("失物"), Verb.SEE_VILLAGE, pages=("lost_item_new", "lost_items_uploads")
            ),
        ),
        importables={"lost_items": "heli.lost_items.imports.ItemsBook"},
        audit_words={"item.found": _("记了一件失物")},
    )
