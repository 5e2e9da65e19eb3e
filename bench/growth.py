"""Cost against size: every problem at 1,000, 10,000, 100,000 …, as a table and a plot."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from bench import division, grouping, linking, roster, siting, timetable
from bench.apart import apart
from heliplan import Stop
from heliplan.linking import solve as link
from heliplan.roster import solve as fill
from heliplan.siting import Goal, Planar, SitingProblem
from heliplan.siting import solve as site
from heliplan.timetable import solve as hold

Row = dict[str, Any]
PLOT = Path(__file__).resolve().parent / "results" / "growth.svg"
CAP, QUICK = 30.0, 2.0
"""Seconds a solve may take."""
NEAR = 20.0  #: distance in the plot up to which numbers would cover each other
COLOURS = ("#0f5c56", "#8a3b12", "#2b5797", "#6b3fa0", "#3f6b1f", "#a0303a", "#555555")


def _linking(size: int, cap: float) -> Row:
    return _facts(link(linking.village(size, size // 5), Stop(seconds=2 * cap)))


def _median(size: int, cap: float) -> Row:
    points = siting.clustered(size)
    problem = SitingProblem(Goal.MEDIAN, Planar(points, points, 10.0), p=size // 100)
    return _facts(site(problem, Stop(seconds=cap)))


def _covering(size: int, cap: float) -> Row:
    random = np.random.default_rng(1001)
    homes, places = random.random((size, 2)) * 30, random.random((100, 2)) * 30
    problem = SitingProblem(
        Goal.COVER_MOST, Planar(homes, places), random.integers(1, 101, size), p=10, radius=5.75
    )
    return _facts(site(problem, Stop(seconds=cap)))


def _division(size: int, cap: float) -> Row:
    # of 100,000 buildings some towns have pockets that no grids fit into; this one has none
    # a search that uses all the time it gets, so it gets as much as it needs for its first good plan
    found = division.ours(size, size // 100, 5, max(1.0, 2 * cap * size / 100_000))
    return {
        "status": found.get("note", "feasible"),
        "gap": round(found["gap"], 4) if "gap" in found else None,
    }


def _grouping(size: int, cap: float) -> Row:
    return grouping.ours(size, max(1, size // 50), cap)


def _roster(size: int, cap: float) -> Row:
    """``size`` seats: 56 a week and four posts."""
    posts = max(1, size // 14)
    return _facts(fill(roster.duty(size, posts, 1), Stop(seconds=cap)))


def _timetable(size: int, cap: float) -> Row:
    return _facts(hold(timetable.zone(size, max(2, size // 20), 28), Stop(seconds=cap)))


def _warm(work: Callable[[int, float], Row], small: int, size: int, cap: float) -> Row:
    """The work with its seconds, after a small one of its kind has loaded the compiled loops."""
    work(small, cap)
    began = time.perf_counter()
    return {**work(size, cap), "seconds": round(time.perf_counter() - began, 2)}


def _facts(result: Any) -> Row:
    gap = None if result.gap is None else round(result.gap, 4)
    return {"status": str(result.status), "gap": gap}


WORKS: dict[str, tuple[Callable[[int, float], Row], tuple[int, ...]]] = {
    "linking, households": (_linking, (1_000, 10_000, 100_000)),
    "siting, median, points": (_median, (1_000, 10_000, 100_000)),
    "siting, covering, points": (_covering, (1_000, 10_000, 100_000, 1_000_000)),
    "division, buildings": (_division, (1_000, 10_000, 100_000)),
    "grouping, units": (_grouping, (1_000, 10_000, 100_000)),
    "roster, seats": (_roster, (100, 1_000, 3_000)),
    "timetable, activities": (_timetable, (50, 100, 500)),
}


def rows(quick: bool, data: Path) -> Iterator[Row]:  # noqa: ARG001  # all maps are invented
    """A row a problem and size; afterwards the plot is written beside the results."""
    seen: dict[str, list[tuple[int, float]]] = {}
    cap = QUICK if quick else CAP
    for name, (work, sizes) in WORKS.items():
        for size in sizes[:1] if quick else sizes:
            done = apart(_warm, work, sizes[0] // 5, size, cap, cap=3 * cap)
            found = done["answer"] or {"status": "ended"}
            yield {"problem": name, "size": size, **found, "MB": done["MB"]}
            if "seconds" in found:
                seen.setdefault(name, []).append((size, found["seconds"]))
    PLOT.parent.mkdir(exist_ok=True)
    PLOT.write_text(plot(seen), encoding="utf-8")


def plot(seen: dict[str, list[tuple[int, float]]]) -> str:
    """Seconds of building and solving against size, both logarithmic, as SVG."""

    def at(size: float, seconds: float) -> str:
        return (
            f"{60 + 120 * (math.log10(size) - 1.5):.1f},{340 - 75 * (math.log10(max(0.01, seconds)) + 2):.1f}"
        )

    ends: list[tuple[float, float]] = []  # of the lines, whose numbers must not cover each other
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 900 380"'
        ' font-family="sans-serif" font-size="13">'
    ]
    for power in range(2, 7):
        x, words = at(10**power, 1).split(",")[0], f"{10**power:,}"
        parts.append(f'<path d="M{x} 40V345" stroke="#ddd"/>')
        parts.append(f'<text x="{x}" y="362" text-anchor="middle">{words}</text>')
    for power in range(-2, 3):
        y = at(100, 10.0**power).split(",")[1]
        parts.append(f'<path d="M60 {y}H600" stroke="#ddd"/>')
        parts.append(f'<text x="52" y="{y}" text-anchor="end">{10.0**power:g} s</text>')
    for number, (name, points) in enumerate(seen.items()):
        colour, line = COLOURS[number], " ".join(at(*point) for point in points)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [
            f'<circle cx="{x}" cy="{y}" r="4" fill="{colour}"/>'
            for x, y in (at(*point).split(",") for point in points)
        ]
        parts.append(f'<text x="630" y="{60 + 24 * number}" fill="{colour}">{number + 1} {name}</text>')
        x, y = (float(place) for place in at(*points[-1]).split(","))
        x += 8 + 12 * sum(abs(x - x_there) + abs(y - y_there) < NEAR for x_there, y_there in ends)
        ends.append((x - 8, y))
        parts.append(f'<text x="{x:.1f}" y="{y}" fill="{colour}">{number + 1}</text>')
    return "\n".join([*parts, "</svg>", ""])
