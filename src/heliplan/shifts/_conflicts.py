"""Who cannot be planned at all, and which of their rules would have to give way."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from heliplan.result import Conflict
from heliplan.shifts._run import Run
from heliplan.shifts._staff import Staff
from heliplan.shifts.problem import LIMIT, UNKNOWN, ShiftsProblem

NO_SCHEDULE = "no_schedule"
"""``person`` has no schedule; lifting any single one of the rules ``would_do`` gives one."""


def conflicts(run: Run) -> tuple[Conflict, ...]:
    """A conflict for each person without any schedule, as far as there is time to look."""
    staff = run.staff
    problem = staff.problem
    stuck = [person for person in range(problem.people) if not (run.late or staff.possible(person))]
    return tuple(
        Conflict(NO_SCHEDULE, {"person": person, "would_do": _would_do(problem, person)}) for person in stuck
    )


def _would_do(problem: ShiftsProblem, person: int) -> tuple[str, ...]:
    """Fields of the problem; lifting any one of them for this person gives a schedule."""
    alone = problem.alone(person)
    lifted: dict[str, Any] = {
        "max_shifts": np.where(alone.max_shifts > 0, LIMIT, 0),
        "max_minutes": [LIMIT],
        "min_minutes": [0],
        "max_run": [alone.days],
        "min_run": [1],
        "min_rest": [1],
        "max_weekends": [LIMIT],
        "absent": np.zeros_like(alone.absent),
        "pins": None,
    }
    fits = []
    for field, value in lifted.items():
        staff = Staff(replace(alone, **{field: value}), np.full((1, alone.days), UNKNOWN), 0)
        if staff.possible(0):
            fits.append(field)
    return tuple(fits)
