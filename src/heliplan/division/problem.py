"""The cutting of an area into grids: the problem and the plan, validated, JSON in and out.

Units (houses, buildings, blocks) are the points of a graph; a plan puts every unit into one of K grids.
Each grid hangs together in the graph, holds an amount of every measure between ``low`` and ``high``, and
the grids are compact. All problems minimise; coordinates, weights and costs are whole numbers.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from heliplan.codec import Ints, dumps, integers
from heliplan.fields import LIMIT, read_record, real, whole, within

FAR = 10**7
"""Largest coordinate, either way: squares of differences stay exact in a float."""

COMPACTNESS, CHANGE = "compactness", "change"
"""The two named parts of a value."""

_DEFAULT: Any = None  # "not given": __post_init__ puts the real default in its place


class Compactness(StrEnum):
    """What makes grids compact; small is good."""

    INERTIA = "inertia"
    """Sum over the units of weight × squared distance to the weighted mean of the grid; each grid's sum
    is rounded up to a whole number."""
    MEDIAN = "median"
    """Sum over the units of weight × distance (rounded to a whole number) to the grid's best unit."""


@dataclass(frozen=True, slots=True, eq=False)
class DivisionProblem:
    """U units, M measures, K grids; all arrays are read-only.

    Only the first five fields are needed. JSON (:meth:`to_json`) is one object with exactly these fields;
    arrays are nested lists.

    Attributes
    ----------
    points : int [U, 2], -10**7 to 10**7
        Plane coordinates in a unit of your choice (decimetres, say). Degrees must be projected first.
    edges : int [E, 2]
        Pairs of units that touch; each pair once, in either order.
    measures : int >= 0 [U, M]
        What is shared out evenly: households, people, area …; a list of U numbers is one measure.
    grids : int >= 1
        K.
    low, high : int >= 0 [M]
        Bounds on every grid's amount of each measure; see :func:`band` for "within 5 % of the mean".
    weights : int >= 0 [U]
        How much a unit counts for compactness and change (default: the first measure).
    compactness : Compactness
    barriers : int [B, 2]
        Edges that do not join (a river, a main road); each must be one of ``edges``.
    whole : int [U]
        Number of the block a unit belongs to, -1 for none (default). The units of a block stay in one
        grid (an existing grid that must stay whole, two houses that belong together). A block must hang
        together by itself.
    pins : int [P, 2]
        (unit, grid) that must be.
    apart : int [A, 2]
        Pairs of units that must not share a grid.

    Raises
    ------
    ValueError
        Names field, index and reason. What contradicts only in combination (pins, bounds) is not an
        error here: solving then gives ``INFEASIBLE`` and names it.
    """

    points: Ints
    edges: Ints
    measures: Ints
    grids: int
    low: Ints
    high: Ints = _DEFAULT
    weights: Ints = _DEFAULT
    compactness: Compactness = Compactness.INERTIA
    barriers: Ints = _DEFAULT
    whole: Ints = _DEFAULT
    pins: Ints = _DEFAULT
    apart: Ints = _DEFAULT

    def __post_init__(self) -> None:
        self._set("compactness", Compactness(self.compactness))
        points = self.points if len(self.points) else np.zeros((0, 2), np.int64)
        self._set("points", within(integers(points, "points", (None, 2)), "points", -FAR, FAR))
        grids = int(integers(self.grids, "grids", ()))
        self._set("grids", grids)
        if not 1 <= grids <= self.units:
            raise ValueError(f"grids: {grids} grids of {self.units} units; between 1 and the number of units")
        self._check_measures()
        self._check_pairs()
        whole = np.full(self.units, -1) if self.whole is None else self.whole
        self._set("whole", within(integers(whole, "whole", (self.units,)), "whole", -1, LIMIT))
        self._check_blocks()

    def _set(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)

    def _check_measures(self) -> None:
        given = np.asarray(self.measures)
        given = given[:, None] if given.ndim == 1 else given
        measures = integers(given, "measures", (self.units, None))
        self._set("measures", within(measures, "measures", 0, LIMIT))
        count = measures.shape[1]
        if not count:
            raise ValueError("measures: at least one measure is needed")
        for name in ("low", "high"):
            bound = getattr(self, name)
            bound = np.full(count, bound) if np.ndim(bound) == 0 and bound is not None else bound
            if bound is None:
                raise ValueError(f"{name}: missing")
            self._set(name, within(integers(bound, name, (count,)), name, 0, LIMIT**2))
        wrong = np.flatnonzero(self.low > self.high)
        if wrong.size:
            raise ValueError(f"low[{wrong[0]}]: {self.low[wrong[0]]} is above high {self.high[wrong[0]]}")
        weights = measures[:, 0].copy() if self.weights is None else self.weights
        self._set("weights", within(integers(weights, "weights", (self.units,)), "weights", 0, LIMIT))
        if int(self.weights.sum()) * self.spread_squared() >= 2**62:
            raise ValueError(
                "weights: weight × squared distance does not fit into 64 bits; use a coarser unit"
            )

    def _check_pairs(self) -> None:
        for name, top in (
            ("edges", self.units),
            ("barriers", self.units),
            ("apart", self.units),
            ("pins", None),
        ):
            given = getattr(self, name)
            given = np.zeros((0, 2), np.int64) if given is None or len(given) == 0 else given
            pairs = integers(given, name, (None, 2))
            wrong = np.argwhere((pairs < 0) | (pairs >= [self.units, self.grids if top is None else top]))
            if wrong.size:
                there = "unit" if top is not None or wrong[0, 1] == 0 else "grid"
                raise ValueError(f"{name}{wrong[0].tolist()}: there is no {there} {pairs[tuple(wrong[0])]}")
            self._set(name, pairs)
            same = np.flatnonzero(pairs[:, 0] == pairs[:, 1])
            if top is not None and same.size:
                raise ValueError(f"{name}[{same[0]}]: unit {pairs[same[0], 0]} is paired with itself")
        keys = pair_keys(self.edges, self.units)
        _, first = np.unique(keys, return_index=True)
        if len(first) < len(keys):
            again = np.setdiff1d(np.arange(len(keys)), first)[0]
            raise ValueError(f"edges[{again}]: {self.edges[again].tolist()} stands there already")
        missing = np.flatnonzero(~np.isin(pair_keys(self.barriers, self.units), keys))
        if missing.size:
            raise ValueError(f"barriers[{missing[0]}]: {self.barriers[missing[0]].tolist()} is not an edge")

    def _check_blocks(self) -> None:
        """Each block hangs together by itself; otherwise it could not be treated as one unit."""
        if (self.whole < 0).all():
            return
        ways = self.ways()
        inside = ways[self.whole[ways[:, 0]] == self.whole[ways[:, 1]]]
        graph = coo_array((np.ones(len(inside), np.int8), inside.T), shape=(self.units, self.units))
        part = connected_components(graph, directed=False)[1]
        first: dict[int, int] = {}
        for unit in np.flatnonzero(self.whole >= 0).tolist():
            number = int(self.whole[unit])
            other = first.setdefault(number, unit)
            if part[other] != part[unit]:
                raise ValueError(f"whole[{unit}]: block {number} does not join it to unit {other}")

    @property
    def units(self) -> int:
        """U."""
        return len(self.points)

    def spread_squared(self) -> int:
        """Squared diagonal of the box around all points: no squared distance is larger."""
        span = self.points.max(axis=0) - self.points.min(axis=0)
        return int(span[0]) ** 2 + int(span[1]) ** 2

    def ways(self) -> Ints:
        """The edges that join: ``edges`` without ``barriers``, int [E - B, 2]."""
        shut = np.isin(pair_keys(self.edges, self.units), pair_keys(self.barriers, self.units))
        return self.edges[~shut]

    def to_json(self) -> str:
        """One JSON object, read back by :meth:`from_json`."""
        return dumps({field.name: getattr(self, field.name) for field in fields(self)})

    @classmethod
    def from_json(cls, text: str) -> DivisionProblem:
        """Read what :meth:`to_json` wrote; ``ValueError`` on broken JSON or an unknown or wrong field."""
        return cls(**read_record(text, cls))


