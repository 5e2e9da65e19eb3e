"""Judge a plan from scratch: every rule again, every cost again, without the solver's code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

import numpy as np

from heliplan.asked import asked
from heliplan.result import Reason, Report
from heliplan.roster._weights import equal_groups, served_before, weights
from heliplan.roster.problem import Mode, Params, RosterPlan, RosterProblem


@asked(RosterProblem, RosterPlan, Params)
def check(
    problem: RosterProblem,
    plan: RosterPlan,
    start: RosterPlan | None = None,
    params: Params = Params(),  # noqa: B008  # frozen, so one shared default is safe
) -> Report:
    """Judge ``plan``; ``start`` is the previous plan if changes are to be counted.

    Violations (parameters are indices): ``twice``, ``not_available``, ``forbidden``, ``wrong_kind``
    (member, shift); ``two_posts``, ``overlap``, ``no_rest`` (member, shift, other); ``over_day`` (member,
    day, turns,
    most); ``over_total`` (member, turns, most); ``too_many`` (shift, kind, taken, seats);
    ``unfilled_wrong`` (shift, kind, said, true); ``pin_missing`` (member, shift); ``not_in_group``
    (member, shift, group); ``group_wrong`` (member, group); ``leader_wrong`` (day, member).

    Raises
    ------
    ValueError
        If a plan speaks of members, shifts or days that the problem does not have.
    """
    plan.fits(problem)
    if start is not None:
        start.fits(problem)
    parts = _parts(problem, plan, params, start)
    violations = (
        *_each_turn(problem, plan),
        *_each_member(problem, plan, params),
        *_each_shift(problem, plan),
        *_pins(problem, plan),
        *_groups(problem, plan),
        *_leaders(problem, plan),
    )
    return Report(violations, sum(parts.values()), parts)


def _turns(plan: RosterPlan) -> list[tuple[int, int, int]]:
    return list(zip(plan.member.tolist(), plan.shift.tolist(), plan.kind.tolist(), strict=True))


def _each_turn(problem: RosterProblem, plan: RosterPlan) -> Iterator[Reason]:
    forbidden = set(map(tuple, problem.forbidden.tolist()))
    seen = set()
    for member, shift, kind in _turns(plan):
        where = {"member": member, "shift": shift}
        if (member, shift) in seen:
            yield Reason("twice", where)
        seen.add((member, shift))
        if not problem.available[member, problem.shift_day[shift], problem.shift_period[shift]]:
            yield Reason("not_available", where)
        if (member, shift) in forbidden:
            yield Reason("forbidden", where)
        if not problem.may_sit[member, kind]:
            yield Reason("wrong_kind", where)


def _each_member(problem: RosterProblem, plan: RosterPlan, params: Params) -> Iterator[Reason]:
    at: dict[tuple[int, int, int], int] = {}
    for member, shift, _ in _turns(plan):
        key = (member, int(problem.shift_day[shift]), int(problem.shift_period[shift]))
        if at.setdefault(key, shift) != shift:
            yield Reason("two_posts", {"member": member, "shift": shift, "other": at[key]})
    taken = {(member, shift) for member, shift, _ in _turns(plan)}
    for one, other in problem.clashes.tolist():
        for member in sorted(m for m, shift in taken if shift == one and (m, other) in taken):
            yield Reason("overlap", {"member": member, "shift": other, "other": one})
    per_day = Counter((member, int(problem.shift_day[shift])) for member, shift, _ in _turns(plan))
    for (member, day), turns in per_day.items():
        if turns > problem.max_per_day:
            most = problem.max_per_day
            yield Reason("over_day", {"member": member, "day": day, "turns": turns, "most": most})
    for member, turns in Counter(plan.member.tolist()).items():
        if turns > problem.max_total[member]:
            most = int(problem.max_total[member])
            yield Reason("over_total", {"member": member, "turns": turns, "most": most})
    if params.rest is None:
        for member, late, early in _without_rest(problem, at):
            yield Reason("no_rest", {"member": member, "shift": early, "other": late})


def _without_rest(
    problem: RosterProblem, at: Mapping[tuple[int, int, int], int]
) -> list[tuple[int, int, int]]:
    """(member, late shift, early shift on the next day)."""
    if problem.mode is Mode.GROUPS:
        return []
    rest, last = set(problem.rest_days()), problem.periods - 1
    return [
        (member, at[member, day - 1, last], shift)
        for (member, day, period), shift in at.items()
        if (day - 1, period) in rest and (member, day - 1, last) in at
    ]


def _each_shift(problem: RosterProblem, plan: RosterPlan) -> Iterator[Reason]:
    taken = np.zeros_like(problem.seats)
    np.add.at(taken, (plan.shift, plan.kind), 1)
    wrong = (taken > problem.seats) | (plan.unfilled != problem.seats - taken)
    for shift, kind in np.argwhere(wrong).tolist():
        seats, sitting, said = (int(each[shift, kind]) for each in (problem.seats, taken, plan.unfilled))
        where = {"shift": shift, "kind": kind}
        if sitting > seats:
            yield Reason("too_many", {**where, "taken": sitting, "seats": seats})
        else:
            yield Reason("unfilled_wrong", {**where, "said": said, "true": seats - sitting})


def _pins(problem: RosterProblem, plan: RosterPlan) -> Iterator[Reason]:
    there = {(member, shift) for member, shift, _ in _turns(plan)}
    for member, shift in problem.pins.tolist():
        if (member, shift) not in there:
            yield Reason("pin_missing", {"member": member, "shift": shift})


def _groups(problem: RosterProblem, plan: RosterPlan) -> Iterator[Reason]:
    """Everybody who can stand at all is in one group, on a day on which they can; nobody else is."""
    can = problem.can_take()
    for member, group in enumerate(plan.group.tolist()):
        days = set(problem.shift_day[can[member]].tolist())
        grouped = problem.mode is Mode.GROUPS and bool(days)
        if group not in (days if grouped else {-1}):
            yield Reason("group_wrong", {"member": member, "group": group})
    if problem.mode is Mode.GROUPS:
        for member, shift, _ in _turns(plan):
            group = int(plan.group[member])
            if problem.shift_day[shift] != group:
                yield Reason("not_in_group", {"member": member, "shift": shift, "group": group})


def _led_by(problem: RosterProblem, plan: RosterPlan) -> dict[int, set[int]]:
    """For each open day the members who could lead it: those of the group, or those who stand."""
    there: dict[int, set[int]] = {day: set() for day in problem.open_days.tolist()}
    if problem.mode is Mode.GROUPS:
        pairs = list(enumerate(plan.group.tolist()))
    else:
        pairs = [(member, int(problem.shift_day[shift])) for member, shift, _ in _turns(plan)]
    for member, day in pairs:
        if day in there and problem.leader[member]:
            there[day].add(member)
    return there


def _leaders(problem: RosterProblem, plan: RosterPlan) -> Iterator[Reason]:
    there = _led_by(problem, plan)
    for day, leader in enumerate(plan.leader.tolist()):
        able = there.get(day, set())
        if (leader not in able) if able else leader != -1:
            yield Reason("leader_wrong", {"day": day, "member": leader})


def _parts(
    problem: RosterProblem, plan: RosterPlan, params: Params, start: RosterPlan | None
) -> dict[str, int]:
    """Every part of the cost."""
    day, period = problem.shift_day[plan.shift], problem.shift_period[plan.shift]
    scale = weights(problem, params, start)
    lost = moved = 0
    if start is not None:
        lost = len(set(_turns(start)) - set(_turns(plan)))
        moved = int(((start.group >= 0) & (start.group != plan.group)).sum())
    suited = problem.suits[plan.member, period] if problem.mode is Mode.RELAY else True
    leaderless = [day for day, able in _led_by(problem, plan).items() if not able]
    way = problem.way[plan.member, problem.shift_post[plan.shift]].sum()
    wish = problem.wish[plan.member, day, period].sum()
    return {
        "unfilled": scale.unfilled * int(plan.unfilled.sum()),
        "change": scale.seat_change * lost + scale.group_change * moved,
        "leader": params.leader * len(leaderless) * bool(problem.leader.any()),
        **_fairness(problem, plan, params),
        "way": params.way * int(way),
        "wish": params.wish * int(wish),
        "unsuited": params.unsuited * int(np.sum(~np.broadcast_to(suited, plan.member.shape))),
        **_company(problem, plan, params),
        "apart": scale.apart * len(not_apart(problem, plan)),
    }


def not_apart(problem: RosterProblem, plan: RosterPlan) -> tuple[Reason, ...]:
    """Every time that two who are to stay apart are together: ``together`` (member, other, day, and in free
    modes period).
    """
    groups = problem.mode is Mode.GROUPS
    times: dict[int, set[tuple[int, ...]]] = {}
    if groups:
        times = {member: {(day,)} for member, day in enumerate(plan.group.tolist()) if day >= 0}
    else:
        for member, shift, _ in _turns(plan):
            when = (int(problem.shift_day[shift]), int(problem.shift_period[shift]))
            times.setdefault(member, set()).add(when)
    return tuple(
        Reason("together", {"member": a, "other": b, **dict(zip(("day", "period"), when, strict=False))})
        for a, b in problem.apart.tolist()
        for when in sorted(times.get(a, set()) & times.get(b, set()))
    )


def loads(problem: RosterProblem, plan: RosterPlan) -> np.ndarray:
    """Turns of each member in this plan: int [M, 3] (total, early, weekend); history is not counted."""
    counts = np.zeros((problem.members, 3), np.int64)
    early = problem.early[problem.shift_period[plan.shift]]
    weekend = problem.weekend[problem.shift_day[plan.shift]]
    np.add.at(counts[:, 0], plan.member, 1)
    np.add.at(counts[:, 1], plan.member, early)
    np.add.at(counts[:, 2], plan.member, weekend)
    return counts


def _fairness(problem: RosterProblem, plan: RosterPlan, params: Params) -> dict[str, int]:
    turns, before = loads(problem, plan), served_before(problem)
    cost = (turns * before + turns * (turns - 1) // 2).sum(axis=0)
    early = 0 if problem.mode is Mode.RELAY else params.early
    prices = (params.total, early, params.weekend)
    names = ("total", "early", "weekend")
    return {name: price * int(sum_) for name, price, sum_ in zip(names, prices, cost, strict=True)}


def _company(problem: RosterProblem, plan: RosterPlan, params: Params) -> dict[str, int]:
    """Costs of who stands with whom, and of turns close to each other."""
    at = {
        (member, int(problem.shift_day[shift]), int(problem.shift_period[shift])): shift
        for member, shift, _ in _turns(plan)
    }
    together = sum(
        (b, day, period) in at for a, b in problem.pairs.tolist() for m, day, period in at if m == a
    )
    days = Counter((member, day) for member, day, _ in at)
    tired = 0 if params.rest is None else params.rest * len(_without_rest(problem, at))
    balance = 0
    if problem.mode is Mode.GROUPS and len(problem.open_days):
        sizes = Counter(day for day in plan.group.tolist() if day >= 0)
        even = equal_groups(sum(sizes.values()), len(problem.open_days))
        balance = params.balance * (sum(n * (n - 1) // 2 for n in sizes.values()) - even)
    return {
        "pair": -params.pair * together,
        "balance": balance,
        "second": params.second * sum(turns - 1 for turns in days.values()),
        "rest": tired,
    }
