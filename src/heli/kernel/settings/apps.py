"""The app, for Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from heli.kernel.access.roles import Verb
from heli.kernel.lib.registry import Level, MenuEntry, Slice


class SettingsConfig(AppConfig):
    """See the module."""

    name = "heli.kernel.settings"
    label = "settings"
    heli = Slice(
        menu=(
            MenuEntry(
                "district_settings",
                _("本区的设置"),
                Verb.CONFIGURE,
                level=Level.DISTRICT,
                help=_("服务电话，意见和投诉找谁"),
                pages=("district_setting",),
            ),
        ),
        audit_words={"setting.changed": _("改了本区的设置")},
    )
