"""A plan at once, seat by seat, and better ones by emptying a few seats and filling them again."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from heliplan.codec import Ints
from heliplan.fields import Bools
from heliplan.roster._pins import seated
from heliplan.roster._weights import served_before, weights
from heliplan.roster.problem import KINDS, Mode, Params, RosterPlan, RosterProblem
from heliplan.stop import Watch

TOGETHER = 6
"""Seats that are emptied at a time."""


def greedy(problem: RosterProblem, params: Params, start: RosterPlan | None) -> RosterPlan:
    """A plan that keeps every rule: pins, then what can be kept of ``start``, then seat by seat whoever
    costs least. The pins must be free of conflicts. Leaders are not named.
    """
    return _filled(problem, params, start).plan()


def refilled(problem: RosterProblem, params: Params, watch: Watch, seed: int) -> Iterator[RosterPlan]:
    """Ever better plans than the greedy one until ``watch`` ends it: a few seats that are not pinned are
    emptied by chance and filled again by whoever costs least (ruin and recreate: Schrimpf and others, Journal
    of Computational Physics 159, 2000). Pairs, leaders and rest that costs are not weighed: judge the plans.
    """
    table, random = _filled(problem, params, None), np.random.default_rng(seed)
    pinned = set(map(tuple, problem.pins.tolist()))
    free = [at for at, (member, shift, _) in enumerate(table.taken) if (member, shift) not in pinned]
    yield table.plan()
    while free and not watch.over():
        gained = 0
        for _ in range(1 + len(free) // TOGETHER):
            if watch.over():
                break
            gained += table.again(random.choice(free, min(TOGETHER, len(free)), replace=False).tolist())
        if gained:
            yield table.plan()


def _filled(problem: RosterProblem, params: Params, start: RosterPlan | None) -> _Table:
    table = _Table(problem, params, start)
    for shift in np.unique(problem.pins[:, 1]).tolist():
        pinned = np.unique(problem.pins[problem.pins[:, 1] == shift, 0]).tolist()
        for member, kind in seated(problem, shift, pinned)[0].items():
            table.sit(member, shift, kind)
    if start is not None:
        for member, shift, kind in zip(
            start.member.tolist(), start.shift.tolist(), start.kind.tolist(), strict=True
        ):
            if table.unfilled[shift, kind] and table.fits(shift, kind)[member]:
                table.sit(member, shift, kind)
    can = problem.can_take()
    for shift in np.argsort(can.sum(axis=0), kind="stable").tolist():
        for kind in range(len(KINDS)):
            table.fill(shift, kind)
    return table


class _Table:
    """A half-made plan: who stands when, and what one more turn would cost."""

    def __init__(self, problem: RosterProblem, params: Params, start: RosterPlan | None) -> None:
        self.problem, self.params = problem, params
        self.can = problem.can_take()
        self.unfilled = problem.seats.copy()
        self.stands = np.zeros((problem.members, problem.days, problem.periods), bool)
        self.counts = served_before(problem).copy()
        self.turns = np.zeros(problem.members, np.int64)
        self.taken: list[tuple[int, int, int]] = []
        self.at_shift = np.zeros((problem.members, problem.shifts), bool)
        self.apart = weights(problem, params, None).apart
        self.group = np.full(problem.members, -1)
        if problem.mode is Mode.GROUPS:
            self._group(start)

    def _group(self, start: RosterPlan | None) -> None:
        """Pinned days, then days kept, then the smallest group; those with fewest days first."""
        problem = self.problem
        days = np.zeros((problem.members, problem.days), bool)
        for day in problem.open_days.tolist():
            days[:, day] = self.can[:, problem.shift_day == day].any(axis=1)
        for member, shift in problem.pins.tolist():
            days[member] = np.arange(problem.days) == problem.shift_day[shift]
        if start is not None:
            kept = np.flatnonzero((start.group >= 0) & days[np.arange(problem.members), start.group])
            days[kept] = start.group[kept, None] == np.arange(problem.days)
        sizes = np.zeros(problem.days, np.int64)
        for member in np.argsort(days.sum(axis=1), kind="stable").tolist():
            open_to = np.flatnonzero(days[member])
            if len(open_to):
                other = problem.apart[(problem.apart == member).any(axis=1)]
                against = np.isin(open_to, self.group[other[other != member]])
                self.group[member] = open_to[np.lexsort((open_to, sizes[open_to], against))[0]]
                sizes[self.group[member]] += 1

    def fits(self, shift: int, kind: int) -> Bools:
        """Who could take a seat now, bool [M]."""
        problem, stands = self.problem, self.stands
        day, period = int(problem.shift_day[shift]), int(problem.shift_period[shift])
        free: Bools = self.can[:, shift] & problem.may_sit[:, kind] & ~stands[:, day, period]
        pair = problem.clashes[(problem.clashes == shift).any(axis=1)]
        free &= ~self.at_shift[:, pair[pair != shift]].any(axis=1)
        free &= (stands[:, day].sum(axis=1) < problem.max_per_day) & (self.turns < problem.max_total)
        if problem.mode is Mode.GROUPS:
            free &= self.group == day
        elif self.params.rest is None:
            for before, early in problem.rest_days():
                if (before + 1, early) == (day, period):
                    free &= ~stands[:, before, -1]
                if (before, problem.periods - 1) == (day, period):
                    free &= ~stands[:, before + 1, early]
        return free

    def fill(self, shift: int, kind: int) -> None:
        """Give the empty seats to those who cost least."""
        seats = int(self.unfilled[shift, kind])
        if not seats:
            return
        free = np.flatnonzero(self.fits(shift, kind))
        cost = self.price(free, shift)
        for member in free[np.argsort(cost, kind="stable")][:seats].tolist():
            self.sit(member, shift, kind)

    def price(self, free: Ints, shift: int) -> Ints:
        """What one more turn at a shift costs for each of these members."""
        problem, params = self.problem, self.params
        day, period = problem.shift_day[shift], problem.shift_period[shift]
        weights = [params.total, params.early * problem.early[period], params.weekend * problem.weekend[day]]
        cost = (
            self.counts[free] @ np.array(weights) + params.way * problem.way[free, problem.shift_post[shift]]
        )
        cost += params.wish * problem.wish[free, day, period]
        cost += params.second * self.stands[free, day].any(axis=1)
        cost += self.apart * self._against(day, period)[free]
        if problem.mode is Mode.RELAY:
            cost += params.unsuited * ~problem.suits[free, period]
        found: Ints = cost
        return found

    def again(self, places: list[int]) -> int:
        """Empty these places of ``taken`` and fill them, the ones with fewest candidates first, by whoever
        costs least; what that saves. All stays as it was where it saves nothing."""
        before, saved = [self.taken[at] for at in places], 0
        for member, shift, kind in before:
            self.rise(member, shift, kind)
            saved += int(self.price(np.array([member]), shift)[0])
        after: list[tuple[int, int, int]] = []
        for _, shift, kind in before:
            free = np.flatnonzero(self.fits(shift, kind))
            if not len(free):
                break
            cost = self.price(free, shift)
            best = int(cost.argmin())
            saved -= int(cost[best])
            after.append((int(free[best]), shift, kind))
            self.sit(*after[-1])
        if len(after) == len(before) and saved > 0:
            for at, seat in zip(places, after, strict=True):
                self.taken[at] = seat
            del self.taken[len(self.taken) - len(after) :]
            return saved
        for seat in after:
            self.rise(*seat)
        del self.taken[len(self.taken) - len(after) :]
        for seat in before:
            self.sit(*seat)
        del self.taken[len(self.taken) - len(before) :]
        return 0

    def rise(self, member: int, shift: int, kind: int) -> None:
        """Take a member out of a seat; ``taken`` stays as it is."""
        problem = self.problem
        day, period = problem.shift_day[shift], problem.shift_period[shift]
        self.stands[member, day, period] = False
        self.at_shift[member, shift] = False
        self.turns[member] -= 1
        self.counts[member] -= (1, problem.early[period], problem.weekend[day])
        self.unfilled[shift, kind] += 1

    def _against(self, day: int, period: int) -> Ints:
        """For how many members standing then each member asked not to stand with them: int [M]."""
        found = np.zeros(self.problem.members, np.int64)
        for one, other in self.problem.apart.tolist():
            found[one] += self.stands[other, day, period]
            found[other] += self.stands[one, day, period]
        return found

    def sit(self, member: int, shift: int, kind: int) -> None:
        """Put a member into a seat."""
        problem = self.problem
        day, period = problem.shift_day[shift], problem.shift_period[shift]
        self.stands[member, day, period] = True
        self.turns[member] += 1
        self.at_shift[member, shift] = True
        self.counts[member] += (1, problem.early[period], problem.weekend[day])
        self.unfilled[shift, kind] -= 1
        self.taken.append((member, shift, kind))

    def plan(self) -> RosterPlan:
        """What stands so far."""
        member, shift, kind = np.array(self.taken, np.int64).reshape(-1, 3).T
        nobody = np.full(self.problem.days, -1)
        return RosterPlan(member, shift, kind, self.unfilled, self.group, nobody)
