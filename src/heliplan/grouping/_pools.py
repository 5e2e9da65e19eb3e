"""How many units of each class go into bodies, and into how many: a small program over counts.

Without a reach, pins or edges every unit of a class can join every other, so only counts matter: how many
units of each (labels, members) go into bodies of each class. What the program says is a bound on every
plan, because it asks of the bodies of a class only what they must keep in sum.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from heliplan.codec import Ints
from heliplan.grouping._parts import Part
from heliplan.grouping.problem import GroupingProblem
from heliplan.highs import Floats
from heliplan.mip import Program, ceiling, minimise
from heliplan.stop import Watch


@dataclass(frozen=True, slots=True, eq=False)
class Pools:
    """Units of each class that go into bodies, how many bodies there, and bounds on the sums.

    Attributes
    ----------
    units : tuple of int arrays
        Local units by pool; no unit stands in two.
    bodies : tuple of int
    kind : tuple of int
        The column of the class.
    left_out, fewest : int
        Bounds: units that no plan can cover; bodies that a plan covering all others needs (0: unknown).
    """

    units: tuple[Ints, ...]
    bodies: tuple[int, ...]
    kind: tuple[int, ...]
    left_out: int
    fewest: int


def pools(problem: GroupingProblem, part: Part, watch: Watch, seed: int) -> Pools | None:
    """Share out the units of a part; ``None`` if time ran out first."""
    return _Sharing(problem, part).solve(watch, seed)


class _Sharing:
    """Columns: units of type k that go into pool p (only where they have its label); bodies of pool p."""

    def __init__(self, problem: GroupingProblem, part: Part) -> None:
        self.part = part
        labels = problem.labels[part.units]
        rows, self.type = np.unique(np.column_stack([labels, part.members]), axis=0, return_inverse=True)
        self.type = self.type.ravel()
        self.count = np.bincount(self.type)
        self.worth = rows[:, -1]
        self.most = part.size if problem.most is None else problem.most
        self.threshold = problem.threshold
        at, kind = np.nonzero(rows[:, :-1] >= 0)
        keys = np.column_stack([kind, rows[at, kind]])
        self.pool, place = np.unique(keys, axis=0, return_inverse=True)
        self.of_type, self.of_pool = at, place.ravel()

    def solve(self, watch: Watch, seed: int) -> Pools | None:
        """First as many units as can be, then as few bodies."""
        arcs, count = len(self.of_type), len(self.pool)
        some, bodies = np.zeros(arcs + count), np.zeros(arcs + count)
        some[:arcs], bodies[arcs:] = -1.0, 1.0
        first = minimise(self._program(some, 0), watch, seed)
        if first.values is None or first.bound is None:
            return None
        inside = int(first.values[:arcs].sum())
        left_out = max(0, self.part.size + ceiling(first.bound))
        then = minimise(self._program(bodies, inside), watch, seed, first.values)
        values = first.values if then.values is None else then.values
        tight = self.part.size - inside == left_out and then.bound is not None
        fewest = ceiling(then.bound or 0.0) if tight else 0
        return self._named(values, left_out, fewest)

    def _program(self, cost: Floats, inside: int) -> Program:
        """Rows: units there are; room; threshold; at least a unit a body; units to cover."""
        arcs, types, count = len(self.of_type), len(self.count), len(self.pool)
        arc, body = np.arange(arcs), arcs + np.arange(count)
        ones, each = np.ones(arcs), np.ones(count)
        room, reach, least = types, types + count, types + 2 * count
        blocks = [
            (self.of_type, arc, ones),
            (room + self.of_pool, arc, ones),
            (room + np.arange(count), body, -self.most * each),
            (reach + self.of_pool, arc, self.worth[self.of_type].astype(float)),
            (reach + np.arange(count), body, -self.threshold * each),
            (least + self.of_pool, arc, ones),
            (least + np.arange(count), body, -each),
            (np.full(arcs, types + 3 * count), arc, ones),
        ]
        row, column, value = (np.concatenate([block[i] for block in blocks]) for i in range(3))
        wide = np.full(count, np.inf)
        low = np.concatenate([np.full(types, -np.inf), -wide, 0 * each, 0 * each, [inside]])
        high = np.concatenate([self.count, 0 * each, wide, wide, [np.inf]])
        upper = np.concatenate([self.count[self.of_type], np.full(count, self.part.size)]).astype(float)
        return Program(cost, upper, low, high, row, column, value)

    def _named(self, values: Floats, left_out: int, fewest: int) -> Pools:
        """Choose units for the counts: of a type, whoever comes first."""
        arcs = len(self.of_type)
        order = np.argsort(self.type, kind="stable")
        next_ = np.concatenate([[0], np.cumsum(self.count)[:-1]])
        units: list[list[Ints]] = [[] for _ in range(len(self.pool))]
        for arc, many in enumerate(values[:arcs].astype(np.int64).tolist()):
            begin = next_[self.of_type[arc]]
            units[self.of_pool[arc]].append(order[begin : begin + many])
            next_[self.of_type[arc]] += many
        bodies = values[arcs:].astype(np.int64).tolist()
        used = [p for p, many in enumerate(bodies) if many and sum(map(len, units[p]))]
        return Pools(
            units=tuple(np.sort(np.concatenate(units[p])) for p in used),
            bodies=tuple(bodies[p] for p in used),
            kind=tuple(int(self.pool[p, 0]) for p in used),
            left_out=left_out,
            fewest=fewest,
        )
