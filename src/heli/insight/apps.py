"""The app, for Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from heli.kernel.access.roles import Verb
from heli.kernel.lib.registry import Entry, Level, MenuEntry, SearchKind, Slice


class InsightConfig(AppConfig):
    """See the module."""

    name = "heli.insight"
    label = "insight"
    heli = Slice(
        urls="heli.insight.urls",
        search=(SearchKind(_("企业"), "heli.insight.queries.zone.find"),),
        menu=(
            MenuEntry("village", _("今天"), entry=Entry.TODAY),
            MenuEntry(
                "village_week",
                _("本周值班"),
                Verb.SEE_VILLAGE,
                Entry.DUTY,
                help=_("谁哪天在哪个点，换过的也在"),
            ),
            MenuEntry("zone", _("今天"), entry=Entry.TODAY, level=Level.ZONE),
            MenuEntry(
                "me",
                _("今天"),
                entry=Entry.TODAY,
                level=Level.MEMBER,
                pages=("turn", "my_phone", "my_absence"),
            ),
            MenuEntry(
                "firms",
                _("企业"),
                Verb.SEE_ZONE,
                Entry.ORGANISATIONS,
                Level.ZONE,
                help=_("企业名单和外来务工人员"),
            ),
            MenuEntry(
                "my_data",
                _("合力存了我什么"),
                level=Level.MEMBER,
                pages=("my_data_json",),
            ),
        ),
        todo="heli.insight.queries.zone.todo",
        own_data="heli.insight.queries.own.looks",
        audit_words={
            "member.export": _("导出本人的记录"),
        },
        refusals=frozenset(
            {
                "insight.phone-none",
            }
        ),
    )
