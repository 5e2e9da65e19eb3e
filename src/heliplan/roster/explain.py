"""Why the table is as it is: in codes and parameters, never in prose."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from heliplan.result import Reason
from heliplan.roster.check import check, loads
from heliplan.roster.problem import Mode, Params, RosterPlan, RosterProblem

CLOSEST = 8  # so many members are named as those who come closest to an empty seat


def why_unfilled(
    problem: RosterProblem,
    plan: RosterPlan,
    shift: int,
    params: Params = Params(),  # noqa: B008  # frozen, so one shared default is safe
) -> tuple[Reason, ...]:
    """Why seats of ``shift`` stay empty: one reason for each kind and cause, the most telling first.

    ====================  ======================================================================
    ``nobody_available``  nobody is free then (count: members free at another time of that day)
    ``nobody_of_kind``    of ``count`` who are free nobody may take this ``kind`` of seat
    ``group_too_small``   day groups: ``members`` could, but belong to another day
    ``all_used_up``       ``members`` could, but are ``standing`` then, have a ``day_full``, a
                          ``total_full``, or are ``resting`` (tuples of members; of the day's group)
    ``free``              ``members`` could take it now: the plan is not the best one
    ====================  ======================================================================

    Every reason has ``shift`` and ``kind``; ``members`` has the nearest first, at most ``CLOSEST``.
    """
    found: list[Reason] = []
    for kind in np.flatnonzero(plan.unfilled[shift]).tolist():
        found += _why_kind(problem, plan, shift, kind, params)
    return tuple(found)


def _why_kind(
    problem: RosterProblem, plan: RosterPlan, shift: int, kind: int, params: Params
) -> list[Reason]:
    where = {"shift": shift, "kind": kind}
    day, period = problem.shift_day[shift], problem.shift_period[shift]
    free = problem.available[:, day, period]
    if not free.any():
        return [Reason("nobody_available", {**where, "count": int(problem.available[:, day].any(1).sum())})]
    could = problem.can_take()[:, shift] & problem.may_sit[:, kind]
    if not could.any():
        return [Reason("nobody_of_kind", {**where, "count": int(free.sum())})]
    causes = _causes(problem, plan, shift, params)
    elsewhere = could & (plan.group != day) if problem.mode is Mode.GROUPS else np.zeros_like(could)
    here = could & ~elsewhere
    busy = np.any(list(causes.values()), axis=0)
    found = []
    if (here & ~busy).any():
        found.append(Reason("free", {**where, "members": _nearest(problem, shift, here & ~busy)}))
    if elsewhere.any():
        found.append(Reason("group_too_small", {**where, "members": _nearest(problem, shift, elsewhere)}))
    if (here & busy).any():
        lists = {name: _nearest(problem, shift, here & mask) for name, mask in causes.items()}
        members = _nearest(problem, shift, here & busy)
        found.append(Reason("all_used_up", {**where, "members": members, **lists}))
    return found


def _causes(problem: RosterProblem, plan: RosterPlan, shift: int, params: Params) -> dict[str, np.ndarray]:
    """What keeps members from one more turn at ``shift``: bool [M] by cause."""
    day, period = int(problem.shift_day[shift]), int(problem.shift_period[shift])
    stands = np.zeros((problem.members, problem.days + 1, problem.periods), bool)  # + 1: no day after
    stands[plan.member, problem.shift_day[plan.shift], problem.shift_period[plan.shift]] = True
    resting = np.zeros(problem.members, bool)
    if params.rest is None and problem.mode is not Mode.GROUPS:
        for before, early in problem.rest_days():
            if (before + 1, early) == (day, period):
                resting |= stands[:, before, -1]
            if before == day and period == problem.periods - 1:
                resting |= stands[:, day + 1, early]
    turns = loads(problem, plan)[:, 0]
    pair = problem.clashes[(problem.clashes == shift).any(axis=1)]
    clashing = np.isin(np.arange(problem.members), plan.member[np.isin(plan.shift, pair[pair != shift])])
    return {
        "standing": stands[:, day, period] | clashing,
        "day_full": stands[:, day].sum(axis=1) >= problem.max_per_day,
        "total_full": turns >= problem.max_total,
        "resting": resting,
    }


def _nearest(problem: RosterProblem, shift: int, who: np.ndarray) -> tuple[int, ...]:
    """Those marked in ``who``, the nearest to the post first."""
    members = np.flatnonzero(who)
    order = np.argsort(problem.way[members, problem.shift_post[shift]], kind="stable")
    return tuple(members[order][:CLOSEST].tolist())


def why_members(
    problem: RosterProblem, plan: RosterPlan, start: RosterPlan | None = None
) -> tuple[Reason, ...]:
    """Why each seat has its member: one reason for each entry of ``plan``, the strongest that holds.

    ``pinned`` · ``only_one_available`` (nobody else can take a seat of that shift) · ``kept`` (as in
    ``start``) · ``wished`` · ``pair`` (other: with whom) · ``near`` (no other post open then is
    nearer, or nobody who stands then is nearer to this post) · ``fair`` (turns, least: of those who could
    take the shift nobody, or less than half, has fewer turns, history counted) · ``fits`` (the table as a
    whole is best so). Every reason has ``member`` and ``shift``.
    """
    seen = _Seen(problem, plan, start)
    turns = zip(plan.member.tolist(), plan.shift.tolist(), plan.kind.tolist(), strict=True)
    return tuple(seen.why(*turn) for turn in turns)


class _Seen:
    """A plan with what its reasons need, found once."""

    def __init__(self, problem: RosterProblem, plan: RosterPlan, start: RosterPlan | None) -> None:
        self.problem = problem
        self.can = problem.can_take()
        self.turns = problem.history[:, 0] + loads(problem, plan)[:, 0]
        self.pins = set(map(tuple, problem.pins.tolist()))
        self.before = set() if start is None else _occupations(start)
        when = problem.shift_day * problem.periods + problem.shift_period
        self.when = when
        self.standing: dict[int, set[int]] = {}
        for member, shift in zip(plan.member.tolist(), plan.shift.tolist(), strict=True):
            self.standing.setdefault(int(when[shift]), set()).add(member)
        self.partners: dict[int, set[int]] = {}
        for a, b in problem.pairs.tolist():
            self.partners.setdefault(a, set()).add(b)
            self.partners.setdefault(b, set()).add(a)

    def why(self, member: int, shift: int, kind: int) -> Reason:
        """The strongest reason for this seat."""
        return next(self._reasons(member, shift, kind))

    def _reasons(self, member: int, shift: int, kind: int) -> Iterator[Reason]:
        """Every reason that holds, the strongest first; the last always does."""
        where = {"member": member, "shift": shift}
        day, period = self.problem.shift_day[shift], self.problem.shift_period[shift]
        company = self.partners.get(member, set()) & self.standing[int(self.when[shift])]
        could = self.turns[self.can[:, shift]]
        if (member, shift) in self.pins:
            yield Reason("pinned", where)
        if len(could) == 1:
            yield Reason("only_one_available", where)
        if (member, shift, kind) in self.before:
            yield Reason("kept", where)
        if self.problem.wish[member, day, period] < 0:
            yield Reason("wished", where)
        if company:
            yield Reason("pair", {**where, "other": min(company)})
        if self._near(member, shift):
            yield Reason("near", where)
        if self.turns[member] <= np.median(could):
            yield Reason("fair", {**where, "turns": int(self.turns[member]), "least": int(could.min())})
        yield Reason("fits", where)

    def _near(self, member: int, shift: int) -> bool:
        problem = self.problem
        post = problem.shift_post[shift]
        open_then = problem.shift_post[self.when == self.when[shift]]
        others = sorted(self.standing[int(self.when[shift])])
        own = problem.way[member, post]
        if problem.way[:, post].min() == problem.way[:, post].max():
            return False  # the way says nothing about this post
        return bool(own == problem.way[member, open_then].min() or own == problem.way[others, post].min())


@dataclass(frozen=True, slots=True)
class Change:
    """What a change by hand would do: more cost (below 0: less), by part, and the rules it would break."""

    cost: int
    parts: Mapping[str, int]
    violations: tuple[Reason, ...]


def move_cost(
    problem: RosterProblem,
    plan: RosterPlan,
    seat: int,
    member: int,
    params: Params = Params(),  # noqa: B008  # frozen, so one shared default is safe
) -> Change:
    """What it would do to give ``seat`` (an index into ``plan.member``) to ``member``."""
    return _with(problem, plan, {seat: member}, params)


def swap_cost(
    problem: RosterProblem,
    plan: RosterPlan,
    seat: int,
    other: int,
    params: Params = Params(),  # noqa: B008  # frozen, so one shared default is safe
) -> Change:
    """What it would do if the members in two seats (indices into ``plan.member``) changed places."""
    return _with(problem, plan, {seat: int(plan.member[other]), other: int(plan.member[seat])}, params)


def _with(problem: RosterProblem, plan: RosterPlan, members: Mapping[int, int], params: Params) -> Change:
    changed = plan.member.copy()
    for seat, member in members.items():
        changed[seat] = member
    before = check(problem, plan, params=params)
    after = check(problem, led(problem, replace(plan, member=changed)), params=params)
    parts = {name: after.parts[name] - cost for name, cost in before.parts.items()}
    return Change(sum(parts.values()), {name: cost for name, cost in parts.items() if cost}, after.violations)


def led(problem: RosterProblem, plan: RosterPlan) -> RosterPlan:
    """``plan`` with a leader named again on days whose leader is no longer there."""
    there = np.zeros((problem.members, problem.days), bool)
    there[plan.member, problem.shift_day[plan.shift]] = True
    if problem.mode is Mode.GROUPS:
        there = plan.group[:, None] == np.arange(problem.days)
    there &= problem.leader[:, None]
    there[:, np.setdiff1d(np.arange(problem.days), problem.open_days)] = False
    stays = (plan.leader >= 0) & there[plan.leader, np.arange(problem.days)]
    first = np.where(there.any(axis=0), there.argmax(axis=0), -1)
    return replace(plan, leader=np.where(stays, plan.leader, first))


def changes(previous: RosterPlan, plan: RosterPlan) -> tuple[Reason, ...]:
    """What became different: ``given_up`` and ``taken`` (member, shift, kind), ``regrouped`` (member,
    before, after: days, -1 none), sorted by shift.
    """
    old, new = _occupations(previous), _occupations(plan)
    turns = [(shift, "given_up", member, kind) for member, shift, kind in old - new]
    turns += [(shift, "taken", member, kind) for member, shift, kind in new - old]
    found = [
        Reason(code, {"member": member, "shift": shift, "kind": kind})
        for shift, code, member, kind in sorted(turns)
    ]
    for member in np.flatnonzero(previous.group != plan.group).tolist():
        before, after = int(previous.group[member]), int(plan.group[member])
        found.append(Reason("regrouped", {"member": member, "before": before, "after": after}))
    return tuple(found)


def _occupations(plan: RosterPlan) -> set[tuple[int, int, int]]:
    return set(zip(plan.member.tolist(), plan.shift.tolist(), plan.kind.tolist(), strict=True))
