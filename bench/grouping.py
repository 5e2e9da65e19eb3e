"""Joint organisations: ours beside plain HiGHS and CP-SAT models, and growth to 100,000 units.

``PYTHONPATH=src:. python bench/grouping.py [--quick]`` prints a Markdown table. Towns are invented: units
scattered around the middles of their areas, 0 to 3 members each; a body has at least 3 members, at most 5
units.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from bench.apart import apart
from heliplan import Stop
from heliplan.grouping import GroupingProblem, Params, check, levels, solve, weights
from heliplan.grouping._parts import NEVER, Joining
from heliplan.mip import Program, ceiling, minimise

Row = dict[str, Any]


def town(units: int, areas: int, seed: int = 0) -> GroupingProblem:
    """An invented town."""
    random = np.random.default_rng(seed)
    middle = random.integers(0, 30_000, (areas, 2))
    area = random.integers(0, areas, units)
    return GroupingProblem(
        members=random.choice(4, units, p=[0.3, 0.4, 0.2, 0.1]),
        threshold=3,
        most=5,
        labels=area[:, None],
        point=(middle[area] + random.normal(0, 600, (units, 2))).astype(np.int64),
    )


def ours(units: int, areas: int, cap: float) -> Row:
    """Our solve, checked."""
    solve(town(40, 1), Stop(seconds=1), params=Params(exact=0))  # load and compile
    problem = town(units, areas)
    began = time.process_time()
    result = solve(problem, Stop(seconds=cap))
    cpu = time.process_time() - began
    assert result.plan is not None
    assert check(problem, result.plan).ok
    value, bound = levels(problem, result.value or 0), levels(problem, result.bound or 0)
    took = {"seconds": round(result.seconds, 2), "cpu": round(cpu, 2)}
    return {**value, **took, "bounds": list(bound.values()), "status": str(result.status)}


def plain(solver: str, units: int, areas: int, cap: float) -> Row | None:
    """The textbook model: x[unit, seat], all goals weighed into one; solved by one solver as it comes."""
    problem = town(units, areas)
    every, alone = np.arange(units), problem.alone
    way = Joining(problem).way(every[:, None], every[None, :], np.array(0))
    way[alone, :] = way[:, alone] = NEVER
    way[alone, alone] = 0
    unit, seat = np.nonzero(way < NEVER)
    weigh = weights(problem)
    cost = way[unit, seat] - weigh.uncovered + weigh.bodies * (unit == seat)
    base = weigh.uncovered * units
    found = _by_highs if solver == "HiGHS" else _by_cp_sat
    began = time.perf_counter()
    value, proven = found(problem, unit, seat, cost, cap)
    seconds = round(time.perf_counter() - began, 2)
    return None if value is None else {**levels(problem, base + value), "proven": proven, "seconds": seconds}


Answer = tuple[int | None, bool]
"""A value (``None``: nothing found in time), and whether it is proven."""


def _by_highs(problem: GroupingProblem, unit: Any, seat: Any, cost: Any, cap: float) -> Answer:
    n, arcs = problem.units, np.arange(len(unit))
    own = np.full(n, -1)
    own[unit[unit == seat]] = arcs[unit == seat]
    most = problem.most or n
    others = unit != seat
    # each unit once; room and threshold of an open seat; nobody at a closed one
    row = np.concatenate([unit, n + seat, 2 * n + seat, 3 * n + arcs[others], 3 * n + arcs[others]])
    column = np.concatenate([arcs, arcs, arcs, arcs[others], own[seat[others]]])
    ones = np.ones(others.sum())
    value = np.concatenate(
        [
            np.ones(len(arcs)),
            np.where(others, 1.0, 1.0 - most),
            problem.members[unit] - np.where(others, 0, problem.threshold),
            ones,
            -ones,
        ]
    )
    low = np.full(3 * n + len(arcs), -np.inf)
    low[2 * n : 3 * n] = 0
    high = np.concatenate([np.ones(n), np.zeros(n), np.full(n, np.inf), np.zeros(len(arcs))])
    program = Program(cost.astype(float), np.ones(len(arcs)), low, high, row, column, value.astype(float))
    done = minimise(program, Stop(seconds=cap).watch())
    if done.values is None:
        return None, False
    value = int(cost @ done.values)
    return value, done.bound is not None and ceiling(done.bound) >= value


def _by_cp_sat(problem: GroupingProblem, unit: Any, seat: Any, cost: Any, cap: float) -> Answer:
    from ortools.sat.python import cp_model  # noqa: PLC0415  # imports pandas: only here

    model, n = cp_model.CpModel(), problem.units
    x = {(int(i), int(j)): model.new_bool_var("") for i, j in zip(unit, seat, strict=True)}
    of_unit: list[list[Any]] = [[] for _ in range(n)]
    of_seat: list[list[int]] = [[] for _ in range(n)]
    for (i, j), variable in x.items():
        of_unit[i].append(variable)
        of_seat[j].append(i)
        if i != j:
            model.add_implication(variable, x[j, j])
    for i in range(n):
        model.add_at_most_one(of_unit[i])
        if of_seat[i]:
            inside = [x[k, i] for k in of_seat[i]]
            members = [int(problem.members[k]) for k in of_seat[i]]
            model.add(sum(inside) <= (problem.most or n) * x[i, i])
            model.add(cp_model.LinearExpr.weighted_sum(inside, members) >= problem.threshold * x[i, i])
    model.minimize(cp_model.LinearExpr.weighted_sum(list(x.values()), cost.tolist()))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers, solver.parameters.max_time_in_seconds = 1, cap
    status = solver.solve(model)
    found = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    return (int(solver.objective_value) if found else None), status == cp_model.OPTIMAL


def rows(quick: bool, data: Path) -> Iterator[Row]:  # noqa: ARG001  # the data are invented
    """Every measurement as a row; a peer gets half of our time, or all would take too long."""
    cap = 2.5 if quick else 20.0
    for units, areas in ((300, 5),) if quick else ((60, 1), (100, 1), (300, 5), (1_000, 17)):
        mine = _ours(units, areas, cap)
        for solver in ("HiGHS", "CP-SAT"):
            other = apart(plain, solver, units, areas, cap / 2, cap=cap / 2)
            yield _row(f"{units} units, {areas} areas", mine, other, solver)
    for units, areas, limit in ((3_000, 1, 2.5),) if quick else LARGE:
        yield _row(f"{units} units, {areas} areas", _ours(units, areas, limit), None, "")


LARGE = ((1_000, 1, 20.0), (3_000, 1, 20.0), (10_000, 170, 40.0))
"""Units, areas, our seconds: growth without a peer, since the plain models no longer find a plan."""


def _ours(units: int, areas: int, cap: float) -> Row:
    return apart(ours, units, areas, cap, cap=1.5 * cap + 30)


def _row(work: str, mine: Row, other: Row | None, solver: str) -> Row:
    found = mine["answer"] or {}
    row: Row = {"work": work, "peer": solver or "–"}
    theirs = None if other is None else other["answer"]
    if other is not None:
        row |= {"peer value": _counts(theirs), "peer MB": other["MB"]}
        row |= {f"peer {name}": (theirs or {}).get(name) for name in ("proven", "seconds")}
    row |= {"ours": _counts(found), "ours MB": mine["MB"]}
    row |= {f"ours {name}": found.get(name) for name in ("seconds", "cpu")}
    if theirs and found and theirs["distance"] and _counts(theirs)[:2] == _counts(found)[:2]:
        row["distance ratio"] = round(found["distance"] / theirs["distance"], 3)
    if found:
        gap = (found["distance"] - found["bounds"][-1]) / max(1, found["distance"])
        row |= {"status": found["status"], "bounds": found["bounds"], "distance gap": round(gap, 4)}
    return row


def _counts(found: Row | None) -> list[int] | str:
    return "none in time" if not found else [found[name] for name in ("uncovered", "bodies", "distance")]


def show(columns: tuple[str, ...], found: Iterator[Row]) -> None:
    """Print rows as a Markdown table while they come."""
    print(f"| {' | '.join(columns)} |\n|{'---|' * len(columns)}", flush=True)
    for row in found:
        print(f"| {' | '.join(str(row.get(column, '')) for column in columns)} |", flush=True)


COLUMNS = (
    *("work", "peer", "peer value", "peer proven", "peer seconds", "peer MB"),
    *("ours", "ours seconds", "ours cpu", "ours MB", "distance ratio", "status", "bounds", "distance gap"),
)

if __name__ == "__main__":
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--quick", action="store_true")
    show(COLUMNS, rows(words.parse_args().quick, Path()))
