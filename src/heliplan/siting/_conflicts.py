"""What makes a siting problem impossible, found by counting before any engine runs."""

from __future__ import annotations

import numpy as np

from heliplan.codec import Ints
from heliplan.result import Conflict
from heliplan.siting._cells import gather
from heliplan.siting.problem import Goal, SitingProblem, is_sparse

SHOWN = 20  #: points that are named


def find(problem: SitingProblem) -> tuple[Conflict, ...]:
    """Reasons why no plan can keep the rules; empty when counting finds none.

    ==========================  ==================================================================
    ``sites.none_allowed``      every site is forbidden
    ``p.below_pinned``          ``p`` is less than the ``pinned`` sites; ``needed`` would do
    ``budget.below_pinned``     the budget is less than the pinned sites cost; ``needed`` would do
    ``point.no_site``           ``count`` points have no allowed site they can use; the first are named
    ``capacity.total``          the best ``p`` sites hold ``available`` of the ``needed`` demand
    ``capacity.point``          ``count`` points need more than any site holds; the first are named
    ==========================  ==================================================================
    """
    allowed = problem.allowed
    if not len(allowed) and problem.goal is not Goal.COVER_MOST:
        return (Conflict("sites.none_allowed", {"sites": problem.sites}),)
    found = [*_limits(problem)]
    if problem.capacities is not None and problem.goal is not Goal.COVER_MOST:
        found += _capacity(problem, allowed, problem.capacities)
    if problem.goal is not Goal.COVER_MOST:
        alone, count = unreached(problem, allowed)
        found += [named_points("point.no_site", alone, count)] if count else []
    return tuple(found)


def unreached(problem: SitingProblem, sites: Ints) -> tuple[Ints, int]:
    """Points that none of the sites can serve, the first of them and how many they are."""
    if problem.goal is Goal.MEDIAN:
        if not is_sparse(problem.distances):
            return np.zeros(0, np.int64), 0
        alone = np.flatnonzero(problem.distances.nearest(sites, 1)[0].max(axis=1, initial=-1) < 0)
        return alone, len(alone)
    cells = gather(problem, sites, problem.weights())
    return cells.unreached, cells.unreached_count


def named_points(code: str, points: Ints, count: int) -> Conflict:
    """A conflict that names the first of ``count`` points."""
    return Conflict(code, {"count": count, "points": tuple(points[:SHOWN].tolist())})


def _limits(problem: SitingProblem) -> list[Conflict]:
    found = []
    pinned = list(problem.pinned)
    if problem.p is not None and len(pinned) > problem.p:
        found.append(
            Conflict("p.below_pinned", {"p": problem.p, "pinned": tuple(pinned), "needed": len(pinned)})
        )
    cost = int(problem.prices()[pinned].sum())
    if problem.budget is not None and cost > problem.budget:
        found.append(Conflict("budget.below_pinned", {"budget": problem.budget, "needed": cost}))
    return found


def _capacity(problem: SitingProblem, allowed: Ints, capacities: Ints) -> list[Conflict]:
    found = []
    room, demand = np.sort(capacities[allowed])[::-1], problem.demands()
    available, needed = int(room[: problem.p].sum()), int(demand.sum())
    if available < needed:
        found.append(Conflict("capacity.total", {"available": available, "needed": needed}))
    large = np.flatnonzero(demand > room[0])
    if len(large):
        found.append(named_points("capacity.point", large, len(large)))
    return found
