"""Column generation: schedules for the master, and cover prices that prove a lower bound.

For any prices of cover, the sum of everybody's cheapest schedule plus the price of what is required is a
lower bound (Lagrange). It is computed in integers, so it holds exactly. Prices are asked at a point between
the best so far and the master's (smoothing: P. Wentges 1997).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from heliplan.shifts._master import Bools, Floats, Master, Relaxed, Schedule, Whole
from heliplan.shifts._run import Run
from heliplan.shifts._staff import Cheapest

SMOOTHING = 0.6
SETTLED = 0.05  # smoothing below this is none
NEGATIVE = -1e-6
CLOSE = 1e-7
FALLS = 0.01  # by less than this in a round, the linear program is near its optimum
INWARD = 1 - 1e-5  # rounding must not carry a price over its limit

Found = list[tuple[int, Cheapest]]
"""Positions with a cheapest schedule there."""


@dataclass(frozen=True, slots=True, eq=False)
class Prices:
    """Whole prices in grains.

    ``cover`` (int64 [H, S + 1]) is added to the cost of each day's choice; ``rest`` is what the prices give
    beside the people.
    """

    cover: Whole
    rest: int


@dataclass(frozen=True, slots=True, eq=False)
class Bound:
    """A lower bound on the value of a part: ``grains``, and the ``price`` that proves it."""

    grains: int
    price: Prices
    grain: int

    @property
    def value(self) -> int:
        """The bound as a whole cost: values are whole, so it is rounded up."""
        return -(-self.grains // self.grain)

    def slack(self, below: int) -> int:
        """A schedule in a plan of less than ``below`` is at most this much (in grains) above its cheapest."""
        return (below - 1) * self.grain - self.grains


def prices(master: Master, pi: Floats, sigma: Floats) -> Prices:
    """Whole prices next to the prices of cover [H, S] and of sums [T] that still prove a bound."""
    part, problem, grain = master.part, master.part.staff.problem, master.part.staff.grain
    most = part.staff.dearest * grain
    of_sum = np.trunc(sigma * grain * INWARD).astype(np.int64)
    while True:
        # outside these limits, too few or too many would pay without end
        high = problem.under * grain - np.tensordot(of_sum, master.sums, axes=1)
        low = -problem.over * grain
        if (high >= np.maximum(low, -most)).all():
            break
        of_sum //= 2
    cover = np.clip(np.rint(pi * grain).astype(np.int64), low, np.minimum(high, most))
    rest = int((cover * part.required).sum())
    rest += int(np.where(of_sum > 0, of_sum * master.low, of_sum * master.high).sum())
    return Prices(np.concatenate([np.zeros((len(cover), 1), np.int64), -cover], axis=1), rest)


def ask(
    run: Run, master: Master, price: Prices, allowed: Bools | None = None, exact: bool = False
) -> tuple[Bound | None, Found]:
    """Everybody's cheapest schedule at these prices and the bound that they prove, if time allows."""
    found: Found = []
    for position in range(len(master.part.people)):
        if run.over:
            return None, found
        found.append((position, master.part.cheapest(position, price.cover, allowed, exact)))
    run.tick(len(found))
    return Bound(sum(one.least for _, one in found) + price.rest, price, master.part.staff.grain), found


def add(master: Master, relaxed: Relaxed, found: Iterable[tuple[int, Cheapest]]) -> int:
    """Add the schedules (of the person at a position) that may better the master; how many."""
    new = [(position, one) for position, one in found if one.days is not None]
    if not new:
        return 0
    position, days = np.array([at for at, _ in new]), np.array([one.days for _, one in new])
    reduced = master.reduced(relaxed, position, days)
    return master.add(
        Schedule.of(at, one.days, one.keeps)
        for (at, one), cost in zip(new, reduced.tolist(), strict=True)
        if one.days is not None and cost < NEGATIVE
    )


def generate(run: Run, master: Master, stop_at: int | None = None, share: float = 1.0) -> Bound | None:
    """Add schedules until the linear program is solved, or time is up; returns the best bound.

    ``master`` must hold a schedule of everybody. Ends once the bound reaches ``stop_at``, and when ``share``
    of all the time is gone. No bound where time is up before the first one.
    """
    part = master.part
    best: Bound | None = None
    center: tuple[Floats, Floats] | None = None
    smoothing, exact, before = SMOOTHING, not part.everything, np.inf
    while True:
        relaxed = master.solve(run)
        # only now: at prices that are far off, many a limit is in the way that is not in the end
        exact, before = exact or relaxed.value > before - FALLS * abs(before), relaxed.value
        at = relaxed.pi, relaxed.sigma
        if center is not None:
            pi, sigma = (smoothing * old + (1 - smoothing) * new for old, new in zip(center, at, strict=True))
            at = pi, sigma
        bound, found = ask(run, master, prices(master, *at), exact=exact and part.everything)
        if bound is None:
            return best
        if best is None or bound.grains > best.grains:
            best, center = bound, at if exact else None
            if part.everything:
                run.prove(bound.value, "bound")
        if add(master, relaxed, found):
            smoothing = SMOOTHING
        elif smoothing == 0 and exact:
            return best
        else:
            smoothing = smoothing / 2 if smoothing > SETTLED else 0.0
        # the linear program's optimum is between the two; bounds are rounded up
        settled = best.value >= relaxed.value - CLOSE * max(1, abs(relaxed.value))
        reached = stop_at is not None and best.value >= stop_at
        if settled or reached or run.over or run.spent > share:
            return best
