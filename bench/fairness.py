"""Turns over months: twelve weekly rotations, with people who leave, come, and are away for a while."""

from __future__ import annotations

import datetime
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from heli.duties.rules import PastTurns, Post, Slot
from heli.people.rules import ALWAYS, Availability, Member, Period
from heli.plans.commands.solve import plan_village
from heli.plans.rules import Options, Pins, Village, label, turns_before
from heliplan.roster import loads

Row = dict[str, Any]
WEEKS = 12
MONDAY = datetime.date(2026, 8, 31)
SIZES = ((12, 2), (30, 4), (50, 4))
"""Members at first, posts; two slots a day, one seat each."""


def rows(quick: bool, data: Path) -> Iterator[Row]:  # noqa: ARG001 - every part has the same signature
    """A row a size: the spread of turns among those present all the time, and what newcomers stood."""
    for members, posts in SIZES[:1] if quick else SIZES:
        yield _months(members, posts)


def _months(members: int, posts: int) -> Row:
    began = time.perf_counter()
    history: list[PastTurns[str]] = []
    total: Counter[str] = Counter()
    weeks: Counter[str] = Counter()
    for week in range(WEEKS):
        village = _village(members, posts, week)
        counts = _week(village, history, week)
        history.append(counts)
        for name, (turns, _early, _weekend) in counts.counts.items():
            total[name] += turns
            weeks[name] += name not in counts.away
    stayed = [total[name] for name in total if weeks[name] == WEEKS]
    mean = sum(stayed) / len(stayed) / WEEKS
    others = [total[name] / weeks[name] for name in total if weeks[name] < WEEKS]
    return {
        "members": members,
        "posts": posts,
        "weeks": WEEKS,
        "present all the time": len(stayed),
        "spread": max(stayed) - min(stayed),
        "turns a week": round(mean, 2),
        "turns a week of those who came, left or were away": f"{min(others):.2f}–{max(others):.2f}",
        "seconds": round(time.perf_counter() - began, 1),
    }


def _village(members: int, posts: int, week: int) -> Village:
    """Two leave and two come after four weeks, one of each after eight; one is away for two weeks."""
    there = [f"m{number}" for number in range(members)]
    for since, leavers in ((4, 2), (8, 1)):
        if week >= since:
            there = [*there[leavers:], *(f"n{since}-{number}" for number in range(leavers))]
    away = Availability(busy=ALWAYS)
    slots = (Slot("早", Period.EARLY, "05:30", "07:30"), Slot("晚", Period.LATE, "17:30", "19:30"))
    return Village(
        "青溪村",
        (),
        tuple(
            Member(
                name, availability=away if name == f"m{members - 1}" and week in (5, 6) else Availability()
            )
            for name in there
        ),
        tuple(Post(f"{number + 1}号点", slots=slots) for number in range(posts)),
    )


def _week(village: Village, history: list[PastTurns[str]], week: int) -> PastTurns[str]:
    """Plan one week after all those before it."""
    names = label(village).members
    before = turns_before(history, names, village.members)
    options = Options(MONDAY + datetime.timedelta(weeks=week), mode="rotation", seconds=20)
    plan = plan_village(village, options, Pins(), None, before)
    if plan.roster.problem is None or plan.seats is None or plan.seats.plan is None:
        raise RuntimeError("a village with members and posts has a roster")
    counts = loads(plan.roster.problem, plan.seats.plan).tolist()
    never = ~plan.roster.problem.can_take().any(axis=1)
    return PastTurns(
        {name: (row[0], row[1], row[2]) for name, row in zip(names, counts, strict=True)},
        frozenset(name for name, out in zip(names, never, strict=True) if out),
    )
