"""The grid division table (网格划分表) as it is shown: who is linked to which houses."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from heli.kernel.lib.records import Json, ListRecord, from_json, to_json

SCHEMA = 2
"""Of a published division table as JSON. 2: members and houses carry their keys; 1: names alone."""


class Force(ListRecord, frozen=True):
    """A force (队伍) in the legend: one letter (one Chinese character) and a colour number from 0."""

    name: str
    letter: str
    colour: int


class House(ListRecord, frozen=True):
    """A house in a member's row: its lane, its number as shown without the lane, and the head of household.

    ``note`` is a short word why (亲, 愿, 自家 …) or empty; ``moved`` marks a link new since last time.
    ``key`` is the household's, so that it is known by another address too; empty outside a database.
    """

    lane: str
    number: str
    head: str = ""
    note: str = ""
    moved: bool = False
    key: str = ""


@dataclass(frozen=True, slots=True)
class DivisionRow:
    """One member's line. ``name`` is unique in the table (same names carry their home); ``key`` is theirs."""

    name: str
    force: Force | None
    group: str
    home: str
    houses: tuple[House, ...]
    exempt: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class DivisionTable:
    """The whole table, rows in walking order.

    ``unlinked`` are (address, head, reason) of households that need no link (空房), ``gaps`` the same of
    those that need one and have none; ``exempt`` are (member, reason); ``notes`` are sentences to print
    below: how nearness was counted, the rule for a member's own house, what was adapted.
    ``group_title`` is what a group is called here (组, 网格).
    """

    village: str
    date: datetime.date
    rows: tuple[DivisionRow, ...]
    forces: tuple[Force, ...]
    unlinked: tuple[tuple[str, str, str], ...] = ()
    exempt: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    contact: str = ""
    gaps: tuple[tuple[str, str, str], ...] = ()

    @property
    def households(self) -> int:
        """How many households have a linked member."""
        return sum(len(row.houses) for row in self.rows)

    @property
    def loads(self) -> tuple[int, int]:
        """Fewest and most households a serving member is linked to."""
        counts = [len(row.houses) for row in self.rows if not row.exempt] or [0]
        return min(counts), max(counts)


def division_to_json(table: DivisionTable) -> Json:
    """Plain values that :func:`division_from_json` reads back, equal to the table."""
    return {"schema": SCHEMA, **to_json(table)}


def division_from_json(kept: Mapping[str, object]) -> DivisionTable:
    """See :func:`division_to_json`; reads older ones too. Raises ``DomainError`` as ``from_json``."""
    return from_json(kept, DivisionTable, SCHEMA)