@dataclass(frozen=True, slots=True, eq=False)
class DivisionPlan:
    """Which unit lies in which grid. JSON (:meth:`to_json`): ``{"grid": [...]}``.

    Attributes
    ----------
    grid : int [U], 0 to K - 1
        -1 in a previous plan where a unit had no grid.
    """

    grid: Ints

    def __post_init__(self) -> None:
        object.__setattr__(self, "grid", integers(self.grid, "grid", (None,)))

    def fits(self, problem: DivisionProblem) -> None:
        """Raise ``ValueError`` (field, index, reason) if the plan speaks of what is not in ``problem``."""
        within(integers(self.grid, "grid", (problem.units,)), "grid", 0, problem.grids - 1)

    def to_json(self) -> str:
        """One JSON object as the class says."""
        return dumps({"grid": self.grid})

    @classmethod
    def from_json(cls, text: str) -> DivisionPlan:
        """Read what :meth:`to_json` wrote; ``ValueError`` on broken JSON or an unknown or wrong field."""
        return cls(read_record(text, cls)["grid"])


@dataclass(frozen=True, slots=True)
class Params:
    """How the search is led and how a repair weighs change.

    Attributes
    ----------
    sweeps : int >= 1
        Length of one cooling of the annealing engine, in sweeps (one sweep tries as many moves as there
        are units). Without limits in ``Stop`` a solve does one cooling.
    change_cost : int or None
        With a previous plan: cost of one unit of weight (a household) whose grid changes; a unit of
        weight 0 counts as 1. ``None`` (the default): as little change as can be before compactness
        counts (see :func:`change_weight`).
    exact_units : int >= 0
        Up to so many units (blocks count once) a proven answer is tried first.

    Raises
    ------
    ValueError
        Names the field.
    """

    sweeps: int = 1500
    change_cost: int | None = None
    exact_units: int = 25

    def __post_init__(self) -> None:
        for name, low in (("sweeps", 1), ("change_cost", 0), ("exact_units", 0)):
            if name != "change_cost" or self.change_cost is not None:
                whole(getattr(self, name), name, low)


