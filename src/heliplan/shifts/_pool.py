"""The best plan out of a pool of schedules, as an integer program in HiGHS.

With a bound and a plan in hand, a better plan can only hold schedules whose cost, at the bound's prices, is
within the gap of the cheapest. If all of these fit into the pool, its best plan is *the* best: a proof.
"""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np

from heliplan.shifts._bound import Bound
from heliplan.shifts._master import Master, Part, accepted
from heliplan.shifts._paths import Days
from heliplan.shifts._run import Run

NEVER_LESS = 1.0 - 1e-4  # values are whole: a smaller gap is none


@dataclass(frozen=True, slots=True)
class Best:
    """A better plan, if one was found; ``solved``: there is none better than it (or than the one before)."""

    plan: Days | None
    solved: bool


def fill(part: Part, bound: Bound, value: int, keep: int) -> tuple[list[list[Days]], bool]:
    """Schedules of everybody that a plan of less than ``value`` may hold, and whether these are all."""
    pool, complete = [], True
    for person in part.people:
        several, all_of_them = part.staff.near(person, bound.price, bound.slack(value), keep)
        pool.append(several)
        complete &= all_of_them
    return pool, complete


def best(run: Run, part: Part, plan: Days, pool: list[list[Days]], nodes: int, seconds: float) -> Best:
    """The best plan for a part out of the pool and the plan in hand."""
    master = Master(part)
    for position, person in enumerate(part.people):
        master.add(position, plan[person])
        for days in pool[position]:
            master.add(position, days)
    value = part.value(plan)
    highs, columns = master.highs, np.arange(len(master.days), dtype=np.int32) + master.slacks
    whole = np.full(len(columns), highspy.HighsVarType.kInteger)
    accepted(highs.changeColsIntegrality(len(columns), columns, whole))
    options = (
        ("mip_abs_gap", NEVER_LESS),
        ("mip_rel_gap", 0.0),
        ("mip_max_nodes", nodes),
        ("time_limit", min(seconds, run.seconds_left)),
        ("random_seed", int(run.rng.integers(2**31))),
    )
    for option, setting in options:
        accepted(highs.setOptionValue(option, setting))
    _begin_with(master, plan)
    accepted(highs.run())
    solved = highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
    if highs.getInfo().primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return Best(None, solved)
    weight = np.array(highs.getSolution().col_value)[master.slacks :]
    found = plan.copy()
    for column in np.flatnonzero(weight > 0.5).tolist():
        found[part.people[master.owner[column]]] = master.days[column]
    return Best(found if part.value(found) < value else None, solved)


def _begin_with(master: Master, plan: Days) -> None:
    """Hand the plan in hand to the solver."""
    part = master.part
    short = (part.required - part.staff.given(plan[list(part.people)])).ravel()
    chosen = {position: plan[person].tobytes() for position, person in enumerate(part.people)}
    weight = [float(days.tobytes() == chosen[at]) for at, days in zip(master.owner, master.days, strict=True)]
    solution = highspy.HighsSolution()
    cover = np.stack([np.maximum(short, 0), np.maximum(-short, 0)], axis=1).ravel()
    solution.col_value = [*cover.astype(float).tolist(), *weight]
    accepted(master.highs.setSolution(solution))
