"""Why there is no plan: who, how many, and which bound would do."""

from __future__ import annotations

import numpy as np

from heliplan.codec import Ints
from heliplan.linking.problem import LinkingProblem
from heliplan.result import Conflict


def pins(problem: LinkingProblem) -> Ints:
    """The member each household is fixed to, int [H]; -1: none; the last one counts if there are two."""
    member = np.full(problem.households, -1)
    member[problem.fixed[:, 0]] = problem.fixed[:, 1]
    return member


def plain_conflicts(problem: LinkingProblem) -> tuple[Conflict, ...]:
    """Every conflict that counting finds; with none and nothing forbidden there is a plan.

    ========================  ====================================================================
    ``fixed_twice``           household, members: fixed to more than one
    ``fixed_forbidden``       household, member: fixed and forbidden
    ``fixed_over_high``       member, count, high: more fixed to the member than the bound allows
    ``no_member_left``        household: every member is forbidden
    ``no_members``            households: there are no members at all
    ``too_many_households``   households, places, high_would_do
    ``too_few_households``    households, needed, low_would_do
    ========================  ====================================================================

    ``high_would_do`` is the least number such that raising every ``high`` below it to it gives enough
    places; ``low_would_do`` is the greatest such that lowering every ``low`` above it to it is enough.
    """
    if problem.households and not problem.members:
        return (Conflict("no_members", {"households": problem.households}),)
    found = (*_pin_conflicts(problem), *_few_conflicts(problem))
    return found if problem.partial else (*found, *room_conflicts(problem))


def room_conflicts(problem: LinkingProblem) -> tuple[Conflict, ...]:
    """Why not every household can have a member; a ``partial`` problem has a plan all the same."""
    return (*_left_conflicts(problem), *_many_conflicts(problem))


def _pin_conflicts(problem: LinkingProblem) -> list[Conflict]:
    fixed = np.unique(problem.fixed, axis=0)
    found = []
    household, count = np.unique(fixed[:, 0], return_counts=True)
    for twice in household[count > 1].tolist():
        members = tuple(fixed[fixed[:, 0] == twice, 1].tolist())
        found.append(Conflict("fixed_twice", {"household": twice, "members": members}))
    forbidden = set(map(tuple, problem.forbidden.tolist()))
    for pair in fixed.tolist():
        if tuple(pair) in forbidden:
            found.append(Conflict("fixed_forbidden", {"household": pair[0], "member": pair[1]}))
    load = np.bincount(fixed[:, 1], minlength=problem.members)
    for member in np.flatnonzero(load > problem.high).tolist():
        facts = {"member": member, "count": int(load[member]), "high": int(problem.high[member])}
        found.append(Conflict("fixed_over_high", facts))
    return found


def _left_conflicts(problem: LinkingProblem) -> list[Conflict]:
    forbidden = np.unique(problem.forbidden, axis=0)
    count = np.bincount(forbidden[:, 0], minlength=problem.households)
    return [
        Conflict("no_member_left", {"household": household})
        for household in np.flatnonzero(count == problem.members).tolist()
        if problem.members
    ]


def _many_conflicts(problem: LinkingProblem) -> list[Conflict]:
    households, places = problem.households, int(problem.high.sum())
    if households > places:
        facts = {
            "households": households,
            "places": places,
            "high_would_do": high_needed(problem.high, households),
        }
        return [Conflict("too_many_households", facts)]
    return []


def _few_conflicts(problem: LinkingProblem) -> list[Conflict]:
    households = problem.households
    load = np.bincount(np.unique(problem.fixed, axis=0)[:, 1], minlength=problem.members)
    needed = int(np.maximum(problem.low, load).sum())
    if needed > households >= int(load.sum()):
        facts = {
            "households": households,
            "needed": needed,
            "low_would_do": low_possible(problem.low, load, households),
        }
        return [Conflict("too_few_households", facts)]
    return []


def high_needed(high: Ints, places: int) -> int:
    """The least h for which ``sum(max(high, h)) >= places``; there is at least one member."""
    small, large = 0, places
    while small < large:
        middle = (small + large) // 2
        if int(np.maximum(high, middle).sum()) >= places:
            large = middle
        else:
            small = middle + 1
    return small


def low_possible(low: Ints, load: Ints, households: int) -> int:
    """The greatest l for which ``sum(max(min(low, l), load)) <= households``; 0 is one."""
    small, large = 0, int(low.max(initial=0))
    while small < large:
        middle = (small + large + 1) // 2
        if int(np.maximum(np.minimum(low, middle), load).sum()) <= households:
            small = middle
        else:
            large = middle - 1
    return small
