"""What a plan is worth, as the engines report it (``check`` works the same out on its own)."""

from __future__ import annotations

import numpy as np

from heliplan.codec import Ints
from heliplan.siting._cells import gather
from heliplan.siting.problem import Goal, SitingPlan, SitingProblem, nearest_open


def parts_of(problem: SitingProblem, plan: SitingPlan) -> dict[str, int]:
    """The value of a plan that keeps the rules, by named part.

    ``ways`` (median): sum of weight × length. ``reached`` (cover most): minus the weight reached.
    ``cost`` (cover all): what the opened sites cost.
    """
    if problem.goal is Goal.COVER_ALL:
        return {"cost": int(problem.prices()[list(plan.open)].sum())}
    weights = problem.weights()
    if problem.goal is Goal.COVER_MOST:
        if plan.served_by is None and plan.open:
            cells = gather(problem, np.array(plan.open, np.int64), weights)
            return {"reached": -int(cells.weight.sum())}
        return {"reached": -int(weights[reached(problem, plan)].sum())}
    return {"ways": int(weights @ lengths(problem, plan))}


def reached(problem: SitingProblem, plan: SitingPlan) -> np.ndarray:
    """Which points are served within the radius, shape (points,)."""
    if plan.served_by is not None:
        return np.asarray(plan.served_by >= 0)
    found = problem.distances.within(float(problem.radius or 0.0), np.array(plan.open, np.int64))
    return np.asarray(np.diff(found.start) > 0)


def lengths(problem: SitingProblem, plan: SitingPlan) -> Ints:
    """Length of each point's way to the site that serves it; -1 for none."""
    if plan.served_by is None:
        return nearest_open(problem.distances, plan.open)[1]
    way = np.full(problem.points, -1, np.int64)
    for site in plan.open:
        served = np.flatnonzero(plan.served_by == site)
        way[served] = problem.distances.table(served, np.array([site]))[:, 0]
    return way
