"""Cut an area into grids: a proven answer for small areas, annealing for all others."""

from __future__ import annotations

from typing import Any

import numpy as np

from heliplan.codec import Ints
from heliplan.division._conflicts import block_conflicts, bound_conflicts
from heliplan.division._net import net_of
from heliplan.division._search import Search
from heliplan.division.check import check
from heliplan.division.problem import DivisionPlan, DivisionProblem, Params, previous
from heliplan.result import Conflict, Result, Status
from heliplan.stop import Progress, Stop

_NO_STOP, _PLAIN = Stop(), Params()


def solve(
    problem: DivisionProblem,
    stop: Stop = _NO_STOP,
    seed: int = 0,
    params: Params = _PLAIN,
    start: Any = None,
    progress: Progress | None = None,
) -> Result[DivisionPlan]:
    watch = stop.watch()
    before = previous(problem, start)
    conflicts = block_conflicts(problem)
    net = None if conflicts else net_of(problem)
    if net is not None:
        conflicts = bound_conflicts(problem, net)
    if net is None or conflicts:
        return Result(Status.INFEASIBLE, None, None, None, "counting", seed, watch.seconds, {}, conflicts)
    nb = before[net.units[net.unit_at[:-1]]]
    found = Search(problem, net, nb, params, watch, seed).run(progress)
    plan = DivisionPlan(found.grid[net.node])
    verdict = check(problem, plan, before, params)
    if not verdict.ok:
        return Result(
            Status.STOPPED,
            None,
            None,
            None,
            "annealing",
            seed,
            watch.seconds,
            {},
            tuple(Conflict(r.code, r.params) for r in verdict.violations),
        )
    return Result(Status.FEASIBLE, plan, verdict.value, None, "annealing", seed, watch.seconds, verdict.parts)
