"""The weekly roster (每周值班表) as it is shown: who stands where and when."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from heli.duties.rules import SeatKind
from heli.kernel.lib.schema import schema_of

Json = dict[str, Any]

SCHEMA = 2
"""Of a published roster as JSON. 2: it says which keys its names stand for; 1: names alone."""


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody in a seat. ``name`` is unique in the table; ``moved`` marks a change since last time."""

    name: str
    kind: SeatKind
    moved: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """One post, slot and day: who sits, how many seats are empty (``closed``: the post is not open)."""

    seats: tuple[Seat, ...] = ()
    unfilled: int = 0
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One post in one slot through the week: seven cells, Monday first."""

    post: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A slot's rows: its name as written (早), when to be there, when it ends (empty: not said)."""

    name: str
    start: str
    end: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """One weekday's group: its leader (empty: none marked) and all its members, the leader among them.

    ``reserves`` are members of the group without a turn of their own.
    """

    weekday: int
    leader: str
    members: tuple[str, ...]
    reserves: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Week:
    """One week's grid. ``monday`` is its first day."""

    monday: datetime.date
    blocks: tuple[Block, ...]
    groups: tuple[Group, ...]

    def rows(self) -> Iterator[tuple[Block, Row]]:
        """Every row with its block, in the order of the table."""
        for block in self.blocks:
            for row in block.rows:
                yield block, row


@dataclass(frozen=True, slots=True)
class Load:
    """One member's turns over the whole roster, earlier turns not counted."""

    name: str
    total: int
    early: int
    weekend: int


@dataclass(frozen=True, slots=True)
class Gap:
    """A seat that nobody fills: where, when, how many, and why in a sentence."""

    post: str
    slot: str
    weekday: int
    monday: datetime.date
    count: int
    why: str


@dataclass(frozen=True, slots=True)
class RosterTable:
    """The whole roster. ``repeats``: the one week given is the same every week (day groups).

    ``posts`` are (name, where) pairs; ``notes`` are sentences to print below the table. ``member_keys`` and
    ``post_keys`` are (name in the table, key) pairs, so that everybody and every drop point is known by
    another name too; empty outside a database.
    """

    village: str
    date: datetime.date
    repeats: bool
    weeks: tuple[Week, ...]
    posts: tuple[tuple[str, str], ...]
    loads: tuple[Load, ...]
    gaps: tuple[Gap, ...] = ()
    notes: tuple[str, ...] = ()
    contact: str = ""
    member_keys: tuple[tuple[str, str], ...] = ()
    post_keys: tuple[tuple[str, str], ...] = ()

    def cells(self) -> Iterator[tuple[int, int, str, str, Cell]]:
        """Every cell with its week (from 1), ISO weekday, slot and post."""
        for number, week in enumerate(self.weeks, start=1):
            for block, row in week.rows():
                for weekday, cell in enumerate(row.cells, start=1):
                    yield number, weekday, block.name, row.post, cell


def roster_to_json(table: RosterTable) -> Json:
    """Plain values that :func:`roster_from_json` reads back, equal to the table."""
    return {
        "schema": SCHEMA,
        "village": table.village,
        "date": table.date.isoformat(),
        "repeats": table.repeats,
        "weeks": [_week_to_json(week) for week in table.weeks],
        "posts": [list(post) for post in table.posts],
        "loads": [[load.name, load.total, load.early, load.weekend] for load in table.loads],
        "gaps": [{**asdict(gap), "monday": gap.monday.isoformat()} for gap in table.gaps],
        "notes": list(table.notes),
        "contact": table.contact,
        "member_keys": [list(pair) for pair in table.member_keys],
        "post_keys": [list(pair) for pair in table.post_keys],
    }


def roster_from_json(kept: Mapping[str, Any]) -> RosterTable:
    """See :func:`roster_to_json`; reads older ones too. Raises ``DomainError`` as ``schema_of``."""
    schema_of(kept, SCHEMA)
    return RosterTable(
        village=kept["village"],
        date=datetime.date.fromisoformat(kept["date"]),
        repeats=kept["repeats"],
        weeks=tuple(_week_from_json(week) for week in kept["weeks"]),
        posts=tuple((name, where) for name, where in kept["posts"]),
        loads=tuple(Load(*load) for load in kept["loads"]),
        gaps=tuple(
            Gap(**{**gap, "monday": datetime.date.fromisoformat(gap["monday"])}) for gap in kept["gaps"]
        ),
        notes=tuple(kept["notes"]),
        contact=kept["contact"],
        member_keys=_pairs(kept.get("member_keys", ())),
        post_keys=_pairs(kept.get("post_keys", ())),
    )


def _pairs(kept: Sequence[Sequence[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, key) for name, key in kept)


def _week_to_json(week: Week) -> Json:
    return {
        "monday": week.monday.isoformat(),
        "blocks": [
            {
                "name": block.name,
                "start": block.start,
                "end": block.end,
                "rows": [
                    {"post": row.post, "cells": [_cell_to_json(cell) for cell in row.cells]}
                    for row in block.rows
                ],
            }
            for block in week.blocks
        ],
        "groups": [
            [group.weekday, group.leader, list(group.members), list(group.reserves)] for group in week.groups
        ],
    }


def _week_from_json(kept: Mapping[str, Any]) -> Week:
    return Week(
        datetime.date.fromisoformat(kept["monday"]),
        tuple(
            Block(
                block["name"],
                block["start"],
                block["end"],
                tuple(Row(row["post"], tuple(map(_cell_from_json, row["cells"]))) for row in block["rows"]),
            )
            for block in kept["blocks"]
        ),
        tuple(map(group_from_json, kept["groups"])),
    )


def group_from_json(kept: Sequence[Any]) -> Group:
    """A group of a roster's week as it is kept."""
    weekday, leader, members, reserves = kept
    return Group(weekday, leader, tuple(members), tuple(reserves))


def _cell_to_json(cell: Cell) -> Json:
    seats = [[seat.name, seat.kind.value, seat.moved] for seat in cell.seats]
    return {"seats": seats, "unfilled": cell.unfilled, "closed": cell.closed}


def _cell_from_json(kept: Mapping[str, Any]) -> Cell:
    seats = tuple(Seat(name, SeatKind(kind), moved) for name, kind, moved in kept["seats"])
    return Cell(seats, kept["unfilled"], kept["closed"])
