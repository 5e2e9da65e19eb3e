"""The app, for Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from heli.kernel.lib.registry import Slice


class SettingsConfig(AppConfig):
    """See the module."""

    name = "heli.kernel.settings"
    label = "settings"
    heli = Slice(audit_words={"setting.changed": _("改了本区的设置")})
