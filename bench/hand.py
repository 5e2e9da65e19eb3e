"""The peer of the division table: what a person does by hand, on the same problem and with the same costs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from heliplan.linking import LinkingProblem


def by_hand(problem: LinkingProblem) -> NDArray[np.int64]:
    """Each household, in the order of the book, to the nearest member who still has room."""
    room = problem.high.copy()
    member = np.zeros(problem.households, np.int64)
    for household, near in enumerate(_all_pairs(problem)):
        member[household] = int(np.where(room > 0, near, np.iinfo(np.int64).max).argmin())
        room[member[household]] -= 1
    return member


def _all_pairs(problem: LinkingProblem) -> NDArray[np.int64]:
    """Every distance, int [H, M]."""
    every = np.arange(problem.households)
    return problem.nearness.pairs(every[:, None], np.arange(problem.members)[None, :])


def costs(problem: LinkingProblem) -> NDArray[np.int64]:
    """What every pair costs, int [H, M]."""
    cost = _all_pairs(problem).copy()
    np.subtract.at(cost, (problem.credits.household, problem.credits.member), problem.credits.amount)
    return cost


def value(problem: LinkingProblem, member: NDArray[np.int64]) -> int:
    """The cost of a division."""
    return int(costs(problem)[np.arange(problem.households), member].sum())
