"""Duty tables of rising size: proof or gap, seconds, memory; each in a process of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from bench.apart import apart
from heliplan import Stop
from heliplan.roster import Mode, RosterProblem, check, solve

Row = dict[str, Any]
SIZES = ((60, 4, 1, 10), (60, 4, 4, 10), (400, 30, 4, 60), (2_000, 40, 1, 60))
"""Members, posts, weeks, seconds allowed; two slots a day, one seat each."""


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


def rows(quick: bool, data: Path) -> Iterator[Row]:  # noqa: ARG001  # the data are invented
    """One row a size."""
    for members, posts, weeks, cap in SIZES[:2] if quick else SIZES:
        done = apart(ours, members, posts, weeks, cap, cap=cap)
        what = f"{members} members × {posts} posts × 2 slots × {weeks} weeks, cap {cap} s"
        yield {
            "work": what,
            **(done["answer"] or {"status": "ended"}),
            "s": done["seconds"],
            "MB": done["MB"],
        }
