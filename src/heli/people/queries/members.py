"""Members as their village lists them, and who looked at them."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from heli.kernel.access.actor import Actor
from heli.kernel.audit.readings import readings_of
from heli.kernel.lib.lists import Column, List
from heli.kernel.lib.registry import SearchResult
from heli.kernel.web.addresses import address_at
from heli.kernel.web.links import locked_out, with_link
from heli.orgs.models import Unit
from heli.people.models import MemberRow, Phone
from heli.people.queries.forces import force_name


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
        Column(_("姓名"), lambda row: row.name, link=lambda row: address_at("member", row.key), head=True),
        Column(_("队伍"), lambda row: force_name(row.force)),
        Column(_("住址"), lambda row: row.home),
        Column(_("说明"), lambda row: row.exempt, template="people/member_marks.html"),
        Column(_("手机"), lambda row: row.phone, wide=True, exported=False),
        Column(
            _("个人链接"), lambda row: row.linked_at, template="people/member_linked.html", exported=False
        ),
    ),
    empty=_("还没有网格员。请先上传村里的表。"),
)
"""In the order of the book, of :class:`Listed`."""


def find(actor: Actor, text: str, most: int) -> Iterator[SearchResult]:
    """The members who serve and whose name has the text in it, in villages that the actor may see."""
    seen = Unit.objects.villages().visible_to(actor).order_by().values("pk")
    rows = MemberRow.objects.serving(timezone.localdate()).filter(name__icontains=text, village__in=seen)
    columns = ("pk", "name", "force", "village__name")
    for key, name, force, where in rows.order_by("name", "pk").values_list(*columns)[:most]:
        yield SearchResult(name, f"{where} {force}".strip(), address_at("member", key))


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


WHY_AWAY = {"生病": _("生病"), "外出": _("外出"), "家里有事": _("家里有事"), "其他原因": _("其他原因")}
"""Why somebody is away: the word itself stands in the village's tables."""


def why_away(why: str) -> str:
    """Why somebody is away, in the reader's language; what a book wrote otherwise as it is."""
    return str(WHY_AWAY.get(why, why))


def member_names(keys: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """The names of members, by key."""
    return dict(MemberRow.objects.filter(pk__in=keys).values_list("pk", "name"))


def name_of(key: uuid.UUID) -> str:
    """The name of a member; empty when the key is not a member's."""
    return MemberRow.objects.filter(pk=key).values_list("name", flat=True).first() or ""
