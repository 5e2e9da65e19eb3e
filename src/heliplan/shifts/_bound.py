"""Column generation: schedules for the master, and cover prices that prove a lower bound.

For any prices of cover, the sum of everybody's cheapest schedule plus the price of what is required is a lower
bound (Lagrange). It is computed in integers, so it holds exactly. Prices are asked at a point between the
best so far and the master's (smoothing: P. Wentges 1997).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from heliplan.shifts._master import Floats, Master, Part, Relaxed, Whole
from heliplan.shifts._run import Run
from heliplan.shifts._staff import Cheapest

SMOOTHING = 0.6
SETTLED = 0.05  # smoothing below this is none
NEGATIVE = -1e-6
CLOSE = 1e-5


@dataclass(frozen=True, slots=True, eq=False)
class Bound:
    """A lower bound on the value of a part.

    ``grains`` is the bound, ``price`` (int64 [H, S + 1]) the prices that prove it: what is added to the
    cost of each day's choice.
    """

    grains: int
    price: Whole
    grain: int

    @property
    def value(self) -> int:
        """The bound as a whole cost: values are whole, so it is rounded up."""
        return -(-self.grains // self.grain)

    def slack(self, below: int) -> int:
        """A schedule in a plan of less than ``below`` is at most this much (in grains) above its cheapest."""
        return (below - 1) * self.grain - self.grains


def ask(part: Part, pi: Floats) -> tuple[Bound, list[Cheapest]]:
    """The bound at cover prices ``pi`` [H, S] and everybody's cheapest schedule there."""
    staff, grain = part.staff, part.staff.grain
    # outside these limits, too few or too many would pay without end
    whole = np.rint(pi * grain).astype(np.int64)
    whole = np.clip(whole, -staff.problem.over * grain, staff.problem.under * grain)
    price = np.zeros((staff.problem.days, staff.problem.shifts + 1), np.int64)
    price[:, 1:] = -whole
    found = [staff.cheapest(person, price) for person in part.people]
    total = int((whole * part.required).sum()) + sum(one.least for one in found)
    return Bound(total, price, grain), found


def add(master: Master, relaxed: Relaxed, found: list[Cheapest]) -> int:
    """Add the schedules that may better the master; how many."""
    count = 0
    for position, one in enumerate(found):
        if one.days is not None and master.reduced(relaxed, position, one.days) < NEGATIVE:
            count += master.add(position, one.days, one.keeps)
    return count


def generate(run: Run, master: Master, stop_at: int | None = None) -> Bound:
    """Add schedules until the linear program is solved, or time is up; returns the best bound.

    ``master`` must hold a schedule of everybody. With ``stop_at``, ends once the bound reaches it.
    """
    part, whole = master.part, len(master.part.people) == master.part.staff.problem.people
    best: Bound | None = None
    center: Floats | None = None
    smoothing = SMOOTHING
    while True:
        relaxed = master.solve()
        pi = relaxed.pi if center is None else smoothing * center + (1 - smoothing) * relaxed.pi
        bound, found = ask(part, pi)
        run.tick()
        if best is None or bound.grains > best.grains:
            best, center = bound, -bound.price[:, 1:] / part.staff.grain
            if whole:
                run.prove(bound.value, "bound")
        if add(master, relaxed, found):
            smoothing = SMOOTHING
        elif smoothing == 0:
            return best
        else:
            smoothing = smoothing / 2 if smoothing > SETTLED else 0.0
        reached = stop_at is not None and best.value >= stop_at
        if reached or run.over or relaxed.value - best.grains / best.grain < CLOSE * max(1, abs(relaxed.value)):
            return best
