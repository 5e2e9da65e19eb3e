"""Least-cost links, proven."""

from __future__ import annotations

from typing import Any

import numpy as np

from heliplan.codec import Ints
from heliplan.linking._conflicts import pins, plain_conflicts
from heliplan.linking._costs import Costs, free_costs
from heliplan.linking._flow import Pairs, cheapest, prices, short_cut
from heliplan.linking._pricing import better_pairs, bound
from heliplan.linking.problem import (
    CHANGE,
    DISTANCE,
    LinkingPlan,
    LinkingProblem,
    Params,
    change_weight,
    previous,
)
from heliplan.result import Result, Status
from heliplan.stop import Progress, Stop

ALL_PAIRS = 1 << 16  # up to so many pairs, all are given to the flow at once
NEAREST = 16

_NO_STOP, _PLAIN = Stop(), Params()


def solve(
    problem: LinkingProblem,
    stop: Stop = _NO_STOP,
    seed: int = 0,
    params: Params = _PLAIN,
    start: Any = None,
    progress: Progress | None = None,
) -> Result[LinkingPlan]:
    """Link every household to a member at the least cost.

    Parameters
    ----------
    stop : Stop
        An iteration is one flow with its pricing; without limits the answer is always proven.
    seed : int
        The method makes no random choice; kept in the result.
    start : int [H], optional
        The member that each household had, -1 for none: least-change repair. A change costs
        :func:`change_weight`, and this cost is the part ``change`` of the value and of the bound.
    progress : callable, optional
        Phases ``flow`` and ``pricing``.

    Returns
    -------
    Result
        ``OPTIMAL`` with ``bound == value``; ``INFEASIBLE`` with conflicts that name who, how many and
        which bound would do; ``FEASIBLE`` or ``STOPPED`` only when ``stop`` ended the solve.

    Raises
    ------
    ValueError
        On a ``start`` that does not fit the problem.
    """
    watch = stop.watch()
    had = previous(problem, start)
    weight = change_weight(problem, params)
    conflicts = plain_conflicts(problem)
    pinned = pins(problem)
    if conflicts:
        return Result(Status.INFEASIBLE, None, None, None, "counting", seed, watch.seconds, {}, conflicts)
    costs = free_costs(problem, had, weight, pinned)
    pairs = _first_pairs(costs)
    cut = short_cut(costs, pairs)
    if cut is not None:
        raise NotImplementedError
    price = np.zeros(costs.members, np.int64)
    member = np.zeros(0, np.int64)
    while True:
        found = cheapest(costs, pairs)
        if found is None:
            raise RuntimeError("no flow where there must be one")
        member = found
        price = prices(costs, pairs, member, price)
        paid = costs.pairs(np.arange(costs.households), member) + price[member]
        key, total = better_pairs(costs, price, paid)
        if not len(key):
            break
        pairs = Pairs.of(costs, np.concatenate([pairs.key(costs.members), key]))
    whole = pinned.copy()
    whole[costs.who] = member
    plan = LinkingPlan(whole)
    parts = _parts(problem, whole, had, weight)
    value = sum(parts.values())
    below = bound(costs, price, total)
    free = int(costs.pairs(np.arange(costs.households), member).sum())
    return Result(Status.OPTIMAL, plan, value, value - free + below, "flow", seed, watch.seconds, parts)


def _first_pairs(costs: Costs) -> Pairs:
    n, m = costs.households, costs.members
    if n * m <= ALL_PAIRS:
        return Pairs.of(costs, np.arange(n * m))
    found = [costs.key]
    for first, last in costs.blocks():
        near = np.argpartition(costs.rows(first, last), min(m - 1, NEAREST), axis=1)[:, :NEAREST]
        found.append((np.arange(first, last)[:, None] * m + near).ravel())
    return Pairs.of(costs, np.concatenate(found))


def _parts(problem: LinkingProblem, member: Ints, had: Ints, weight: int) -> dict[str, int]:
    """The value by named part."""
    every = np.arange(problem.households)
    parts = {DISTANCE: int(problem.nearness.pairs(every, member).sum())}
    given = problem.credits
    kept = member[given.household] == given.member
    for kind in given.kinds:
        mine = np.array([k == kind for k in given.kind], bool)
        parts[kind] = -int(given.amount[kept & mine].sum())
    if (had >= 0).any():
        parts[CHANGE] = weight * int(((had >= 0) & (had != member)).sum())
    return parts
