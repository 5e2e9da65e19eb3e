"""Judge a plan from scratch: every point against every open site, nothing of the engines."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from heliplan.asked import asked
from heliplan.codec import Ints
from heliplan.result import Conflict, Report
from heliplan.siting.distances import Listed, Planar, Sphere, blocks
from heliplan.siting.problem import Goal, Params, SitingPlan, SitingProblem

SHOWN = 20  #: points that are named
INSIDE = 1 + 1e-12  #: a point on the rim is reached, whatever the last digit of its length says


@asked(SitingProblem, SitingPlan, Params)
def check(
    problem: SitingProblem,
    plan: SitingPlan,
    start: SitingPlan | None = None,  # noqa: ARG001
    params: Params = Params(),  # noqa: ARG001, B008  # frozen, so one shared default is safe
) -> Report:
    """Judge a plan; ``start`` and ``params`` change nothing: in a repair, too, the value is the plan's alone.

    Violations (parameters): ``site.unknown``, ``site.forbidden``, ``site.pinned_closed`` (sites);
    ``p.above`` (open, p); ``budget.above`` (cost, budget); ``serves.missing`` and ``serves.unasked``: who
    serves whom must be said exactly when there are capacities; ``serves.closed``, ``serves.out_of_reach``,
    ``point.not_served`` (count, points); ``capacity.above`` (site, load, capacity).

    Raises
    ------
    ValueError
        When ``served_by`` has another length than there are points.
    """
    if plan.served_by is not None and len(plan.served_by) != problem.points:
        raise ValueError(f"served_by: {len(plan.served_by)} points, the problem has {problem.points}")
    unknown = tuple(site for site in plan.open if not 0 <= site < problem.sites)
    if unknown or len(set(plan.open)) != len(plan.open):
        return Report((Conflict("site.unknown", {"sites": unknown or plan.open}),), 0, {})
    length, within = _ways(problem, plan)
    faults = [*_site_faults(problem, plan), *_serving_faults(problem, plan, length, within)]
    parts = _parts(problem, plan, length, within)
    return Report(tuple(faults), sum(parts.values()), parts)


def _ways(problem: SitingProblem, plan: SitingPlan) -> tuple[Ints, NDArray[np.bool_]]:
    """Each point's length to its site (-1: none), and whether it is within the radius."""
    length, within = np.full(problem.points, -1, np.int64), np.zeros(problem.points, bool)
    sites = np.array(plan.open, np.int64)
    if not len(sites):
        return length, within
    for block in blocks(problem.points, len(sites)):
        table = problem.distances.table(block, sites)
        near = _near(problem, block, sites)
        if plan.served_by is None:
            far = np.where(table < 0, np.iinfo(np.int64).max, table)
            length[block] = np.where((table >= 0).any(1), far.min(1), -1)
            within[block] = near.any(1)
        else:
            serving = plan.served_by[block][:, None] == sites
            length[block] = np.where(serving, table, -1).max(1)
            within[block] = (near & serving).any(1)
    return length, within


def _near(problem: SitingProblem, points: Ints, sites: Ints) -> NDArray[np.bool_]:
    """Which pairs are within the radius, from unrounded lengths by their textbook formulas."""
    forms, radius = problem.distances, problem.radius
    if radius is None:
        return np.zeros((len(points), len(sites)), bool)
    if isinstance(forms, Planar):
        apart = forms.point_xy[points][:, None, :] - forms.site_xy[sites][None, :, :]
        return np.asarray(np.hypot(apart[..., 0], apart[..., 1]) <= radius * INSIDE)
    if isinstance(forms, Sphere):
        one, other = np.radians(forms.point_lonlat[points]), np.radians(forms.site_lonlat[sites])
        half = (one[:, None, :] - other[None, :, :]) / 2
        both = np.cos(one[:, None, 1]) * np.cos(other[None, :, 1])
        haversine = np.sin(half[..., 1]) ** 2 + both * np.sin(half[..., 0]) ** 2
        way = 2 * forms.earth * np.arcsin(np.sqrt(np.minimum(1.0, haversine)))
        # the haversine itself is only good to a few units of the last digit of an angle
        return np.asarray(way <= radius * INSIDE + forms.earth * 1e-13)
    assert isinstance(forms, Listed)  # noqa: S101 - there are three forms; narrows the type
    table = forms.table(points, sites)
    return np.asarray((table >= 0) & (table <= radius))


def _site_faults(problem: SitingProblem, plan: SitingPlan) -> Iterator[Conflict]:
    chosen = set(plan.open)
    forbidden = tuple(sorted(chosen & set(problem.forbidden)))
    if forbidden:
        yield Conflict("site.forbidden", {"sites": forbidden})
    closed = tuple(sorted(set(problem.existing + problem.fixed) - chosen))
    if closed:
        yield Conflict("site.pinned_closed", {"sites": closed})
    if problem.p is not None and len(chosen) > problem.p:
        yield Conflict("p.above", {"open": len(chosen), "p": problem.p})
    cost = _cost(problem, plan)
    if problem.budget is not None and cost > problem.budget:
        yield Conflict("budget.above", {"cost": cost, "budget": problem.budget})


def _cost(problem: SitingProblem, plan: SitingPlan) -> int:
    paid = [site for site in plan.open if site not in problem.existing]
    return len(paid) if problem.costs is None else sum(int(problem.costs[site]) for site in paid)


def _serving_faults(
    problem: SitingProblem, plan: SitingPlan, length: Ints, within: NDArray[np.bool_]
) -> Iterator[Conflict]:
    if (problem.capacities is None) != (plan.served_by is None):
        yield Conflict("serves.missing" if plan.served_by is None else "serves.unasked")
    if problem.goal is not Goal.COVER_MOST:
        served = within if problem.goal is Goal.COVER_ALL else length >= 0
        yield from _named("point.not_served", ~served)
    if plan.served_by is not None:
        served = plan.served_by >= 0
        yield from _named("serves.closed", served & ~np.isin(plan.served_by, plan.open))
        usable = length >= 0 if problem.goal is Goal.MEDIAN else within
        yield from _named("serves.out_of_reach", served & np.isin(plan.served_by, plan.open) & ~usable)
        yield from _loads(problem, plan.open, plan.served_by)


def _loads(problem: SitingProblem, sites: tuple[int, ...], served_by: Ints) -> Iterator[Conflict]:
    if problem.capacities is None or problem.people is None:
        return
    demand = problem.people.sum(1) if problem.demand is None else problem.demand
    for site in sites:
        load, capacity = int(demand[served_by == site].sum()), int(problem.capacities[site])
        if load > capacity:
            yield Conflict("capacity.above", {"site": site, "load": load, "capacity": capacity})


def _named(code: str, wrong: NDArray[np.bool_]) -> Iterator[Conflict]:
    points = np.flatnonzero(wrong)
    if len(points):
        yield Conflict(code, {"count": len(points), "points": tuple(points[:SHOWN].tolist())})


def _parts(
    problem: SitingProblem, plan: SitingPlan, length: Ints, within: NDArray[np.bool_]
) -> dict[str, int]:
    if problem.goal is Goal.COVER_ALL:
        return {"cost": _cost(problem, plan)}
    assert problem.people is not None and problem.factors is not None  # noqa: S101, PT018 - set on construction
    weight = (problem.people * np.array(problem.factors)).sum(1)
    if problem.goal is Goal.COVER_MOST:
        return {"reached": -int(weight[within].sum())}
    return {"ways": int((weight * length)[length >= 0].sum())}
