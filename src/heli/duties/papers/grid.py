"""The roster's grids: days down, drop points across, the same on phone, A4 and wall."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from heli.duties.papers.words import DAYS, dated, period, week_text, when
from heli.duties.queries import Block, Cell, Group, RosterTable, Row, Seat, Week
from heli.duties.rules import SeatKind, end_words, post_text, slot_text
from heli.kernel.lib.text import without_private
from heli.kernel.papers.glyphs import legible
from heli.kernel.papers.words import breakable, ems, told_apart, weekday, weekday_short

_CELL_EMS = 4.4  # what a drop point's column holds in one line
_LONG_EMS = 3.2  # a name wider than this is set a little smaller
_HIGH = 14  # lines; a day higher than this may be cut between pages

Column = tuple[str, int]
"""A drop point's name, and 0; a further one of the same name is 1."""


@dataclass(frozen=True, slots=True)
class _Line:
    """What stands in one line of a day: blocks of one slot that no drop point is twice in."""

    number: int
    name: str
    times: frozenset[tuple[str, str]]
    cells: Mapping[Column, tuple[Block, Row]]


class Who(TypedDict):
    """Somebody as drawn: the least that tells them from others."""

    name: str
    home: str
    long: bool


class DrawnSeat(Who):
    """Somebody in a seat."""

    kind: str
    moved: bool
    twice: str


class DrawnCell(TypedDict):
    """A drop point in a slot of a day; ``time`` is its own where the line's points differ."""

    closed: bool
    seats: list[DrawnSeat]
    empty: str
    time: str


class DrawnLine(TypedDict):
    """A slot of a day: its cells, and about how many ``lines`` it takes."""

    slot: str
    tint: int
    start: str
    end: str
    cells: list[DrawnCell]
    lines: int


class DrawnDay(TypedDict):
    """A day of a grid."""

    name: str
    date: str
    rows: list[DrawnLine]
    leader: Who | None
    no_leader: str
    high: bool


class DrawnSheet(TypedDict):
    """A grid: days down, drop points across."""

    date: str
    points: list[str]
    leaders: bool
    days: list[DrawnDay]


