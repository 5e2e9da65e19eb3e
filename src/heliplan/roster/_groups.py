"""Day groups: every member belongs to one day and stands, if at all, in a set of its periods.

One column stands for "this member, this day, these periods". A member's whole week is then one column,
so that fairness and second turns are plain costs of it and need no further rows.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np

from heliplan.codec import Ints
from heliplan.roster._model import Model, keep_apart, want_leaders
from heliplan.roster._weights import EARLY, TOTAL, WEEKEND, equal_groups, served_before
from heliplan.roster.problem import RosterPlan


def complete(model: Model, start: RosterPlan | None) -> None:
    """Add to the base model what day groups ask for."""
    member, day, periods = _weeks(model)
    week = model.program.columns(len(member))
    model.group, model.group_member, model.group_day = week, member, day
    model.program.sums(member, week, 1, 1)
    _stand(model, periods)
    _charge(model, periods)
    _balance(model)
    want_leaders(model, member, day, week)
    keep_apart(model, member, day, week)
    if start is not None:
        _keep_groups(model, start)


def _weeks(model: Model) -> tuple[Ints, Ints, Ints]:
    """Every possible week of every member: member, day, set of periods as bits."""
    problem, turns = model.problem, model.turns
    able = np.zeros((problem.members, problem.days), np.int64)
    np.bitwise_or.at(able, (turns.member, turns.day), 1 << turns.period)
    most = min(problem.max_per_day, problem.periods)
    found = []
    for size in range(most + 1):
        for chosen in combinations(range(problem.periods), size):
            bits = sum(1 << period for period in chosen)
            fits = (able & bits == bits) & (able > 0) & (problem.max_total[:, None] >= size)
            member, day = np.nonzero(fits)
            found.append(np.stack([member, day, np.full(len(member), bits)]))
    weeks = np.concatenate(found, axis=1)
    order = np.lexsort(weeks[::-1])
    return weeks[0, order], weeks[1, order], weeks[2, order]


def _stand(model: Model, periods: Ints) -> None:
    """A member stands at one post in each period of their week, and at no other time."""
    problem, program = model.problem, model.program
    distinct, rows = program.sums(model.when(), model.turn, 0, 0)
    for period in range(problem.periods):
        at = np.flatnonzero(periods >> period & 1)
        key = (model.group_member[at] * problem.days + model.group_day[at]) * problem.periods + period
        program.put(rows[np.searchsorted(distinct, key)], model.group[at], -1.0)


def _charge(model: Model, periods: Ints) -> None:
    problem, params = model.problem, model.params
    bits = periods[:, None] >> np.arange(problem.periods) & 1
    turns, early = bits.sum(axis=1), (bits * problem.early).sum(axis=1)
    weekend = turns * problem.weekend[model.group_day]
    before = served_before(problem)[model.group_member]
    for name, weight, count, which in (
        ("total", params.total, turns, TOTAL),
        ("early", params.early, early, EARLY),
        ("weekend", params.weekend, weekend, WEEKEND),
    ):
        rising = count * before[:, which] + count * (count - 1) // 2
        model.parts[name].add(model.group, weight * rising)
    model.parts["second"].add(model.group, params.second * np.maximum(turns - 1, 0))


def _balance(model: Model) -> None:
    """The k-th member of a group costs k - 1; what equal groups cost is taken off."""
    problem, program = model.problem, model.program
    days, members = problem.open_days, len(np.unique(model.group_member))
    if not members or not model.params.balance:
        return
    part = model.parts["balance"]
    _, rows = program.sums(model.group_day, model.group, 0, 0)
    sizes = program.columns(len(rows) * members, whole=False)  # whole, since costs rise
    program.put(np.repeat(rows, members), sizes, -1.0)
    part.add(sizes, model.params.balance * np.tile(np.arange(members), len(rows)))
    part.constant = -model.params.balance * equal_groups(members, len(days))


def _keep_groups(model: Model, start: RosterPlan) -> None:
    had = start.group >= 0
    model.regrouped.constant = int(had.sum())
    stays = start.group[model.group_member] == model.group_day
    model.regrouped.add(model.group[stays], -1)
