"""How a village stands: who is not linked, which seats stay empty, what is published, what is out of date."""

from __future__ import annotations

import datetime
import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q, Sum

from heli.duties.models import Roster
from heli.duties.queries.days import DayTurn, names_of, week_of
from heli.grids.models import Division, HouseholdRow, Newcomers
from heli.grids.queries.links import Unlinked, links_on, unlinked_on
from heli.orgs.models import Unit
from heli.people.models import MemberRow
from heli.people.queries.forces import force_letters
from heli.plans.models import Run, RunState

WEEK = datetime.timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Version:
    """A published table in force. ``changes``: so often did the village's books change since it was made.

    ``over``: its weeks have run out.
    """

    number: int
    since: datetime.date
    by: str
    changes: int
    over: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """A member with the households they are linked to today, by lane, and their turns this week."""

    key: uuid.UUID
    name: str
    force: str
    letter: str
    colour: int
    lanes: tuple[tuple[str, str], ...]
    households: int
    turns: int
    exempt: str


@dataclass(frozen=True, slots=True)
class Column:
    """A slot at a post: a column of the week's table."""

    slot: str
    start: str
    end: str
    post: str
    where: str

    @property
    def part(self) -> str:
        """The part of the day, as the style sheet calls it."""
        return "morning" if self.start < "10" else "noon" if self.start < "16" else "evening"


@dataclass(frozen=True, slots=True)
class Day:
    """A day's row of the week's table: who stands, column by column."""

    date: datetime.date
    cells: tuple[tuple[Column, tuple[DayTurn, ...]], ...]


MOST_COLUMNS = 10
"""A week with more slots and posts than this is not readable as one table."""


@dataclass(frozen=True, slots=True)
class Standing:
    """All that a village's page says. ``turns`` are this week's, as they stand after swaps and absences.

    ``linked`` households need a member and have one, ``unlinked`` need one and have nobody.
    ``division_next`` and ``roster_next`` are days from which a published table will hold, when none holds
    today. ``drafts`` wait for review, ``planning`` is at work.
    """

    village: Unit
    monday: datetime.date
    division: Version | None
    roster: Version | None
    division_next: datetime.date | None
    roster_next: datetime.date | None
    households: int
    linked: int
    unlinked: tuple[Unlinked, ...]
    members: tuple[Held, ...]
    turns: tuple[DayTurn, ...]
    newcomers: int
    drafts: tuple[uuid.UUID, ...]
    planning: bool

    @property
    def empty(self) -> tuple[DayTurn, ...]:
        """This week's seats in which nobody comes."""
        return tuple(turn for turn in self.turns if turn.gap)

    @property
    def columns(self) -> tuple[Column, ...]:
        """The week's columns, by slot, then by post."""
        order: dict[tuple[str, str, str], list[Column]] = {}
        for turn in self.turns:
            column = Column(turn.slot, turn.start, turn.end, turn.post, turn.where)
            beside = order.setdefault((turn.slot, turn.start, turn.end), [])
            if column not in beside:
                beside.append(column)
        return tuple(column for beside in order.values() for column in beside)

    @property
    def week(self) -> tuple[Day, ...]:
        """This week, a row for every day on which there is a turn."""
        columns = self.columns
        cells: dict[tuple[datetime.date, Column], list[DayTurn]] = defaultdict(list)
        for turn in self.turns:
            cells[turn.date, Column(turn.slot, turn.start, turn.end, turn.post, turn.where)].append(turn)
        days = sorted({turn.date for turn in self.turns})
        return tuple(
            Day(day, tuple((column, tuple(cells[day, column])) for column in columns)) for day in days
        )

    @property
    def narrow(self) -> bool:
        """Whether the week fits into one table."""
        return len(self.columns) <= MOST_COLUMNS

    @property
    def changes(self) -> int:
        """How often the books changed since the older of the two tables was made."""
        return max((table.changes for table in (self.division, self.roster) if table), default=0)


