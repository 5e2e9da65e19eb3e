"""What is no longer true of the published tables: who left, is away, may be exempt; who has nobody."""

from __future__ import annotations

import datetime
import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from heli.duties.models import Roster, Turn
from heli.grids.models import Link
from heli.grids.queries.links import Unlinked, unlinked_on
from heli.orgs.models import Unit
from heli.people.models import Absence, MemberRow
from heli.plans.links import gather_linking
from heli.plans.links.near import Near, near
from heli.plans.queries.publications import last_run
from heli.plans.queries.rows import village_of
from heli.plans.rules import Options, Pins, label

EXEMPT_AGE = 70
"""From this age a member may be exempt, where the village has set no other."""

SINCE_BACK = datetime.timedelta(days=60)
"""How long after an absence the village is offered to go back."""


@dataclass(frozen=True, slots=True)
class AffectedMember:
    """A member about whom the village must decide: on which ``day`` what begins, and what they hold.

    ``last`` is the last day of an absence, if it is known.
    """

    member: uuid.UUID
    name: str
    why: str
    day: datetime.date | None
    households: int
    turns: int
    last: datetime.date | None = None
    absence: uuid.UUID | None = None
    age: int | None = None

    @property
    def holds(self) -> bool:
        """Whether there is something to give to others."""
        return bool(self.households or self.turns)


@dataclass(frozen=True, slots=True)
class OpenItems:
    """The village's published tables against what is known today."""

    orphans: tuple[Unlinked, ...]
    leaving: tuple[AffectedMember, ...]
    away: tuple[AffectedMember, ...]
    exempt: tuple[AffectedMember, ...]
    back: tuple[AffectedMember, ...]
    old: tuple[AffectedMember, ...]
    age: int
    published: bool

    @property
    def to_do(self) -> int:
        """How many things are not true any more."""
        stale = (*self.leaving, *self.away, *self.exempt)
        return len(self.orphans) + sum(one.holds for one in stale)


def open_items(village: Unit, today: datetime.date) -> OpenItems:
    """See the class; the number of queries does not depend on the size of the village."""
    members = {row.pk: row for row in MemberRow.objects.filter(village=village)}
    absences = list(
        Absence.objects.filter(member__village=village)
        .overlapping(today - SINCE_BACK, None)
        .order_by("since")
    )
    links = dict(Link.objects.filter(household__village=village).still().values_list("household", "member"))
    turns = Counter(
        Turn.objects.filter(roster__in=Roster.objects.filter(village=village).still())
        .exclude(member=None)
        .values_list("member", flat=True)
    )
    known = _Known(members, links, Counter(links.values()), turns, absences, today)
    age = exempt_age(village)
    return OpenItems(
        orphans=unlinked_on(village, today),
        leaving=tuple(known.leaving()),
        away=tuple(known.away()),
        exempt=tuple(known.exempt()),
        back=tuple(known.back()),
        old=tuple(known.old(age)),
        age=age,
        published=bool(links or turns),
    )


def exempt_age(village: Unit) -> int:
    """From which age a member may be exempt: as asked when the village published last."""
    run = last_run(village)
    return (run.asked.exempt_age if run else None) or EXEMPT_AGE


@dataclass(frozen=True, slots=True)
class _Known:
    members: Mapping[uuid.UUID, MemberRow]
    links: Mapping[uuid.UUID, uuid.UUID]
    houses: Counter[uuid.UUID]
    turns: Counter[uuid.UUID]
    absences: list[Absence]
    today: datetime.date

    def _now(self, one: AffectedMember) -> bool:
        return one.day is not None and one.day <= self.today

    def _one(self, row: MemberRow, why: str, day: datetime.date | None, **more: object) -> AffectedMember:
        held = (self.houses[row.pk], self.turns[row.pk])
        return AffectedMember(row.pk, row.name, why, day, *held, **more)  # type: ignore[arg-type]

    def leaving(self) -> list[AffectedMember]:
        """Those with a day on which they leave, as long as they hold something or the day is to come."""
        rows = [row for row in self.members.values() if row.left_on]
        told = [self._one(row, _("%(name)s不再参加") % {"name": row.name}, row.left_on) for row in rows]
        return [one for one in told if one.holds or not self._now(one)]

    def away(self) -> list[AffectedMember]:
        """Those absent today or from a day to come."""
        found = []
        for absence in self.absences:
            row = self.members[absence.member_id]
            if not absence.over(self.today) and not row.left_on:
                days = {"last": absence.last_day, "absence": absence.pk}
                found.append(self._one(row, absence.why, absence.since, **days))
        return found

    def exempt(self) -> list[AffectedMember]:
        """Those exempt by the village's own words who still hold something."""
        told = [
            self._one(row, row.exempt, None)
            for row in self.members.values()
            if row.exempt and not (row.left_on and row.left_on <= self.today)
        ]
        return [one for one in told if one.holds and "免值班" not in one.why and "免联系" not in one.why]

    def back(self) -> list[AffectedMember]:
        """Those whose absence is over and who hold nothing since."""
        found = {}
        for absence in self.absences:
            row = self.members[absence.member_id]
            if absence.over(self.today) and not (row.left_on or row.exempt):
                one = self._one(row, absence.why, absence.last_day, absence=absence.pk)
                if not one.holds:
                    found[row.pk] = one
        return list(found.values())

    def old(self, age: int) -> list[AffectedMember]:
        """Those who reach the age this year or have reached it, and are not exempt."""
        return [
            self._one(row, "", None, age=self.today.year - row.born)
            for row in self.members.values()
            if row.born is not None
            and self.today.year - row.born >= age
            and not row.exempt
            and not row.left_on
        ]


def held_before(absence: Absence) -> dict[uuid.UUID, uuid.UUID]:
    """The households the member was linked to the day before the absence: household → member."""
    day = absence.since - datetime.timedelta(days=1)
    rows = Link.objects.filter(member=absence.member_id).on(day)
    households = rows.filter(household__gone_on=None).values_list("household", flat=True)
    return dict.fromkeys(households, absence.member_id)


def nearest(village: Unit, household: uuid.UUID, today: datetime.date) -> list[Near]:
    """The members for whom the household is cheapest by the planner's own move costs, those with room first.

    Empty when there is nobody to link to.
    """
    run = last_run(village)
    high = run.asked.high if run else None
    rows, keys = village_of(village, today)
    labels = label(rows)
    work = gather_linking(rows, labels, Options(date=today, high=high), Pins(), None)
    if work.problem is None or household not in keys.households:
        return []
    links = dict(Link.objects.filter(household__village=village).still().values_list("household", "member"))
    return near(work, keys, labels, household, links)
