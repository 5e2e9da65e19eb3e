"""The table of one date, from which the notice of that day is written."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from django.utils.translation import gettext as _

from heli.duties.queries import Block, Cell, Group, RosterTable, Row, Seat, Week
from heli.duties.queries.days import DayTurn, roster_on, turns_on, week_number
from heli.orgs.models import Unit

_CLOSED = Cell(closed=True)


def table_on(village: Unit, date: datetime.date) -> RosterTable:
    """The roster of that date alone, as it stands with swaps and absences, with its leader and reserves.

    Without a roster for the day it has no turns.
    """
    return table_of(village, date, turns_on(village, date))


def table_of(village: Unit, date: datetime.date, turns: Sequence[DayTurn]) -> RosterTable:
    """As :func:`table_on`, from the turns of that date."""
    monday = date - datetime.timedelta(days=date.isoweekday() - 1)
    week = Week(
        monday, _blocks(turns), _groups(village, date, {turn.planned_name for turn in turns if turn.gap})
    )
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


def _groups(village: Unit, date: datetime.date, gone: set[str | None]) -> tuple[Group, ...]:
    """The day's group as it was published; a leader who does not come that day is left out."""
    roster = roster_on(village, date)
    if roster is None:
        return ()
    weeks = roster.table.get("weeks", ())
    number = week_number(roster, date)
    if not 0 < number <= len(weeks):
        return ()
    return tuple(
        Group(weekday, "" if leader in gone else leader, tuple(members), tuple(reserves))
        for weekday, leader, members, reserves in weeks[number - 1]["groups"]
        if weekday == date.isoweekday()
    )
