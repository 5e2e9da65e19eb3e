"""The best plan out of a pool of schedules, as an integer program in HiGHS.

With a bound and a plan in hand, a better plan can only hold schedules whose cost, at the bound's prices, is
within the gap of the cheapest. If all of these fit into the pool, its best plan is *the* best: a proof.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from heliplan.aside import solved
from heliplan.highs import Floats, State
from heliplan.shifts._bound import Bound
from heliplan.shifts._master import Master, Part, Schedule
from heliplan.shifts._paths import Days
from heliplan.shifts._run import Run

PROOF = 40_000  # schedules of everybody together
PROOF_NODES, PROOF_SECONDS = 2_000, 30.0
NEVER_LESS = 1.0 - 1e-4  # values are whole: a smaller gap is none


@dataclass(frozen=True, slots=True)
class Best:
    """A better plan, if one was found; ``solved``: there is none better than it (or than the one before)."""

    plan: Days | None
    solved: bool


def fill(part: Part, bound: Bound, value: int, keep: int) -> tuple[list[Schedule], bool]:
    """Schedules of everybody that a plan of less than ``value`` may hold, and whether these are all."""
    pool: list[Schedule] = []
    complete = True
    for position, person in enumerate(part.people):
        slack, allowed = bound.slack(value), part.allowed[position]
        several, all_of_them = part.staff.near(person, bound.price.cover, slack, keep, allowed)
        pool.extend(Schedule.of(position, days) for days in several)
        complete &= all_of_them
    return pool, complete


def prove(run: Run, part: Part, bounds: Iterable[Bound]) -> None:
    """Close the gap of the whole: take every schedule that a better plan may hold, and the best of them.

    Does nothing where these are too many. ``part`` is everybody; one of the bounds holds for any better plan.
    """
    if run.plan is None or run.value is None:
        return
    pool: list[Schedule] = []
    for bound in bounds:
        for position, person in enumerate(part.people):
            slack, keep = bound.slack(run.value), PROOF - len(pool)
            several, complete = part.staff.near(person, bound.price.cover, slack, keep, all_or_none=True)
            if not complete or run.over:
                return
            pool.extend(Schedule.of(position, days) for days in several)
    found = best(run, part, run.plan, pool, PROOF_NODES, PROOF_SECONDS)
    if found.plan is not None:
        run.offer(found.plan, "proof")
    if found.solved:
        run.prove(run.value, "proof")


def best(run: Run, part: Part, plan: Days, pool: Iterable[Schedule], nodes: int, seconds: float) -> Best:
    """The best plan for a part out of the pool and the plan in hand."""
    master = Master(run, part)
    mine = [Schedule.of(position, plan[person]) for position, person in enumerate(part.people)]
    master.add([*mine, *pool])
    value, left = part.value(plan), run.watch.remaining
    task = master.task(
        _known(master, plan, mine), mip_abs_gap=NEVER_LESS, mip_rel_gap=0.0, mip_max_nodes=nodes
    )
    # without a time limit the nodes alone end it: the same plan on every machine
    stop = replace(run.watch.stop, seconds=None if left is None else min(seconds, left / 2))
    found = solved(task, stop.watch(), int(run.rng.integers(2**31)))
    proven = found.state == State.kOptimal
    if found.values is None:
        return Best(None, proven)
    better = plan.copy()
    for column in np.flatnonzero(found.values[master.slacks :] > 0.5).tolist():
        chosen = master.schedules[column]
        better[part.people[chosen.position]] = chosen.days
    return Best(better if part.value(better) < value else None, proven)


def _known(master: Master, plan: Days, mine: list[Schedule]) -> Floats:
    """The plan in hand as values of the columns."""
    part, chosen = master.part, set(mine)
    short = (part.required - part.staff.given(plan[list(part.people)])).ravel()
    cover = np.stack([np.maximum(short, 0), np.maximum(-short, 0)], axis=1).ravel()
    return np.array([*cover.tolist(), *(one in chosen for one in master.schedules)], float)
