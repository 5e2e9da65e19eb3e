"""What no plan of a large part can do better: counts, bodies that cannot be one, Lagrangean distance."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from heliplan.codec import Ints
from heliplan.grouping._parts import Part, together
from heliplan.grouping._pricing import Table, best_bodies, table
from heliplan.grouping.problem import GroupingProblem
from heliplan.mip import SLACK
from heliplan.stop import Watch

Floats = NDArray[np.float64]

STEPS, TIMED = 200, 2000  # of the bound, and at most where a clock ends it
SLOWEST = 1 / 512  # step size at which a bound no longer rises
PATIENCE = 12  # steps without a better bound before the step size is halved


def ceilings(bounds: Floats) -> Ints:
    """Bounds on whole numbers, raised to the next one but for rounding errors."""
    raised: Ints = np.ceil(bounds - SLACK * np.maximum(1.0, np.abs(bounds) * 1e-6)).astype(np.int64)
    return raised


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


class Relaxation:
    """Distance with every unit's place in just one body priced instead of asked for; many parts at once.

    With exactly ``bodies`` bodies and ``left_out`` units outside in each part, each seat takes the units that
    pay and that bring its members to the threshold; the sum is a bound for any prices (Geoffrion 1974, Math.
    Program. Study 2). Joins that are not listed never pay, because a price stays at or below ``part.cap``;
    where the threshold forces a unit in, one that is not listed is asked for no more than it must cost.
    Prices move by subgradients (Held, Wolfe & Crowder 1974, Math. Program. 6), each part at its own pace.
    """

    def __init__(
        self, pieces: Sequence[Part], threshold: int, most: int | None, bodies: Ints, left_out: Ints
    ) -> None:
        self.part, self.bodies, self.left_out = together(pieces), bodies, left_out
        self._group = np.repeat(np.arange(len(pieces)), [piece.size for piece in pieces])
        self._lay = table(self.part, threshold, most)
        self._unit = np.where(self._lay.unit >= 0, self._lay.unit, self.part.size)
        self._way = np.full(self._unit.shape, np.inf)
        column = np.arange(len(self.part.unit)) - self.part.first[self.part.option]
        self._way[self.part.option, column] = self.part.way
        self._kinds = np.unique(self.part.members)
        self._by_cap = np.argsort(self.part.cap, kind="stable")

    def bound(self, value: Ints, price: Floats, watch: Watch) -> Ints:
        """The best bound found for each part; ``value`` is a plan's distance, ``price`` [n] a first guess."""
        cap = self.part.cap.astype(float)
        price = np.minimum(price, cap)
        best, pace = np.zeros(len(value)), np.ones(len(value))
        since, push = np.zeros(len(value), np.int64), np.zeros(self.part.size)
        for step in range(STEPS if watch.remaining is None else TIMED):
            if watch.over(step):
                break
            now, slope = self._at(price)
            since = np.where(now > best, 0, since + 1)
            best = np.maximum(best, now)
            open_ = (ceilings(best) < value) & (self._sums(slope**2) > 0) & (pace > SLOWEST)
            if not open_.any():
                break
            pace[since == PATIENCE] /= 2
            since[since == PATIENCE] = 0
            push = 0.7 * slope + 0.3 * push
            length = open_ * pace * (1.05 * value - now) / np.maximum(self._sums(push**2), 1e-9)
            price = np.minimum(cap, price + length[self._group] * push)
        found: Ints = np.minimum(value, ceilings(best))
        return found

    def _sums(self, numbers: Floats) -> Floats:
        """Sums over the units of each part."""
        sums: Floats = np.bincount(self._group, numbers, len(self.bodies)).astype(float)
        return sums

    def _first(self, worth: Floats, group: Ints, many: Ints) -> Ints:
        """Places of the ``many`` least of each part."""
        order = np.lexsort((worth, group))
        begin = np.searchsorted(group[order], np.arange(len(many)))
        rank = np.arange(len(order)) - begin[group[order]]
        first: Ints = order[rank < many[group[order]]]
        return first

    def _at(self, price: Floats) -> tuple[Floats, Floats]:
        """The bounds at these prices and their slope [n]."""
        part, n = self.part, self.part.size
        worth, taken = self._bodies(price)
        order = np.lexsort((worth, part.seat))
        best_kind = order[np.flatnonzero(np.diff(part.seat[order], prepend=-1))]
        group = self._group[part.seat[best_kind]]
        chosen = best_kind[self._first(worth[best_kind], group, self.bodies)]
        outside = self._first(-price, self._group, self.left_out)
        slope = np.ones(n)
        slope -= np.bincount(part.seat[chosen], minlength=n)
        slope -= np.bincount(self._unit[chosen][taken[chosen]], minlength=n)[:n]
        slope[outside] -= 1.0
        kept = price.copy()
        kept[outside] = 0.0
        now = self._sums(kept)
        now += np.bincount(self._group[part.seat[chosen]], worth[chosen], len(now))
        return now, slope

    def _bodies(self, price: Floats) -> tuple[Floats, NDArray[np.bool_]]:
        """The least reduced cost of a body at every option [H], and the joins it takes [H, L]."""
        part, lay = self.part, self._lay
        profit = self._way - np.append(price, 0.0)[self._unit]
        taken = profit < 0
        room = profit.shape[1] if lay.room is None else lay.room
        if room < profit.shape[1]:
            place = np.argpartition(profit, max(0, room - 1), axis=1)[:, :room]
            nearest = np.zeros_like(taken)
            np.put_along_axis(nearest, place, values=True, axis=1)
            taken &= nearest
        gain = np.where(taken, profit, 0.0)
        worth = gain.sum(axis=1) - price[part.seat]
        short = np.flatnonzero((lay.members * taken).sum(axis=1) < lay.need)
        if len(short):
            worth_, taken_ = self._reaching(short, -price[part.seat[short]], profit[short])
            # a unit that is not listed may bring the members instead of the least of those taken
            full = taken[short].sum(axis=1) >= room
            least = np.where(full, gain[short].max(axis=1, initial=-np.inf, where=taken[short]), 0.0)
            other = worth[short] - least + self._elsewhere(price)[part.seat[short]]
            listed = worth_ <= other
            worth[short] = np.where(listed, worth_, other)
            taken[short[listed]] = taken_[listed]
        return worth, taken

    def _reaching(self, rows: Ints, base: Floats, profit: Floats) -> tuple[Floats, NDArray[np.bool_]]:
        """The best bodies that reach the threshold; of units with as many members the cheapest are enough."""
        lay = self._lay
        members, room = lay.members[rows], lay.room
        columns, cost = np.broadcast_to(np.arange(profit.shape[1]), profit.shape), profit
        if room and room * len(self._kinds) < profit.shape[1]:
            apart = [np.where(members == kind, profit, np.inf) for kind in self._kinds]
            places = [np.argpartition(each, room - 1, axis=1)[:, :room] for each in apart]
            columns = np.concatenate(places, axis=1)
            # a place of another kind, taken for want of better ones, stays dear: no unit comes in twice
            cost = np.hstack([np.take_along_axis(*each, axis=1) for each in zip(apart, places, strict=True)])
        unit, join, there = (
            np.take_along_axis(each, columns, axis=1) for each in (lay.unit[rows], lay.join[rows], members)
        )
        worth, found = best_bodies(Table(unit, join, there, lay.need[rows], room), base, cost)
        taken = np.zeros(profit.shape, bool)
        row, place = np.nonzero(found)
        taken[row, columns[row, place]] = True
        return worth, taken

    def _elsewhere(self, price: Floats) -> Floats:
        """Least reduced cost, at least 0, of a unit that is not listed at each seat [n]."""
        part, order = self.part, self._by_cap
        cap, dear = part.cap[order].astype(float), price[order]
        nearer = cap - np.maximum.accumulate(dear)  # the unit's own cap is smaller: the seat's counts
        farther = np.minimum.accumulate((cap - dear)[::-1])[::-1]
        least = np.empty(part.size)
        least[order] = np.minimum(nearer, farther)
        return np.maximum(0.0, least)
