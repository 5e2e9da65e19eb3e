"""The table of one date, from which the notice of that day is written."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from itertools import groupby

from django.utils.translation import gettext as _
from msgspec.structs import replace

from heli.duties.models import Roster
from heli.duties.queries import Block, Cell, Group, RosterTable, Row, Seat, Week, roster_from_json
from heli.duties.queries.days import DayTurn, roster_on, turns_between, turns_on, week_number
from heli.orgs.models import Unit

_CLOSED = Cell(closed=True)


def table_on(village: Unit, date: datetime.date) -> RosterTable:
    """The roster of that date alone, as it stands with swaps and absences, with its leader and reserves.

    Without a roster for the day it has no turns.
    """
    return table_of(village, date, turns_on(village, date))


def table_of(village: Unit, date: datetime.date, turns: Sequence[DayTurn]) -> RosterTable:
    """As :func:`table_on`, from the turns of that date."""
    return _table(village, date, turns, roster_on(village, date))


def tables_between(village: Unit, first: datetime.date, last: datetime.date) -> list[RosterTable]:
    """The table of each day from ``first`` to ``last`` on which somebody is to stand."""
    rosters = list(Roster.objects.filter(village=village).overlapping(first, last).order_by("number"))
    days = groupby(turns_between(village, first, last), lambda turn: turn.date)
    return [
        _table(village, day, list(turns), next(one for one in reversed(rosters) if one.holds(day)))
        for day, turns in days
    ]


def _table(
    village: Unit, date: datetime.date, turns: Sequence[DayTurn], roster: Roster | None
) -> RosterTable:
    monday = date - datetime.timedelta(days=date.isoweekday() - 1)
    missing = {turn.planned_name for turn in turns if turn.gap}
    week = Week(monday, _blocks(turns), _groups(roster, date, missing))
    posts = {turn.post: turn.where for turn in turns}
    return RosterTable(village.name, date, False, (week,), tuple(posts.items()), ())


def _blocks(turns: Sequence[DayTurn]) -> tuple[Block, ...]:
    slots: dict[tuple[str, str, str], dict[str, list[DayTurn]]] = {}
    for turn in turns:
        slots.setdefault((turn.slot, turn.start, turn.end), {}).setdefault(turn.post, []).append(turn)
    return tuple(
        Block(*slot, tuple(_row(post, seats) for post, seats in posts.items()))
        for slot, posts in slots.items()
    )


def _row(post: str, turns: list[DayTurn]) -> Row:
    seats = tuple(Seat(_name(turn), turn.kind) for turn in turns if not turn.gap)
    cells = [_CLOSED] * 7
    cells[turns[0].weekday - 1] = Cell(seats, sum(turn.gap for turn in turns))
    return Row(post, tuple(cells))


def _name(turn: DayTurn) -> str:
    if turn.stand_in:
        return _("%(stand_in)s（替%(name)s）") % {"stand_in": turn.stand_in, "name": turn.planned_name}
    return turn.name or ""


def _groups(roster: Roster | None, date: datetime.date, gone: set[str | None]) -> tuple[Group, ...]:
    """The day's group as it was published; a leader who does not come that day is left out."""
    if roster is None:
        return ()
    weeks = roster_from_json(roster.table).weeks
    number = week_number(roster, date)
    if not 0 < number <= len(weeks):
        return ()
    return tuple(
        replace(group, leader="" if group.leader in gone else group.leader)
        for group in weeks[number - 1].groups
        if group.weekday == date.isoweekday()
    )
