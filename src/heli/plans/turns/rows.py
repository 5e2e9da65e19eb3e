"""Stored seats as a plan of the roster problem, what it costs, and why seats in it stay empty."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping

import numpy as np

from heli.plans.gather.reasons import reason_json
from heli.plans.rules import Keys, Stored
from heli.plans.rules.facts import Params, RunFacts
from heli.plans.turns.work import RosterWork
from heliplan import roster
from heliplan.roster import KINDS, Mode, RosterPlan, RosterProblem, why_unfilled
from heliplan.roster.explain import led

UNFILLED_PARTS: tuple[str, ...] = ("code", "kind", "count", "members")
ShiftKey = tuple[int, int, str, uuid.UUID]
"""Week, ISO weekday, slot, post."""


def roster_plan(
    facts: RunFacts,
    work: RosterWork,
    problem: RosterProblem,
    keys: Keys,
    rows: Stored,
    shifts: Mapping[ShiftKey, int] | None = None,
) -> RosterPlan:
    """The rows of a roster in the indices of its problem; turns of shifts that are gone are left out.

    ``shifts`` are those of :func:`shifts_of` where they are known already.
    """
    column = {keys.members[i]: m for m, i in enumerate(work.members)}
    shift = shifts_of(work, problem, keys) if shifts is None else shifts
    taken = [
        (column[seat.member], shift[at], KINDS.index(seat.kind))
        for seat in rows.seats
        if seat.member in column
        for at in [(seat.week, seat.weekday, seat.slot, seat.post)]
        if at in shift
    ]
    who, where, kinds = np.array(taken, np.int64).reshape(-1, 3).T
    unfilled = problem.seats.copy()
    np.subtract.at(unfilled, (where, kinds), 1)
    group = np.full(problem.members, -1)
    if problem.mode is Mode.GROUPS:
        for key, day in groups_of(rows, facts, column).items():
            group[column[key]] = day
    leaders = [uuid.UUID(key) if key else None for key in facts.leaders]
    leader = np.array([-1 if key is None else column.get(key, -1) for key in leaders], np.int64)
    if len(leader) != problem.days:
        leader = np.full(problem.days, -1)
    return led(problem, RosterPlan(who, where, kinds, unfilled.clip(0), group, leader))


def shifts_of(work: RosterWork, problem: RosterProblem, keys: Keys) -> dict[ShiftKey, int]:
    """Where each shift of a roster problem is, by what its rows say."""
    columns = zip(
        problem.shift_day.tolist(), problem.shift_period.tolist(), problem.shift_post.tolist(), strict=True
    )
    return {
        (day // 7 + 1, day % 7 + 1, work.slots[period][0], keys.posts[post]): s
        for s, (day, period, post) in enumerate(columns)
    }


def groups_of(rows: Stored, facts: RunFacts, members: Iterable[uuid.UUID]) -> dict[uuid.UUID, int]:
    """Each member's day (from 0) in day groups: where they stand, else where the solver put them."""
    told = facts.groups
    if not told:
        return {}
    stands = {seat.member: seat.weekday - 1 for seat in rows.seats if seat.member is not None}
    found = {key: stands.get(key, told.get(str(key), -1)) for key in members}
    return {key: day for key, day in found.items() if day >= 0}


def roster_cost(work: RosterWork, problem: RosterProblem, plan: RosterPlan) -> tuple[int, Mapping[str, int]]:
    """Value and parts of a plan, counted anew."""
    report = roster.check(problem, plan, start=work.start)
    return report.value, report.parts


def unfilled_reasons(
    work: RosterWork, problem: RosterProblem, made: RosterPlan, keys: Keys
) -> dict[str, tuple[Params, ...]]:
    """Why seats stay empty, by ``week/weekday/slot/post``: reasons with at most eight members each."""
    members = [keys.members[i] for i in work.members]
    said: dict[str, tuple[Params, ...]] = {}
    for (week, weekday, slot, post), s in shifts_of(work, problem, keys).items():
        if made.unfilled[s].any():
            reasons = (reason_json(reason, members) for reason in why_unfilled(problem, made, s))
            said[f"{week}/{weekday}/{slot}/{post}"] = tuple(
                {name: reason[name] for name in UNFILLED_PARTS if name in reason} for reason in reasons
            )
    return said
