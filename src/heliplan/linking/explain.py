"""Why a household has its member, what another one would cost, and what changed: in codes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from heliplan.codec import Ints
from heliplan.linking._costs import NEVER, Costs, free_costs
from heliplan.linking._tiles import Tiles
from heliplan.linking.problem import (
    LinkingPlan,
    LinkingProblem,
    Params,
    change_weight,
    previous,
    refusal_weight,
)
from heliplan.result import Reason

NAMED = 5
"""Nearer members named in a reason; ``count`` says how many there are."""

_PLAIN = Params()


@dataclass(frozen=True, slots=True)
class Move:
    """What it would mean to give one household to another member, all else as it is.

    Attributes
    ----------
    delta : int
        Change of the value; negative: cheaper.
    breaks : tuple of Reason
        Rules that the move itself would break: ``over_high``, ``under_low``, ``not_fixed``, ``forbidden``,
        ``refused`` (a wish that only a plan without any other way may break), with the parameters of
        :func:`~heliplan.linking.check.check`.
    """

    delta: int
    breaks: tuple[Reason, ...]


def explain(
    problem: LinkingProblem, plan: LinkingPlan, start: LinkingPlan | None = None
) -> tuple[Reason, ...]:
    """Why each household has its member, in the order of the households.

    A refused member is none of the better ones. The first of these that holds; every reason carries
    ``household``, ``member`` and ``distance``.
    *Better* members are those allowed whose distance less credits is smaller; to a household without a
    member all allowed ones are.

    =====================  ===========================================================================
    ``no_room``            it has no member, and no ``member`` and ``distance``: ``better``, ``count``
    ``fixed``              pinned
    ``refused``            one of the two asked not to be linked, and no other plan was possible
    *kind of credit*       the pair has a credit (``own``, ``kin``, ``wish`` …; of several the largest):
                           ``amount``
    ``nearest``            no member is better
    ``kept``               better ones there are (``better``, ``count``), but it had this member before
    ``nearest_with_room``  all better ones (``better``, ``count``) are at their upper bound
    ``for_low_bound``      better ones have room, but this member (``load``, ``low``) has no household
                           to spare
    ``could_be_better``    none of these: moving to one of ``better`` (``count``) breaks no bound; a
                           proven plan has it only where a repair weighs change
    =====================  ===========================================================================

    ``better`` names at most five of those meant, cheapest first (for ``could_be_better`` those with
    room); ``count`` says how many there are.

    Raises
    ------
    ValueError
        On a plan or ``start`` that does not fit the problem.
    """
    plan.fits(problem)
    every = np.arange(problem.households)
    return _reasons(problem, plan, previous(problem, start), every)


def why(
    problem: LinkingProblem, plan: LinkingPlan, household: int, start: LinkingPlan | None = None
) -> Reason:
    """The reason of one household; see :func:`explain`."""
    plan.fits(problem)
    _household(problem, household)
    return _reasons(problem, plan, previous(problem, start), np.array([household]))[0]


def move_cost(
    problem: LinkingProblem,
    plan: LinkingPlan,
    household: int,
    member: int,
    start: LinkingPlan | None = None,
    params: Params = _PLAIN,
) -> Move:
    """What changes if only ``household`` moves to ``member``, from another or from none.

    Raises
    ------
    ValueError
        On a plan, household or member that does not fit the problem.
    """
    plan.fits(problem)
    _household(problem, household)
    if not 0 <= member < problem.members:
        raise ValueError(f"member: {member} is not between 0 and {problem.members - 1}")
    now, had = int(plan.member[household]), int(previous(problem, start)[household])
    if member == now:
        return Move(0, ())
    delta = _net_cost(problem, household, member) - _net_cost(problem, household, now)
    if had >= 0 and had in (now, member):
        delta += change_weight(problem, params) * (1 if had == now else -1)
    if len(problem.refused):
        weight = change_weight(problem, params) if (previous(problem, start) >= 0).any() else 0
        against = int(_refuses(problem, household, member)) - int(_refuses(problem, household, now))
        delta += against * refusal_weight(problem, weight)
    return Move(delta, tuple(_breaks(problem, plan, household, member)))


def changes(before: LinkingPlan, plan: LinkingPlan) -> tuple[Reason, ...]:
    """What a repair did, in the order of the households: ``moved`` (household, before, member), ``new``
    (household, member) where there was no member before, ``left`` (household, before) where there is none
    any more.

    Parameters
    ----------
    before : LinkingPlan
        The member that each household had, -1 for none.

    Raises
    ------
    ValueError
        When the lengths differ.
    """
    had = before.member
    if had.shape != plan.member.shape:
        raise ValueError(f"before: shape {had.shape}, the plan has {plan.member.shape}")
    found = []
    for household in np.flatnonzero(had != plan.member).tolist():
        facts = {"household": household, "member": int(plan.member[household])}
        if had[household] < 0:
            found.append(Reason("new", facts))
        elif plan.member[household] < 0:
            found.append(Reason("left", {"household": household, "before": int(had[household])}))
        else:
            found.append(Reason("moved", {**facts, "before": int(had[household])}))
    return tuple(found)


def _household(problem: LinkingProblem, household: int) -> None:
    if not 0 <= household < problem.households:
        raise ValueError(f"household: {household} is not between 0 and {problem.households - 1}")


def _refuses(problem: LinkingProblem, household: int, member: int) -> bool:
    return bool((problem.refused == (household, member)).all(axis=1).any())


def _net_cost(problem: LinkingProblem, household: int, member: int) -> int:
    """Distance less credits; without a member nothing."""
    if member < 0:
        return 0
    given = problem.credits
    credit = given.amount[(given.household == household) & (given.member == member)].sum()
    return int(problem.nearness.pairs(np.array([household]), np.array([member]))[0] - credit)


def _breaks(problem: LinkingProblem, plan: LinkingPlan, household: int, member: int) -> Iterator[Reason]:
    now = int(plan.member[household])
    gets, gives = (int((plan.member == m).sum()) for m in (member, now))
    if gets + 1 > problem.high[member]:
        yield Reason("over_high", {"member": member, "load": gets + 1, "high": int(problem.high[member])})
    if now >= 0 and gives - 1 < problem.low[now]:
        yield Reason("under_low", {"member": now, "load": gives - 1, "low": int(problem.low[now])})
    for fixed in np.unique(problem.fixed[problem.fixed[:, 0] == household, 1]).tolist():
        if fixed != member:
            yield Reason("not_fixed", {"household": household, "member": member, "fixed": fixed})
    if (problem.forbidden == (household, member)).all(axis=1).any():
        yield Reason("forbidden", {"household": household, "member": member})
    if _refuses(problem, household, member):
        yield Reason("refused", {"household": household, "member": member})


def _reasons(problem: LinkingProblem, plan: LinkingPlan, had: Ints, asked: Ints) -> tuple[Reason, ...]:
    """The reasons of the households asked for."""
    pinned = np.zeros(problem.households, np.int64)
    pinned[asked] = -1
    strict = replace(problem, forbidden=np.concatenate([problem.forbidden, problem.refused]))
    costs = free_costs(strict, np.full(problem.households, -1), 0, pinned)
    member = plan.member[asked]
    loads = plan.loads(problem.members)
    better = _better(costs, member)
    fixed = set(problem.fixed[:, 0].tolist())
    refused = set(map(tuple, problem.refused.tolist()))
    credited = _credited(problem, plan)
    linked = np.flatnonzero(member >= 0)
    distance = np.zeros(len(asked), np.int64)
    distance[linked] = problem.nearness.pairs(asked[linked], member[linked])
    found = []
    for row, household in enumerate(asked.tolist()):
        mine = int(member[row])
        facts = {"household": household, "member": mine, "distance": int(distance[row])}
        if mine < 0:
            allowed = better.get(row, linked[:0])
            told = {"better": tuple(allowed[:NAMED].tolist()), "count": len(allowed)}
            found.append(Reason("no_room", {"household": household, **told}))
        elif household in fixed:
            found.append(Reason("fixed", facts))
        elif (household, mine) in refused:
            found.append(Reason("refused", facts))
        elif household in credited:
            kind, amount = credited[household]
            found.append(Reason(kind, {**facts, "amount": amount}))
        elif row not in better:
            found.append(Reason("nearest", facts))
        else:
            found.append(_held_back(problem, loads, facts, better[row], bool(had[household] == mine)))
    return tuple(found)


def _held_back(
    problem: LinkingProblem, loads: Ints, facts: dict[str, int], better: Ints, kept: bool
) -> Reason:
    """Why not one of the better members."""
    told = {**facts, "better": tuple(better[:NAMED].tolist()), "count": len(better)}
    if kept:
        return Reason("kept", told)
    room = better[loads[better] < problem.high[better]]
    if not len(room):
        return Reason("nearest_with_room", told)
    mine = facts["member"]
    load, low = int(loads[mine]), int(problem.low[mine])
    if load <= low:
        return Reason("for_low_bound", {**told, "load": load, "low": low})
    return Reason("could_be_better", {**facts, "better": tuple(room[:NAMED].tolist()), "count": len(room)})


def _better(costs: Costs, member: Ints) -> dict[int, Ints]:
    """For each household (by row) that has them: the members that cost less than its own, cheapest first."""
    paid = np.full(costs.households, NEVER)
    linked = np.flatnonzero(member >= 0)
    paid[linked] = costs.pairs(linked, member[linked])
    parts = [(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.int64))]
    for household, some in Tiles.of(costs).worth(np.zeros(costs.members, np.int64), paid):
        table = costs.table(household, some)
        row, column = np.nonzero(table < paid[household, None])
        who = column if some is None else some[column]
        parts.append((household[row], who, table[row, column]))
    row, who, cost = (np.concatenate(column) for column in zip(*parts, strict=True))
    # a pair with a credit may lie too far away for the tiles to show it
    far, near = np.divmod(costs.key, max(1, costs.members))
    price = costs.pairs(far, near)
    cheaper = price < np.minimum(paid[far], NEVER)
    row, who = np.concatenate([row, far[cheaper]]), np.concatenate([who, near[cheaper]])
    cost = np.concatenate([cost, price[cheaper]])
    _, once = np.unique(row * costs.members + who, return_index=True)
    row, who, cost = row[once], who[once], cost[once]
    order = np.lexsort((who, cost, row))
    row, who = row[order], who[order]
    begins = np.flatnonzero(np.diff(row, prepend=-1))
    groups = np.split(who, begins[1:]) if len(row) else []
    return dict(zip(row[begins].tolist(), groups, strict=True))


def _credited(problem: LinkingProblem, plan: LinkingPlan) -> dict[int, tuple[str, int]]:
    """Kind and amount of the largest credit that each household's pair has; of equals the first by name."""
    given = problem.credits
    got = np.flatnonzero((plan.member[given.household] == given.member) & (given.amount > 0))
    best: dict[int, tuple[str, int]] = {}
    for index in got.tolist():
        household, amount, kind = int(given.household[index]), int(given.amount[index]), given.kind[index]
        known = best.get(household)
        if known is None or (-amount, kind) < (-known[1], known[0]):
            best[household] = (kind, amount)
    return best
