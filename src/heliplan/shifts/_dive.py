"""From the linear program to a plan: settle what somebody does on a day, and price again in between.

What weighs most in the linear program is settled first, a share of all open days at once (whole schedules
would leave too little room to those that come later). A step that takes the bound too near to what the plan
must stay below is taken back, and a smaller one tried; a single choice that does so is ruled out.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

import numpy as np

from heliplan.shifts._bound import Prices, add, ask, prices
from heliplan.shifts._master import Bools, Master, Relaxed, Schedule
from heliplan.shifts._paths import Days
from heliplan.shifts._run import Run

ROUNDS = 4  # of pricing after each step
STEP = 12  # of so many open days one is settled at once
SURE = 0.95
WHOLE = 1e-6
JUMP = 0.5  # of the way from the bound to what the plan must stay below, in one step, is too far
CAREFUL, RETREATS = 5, 10  # so many steps are taken back for that, so many at all
NOISE = 0.2
LAST = 0.9  # share of the time that is gone when a dive should be at its end

Cell = tuple[int, int, int]
"""Position, day, choice."""


def dive(run: Run, master: Master, plan: Days, below: int, vary: bool) -> Days | None:
    """A plan of less than ``below``: that of ``master``'s people settled, all others as in ``plan``.

    ``None`` where none was found on this way. When time runs out, those not settled yet take the schedule
    that weighs most.

    Parameters
    ----------
    vary : bool
        Whether chance has a say in what is settled first.
    """
    relaxed = master.solve(run)
    price, began = _prices(master, relaxed), run.spent
    way = _Way(run, master, below, vary, master.part.allowed, relaxed, price, began)
    while not run.over:
        cells = way.open()
        if not cells:
            break
        if not way.settle(cells):
            return None
    if way.relaxed.value >= below and not run.over:
        return None
    return _plan(master, way.relaxed, plan)


@dataclass(slots=True)
class _Way:
    """Where a dive stands: what is still ``allowed`` (bool [n, H, S + 1]), the program there, prices."""

    run: Run
    master: Master
    below: int
    vary: bool
    allowed: Bools
    relaxed: Relaxed
    price: Prices
    began: float
    retreats: int = 0
    steps: int = 0

    def open(self) -> list[Cell]:
        """What to settle next, the surest first: of everybody at most one day."""
        shares = self.master.shares(self.relaxed)
        broken = (shares > WHOLE) & (shares < 1 - WHOLE)
        weight = np.where(broken, shares, 0.0)
        if self.vary:
            weight += broken * self.run.rng.uniform(0, NOISE, weight.shape)
        most = max(1, int(self._share(int(broken.any(axis=2).sum()))))
        cells: dict[int, Cell] = {}
        for place in np.argsort(-weight, axis=None, kind="stable")[: int(broken.sum())]:
            position, day, choice = (int(i) for i in np.unravel_index(place, weight.shape))
            if len(cells) >= most and shares[position, day, choice] < SURE:
                break
            cells.setdefault(position, (position, day, choice))
        return list(cells.values())

    def _share(self, days: int) -> float:
        """How many of the open days to settle at once: more where time is short."""
        gone = self.run.spent - self.began
        if not self.steps or gone <= 0 or not days:
            return days / STEP
        left = max(1.0, (LAST - self.run.spent) * self.steps / gone)  # steps that there is time for
        return float(days * max(1 / STEP, 1 - days ** (-1 / left)))

    def settle(self, cells: list[Cell]) -> bool:
        """Settle these, or as many as can be; false where the way ends here."""
        while not self._go(_settled(self.allowed, cells), self._limit()):
            self.retreats += 1
            if self.retreats > RETREATS or self.run.over:
                return False
            if len(cells) == 1:
                without = self.allowed.copy()
                without[cells[0]] = False
                return self._go(without, self.below)
            cells = cells[: max(1, len(cells) // 3)]
        return True

    def _limit(self) -> int:
        if self.retreats >= CAREFUL:
            return self.below
        now = self.relaxed.value
        return min(self.below, ceil(now + JUMP * (self.below - now)))

    def _go(self, allowed: Bools, below: int) -> bool:
        """Solve and price where no more is allowed than this; false where the bound says it is no use."""
        run, master = self.run, self.master
        self.steps += 1
        if not self._offered(allowed):
            return False
        for _ in range(ROUNDS):
            relaxed = master.solve(run)
            self.price = _prices(master, relaxed)
            bound, found = ask(run, master, self.price, allowed)
            if bound is not None and bound.value >= below:
                return False
            if run.over or not add(master, relaxed, found):
                break
        else:
            relaxed = master.solve(run)
        if relaxed.value >= below and not run.over:
            return False
        self.allowed, self.relaxed = allowed, relaxed
        return True

    def _offered(self, allowed: Bools) -> bool:
        """Let the linear program use what is allowed alone; false where somebody has no schedule then."""
        master = self.master
        position, days = master.table
        usable = allowed[position[:, None], np.arange(days.shape[1]), days].all(axis=1)
        new = []
        for at in np.setdiff1d(np.arange(len(allowed)), position[usable]).tolist():
            one = master.part.cheapest(at, self.price.cover, allowed)
            if one.days is None:
                return False
            new.append(Schedule.of(at, one.days, one.keeps))
        added = master.add(new)
        master.only(np.concatenate([usable, np.ones(added, np.bool_)]))
        return True


def _prices(master: Master, relaxed: Relaxed) -> Prices:
    return prices(master, relaxed.pi, relaxed.sigma)


def _settled(allowed: Bools, cells: list[Cell]) -> Bools:
    narrowed = allowed.copy()
    for position, day, choice in cells:
        narrowed[position, day] = False
        narrowed[position, day, choice] = True
    return narrowed


def _plan(master: Master, relaxed: Relaxed, plan: Days) -> Days:
    """Of everybody the schedule of most weight, where one keeps all limits."""
    found, done = plan.copy(), set[int]()
    for column in np.argsort(-relaxed.weight, kind="stable").tolist():
        schedule = master.schedules[column]
        if relaxed.weight[column] <= 0 or len(done) == len(master.part.people):
            break
        if schedule.keeps and schedule.position not in done:
            done.add(schedule.position)
            found[master.part.people[schedule.position]] = schedule.days
    return found
