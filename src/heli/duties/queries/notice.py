"""The table of one date, from which the notice of that day is written."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from django.db.models import F
from django.utils.translation import gettext as _
from msgspec.structs import replace

from heli.duties.models import Roster
from heli.duties.queries import (
    SCHEMA,
    Block,
    Cell,
    Group,
    RosterTable,
    Row,
    Seat,
    Week,
    roster_from_json,
)
from heli.duties.queries.days import DayTurn, roster_on, turns_between, turns_on, week_number
from heli.kernel.lib.records import from_json
from heli.kernel.lib.schema import schema_of
from heli.orgs.models import Unit

_CLOSED = Cell(closed=True)


def table_on(village: Unit, date: datetime.date) -> RosterTable:
    """The roster of that date alone, as it stands with swaps and absences, with its leader and reserves.

    Without a roster for the day it has no turns.
    """
    return table_of(village, date, turns_on(village, date))


def table_of(village: Unit, date: datetime.date, turns: Sequence[DayTurn]) -> RosterTable:
    """As :func:`table_on`, from the turns of that date."""
    return _table(village, date, turns, groups_on(village, date))


def tables_between(village: Unit, first: datetime.date, last: datetime.date) -> list[RosterTable]:
    """The table of each day from ``first`` to ``last`` on which somebody is to stand."""
    rosters = list(Roster.objects.filter(village=village).overlapping(first, last).order_by("number"))
    days = groupby(turns_between(village, first, last), lambda turn: turn.date)
    return [
        _table(
            village,
            day,
            list(turns),
            _groups(next(one for one in reversed(rosters) if one.holds(day)), day),
        )
        for day, turns in days
    ]


def groups_on(village: Unit, date: datetime.date) -> DayGroups:
    """The groups of a date as they were published; one query, of the table only what tells it.

    Of a roster of several weeks, which tell them apart, it takes two.
    """
    told = {"schema": "table__schema", "keys": "table__member_keys", "first": "table__weeks__0__groups"}
    roster = roster_on(village, date, **{name: F(path) for name, path in told.items()})
    number = week_number(roster, date) if roster else 0
    if roster is None or not number:
        return DayGroups()
    schema, groups, keys = (getattr(roster, name) for name in ("schema", "first", "keys"))
    schema_of({} if schema is None else {"schema": schema}, SCHEMA)
    if number > 1:
        week = Roster.objects.filter(pk=roster.pk).values_list(f"table__weeks__{number - 1}__groups")
        ((groups,),) = week
    return DayGroups(_of_day(from_json(groups or (), tuple[Group, ...]), date), dict(keys or ()))


@dataclass(frozen=True, slots=True)
class DayGroups:
    """The groups of a date, and which keys the names in them stand for (empty: known by name alone)."""

    groups: tuple[Group, ...] = ()
    keys: Mapping[str, str] = field(default_factory=dict)

    def reserves(self) -> Mapping[str, str]:
        """Who of the day's groups has no turn of their own: name → key, empty where it is not known."""
        return {name: self.keys.get(name, "") for group in self.groups for name in group.reserves}


def _table(village: Unit, date: datetime.date, turns: Sequence[DayTurn], groups: DayGroups) -> RosterTable:
    monday = date - datetime.timedelta(days=date.isoweekday() - 1)
    gone = {turn.planned_name for turn in turns if turn.gap}
    shown = tuple(
        replace(group, leader="" if group.leader in gone else group.leader) for group in groups.groups
    )
    posts = {turn.post: turn.where for turn in turns}
    return RosterTable(
        village.name, date, False, (Week(monday, _blocks(turns), shown),), tuple(posts.items()), ()
    )


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


def _groups(roster: Roster, date: datetime.date) -> DayGroups:
    """The day's groups of a roster read with its table."""
    table = roster_from_json(roster.table)
    number = week_number(roster, date)
    if not 0 < number <= len(table.weeks):
        return DayGroups()
    return DayGroups(_of_day(table.weeks[number - 1].groups, date), dict(table.member_keys))


def _of_day(groups: Iterable[Group], date: datetime.date) -> tuple[Group, ...]:
    return tuple(group for group in groups if group.weekday == date.isoweekday())
