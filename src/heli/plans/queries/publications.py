"""Published tables: those in force, earlier ones, what a plan would change, who was responsible on a day."""

from __future__ import annotations

import datetime
import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.db.models import Q

from heli.duties.models import Presence, Roster
from heli.duties.models import Turn as TurnRow
from heli.duties.queries import RosterTable, roster_from_json
from heli.duties.queries.days import DayTurn, turns_on
from heli.grids.models import Division, HouseholdRow, Link
from heli.grids.queries import DivisionTable, division_from_json
from heli.grids.queries.links import Responsible, responsible_on
from heli.kernel.lib.dated import Span
from heli.kernel.lib.text import clean
from heli.orgs.models import Unit
from heli.people.models import MemberRow
from heli.plans.models import Drawing, Run, RunState
from heli.plans.queries.plan import Plan
from heli.plans.queries.rows import Keys
from heli.plans.queries.words import WEEKDAYS
from heli.plans.rules import Labels, Previous, Turn

KINDS = ("division", "roster")
MOST_FOUND = 30
"""Households shown for one question."""


@dataclass(frozen=True, slots=True)
class Version(Span):
    """One published table of a village, without the table itself."""

    key: uuid.UUID
    kind: str
    number: int
    since: datetime.date
    until: datetime.date | None
    published_at: datetime.datetime
    published_by: str


def versions(village: Unit, kind: str) -> list[Version]:
    """All published tables of one kind, the newest first."""
    model = Division if kind == "division" else Roster
    rows = model._default_manager.filter(village=village).order_by("-number")
    told = rows.values_list("pk", "number", "since", "until", "published_at", "published_by")
    return [Version(row[0], kind, *row[1:]) for row in told]


def division_of(version: Version) -> DivisionTable:
    """The table of a version of the division, as it was published."""
    return division_from_json(Division.objects.values_list("table", flat=True).get(pk=version.key))


def roster_of(version: Version) -> RosterTable:
    """The table of a version of the roster, as it was published."""
    return roster_from_json(Roster.objects.values_list("table", flat=True).get(pk=version.key))


@dataclass(frozen=True, slots=True)
class Difference:
    """A house or seat that has another member: ``what`` it is, who had it, who has it; empty: nobody."""

    what: str
    before: str
    after: str
    why: str = ""


def compared(version: Version, before: Version) -> list[Difference]:
    """What is not the same in a version as in the one before."""
    if version.kind == "division":
        old, new = _houses(division_of(before)), _houses(division_of(version))
        return [
            Difference(house, old.get(house, ""), new.get(house, ""))
            for house in dict.fromkeys((*new, *old))
            if old.get(house, "") != new.get(house, "")
        ]
    return seats_changed(_seats(roster_of(before)), _seats(roster_of(version)))


def _houses(table: DivisionTable) -> dict[str, str]:
    return {house.lane + house.number: row.name for row in table.rows for house in row.houses}


Place = tuple[int, int, str, str]
"""Week, ISO weekday, slot, post."""


def _seats(table: RosterTable) -> dict[Place, list[str]]:
    return {
        (week, day, slot, post): [seat.name for seat in cell.seats]
        for week, day, slot, post, cell in table.cells()
        if not cell.closed
    }


def seats_changed(old: Mapping[Place, list[str]], new: Mapping[Place, list[str]]) -> list[Difference]:
    """Where other people stand: those who leave a place beside those who come, one line each."""
    found = []
    for place in sorted({*old, *new}, key=lambda place: place[:2]):
        gone = list((Counter(old.get(place, ())) - Counter(new.get(place, ()))).elements())
        come = list((Counter(new.get(place, ())) - Counter(old.get(place, ()))).elements())
        for at in range(max(len(gone), len(come))):
            before = gone[at] if at < len(gone) else ""
            found.append(Difference(place_words(place), before, come[at] if at < len(come) else ""))
    return found


