"""The app, for Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from heli.kernel.access.roles import Verb
from heli.kernel.lib.registry import Level, MenuEntry, SearchKind, Slice, SubjectKind


class OrgsConfig(AppConfig):
    """See the module."""

    name = "heli.orgs"
    label = "orgs"
    heli = Slice(
        urls="heli.orgs.urls",
        search=(SearchKind(_("村"), "heli.orgs.queries.find"),),
        menu=(
            MenuEntry(
                "accounts",
                _("账号"),
                Verb.GRANT,
                level=Level.EVERYWHERE,
                help=_("谁能登录，能做什么"),
                pages=("account", "account_new", "account_password"),
            ),
        ),
        places="heli.orgs.queries.places_of",
        subjects={
            "account": SubjectKind(pgettext_lazy("one of them", "账号"), "heli.orgs.queries.account_names")
        },
        unit_names="heli.orgs.queries.unit_names",
        audit_words={
            "unit.made": _("建了村"),
            "account.made": _("建了账号"),
            "account.on": _("重新启用账号"),
            "account.off": _("停用账号"),
            "account.password": _("换了别人的密码"),
            "grant.given": _("给了权限"),
            "grant.taken": _("收回权限"),
        },
        refusals=frozenset(
            {
                "orgs.last-admin",
                "orgs.role-too-high",
                "orgs.username-taken",
                "orgs.zone-exists",
            }
        ),
    )
