"""The duty table as one mixed-integer program: what all modes share."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from heliplan.codec import Ints
from heliplan.roster._program import Layer, Program
from heliplan.roster.problem import KINDS, Mode, Params, RosterPlan, RosterProblem

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
    pins = np.unique(problem.pins[:, 0] * problem.shifts + problem.pins[:, 1])
    keys = turns.member * problem.shifts + turns.shift
    pinned = np.flatnonzero(np.isin(keys, pins))
    model.program.sums(keys[pinned], model.turn[pinned], 1, 1)


def _pair(model: Model) -> None:
    """A column for each pair and time at which both could stand; credited when both do."""
    problem, program = model.problem, model.program
    if not len(problem.pairs) or not model.params.pair:
        return
    keys = model.when()
    times = problem.days * problem.periods
    for a, b in problem.pairs.tolist():
        mine, theirs = (np.unique(keys[model.turns.member == one]) - one * times for one in (a, b))
        shared = np.intersect1d(mine, theirs)
        together = program.columns(len(shared), whole=False)  # whole, since turns are
        model.parts["pair"].add(together, -model.params.pair)
        for one in (a, b):
            rows = program.rows(len(shared), 0, np.inf)
            program.put(rows, together, -1.0)
            at = np.flatnonzero(np.isin(keys, shared + one * times))
            program.put(rows[np.searchsorted(shared, keys[at] - one * times)], model.turn[at])


def _keep(model: Model, start: RosterPlan) -> None:
    problem, turns = model.problem, model.turns
    model.given_up.constant = len(start.member)
    held = _seat_key(problem, start.member, start.shift, start.kind)
    kept = np.isin(_seat_key(problem, turns.member, turns.shift, turns.kind), held)
    model.given_up.add(model.turn[kept], -1)


def _seat_key(problem: RosterProblem, member: Ints, shift: Ints, kind: Ints) -> Ints:
    return (member * problem.shifts + shift) * len(KINDS) + kind
