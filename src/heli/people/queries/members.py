"""Members as their village lists them, and who looked at them."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from heli.kernel.access.actor import Actor
from heli.kernel.access.roles import Verb
from heli.kernel.audit.readings import readings_of
from heli.kernel.lib.lists import Column, List
from heli.kernel.lib.registry import SearchResult
from heli.kernel.web.addresses import address_at
from heli.kernel.web.links import locked_out, with_link
from heli.orgs.models import Unit
from heli.people.models import MemberRow, Phone


@dataclass(frozen=True, slots=True)
class Listed:
    """A member in their village's list. ``phone`` is masked, empty when there is none; ``linked_at``: since
    when they have a personal link."""

    key: uuid.UUID
    name: str
    home: str
    force: str
    leader: bool
    exempt: str
    phone: str
    linked_at: datetime.datetime | None


def members_of(village: Unit, today: datetime.date) -> QuerySet[MemberRow]:
    """Who serves in the village."""
    return MemberRow.objects.filter(village=village).serving(today)


def members_words(village: Unit, number: int) -> str:
    """How many members the village has."""
    told = ngettext("%(village)s：%(number)d 名网格员", "%(village)s：%(number)d 名网格员", number)
    return told % {"village": village, "number": number}


def without_link(members: QuerySet[MemberRow]) -> int:
    """How many of them have no personal link."""
    keys = list(members.order_by().values_list("pk", flat=True))
    return len(keys) - len(with_link(keys))


def listed(members: Sequence[MemberRow]) -> list[Listed]:
    """The members as the list shows them; two queries."""
    keys = [member.pk for member in members]
    phones = {phone.owner: phone.masked for phone in Phone.objects.filter(owner__in=keys)}
    linked = with_link(keys)
    return [
        Listed(
            key=row.pk,
            name=row.name,
            home=row.home,
            force=row.force,
            leader=row.leader,
            exempt=row.exempt,
            phone=phones.get(row.pk, ""),
            linked_at=linked.get(row.pk),
        )
        for row in members
    ]


MEMBERS = List(
    name="members",
    label=_("网格员"),
    order=("order", "id"),
    search=("name", "home", "force"),
    search_label=_("姓名、住址或队伍"),
    columns=(
        Column(_("姓名"), lambda row: row.name, template="people/member_name.html"),
        Column(_("住址"), lambda row: row.home or "—"),
        Column(_("队伍"), lambda row: row.force or "—"),
        Column(_("手机"), lambda row: row.phone, template="people/member_phone.html", exported=False),
        Column(
            _("个人链接"), lambda row: row.linked_at, template="people/member_linked.html", exported=False
        ),
        Column(_("操作"), lambda _row: "", template="people/member_do.html", exported=False),
    ),
    empty=_("还没有网格员。请先上传村里的表。"),
)
"""In the order of the book, of :class:`Listed`."""
MEMBERS_TO_SEE = replace(MEMBERS, columns=MEMBERS.columns[:-1])
"""The same for who may change nothing."""


def find(actor: Actor, text: str, most: int) -> Iterator[SearchResult]:
    """The members who serve and whose name has the text in it, in villages that the actor may see."""
    seen = Unit.objects.villages().visible_to(actor).order_by().values("pk")
    rows = MemberRow.objects.serving(timezone.localdate()).filter(name__icontains=text, village__in=seen)
    columns = ("pk", "name", "force", "village", "village__name", "village__path")
    for key, name, force, village, where, path in rows.order_by("name", "pk").values_list(*columns)[:most]:
        may_edit = actor.may(Verb.EDIT, path)
        address = address_at("member_edit", key) if may_edit else address_at("members", village)
        yield SearchResult(name, f"{where} {force}".strip(), address)


def locked_out_of(village: Unit, today: datetime.date) -> list[str]:
    """The names of those who serve and whose link was revoked after too many wrong digits."""
    members = MemberRow.objects.filter(village=village, pk__in=locked_out(village.path)).serving(today)
    return list(members.values_list("name", flat=True))


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody looked: when, what they read, and their name."""

    at: datetime.datetime
    what: str
    who: str


WHAT = {"phone.reveal": _("手机号"), "household.read": _("户的资料"), "member.read": _("网格员的资料")}


def looks_at(owner: uuid.UUID) -> list[Look]:
    """Who read the phone or the record of this member or household, by name, the latest first."""
    found = readings_of(owner)
    members = dict(MemberRow.objects.filter(pk__in={one.member for one in found}).values_list("pk", "name"))
    return [
        Look(one.at, str(WHAT[one.verb]), one.name or (members.get(one.member, "") if one.member else ""))
        for one in found
    ]


def name_of(key: uuid.UUID) -> str:
    """The name of a member; empty when the key is not a member's."""
    return MemberRow.objects.filter(pk=key).values_list("name", flat=True).first() or ""
