"""What comes first: weights by which the parts of the cost make one whole number.

Filling one seat more beats everything else together; with a previous plan (and no price for changes)
keeping one seat occupation more beats everything but that, and so on. The weights are taken from the
data, so that this is exact and not a matter of taste.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from heliplan.codec import Ints
from heliplan.roster.problem import Mode, Params, RosterPlan, RosterProblem

TOTAL, EARLY, WEEKEND = range(3)


@dataclass(frozen=True, slots=True)
class Weights:
    """Cost of one unfilled seat, one occupation given up, one changed group, one pair not kept apart.

    ``swing`` is at least the difference between the dearest and the cheapest plan in everything else;
    ``least`` is a lower bound on everything else.
    """

    unfilled: int
    seat_change: int
    group_change: int
    swing: int
    least: int
    apart: int


def weights(problem: RosterProblem, params: Params, start: RosterPlan | None) -> Weights:
    """The weights for this problem; ``start`` is the previous plan, if there is one."""
    most, least = _dearest(problem, params), _cheapest(problem, params)
    apart = 1 + most - least
    swing = most - least + apart * len(problem.apart) * problem.days * problem.periods
    seat = group = 0
    if start is not None and params.change_cost is None:
        group = 1 + swing
        seat = group * (1 + problem.members)
    elif start is not None:
        seat = group = params.change_cost or 0
    held = 0 if start is None else len(start.member)
    return Weights(1 + swing + seat * held + group * problem.members, seat, group, swing, least, apart)


def served_before(problem: RosterProblem) -> Ints:
    """History less the smallest of all who can stand, at least 0: int [M, 3] (total, early, weekend)."""
    able = problem.can_take().any(axis=1)
    if not able.any():
        return np.zeros((problem.members, 3), np.int64)
    lowest = problem.history[able].min(axis=0)
    before: Ints = np.maximum(problem.history - lowest, 0)
    return before


def equal_groups(members: int, groups: int) -> int:
    """Pairs of members who share a group when ``members`` are spread evenly."""
    small, larger = divmod(members, groups)
    return groups * (small * (small - 1) // 2) + larger * small


def floor(problem: RosterProblem, params: Params) -> int:
    """What anybody could say: no plan costs less than all seats filled, as wished, by the least served.

    A plan with an empty seat costs more than any without.
    """
    able = problem.can_take().any(axis=1)
    before = served_before(problem)[able]
    turns = problem.seats.sum(axis=1)
    flags = (
        np.ones(len(turns), bool),
        problem.early[problem.shift_period],
        problem.weekend[problem.shift_day],
    )
    fair = (params.total, params.early, params.weekend)
    found = _cheapest(problem, params)
    for column, (weight, flag) in enumerate(zip(fair, flags, strict=True)):
        found += weight * _fairest(before[:, column], int(turns[flag].sum()))
    return found


def _fairest(had: Ints, turns: int) -> int:
    """The least sum over ``turns`` turns of what those who take them had before each."""
    if not len(had):
        return 0
    level, total = int(had.min()), 0
    while turns > 0:
        there = min(turns, int((had <= level).sum()))
        total, turns, level = total + there * level, turns - there, level + 1
    return total


def _turns(problem: RosterProblem) -> int:
    """At most so many turns can be in a plan."""
    places = problem.members * problem.days * problem.periods
    return min(int(problem.seats.sum()), places)


def _dearest(problem: RosterProblem, params: Params) -> int:
    turns = _turns(problem)
    able = problem.can_take().any(axis=1)
    before = served_before(problem)[able].max(axis=0, initial=0)
    often = min(problem.days * problem.periods, turns)
    fair = (params.total, params.early, params.weekend)
    return (
        params.leader * problem.days
        + sum(weight * turns * (int(had) + often) for weight, had in zip(fair, before, strict=True))
        + params.way * turns * int(problem.way.max(initial=0))
        + params.wish * turns * max(0, int(problem.wish.max(initial=0)))
        + (params.second + (params.rest or 0) + params.unsuited) * turns
        + params.balance * problem.members**2 * (problem.mode is Mode.GROUPS)
    )


def _cheapest(problem: RosterProblem, params: Params) -> int:
    turns = _turns(problem)
    together = len(problem.pairs) * problem.days * problem.periods
    return params.wish * turns * min(0, int(problem.wish.min(initial=0))) - params.pair * together