def band(measures: Any, grids: int, tolerance: float) -> tuple[Ints, Ints]:
    """Bounds that keep every grid within ``tolerance`` of the mean amount.

    Parameters
    ----------
    measures : int [U] or [U, M]
    grids : int
    tolerance : float
        0.05 for 5 %.

    Returns
    -------
    low, high : int [M]
        Rounded inwards, to whole numbers.

    Raises
    ------
    ValueError
        On a tolerance that is not a finite number of at least 0, or that no whole numbers keep; on fewer
        than one grid.
    """
    real(tolerance, "tolerance", 0, float("inf"))
    whole(grids, "grids", 1)
    given = np.asarray(measures)
    total = integers(given[:, None] if given.ndim == 1 else given, "measures", (None, None)).sum(axis=0)
    hair = 1e-9  # 0.05 is not exact in binary: a whole number on the border belongs inside
    low = [max(0, math.ceil(amount / grids * (1 - tolerance) - hair)) for amount in total.tolist()]
    high = [math.floor(amount / grids * (1 + tolerance) + hair) for amount in total.tolist()]
    for measure, amount in enumerate(total.tolist()):
        # K amounts from low to high sum to the whole only if it lies between K times the one and the other
        if not grids * low[measure] <= amount <= grids * high[measure]:
            share = amount / grids
            enough = max(share - math.floor(share), math.ceil(share) - share) / share
            raise ValueError(
                f"tolerance: {tolerance} leaves measure {measure} no whole amounts: {amount} in {grids} "
                f"grids is {share:.2f} each; {math.ceil(enough * 1e4) / 1e4} would do"
            )
    return np.array(low, np.int64), np.array(high, np.int64)


def edges_of(neighbours: Sequence[Sequence[int]]) -> Ints:
    """The edges of a graph given as one list of neighbours per unit, int [E, 2].

    Raises
    ------
    ValueError
        Names the unit: a neighbour that does not exist, or an edge that only one side tells of.
    """
    lists = [integers(list(row), f"neighbours[{unit}]", (None,)) for unit, row in enumerate(neighbours)]
    seen = {(unit, int(other)) for unit, row in enumerate(lists) for other in row}
    for unit, other in sorted(seen):
        if not 0 <= other < len(lists):
            raise ValueError(f"neighbours[{unit}]: there is no unit {other}")
        if (other, unit) not in seen:
            raise ValueError(
                f"neighbours[{unit}]: names {other}, but neighbours[{other}] does not name {unit}"
            )
    pairs = sorted((unit, other) for unit, other in seen if unit <= other)
    return np.array(pairs, np.int64).reshape(-1, 2)


def previous(problem: DivisionProblem, start: DivisionPlan | None) -> Ints:
    """The grid that each unit had, int [U], -1 where it had none; ``None`` is all -1.

    Raises
    ------
    ValueError
        Names field, index and reason.
    """
    if start is None:
        return np.full(problem.units, -1)
    return within(integers(start.grid, "start.grid", (problem.units,)), "start.grid", -1, problem.grids - 1)


def change_weight(problem: DivisionProblem, params: Params | None = None) -> int:
    """What one unit of weight whose grid changes costs in a repair.

    ``params.change_cost`` where it is given. Otherwise more than the compactness of any plan: so the plan
    of least value changes the least weight, and among those it is the most compact.
    """
    if params is not None and params.change_cost is not None:
        return int(params.change_cost)
    square = problem.spread_squared()
    furthest = square if problem.compactness is Compactness.INERTIA else math.isqrt(square) + 1
    return 1 + problem.grids + int(problem.weights.sum()) * furthest


def pair_keys(pairs: Ints, units: int) -> Ints:
    """One number for each pair, whatever its order."""
    keys: Ints = pairs.min(axis=1, initial=units) * units + pairs.max(axis=1, initial=-1)
    return keys
