"""Timetables: ours beside plain HiGHS and CP-SAT models, and growth to hundreds of activities.

``PYTHONPATH=src:. python bench/timetable.py [--quick]`` prints a Markdown table. Zones are invented: three
periods a day, wishes that compete for few evenings and halls, helpers with skills and days off.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from bench.apart import apart
from bench.grouping import show
from heliplan import Stop
from heliplan.timetable import Params, TimetableProblem, check, solve, weights
from heliplan.timetable._model import Before, Model
from heliplan.timetable._options import Taken, options

Row = dict[str, Any]
PERIODS = 3


def zone(activities: int, places: int, days: int, seed: int = 0) -> TimetableProblem:
    """An invented zone; helpers suffice for about all sessions."""
    random = np.random.default_rng(seed)
    slots, helpers = PERIODS * days, max(6, activities // 4)
    evening = np.arange(slots) % PERIODS == PERIODS - 1
    return TimetableProblem(
        day=np.repeat(np.arange(days), PERIODS),
        length=random.choice([1, 1, 2], activities),
        people=random.integers(5, 60, activities),
        capacity=np.linspace(30, 80, places).astype(np.int64),
        opening=random.random((places, slots)) < 0.9,
        sessions=random.integers(1, 4, activities),
        audience=np.eye(12, dtype=bool)[random.integers(0, 12, activities)],
        helpers=(np.arange(3) == random.integers(0, 4, activities)[:, None]).astype(np.int64),
        skill=random.random((helpers, 3)) < 0.5,
        available=random.random((helpers, slots)) < 0.7,
        most=14,
        wish_time=(random.random((activities, slots)) < 0.2) & evening,
        wish_place=random.integers(-1, places, activities),
    )


def ours(size: tuple[int, int, int], cap: float) -> Row:
    """Our solve, checked."""
    problem = zone(*size)
    result = solve(problem, Stop(seconds=cap))
    assert result.plan is not None
    assert check(problem, result.plan).ok
    weight = weights(problem, Params(), None).unplaced
    bound = divmod(result.bound or 0, weight)
    return {"value": divmod(result.value or 0, weight), "bound": bound, "status": str(result.status)}


def plain(solver: str, size: tuple[int, int, int], cap: float) -> Row | None:
    """The whole model given to one solver as it comes, without a start."""
    problem = zone(*size)
    weigh = weights(problem, Params(), None)
    before = Before(frozenset(), frozenset())
    model = Model(problem, weigh, Taken(problem), dict(enumerate(options(problem, Params()))), before)
    watch = Stop(seconds=cap).watch()
    highs = solver == "HiGHS"
    answer = model.prove(watch, 0, None) if highs else model.repair(watch, 0, None, linear=1)
    if answer.sessions is None:
        return None
    value = weigh.unplaced * (int(problem.sessions.sum()) - len(answer.sessions))
    for row in answer.sessions:
        wished = problem.wish_time[row.activity]
        value += int(wished.any() and not wished[row.begin])
        value += int(problem.wish_place[row.activity]) not in (-1, row.place)
    return {"value": divmod(value, weigh.unplaced)}


def rows(quick: bool, data: Path) -> Iterator[Row]:  # noqa: ARG001  # the data are invented
    """Every measurement as a row; a peer gets half of our time, or all would take too long."""
    cap = 6.0 if quick else 30.0
    small = ((20, 4, 14),) if quick else ((20, 4, 14), (60, 6, 14), (150, 12, 28))
    for size in small:
        mine = apart(ours, size, cap, cap=cap)
        for solver in ("HiGHS", "CP-SAT"):
            yield _row(size, mine, apart(plain, solver, size, cap / 2, cap=cap / 2), solver)
    for size in () if quick else ((300, 24, 28), (600, 36, 56)):
        yield _row(size, apart(ours, size, 2 * cap, cap=3 * cap), None, "")


def _row(size: tuple[int, int, int], mine: Row, other: Row | None, solver: str) -> Row:
    found = mine["answer"] or {}
    row: Row = {"work": "{} activities, {} places, {} days".format(*size), "peer": solver or "–"}
    if other is not None:
        theirs = other["answer"]["value"] if other["answer"] else "none in time"
        row |= {"peer unplaced, wishes": theirs, "peer s": other["seconds"], "peer MB": other["MB"]}
    row |= {
        "ours unplaced, wishes": found.get("value"),
        "bound": found.get("bound"),
        "ours s": mine["seconds"],
    }
    return row | {"ours MB": mine["MB"], "status": found.get("status")}


COLUMNS = (
    *("work", "peer", "peer unplaced, wishes", "peer s", "peer MB"),
    *("ours unplaced, wishes", "bound", "ours s", "ours MB", "status"),
)

if __name__ == "__main__":
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--quick", action="store_true")
    show(COLUMNS, rows(words.parse_args().quick, Path()))
