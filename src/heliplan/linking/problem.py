"""Who looks after whom as a problem: households, members, nearness, loads, wishes and pins.

Every household gets exactly one member; the number of households of a member (the *load*) lies between
``low`` and ``high``. Where not all can be linked within these bounds, a ``partial`` problem links as many as
can be and leaves the rest without a member. A pair costs its distance less its credits (kin, wish, own house
…); the cost of a plan is the sum over its pairs, and for a repair the cost of its changes.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from heliplan.codec import Ints, dumps, integers
from heliplan.fields import LIMIT, read_object, whole, within

FAR = 10**7
"""Largest coordinate, either way: squares of differences stay exact in a float."""

DISTANCE, CHANGE, REFUSED = "distance", "change", "refused"
"""Names of the cost parts that are no kind of credit."""

UNLINKED = "unlinked"
"""Name of the level that counts households without a member."""


class Nearness(Protocol):
    """How far every household is from every member, without holding all pairs where it need not."""

    @property
    def shape(self) -> tuple[int, int]:
        """(H, M): how many households, how many members."""
        ...

    def table(
        self, households: NDArray[np.int64], members: NDArray[np.int64] | None = None
    ) -> NDArray[np.int64]:
        """Distances of these households to these members (``None``: all), int64, a new array."""
        ...

    def pairs(self, households: NDArray[np.int64], members: NDArray[np.int64]) -> NDArray[np.int64]:
        """Distance of every (household, member) pair given, int64 [N]."""
        ...

    def spread(self) -> int:
        """At least the sum over the households of (farthest - nearest member)."""
        ...

    def farthest(self) -> int:
        """At least the sum over the households of the way to the farthest member."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Matrix:
    """Every distance given.

    Attributes
    ----------
    distance : int [H, M], 0 to 10**9

    Raises
    ------
    ValueError
        Names field, index and reason.
    """

    distance: Ints

    def __post_init__(self) -> None:
        given = integers(self.distance, "nearness.distance", (None, None))
        object.__setattr__(self, "distance", within(given, "nearness.distance", 0, LIMIT))

    @property
    def shape(self) -> tuple[int, int]:
        """See :class:`Nearness`."""
        return self.distance.shape[0], self.distance.shape[1]

    def table(
        self, households: NDArray[np.int64], members: NDArray[np.int64] | None = None
    ) -> NDArray[np.int64]:
        """See :class:`Nearness`."""
        return self.distance[households if members is None else np.ix_(households, members)]

    def pairs(self, households: NDArray[np.int64], members: NDArray[np.int64]) -> NDArray[np.int64]:
        """See :class:`Nearness`."""
        return self.distance[households, members]

    def spread(self) -> int:
        """See :class:`Nearness`; exact."""
        if not self.distance.size:
            return 0
        return int((self.distance.max(axis=1) - self.distance.min(axis=1)).sum())

    def farthest(self) -> int:
        """See :class:`Nearness`; exact."""
        return int(self.distance.max(axis=1).sum()) if self.distance.size else 0


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """Places in the plane; the distance is the straight line, rounded to the nearest whole unit.

    Attributes
    ----------
    households, members : int [H, 2], int [M, 2]
        Coordinates in whole units (decimetres, say), -10**7 to 10**7. A half unit of distance rounds to
        the even neighbour.

    Raises
    ------
    ValueError
        Names field, index and reason.
    """

    households: Ints
    members: Ints

    def __post_init__(self) -> None:
        for name in ("households", "members"):
            given = getattr(self, name)
            given = given if len(given) else np.zeros((0, 2), np.int64)
            array = integers(given, f"nearness.{name}", (None, 2))
            object.__setattr__(self, name, within(array, f"nearness.{name}", -FAR, FAR))

    @property
    def shape(self) -> tuple[int, int]:
        """See :class:`Nearness`."""
        return len(self.households), len(self.members)

    def table(
        self, households: NDArray[np.int64], members: NDArray[np.int64] | None = None
    ) -> NDArray[np.int64]:
        """See :class:`Nearness`."""
        there = (self.members if members is None else self.members[members]).astype(float)
        here = self.households[households].astype(float)
        across = here[:, :1] - there[:, 0]
        down = here[:, 1:] - there[:, 1]
        return _length(across, down)

    def pairs(self, households: NDArray[np.int64], members: NDArray[np.int64]) -> NDArray[np.int64]:
        """See :class:`Nearness`."""
        apart = (self.households[households] - self.members[members]).astype(float)
        return _length(apart[:, 0].copy(), apart[:, 1].copy())

    def spread(self) -> int:
        """See :class:`Nearness`; for every household at most the way to the far corner of the members."""
        if not self.households.size or not self.members.size:
            return 0
        low, high = self.members.min(axis=0), self.members.max(axis=0)
        corner = np.maximum(np.abs(self.households - low), np.abs(self.households - high)).astype(float)
        return int(np.ceil(np.hypot(corner[:, 0], corner[:, 1]) + 1).sum())

    def farthest(self) -> int:
        """See :class:`Nearness`."""
        return self.spread()


