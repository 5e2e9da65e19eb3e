"""Why a plan is as it is, in codes: what was missed, at what cost, and what stands in the way."""

from __future__ import annotations

import numpy as np

from heliplan.result import Reason
from heliplan.shifts.check import check
from heliplan.shifts.problem import OFF, UNKNOWN, ShiftsPlan, ShiftsProblem, previous

# the order in which a breach is named where somebody breaks several
_BLOCKS = ("pin", "absent", "follows", "max_shifts", "max_run", "min_run", "min_rest", "max_weekends")
_TIME = ("max_minutes", "min_minutes")


def explain(problem: ShiftsProblem, plan: ShiftsPlan, start: ShiftsPlan | None = None) -> tuple[Reason, ...]:
    """Everything in the plan that costs, the dearest first.

    Codes
    -----
    under, over
        ``day``, ``shift``, ``count`` people too few, too many, ``cost``.
    missed, unwanted
        ``person``, ``day``, ``shift``, ``cost`` of a request not met. ``missed`` also says in ``blocked``
        which rules (codes of ``check``) giving it on this day alone, the rest as it is, would break;
        empty: it was weighed against other costs.
    changed
        ``person``, ``day``, ``before``, ``after``: with a ``start``; -1 is off.
    """
    found = [*_cover(problem, plan), *_requests(problem, plan)]
    found.sort(key=lambda reason: -reason.params["cost"])
    had = previous(problem, start)
    changes = np.argwhere((had != UNKNOWN) & (had != plan.shift))
    return (
        *found,
        *(
            Reason(
                "changed",
                {
                    "person": person,
                    "day": day,
                    "before": int(had[person, day]),
                    "after": int(plan.shift[person, day]),
                },
            )
            for person, day in changes.tolist()
        ),
    )


def who_could(problem: ShiftsProblem, plan: ShiftsPlan, day: int, shift: int) -> tuple[Reason, ...]:
    """For everybody not at work on ``day``: whether they could take ``shift``, the rest as it is.

    Returns
    -------
    tuple of Reason
        ``could`` with ``person``, or ``could_not`` with ``person`` and ``blocked``, the rules it would break.
    """
    reasons = []
    for person in np.flatnonzero(plan.shift[:, day] == OFF).tolist():
        blocked = _blocked(problem, plan, person, day, shift)
        params = {"person": person, "blocked": blocked} if blocked else {"person": person}
        reasons.append(Reason("could_not" if blocked else "could", params))
    return tuple(reasons)


def _cover(problem: ShiftsProblem, plan: ShiftsPlan) -> list[Reason]:
    given = (plan.shift[:, :, None] == np.arange(problem.shifts)).sum(axis=0)
    reasons = []
    for day, shift in np.argwhere(given != problem.required).tolist():
        short = int(problem.required[day, shift] - given[day, shift])
        code, weight = ("under", problem.under) if short > 0 else ("over", problem.over)
        cost = abs(short) * int(weight[day, shift])
        reasons.append(Reason(code, {"day": day, "shift": shift, "count": abs(short), "cost": cost}))
    return reasons


def _requests(problem: ShiftsProblem, plan: ShiftsPlan) -> list[Reason]:
    reasons = []
    for person, day, shift, weight in problem.wanted.tolist():
        if plan.shift[person, day] != shift:
            blocked = _blocked(problem, plan, person, day, shift)
            params = {"person": person, "day": day, "shift": shift, "cost": weight, "blocked": blocked}
            reasons.append(Reason("missed", params))
    for person, day, shift, weight in problem.unwanted.tolist():
        if plan.shift[person, day] == shift:
            reasons.append(Reason("unwanted", {"person": person, "day": day, "shift": shift, "cost": weight}))
    return reasons


def _blocked(problem: ShiftsProblem, plan: ShiftsPlan, person: int, day: int, shift: int) -> tuple[str, ...]:
    """Rules the person would newly break with ``shift`` on ``day``."""
    row = plan.shift[person : person + 1].copy()
    alone = problem.alone(person)
    before = {breach.code for breach in check(alone, ShiftsPlan(row)).violations}
    row[0, day] = shift
    after = {breach.code for breach in check(alone, ShiftsPlan(row)).violations}
    return tuple(code for code in (*_BLOCKS, *_TIME) if code in after - before)
