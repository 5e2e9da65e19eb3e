"""Who works which shift on which day, as a problem: contracts, cover, requests and pins.

The general employee-scheduling form of T. Curtois and R. Qu, "Computational results on new staff scheduling
benchmark instances" (2014). A person works at most one shift a day. Rules of a person (contract, days
off, pins) must hold; cover and requests cost when missed. Day 0 is a Monday. The days before the first and
after the last count as if every *minimum* run had been kept there; *maximum* runs count inside only.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from heliplan.codec import Ints, dumps, integers
from heliplan.fields import read_object, whole, within

Bools = NDArray[np.bool_]

OFF = -1
"""What a plan holds for a day off."""

UNKNOWN = -2
"""What a ``start`` holds for a day that had no entry: filling it is no change."""

WEEK, SATURDAY, SUNDAY = 7, 5, 6

LIMIT = 10**6
"""Weights, minutes and counts above this say that something is wrong with the input."""

UNDER, OVER, MISSED, UNWANTED, CHANGE = "under", "over", "missed", "unwanted", "change"
"""Names of the cost parts: too few, too many, shift not given, unwished shift given, changed days."""

_CONTRACT = ("max_minutes", "min_minutes", "max_run", "min_run", "min_rest", "max_weekends")
_COVER = ("required", "under", "over")
_LISTS = ("wanted", "unwanted", "pins")
_NONE: Any = None  # "not given": __post_init__ puts an empty list in its place


@dataclass(frozen=True, slots=True, eq=False)
class ShiftsProblem:
    """E people, H days, S shifts; all arrays are read-only.

    JSON (:meth:`to_json`) is one object with these fields as (nested) lists; ``wanted``, ``unwanted`` and
    ``pins`` may be left out.

    Attributes
    ----------
    minutes : int [S], 1 to 10**6
        Length of each shift.
    follows : bool [S, S]
        ``follows[a, b]``: shift b may come on the day after shift a.
    max_shifts : int [E, S]
        How often a person may work each shift; 0 forbids it.
    max_minutes, min_minutes : int [E]
        Bounds on all minutes worked.
    max_run, min_run : int [E], at least 1
        Days worked in a row.
    min_rest : int [E], at least 1
        Days off in a row.
    max_weekends : int [E]
        Weekends with work on Saturday or Sunday.
    absent : bool [E, H]
        Days on which a person cannot work.
    required, under, over : int [H, S]
        People wanted, cost of each one too few, cost of each one too many.
    wanted, unwanted : int [N, 4]
        (person, day, shift, weight): costs the weight if the shift is not given, is given.
    pins : int [N, 3]
        (person, day, shift or -1 for off) that must be so.

    Raises
    ------
    ValueError
        Names field, index and reason. Rules that contradict each other are not an error here: solving
        then gives ``INFEASIBLE`` and names the person.
    """

    minutes: Ints
    follows: Bools
    max_shifts: Ints
    max_minutes: Ints
    min_minutes: Ints
    max_run: Ints
    min_run: Ints
    min_rest: Ints
    max_weekends: Ints
    absent: Bools
    required: Ints
    under: Ints
    over: Ints
    wanted: Ints = _NONE
    unwanted: Ints = _NONE
    pins: Ints = _NONE

    def __post_init__(self) -> None:
        self._set("minutes", (None,), 1)
        count = len(self.minutes)
        self._set("max_shifts", (None, count), 0)
        people = len(self.max_shifts)
        for name in _CONTRACT:
            self._set(name, (people,), 1 if name in ("max_run", "min_run", "min_rest") else 0)
        self._set("required", (None, count), 0)
        for name in ("under", "over"):
            self._set(name, self.required.shape, 0)
        self._flags("follows", (count, count))
        self._flags("absent", (people, self.days))
        for name, size in zip(("minutes", "max_shifts", "required"), (count, people, self.days), strict=True):
            if not size:
                raise ValueError(f"{name}: empty; a shift, a person and a day are needed")
        for name in _LISTS:
            self._triples(name)

    def _set(self, name: str, shape: tuple[int | None, ...], low: int) -> None:
        array = integers(getattr(self, name), name, shape)
        object.__setattr__(self, name, within(array, name, low, LIMIT))

    def _flags(self, name: str, shape: tuple[int, ...]) -> None:
        array = within(integers(getattr(self, name), name, shape), name, 0, 1).astype(np.bool_)
        array.setflags(write=False)
        object.__setattr__(self, name, array)

    def _triples(self, name: str) -> None:
        given, width = getattr(self, name), 3 if name == "pins" else 4
        empty = given is None or len(given) == 0
        rows = integers(np.zeros((0, width), np.int64) if empty else given, name, (None, width))
        lows = (0, 0, OFF if name == "pins" else 0, 0)
        highs = (self.people - 1, self.days - 1, self.shifts - 1, LIMIT)
        for index, row in enumerate(rows.tolist()):
            for column, (cell, low, high) in enumerate(zip(row, lows, highs, strict=False)):
                if not low <= cell <= high:
                    raise ValueError(f"{name}[{index}, {column}]: {cell} is not between {low} and {high}")
        object.__setattr__(self, name, rows)

    @property
    def people(self) -> int:
        """E."""
        return len(self.max_shifts)

    @property
    def days(self) -> int:
        """H."""
        return len(self.required)

    @property
    def shifts(self) -> int:
        """S."""
        return len(self.minutes)

    def alone(self, person: int) -> ShiftsProblem:
        """The same with this one person and without requests."""
        one = slice(person, person + 1)
        pins = self.pins[self.pins[:, 0] == person].copy()
        pins[:, 0] = 0
        rows = {name: getattr(self, name)[one] for name in ("max_shifts", *_CONTRACT, "absent")}
        return replace(self, **rows, wanted=_NONE, unwanted=_NONE, pins=pins)

    def to_json(self) -> str:
        """One JSON object as the class says."""
        return dumps({field.name: getattr(self, field.name) for field in fields(self)})

    @classmethod
    def from_json(cls, text: str) -> ShiftsProblem:
        """Read what :meth:`to_json` wrote; ``ValueError`` on broken JSON or an unknown or wrong field."""
        names = [field.name for field in fields(cls)]
        return cls(**read_object(text, names, [name for name in names if name not in _LISTS]))


@dataclass(frozen=True, slots=True, eq=False)
class ShiftsPlan:
    """Who works what. JSON (:meth:`to_json`): ``{"shift": [[...]]}``.

    Attributes
    ----------
    shift : int [E, H]
        Shift of each person on each day, -1 for off; -2 in a previous plan where nothing is known.
    """

    shift: Ints

    def __post_init__(self) -> None:
        object.__setattr__(self, "shift", integers(self.shift, "shift", (None, None)))

    def to_json(self) -> str:
        """One JSON object as the class says."""
        return dumps({"shift": self.shift})

    @classmethod
    def from_json(cls, text: str) -> ShiftsPlan:
        """Read what :meth:`to_json` wrote; ``ValueError`` on broken JSON or an unknown or wrong field."""
        return cls(read_object(text, ["shift"], ["shift"])["shift"])


@dataclass(frozen=True, slots=True)
class Params:
    """How a repair weighs change.

    Attributes
    ----------
    change_cost : int or None
        With a previous plan: cost of every day of a person that changes. ``None`` (the default): as few
        changes as can be before any other cost counts (see :func:`change_weight`).

    Raises
    ------
    ValueError
        On a cost below 0 or above 10**6.
    """

    change_cost: int | None = None

    def __post_init__(self) -> None:
        if self.change_cost is not None:
            whole(self.change_cost, "change_cost", 0, LIMIT)


def previous(problem: ShiftsProblem, start: ShiftsPlan | None) -> Ints:
    """What everybody did, int [E, H]: a shift, -1 off, -2 unknown; ``None`` is all unknown.

    Raises
    ------
    ValueError
        Names field, index and reason.
    """
    if start is None:
        return np.full((problem.people, problem.days), UNKNOWN)
    array = integers(start.shift, "start.shift", (problem.people, problem.days))
    return within(array, "start.shift", UNKNOWN, problem.shifts - 1)


def change_weight(problem: ShiftsProblem, params: Params | None = None) -> int:
    """What one changed day of one person costs in a repair.

    ``params.change_cost`` where it is given. Otherwise one more than all other costs together can ever
    be, so the plan of least value has the fewest changes and, among those, the least cost.
    """
    if params is not None and params.change_cost is not None:
        return int(params.change_cost)
    most = np.maximum(problem.required * problem.under, problem.people * problem.over)
    return 1 + int(most.sum() + problem.wanted[:, 3].sum() + problem.unwanted[:, 3].sum())