def standing(village: Unit, today: datetime.date) -> Standing:
    """How the village stands today and in today's week; the number of queries is fixed."""
    monday = today - datetime.timedelta(days=today.weekday())
    divisions = list(Division.objects.filter(village=village).overlapping(today, None).defer("table"))
    rosters = list(Roster.objects.filter(village=village).overlapping(today, None).defer("table"))
    turns = week_of(village, monday)
    unlinked = unlinked_on(village, today)
    present = HouseholdRow.objects.filter(village=village).present(today)
    households = present.aggregate(all=Count("pk"), needing=Count("pk", filter=Q(no_link="")))
    members = tuple(_held(village, today, turns))
    runs = Run.objects.filter(village=village, state__in=(RunState.DRAFT, RunState.PLANNING))
    waiting = list(runs.values_list("pk", "state"))
    return Standing(
        village=village,
        monday=monday,
        division=_in_force(divisions, village, today),
        roster=_in_force(rosters, village, today),
        division_next=_to_come(divisions, today),
        roster_next=_to_come(rosters, today),
        households=households["all"],
        linked=households["needing"] - len(unlinked),
        unlinked=unlinked,
        members=members,
        turns=turns,
        newcomers=Newcomers.objects.filter(village=village).aggregate(all=Sum("people"))["all"] or 0,
        drafts=tuple(key for key, state in waiting if state == RunState.DRAFT),
        planning=any(state == RunState.PLANNING for _key, state in waiting),
    )


def _in_force(found: Iterable[Division | Roster], village: Unit, today: datetime.date) -> Version | None:
    for table in found:
        if table.holds(today):
            changes = max(village.revision - table.revision, 0)
            return Version(table.number, table.since, table.published_by, changes, _over(table, today))
    return None


def _over(table: Division | Roster, today: datetime.date) -> bool:
    if isinstance(table, Division) or table.repeats:
        return False
    return (today - table.since).days >= 7 * table.weeks


def _to_come(found: Iterable[Division | Roster], today: datetime.date) -> datetime.date | None:
    """From when a table holds, if none holds yet."""
    days = [table.since for table in found]
    return min(days) if days and min(days) > today else None


def _held(village: Unit, today: datetime.date, turns: Iterable[DayTurn]) -> Iterable[Held]:
    """Everyone who serves, in book order."""
    rows = list(MemberRow.objects.filter(village=village).serving(today))
    lanes: dict[uuid.UUID, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    links = links_on(today).filter(household__in=HouseholdRow.objects.present(today).filter(village=village))
    houses = links.order_by("household__order", "household").values_list(
        "member", "household__lane", "household__address", "household__head"
    )
    for member, lane, address, head in houses:
        street, number = shown(lane, address)
        lanes[member][street].append(number or head)
    standing_turns: dict[uuid.UUID, int] = defaultdict(int)
    for turn in turns:
        if turn.member:
            standing_turns[turn.member] += 1
    names, forces = names_of(rows), list(dict.fromkeys(row.force for row in rows if row.force))
    letters = force_letters(forces)
    for row in rows:
        own = {street: "、".join(numbers) for street, numbers in lanes[row.pk].items()}
        yield Held(
            key=row.pk,
            name=names[row.pk],
            force=row.force,
            letter=letters.get(row.force, ""),
            colour=forces.index(row.force) % 10 if row.force else 9,
            lanes=tuple(own.items()),
            households=sum(map(len, lanes[row.pk].values())),
            turns=standing_turns[row.pk],
            exempt=row.exempt,
        )


def shown(lane: str, address: str) -> tuple[str, str]:
    """An address cut after its lane: ``上宅弄12-2号`` gives ``上宅弄`` and ``12-2号``."""
    before, found, number = address.partition(lane) if lane else ("", "", "")
    return (found, number.strip()) if found and len(before) <= 12 else ("", address)
