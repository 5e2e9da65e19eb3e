"""The app, for Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from heli.kernel.lib.registry import Slice


class DemoConfig(AppConfig):
    """See the module."""

    name = "heli.demo"
    label = "demo"
    heli = Slice(audit_words={"seed": _("编了一个试用的开发区")})