def place_words(place: Place) -> str:
    """A place of the roster as people say it; the week is named from the second on."""
    week, day, slot, post = place
    return f"{f'{week}· ' if week > 1 else ''}{WEEKDAYS[day - 1]} {slot} {post}"


@dataclass(frozen=True, slots=True)
class InForce:
    """What was published last: household → member, and who stands where, by key."""

    links: Mapping[uuid.UUID, uuid.UUID]
    turns: Mapping[Place, list[uuid.UUID | None]]
    kinds: tuple[tuple[Place, str, uuid.UUID | None], ...]
    names: Mapping[uuid.UUID, str]

    def __bool__(self) -> bool:
        return bool(self.links or self.turns)


def in_force(village: Unit) -> InForce:
    """What was published last, in three queries."""
    links = Link.objects.filter(household__village=village).still().values_list("household", "member")
    rows = TurnRow.objects.filter(roster__in=Roster.objects.filter(village=village).still()).values_list(
        "week", "weekday", "slot", "post", "kind", "member"
    )
    turns: dict[Place, list[uuid.UUID | None]] = {}
    kinds = []
    for week, day, slot, post, kind, member in rows:
        turns.setdefault((week, day, slot, post), []).append(member)
        kinds.append(((week, day, slot, post), kind, member))
    names = dict(MemberRow.objects.filter(village=village).values_list("pk", "name"))
    return InForce(dict(links), turns, tuple(kinds), names)


def previous_in_force(now: InForce, labels: Labels, keys: Keys) -> Previous | None:
    """What was published last in the labels of a village; ``None`` before the first time."""
    if not now:
        return None
    house = dict(zip(keys.households, labels.households, strict=True))
    member = dict(zip(keys.members, labels.members, strict=True))
    links = {house[h]: member[m] for h, m in now.links.items() if h in house and m in member}
    turns = tuple(
        Turn(*place, member[who], kind) for place, kind, who in now.kinds if who is not None and who in member
    )
    groups = {turn.member: turn.weekday for turn in turns}
    return Previous(links, turns, groups)


def marked(plan: Plan, keys: Keys, now: InForce) -> Plan:
    """The plan with what is new since the last publication, not since an earlier draft."""
    return replace(plan, previous=previous_in_force(now, plan.labels, keys))


def drawn(version: Version, what: str, language: str) -> Drawing | None:
    """The file of a version if it was drawn before, without its bytes."""
    found = Drawing.objects.filter(publication=version.key, what=what, language=language)
    return found.select_related("file").defer("file__data").first()


def last_run(village: Unit) -> Run | None:
    """The plan that was published last."""
    return Run.objects.filter(village=village, state=RunState.PUBLISHED).first()


def responsible_for(village: Unit, day: datetime.date, asked: str) -> tuple[list[Responsible], bool]:
    """Who was responsible on ``day`` for the households whose number or head ``asked`` is part of.

    The second value says whether there are more than are shown.
    """
    rows = HouseholdRow.objects.filter(village=village).present(day)
    if asked:
        rows = rows.filter(Q(address__contains=clean(asked)) | Q(head__contains=clean(asked)))
    some = list(rows[: MOST_FOUND + 1])
    return responsible_on(some[:MOST_FOUND], day), len(some) > MOST_FOUND


@dataclass(frozen=True, slots=True)
class Stood:
    """A turn on a day, and who really stood as the leader ticked it: ``came`` is none where nobody ticked."""

    turn: DayTurn
    came: bool | None = None
    who: str = ""


def stood_on(village: Unit, day: datetime.date) -> list[Stood]:
    """The turns of a day with swaps, stand-ins and who was ticked."""
    turns = turns_on(village, day)
    ticked = Presence.objects.filter(turn__in=[turn.key for turn in turns], date=day)
    told = {row[0]: row[1:] for row in ticked.values_list("turn", "stood", "member__name", "stand_in")}
    found = []
    for turn in turns:
        came, member, stand_in = told.get(turn.key, (None, "", ""))
        found.append(Stood(turn, came, stand_in or member or ""))
    return found
