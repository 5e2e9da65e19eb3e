"""A first plan by greed, before any model is built and without numba; then better ones by exchanging sites.

Always the site that helps most for its price. What a site helps can only fall as others open, so only those
on top of a heap are looked at again (Minoux, *Accelerated greedy algorithms for maximizing submodular set
functions*, 1978).
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np

from heliplan.codec import Ints
from heliplan.siting._cells import gather
from heliplan.siting._conflicts import unreached
from heliplan.siting._cover_all import greedy
from heliplan.siting._measure import parts_of
from heliplan.siting._net import Bools, Floats
from heliplan.siting.distances import NO_WAY
from heliplan.siting.problem import Goal, SitingPlan, SitingProblem
from heliplan.stop import Watch

MOST_PAIRS = 1_000_000
"""Pairs that are looked at; of more points than that only some take part in the choice of sites."""

MOST_SITES = 1_000
"""Beyond so many pairs, so many sites (or four for each that opens) are looked at, with the more points."""


def first(problem: SitingProblem) -> SitingPlan | None:
    """A plan that keeps every rule, in little time; ``None`` where greed finds none, which proves nothing."""
    if not len(problem.allowed):
        return None
    if problem.goal is Goal.COVER_ALL:
        opened = _cover(problem)
    else:
        some = _candidates(problem)
        opened = some[_Table(problem, some).greedy()]
    if problem.capacities is not None:
        return _served(problem, opened)
    return _plan(problem, opened)


def improved(problem: SitingProblem, plan: SitingPlan, watch: Watch) -> SitingPlan:
    """The plan after exchanges of one open site for another, each the best there is, while time is left.

    For the median and cover-most without capacities; any other plan comes back as it is.
    """
    if problem.goal is Goal.COVER_ALL or problem.capacities is not None:
        return plan
    table = _Table(problem, np.arange(len(problem.allowed)))
    opened = np.searchsorted(problem.allowed, np.array(plan.open, np.int64))
    better = _plan(problem, table.exchanged(opened, watch))
    return plan if better is None or _value(problem, plan) <= _value(problem, better) else better


def _candidates(problem: SitingProblem) -> Ints:
    """Which allowed sites (by position) are looked at: all, or an even sample with the pinned ones."""
    count, most = len(problem.allowed), max(MOST_SITES, 4 * (problem.p or 0))
    if problem.capacities is not None or problem.points * count <= MOST_PAIRS or count <= most:
        return np.arange(count)
    pinned = np.flatnonzero(np.isin(problem.allowed, problem.pinned))
    return np.union1d(np.arange(most) * count // most, pinned)


def _value(problem: SitingProblem, plan: SitingPlan) -> int:
    return sum(parts_of(problem, plan).values())


def _plan(problem: SitingProblem, opened: Ints) -> SitingPlan | None:
    """These allowed sites (by position) as a plan, if all limits hold and nobody is left without a way."""
    sites = problem.allowed[opened]
    if not _affordable(problem, sites):
        return None
    if problem.goal is not Goal.COVER_MOST and unreached(problem, sites)[1]:
        return None
    return SitingPlan(tuple(sites.tolist()))


def _affordable(problem: SitingProblem, sites: Ints) -> bool:
    count = problem.p is None or len(sites) <= problem.p
    return count and (problem.budget is None or int(problem.prices()[sites].sum()) <= problem.budget)


def _cover(problem: SitingProblem) -> Ints:
    """A greedy cover of all points, by position among the allowed sites."""
    cells, sites = gather(problem, problem.allowed, problem.weights()), problem.allowed
    pinned = np.isin(sites, problem.pinned)
    return np.flatnonzero(greedy(cells, problem.prices()[sites].astype(float), pinned))


@dataclass(slots=True, eq=False)
class _Table:
    """What every allowed site (row) costs every point (column) that takes part; far where it is no use."""

    problem: SitingProblem
    cost: Floats
    price: Ints
    pinned: Ints

    def __init__(self, problem: SitingProblem, candidates: Ints) -> None:
        sites = problem.allowed[candidates]
        stride = 1 + problem.points * len(sites) // MOST_PAIRS
        some, weight = np.arange(0, problem.points, stride), problem.weights()[::stride].astype(float)
        self.problem = problem
        self.price = problem.prices()[sites]
        self.pinned = np.flatnonzero(np.isin(sites, problem.pinned))
        if problem.goal is Goal.MEDIAN:
            length = problem.distances.table(some, sites)
            far = 2.0 * float(length.max(initial=1)) * len(some)
            self.cost = np.ascontiguousarray((np.where(length == NO_WAY, far, length) * weight[:, None]).T)
        else:
            self.cost = np.repeat(weight[None, :], len(sites), axis=0)
            reach = problem.distances.within(float(problem.radius or 0.0), sites)
            point = np.repeat(np.arange(problem.points), np.diff(reach.start))
            taken = point % stride == 0
            self.cost[reach.sites[taken], point[taken] // stride] = 0.0

    @property
    def _unserved(self) -> Floats:
        """What every point costs while nothing is open."""
        worst: Floats = self.cost.max(axis=0, initial=0.0)
        return worst + (1.0 if self.problem.goal is Goal.MEDIAN else 0.0)

    def greedy(self) -> Ints:
        """Sites by position: by help for the price and by help alone, whichever is better."""
        ways = (True, False) if self.price.any() else (False,)
        found = [self._opened(for_price) for for_price in ways]
        return min(found, key=lambda opened: float(self._nearest(opened).sum()))

    def _nearest(self, opened: Ints) -> Floats:
        nearest: Floats = np.minimum(self._unserved, self.cost[opened].min(axis=0, initial=np.inf))
        return nearest

    def _opened(self, for_price: bool) -> Ints:
        opened, room = self.pinned.tolist(), self._room(self.pinned)
        nearest = self._nearest(self.pinned)
        paid = np.maximum(self.price, 0.5) if for_price else np.ones(len(self.price))
        heap = [(-np.inf, site) for site in range(len(self.price)) if site not in set(opened)]
        while heap and (self.problem.p is None or len(opened) < self.problem.p):
            _, site = heapq.heappop(heap)
            if self.price[site] > room:
                continue
            help_now = float(np.maximum(nearest - self.cost[site], 0.0).sum())
            if heap and -help_now / paid[site] > heap[0][0]:
                heapq.heappush(heap, (-help_now / paid[site], site))
                continue
            if help_now == 0.0 and self.problem.capacities is None:
                break
            opened.append(site)
            room -= float(self.price[site])
            nearest = np.minimum(nearest, self.cost[site])
        return np.sort(np.array(opened, np.int64))

    def _room(self, opened: Ints) -> float:
        """What is left of the budget."""
        budget = self.problem.budget
        return np.inf if budget is None else float(budget - self.price[opened].sum())

    def exchanged(self, opened: Ints, watch: Watch) -> Ints:
        """While it helps: the best exchange of an open site that may close for one that it can pay for."""
        now = float(self._nearest(opened).sum())
        while not watch.late:
            best: tuple[float, Ints] | None = None
            for place in range(len(opened)):
                if watch.late:
                    break
                if opened[place] in self.pinned:
                    continue
                found = self._instead(np.delete(opened, place))
                if found is not None and (best is None or found[0] < best[0]):
                    best = found
            if best is None or best[0] >= now:
                break
            now, opened = best
        return opened

    def _instead(self, others: Ints) -> tuple[float, Ints] | None:
        """The best site to open beside these, and what that costs."""
        may = self.price <= self._room(others)
        may[others] = False
        sites = np.flatnonzero(may)
        if not len(sites):
            return None
        total = np.minimum(self._nearest(others), self.cost[sites]).sum(axis=1)
        at = int(total.argmin())
        return float(total[at]), np.sort(np.append(others, sites[at]))


def _served(problem: SitingProblem, opened: Ints) -> SitingPlan | None:
    """A plan with capacities: at these sites, or where they have too little room, at the roomiest."""
    assert problem.capacities is not None  # noqa: S101 - asked by the caller; narrows the type
    sites, pinned = problem.allowed, np.isin(problem.allowed, problem.pinned)
    order = np.lexsort((-problem.capacities[sites], ~pinned))
    roomy: list[int] = []
    for site in order.tolist():
        if _affordable(problem, sites[[*roomy, site]]):
            roomy.append(site)
    for chosen in (opened, np.sort(np.array(roomy, np.int64))):
        plan = _seated(problem, sites[chosen]) if _affordable(problem, sites[chosen]) else None
        if plan is not None:
            return plan
    return None


def _seated(problem: SitingProblem, sites: Ints) -> SitingPlan | None:
    """Everybody at the cheapest of these sites that has room, who takes most of it first."""
    assert problem.capacities is not None  # noqa: S101 - as above
    cost, usable = _costs(problem, sites)
    demand, room = problem.demands(), problem.capacities[sites].copy()
    served = np.full(problem.points, -1)
    worth = problem.weights() / np.maximum(1, demand)
    # cover-most: who brings most for the room taken; else the largest first, which are hardest to seat
    order = np.argsort(-worth if problem.goal is Goal.COVER_MOST else -demand, kind="stable")
    for point in order.tolist():
        free = usable[point] & (room >= demand[point])
        if not free.any():
            if problem.goal is Goal.COVER_MOST:
                continue
            return None
        at = int(np.where(free, cost[point], np.inf).argmin())
        served[point] = sites[at]
        room[at] -= demand[point]
    return SitingPlan(tuple(sites.tolist()), served)


def _costs(problem: SitingProblem, sites: Ints) -> tuple[Floats, Bools]:
    """What each point pays at each of these sites, and whether it may go there."""
    points = np.arange(problem.points)
    table = problem.distances.table(points, sites)
    if problem.goal is Goal.MEDIAN:
        return table * problem.weights()[:, None].astype(float), table != NO_WAY
    reach = problem.distances.within(float(problem.radius or 0.0), sites)
    usable = np.zeros((problem.points, len(sites)), np.bool_)
    usable[np.repeat(points, np.diff(reach.start)), reach.sites] = True
    return table.astype(float), usable