@dataclass(frozen=True, slots=True, eq=False)
class Credits:
    """What makes a pair cheaper than its distance; several credits of one pair add up.

    Attributes
    ----------
    household, member : int [N]
    amount : int [N], 0 to 10**9
        Subtracted from the distance.
    kind : tuple of str [N]
        A code such as ``kin``, ``wish``, ``own``; each kind is a named part of the value.

    Raises
    ------
    ValueError
        Names field, index and reason.
    """

    household: Ints
    member: Ints
    amount: Ints
    kind: tuple[str, ...]

    def __post_init__(self) -> None:
        count = len(self.kind)
        for name in ("household", "member", "amount"):
            array = integers(getattr(self, name), f"credits.{name}", (count,))
            object.__setattr__(self, name, within(array, f"credits.{name}", 0, LIMIT))
        object.__setattr__(self, "kind", tuple(self.kind))
        for index, kind in enumerate(self.kind):
            if not isinstance(kind, str) or not kind or kind in (DISTANCE, CHANGE, REFUSED):
                raise ValueError(f"credits.kind[{index}]: {kind!r} is not the code of a kind of credit")

    @classmethod
    def none(cls) -> Credits:
        """No credits."""
        empty = np.zeros(0, np.int64)
        return cls(empty, empty, empty, ())

    @property
    def kinds(self) -> tuple[str, ...]:
        """The different kinds, in alphabetical order."""
        return tuple(sorted(set(self.kind)))


_NONE: Any = None  # "not given": __post_init__ puts the real default in its place


