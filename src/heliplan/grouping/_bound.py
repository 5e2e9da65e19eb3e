"""What no plan of a large part can do better: counts, bodies that cannot be one, Lagrangean distance."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from heliplan.codec import Ints
from heliplan.grouping._parts import Part
from heliplan.grouping.problem import GroupingProblem
from heliplan.mip import ceiling
from heliplan.stop import Watch

Floats = NDArray[np.float64]

STEPS = 200
PATIENCE = 12  # steps without a better bound before the step size is halved


def unreachable(problem: GroupingProblem, part: Part) -> Ints:
    """Local units that no body can hold, each looked at alone: even the richest falls short."""
    if not part.complete:
        return np.zeros(0, np.int64)
    most = part.size if problem.most is None else problem.most
    can = np.zeros(part.size, bool)
    for option, (low, high) in enumerate(pairwise(part.first.tolist())):
        seat, units = int(part.seat[option]), part.unit[low:high]
        members = part.members[units]
        order = np.argsort(-members, kind="stable")
        top = order[: most - 1]
        base = int(part.members[seat])
        full = base + int(members[top].sum())
        can[seat] |= full >= problem.threshold
        can[units[top]] |= full >= problem.threshold
        if most > 1 and len(order) > len(top):  # the others displace the poorest of the richest
            rest = order[len(top) :]
            can[units[rest]] |= full - int(members[top[-1]]) + members[rest] >= problem.threshold
    return np.flatnonzero(~can)


def separate(part: Part, left_out: int) -> int:
    """Bodies at least needed: units of which no two fit into one body, less those that may stay out."""
    if not part.complete:
        return 0
    options: list[list[int]] = [[] for _ in range(part.size)]
    for unit, option in zip(part.unit.tolist(), part.option.tolist(), strict=True):
        options[unit].append(option)
    for option, seat in enumerate(part.seat.tolist()):
        options[seat].append(option)
    used = np.zeros(len(part.seat), bool)
    count = 0
    for unit in sorted(range(part.size), key=lambda unit: len(options[unit])):
        if options[unit] and not used[options[unit]].any():
            used[options[unit]] = True
            count += 1
    return max(0, count - left_out)


@dataclass(slots=True, eq=False)
class Relaxation:
    """Distance with every unit's place in just one body priced instead of asked for.

    With exactly ``bodies`` bodies and ``left_out`` units outside, each seat takes the units that pay; the
    sum is a bound for any prices (Geoffrion 1974, Math. Program. Study 2). Joins that are not listed
    never pay, because a price stays at or below ``part.cap``. Prices move by subgradients (Held, Wolfe &
    Crowder 1974, Math. Program. 6).
    """

    part: Part
    room: int | None
    bodies: int
    left_out: int

    def __post_init__(self) -> None:
        part = self.part
        size = np.diff(part.first)
        width = int(size.max(initial=0))
        self._unit = np.full((len(part.seat), width), part.size)
        self._way = np.full((len(part.seat), width), np.inf)
        column = np.arange(len(part.unit)) - part.first[part.option]
        self._unit[part.option, column] = part.unit
        self._way[part.option, column] = part.way

    _unit: Ints = None  # type: ignore[assignment]  # set in __post_init__
    _way: Floats = None  # type: ignore[assignment]  # as above

    def bound(self, value: int, price: Floats, watch: Watch) -> int:
        """The best bound found; ``value`` is a plan's distance, ``price`` [n] a guess to begin with."""
        cap = self.part.cap.astype(float)
        price = np.minimum(price, cap)
        best, pace, since = 0.0, 1.0, 0
        push = np.zeros(self.part.size)
        for step in range(STEPS):
            if watch.over(step):
                break
            now, slope = self._at(price)
            since = 0 if now > best else since + 1
            best = max(best, now)
            if ceiling(best) >= value or not slope.any():
                break
            if since == PATIENCE:
                pace, since = pace / 2, 0
            push = 0.7 * slope + 0.3 * push
            price = np.minimum(cap, price + pace * (1.05 * value - now) / (push @ push) * push)
        return min(value, ceiling(best))

    def _at(self, price: Floats) -> tuple[float, Floats]:
        """The bound at these prices and its slope [n]."""
        part, n = self.part, self.part.size
        profit = self._way - np.append(price, 0.0)[self._unit]
        if self.room is not None and self.room < profit.shape[1]:
            place = np.argpartition(profit, max(0, self.room - 1), axis=1)[:, : self.room]
        else:
            place = np.broadcast_to(np.arange(profit.shape[1]), profit.shape)
        gain = np.minimum(0.0, np.take_along_axis(profit, place, axis=1))
        worth = gain.sum(axis=1) - price[part.seat]
        order = np.lexsort((worth, part.seat))
        best_kind = order[np.flatnonzero(np.diff(part.seat[order], prepend=-1))]
        chosen = best_kind
        if self.bodies < len(best_kind):
            chosen = best_kind[np.argpartition(worth[best_kind], self.bodies - 1)[: self.bodies]]
        slope = np.ones(n)
        np.add.at(slope, part.seat[chosen], -1.0)
        taken = np.take_along_axis(self._unit[chosen], place[chosen], axis=1)[gain[chosen] < 0]
        slope -= np.bincount(taken, minlength=n)[:n]
        outside: Ints = np.zeros(0, np.int64)
        if self.left_out:
            outside = np.argpartition(-price, self.left_out - 1)[: self.left_out]
        slope[outside] -= 1.0
        return float(price.sum() - price[outside].sum() + worth[chosen].sum()), slope
