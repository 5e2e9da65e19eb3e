"""``plan.json`` (docs/plan-json.md) as records: what is written, and what the next plan reads of it.

docs/plan-schema.json is made from them by ``scripts/plan_schema.py``.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Final, Literal, TypeVar

from msgspec import Meta, Struct, field

from heli.duties.rules import PastTurns, SeatKind
from heli.kernel.lib.errors import DomainError
from heli.kernel.lib.records import from_json
from heli.kernel.lib.schema import schema_of
from heli.kernel.sheets.problems import Severity
from heli.plans.rules import Previous, Turn

PLAN_SCHEMA: Final = 1
"""Of ``plan.json``; see docs/plan-json.md."""

PartT = TypeVar("PartT")
Text = Annotated[str, Meta(min_length=1)]
Count = Annotated[int, Meta(ge=0)]
Ordinal = Annotated[int, Meta(ge=1)]
Weekday = Annotated[int, Meta(ge=1, le=7)]


class Status(StrEnum):
    """What is known of one of the two tables; ``missing``: there was nothing to solve."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    STOPPED = "stopped"
    MISSING = "missing"


class Unit(StrEnum):
    """What distances are counted in."""

    METRES = "metres"
    STEPS = "steps"


class Mode(StrEnum):
    """How the roster is made."""

    GROUPS = "groups"
    ROTATION = "rotation"
    RELAY = "relay"


class ExemptMember(Struct, frozen=True):
    """Who is exempt, and why."""

    member: Text
    why: Text


class LinkedHousehold(Struct, frozen=True):
    """A household with its member; ``distance`` is in the unit of the division."""

    household: Text
    head: str
    group: str
    member: Text
    distance: Count
    why: Text


class UnlinkedHousehold(Struct, frozen=True):
    """A household without a member, and why."""

    household: Text
    why: Text


class Figures(Struct, frozen=True, kw_only=True):
    """What is known about one of the two tables, in whole units."""

    status: Status
    value: int | None
    bound: int | None
    gap: Annotated[float, Meta(ge=0)] | None
    seconds: Annotated[float, Meta(ge=0)] | None
    engine: str | None
    parts: Mapping[str, int]


class DivisionPart(Figures, frozen=True, kw_only=True):
    """The division: who is linked to which household."""

    conflicts: tuple[Text, ...]
    distance: Unit | None
    low: Count
    high: Count
    links: tuple[LinkedHousehold, ...]
    unlinked: tuple[UnlinkedHousehold, ...]
    loads: Mapping[str, Count]
    exempt: tuple[ExemptMember, ...]


class TakenSeat(Struct, frozen=True):
    """Who stands, on which kind of seat."""

    member: Text
    kind: SeatKind


class Shift(Struct, frozen=True):
    """One drop point in one slot of a day; ``why`` tells of the seats that stay empty."""

    week: Ordinal
    date: datetime.date
    weekday: Weekday
    slot: Text
    start: str
    end: str
    point: Text
    seats: tuple[TakenSeat, ...]
    unfilled: Count
    why: str


class DayGroup(Struct, frozen=True):
    """A weekday's group; ``reserves`` are members of it without a turn."""

    week: Ordinal
    weekday: Weekday
    leader: str
    members: tuple[str, ...]
    reserves: tuple[str, ...]


class Turns(Struct, frozen=True):
    """How often a member stands in this roster."""

    total: Count
    early: Count
    weekend: Count


class RosterPart(Figures, frozen=True, kw_only=True):
    """The roster: who stands where and when. ``away`` could not stand at all while it held."""

    conflicts: tuple[Text, ...]
    mode: Mode
    monday: datetime.date = field(name="from")
    exempt: tuple[ExemptMember, ...]
    slots: tuple[Shift, ...]
    groups: tuple[DayGroup, ...]
    load: Mapping[str, Turns]
    away: tuple[str, ...]


class Away(Struct, frozen=True):
    """Of a roster: who could not stand at all while it held; the first plans did not say it."""

    away: tuple[str, ...] = ()


class FoundProblem(Struct, frozen=True):
    """A problem of the book: where it stands, what it is, what to do."""

    severity: Severity
    code: Text
    sheet: str
    row: Ordinal | None
    column: str
    message: Text
    cure: Text


class Counts(Struct, frozen=True):
    """How much there was to plan."""

    households: Count
    members: Count
    points: Count
    exempt: Count


class PlanDocument(Struct, frozen=True, kw_only=True):
    """plan.json of heli tables."""

    schema: Literal[1] = PLAN_SCHEMA
    village: str
    date: datetime.date
    division: DivisionPart
    roster: RosterPart
    problems: tuple[FoundProblem, ...]
    input: Counts


def read_previous(document: object) -> Previous:
    """What a ``plan.json`` says, for repair with the fewest changes.

    Raises
    ------
    ValueError
        When it is not such a document; names the part that is missing or wrong.
    DomainError
        It is of a newer schema; see ``schema_of``.
    """
    links = _part(document, "division.links", tuple[LinkedHousehold, ...])
    slots = _part(document, "roster.slots", tuple[Shift, ...])
    groups = _part(document, "roster.groups", tuple[DayGroup, ...])
    turns = (
        Turn(shift.week, shift.weekday, shift.slot, shift.point, seat.member, seat.kind.value)
        for shift in slots
        for seat in shift.seats
    )
    return Previous(
        {link.household: link.member for link in links},
        tuple(turns),
        {member: group.weekday for group in groups for member in group.members},
    )


def read_turns(document: object) -> PastTurns[str]:
    """How often each member stood by a ``plan.json``; raises as :func:`read_previous`."""
    loads = _part(document, "roster.load", dict[str, Turns])
    there = _part(document, "roster", Away)
    counts = {name: (turns.total, turns.early, turns.weekend) for name, turns in loads.items()}
    return PastTurns(counts, frozenset(there.away))


def _part(document: object, path: str, record: type[PartT]) -> PartT:
    """One part of a document, the rest unread."""
    if isinstance(document, Mapping):
        schema_of(document, PLAN_SCHEMA)
    found = document
    for name in path.split("."):
        if not isinstance(found, Mapping) or name not in found:
            raise ValueError(path)
        found = found[name]
    try:
        return from_json(found, record)
    except DomainError:
        raise ValueError(path) from None