@dataclass(frozen=True, slots=True, eq=False)
class LinkingProblem:
    """H households, M members; all arrays are read-only.

    JSON (:meth:`to_json`) is one object with these fields: ``nearness`` is ``{"distance": [[...]]}`` or
    ``{"households": [[x, y]...], "members": [[x, y]...]}``; ``low`` and ``high`` are lists or one number;
    ``credits`` is ``[{"household", "member", "amount", "kind"}...]``; ``fixed``, ``forbidden`` and
    ``refused`` are ``[[household, member]...]``; ``partial`` is true or false. The last five may be left out.

    Attributes
    ----------
    nearness : Matrix or Points
    low, high : int [M], 0 <= low <= high <= 10**9
        Bounds on every member's load; one number stands for all members.
    credits : Credits
    fixed : int [N, 2]
        (household, member) that must be linked.
    forbidden : int [N, 2]
        (household, member) that must not be linked.
    refused : int [N, 2]
        (household, member) that must not be linked while any other plan is possible: as few as can be are
        linked all the same, before any other cost counts (see :func:`refusal_weight`).
    partial : bool
        Whether a household may stay without a member (-1 in the plan) where the bounds or what is forbidden
        leave no room for all. As few as can be do, before any cost counts, a refusal included; a household
        without a member costs nothing.

    Raises
    ------
    ValueError
        Names field, index and reason; also when costs could overflow. Pins that contradict each other
        are not an error here: solving then gives ``INFEASIBLE`` and names them.
    """

    nearness: Matrix | Points
    low: Ints
    high: Ints
    credits: Credits = _NONE
    fixed: Ints = _NONE
    forbidden: Ints = _NONE
    refused: Ints = _NONE
    partial: bool = False

    def __post_init__(self) -> None:
        if not isinstance(self.nearness, Matrix | Points):
            raise ValueError(f"nearness: {type(self.nearness).__name__} is neither Matrix nor Points")
        for name in ("low", "high"):
            given = getattr(self, name)
            given = np.full(self.members, given) if np.ndim(given) == 0 else given
            given = integers(given if len(given) else np.zeros(0, np.int64), name, (self.members,))
            object.__setattr__(self, name, within(given, name, 0, LIMIT))
        wrong = np.flatnonzero(self.low > self.high)
        if wrong.size:
            member = wrong[0]
            raise ValueError(f"low[{member}]: {self.low[member]} is above high {self.high[member]}")
        object.__setattr__(self, "credits", Credits.none() if self.credits is None else self.credits)
        _below(self.credits.household, "credits.household", self.households)
        _below(self.credits.member, "credits.member", self.members)
        for name in ("fixed", "forbidden", "refused"):
            object.__setattr__(self, name, self._pairs(name))
        if not isinstance(self.partial, bool):
            raise ValueError(f"partial: true or false is needed, got {self.partial!r}")
        # what a flow engine multiplies and adds must stay within 64 bits
        nodes = self.households + self.members + 2
        if (LIMIT + int(self.credits.amount.sum())) * nodes >= 2**61:
            raise ValueError(f"credits.amount: too large in sum for {nodes - 2} households and members")

    def _pairs(self, name: str) -> Ints:
        given = getattr(self, name)
        empty = given is None or len(given) == 0
        pairs = integers(np.zeros((0, 2), np.int64) if empty else given, name, (None, 2))
        _below(pairs[:, :1], name, self.households)
        _below(pairs[:, 1:], name, self.members)
        return pairs

    @property
    def households(self) -> int:
        """H."""
        return self.nearness.shape[0]

    @property
    def members(self) -> int:
        """M."""
        return self.nearness.shape[1]

    @property
    def swing(self) -> int:
        """At least what other links of the same households can save, or fewer links where that may be."""
        short = self.partial and (len(self.forbidden) > 0 or self.households > int(self.high.sum()))
        ways = self.nearness.farthest() if short else self.nearness.spread()
        return ways + int(self.credits.amount.sum())

    def to_json(self) -> str:
        """One JSON object as the class says."""
        near, given = self.nearness, self.credits
        columns = (given.household.tolist(), given.member.tolist(), given.amount.tolist(), given.kind)
        names = ("household", "member", "amount", "kind")
        return dumps(
            {
                "nearness": {field.name: getattr(near, field.name) for field in fields(near)},
                "low": self.low,
                "high": self.high,
                "credits": [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)],
                "fixed": self.fixed,
                "forbidden": self.forbidden,
                "refused": self.refused,
                "partial": self.partial,
            }
        )

    @classmethod
    def from_json(cls, text: str) -> LinkingProblem:
        """Read what :meth:`to_json` wrote; ``ValueError`` on broken JSON or an unknown or wrong field."""
        needed = ("nearness", "low", "high")
        found = read_object(text, (*needed, "credits", "fixed", "forbidden", "refused", "partial"), needed)
        made = _nearness(found["nearness"], found["low"])
        return cls(**{**found, "nearness": made, "credits": _credits(found.get("credits", []))})


@dataclass(frozen=True, slots=True)
class Params:
    """How a repair weighs change.

    Attributes
    ----------
    change_cost : int or None
        With a previous plan: cost of every household whose member changes. ``None`` (the default):
        as few changes as can be before any other cost counts (see :func:`change_weight`).

    Raises
    ------
    ValueError
        On a cost below 0 or above 10**9.
    """

    change_cost: int | None = None

    def __post_init__(self) -> None:
        if self.change_cost is not None:
            whole(self.change_cost, "change_cost", 0)


