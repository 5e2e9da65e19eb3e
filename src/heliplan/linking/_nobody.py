"""Households that may stay without a member: a member more, *nobody*, who takes exactly those left over.

How many are left over is settled first, so that no weight has to stand between that number and the cost.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from heliplan.codec import Ints
from heliplan.linking._conflicts import pins, room_conflicts
from heliplan.linking._costs import Costs, free_costs
from heliplan.linking._engine import cut_of, run
from heliplan.linking._feasible import Cut, conflict
from heliplan.linking._first import least
from heliplan.linking._outcome import Outcome
from heliplan.linking.problem import LinkingProblem, Nearness, Points
from heliplan.result import Conflict
from heliplan.stop import Progress, Watch

TABLE = 1 << 24
"""Up to so many pairs of points, who is left over is chosen with the links; beyond, before them."""


@dataclass(frozen=True, slots=True, eq=False)
class WithNobody:
    """The nearness of a problem with one column more, in which nothing is far."""

    near: Nearness

    @property
    def shape(self) -> tuple[int, int]:
        """See :class:`Nearness`."""
        households, members = self.near.shape
        return households, members + 1

    def table(
        self, households: NDArray[np.int64], members: NDArray[np.int64] | None = None
    ) -> NDArray[np.int64]:
        """See :class:`Nearness`."""
        some = np.arange(self.shape[1]) if members is None else members
        found = np.zeros((len(households), len(some)), np.int64)
        real = some < self.near.shape[1]
        found[:, real] = self.near.table(households, some[real])
        return found

    def pairs(self, households: NDArray[np.int64], members: NDArray[np.int64]) -> NDArray[np.int64]:
        """See :class:`Nearness`."""
        found = np.zeros(len(households), np.int64)
        real = members < self.near.shape[1]
        found[real] = self.near.pairs(households[real], members[real])
        return found

    def spread(self) -> int:
        """See :class:`Nearness`."""
        return self.near.farthest()

    def farthest(self) -> int:
        """See :class:`Nearness`."""
        return self.near.farthest()


def left_over(problem: LinkingProblem, watch: Watch) -> tuple[int, tuple[Conflict, ...]]:
    """How many households no plan can link, and why; 0 unless the problem is ``partial``."""
    if not problem.partial or not problem.members:
        return 0, ()
    pinned = pins(problem)
    free = int((pinned < 0).sum())
    load = np.bincount(pinned[pinned >= 0], minlength=problem.members)
    left = max(0, free - int(np.maximum(0, problem.high - load).sum()))
    why = room_conflicts(problem)
    if not len(problem.forbidden):
        return left, why
    costs = with_nobody(problem, free_costs(problem, np.full(problem.households, -1), 0, pinned), left)
    cut = cut_of(costs, watch)
    if cut is None or cut.passing:
        return left, why
    short = len(cut.households) - int(costs.high[cut.members].sum())
    return left + short, (*why, conflict(costs, cut, problem.members))


def with_nobody(problem: LinkingProblem, costs: Costs, left: int, refusal: int = 0) -> Costs:
    """The costs with nobody as the last member, who takes exactly ``left`` households.

    ``refusal`` is what a refused pair costs: whoever refuses somebody and is left without a member has a
    credit for it, as with every member that is not refused.
    """
    if not left:
        return costs
    members = costs.members
    key, credit = _moved(costs.key, members), costs.credit
    if refusal:
        asking = np.flatnonzero(np.isin(costs.who, problem.refused[:, 0]))
        key = np.concatenate([key, asking * (members + 1) + members])
        credit = np.concatenate([credit, np.full(len(asking), refusal)])
        order = np.argsort(key)
        key, credit = key[order], credit[order]
    return Costs(
        near=WithNobody(costs.near),
        who=costs.who,
        low=np.append(costs.low, left),
        high=np.append(costs.high, left),
        key=key,
        credit=credit,
        never=_moved(costs.never, members),
    )


def run_partial(
    problem: LinkingProblem,
    costs: Costs,
    left: int,
    refusal: int,
    watch: Watch,
    offset: int,
    progress: Progress | None,
) -> Outcome:
    """The least-cost plan that leaves exactly ``left`` free households without a member (-1).

    On a large map those with the longest way to any member are left over, and nothing is proven.
    """
    whole = with_nobody(problem, costs, left, refusal)
    near = problem.nearness
    if left and int(whole.low.sum()) > costs.households:
        return Outcome("flow", cut=_starving(problem, costs, watch))
    if not left or costs.households * costs.members <= TABLE or not isinstance(near, Points):
        found = run(whole, watch, offset, progress)
        if found.member is None or not left:
            return found
        member = np.where(found.member == costs.members, -1, found.member)
        return Outcome(found.engine, member, found.bound)
    kept = np.sort(np.argsort(_ways(near, costs.who), kind="stable")[: costs.households - left])
    found = run(_only(costs, kept), watch, offset, progress)
    if found.member is None:
        return found
    member = np.full(costs.households, -1)
    member[kept] = found.member
    return Outcome(found.engine, member, least(whole))


def _starving(problem: LinkingProblem, costs: Costs, watch: Watch) -> Cut | None:
    """Members whose lower bounds cannot all be met by the households that may go to them."""
    spare = costs.households - int(costs.low.sum())
    cut = cut_of(with_nobody(problem, replace(costs, high=costs.low), spare), watch)
    if cut is None:
        return None
    households = np.setdiff1d(np.arange(costs.households), cut.households)
    return Cut(households, np.setdiff1d(np.flatnonzero(costs.low), cut.members), True)


def _only(costs: Costs, kept: Ints) -> Costs:
    """The costs of some of the free households alone."""
    place = np.full(costs.households, -1)
    place[kept] = np.arange(len(kept))
    m = max(1, costs.members)
    credited, banned = place[costs.key // m], place[costs.never // m]
    return Costs(
        near=costs.near,
        who=costs.who[kept],
        low=costs.low,
        high=np.minimum(costs.high, len(kept)),
        key=(credited * m + costs.key % m)[credited >= 0],
        credit=costs.credit[credited >= 0],
        never=(banned * m + costs.never % m)[banned >= 0],
    )


def _ways(near: Points, who: Ints) -> NDArray[np.float64]:
    """How far each of these households is from its nearest member."""
    from scipy.spatial import cKDTree  # noqa: PLC0415 - the two tables, which have no points, do without

    found: NDArray[np.float64] = cKDTree(near.members).query(near.households[who])[0]
    return found


def _moved(key: Ints, members: int) -> Ints:
    """Keys of pairs where there is one member more."""
    return key + key // max(1, members)
