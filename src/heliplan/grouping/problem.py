"""Joint organisations as a problem: small units, who may join whom, thresholds, distances.

A *body* is an organisation of one or more units with its *seat* at one of them. It needs ``threshold``
members in all, has at most ``most`` units, and every unit must be able to join the seat. A plan says for
each unit where its body has its seat.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from heliplan.codec import Ints, dumps, integers
from heliplan.fields import LIMIT, Bools, numbers, read_record, truths, whole

FAR = 10**7
"""Largest coordinate, either way: squares of differences stay exact in a float."""

NONE = -1
"""No seat: the unit is in no body."""

_DEFAULT: Any = None  # "not given": __post_init__ puts the real default in its place


@dataclass(frozen=True, slots=True, eq=False)
class GroupingProblem:
    """N units; all arrays are read-only.

    Only the first two fields are needed. JSON (:meth:`to_json`) is one object with these fields, arrays
    as nested lists.

    Attributes
    ----------
    members : int >= 0 [N]
        Members of each unit (full Party members, union members …).
    threshold : int >= 1
        Members that a body needs.
    most : int >= 1 or None
        Most units in a body; ``None`` is no limit.
    labels : int >= -1 [N, C]
        One column for each thing that can join units: area, trade … A unit may join a seat if, in some
        column, both have the same label and it is not -1; all units of a body share the label with
        the seat *in one and the same column*. Default: one column, all alike.
    edges : int [E, 2] or None
        Instead of labels: which units may join each other, each pair once or twice.
    point : int [N, 2] or None
        Places in whole units of length (metres, say), -10**7 to 10**7; the distance is the straight line,
        rounded. ``None``: distances are all 0.
    reach : int >= 0 or None
        Longest distance between a unit and its seat.
    own : bool
        Whether a unit that reaches the threshold alone forms a body of its own and takes in nobody
        (the default). Otherwise it is a unit like any other.
    open : bool [N]
        Units that are there; the others take no part and stay in the list so that numbers do not change
        (default: all).
    fixed, forbidden : int [N, 2]
        (unit, seat): must have its seat there, must not.

    Raises
    ------
    ValueError
        Names field, index and reason. Pins that contradict each other are not an error here: solving
        then gives ``INFEASIBLE`` and names them.
    """

    members: Ints
    threshold: int
    most: int | None = None
    labels: Ints = _DEFAULT
    edges: Ints | None = None
    point: Ints | None = None
    reach: int | None = None
    own: bool = True
    open: Bools = _DEFAULT
    fixed: Ints = _DEFAULT
    forbidden: Ints = _DEFAULT

    def __post_init__(self) -> None:
        self._set("members", numbers(self.members, "members", (None,), 0))
        self._set("threshold", whole(self.threshold, "threshold", 1))
        if self.most is not None:
            self._set("most", whole(self.most, "most", 1))
        if self.reach is not None:
            self._set("reach", whole(self.reach, "reach", 0))
        if not isinstance(self.own, bool):
            raise ValueError(f"own: {self.own!r} is neither true nor false")
        self._set_joining()
        n = self.units
        if self.point is not None:
            self._set("point", numbers(self.point, "point", (n, 2), -FAR, FAR))
        elif self.reach is not None:
            raise ValueError("reach: needs points")
        self._set("open", truths(np.ones(n) if self.open is None else self.open, "open", (n,)))
        for name in ("fixed", "forbidden"):
            self._set(name, numbers(getattr(self, name), name, (None, 2), 0, n - 1))

    def _set_joining(self) -> None:
        n = self.units
        if self.edges is not None and self.labels is not None and np.size(self.labels):
            raise ValueError("labels: give labels or edges, not both")
        if self.edges is None:
            labels = np.zeros((n, 1), np.int64) if self.labels is None else self.labels
            self._set("labels", numbers(labels, "labels", (n, None), -1))
            return
        self._set("labels", integers(np.zeros((n, 0), np.int64), "labels"))
        edges = numbers(self.edges, "edges", (None, 2), 0, n - 1)
        loop = np.flatnonzero(edges[:, 0] == edges[:, 1])
        if loop.size:
            raise ValueError(f"edges[{loop[0]}]: joins unit {edges[loop[0], 0]} with itself")
        edges = np.unique(np.sort(edges, axis=1), axis=0)
        edges.setflags(write=False)
        self._set("edges", edges)

    def _set(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)

    @property
    def units(self) -> int:
        """N."""
        return len(self.members)

    @property
    def alone(self) -> Bools:
        """Units that form a body of their own, bool [N]."""
        alone: Bools = self.open & (self.members >= self.threshold) & self.own
        return alone

    def distance(self, unit: NDArray[np.int64], seat: NDArray[np.int64]) -> Ints:
        """Distance of every (unit, seat) given, broadcast against each other."""
        unit, seat = np.broadcast_arrays(unit, seat)
        if self.point is None:
            return np.zeros(unit.shape, np.int64)
        apart = (self.point[unit] - self.point[seat]).astype(float)
        way: Ints = np.rint(np.hypot(apart[..., 0], apart[..., 1])).astype(np.int64)
        return way

    def longest(self) -> int:
        """At least the largest distance that a plan can use."""
        if self.point is None or not self.units:
            return 0
        width = (self.point.max(axis=0) - self.point.min(axis=0)).astype(float)
        across = int(np.ceil(np.hypot(width[0], width[1])))
        return across if self.reach is None else min(across, self.reach)

    def to_json(self) -> str:
        """One JSON object as the class says."""
        record = {field.name: getattr(self, field.name) for field in fields(self)}
        del record["labels" if self.edges is not None else "edges"]
        return dumps(record)

    @classmethod
    def from_json(cls, text: str) -> GroupingProblem:
        """Read what :meth:`to_json` wrote; ``ValueError`` on broken JSON or an unknown or wrong field."""
        return cls(**read_record(text, cls))


@dataclass(frozen=True, slots=True)
class Params:
    """What the engines may spend.

    Attributes
    ----------
    exact : int
        Independent parts with at most this many units are solved by column generation, with proof where
        the time allows; larger ones by search, with a bound.
    near : int
        Nearest units looked at from each seat where more than that could join it. Bounds stay valid.
    windows : int
        Windows of a large part that are solved again by column generation.

    Raises
    ------
    ValueError
        On a number outside 0 to 10**9 (``near``: 1 to 10**9).
    """

    exact: int = 120
    near: int = 24
    windows: int = 200

    def __post_init__(self) -> None:
        whole(self.exact, "exact", 0)
        whole(self.near, "near", 1)
        whole(self.windows, "windows", 0)


@dataclass(frozen=True, slots=True, eq=False)
class GroupingPlan:
    """Where each unit's body has its seat. JSON (:meth:`to_json`): ``{"seat": [...]}``.

    Attributes
    ----------
    seat : int [N]
        The unit where the body has its seat (the unit itself for a seat), -1 for units in no body.
    """

    seat: Ints

    def __post_init__(self) -> None:
        object.__setattr__(self, "seat", numbers(self.seat, "seat", (None,), NONE, LIMIT))

    def fits(self, problem: GroupingProblem) -> None:
        """Raise ``ValueError`` (field, index, reason) if the plan speaks of what is not in ``problem``."""
        numbers(self.seat, "seat", (problem.units,), NONE, problem.units - 1)

    @property
    def bodies(self) -> Ints:
        """The seats, ascending."""
        return np.unique(self.seat[self.seat >= 0])

    def to_json(self) -> str:
        """One JSON object as the class says."""
        return dumps({"seat": self.seat})

    @classmethod
    def from_json(cls, text: str) -> GroupingPlan:
        """Read what :meth:`to_json` wrote; ``ValueError`` on broken JSON or an unknown or wrong field."""
        return cls(**read_record(text, cls))


@dataclass(frozen=True, slots=True)
class Weights:
    """What makes one whole number of the goals, in strict order.

    Each weight is more than all goals after it can come to, so the plan of least value covers the most
    units, then (with a previous plan) changes the fewest, then has the fewest bodies, then the least
    distance.
    """

    uncovered: int
    change: int
    bodies: int
    distance: int = 1


def weights(problem: GroupingProblem, repair: bool = False) -> Weights:
    """The weights for a problem; ``repair``: a previous plan counts."""
    n = problem.units
    bodies = 1 + n * problem.longest()
    change = bodies * (n + 1)
    return Weights(change * (n + 1) if repair else change, change if repair else 0, bodies)


def previous(problem: GroupingProblem, start: GroupingPlan | None) -> Ints:
    """The seats of a previous plan as they go on, int [N], -1 where there was none.

    A body whose seat has closed goes on under that of its units which is nearest to the others (the
    lowest number among equals); this is no change.

    Raises
    ------
    ValueError
        If ``start`` speaks of units that the problem does not have.
    """
    if start is None:
        return np.full(problem.units, NONE)
    start.fits(problem)
    seat = np.where(problem.open, start.seat, NONE)
    for old in np.unique(seat[seat >= 0]):
        if not problem.open[old]:
            left = np.flatnonzero(seat == old)
            ways = problem.distance(left[:, None], left[None, :]).sum(axis=0)
            seat[left] = left[np.argmin(ways)]
    return seat
