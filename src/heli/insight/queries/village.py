"""The home of a village: what is to be done, who stands today and tomorrow, the two tables; and its week."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from heli.duties.papers.texts import brief_notice
from heli.duties.queries.ahead import turns_ahead
from heli.duties.queries.days import DayTurn, week_of
from heli.duties.queries.notice import table_of
from heli.duties.queries.presences import Tick, Ticks, ticks
from heli.duties.rules import When
from heli.grids.models import HouseholdRow
from heli.kernel.lib import registry
from heli.kernel.lib.todo import Asked, Cure, Todo
from heli.orgs.models import Unit
from heli.people.models import MemberRow
from heli.plans.queries.home import Published, State, state_of

ROWS = 5
"""So many rows of what is to be done stand on a home."""
_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Stands:
    """A turn of a day and what became of it. ``tick``: what was ticked; ``begun``: its hour has come."""

    turn: DayTurn
    tick: Tick | None
    begun: bool


@dataclass(frozen=True, slots=True)
class DayTable:
    """A day's turns as a table: the slots across, with whether each has begun; a row for each drop point."""

    slots: tuple[tuple[When, bool], ...]
    posts: tuple[tuple[str, tuple[tuple[When, tuple[Stands, ...]], ...]], ...]

    @property
    def turns(self) -> list[Stands]:
        """All of them."""
        return [stands for _post, cells in self.posts for _slot, cell in cells for stands in cell]


@dataclass(frozen=True, slots=True)
class Rows:
    """What is to be done: all ``rows``, the ``shown`` ones, and the one that is ``opened`` with its cures."""

    rows: tuple[Todo, ...]
    shown: tuple[Todo, ...]
    opened: str
    cures: Sequence[Cure]

    @property
    def more(self) -> int:
        """How many are not shown."""
        return len(self.rows) - len(self.shown)


@dataclass(frozen=True, slots=True)
class Home:
    """All that a village's home says. ``registered``: it has households and members; ``notice`` is the text
    about tomorrow, empty when nobody is to stand."""

    village: Unit
    state: State
    registered: bool
    rows: Rows
    today: DayTable
    notice: str

    @property
    def begun(self) -> bool:
        """Whether a published table holds today; before, the home is the list of steps that lead there."""
        return any(table.begun for table in self.state.published)

    @property
    def pictures(self) -> tuple[Published, ...]:
        """The published tables whose pictures are shown."""
        return self.state.published


def rows_of(asked: Asked, opened: str, *, every: bool) -> Rows:
    """What the slices say is to be done, those that matter first; ``opened`` is the key of a row."""
    found = [row for todo in registry.todo_functions() for row in todo(asked)]
    rows = tuple(sorted(found, key=lambda row: row.weight))
    shown = rows if every else rows[:ROWS]
    row = next((row for row in shown if row.key == opened and row.cures), None)
    return Rows(rows, shown, row.key if row else "", row.cures() if row and row.cures else ())


def home_of(asked: Asked, opened: str, *, every: bool) -> Home:
    """The home at the moment; the number of queries is fixed."""
    village, today = asked.unit, asked.today
    state = asked.read(state_of, village, today)
    turns = asked.read(turns_ahead, village, today) if state.roster else ()
    tomorrow = [turn for turn in turns if turn.date == today + _DAY]
    return Home(
        village=village,
        state=state,
        registered=bool(state.published) or _registered(village, today),
        rows=rows_of(asked, opened, every=every),
        today=_today(village, turns, asked.moment),
        notice=brief_notice(table_of(village, today + _DAY, tomorrow)) if tomorrow else "",
    )


def _registered(village: Unit, today: datetime.date) -> bool:
    members = MemberRow.objects.filter(village=village).serving(today)
    return members.exists() and HouseholdRow.objects.filter(village=village).present(today).exists()


def _today(village: Unit, turns: Sequence[DayTurn], moment: datetime.datetime) -> DayTable:
    own = [turn for turn in turns if turn.date == moment.date()]
    return _table(own, ticks(village, moment.date(), moment.date()) if own else {}, moment)


def _table(turns: Sequence[DayTurn], ticked: Ticks, moment: datetime.datetime) -> DayTable:
    """The table of a day, from its turns."""
    slots = tuple(dict.fromkeys(turn.when for turn in turns))
    cells: dict[tuple[str, When], list[Stands]] = defaultdict(list)
    for turn in turns:
        stands = Stands(turn, ticked.get((turn.key, turn.date)), turn.when.past(moment))
        cells[turn.post, turn.when].append(stands)
    posts = dict.fromkeys(turn.post for turn in turns)
    rows = tuple((post, tuple((slot, tuple(cells[post, slot])) for slot in slots)) for post in posts)
    return DayTable(tuple((slot, slot.past(moment)) for slot in slots), rows)


def week_from(
    village: Unit, monday: datetime.date, moment: datetime.datetime
) -> list[tuple[datetime.date, DayTable]]:
    """The days of a week on which there are turns, as they stand after swaps and absences."""
    ticked = ticks(village, monday, monday + 6 * _DAY)
    days = groupby(week_of(village, monday), lambda turn: turn.date)
    return [(day, _table(list(turns), ticked, moment)) for day, turns in days]
