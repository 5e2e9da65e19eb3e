"""Why these sites: what each open one does, what closing it would cost, who is left out, what looks odd."""

from __future__ import annotations

from typing import Any

import numpy as np

from heliplan.codec import Ints
from heliplan.result import Reason
from heliplan.siting._measure import lengths, reached
from heliplan.siting.problem import Goal, SitingPlan, SitingProblem, nearest_open

SHOWN = 20  #: points that are named


def explain(problem: SitingProblem, plan: SitingPlan) -> tuple[Reason, ...]:
    """Explain a plan that keeps the rules.

    Returns
    -------
    tuple of Reason
        One for each open site, by number: ``site.existing``, ``site.fixed`` or ``site.chosen`` with ``site``;
        ``points`` and ``people`` it serves (for covering: within reach); ``mean`` and ``worst`` length of
        their ways; and, without capacities, ``if_closed``: what its closing alone would add to the value
        (for cover-all: points that only it reaches). Then ``points.left_out`` (count, people, points) for
        points that no open site serves, farthest first. Then the warnings of the problem.
    """
    served_by, way = _service(problem, plan)
    if_closed = _if_closed(problem, plan)
    people = problem.counts().sum(1)
    reasons = []
    for site in plan.open:
        own = np.flatnonzero(served_by == site)
        facts: dict[str, Any] = {"site": site, "points": len(own), "people": int(people[own].sum())}
        facts |= _lengths(way[own], people[own])
        if if_closed is not None:
            facts["if_closed"] = if_closed[site]
        reasons.append(Reason(_why(problem, site), facts))
    return (*reasons, *_left_out(problem, plan, served_by, people), *problem.warnings())


def _why(problem: SitingProblem, site: int) -> str:
    if site in problem.existing:
        return "site.existing"
    return "site.fixed" if site in problem.fixed else "site.chosen"


def _service(problem: SitingProblem, plan: SitingPlan) -> tuple[Ints, Ints]:
    """Each point's site (-1: none serves it) and the length of the way to it."""
    if plan.served_by is not None:
        return plan.served_by, lengths(problem, plan)
    site, way = nearest_open(problem.distances, plan.open)
    if problem.goal is not Goal.MEDIAN:
        site = np.where(reached(problem, plan), site, -1)
    return site, way


def _lengths(way: Ints, people: Ints) -> dict[str, float | int]:
    total = int(people.sum())
    if not total:
        return {"mean": 0.0, "worst": 0}
    return {"mean": float(way @ people) / total, "worst": int(way[people > 0].max())}


def _if_closed(problem: SitingProblem, plan: SitingPlan) -> dict[int, int | None] | None:
    """What closing each open site alone would cost; ``None`` for it: points would have no site at all."""
    if plan.served_by is not None:
        return None
    sites, weight = np.array(plan.open, np.int64), problem.weights()
    if problem.goal is Goal.MEDIAN:
        found, way = problem.distances.nearest(sites, 2)
        if way.shape[1] < 2:
            return {plan.open[0]: None}
        lost = np.where(way[:, 1] < 0, -1, weight * (way[:, 1].astype(np.int64) - way[:, 0]))
        return {
            site: None if (lost[found[:, 0] == at] < 0).any() else int(lost[found[:, 0] == at].sum())
            for at, site in enumerate(plan.open)
        }
    reach = problem.distances.within(float(problem.radius or 0.0), sites)
    only = np.flatnonzero(np.diff(reach.start) == 1)
    counted = np.ones(len(only)) if problem.goal is Goal.COVER_ALL else weight[only]
    alone = np.bincount(reach.sites[reach.start[only]], counted, len(sites))
    return {site: int(alone[at]) for at, site in enumerate(plan.open)}


def _left_out(problem: SitingProblem, plan: SitingPlan, served_by: Ints, people: Ints) -> list[Reason]:
    out = np.flatnonzero(served_by < 0)
    if not len(out):
        return []
    way = nearest_open(problem.distances, plan.open)[1] if plan.open else np.zeros(problem.points, np.int64)
    far = np.where(way < 0, np.iinfo(np.int64).max, way)[out]
    first = out[np.argsort(-far, kind="stable")[:SHOWN]]
    facts = {"count": len(out), "people": int(people[out].sum()), "points": tuple(first.tolist())}
    return [Reason("points.left_out", facts)]
