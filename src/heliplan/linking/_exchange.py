"""Better plans where there is no time for a flow: households change places, many at once.

Every household looks at somebody who is with one of its near members; where both together save by changing
members they do. All loads stay as they are (two-exchanges of the assignment problem, all disjoint ones of a
round together).
"""

from __future__ import annotations

import numpy as np

from heliplan.codec import Ints
from heliplan.linking._begin import nearest
from heliplan.linking._costs import NEVER, Costs
from heliplan.linking._tiles import Tiles
from heliplan.linking.problem import Points
from heliplan.stop import Watch

NEAR = 8
"""Members of a household that it looks at."""

IDLE = 40
"""Rounds in a row without a better plan, after which it ends."""

TABLE = 1 << 24
"""Pairs of a table up to which near members are looked for without a map."""


def exchanged(costs: Costs, member: Ints, watch: Watch, seed: int = 0) -> Ints:
    """The plan ``member`` (int [n]) made cheaper until time is up or nothing helps any more.

    Where near members would take longer to find than there is time, it comes back as it is.
    """
    near = None if watch.late else _near(costs)
    if near is None or costs.households < 2:
        return member
    random, idle = np.random.default_rng(seed), 0
    member = member.copy()
    cost = costs.pairs(np.arange(costs.households), member)
    while idle < IDLE and not watch.late:
        idle = 0 if _round(costs, near, member, cost, random) else idle + 1
    return member


def _near(costs: Costs) -> Ints | None:
    """Some of the nearest members of every household, int [n, some]."""
    near = costs.near
    if isinstance(near, Points):
        from scipy.spatial import cKDTree  # noqa: PLC0415 - the two tables, which have no points, do without

        count = min(NEAR, costs.members)
        found = cKDTree(near.members).query(near.households[costs.who], k=count)[1]
        return np.asarray(found, np.int64).reshape(costs.households, count)
    if costs.households * costs.members > TABLE:
        return None
    return nearest(Tiles.of(costs), NEAR)


def _round(costs: Costs, near: Ints, member: Ints, cost: Ints, random: np.random.Generator) -> bool:
    """One exchange for every household at most, in place; whether any was made."""
    n = costs.households
    one = random.permutation(n)
    wanted = near[one, random.integers(0, near.shape[1], n)]
    order = np.argsort(member, kind="stable")
    first = np.searchsorted(member[order], np.arange(costs.members + 1))
    load = np.diff(first)
    some = (load[wanted] > 0) & (wanted != member[one])
    one, wanted = one[some], wanted[some]
    two = order[first[wanted] + random.integers(0, load[wanted])]
    one, two = _disjoint(one, two, n)
    for_one, for_two = costs.pairs(one, member[two]), costs.pairs(two, member[one])
    helps = (for_one + for_two < cost[one] + cost[two]) & (np.maximum(for_one, for_two) < NEVER)
    one, two = one[helps], two[helps]
    member[one], member[two] = member[two], member[one]
    cost[one], cost[two] = for_one[helps], for_two[helps]
    return bool(len(one))


def _disjoint(one: Ints, two: Ints, count: int) -> tuple[Ints, Ints]:
    """The pairs in which both are in no pair before."""
    first = np.full(count, len(one))
    at = np.arange(len(one))
    np.minimum.at(first, one, at)
    np.minimum.at(first, two, at)
    kept = (first[one] == at) & (first[two] == at)
    return one[kept], two[kept]
