"""The goals of a part in their order, each as a linear cost of uncovered units, seats and joins."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from heliplan.codec import Ints
from heliplan.grouping._parts import NEVER, Part
from heliplan.grouping.problem import Weights


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """One goal: costs of leaving each unit out [n], of each option as a body [H], of each join [A]."""

    name: str
    left_out: Ints
    body: Ints
    join: Ints


@dataclass(frozen=True, slots=True)
class Found:
    """A plan of one part: local seats (-1: left out), and per level its value and a bound.

    Bounds after the first level whose bound is below its value say nothing and are 0.
    """

    seat: Ints
    kind: Ints
    values: tuple[int, ...]
    bounds: tuple[int, ...]
    engine: str

    @property
    def proven(self) -> bool:
        """Whether every level is at its bound."""
        return self.values == self.bounds


def names(part: Part, weigh: Weights) -> list[str]:
    """The goals of a part: pins kept (where there are any), then as ``Weights`` has them."""
    pins = ["pins"] if part.pinned.any() else []
    return [*pins, "uncovered", *(["change"] if weigh.change else []), "bodies", "distance"]


def levels(part: Part, weigh: Weights) -> list[Level]:
    """The goals in their order."""
    none, still = np.zeros(len(part.seat), np.int64), np.zeros(len(part.unit), np.int64)
    nobody = np.zeros(part.size, np.int64)
    moved = part.changed(part.unit, part.seat[part.option])
    known = {
        "pins": Level("pins", part.pinned.astype(np.int64), none, still),
        "uncovered": Level("uncovered", nobody + 1, none, still),
        "change": Level("change", nobody, part.changed(part.seat, part.seat), moved),
        "bodies": Level("bodies", nobody, none + 1, still),
        "distance": Level("distance", nobody, none, part.way),
    }
    return [known[name] for name in names(part, weigh)]


def measure(part: Part, seat: Ints, way: Ints, weigh: Weights) -> tuple[int, ...]:
    """The value of each level for local seats; ``way`` [n] is every unit's way to its seat."""
    covered = np.flatnonzero(seat >= 0)
    if way[covered].max(initial=0) >= NEVER:
        raise RuntimeError("a unit was put where it may not join")
    known = {
        "pins": int((part.pinned & (seat < 0)).sum()),
        "uncovered": int((seat < 0).sum()),
        "change": int(part.changed(covered, seat[covered]).sum()),
        "bodies": len(np.unique(seat[covered])),
        "distance": int(way[covered].sum()),
    }
    return tuple(known[name] for name in names(part, weigh))
