"""The app, for Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from heli.kernel.access.roles import Verb
from heli.kernel.lib.registry import Level, MenuEntry, Slice


class AuditConfig(AppConfig):
    """See the module."""

    name = "heli.kernel.audit"
    label = "audit"
    heli = Slice(
        urls="heli.kernel.audit.urls",
        menu=(
            MenuEntry(
                "audit",
                _("操作记录"),
                Verb.READ_AUDIT,
                level=Level.EVERYWHERE,
                help=_("谁在什么时候做了什么"),
            ),
        ),
        todo="heli.kernel.audit.queries.todo",
        audit_words={"audit.sealed": _("操作记录换了密钥")},
    )
