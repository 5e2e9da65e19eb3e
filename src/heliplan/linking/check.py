"""Judge a plan from scratch, knowing nothing of how it was made."""

from __future__ import annotations

import numpy as np

from heliplan.asked import asked
from heliplan.codec import Ints
from heliplan.linking.problem import (
    CHANGE,
    DISTANCE,
    REFUSED,
    LinkingPlan,
    LinkingProblem,
    Params,
    change_weight,
    previous,
    refusal_weight,
)
from heliplan.result import Reason, Report

_PLAIN = Params()


@asked(LinkingProblem, LinkingPlan, Params)
def check(
    problem: LinkingProblem, plan: LinkingPlan, start: LinkingPlan | None = None, params: Params = _PLAIN
) -> Report:
    """Count and add up everything again; ``start`` and ``params`` as given to the solve.

    Violations (parameters): ``wrong_length`` (count, households: not one member for each household);
    ``wrong_member`` (household, member: there is no such member, or none at all where the problem is not
    ``partial``); ``over_high`` (member, load, high); ``under_low`` (member, load, low); ``not_fixed``
    (household, member, fixed); ``forbidden`` (household, member). With the first two nothing is added up.
    Parts: ``distance``, minus the credits of each kind, ``change`` where there was a plan before, and
    ``refused`` where pairs are refused: its weight times those that are linked all the same.

    Raises
    ------
    ValueError
        On a ``start`` that does not fit the problem; a wrong plan is no error but a report.
    """
    had, member = previous(problem, start), plan.member
    if len(member) != problem.households:
        facts = {"count": len(member), "households": problem.households}
        return Report((Reason("wrong_length", facts),), 0)
    nobody = -1 if problem.partial else 0
    unknown = np.flatnonzero((member < nobody) | (member >= problem.members))
    if unknown.size:
        return Report(tuple(_at("wrong_member", h, int(member[h])) for h in unknown.tolist()), 0)
    loads = plan.loads(problem.members)
    parts = _parts(problem, member, had, params)
    found = (*_load_violations(problem, loads), *_pair_violations(problem, member))
    return Report(found, sum(parts.values()), parts, loads)


def _parts(problem: LinkingProblem, member: Ints, had: Ints, params: Params) -> dict[str, int]:
    given = problem.credits
    linked = [household for household, one in enumerate(member.tolist()) if one >= 0]
    parts = {DISTANCE: int(problem.nearness.pairs(np.array(linked, np.int64), member[linked]).sum())}
    parts.update(dict.fromkeys(given.kinds, 0))
    columns = (given.household.tolist(), given.member.tolist(), given.amount.tolist(), given.kind)
    for household, linked, amount, kind in zip(*columns, strict=True):
        if member[household] == linked:
            parts[kind] -= amount
    known = np.flatnonzero(had >= 0)
    if known.size:
        changed = int((member[known] != had[known]).sum())
        parts[CHANGE] = changed * change_weight(problem, params)
    if len(problem.refused):
        pairs = np.unique(problem.refused, axis=0)
        broken = sum(member[household] == refused for household, refused in pairs.tolist())
        change = change_weight(problem, params) if known.size else 0
        parts[REFUSED] = int(broken) * refusal_weight(problem, change)
    return parts


def _load_violations(problem: LinkingProblem, loads: Ints) -> list[Reason]:
    found = []
    for m in np.flatnonzero(loads > problem.high).tolist():
        facts = {"member": m, "load": int(loads[m]), "high": int(problem.high[m])}
        found.append(Reason("over_high", facts))
    for m in np.flatnonzero(loads < problem.low).tolist():
        found.append(Reason("under_low", {"member": m, "load": int(loads[m]), "low": int(problem.low[m])}))
    return found


def _pair_violations(problem: LinkingProblem, member: Ints) -> list[Reason]:
    found = []
    for household, fixed in problem.fixed.tolist():
        if member[household] != fixed:
            facts = {"household": household, "member": int(member[household]), "fixed": fixed}
            found.append(Reason("not_fixed", facts))
    for household, banned in np.unique(problem.forbidden, axis=0).tolist():
        if member[household] == banned:
            found.append(_at("forbidden", household, banned))
    return found


def _at(code: str, household: int, member: int) -> Reason:
    return Reason(code, {"household": household, "member": member})
