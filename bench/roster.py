"""Duty tables of rising size beside plain CP-SAT and plain HiGHS: value, proof or gap, seconds, memory.

The peers get the same program, whole and in one objective, under the same cap; each run in a process of its
own, so that no solver library meets another.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from bench.apart import apart
from heliplan import Stop
from heliplan.codec import Ints
from heliplan.roster import Mode, Params, RosterProblem, check, solve
from heliplan.roster._program import Goal, Program
from heliplan.roster._weights import weights
from heliplan.roster.solve import whole_program

Row = dict[str, Any]
SIZES = ((60, 4, 1, 10), (60, 4, 4, 10), (400, 30, 4, 60), (2_000, 40, 1, 60))
"""Members, posts, weeks, seconds allowed; two slots a day, one seat each."""
PEERS_CAP = 20  #: seconds a peer may take, or all would take too long


def duty(members: int, posts: int, weeks: int, seed: int = 2) -> RosterProblem:
    """An invented village: about a fifth of all times do not suit, some wish, the ways differ."""
    random = np.random.default_rng(seed)
    days = 7 * weeks
    week = random.random((members, 7, 2)) < 0.8
    day, period, post = (part.ravel() for part in np.indices((days, 2, posts)))
    return RosterProblem(
        mode=Mode.ROTATION,
        available=np.tile(week, (1, weeks, 1)),
        shift_day=day,
        shift_period=period,
        shift_post=post,
        seats=np.tile([1, 0, 0], (len(day), 1)),
        early=[True, False],
        way=random.integers(0, 60, (members, posts)),
        wish=np.where(random.random((members, days, 2)) < 0.05, -30, 0),
        leader=random.random(members) < 0.2,
        history=random.integers(0, 3, (members, 1)) * np.array([[2, 1, 1]]),
    )


def ours(members: int, posts: int, weeks: int, cap: float) -> Row:
    """Our solve, checked."""
    problem = duty(members, posts, weeks)
    result = solve(problem, Stop(seconds=cap))
    assert result.plan is not None
    assert not check(problem, result.plan).violations
    return {
        "value": result.value,
        "gap": result.gap,
        "status": str(result.status),
        "engine": result.engine,
        "solve s": round(result.seconds, 2),
    }


def plain(solver: str, members: int, posts: int, weeks: int, cap: float) -> Row:
    """The whole program given to one solver as it comes, without a start: value and bound, None: none."""
    problem = duty(members, posts, weeks)
    model = whole_program(problem, Params())
    costs = sum(layer.dense(model.program.width) for layer in model.parts.values())
    costs = costs + weights(problem, Params(), None).unfilled * model.unfilled.dense(model.program.width)
    goal = Goal(costs, sum(layer.constant for layer in model.parts.values()))
    value, bound = (_by_highs if solver == "HiGHS" else _by_cp_sat)(model.program, goal, cap)
    return {"value": value, "gap": None if value is None else round((value - bound) / max(1, abs(value)), 4)}


def _by_highs(program: Program, goal: Goal, cap: float) -> tuple[int | None, float]:
    import highspy  # noqa: PLC0415  # one solver library a process

    every = np.arange(program.width)
    lp = program.task(goal, every, np.zeros(program.width), program.upper).lp()
    highs = highspy.Highs()
    for name, option in (("output_flag", False), ("threads", 1), ("time_limit", cap), ("mip_rel_gap", 0.0)):
        assert highs.setOptionValue(name, option) == highspy.HighsStatus.kOk
    assert highs.passModel(lp) == highspy.HighsStatus.kOk
    assert highs.run() != highspy.HighsStatus.kError
    info = highs.getInfo()
    found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    return (round(info.objective_function_value) if found else None), info.mip_dual_bound


def _by_cp_sat(program: Program, goal: Goal, cap: float) -> tuple[int | None, float]:
    from ortools.sat.python import cp_model  # noqa: PLC0415  # as above

    model = cp_model.CpModel()
    column = [model.new_int_var(0, int(upper), "") for upper in program.upper]
    for row, (low, high) in zip(_by_row(program), zip(*_bounds(program), strict=True), strict=True):
        terms = sum(value * column[at] for at, value in row)
        model.add_linear_constraint(terms, low, high)
    model.minimize(sum(int(cost) * column[at] for at, cost in enumerate(goal.costs) if cost) + goal.constant)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds, solver.parameters.num_workers = cap, 1
    found = solver.solve(model) in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    return (round(solver.objective_value) if found else None), solver.best_objective_bound


def _by_row(program: Program) -> list[list[tuple[int, int]]]:
    """(column, value) of each row."""
    rows: list[list[tuple[int, int]]] = [[] for _ in range(program.height)]
    entries = program.matrix
    column = np.repeat(np.arange(program.width), np.diff(entries.starts))
    for row, at, value in zip(entries.rows.tolist(), column.tolist(), entries.values.tolist(), strict=True):
        rows[row].append((at, round(value)))
    return rows


def _bounds(program: Program) -> tuple[Ints, Ints]:
    """Bounds of the rows in whole numbers."""
    task = program.task(Goal(np.zeros(0, np.int64)), np.arange(0), np.zeros(0), np.zeros(0))
    far = float(10**9)
    low, high = (np.clip(np.asarray(side), -far, far) for side in (task.least, task.most))
    return np.ceil(low).astype(np.int64), np.floor(high).astype(np.int64)


def rows(quick: bool, data: Path) -> Iterator[Row]:  # noqa: ARG001  # the data are invented
    """Ours, then each peer, of every size; plain models of the largest tables are left out."""
    for members, posts, weeks, cap in SIZES[:1] if quick else SIZES:
        what = f"{members} members × {posts} posts × 2 slots × {weeks} weeks"
        for who in ("ours", "HiGHS", "CP-SAT") if members < 1_000 else ("ours",):
            limit = cap if who == "ours" else min(cap, PEERS_CAP)
            size = (members, posts, weeks, limit)
            done = apart(ours, *size, cap=limit) if who == "ours" else apart(plain, who, *size, cap=limit)
            found = done["answer"] or {"status": "ended"}
            yield {"work": what, "who": who, "cap s": limit, **found, "s": done["seconds"], "MB": done["MB"]}
