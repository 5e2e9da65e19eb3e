"""The best plan out of a pool of schedules, as an integer program in HiGHS.

With a bound and a plan in hand, a better plan can only hold schedules whose cost, at the bound's prices, is
within the gap of the cheapest. If all of these fit into the pool, its best plan is *the* best: a proof.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import highspy
import numpy as np

from heliplan.shifts._bound import Bound
from heliplan.shifts._master import Master, Part, Schedule, accepted
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
            several, complete = part.staff.near(person, bound.price.cover, slack, keep)
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
    master = Master(part)
    mine = [Schedule.of(position, plan[person]) for position, person in enumerate(part.people)]
    master.add([*mine, *pool])
    value = part.value(plan)
    highs, columns = master.highs, np.arange(len(master.schedules), dtype=np.int32) + master.slacks
    whole = np.full(len(columns), highspy.HighsVarType.kInteger)
    accepted(highs.changeColsIntegrality(len(columns), columns, whole))
    options = (
        ("mip_abs_gap", NEVER_LESS),
        ("mip_rel_gap", 0.0),
        ("mip_max_nodes", nodes),
        # without a time limit the nodes alone end it: the same plan on every machine
        # half of what is left: a large program may take longer than it should to hear the clock
        ("time_limit", min(seconds, run.seconds_left / 2) if run.timed else highspy.kHighsInf),
        ("random_seed", int(run.rng.integers(2**31))),
    )
    for option, setting in options:
        accepted(highs.setOptionValue(option, setting))
    _begin_with(master, plan, mine)
    accepted(highs.run())
    solved = highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
    if highs.getInfo().primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return Best(None, solved)
    weight = np.array(highs.getSolution().col_value)[master.slacks :]
    found = plan.copy()
    for column in np.flatnonzero(weight > 0.5).tolist():
        chosen = master.schedules[column]
        found[part.people[chosen.position]] = chosen.days
    return Best(found if part.value(found) < value else None, solved)


def _begin_with(master: Master, plan: Days, mine: list[Schedule]) -> None:
    """Hand the plan in hand to the solver."""
    part, chosen = master.part, set(mine)
    short = (part.required - part.staff.given(plan[list(part.people)])).ravel()
    cover = np.stack([np.maximum(short, 0), np.maximum(-short, 0)], axis=1).ravel()
    solution = highspy.HighsSolution()
    solution.col_value = [*cover.astype(float).tolist(), *(float(one in chosen) for one in master.schedules)]
    accepted(master.highs.setSolution(solution))
