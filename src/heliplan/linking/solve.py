"""Least-cost links, proven; where not all can be linked, of as many as can be."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from heliplan.asked import solver
from heliplan.codec import Ints
from heliplan.fields import LIMIT
from heliplan.linking._conflicts import pins, plain_conflicts
from heliplan.linking._costs import free_costs
from heliplan.linking._feasible import conflict
from heliplan.linking._nobody import left_over, run_partial
from heliplan.linking.check import check
from heliplan.linking.problem import (
    CHANGE,
    DISTANCE,
    REFUSED,
    UNLINKED,
    LinkingPlan,
    LinkingProblem,
    Params,
    change_weight,
    previous,
    refusal_weight,
)
from heliplan.result import Conflict, Result, Status
from heliplan.stop import Progress, Stop, Watch

_NO_STOP, _PLAIN = Stop(), Params()


def _lost(_problem: LinkingProblem, plan: LinkingPlan, start: LinkingPlan) -> int:
    """How many more households a plan leaves without a member; see :data:`heliplan.asked.Lost`."""
    return len(start.linked) - len(plan.linked)


@solver(LinkingProblem, LinkingPlan, Params, check, _lost)
def solve(
    problem: LinkingProblem,
    stop: Stop = _NO_STOP,
    seed: int = 0,
    params: Params = _PLAIN,
    start: LinkingPlan | None = None,
    progress: Progress | None = None,
) -> Result[LinkingPlan]:
    """Link every household to a member at the least cost; of a ``partial`` problem as many as can be.

    Parameters
    ----------
    stop : Stop
        An iteration is one flow with its pricing, and limits are looked at between iterations; without
        limits the answer is always proven.
    seed : int
        The method makes no random choice; kept in the result.
    start : LinkingPlan, optional
        The member that each household had, -1 for none: least-change repair. A change costs
        :func:`change_weight`, and this cost is the part ``change`` of the value and of the bound.
    progress : callable, optional
        Phase ``linking``, after every iteration (large maps: also before the first); ``done`` counts them.

    Returns
    -------
    Result
        ``OPTIMAL`` with ``bound == value``; ``INFEASIBLE`` with conflicts that name who, how many and
        which bound would do; ``FEASIBLE`` or ``STOPPED`` only when ``stop`` ended the solve. A plan that
        links refused pairs, because there is no other or none was found in time, names each as a conflict
        ``refused`` (household, member). Of a ``partial`` problem whose bounds hold not all households the
        plan links as many as can be; the conflicts say why not all, and which bound would do, ``levels``
        how many have no member (``unlinked``), and value and bound are those among such plans.

    Raises
    ------
    ValueError
        On a ``start`` that does not fit the problem.
    """
    watch = stop.watch()
    had = previous(problem, start)
    weight = change_weight(problem, params) if (had >= 0).any() else 0
    _fits_engine(problem, weight)
    left, why = left_over(problem, watch)
    ask = _Ask(watch, seed, had, weight, left, progress)
    if not len(problem.refused):
        return _with_levels(_solved(problem, ask), left, why)
    refusal = refusal_weight(problem, weight)
    found = _solved(_refusals_kept(problem), ask)
    if found.plan is None:
        _fits_engine(problem, weight + refusal)
        found = _solved(problem, ask, refusal)
    else:
        found = _with_refusals(problem, found, refusal)
    return _with_levels(found, left, why)


@dataclass(frozen=True, slots=True)
class _Ask:
    """What both ways of heeding refusals share: limits, the plan before, how many are left over."""

    watch: Watch
    seed: int
    had: Ints
    weight: int
    left: int
    progress: Progress | None


def _with_levels(found: Result[LinkingPlan], left: int, why: tuple[Conflict, ...]) -> Result[LinkingPlan]:
    """The result, which says how many it could not link, and why."""
    if not left or found.plan is None or found.value is None or found.bound is None:
        return found
    levels = {UNLINKED: (left, left), "cost": (found.value, found.bound)}
    return replace(found, levels=levels, conflicts=(*why, *found.conflicts))


def _refusals_kept(problem: LinkingProblem) -> LinkingProblem:
    """The problem with all that is refused forbidden, but for pairs that are pinned."""
    pinned = set(map(tuple, problem.fixed.tolist()))
    kept = [pair for pair in problem.refused.tolist() if tuple(pair) not in pinned]
    forbidden = np.concatenate([problem.forbidden, np.array(kept, np.int64).reshape(-1, 2)])
    return replace(problem, forbidden=forbidden, refused=problem.refused[:0])


def _with_refusals(problem: LinkingProblem, found: Result[LinkingPlan], refusal: int) -> Result[LinkingPlan]:
    """A result of the strict problem as one of the whole: pinned pairs that are refused cost their weight."""
    if found.plan is None or found.value is None or found.bound is None:
        return found
    broken = _broken(problem, found.plan.member)
    cost = len(broken) * refusal
    parts = {**found.parts, REFUSED: cost}
    value, bound = found.value + cost, found.bound + cost
    return replace(found, value=value, bound=bound, parts=parts, conflicts=broken)


def _broken(problem: LinkingProblem, member: Ints) -> tuple[Conflict, ...]:
    """The refused pairs that are linked."""
    pairs = np.unique(problem.refused, axis=0)
    linked = pairs[member[pairs[:, 0]] == pairs[:, 1]]
    return tuple(Conflict("refused", {"household": h, "member": m}) for h, m in linked.tolist())


def _solved(problem: LinkingProblem, ask: _Ask, refusal: int = 0) -> Result[LinkingPlan]:
    """The plan of least cost; a refused pair costs ``refusal``, nothing when that is 0."""
    had, weight, watch = ask.had, ask.weight, ask.watch
    conflicts = plain_conflicts(problem)
    if conflicts:
        return _none(Status.INFEASIBLE, "counting", ask, conflicts)
    pinned = pins(problem)
    costs = free_costs(problem, had, weight, pinned, refusal)
    # the engine sees a change as a credit not got; pinned households it does not see at all
    offset = _pinned_cost(problem, had, weight, pinned) + weight * int((had[costs.who] >= 0).sum())
    if refusal:
        offset += refusal * int(np.isin(costs.who, problem.refused[:, 0]).sum())
        offset += refusal * len(_broken(problem, pinned))
    outcome = run_partial(problem, costs, ask.left, refusal, watch, offset, ask.progress)
    if outcome.cut is not None:
        conflicts = (conflict(costs, outcome.cut, problem.members),)
        return _none(Status.INFEASIBLE, outcome.engine, ask, conflicts)
    if outcome.member is None or outcome.bound is None:
        return _none(Status.STOPPED, outcome.engine, ask)
    whole = pinned.copy()
    whole[costs.who] = outcome.member
    parts = _parts(problem, whole, had, weight)
    broken = _broken(problem, whole) if refusal else ()
    if refusal:
        parts[REFUSED] = refusal * len(broken)
    value, proven = sum(parts.values()), outcome.bound + offset
    status = Status.OPTIMAL if value == proven else Status.FEASIBLE
    plan = LinkingPlan(whole)
    return Result(status, plan, value, proven, outcome.engine, ask.seed, watch.seconds, parts, broken)


def _none(status: Status, engine: str, ask: _Ask, why: tuple[Conflict, ...] = ()) -> Result[LinkingPlan]:
    return Result(status, None, None, None, engine, ask.seed, ask.watch.seconds, conflicts=why)


def _fits_engine(problem: LinkingProblem, weight: int) -> None:
    """The engine multiplies costs by the number of its nodes: that must stay within 64 bits."""
    nodes = problem.households + problem.members + 2
    if (weight + LIMIT + int(problem.credits.amount.sum())) * nodes >= 2**61:
        raise ValueError(f"nearness, credits: too large in sum to weigh changes with {weight}")


def _pinned_cost(problem: LinkingProblem, had: Ints, weight: int, pinned: Ints) -> int:
    """What the pinned households cost."""
    who = np.flatnonzero(pinned >= 0)
    changed = int(((had[who] >= 0) & (had[who] != pinned[who])).sum())
    given = problem.credits
    got = int(given.amount[pinned[given.household] == given.member].sum())
    return int(problem.nearness.pairs(who, pinned[who]).sum()) - got + weight * changed


def _parts(problem: LinkingProblem, member: Ints, had: Ints, weight: int) -> dict[str, int]:
    """The value by named part."""
    linked = np.flatnonzero(member >= 0)
    parts = {DISTANCE: int(problem.nearness.pairs(linked, member[linked]).sum())}
    given, kinds = problem.credits, np.array(problem.credits.kind, dtype=str)
    got = member[given.household] == given.member
    for kind in given.kinds:
        parts[kind] = -int(given.amount[got & (kinds == kind)].sum())
    if (had >= 0).any():
        parts[CHANGE] = weight * int(((had >= 0) & (had != member)).sum())
    return parts
