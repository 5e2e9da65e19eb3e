"""Column generation: schedules for the master, and cover prices that prove a lower bound.

For any prices of cover, the sum of everybody's cheapest schedule plus the price of what is required is a
lower bound (Lagrange). It is computed in integers, so it holds exactly. Prices are asked at a point between
the best so far and the master's (smoothing: P. Wentges 1997).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from heliplan.shifts._master import Floats, Master, Part, Relaxed, Schedule, Whole
from heliplan.shifts._run import Run
from heliplan.shifts._staff import Cheapest

SMOOTHING = 0.6
SETTLED = 0.05  # smoothing below this is none
NEGATIVE = -1e-6
CLOSE = 1e-7
SHARE = 0.4  # of the time may go into the bound of the whole; the rest is for plans


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


def prices(part: Part, pi: Floats) -> Whole:
    """Cover prices ``pi`` [H, S] in grains, as int64 [H, S + 1] to add to the cost of each day's choice."""
    staff, grain = part.staff, part.staff.grain
    # outside these limits, too few or too many would pay without end
    whole = np.clip(
        np.rint(pi * grain).astype(np.int64), -staff.problem.over * grain, staff.problem.under * grain
    )
    return np.concatenate([np.zeros((len(whole), 1), np.int64), -whole], axis=1)


def ask(part: Part, pi: Floats) -> tuple[Bound, list[Cheapest]]:
    """The bound at cover prices ``pi`` [H, S] and everybody's cheapest schedule there."""
    price = prices(part, pi)
    found = [part.staff.cheapest(person, price) for person in part.people]
    total = sum(one.least for one in found) - int((price[:, 1:] * part.required).sum())
    return Bound(total, price, part.staff.grain), found


def add(master: Master, relaxed: Relaxed, found: Iterable[tuple[int, Cheapest]]) -> int:
    """Add the schedules (of the person at a position) that may better the master; how many."""
    new = [Schedule.of(position, one.days, one.keeps) for position, one in found if one.days is not None]
    return master.add(one for one in new if master.reduced(relaxed, one) < NEGATIVE)


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
        if add(master, relaxed, enumerate(found)):
            smoothing = SMOOTHING
        elif smoothing == 0:
            return best
        else:
            smoothing = smoothing / 2 if smoothing > SETTLED else 0.0
        # the linear program's optimum is between the two; bounds are rounded up
        settled = best.value >= relaxed.value - CLOSE * max(1, abs(relaxed.value))
        reached = stop_at is not None and best.value >= stop_at
        if settled or reached or run.over or (whole and run.spent > SHARE):
            return best
