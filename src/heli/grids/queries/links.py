"""Who is responsible for which household on a day, and which households have nobody: answered here alone.

A household *needs* a link on a day when it is in the village then and nothing says that it needs none (空房).
It *has* a member when a link is in force on that day to a member who serves then and is not away then.
So it has nobody when nobody was ever named, when a later table left it out, when the member named has left
or is away (ill, travelling) that day. A member who is only exempt from now on keeps their households until
a new table is published: they are there and can be asked.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from heli.grids.models import HouseholdRow, Link, needs_link
from heli.kernel.lib.dated import Span
from heli.orgs.models import Unit
from heli.people.models import Absence, MemberRow


def links_on(day: datetime.date) -> QuerySet[Link]:
    """The links in force on a day to members who serve then, those who are away among them."""
    left = MemberRow.objects.filter(left_on__lte=day).order_by().values("pk")
    return Link.objects.on(day).exclude(member__in=left)


def links_kept(day: datetime.date) -> QuerySet[Link]:
    """The links in force on a day to members who are there then: what a household has."""
    away = Absence.objects.on(day).order_by().values("member")
    return links_on(day).exclude(member__in=away)


def has_nobody(day: datetime.date) -> Q:
    """Whether a household needs a link on a day and has nobody then; see above.

    A condition on the row itself: asked of a long list, it reads the links once.
    """
    return needs_link(day) & ~Q(Exists(links_kept(day).filter(household=OuterRef("pk"))))


def without_member(day: datetime.date) -> QuerySet[HouseholdRow]:
    """The households that need a link on a day and have nobody then."""
    return HouseholdRow.objects.filter(has_nobody(day))


@dataclass(frozen=True, slots=True)
class Unlinked:
    """A household that needs a member on a day and has nobody.

    ``why`` is ``none`` (nobody is named), ``left`` (``member`` no longer serves) or ``away`` (``member`` is
    absent that day, ``reason`` says why).
    """

    key: uuid.UUID
    address: str
    head: str
    group: str
    why: str
    member: str = ""
    reason: str = ""

    @property
    def why_text(self) -> str:
        """The same in words."""
        if self.why == "left":
            return _("%(name)s不再参加") % {"name": self.member}
        if self.why == "away":
            return _("%(name)s：%(why)s") % {"name": self.member, "why": self.reason}
        return _("还没有人联系")


def unlinked_on(village: Unit, day: datetime.date) -> tuple[Unlinked, ...]:
    """The households of a village that have nobody on a day, in book order, each with the reason."""
    return _told(without_member(day).filter(village=village), day)


def unlinked(household: HouseholdRow, day: datetime.date) -> Unlinked | None:
    """The same of one household; none when it has somebody or needs nobody."""
    found = _told(without_member(day).filter(pk=household.pk), day)
    return found[0] if found else None


def _told(rows: QuerySet[HouseholdRow], day: datetime.date) -> tuple[Unlinked, ...]:
    """One query: the households with who is named for them."""
    named = Link.objects.on(day).filter(household=OuterRef("pk"))
    away = Absence.objects.on(day).filter(member=OuterRef("named"))
    told = rows.annotate(named=Subquery(named.values("member")[:1])).values_list(
        "pk",
        "address",
        "head",
        "group",
        Subquery(named.values("member__name")[:1]),
        Subquery(named.values("member__left_on")[:1]),
        Subquery(away.values("why")[:1]),
    )
    return tuple(_one(row, day) for row in told)


LinkRow = tuple[uuid.UUID, str, str, str, str | None, datetime.date | None, str | None]
"""Key, address, head, group of a household; the member named for it, since when they are gone, why away."""


def _one(row: LinkRow, day: datetime.date) -> Unlinked:
    key, address, head, group, member, left_on, reason = row
    if member is None:
        return Unlinked(key, address, head, group, "none")
    if left_on is not None and left_on <= day:
        return Unlinked(key, address, head, group, "left", member)
    return Unlinked(key, address, head, group, "away", member, reason or "")


@dataclass(frozen=True, slots=True)
class LinkLine(Span):
    """A member named for a household for a time."""

    member: uuid.UUID
    name: str
    since: datetime.date
    until: datetime.date | None


def linked_to(household: HouseholdRow) -> list[LinkLine]:
    """Who is and was named for a household, the newest first."""
    found = Link.objects.filter(household=household).order_by("-since", "-id")
    return [LinkLine(*row) for row in found.values_list("member", "member__name", "since", "until")]


@dataclass(frozen=True, slots=True)
class Responsible:
    """Who is responsible for a household on a day, and since when. ``member`` empty: ``why`` says why nobody
    is, in words; ``lacking``: somebody should be."""

    household: uuid.UUID
    address: str
    head: str
    member: str
    since: datetime.date | None
    why: str
    lacking: bool


def responsible_on(rows: Iterable[HouseholdRow], day: datetime.date) -> list[Responsible]:
    """Who is responsible on a day for each of the households; a fixed number of queries."""
    households = list(rows)
    keys = [row.pk for row in households if row.gone_on is None or row.gone_on > day]
    held = links_on(day).filter(household__in=keys).select_related("member")
    links = {link.household_id: link for link in held}
    lacking = {one.key: one for one in _told(without_member(day).filter(pk__in=keys), day)}
    found = []
    for row in households:
        lack, link = lacking.get(row.pk), links.get(row.pk)
        who, since = ("", None) if link is None or lack else (link.member.name, link.since)
        why = lack.why_text if lack else "" if who else row.no_link
        found.append(Responsible(row.pk, row.address, row.head, who, since, why, lack is not None))
    return found
