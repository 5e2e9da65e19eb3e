"""Local search: two neighbouring bodies are divided anew in the best way, hundreds of pairs at once.

For two given seats the best division is a sort: units by how much nearer they are to the one than to the
other, cut where sizes allow. All pairs of seats are tried, so the outcome is the best division of the two
bodies (but for the threshold, which only chooses among the cuts).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from heliplan.codec import Ints
from heliplan.fields import distinct
from heliplan.grouping._parts import NEVER, Joining, Part
from heliplan.grouping.problem import NONE, GroupingProblem
from heliplan.stop import Watch

WORK = 4_000_000  # numbers held at once
LARGEST = 64  # units of two bodies together; larger ones are not divided anew


class Splitting:
    """The search on one part; ``seat`` and ``kind`` are its plan."""

    def __init__(
        self, problem: GroupingProblem, joining: Joining, part: Part, seat: Ints, kind: Ints, seed: int
    ) -> None:
        self.problem, self.joining, self.part = problem, joining, part
        self.seat, self.kind = seat.copy(), kind.copy()
        self.random = np.random.default_rng(seed)
        self.most = part.size if problem.most is None else problem.most
        # a change weighs more than all ways of two bodies
        self.change = 1 + 2 * LARGEST * problem.longest() if (part.before != NONE).any() else 0
        self._stamp = np.zeros(part.size, np.int64)  # round in which the body at a seat last changed
        self._tried: dict[int, int] = {}  # pair of seats: round in which it was last tried
        self.rounds = 0

    def run(self, watch: Watch) -> None:
        """Until no pair of neighbours can be improved, or ``watch`` ends it."""
        while not watch.over(self.rounds):
            pairs = self._pairs()
            if not len(pairs):
                return
            self.rounds += 1
            size = np.bincount(self.seat[self.seat >= 0], minlength=self.part.size)
            together = size[pairs].sum(axis=1)
            for many in np.unique(together).tolist():
                self._divide(pairs[together == many], many)

    def _pairs(self) -> Ints:
        """Seats of neighbouring bodies not tried since one of them changed, each body at most once."""
        n = self.part.size
        a = self.seat[self.part.unit]
        b = self.seat[self.part.seat[self.part.option]]
        use = (a != b) & (a >= 0) & (b >= 0)
        keys = distinct(np.minimum(a, b)[use] * n + np.maximum(a, b)[use])
        size = np.bincount(self.seat[self.seat >= 0], minlength=n)
        keys = keys[size[keys // n] + size[keys % n] <= LARGEST]
        tried = np.array([self._tried.get(key, -1) for key in keys.tolist()], np.int64)
        keys = keys[tried <= np.maximum(self._stamp[keys // n], self._stamp[keys % n])]
        rank = self.random.permutation(len(keys))
        lowest = np.full(n, len(keys))
        np.minimum.at(lowest, keys // n, rank)
        np.minimum.at(lowest, keys % n, rank)
        chosen = keys[(lowest[keys // n] == rank) & (lowest[keys % n] == rank)]
        self._tried.update(dict.fromkeys(chosen.tolist(), self.rounds + 1))
        return np.column_stack([chosen // n, chosen % n])

    def _divide(self, pairs: Ints, many: int) -> None:
        step = max(1, WORK // many**3)
        order = np.argsort(self.seat, kind="stable")
        sorted_seat = self.seat[order]
        for low in range(0, len(pairs), step):
            block = pairs[low : low + step]
            units = np.empty((len(block), many), np.int64)
            for row, (a, b) in enumerate(block.tolist()):
                inside = [
                    order[np.searchsorted(sorted_seat, seat) : np.searchsorted(sorted_seat, seat, "right")]
                    for seat in (a, b)
                ]
                units[row] = np.concatenate(inside)
            self._improve(block, units)

    def _costs(self, units: Ints, kind: Ints) -> Ints:
        """Cost of unit i at seat j under the kind of a body, int [P, many, many]."""
        part = self.part
        i, j = part.units[units][:, :, None], part.units[units][:, None, :]
        cost = self.joining.way(i, j, np.maximum(kind, 0)[:, None, None])
        hosts = self.joining.way(j, j, np.maximum(kind, 0)[:, None, None]) < NEVER
        cost = np.where(hosts, cost, NEVER)
        if self.change:
            u, s = np.broadcast_arrays(units[:, :, None], units[:, None, :])
            cost = cost + self.change * part.changed(u, s)
        return cost

    def _improve(self, pairs: Ints, units: Ints) -> None:
        count, many = units.shape
        kinds = self.kind[pairs]
        left, right = self._costs(units, kinds[:, 0]), self._costs(units, kinds[:, 1])
        rows = np.arange(count)
        mine = self.seat[units] == pairs[:, :1]
        at_a = (units == pairs[:, :1]).argmax(axis=1)
        at_b = (units == pairs[:, 1:]).argmax(axis=1)
        now = np.where(mine, left[rows, :, at_a], right[rows, :, at_b]).sum(axis=1)
        if many <= self.most:
            self._merge(units, left, now, mine)
        best, a, b, goes = self._best_cut(units, left, right)
        for row in np.flatnonzero(best < now).tolist():
            if self.seat[pairs[row, 1]] != pairs[row, 1]:
                continue  # merged
            body = units[row]
            side = goes[row]
            for inside, place, column in ((side, a[row], 0), (~side, b[row], 1)):
                self.seat[body[inside]] = body[place]
                self.kind[body[inside]] = kinds[row, column]
                self._stamp[body[place]] = self.rounds

    def _merge(self, units: Ints, cost: Ints, now: Ints, mine: NDArray[np.bool_]) -> None:
        """One body where it is no more change: fewer bodies come before less way."""
        total = cost.sum(axis=1)
        best = total.argmin(axis=1)
        least = total[np.arange(len(units)), best]
        before = now // self.change if self.change else np.zeros(len(units))
        after = least // self.change if self.change else np.zeros(len(units))
        for row in np.flatnonzero((least < NEVER) & (after <= before)).tolist():
            self.seat[units[row]] = units[row, best[row]]
            self.kind[units[row]] = self.kind[units[row][mine[row]][0]]
            self._stamp[units[row, best[row]]] = self.rounds

    def _best_cut(self, units: Ints, left: Ints, right: Ints) -> tuple[Ints, Ints, Ints, NDArray[np.bool_]]:
        """Least cost of a division, its two seats (places in the row), who goes to the first."""
        count, many = units.shape
        members = self.part.members[units]
        rows = np.arange(count)
        # [P, i, a, b]: unit i is dearer at a than at b by so much; the seats themselves do not move
        dearer = left[:, :, :, None] - right[:, :, None, :]
        seats = np.arange(many)
        dearer[:, seats, seats, :] = -4 * NEVER
        dearer[:, seats, :, seats] = 4 * NEVER
        order = dearer.argsort(axis=1, kind="stable")
        running = _running(left, right, order)
        enough = np.take_along_axis(members[:, :, None, None], order, axis=1).cumsum(axis=1)
        low, high = max(1, many - self.most), min(many - 1, self.most)
        total = members.sum(axis=1)[:, None, None, None]
        threshold = self.problem.threshold
        fits = (enough >= threshold) & (total - enough >= threshold)
        running = np.where(fits, running, NEVER)
        running[:, :, seats, seats] = NEVER
        window = running[:, low - 1 : high].reshape(count, -1)
        place = window.argmin(axis=1)
        best = window[rows, place]
        cut, rest = np.divmod(place, many * many)
        a, b = np.divmod(rest, many)
        rank = order[rows, :, a, b].argsort(axis=1, kind="stable")
        return best, a, b, rank <= (cut + low - 1)[:, None]


def _running(left: Ints, right: Ints, order: Ints) -> Ints:
    """Cost of the division after each place of the order: those up to it at a, the others at b."""
    many = left.shape[1]
    at_a = np.take_along_axis(np.broadcast_to(left[:, :, :, None], order.shape), order, axis=1)
    at_b = np.take_along_axis(np.broadcast_to(right[:, :, None, :], order.shape), order, axis=1)
    # NEVER must not overflow in sums of many
    at_a, at_b = np.minimum(at_a, NEVER // many), np.minimum(at_b, NEVER // many)
    later = at_b.sum(axis=1, keepdims=True) - at_b.cumsum(axis=1)
    total: Ints = at_a.cumsum(axis=1) + later
    return np.where(total >= NEVER // many, NEVER, total)
