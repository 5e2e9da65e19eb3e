"""The peer of the division table: what a person does by hand, on the same problem and with the same costs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from heliplan.linking import LinkingProblem


def by_hand(problem: LinkingProblem) -> NDArray[np.int64]:
    """Each household in book order to the cheapest member who still has room; pins first; no lower bound.

    Cheapest is nearest less kin and wishes: the person at the table knows both.
    """
    cost = costs(problem)
    member = np.full(problem.households, -1)
    room = problem.high.copy()
    for household, fixed in problem.fixed:
        member[household] = fixed
        room[fixed] -= 1
    for household in range(problem.households):
        if member[household] < 0:
            open_ = np.where(room > 0, cost[household], np.iinfo(np.int64).max)
            member[household] = int(open_.argmin())
            room[member[household]] -= 1
    return member


def costs(problem: LinkingProblem) -> NDArray[np.int64]:
    """What every pair costs, int [H, M]."""
    cost = problem.nearness.rows(np.arange(problem.households)).copy()
    np.subtract.at(cost, (problem.credits.household, problem.credits.member), problem.credits.amount)
    return cost


def value(problem: LinkingProblem, member: NDArray[np.int64]) -> int:
    """The cost of a division."""
    return int(costs(problem)[np.arange(problem.households), member].sum())
