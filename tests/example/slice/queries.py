"""What waits for its owner."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from heli.lost_items.models import Item

from heli.kernel.lib.lists import Column, List
from heli.orgs.models import Unit

ITEMS = List(
    name="lost_items",
    label=_("失物"),
    order=("-found_on", "id"),
    search=("what", "place"),
    search_label=_("捡到什么、在哪里"),
    columns=(
        Column(_("捡到什么"), lambda row: row.what, head=True),
        Column(_("在哪里捡到"), lambda row: row.place),
        Column(_("哪天捡到"), lambda row: row.found_on),
    ),
    empty=_("没有失物。"),
)


def items_of(village: Unit) -> QuerySet[Item]:
    """The things found in the village."""
    return Item.objects.filter(village=village)
