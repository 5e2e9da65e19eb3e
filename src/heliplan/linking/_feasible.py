"""Enough candidate pairs for a plan, or the set of households and members for whom there is none."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from heliplan.codec import Ints
from heliplan.linking._costs import BLOCK, NEVER, Costs
from heliplan.linking._flow import Pairs, short_cut
from heliplan.result import Conflict


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """Households that may go to these members only, and are too many for them (``passing`` false); or
    members who may get these households only, and need more (``passing`` true). By number among the
    free households.
    """

    households: Ints
    members: Ints
    passing: bool


def widened(costs: Costs, pairs: Pairs) -> Pairs | Cut:
    """``pairs`` and as many more as a plan needs, or the proof that no plan keeps the bounds.

    Largest flow; while it falls short, the cheapest pairs across its smallest cut are added. A cut that
    no pair crosses is a set that breaks Hall's condition.
    """
    count = 1
    while (cut := short_cut(costs, pairs)) is not None:
        household, member, passing = cut
        more = _across(costs, np.flatnonzero(household), np.flatnonzero(~member), count)
        if not len(more):
            return _proof(costs, household, member, passing)
        pairs = Pairs.of(costs, np.concatenate([pairs.key(costs.members), more]))
        count *= 2
    return pairs


def _across(costs: Costs, household: Ints, member: Ints, count: int) -> Ints:
    """Keys of the ``count`` cheapest of these households for each of these members, where allowed."""
    if not len(household) or not len(member):
        return np.zeros(0, np.int64)
    who = np.zeros((0, len(member)), np.int64)
    cost = np.zeros((0, len(member)), np.int64)
    step = max(1, BLOCK // len(member))
    for first in range(0, len(household), step):
        some = household[first : first + step]
        cost = np.concatenate([cost, costs.table(some, member)])
        who = np.concatenate([who, np.broadcast_to(some[:, None], (len(some), len(member)))])
        best = np.argpartition(cost, min(count, len(cost)) - 1, axis=0)[:count]
        cost, who = np.take_along_axis(cost, best, axis=0), np.take_along_axis(who, best, axis=0)
    key: Ints = (who * costs.members + member)[cost < NEVER]
    return key


def _proof(costs: Costs, household: np.ndarray, member: np.ndarray, passing: bool) -> Cut:
    if not passing:
        return Cut(np.flatnonzero(household), np.flatnonzero(member), False)
    return Cut(np.flatnonzero(~household), np.flatnonzero(~member & (costs.low > 0)), True)


def conflict(costs: Costs, cut: Cut, count: int | None = None) -> Conflict:
    """The cut in the problem's own numbers; only the first ``count`` members are those of the problem.

    ========================  ====================================================================
    ``crowded``               households, members, places, short_by: these households may go to these
                              members only, who have only so many places left beside their pins
    ``starved``               members, households, needed, short_by: these members need so many beside
                              their pins, and only these households may go to them
    ========================  ====================================================================
    """
    real = cut.members if count is None else cut.members[cut.members < count]
    households, members = tuple(costs.who[cut.households].tolist()), tuple(real.tolist())
    if cut.passing:
        needed = int(costs.low[real].sum())
        short = needed - len(households)
        facts = {"members": members, "households": households, "needed": needed, "short_by": short}
        return Conflict("starved", facts)
    places = int(costs.high[real].sum())
    short = len(households) - places
    facts = {"households": households, "members": members, "places": places, "short_by": short}
    return Conflict("crowded", facts)
