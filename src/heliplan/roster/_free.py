"""Rotation and relay: whoever has served least so far comes first.

Fairness is the sum of convex costs of integer loads. Each load is the sum of unit columns with rising
marginal costs, which gives HiGHS a tight relaxation where a squared variable does not.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from heliplan.roster._model import Model, keep_apart, want_leaders
from heliplan.roster._program import Layer
from heliplan.roster._weights import EARLY, TOTAL, WEEKEND, served_before
from heliplan.roster.problem import Mode


def complete(model: Model) -> None:
    """Add to the base model what rotation and relay ask for."""
    _days(model)
    problem, params, turns = model.problem, model.params, model.turns
    everything = np.ones(len(turns.member), bool)
    _even_out(model, everything, params.total, TOTAL, model.parts["total"], capped=True)
    if problem.mode is not Mode.RELAY:
        _even_out(model, problem.early[turns.period], params.early, EARLY, model.parts["early"])
    _even_out(model, problem.weekend[turns.day], params.weekend, WEEKEND, model.parts["weekend"])
    _rest(model)
    want_leaders(model, turns.member, turns.day, model.turn)
    keep_apart(model, turns.member, turns.day * problem.periods + turns.period, model.turn)


def _days(model: Model) -> None:
    """One post at a time; every turn after the first of a day costs; at most ``max_per_day``."""
    problem, program, turns = model.problem, model.program, model.turns
    most = min(problem.max_per_day, problem.periods)
    if most > 1:
        program.sums(model.when(), model.turn, 0, 1)
    keys = turns.member * problem.days + turns.day
    distinct, rows = program.sums(keys, model.turn, -np.inf, 1)
    if most > 1:
        further = program.columns(len(distinct), most - 1, whole=False)
        program.put(rows, further, -1.0)
        model.parts["second"].add(further, model.params.second)


def _even_out(
    model: Model, counted: NDArray[np.bool_], weight: int, which: int, part: Layer, capped: bool = False
) -> None:
    """Charge the counted turns of every member with rising costs; ``capped``: keep ``max_total``."""
    problem, program, turns = model.problem, model.program, model.turns
    at = np.flatnonzero(counted)
    if not len(at):
        return
    possible = np.zeros(problem.members, np.int64)
    np.add.at(possible, np.unique(model.when()[at]) // (problem.days * problem.periods), 1)
    if capped:
        possible = np.minimum(possible, problem.max_total)
    elif not weight:
        return
    members, rows = program.sums(turns.member[at], model.turn[at], 0, 0)
    steps = possible[members]
    owner = np.repeat(np.arange(len(members)), steps)
    step = np.arange(len(owner)) - np.repeat(np.cumsum(steps) - steps, steps)
    columns = program.columns(len(owner), whole=False)  # whole, since costs rise and turns are whole
    program.put(rows[owner], columns, -1.0)
    before = served_before(problem)[members[owner], which]
    part.add(columns, weight * (before + step))


def _rest(model: Model) -> None:
    """The last period of a day and an early one on the next: forbidden or priced."""
    problem, program, turns = model.problem, model.program, model.turns
    price = model.params.rest
    if price == 0:
        return
    for day, period in problem.rest_days():
        late = np.flatnonzero((turns.day == day) & (turns.period == problem.periods - 1))
        early = np.flatnonzero((turns.day == day + 1) & (turns.period == period))
        both = np.intersect1d(turns.member[late], turns.member[early])
        at = np.concatenate([late, early])
        at = at[np.isin(turns.member[at], both)]
        distinct, rows = program.sums(turns.member[at], model.turn[at], -np.inf, 1)
        if price is not None:
            tired = program.columns(len(distinct), whole=False)
            program.put(rows, tired, -1.0)
            model.parts["rest"].add(tired, price)