@dataclass(frozen=True, slots=True, eq=False)
class LinkingPlan:
    """Who looks after whom. JSON (:meth:`to_json`): ``{"member": [...]}``.

    Attributes
    ----------
    member : int [H]
        The member of each household; -1 where it has none: in a previous plan, or of a ``partial`` problem.
    """

    member: Ints

    def __post_init__(self) -> None:
        given = self.member if len(self.member) else np.zeros(0, np.int64)
        object.__setattr__(self, "member", integers(given, "member", (None,)))

    def fits(self, problem: LinkingProblem) -> None:
        """Raise ``ValueError`` (field, index, reason) if the plan speaks of what is not in ``problem``."""
        integers(self.member, "member", (problem.households,))
        within(self.member, "member", -1 if problem.partial else 0, problem.members - 1)

    @property
    def linked(self) -> Ints:
        """The households that have a member."""
        return np.flatnonzero(self.member >= 0)

    def loads(self, members: int) -> Ints:
        """How many households each of so many members has."""
        return np.bincount(self.member[self.linked], minlength=members)

    def to_json(self) -> str:
        """One JSON object as the class says."""
        return dumps({"member": self.member})

    @classmethod
    def from_json(cls, text: str) -> LinkingPlan:
        """Read what :meth:`to_json` wrote; ``ValueError`` on broken JSON or an unknown or wrong field."""
        return cls(read_object(text, ["member"], ["member"])["member"])


def previous(problem: LinkingProblem, start: LinkingPlan | None) -> Ints:
    """The member that each household had, int [H], -1 where there was none; ``None`` is all -1.

    Raises
    ------
    ValueError
        Names field, index and reason.
    """
    if start is None:
        return np.full(problem.households, -1)
    had = integers(start.member, "start.member", (problem.households,))
    return within(had, "start.member", -1, problem.members - 1)


def change_weight(problem: LinkingProblem, params: Params | None = None) -> int:
    """What one changed household costs in a repair.

    ``params.change_cost`` where it is given. Otherwise more than all else together can ever save: one
    more than the sum over the households of the difference between their dearest and cheapest member
    (an upper estimate; where households may stay without a member, of the way to the dearest). So the plan
    of least value has the fewest changes, and among those the least cost.
    """
    if params is not None and params.change_cost is not None:
        return int(params.change_cost)
    return 1 + problem.swing


def refusal_weight(problem: LinkingProblem, change: int) -> int:
    """What one refused pair that is linked all the same costs: more than all else together can ever save.

    ``change`` is what a changed household costs, 0 without a plan before.
    """
    return 1 + problem.swing + change * problem.households


def _length(across: NDArray[np.float64], down: NDArray[np.float64]) -> NDArray[np.int64]:
    """Whole-number length of the steps given; overwrites its arguments."""
    across *= across
    down *= down
    across += down
    np.sqrt(across, out=across)
    np.rint(across, out=across)
    return across.astype(np.int64)


def _below(array: Ints, name: str, count: int) -> None:
    within(array, name, 0, count - 1)


def _nearness(given: Any, low: Any) -> Matrix | Points:
    if not isinstance(given, dict) or set(given) not in ({"distance"}, {"households", "members"}):
        raise ValueError("nearness: neither {distance} nor {households, members}")
    if given.get("distance") == []:
        # without a row, only the bounds say how many members there are
        return Matrix(np.zeros((0, len(low) if isinstance(low, list) else 0), np.int64))
    return Matrix(**given) if "distance" in given else Points(**given)


def _credits(rows: Any) -> Credits:
    names = ("household", "member", "amount", "kind")
    if not isinstance(rows, list):
        raise ValueError("credits: not a list")
    for index, row in enumerate(rows):
        if not isinstance(row, dict) or set(row) != set(names):
            raise ValueError(f"credits[{index}]: not an object with household, member, amount, kind")
    if not rows:
        return Credits.none()
    household, member, amount = (
        integers([row[name] for row in rows], f"credits.{name}") for name in names[:3]
    )
    return Credits(household, member, amount, tuple(row["kind"] for row in rows))
