"""The duty table as one mixed-integer program: what all modes share."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from heliplan.codec import Ints
from heliplan.fields import Bools
from heliplan.roster._program import Layer, Program
from heliplan.roster._weights import served_before, weights
from heliplan.roster.problem import KINDS, Mode, Params, RosterPlan, RosterProblem

FEW = 20_000  # up to so many turns all columns take part from the start
NEAREST = 40  # begin with the cheapest so many members for each place, and four more for each seat

SOFT = (
    "leader",
    "total",
    "early",
    "weekend",
    "way",
    "wish",
    "pair",
    "balance",
    "second",
    "rest",
    "unsuited",
    "apart",
)
"""Parts of the cost that are weighed against each other; ``unfilled`` and ``change`` come before them."""


@dataclass(frozen=True, slots=True)
class Turns:
    """Every way to put a member into a seat: one entry each, sorted by member, day, period, shift, kind."""

    member: Ints
    shift: Ints
    kind: Ints
    day: Ints
    period: Ints

    def keep(self, which: Ints) -> Turns:
        """Only the entries ``which``."""
        arrays = (self.member, self.shift, self.kind, self.day, self.period)
        return Turns(*(array[which] for array in arrays))


@dataclass(slots=True)
class Model:
    """A program with its columns named: ``turn`` [N] for ``turns``, ``empty`` for seats left empty."""

    problem: RosterProblem
    params: Params
    program: Program
    turns: Turns
    turn: Ints
    empty: Ints
    empty_at: Ints  # shift * 3 + kind of each empty column
    group: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    group_member: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    group_day: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    parts: dict[str, Layer] = field(default_factory=lambda: {name: Layer() for name in SOFT})
    unfilled: Layer = field(default_factory=Layer)
    given_up: Layer = field(default_factory=Layer)
    regrouped: Layer = field(default_factory=Layer)

    def when(self) -> Ints:
        """A key of member, day and period for each turn."""
        days, periods = self.problem.days, self.problem.periods
        return (self.turns.member * days + self.turns.day) * periods + self.turns.period


def possible_turns(problem: RosterProblem) -> Turns:
    """Every turn that the rules about one member alone and the pins leave open."""
    can = problem.can_take()
    sits = can[:, :, None] & problem.may_sit[:, None, :] & (problem.seats > 0)
    member, shift, kind = np.nonzero(sits)
    day, period = problem.shift_day[shift], problem.shift_period[shift]
    order = np.lexsort((kind, shift, period, day, member))
    turns = Turns(member, shift, kind, day, period).keep(order)
    return turns.keep(np.flatnonzero(_beside_pins(problem, turns)))


def _beside_pins(problem: RosterProblem, turns: Turns) -> np.ndarray:
    """Which turns can be had besides the pins."""
    stays = np.ones(len(turns.member), bool)
    for member, shift in problem.pins.tolist():
        same = turns.member == member
        other_day = turns.day != problem.shift_day[shift]
        clash = ~other_day & (turns.period == problem.shift_period[shift]) & (turns.shift != shift)
        if problem.mode is Mode.GROUPS:
            clash |= other_day
        stays &= ~(same & clash)
    return stays


def base_model(problem: RosterProblem, params: Params, start: RosterPlan | None) -> Model:
    """Turns, seats, pins, costs of a turn by itself, pairs, and what keeping the previous plan saves."""
    program, turns = Program(), possible_turns(problem)
    turn = program.columns(len(turns.member))
    places = np.flatnonzero(problem.seats.ravel())
    seats = problem.seats.ravel()[places]
    empty = program.columns(len(places), seats, whole=False)  # whole, since turns are
    model = Model(problem, params, program, turns, turn, empty, places)
    rows = program.rows(len(places), seats, seats)
    program.put(rows, empty)
    program.put(rows[np.searchsorted(places, turns.shift * len(KINDS) + turns.kind)], turn)
    model.unfilled.add(empty, 1)
    _charge_turns(model)
    _pin(model)
    _pair(model)
    _keep_clear(model)
    if start is not None:
        _keep(model, start)
    return model


def _charge_turns(model: Model) -> None:
    problem, params, turns = model.problem, model.params, model.turns
    way = problem.way[turns.member, problem.shift_post[turns.shift]]
    model.parts["way"].add(model.turn, params.way * way)
    wish = problem.wish[turns.member, turns.day, turns.period]
    model.parts["wish"].add(model.turn, params.wish * wish)
    if problem.mode is Mode.RELAY:
        wrong = ~problem.suits[turns.member, turns.period]
        model.parts["unsuited"].add(model.turn, params.unsuited * wrong)


def _pin(model: Model) -> None:
    problem, turns = model.problem, model.turns
    keys = turns.member * problem.shifts + turns.shift
    pinned = np.flatnonzero(np.isin(keys, _pin_keys(problem)))
    model.program.sums(keys[pinned], model.turn[pinned], 1, 1)


def _pin_keys(problem: RosterProblem) -> Ints:
    return np.unique(problem.pins[:, 0] * problem.shifts + problem.pins[:, 1])


def _pair(model: Model) -> None:
    """A column for each pair and time at which both could stand; credited when both do."""
    problem, program, turns = model.problem, model.program, model.turns
    if not model.params.pair:
        return
    time = turns.day * problem.periods + turns.period
    single = np.flatnonzero(problem.seats.sum(axis=1) == 1)
    for pair in problem.pairs:
        mine, theirs = (np.arange(*np.searchsorted(turns.member, (one, one + 1))) for one in pair)
        shared = np.intersect1d(time[mine], time[theirs])
        together = program.columns(len(shared), whole=False)  # whole, since turns are
        model.parts["pair"].add(together, -model.params.pair)
        for at in (mine, theirs):
            _only_if(model, together, shared, at[np.isin(time[at], shared)])
        # whoever stands with a partner leaves a post of one seat to at most one of the two; without this
        # the relaxation puts half of each into the same seat and takes the credit all the same
        both = np.concatenate([mine, theirs])
        both = both[np.isin(time[both], shared)]
        for shift in np.intersect1d(single, turns.shift[both]):
            when = problem.shift_day[shift] * problem.periods + problem.shift_period[shift]
            apart = both[(time[both] == when) & (turns.shift[both] != shift)]
            column = together[np.searchsorted(shared, [when])]
            _only_if(model, column, np.array([when]), apart)


def _keep_clear(model: Model) -> None:
    """Nobody takes two shifts that overlap in time."""
    problem, program, turns = model.problem, model.program, model.turns
    for one, other in problem.clashes.tolist():
        at = np.flatnonzero((turns.shift == one) | (turns.shift == other))
        members = np.intersect1d(turns.member[turns.shift == one], turns.member[turns.shift == other])
        at = at[np.isin(turns.member[at], members)]
        program.sums(turns.member[at], model.turn[at], -np.inf, 1)


def keep_apart(model: Model, member: Ints, when: Ints, column: Ints) -> None:
    """Each pair that is to stay apart: at most one of the two at each time, or it costs.

    ``column`` [N] puts ``member`` there at the time ``when``.
    """
    program = model.program
    weight = weights(model.problem, model.params, None).apart
    for one, other in model.problem.apart.tolist():
        mine, theirs = (np.flatnonzero(member == who) for who in (one, other))
        shared = np.intersect1d(when[mine], when[theirs])
        at = np.concatenate([mine, theirs])
        at = at[np.isin(when[at], shared)]
        _distinct, rows = program.sums(when[at], column[at], -np.inf, 1)
        together = program.columns(len(rows), whole=False)  # whole, since turns are
        program.put(rows, together, -1.0)
        model.parts["apart"].add(together, weight)


def _only_if(model: Model, together: Ints, shared: Ints, at: Ints) -> None:
    """``together`` at each of the times ``shared`` at most as much as the turns ``at`` are taken then."""
    program, turns = model.program, model.turns
    rows = program.rows(len(shared), 0, np.inf)
    program.put(rows, together, -1.0)
    time = turns.day[at] * model.problem.periods + turns.period[at]
    program.put(rows[np.searchsorted(shared, time)], model.turn[at])


def _keep(model: Model, start: RosterPlan) -> None:
    problem, turns = model.problem, model.turns
    model.given_up.constant = len(start.member)
    held = _seat_key(problem, start.member, start.shift, start.kind)
    kept = np.isin(_seat_key(problem, turns.member, turns.shift, turns.kind), held)
    model.given_up.add(model.turn[kept], -1)


def _seat_key(problem: RosterProblem, member: Ints, shift: Ints, kind: Ints) -> Ints:
    return (member * problem.shifts + shift) * len(KINDS) + kind


def want_leaders(model: Model, member: Ints, day: Ints, column: Ints) -> None:
    """Each open day wants a leader: ``column`` [N] puts ``member`` there on ``day``, as group or at post."""
    problem, program = model.problem, model.program
    if not problem.leader.any():
        return
    days = problem.open_days
    rows = program.rows(len(days), 1, np.inf)
    missing = program.columns(len(days), whole=False)
    program.put(rows, missing)
    model.parts["leader"].add(missing, model.params.leader)
    at = np.flatnonzero(problem.leader[member])
    program.put(rows[np.searchsorted(days, day[at])], column[at])


def likely_columns(model: Model) -> Bools | None:
    """The columns to begin with when there are many: all but turns that others could take more cheaply.

    ``None`` (all) when there are few.
    """
    problem, turns = model.problem, model.turns
    if len(turns.member) <= FEW:
        return None
    cost = _own_cost(model)
    place = turns.shift * len(KINDS) + turns.kind
    chosen = _cheapest(place, cost, NEAREST + 4 * problem.seats[turns.shift, turns.kind])
    chosen |= _cheapest(model.when(), cost, np.ones_like(cost))
    chosen |= np.isin(turns.member * problem.shifts + turns.shift, _pin_keys(problem))
    likely = np.ones(model.program.width, bool)
    likely[model.turn] = chosen
    return likely


def _own_cost(model: Model) -> Ints:
    """What each turn costs by itself, if it were the member's only one."""
    problem, params, turns = model.problem, model.params, model.turns
    cost = np.zeros(model.program.width, np.int64)
    for name in ("way", "wish", "unsuited"):
        cost += model.parts[name].dense(model.program.width)
    before = served_before(problem)[turns.member]
    weights = np.array([params.total, params.early, params.weekend])
    counts = (np.ones(len(turns.member)), problem.early[turns.period], problem.weekend[turns.day])
    own: Ints = cost[model.turn] + (before * weights * np.stack(counts, axis=1)).sum(axis=1).astype(np.int64)
    return own


def _cheapest(group: Ints, cost: Ints, most: Ints) -> Bools:
    """Whether each entry is among the ``most`` cheapest of its group."""
    order = np.lexsort((cost, group))
    first = np.flatnonzero(np.r_[True, np.diff(group[order]) != 0])
    sizes = np.diff(np.r_[first, len(order)])
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order)) - np.repeat(first, sizes)
    chosen: Bools = rank < most
    return chosen
