"""The weekly roster (每周值班表) as it is shown: who stands where and when."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from heli.duties.rules import SeatKind
from heli.kernel.lib.records import Json, ListRecord, from_json, to_json

SCHEMA = 2
"""Of a published roster as JSON. 2: it says which keys its names stand for; 1: names alone."""


class Seat(ListRecord, frozen=True):
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


class Group(ListRecord, frozen=True):
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


class Load(ListRecord, frozen=True):
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
    another name too; empty outside a database. ``away`` are those of ``loads`` who can stand at no time.
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
    away: tuple[str, ...] = ()

    def cells(self) -> Iterator[tuple[int, int, str, str, Cell]]:
        """Every cell with its week (from 1), ISO weekday, slot and post."""
        for number, week in enumerate(self.weeks, start=1):
            for block, row in week.rows():
                for weekday, cell in enumerate(row.cells, start=1):
                    yield number, weekday, block.name, row.post, cell


def roster_to_json(table: RosterTable) -> Json:
    """Plain values that :func:`roster_from_json` reads back, equal to the table."""
    kept: Json = {"schema": SCHEMA, **to_json(table)}
    if not table.away:
        del kept["away"]
    return kept


def roster_from_json(kept: Mapping[str, object]) -> RosterTable:
    """See :func:`roster_to_json`; reads older ones too. Raises ``DomainError`` as ``from_json``."""
    return from_json(kept, RosterTable, SCHEMA)
