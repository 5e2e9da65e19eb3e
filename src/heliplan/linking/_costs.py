"""Net costs of the households that are still free, seen by the engines row by row or pair by pair."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from heliplan.codec import Ints
from heliplan.fields import distinct
from heliplan.linking.problem import LinkingProblem, Nearness

NEVER = 1 << 60
"""Cost of a forbidden pair: above every cost that can be, and far from overflowing."""

BLOCK = 1 << 17  # pairs looked at together: few enough to stay in the processor's cache


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

    def table(self, household: Ints, member: Ints | None = None) -> NDArray[np.int64]:
        """Net costs of these households to these members (``None``: all); ``NEVER`` where forbidden."""
        table = self.near.table(self.who[household], member)
        column = np.arange(self.members)
        if member is not None:
            column = np.full(self.members, -1)
            column[member] = np.arange(len(member))
        row, place = self._of(self.key, household)
        at = column[self.key[place] % self.members]
        table[row[at >= 0], at[at >= 0]] -= self.credit[place[at >= 0]]
        row, place = self._of(self.never, household)
        at = column[self.never[place] % self.members]
        table[row[at >= 0], at[at >= 0]] = NEVER
        return table

    def _of(self, keys: Ints, household: Ints) -> tuple[Ints, Ints]:
        """(row in ``household``, place in ``keys``) of every key that belongs to these households."""
        first = np.searchsorted(keys, household * self.members)
        count = np.searchsorted(keys, (household + 1) * self.members) - first
        row = np.repeat(np.arange(len(household)), count)
        return row, np.arange(len(row)) + np.repeat(first - np.cumsum(count) + count, count)

    def pairs(self, household: NDArray[np.int64], member: NDArray[np.int64]) -> NDArray[np.int64]:
        """Net cost of every pair given, int64 [N]; ``NEVER`` where forbidden."""
        cost = self.near.pairs(self.who[household], member)
        key = household * self.members + member
        place, known = _find(self.key, key)
        cost[known] -= self.credit[place[known]]
        cost[_find(self.never, key)[1]] = NEVER
        return cost


def free_costs(problem: LinkingProblem, start: Ints, stay: int, pinned: Ints, refusal: int = 0) -> Costs:
    """The problem with the pinned households taken out.

    Parameters
    ----------
    start : int [H]
        The member that each household had, or -1.
    stay : int
        Credit for keeping it.
    pinned : int [H]
        The member a household is fixed to, or -1.
    refusal : int
        What a refused pair costs. It is seen as a credit of every other member of that household.
    """
    who = np.flatnonzero(pinned < 0)
    local = np.full(problem.households, -1)
    local[who] = np.arange(len(who))
    given = problem.credits
    kept = np.flatnonzero((start >= 0) & (stay > 0))
    refusing, others = _not_refused(problem) if refusal else (kept[:0], kept[:0])
    household = np.concatenate([given.household, kept, refusing])
    member = np.concatenate([given.member, start[kept], others])
    amount = np.concatenate([given.amount, np.full(len(kept), stay), np.full(len(refusing), refusal)])
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
        never=distinct(forbidden[forbidden >= 0]),
    )


def _not_refused(problem: LinkingProblem) -> tuple[Ints, Ints]:
    """Every pair of a household that refuses somebody with a member whom it does not refuse."""
    asking, row = np.unique(problem.refused[:, 0], return_inverse=True)
    welcome = np.ones((len(asking), problem.members), bool)
    welcome[row, problem.refused[:, 1]] = False
    at, member = np.nonzero(welcome)
    return asking[at], member


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
