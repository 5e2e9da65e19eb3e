"""Shift rosters on the Curtois-Qu instances, beside plain CP-SAT and plain HiGHS models of the same problem.

``python -m bench.shifts [--quick] [--only N ...] [--seconds N] [--data DIR]`` prints a Markdown table. Every
solve runs in its own process, so that memory is each one's own. The peers get ten seconds at most, or all
would take too long; beside them stands what ours had after as many seconds.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from bench.apart import apart
from heliplan import Stop
from heliplan.shifts import ShiftsPlan, ShiftsProblem, check, read, solve
from heliplan.stop import Event

DATA = Path(__file__).resolve().parents[2] / "shared" / "bench"
BEST = {
    1: 607, 2: 828, 3: 1001, 4: 1716, 5: 1143, 6: 1950, 7: 1056, 8: 1300, 9: 439, 10: 4631, 11: 3443, 12: 4040
}  # fmt: skip
"""Best values known, as published."""

Answer = tuple[int | None, int | None, str]
"""Value, bound, status."""


SOON = 10.0
"""Seconds that a peer gets, and after which our bound is looked at, too."""


def ours(problem: ShiftsProblem, seconds: float, early: float) -> dict[str, Any]:
    """The library; a plan that the judge does not pass is an error."""
    events: list[Event] = []
    result = solve(problem, Stop(seconds=seconds), progress=events.append)
    if result.plan is not None:
        verdict = check(problem, result.plan)
        assert verdict.ok
        assert verdict.value == result.value
    by_then = [event.value for event in events if event.seconds <= early and event.value is not None]
    bounds = [event.bound for event in events if event.seconds <= SOON and event.bound is not None]
    return {
        "value": result.value,
        "bound": result.bound,
        "status": str(result.status),
        "early": min(by_then, default=None),
        "soon": max(bounds, default=None),
        "cpu": round(time.process_time(), 1),
    }


class Linear:
    """The compact model: x[person, day, shift], a row for every rule; each peer reads these rows."""

    def __init__(self, problem: ShiftsProblem) -> None:
        self.problem = problem
        self.cost: list[int] = []
        self.upper: list[int] = []
        self.rows: list[tuple[list[tuple[int, int]], int | None, int | None]] = []
        people, days, shifts = problem.people, problem.days, problem.shifts
        self.x = [[[self.var(0, 1) for _ in range(shifts)] for _ in range(days)] for _ in range(people)]
        for person in range(people):
            self.rules(person)
        self.offset = int(problem.wanted[:, 3].sum())
        for sign, requests in ((-1, problem.wanted), (1, problem.unwanted)):
            for person, day, shift, weight in requests.tolist():
                self.cost[self.x[person][day][shift]] += sign * weight
        for day in range(days):
            for shift in range(shifts):
                self.cover(day, shift)

    def var(self, cost: int, upper: int) -> int:
        """A new whole variable."""
        self.cost.append(cost)
        self.upper.append(upper)
        return len(self.cost) - 1

    def cover(self, day: int, shift: int) -> None:
        """Too few and too many on a shift."""
        problem = self.problem
        required = int(problem.required[day, shift])
        few = self.var(int(problem.under[day, shift]), required)
        many = self.var(int(problem.over[day, shift]), problem.people)
        standing = [(self.x[person][day][shift], 1) for person in range(problem.people)]
        self.rows.append(([*standing, (few, 1), (many, -1)], required, required))

    def rules(self, person: int) -> None:
        """Everything that one person must keep, runs apart."""
        problem, x = self.problem, self.x[person]
        for day in range(problem.days):
            self.rows.append(([(var, 1) for var in x[day]], None, 0 if problem.absent[person, day] else 1))
        for day in range(problem.days - 1):
            for shift in range(problem.shifts):
                never = np.flatnonzero(~problem.follows[shift]).tolist()
                if never:
                    after = [(x[day + 1][other], 1) for other in never]
                    self.rows.append(([(x[day][shift], 1), *after], None, 1))
        for shift in range(problem.shifts):
            most = int(problem.max_shifts[person, shift])
            if most < problem.days:
                self.rows.append(([(row[shift], 1) for row in x], None, most))
        time = [(var, int(problem.minutes[shift])) for row in x for shift, var in enumerate(row)]
        self.rows.append((time, int(problem.min_minutes[person]), int(problem.max_minutes[person])))
        weekends = []
        for day in range(5, problem.days, 7):
            weekends.append((self.var(0, 1), 1))
            for row in x[day : day + 2]:
                self.rows.append(([weekends[-1], *((var, -1) for var in row)], 0, None))
        self.rows.append((weekends, None, int(problem.max_weekends[person])))
        self.runs(person)

    def runs(self, person: int) -> None:
        """Most and fewest days in a row."""
        problem, days = self.problem, self.problem.days
        work = [[(var, 1) for var in row] for row in self.x[person]]
        off = [[(var, -1) for var in row] for row in self.x[person]]
        most = int(problem.max_run[person])
        for day in range(days - most):
            self.rows.append(([*chain(*work[day : day + most + 1])], None, most))
        for length in range(1, int(problem.min_run[person])):
            for day in range(days - length - 1):
                middle = chain(*off[day + 1 : day + length + 1])
                self.rows.append(([*work[day], *middle, *work[day + length + 1]], 1 - length, None))
        for length in range(1, int(problem.min_rest[person])):
            for day in range(days - length - 1):
                middle = chain(*work[day + 1 : day + length + 1])
                self.rows.append(([*off[day], *middle, *off[day + length + 1]], -1, None))

    def judged(self, values: list[float]) -> int:
        """Value of an answer, judged from scratch."""
        x = np.array([[[values[var] > 0.5 for var in row] for row in rows] for rows in self.x])
        verdict = check(self.problem, ShiftsPlan(np.where(x.any(axis=2), x.argmax(axis=2), -1)))
        assert verdict.ok
        return verdict.value


def cp_sat(problem: ShiftsProblem, seconds: float) -> Answer:
    """The compact model in CP-SAT, two workers."""
    from ortools.sat.python import cp_model  # noqa: PLC0415 - a peer is loaded only in its own process

    linear, model = Linear(problem), cp_model.CpModel()
    variables = [model.new_int_var(0, upper, "") for upper in linear.upper]
    for terms, low, high in linear.rows:
        total = sum(factor * variables[var] for var, factor in terms)
        if low is not None:
            model.add(total >= low)
        if high is not None:
            model.add(total <= high)
    model.minimize(sum(cost * var for cost, var in zip(linear.cost, variables, strict=True)) + linear.offset)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = 2
    status = solver.solve(model)
    found = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    value = linear.judged([solver.value(var) for var in variables]) if found else None
    return value, int(np.ceil(solver.best_objective_bound - 1e-6)), solver.status_name(status).lower()


def highs(problem: ShiftsProblem, seconds: float) -> Answer:
    """The compact model in HiGHS, one thread."""
    import highspy  # noqa: PLC0415 - a peer is loaded only in its own process

    linear, solver, infinite = Linear(problem), highspy.Highs(), highspy.kHighsInf
    for option, setting in (("output_flag", False), ("time_limit", float(seconds)), ("threads", 1)):
        assert solver.setOptionValue(option, setting) == highspy.HighsStatus.kOk
    count = len(linear.cost)
    solver.addVars(count, np.zeros(count), np.array(linear.upper, float))
    every = np.arange(count, dtype=np.int32)
    solver.changeColsCost(count, every, np.array(linear.cost, float))
    solver.changeColsIntegrality(count, every, np.full(count, highspy.HighsVarType.kInteger))
    for terms, low, high in linear.rows:
        entries: dict[int, int] = {}
        for var, factor in terms:
            entries[var] = entries.get(var, 0) + factor
        below, above = -infinite if low is None else low, infinite if high is None else high
        solver.addRow(
            below, above, len(entries), np.array([*entries], np.int32), np.array([*entries.values()], float)
        )
    assert solver.run() != highspy.HighsStatus.kError
    info = solver.getInfo()
    found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    value = linear.judged(list(solver.getSolution().col_value)) if found else None
    bound = (
        int(np.ceil(info.mip_dual_bound + linear.offset - 1e-6)) if np.isfinite(info.mip_dual_bound) else None
    )
    return value, bound, solver.modelStatusToString(solver.getModelStatus()).lower()


def rows(
    quick: bool, data: Path, only: tuple[int, ...] = (), seconds: float | None = None
) -> Iterator[dict[str, Any]]:
    """A row for each instance, two at a time, each on one core; one without data says so."""
    limit = seconds or (6.0 if quick else 60.0)
    numbers = only or ((1, 4) if quick else tuple(BEST))
    with ThreadPoolExecutor(2) as pool:
        yield from pool.map(lambda number: _row(number, data / "curtois_qu", limit), numbers)


def _row(number: int, folder: Path, limit: float) -> dict[str, Any]:
    path = folder / f"Instance{number}.txt"
    if not path.exists():
        return {"work": f"Curtois-Qu {number}", "status": f"missing: {path.name} in curtois_qu/"}
    problem = read(path.read_text(encoding="utf-8")).problem
    early, best = min(SOON, limit / 3), BEST.get(number)
    mine = apart(ours, problem, limit, early, cap=limit)
    row: dict[str, Any] = {"work": f"Curtois-Qu {number}, {limit:.0f} s"}
    for name, peer in (("CP-SAT", cp_sat), ("HiGHS", highs)):
        value, bound, status = apart(peer, problem, early, cap=early)["answer"] or (None, None, "ended")
        row[f"{name}, {early:.0f} s"] = f"{value} (bound {bound}, {status})"
    answer = mine["answer"] or {"status": "ended"}
    value, bound = answer.get("value"), answer.get("bound")
    return {
        **row,
        f"ours, {early:.0f} s": answer.get("early"),
        "ours": value,
        "best known": best,
        "ratio": None if value is None or best is None else round(value / best, 4),
        "status": answer["status"],
        "bound": bound,
        f"bound, {SOON:.0f} s": answer.get("soon"),
        "gap": None if value is None or bound is None else round((value - bound) / max(1, value), 4),
        "seconds": mine["seconds"],
        "CPU s": answer.get("cpu"),
        "MB": mine["MB"],
    }


def main() -> None:
    """Print the table as Markdown, row by row."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", type=int, nargs="+", default=(), help="numbers of instances")
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--data", type=Path, default=DATA)
    given = parser.parse_args()
    for place, row in enumerate(rows(given.quick, given.data, tuple(given.only), given.seconds)):
        if not place:
            print("| " + " | ".join(row) + " |\n" + "|" + "---|" * len(row))
        print("| " + " | ".join(str(cell) for cell in row.values()) + " |", flush=True)


if __name__ == "__main__":
    main()
