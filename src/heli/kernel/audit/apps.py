"""The app, for Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from heli.kernel.lib.registry import Slice


class AuditConfig(AppConfig):
    """See the module."""

    name = "heli.kernel.audit"
    label = "audit"
    heli = Slice(urls="heli.kernel.audit.urls", audit_words={"audit.sealed": _("操作记录换了密钥")})
