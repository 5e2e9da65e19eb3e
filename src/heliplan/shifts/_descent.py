"""Person by person to the schedule that is best while all others keep theirs."""

from __future__ import annotations

import numpy as np

from heliplan.codec import Ints
from heliplan.shifts._paths import Days
from heliplan.shifts._run import Run
from heliplan.shifts._staff import Staff


def first_plan(run: Run, had: Ints) -> Days | None:
    """Everybody in turn, to fill what the others leave open; ``None`` if none was found for somebody in time.

    Those not planned yet count as they were (``had``; unknown is off).
    """
    staff, plan = run.staff, np.maximum(had + 1, 0).astype(np.int16)
    for person in range(staff.problem.people):
        days = None if run.late else _best(staff, np.delete(plan, person, axis=0), person)
        if days is None:
            return None
        plan[person] = days
    return plan


def descend(run: Run, plan: Days) -> Days:
    """``plan`` bettered until no single person's schedule can be; people in random order."""
    staff, plan = run.staff, plan.copy()
    value, waiting = staff.value(plan), set(range(len(plan)))
    while waiting and not run.over:
        run.tick()
        for person in run.rng.permutation(sorted(waiting)).tolist():
            if run.over:
                break
            waiting.discard(person)
            days = _best(staff, np.delete(plan, person, axis=0), person)
            if days is None or (days == plan[person]).all():
                continue
            tried = plan.copy()
            tried[person] = days
            if (now := staff.value(tried)) < value:
                plan, value, waiting = tried, now, set(range(len(plan)))
    return plan


def _best(staff: Staff, others: Days, person: int) -> Days | None:
    """The best schedule of ``person`` beside the schedules of the others."""
    problem = staff.problem
    price = np.zeros((problem.days, problem.shifts + 1), np.int64)
    missing = staff.given(others) < problem.required
    price[:, 1:] = np.where(missing, -problem.under, problem.over) * staff.grain
    return staff.schedule(person, price)
