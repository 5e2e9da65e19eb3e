"""The people of a problem as the engines see them: costs by day and shift, and cheapest schedules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from heliplan.codec import Ints
from heliplan.shifts._network import WEEKEND, Contract, build, unit_of
from heliplan.shifts._paths import SMALL, WIDE, Days, Loops, Paths, Scale
from heliplan.shifts.problem import OFF, SATURDAY, UNKNOWN, WEEK, ShiftsProblem

MOST_COUNTED = 4_000
"""Combinations of counters up to which one more limit is counted exactly."""

FINEST = 2**12
BENDS = 16


Limits = tuple[tuple[int, int], ...]
"""(shift or ``WEEKEND``, how many at most)."""


@dataclass(frozen=True, slots=True)
class Cheapest:
    """A cheapest schedule.

    ``least`` is a lower bound on the cost of every schedule, and the cost of ``days`` unless a limit that is
    not counted stood in the way; above the scale's ``impossible`` there is none. ``keeps`` is false where
    ``days`` breaks such a limit.
    """

    least: int
    days: Days | None
    keeps: bool


class Staff:
    """Costs and schedules. Shift numbers are those of :class:`Days`: 0 for off, s + 1 for shift s.

    Attributes
    ----------
    cost : int64 [E, H, S + 1]
        What a day of a person costs by requests and changes, cover apart.
    allowed : bool [E, H, S + 1]
        Absences, pins and shifts that a person never works taken into account.
    scale : Scale
    grain : int
        Integer costs of the dynamic program are costs times this.
    dearest : int
        What the price of cover must not be above.
    late : callable
        Whether time is up, asked while networks are built.
    """

    def __init__(self, problem: ShiftsProblem, had: Ints, change: int) -> None:
        self.problem = problem
        self.cost = _costs(problem, had, change)
        self.allowed = _allowed(problem)
        # twice: bounds on sums of too few can make cover dearer than one too few is
        self.dearest = 2 * max(int(problem.under.max()), int(problem.over.max()))
        self.scale, self.grain = _scale(problem.days * max(1, int(self.cost.max()) + self.dearest))
        self.loops = Loops()
        self.late: Callable[[], bool] = bool
        self._limits = [self._weekends(person) for person in range(problem.people)]
        self._paths: dict[Contract, Paths] = {}

    def cheapest(
        self,
        person: int,
        price: NDArray[np.int64],
        allowed: NDArray[np.bool_] | None = None,
        exact: bool = False,
    ) -> Cheapest:
        """The cheapest schedule of ``person``; all costs in grains.

        Parameters
        ----------
        price : int64 [H, S + 1]
            Added to the person's own costs.
        allowed : bool [H, S + 1], optional
            In place of what the person may do: part of it.
        exact : bool
            Whether a limit that the cheapest schedule breaks is counted from now on, which makes the network
            larger. Otherwise a cheap schedule that keeps it is looked for.
        """
        cost = self._priced(person, price, allowed)
        limits = self._weekends(person)
        while True:
            paths = self._paths_for(person, limits)
            least = paths.forward(cost)
            if least > self.scale.impossible:
                return Cheapest(least, None, False)
            days = paths.best()
            broken = self.broken(person, days)
            if not broken:
                return Cheapest(least, days, True)
            wider = self._count(person, limits, broken, exact)
            if wider == limits:
                bent = self._bent(person, paths, cost, days)
                return Cheapest(least, days if bent is None else bent, bent is not None)
            limits = wider

    def schedule(self, person: int, price: NDArray[np.int64]) -> Days | None:
        """A schedule that keeps all limits: the cheapest where that can be found, or a cheap one, or none."""
        for exact in (False, True):
            found = self.cheapest(person, price, exact=exact)
            if found.days is None or found.keeps:
                return found.days
        return None

    def possible(self, person: int) -> bool:
        """Whether there is no proof that ``person`` has no schedule."""
        nothing = np.zeros((self.problem.days, self.problem.shifts + 1), np.int64)
        if self.cheapest(person, nothing).keeps:
            return True
        return self.cheapest(person, nothing, exact=True).least <= self.scale.impossible

    def _bent(self, person: int, paths: Paths, cost: NDArray[np.int64], days: Days) -> Days | None:
        """A schedule that keeps the limits which ``days`` breaks, by making shifts dearer; or none."""
        bent, step = cost.copy(), self.grain
        for _ in range(BENDS):
            for shift, _most in self.broken(person, days):
                part = bent[:, shift + 1]
                part[part < self.scale.impossible] += step
            if abs(bent[bent < self.scale.impossible]).max() * len(bent) > self.scale.most:
                return None
            paths.forward(bent)
            days = paths.best()
            if not self.broken(person, days):
                return days
            step *= 2
        return None

    def near(
        self,
        person: int,
        price: NDArray[np.int64],
        slack: int,
        keep: int,
        allowed: NDArray[np.bool_] | None = None,
        all_or_none: bool = False,
    ) -> tuple[list[Days], bool]:
        """The schedules that cost at most ``slack`` more than the least, and whether these are all.

        At most ``keep``; with ``all_or_none`` none where there would be more. Gives up when it is late.
        """
        paths = self._paths_for(person, self._limits[person])
        least = paths.forward(self._priced(person, price, allowed))
        if least > self.scale.impossible:
            return [], True
        _, several, complete = paths.several(keep, slack, all_or_none, self.late)
        return [days for days in several if not self.broken(person, days)], complete

    def _priced(
        self, person: int, price: NDArray[np.int64], allowed: NDArray[np.bool_] | None = None
    ) -> NDArray[np.int64]:
        cost: NDArray[np.int64] = self.cost[person] * self.grain + price
        cost[~(self.allowed[person] if allowed is None else allowed)] = self.scale.forbidden
        return cost

    def _paths_for(self, person: int, limits: Limits) -> Paths:
        """The dynamic program of the person's contract with these limits counted."""
        problem, unit = self.problem, unit_of(self.problem)
        contract = Contract(
            max_run=int(min(problem.max_run[person], problem.days)),
            min_run=int(problem.min_run[person]),
            min_rest=int(min(problem.min_rest[person], problem.days)),
            limits=limits,
            max_units=int(problem.max_minutes[person]) // unit,
            min_units=-(-int(problem.min_minutes[person]) // unit),
        )
        if contract not in self._paths:
            self._paths[contract] = Paths(build(problem, contract, self.late), self.scale, self.loops)
        return self._paths[contract]

    def own_cost(self, person: int, days: Days) -> int:
        """What requests and changes cost in this schedule."""
        return int(self.cost[person, np.arange(len(days)), days].sum())

    def keeps(self, person: int, days: Days) -> bool:
        """Whether ``days`` is a schedule of this person; below 0 is none."""
        if (days < 0).any() or not self.allowed[person, np.arange(len(days)), days].all():
            return False
        price = np.full((len(days), self.problem.shifts + 1), self.grain)
        price[np.arange(len(days)), days] = 0
        price -= self.cost[person] * self.grain
        return self.cheapest(person, price, exact=True).least == 0 and not self.broken(person, days)

    def value(self, plan: Days) -> int:
        """Cost of a plan, int [E, H] in the numbers of :class:`Days`."""
        problem = self.problem
        people, days = np.indices(plan.shape)
        short = problem.required - self.given(plan)
        cover = np.maximum(short, 0) * problem.under + np.maximum(-short, 0) * problem.over
        return int(self.cost[people, days, plan].sum() + cover.sum())

    def given(self, plan: Days) -> NDArray[np.int64]:
        """How many work each shift, int64 [H, S]."""
        shifts = np.arange(1, self.problem.shifts + 1)
        return np.asarray((plan[:, :, None] == shifts).sum(axis=0))

    def _weekends(self, person: int) -> Limits:
        """Weekends are counted where they can bind; shifts once a schedule has broken their limit."""
        days = self.problem.days
        weekends = len(range(SATURDAY, days, WEEK))
        limit = int(self.problem.max_weekends[person])
        return ((WEEKEND, limit),) if limit < weekends else ()

    def broken(self, person: int, days: Days) -> Limits:
        """Limits that the schedule breaks, the tightest first."""
        given = np.bincount(days, minlength=self.problem.shifts + 1)[1:]
        most = self.problem.max_shifts[person]
        over = np.flatnonzero(given > most)
        return tuple(sorted(((int(s), int(most[s])) for s in over), key=lambda limit: (limit[1], limit[0])))

    def _count(self, person: int, limits: Limits, broken: Limits, exact: bool) -> Limits:
        """Limits to count next: all that ever were, and (``exact``) one more where even those do not do.

        The same as ``limits`` where one more would be too many.
        """
        known = self._limits[person]
        if limits != known or not exact:
            return known
        size = int(np.prod([most + 1 for _, most in limits]))
        if size * (broken[0][1] + 1) > MOST_COUNTED:
            return limits
        self._limits[person] = tuple(sorted((*limits, broken[0])))
        return self._limits[person]


def _costs(problem: ShiftsProblem, had: Ints, change: int) -> NDArray[np.int64]:
    cost = np.zeros((problem.people, problem.days, problem.shifts + 1), np.int64)
    person, day, shift, weight = problem.wanted.T
    np.add.at(cost, (person, day), weight[:, None])
    np.add.at(cost, (person, day, shift + 1), -weight)
    person, day, shift, weight = problem.unwanted.T
    np.add.at(cost, (person, day, shift + 1), weight)
    people, days = np.nonzero(had > UNKNOWN)
    cost[people, days] += change
    cost[people, days, had[people, days] + 1] -= change
    return cost


def _allowed(problem: ShiftsProblem) -> NDArray[np.bool_]:
    allowed = np.ones((problem.people, problem.days, problem.shifts + 1), np.bool_)
    allowed[:, :, 1:] &= (problem.max_shifts > 0)[:, None, :]
    allowed[:, :, 1:] &= ~problem.absent[:, :, None]
    for person, day, shift in problem.pins.tolist():
        others = np.arange(problem.shifts + 1) != (0 if shift == OFF else shift + 1)
        allowed[person, day, others] = False
    return allowed


def _scale(most: int) -> tuple[Scale, int]:
    """Integer type and the finest grain (a power of two) at which no schedule's cost overflows."""
    for scale, coarsest in ((SMALL, 2**7), (WIDE, 1)):
        grain = FINEST
        while grain > coarsest and most * grain > scale.most:
            grain //= 2
        if most * grain <= scale.most:
            return scale, grain
    raise ValueError("under, over, wanted, unwanted: weights are too large for so many days")
