"""Compile all inner loops once, two kinds at a time: ``python -m heliplan.compiling``.

The machine code is kept beside the source (``__pycache__``) and made again when the code changes. Without
numba there is nothing to do.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from heliplan import compiled
from heliplan.stop import Stop

TOGETHER = 2
FAILED = 1


def main(words: list[str]) -> int:
    """Compile everything, or the one part named; the exit code."""
    if words:
        PARTS[words[0]]()
        return 0
    if not compiled.COMPILED or compiled.ready():
        return 0
    began = time.monotonic()
    forget(Path(__file__).parent)
    _say(f"compiling the loops of the planning library ({len(PARTS)} parts, {TOGETHER} at a time) ...")
    with ThreadPoolExecutor(TOGETHER) as pool:
        codes = list(pool.map(_part, PARTS, range(1, len(PARTS) + 1)))
    if any(codes):
        return FAILED
    mark = compiled.mark()
    mark.parent.mkdir(exist_ok=True)
    for old in mark.parent.glob("loops-*"):
        old.unlink()
    mark.touch()
    _say(f"  {time.monotonic() - began:.0f} s")
    return 0


def forget(package: Path) -> None:
    """Delete the machine code of other sources: what numba keeps of one file names things of others, and it
    looks only whether that one file changed."""
    for kept in package.rglob("__pycache__/*.nb[ic]"):
        kept.unlink(missing_ok=True)


def _part(name: str, number: int) -> int:
    """One part in a process of its own."""
    surroundings = {**os.environ, compiled.PATIENT: "1"}
    places = os.pathsep.join(place or os.curdir for place in sys.path)
    command = [sys.executable, "-m", __spec__.name if __spec__ else "heliplan.compiling", name]
    code = subprocess.run(command, env={**surroundings, "PYTHONPATH": places}, check=False).returncode
    _say(f"  {number}/{len(PARTS)} {name}" + (f": failed ({code})" if code else ""))
    return code


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def _places(count: int) -> np.ndarray:
    return np.random.default_rng(1).random((count, 2)) * 1000


def _linking() -> None:
    from heliplan import linking  # noqa: PLC0415 - each part loads its own kind only
    from heliplan.linking import _engine  # noqa: PLC0415 - as above

    _engine.LARGE = 0  # small maps take the way of large ones here
    homes = np.rint(_places(2_000) * 10).astype(np.int64)
    low, high = np.full(400, 5), np.full(400, 6)
    linking.solve(linking.LinkingProblem(linking.Points(homes, homes[:400]), low, high))


def _division() -> None:
    from heliplan import division  # noqa: PLC0415 - as above

    side = 20
    points = [[10 * x, 10 * y] for y in range(side) for x in range(side)]
    across = [[i, i + 1] for i in range(side * side) if (i + 1) % side]
    down = [[i, i + side] for i in range(side * (side - 1))]
    homes = np.ones(side * side, np.int64)
    low, high = division.band(homes, 8, 0.1)
    problem = division.DivisionProblem(np.array(points), np.array(across + down), homes, 8, low, high)
    division.solve(problem, Stop(iterations=20))


def _grouping() -> None:
    from heliplan import grouping  # noqa: PLC0415 - as above

    random = np.random.default_rng(1)
    places = random.integers(0, 5000, (200, 2))
    problem = grouping.GroupingProblem(random.integers(0, 3, 200), 3, 5, point=places)
    grouping.solve(problem, Stop(iterations=3), params=grouping.Params(exact=0))


def _shifts() -> None:
    from heliplan import shifts  # noqa: PLC0415 - as above
    from heliplan.shifts import _paths  # noqa: PLC0415 - as above

    _paths.WORTH = 0
    for weight in (1, 10**5):  # narrow and wide numbers
        shifts.solve(_ward(shifts, weight), Stop(iterations=40))


def _ward(shifts: Any, weight: int) -> Any:
    people, days, count = 6, 14, 2
    fields = {
        "minutes": [480] * count,
        "follows": np.ones((count, count), int),
        "max_shifts": np.full((people, count), days),
        "max_minutes": [480 * 10] * people,
        "min_minutes": [0] * people,
        "max_run": [5] * people,
        "min_run": [1] * people,
        "min_rest": [1] * people,
        "max_weekends": [2] * people,
        "absent": np.zeros((people, days), int),
        "required": np.full((days, count), 2),
        "under": np.full((days, count), 10 * weight),
        "over": np.full((days, count), 3 * weight),
    }
    return shifts.ShiftsProblem(**fields)


def _median() -> None:
    from heliplan.siting import Goal, Planar, SitingProblem, solve  # noqa: PLC0415 - as above

    places = _places(3_000)
    solve(SitingProblem(Goal.MEDIAN, Planar(places, places), p=300), Stop(seconds=3))
    solve(SitingProblem(Goal.MEDIAN, Planar(places[:200], places[:200]), p=5), Stop(seconds=3))


def _cover() -> None:
    from heliplan.siting import Goal, Planar, SitingProblem, solve  # noqa: PLC0415 - as above

    homes = _places(30_000)
    solve(SitingProblem(Goal.COVER_MOST, Planar(homes, homes[:100]), p=5, radius=80), Stop(seconds=3))


def _capacities() -> None:
    from heliplan.siting import Goal, Planar, SitingProblem, solve  # noqa: PLC0415 - as above

    few = Planar(_places(60), _places(60))
    solve(SitingProblem(Goal.MEDIAN, few, p=5, capacities=np.array([15] * 60)), Stop(seconds=3, iterations=1))


PARTS: dict[str, Callable[[], None]] = {
    "siting: median": _median,
    "siting: covering": _cover,
    "division": _division,
    "linking": _linking,
    "siting: capacities": _capacities,
    "grouping": _grouping,
    "shifts": _shifts,
}

if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
