"""What is kept of a plan as JSON: beside its rows (``Run.facts``), what was asked, changes by hand."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from msgspec import Struct

from heli.kernel.lib.records import BriefRecord, Json, from_json, to_json
from heli.kernel.sheets.problems import Severity
from heli.plans.rules import Options

FACTS_SCHEMA = 1
"""Of ``Run.facts``."""

Plain = None | bool | int | float | str
Told = Plain | tuple[Plain, ...]
Params = Mapping[str, Told]
"""A reason of the planning library: its code under ``code``, its parameters with keys in place of indices."""


@dataclass(frozen=True, slots=True)
class Asked(Options):
    """What was asked of a run: options, whether to begin anew, household → member to pin."""

    fresh: bool = False
    links: Mapping[str, str] = field(default_factory=dict)


class Solved(Struct, frozen=True):
    """What the solver gave for one of the two tables, in its own units."""

    status: str
    value: int | None
    bound: int | None
    gap: float | None
    engine: str
    seed: int
    seconds: float
    parts: Mapping[str, int]


class Now(Struct, frozen=True):
    """The value of both tables after changes by hand."""

    links: int | None = None
    seats: int | None = None


class Conflicts(Struct, frozen=True):
    """Why there is no plan."""

    links: tuple[Params, ...] = ()
    seats: tuple[Params, ...] = ()


class RunFacts(BriefRecord, frozen=True, omit_defaults=True, kw_only=True):
    """What is kept of a plan beside its rows. Members are named by key, as text.

    Attributes
    ----------
    links, seats : Solved or None
        ``None``: there was nothing to solve.
    unit, scale
        What distances are counted in, and how many of the solver's units make one.
    low, high : int
        The bounds that were kept.
    members : tuple of str
        Everybody who was there.
    exempt, groups
        Member → why they serve in neither or one table; → day (from 0) in the day groups.
    left_over : tuple of str
        Households that found no room, by key.
    stood
        Member → total, early, weekend turns stood before.
    levelled : tuple of str or None
        Who was given the others' level; ``None``: made when the book's turns were added to ``stood``.
    mode, slots, early, leaders
        The roster's; ``slots`` are name, start, end, ``early`` the names of those that count as early.
    unfilled
        ``week/weekday/slot/post`` → why seats stay empty.
    now : Now
        After changes by hand.
    base_version : int or None
        Of the run it was planned again from, then.
    lost : int
        Turns in force of which not even the drop point is known.
    """

    links: Solved | None = None
    seats: Solved | None = None
    unit: str = ""
    scale: int = 1
    low: int = 0
    high: int = 0
    members: tuple[str, ...] = ()
    exempt: Mapping[str, str] = {}
    left_over: tuple[str, ...] = ()
    conflicts: Conflicts = Conflicts()
    stood: Mapping[str, tuple[int, int, int]] = {}
    levelled: tuple[str, ...] | None = None
    mode: str = ""
    slots: tuple[tuple[str, str, str], ...] = ()
    early: tuple[str, ...] = ()
    groups: Mapping[str, int] = {}
    leaders: tuple[str | None, ...] = ()
    unfilled: Mapping[str, tuple[Params, ...]] = {}
    now: Now = Now()
    base_version: int | None = None
    lost: int = 0


Cell = tuple[uuid.UUID | None, bool]
"""A row as a change keeps it: the member, and whether it is pinned."""


class Change(Struct, frozen=True):
    """Rows of a change by hand, before or after it; ``version`` is the run's after it (``Edit``)."""

    links: Mapping[uuid.UUID, Cell]
    seats: Mapping[uuid.UUID, Cell]
    version: int = 0


class KeptProblem(Struct, frozen=True):
    """A problem found when it was planned, with what its sentences are made of (``Run.problems``)."""

    severity: Severity
    code: str
    sheet: str
    row: int | None
    column: str
    message: str
    cure: str
    params: Mapping[str, bool | int | float | str] = {}


def facts_to_json(facts: RunFacts) -> Json:
    """Plain values that :func:`facts_from_json` reads back."""
    return {"schema": FACTS_SCHEMA, **to_json(facts)}


def facts_from_json(kept: Mapping[str, object]) -> RunFacts:
    """See :func:`facts_to_json`. Raises ``DomainError`` as ``from_json``: a newer Heli made the run."""
    return from_json(kept, RunFacts, FACTS_SCHEMA)