class Drawer:
    """A roster as plain data for the templates: what its people are called, its grids, its days."""

    def __init__(self, table: RosterTable) -> None:
        self.table = table
        self._names = told_apart(_everybody(table))
        self._turns = {week.monday: _turns_a_day(week) for week in table.weeks}
        self._lines = {week.monday: _lines(week) for week in table.weeks}
        self.leads = any(group.leader for week in table.weeks for group in week.groups)

    @property
    def somebody_twice(self) -> bool:
        """Whether anybody has two turns on one day."""
        return any(count > 1 for counts in self._turns.values() for count in counts.values())

    @property
    def somebody_told_apart(self) -> bool:
        """Whether two people are of one name, so that their homes are shown."""
        return any(home for _name, home in self._names.values())

    def columns(self, week: Week) -> list[Column]:
        """The week's drop points in the order of the table."""
        there = dict.fromkeys(column for line in self._lines[week.monday] for column in line.cells)
        order = {name: place for place, (name, _where) in enumerate(self.table.posts)}
        return sorted(there, key=lambda column: (order.get(column[0], len(order)), column[1]))

    def sheets(self, most: int) -> Iterator[DrawnSheet]:
        """Every week as grids of at most so many drop points, about equally many on each."""
        for week in self.table.weeks:
            columns = self.columns(week)
            count = -(-len(columns) // most)
            for number in range(count):
                some = columns[len(columns) * number // count : len(columns) * (number + 1) // count]
                yield {
                    "date": period(self.table) if self.table.repeats else week_text(week),
                    "points": [breakable(post_text(name), _CELL_EMS) for name, _number in some],
                    "leaders": self.leads,
                    "days": [self._day(week, day, some) for day in DAYS],
                }

    def group(self, week: Week, day: int) -> dict[str, object]:
        """One weekday's group: its leader, its seats by slot and post, its reserves."""
        group, places = _group_on(week, day), dict(self.table.posts)
        return {
            "heading": weekday(day) if self.table.repeats else dated(week, day),
            "leader": self.who(group.leader) if group and group.leader else None,
            "reserves": [self.who(name) for name in group.reserves] if group else [],
            "blocks": [
                {
                    "name": slot_text(block.name),
                    "when": when(block),
                    "rows": [
                        {
                            "post": post_text(row.post),
                            "where": places.get(row.post, ""),
                            **self._cell(week, day, row.cells[day - 1]),
                        }
                        for row in block.rows
                        if not row.cells[day - 1].closed
                    ],
                }
                for block in week.blocks
            ],
        }

    def who(self, full: str, width: float = _CELL_EMS) -> Who:
        """Somebody by the least that tells them from others, to be drawn in so many ems."""
        name, home = self._names[full]
        return {
            "name": breakable(name, width),
            "home": breakable(home, width),
            "long": ems(legible(without_private(name))) > _LONG_EMS,
        }

    def _day(self, week: Week, day: int, columns: Sequence[Column]) -> DrawnDay:
        """One day of a grid: a row for each slot that is open somewhere, and who leads."""
        rows = [self._row(week, day, columns, line) for line in self._lines[week.monday]]
        rows = [row for row in rows if any(not cell["closed"] for cell in row["cells"])]
        group = _group_on(week, day)
        leader = group.leader if group else ""
        return {
            "name": weekday_short(day),
            "date": "" if self.table.repeats else _short(week, day),
            "rows": rows,
            "leader": self.who(leader, _LONG_EMS) if leader else None,
            "no_leader": pgettext("leader", "缺") if rows and not leader and self.leads else "",
            "high": sum(row["lines"] for row in rows) > _HIGH,
        }

    def _row(self, week: Week, day: int, columns: Sequence[Column], line: _Line) -> DrawnLine:
        cells: list[DrawnCell] = []
        for column in columns:
            block, row = line.cells.get(column, (None, None))
            if block is None or row is None:
                cells.append({"closed": True, "seats": [], "empty": "", "time": ""})
            else:
                own = _span(block) if len(line.times) > 1 else ""
                cells.append({**self._cell(week, day, row.cells[day - 1]), "time": own})
        start, end = next(iter(line.times)) if len(line.times) == 1 else ("", "")
        return {
            "slot": breakable(slot_text(line.name), 2.6),
            "tint": line.number,
            "start": start,
            "end": _narrow_end(start, end),
            "cells": cells,
            "lines": max(1 + bool(start) + bool(end), *(_height(cell) for cell in cells)),
        }

    def _cell(self, week: Week, day: int, cell: Cell) -> DrawnCell:
        empty = pgettext("turn", "空")
        if cell.unfilled > 1:
            empty = _("空%(count)d个") % {"count": cell.unfilled}
        return {
            "closed": cell.closed,
            "seats": [self._seat(week, day, seat) for seat in cell.seats],
            "empty": empty if cell.unfilled else "",
            "time": "",
        }

    def _seat(self, week: Week, day: int, seat: Seat) -> DrawnSeat:
        turns = self._turns[week.monday][day, seat.name]
        twice = ngettext("%(count)d班", "%(count)d班", turns) % {"count": turns} if turns > 1 else ""
        kind = "" if seat.kind is SeatKind.DUTY else seat.kind.label
        return {**self.who(seat.name), "kind": kind, "moved": seat.moved, "twice": twice}


def _everybody(table: RosterTable) -> Iterator[str]:
    """All unique names of the table, those of the list of turns first."""
    yield from (load.name for load in table.loads)
    yield from (seat.name for *_place, cell in table.cells() for seat in cell.seats)
    for week in table.weeks:
        for group in week.groups:
            yield from filter(None, (group.leader, *group.members, *group.reserves))


def _turns_a_day(week: Week) -> Counter[tuple[int, str]]:
    """How many turns everybody has on each weekday."""
    return Counter(
        (day, seat.name)
        for _block, row in week.rows()
        for day, cell in enumerate(row.cells, start=1)
        for seat in cell.seats
    )


def _group_on(week: Week, day: int) -> Group | None:
    return next((group for group in week.groups if group.weekday == day), None)


def _short(week: Week, day: int) -> str:
    date = week.monday + datetime.timedelta(days=day - 1)
    return f"{date.month}/{date.day}"


def _lines(week: Week) -> list[_Line]:
    """The lines of a day, the earliest first: blocks of one slot share one, unless a point is in it twice."""
    lines: list[tuple[str, dict[Column, tuple[Block, Row]]]] = []
    for block in sorted(week.blocks, key=_begins) if all(b.start for b in week.blocks) else week.blocks:
        seen: Counter[str] = Counter()
        cells = {}
        for row in block.rows:
            cells[row.post, seen[row.post]] = (block, row)
            seen[row.post] += 1
        free = (line for name, line in lines if name == block.name and not line.keys() & cells.keys())
        line = next(free, None)
        if line is None:
            lines.append((block.name, cells))
        else:
            line.update(cells)
    return [
        _Line(number, name, frozenset((block.start, block.end) for block, _row in cells.values()), cells)
        for number, (name, cells) in enumerate(lines)
    ]


def _narrow_end(start: str, end: str) -> str:
    """The end of a slot for a narrow column."""
    next_day = end_words(start, end) != end
    return pgettext("narrow column", "次日%(time)s") % {"time": end} if next_day else end


def _begins(block: Block) -> str:
    return block.start.zfill(len("00:00"))


def _span(block: Block) -> str:
    return f"{block.start}–{end_words(block.start, block.end)}" if block.end else block.start


def _height(cell: DrawnCell) -> int:
    """About how many lines a cell takes."""
    seats = sum(1 + bool(seat["home"]) + bool(seat["moved"] or seat["twice"]) for seat in cell["seats"])
    return seats + bool(cell["empty"]) + bool(cell["time"])
