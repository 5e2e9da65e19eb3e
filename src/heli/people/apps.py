"""The app, for Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from heli.kernel.access.roles import Verb
from heli.kernel.lib.registry import Entry, MenuEntry, SearchKind, Slice, SubjectKind


class PeopleConfig(AppConfig):
    """See the module."""

    name = "heli.people"
    label = "people"
    heli = Slice(
        urls="heli.people.urls",
        search=(SearchKind(_("网格员"), "heli.people.queries.members.find"),),
        menu=(
            MenuEntry(
                "members",
                _("网格员"),
                Verb.SEE_VILLAGE,
                Entry.HOUSEHOLDS,
                help=_("谁在当网格员，请假，个人链接"),
                pages=(
                    "member",
                    "member_new",
                    "member_edit",
                    "member_phone",
                    "member_absence",
                    "member_leave",
                    "member_link",
                    "member_links",
                    "phone",
                    "looked",
                ),
            ),
        ),
        serving_member="heli.people.access.serving_member",
        todo="heli.people.queries.todo.todo",
        own_data="heli.people.queries.own_data.own_data",
        subjects={
            "member": SubjectKind(
                pgettext_lazy("one of them", "网格员"), "heli.people.queries.members.member_names"
            )
        },
        audit_words={
            "phone.reveal": _("看了电话"),
            "phone.set": _("改了电话"),
            "member.add": _("加了网格员"),
            "member.read": _("看了网格员的记录"),
            "member.edit": _("改了网格员"),
            "member.absent": _("网格员请假"),
            "member.back": _("网格员回来了"),
            "member.leave": _("网格员离开"),
        },
        refusals=frozenset(
            {
                "people.absence-backwards",
                "people.absence-overlaps",
                "people.member-left",
                "people.member-twice",
            }
        ),
    )
