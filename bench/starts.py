"""Limits and starts of all kinds: value against time, and how long after its limit a solve comes back.

A row is a problem: the value after each limit, the gap after the longest, the latest return of all.
Each solve runs in a process of its own. ``cpu late s`` is the processor time used after the limit: with other
work on the machine only that says something of the engine.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from heliplan import Stop
from heliplan.kinds import kind_of, package

Row = dict[str, Any]
ROOT = Path(__file__).resolve().parent.parent
LIMITS = (0.2, 1.0, 5.0, 20.0)
QUICK_LIMITS = (0.2, 1.0)
SLACK = 120  #: seconds after which a solve that does not come back is given up


def rows(quick: bool, data: Path) -> Iterator[Row]:  # noqa: ARG001 -- invented problems need no data
    """Every problem at every limit."""
    for name in PROBLEMS:
        yield together(name, [_measured(name, limit) for limit in (QUICK_LIMITS if quick else LIMITS)])


def together(name: str, solved: list[Row]) -> Row:
    """One row of a problem's solves, shortest limit first; a solve without a plan says what became of it."""
    row: Row = {"what": name}
    for solve in solved:
        value = solve.get("value")
        row[f"after {solve['limit s']:g} s"] = solve["status"] if value is None else value
    row["gap"] = solved[-1].get("gap")
    for column in ("late s", "cpu late s"):
        row[column] = max(solve.get(column, 0.0) for solve in solved)
    return row


def _measured(name: str, limit: float) -> Row:
    command = [sys.executable, "-m", "bench.starts", name, str(limit)]
    places = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])}
    row: Row = {"what": name, "limit s": limit}
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, env=places, cwd=ROOT, timeout=limit + SLACK, check=False
        )
    except subprocess.TimeoutExpired:
        return {**row, "status": f"not back after {SLACK} s"}
    if done.returncode:
        return {**row, "status": (done.stderr.strip().splitlines() or ["ended"])[-1]}
    return {**row, **json.loads(done.stdout)}


def measure(name: str, limit: float) -> Row:
    """One solve in this process, after a small one has loaded its loops."""
    problem = PROBLEMS[name]()
    module = package(kind_of(problem))
    module.solve(problem, Stop(seconds=0.0))
    used: list[float] = []
    alarm = threading.Timer(limit, lambda: used.append(time.process_time()))
    alarm.daemon = True
    began = time.perf_counter()
    alarm.start()
    result = module.solve(problem, Stop(seconds=limit))
    late = time.perf_counter() - began - limit
    alarm.cancel()
    if result.plan is not None:
        assert not module.check(problem, result.plan).violations
    return {
        "status": str(result.status),
        "engine": result.engine,
        "value": result.value,
        "gap": None if result.gap is None else round(result.gap, 4),
        "late s": round(max(0.0, late), 2),
        "cpu late s": round(time.process_time() - used[0], 2) if used else 0.0,
    }


def _linking(households: int, members: int, bans: int = 0) -> Any:
    from bench.linking import village  # noqa: PLC0415 - each process loads one kind

    problem, random = village(households, members), np.random.default_rng(0)
    pairs = np.stack([random.integers(0, households, bans), random.integers(0, members, bans)], axis=1)
    return replace(problem, forbidden=pairs)


def _roster() -> Any:
    from bench.roster import duty  # noqa: PLC0415 - as above

    return duty(400, 30, 4)


def _division() -> Any:
    from bench.division import town  # noqa: PLC0415 - as above

    return town(10_000, 100)


def _grouping() -> Any:
    from heliplan.grouping import GroupingProblem  # noqa: PLC0415 - as above

    random, units = np.random.default_rng(0), 3_000
    members = random.choice(4, units, p=[0.5, 0.3, 0.1, 0.1])
    return GroupingProblem(members, 3, 5, point=random.integers(0, 10_000, (units, 2)), reach=600)


def _timetable() -> Any:
    from bench.timetable import zone  # noqa: PLC0415 - as above

    return zone(300, 24, 28)


def _shifts() -> Any:
    from heliplan.shifts import ShiftsProblem  # noqa: PLC0415 - as above

    people, days, kinds = 40, 28, 3
    return ShiftsProblem(
        minutes=np.full(kinds, 480),
        follows=np.triu(np.ones((kinds, kinds), int)),
        max_shifts=np.full((people, kinds), days),
        max_minutes=np.full(people, 480 * 20),
        min_minutes=np.full(people, 480 * 12),
        max_run=np.full(people, 5),
        min_run=np.full(people, 2),
        min_rest=np.full(people, 2),
        max_weekends=np.full(people, 2),
        absent=np.zeros((people, days), int),
        required=np.full((days, kinds), 8),
        under=np.full((days, kinds), 100),
        over=np.full((days, kinds), 1),
    )


def _siting(points: int, sites: int, **fields: Any) -> Any:
    from heliplan.siting import Goal, Planar, SitingProblem  # noqa: PLC0415 - as above

    random = np.random.default_rng(0)
    homes = random.random((points, 2)) * 10_000
    people = random.integers(1, 20, points)
    if "spare" in fields:
        room = int(fields.pop("spare") * people.sum() / fields["p"])
        fields["capacities"] = np.full(sites, room)
    if "budget" in fields:
        fields["costs"] = random.integers(1, 4, sites)
    return SitingProblem(Goal.MEDIAN, Planar(homes, homes[:sites]), people, **fields)


PROBLEMS: dict[str, Callable[[], Any]] = {
    "linking 290 × 50": lambda: _linking(290, 50),
    "linking 30,000 × 6,000, bans": lambda: _linking(30_000, 6_000, 500),
    "linking 100,000 × 20,000": lambda: _linking(100_000, 20_000),
    "roster 400 × 30 × 4 weeks": _roster,
    "division 10,000 / 100": _division,
    "grouping 3,000, one area, reach": _grouping,
    "shifts 40 × 28": _shifts,
    "siting, budget, 3,000 × 300": lambda: _siting(3_000, 300, budget=60),
    "siting, capacities, 400 × 40": lambda: _siting(400, 40, p=8, spare=1.1),
    "siting, median, 13,509, p 200": lambda: _siting(13_509, 13_509, p=200),
    "timetable 300": _timetable,
}

if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure(sys.argv[1], float(sys.argv[2]))))
