"""Members as their village lists them, and who looked at them."""

from __future__ import annotations

import datetime
import uuid
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from heli.kernel.audit.readings import readings_of
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


def members_of(village: Unit, today: datetime.date) -> list[Listed]:
    """Who serves in the village, in the order of its book."""
    members = list(MemberRow.objects.filter(village=village).serving(today))
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
