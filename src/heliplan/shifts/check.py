"""Judges a plan from scratch: day by day, person by person, without the solver's code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import groupby, pairwise

from heliplan.asked import asked
from heliplan.codec import integers
from heliplan.fields import within
from heliplan.result import Conflict, Report
from heliplan.shifts.problem import (
    CHANGE,
    MISSED,
    OFF,
    OVER,
    SATURDAY,
    UNDER,
    UNKNOWN,
    UNWANTED,
    WEEK,
    Params,
    ShiftsPlan,
    ShiftsProblem,
    change_weight,
    previous,
)


@asked(ShiftsProblem, ShiftsPlan, Params)
def check(
    problem: ShiftsProblem,
    plan: ShiftsPlan,
    start: ShiftsPlan | None = None,
    params: Params = Params(),  # noqa: B008  # frozen, so one shared default is safe
) -> Report:
    """Judge a plan; ``start`` and ``params`` as given to ``solve``.

    Violations, each with the person and, where there is one, the day: ``absent``, ``pin``, ``follows``,
    ``max_shifts``, ``max_minutes``, ``min_minutes``, ``max_run``, ``min_run``, ``min_rest``,
    ``max_weekends``.

    Raises
    ------
    ValueError
        Where the plan speaks of people, days or shifts that are not in the problem.
    """
    given = integers(plan.shift, "shift", (problem.people, problem.days))
    rows = within(given, "shift", OFF, problem.shifts - 1).tolist()
    violations = [breach for person, row in enumerate(rows) for breach in _breaches(problem, person, row)]
    violations += [
        Conflict("pin", {"person": person, "day": day, "shift": shift})
        for person, day, shift in problem.pins.tolist()
        if rows[person][day] != shift
    ]
    parts = {**_cover(problem, rows), **_requests(problem, rows)}
    if start is not None:
        had = previous(problem, start).tolist()
        pairs = [pair for old, new in zip(had, rows, strict=True) for pair in zip(old, new, strict=True)]
        changed = sum(old not in (UNKNOWN, new) for old, new in pairs)
        if any(old != UNKNOWN for old, _ in pairs):
            parts[CHANGE] = change_weight(problem, params) * changed
    return Report(tuple(violations), sum(parts.values()), parts)


def _breaches(problem: ShiftsProblem, person: int, row: list[int]) -> Iterator[Conflict]:
    def breach(code: str, **params: int) -> Conflict:
        return Conflict(code, {"person": person, **params})

    for day, shift in enumerate(row):
        if shift != OFF and problem.absent[person, day]:
            yield breach("absent", day=day, shift=shift)
    for day, (before, after) in enumerate(pairwise(row), start=1):
        if OFF not in (before, after) and not problem.follows[before, after]:
            yield breach("follows", day=day, before=before, after=after)
    for shift, count in sorted(Counter(row).items()):
        if shift != OFF and count > problem.max_shifts[person, shift]:
            yield breach("max_shifts", shift=shift, count=count)
    minutes = sum(int(problem.minutes[shift]) for shift in row if shift != OFF)
    if minutes > problem.max_minutes[person]:
        yield breach("max_minutes", minutes=minutes)
    if minutes < problem.min_minutes[person]:
        yield breach("min_minutes", minutes=minutes)
    weekends = sum(any(shift != OFF for shift in row[at : at + 2]) for at in range(SATURDAY, len(row), WEEK))
    if weekends > problem.max_weekends[person]:
        yield breach("max_weekends", weekends=weekends)
    for code, day, length in _runs(problem, person, row):
        yield breach(code, day=day, length=length)


def _runs(problem: ShiftsProblem, person: int, row: list[int]) -> Iterator[tuple[str, int, int]]:
    """(rule, first day, length) of every run that is too long or too short."""
    day = 0
    for works, run in groupby(shift != OFF for shift in row):
        length = sum(1 for _ in run)
        inside = day > 0 and day + length < len(row)  # a run at the border may have gone on outside
        least = problem.min_run[person] if works else problem.min_rest[person]
        if works and length > problem.max_run[person]:
            yield "max_run", day, length
        if inside and length < least:
            yield "min_run" if works else "min_rest", day, length
        day += length


def _cover(problem: ShiftsProblem, rows: list[list[int]]) -> dict[str, int]:
    under = over = 0
    for day in range(problem.days):
        for shift in range(problem.shifts):
            short = int(problem.required[day, shift]) - sum(row[day] == shift for row in rows)
            under += max(0, short) * int(problem.under[day, shift])
            over += max(0, -short) * int(problem.over[day, shift])
    return {UNDER: under, OVER: over}


def _requests(problem: ShiftsProblem, rows: list[list[int]]) -> dict[str, int]:
    missed = sum(w for person, day, shift, w in problem.wanted.tolist() if rows[person][day] != shift)
    given = sum(w for person, day, shift, w in problem.unwanted.tolist() if rows[person][day] == shift)
    return {MISSED: missed, UNWANTED: given}
