"""Net costs of the households that are still free, seen by the engines row by row or pair by pair."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from heliplan.codec import Ints
from heliplan.linking.problem import LinkingProblem, Nearness

NEVER = 1 << 60
"""Cost of a forbidden pair: above every cost that can be, and far from overflowing."""

BLOCK = 1 << 21  # pairs held at once


@dataclass(frozen=True, slots=True, eq=False)
class Costs:
    """The problem without its pinned households.

    n free households are numbered 0..n-1 in the order of ``who`` (their numbers in the problem). A pair's
    net cost is its distance less its credits; a change weight is a credit for staying, too.

    Attributes
    ----------
    near : Nearness
    who : int [n]
    low, high : int [M]
        Bounds on the loads that the free households add; never negative, ``high`` at most n.
    key, credit : int [N]
        ``household * M + member`` of every pair with a credit, ascending, and its credits added up.
    never : int [F]
        Keys of the forbidden pairs, ascending.
    """

    near: Nearness
    who: Ints
    low: Ints
    high: Ints
    key: Ints
    credit: Ints
    never: Ints

    @property
    def households(self) -> int:
        """n."""
        return len(self.who)

    @property
    def members(self) -> int:
        """M."""
        return len(self.low)

    def rows(self, first: int, last: int) -> NDArray[np.int64]:
        """Net costs of households first..last-1, int64 [last - first, M]; ``NEVER`` where forbidden."""
        table = np.array(self.near.rows(self.who[first:last]))
        flat, begin = table.reshape(-1), first * self.members
        ends = (begin, last * self.members)
        a, b = np.searchsorted(self.key, ends)
        flat[self.key[a:b] - begin] -= self.credit[a:b]
        a, b = np.searchsorted(self.never, ends)
        flat[self.never[a:b] - begin] = NEVER
        return table

    def pairs(self, household: NDArray[np.int64], member: NDArray[np.int64]) -> NDArray[np.int64]:
        """Net cost of every pair given, int64 [N]; ``NEVER`` where forbidden."""
        cost = self.near.pairs(self.who[household], member)
        key = household * self.members + member
        place, known = _find(self.key, key)
        cost[known] -= self.credit[place[known]]
        cost[_find(self.never, key)[1]] = NEVER
        return cost

    def blocks(self) -> Iterator[tuple[int, int]]:
        """(first, last) of runs of households whose rows fit into memory together."""
        step = max(1, BLOCK // max(1, self.members))
        for first in range(0, self.households, step):
            yield first, min(self.households, first + step)


def free_costs(problem: LinkingProblem, start: Ints, stay: int, pinned: Ints) -> Costs:
    """The problem with the pinned households taken out.

    Parameters
    ----------
    start : int [H]
        The member that each household had, or -1.
    stay : int
        Credit for keeping it.
    pinned : int [H]
        The member a household is fixed to, or -1.
    """
    who = np.flatnonzero(pinned < 0)
    local = np.full(problem.households, -1)
    local[who] = np.arange(len(who))
    given = problem.credits
    kept = np.flatnonzero((start >= 0) & (stay > 0))
    household = np.concatenate([given.household, kept])
    member = np.concatenate([given.member, start[kept]])
    amount = np.concatenate([given.amount, np.full(len(kept), stay)])
    key, credit = _summed(_keys(local[household], member, problem.members), amount)
    forbidden = _keys(local[problem.forbidden[:, 0]], problem.forbidden[:, 1], problem.members)
    load = np.bincount(pinned[pinned >= 0], minlength=problem.members)
    return Costs(
        near=problem.nearness,
        who=who,
        low=np.maximum(0, problem.low - load),
        high=np.minimum(len(who), np.maximum(0, problem.high - load)),
        key=key,
        credit=credit,
        never=np.unique(forbidden[forbidden >= 0]),
    )


def _keys(household: Ints, member: Ints, members: int) -> Ints:
    """One number a pair; -1 for pairs of households that are not free."""
    return np.where(household < 0, -1, household * members + member)


def _summed(key: Ints, amount: Ints) -> tuple[Ints, Ints]:
    """Unique keys in order, with what belongs to each added up; keys below 0 are left out."""
    unique, place = np.unique(key[key >= 0], return_inverse=True)
    total = np.zeros(len(unique), np.int64)
    np.add.at(total, place, amount[key >= 0])
    return unique, total


def _find(keys: Ints, wanted: NDArray[np.int64]) -> tuple[Ints, NDArray[np.bool_]]:
    """Where each wanted key stands in ``keys`` (ascending), and whether it does."""
    if not len(keys):
        return np.zeros(len(wanted), np.int64), np.zeros(len(wanted), bool)
    place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return place, keys[place] == wanted
