"""Solve the duty table."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from heliplan.codec import Ints
from heliplan.result import Result, Status
from heliplan.roster import _free, _groups
from heliplan.roster._model import Model, base_model
from heliplan.roster._pins import pin_conflicts
from heliplan.roster._program import Layer, minimise
from heliplan.roster._weights import Weights, weights
from heliplan.roster.problem import KINDS, Mode, Params, RosterPlan, RosterProblem
from heliplan.stop import Event, Progress, Stop, Watch

RosterResult = Result[RosterPlan]


def solve(
    problem: RosterProblem,
    stop: Stop = Stop(),  # noqa: B008  # frozen, so one shared default is safe
    seed: int = 0,
    params: Params = Params(),  # noqa: B008  # as above
    start: RosterPlan | None = None,
    progress: Progress | None = None,
) -> RosterResult:
    """Fill as many seats as can be filled, as fairly, near and wished as can be.

    The order is strict. First: the most seats. Then, with a previous plan ``start`` and no
    ``params.change_cost``: the fewest seat occupations given up, then the fewest changed groups. Then: the
    least weighted sum of everything else. ``value`` is one whole number that keeps this order: the parts
    ``unfilled`` and ``change`` are counts times weights larger than everything after them can
    make up, and ``bound`` is a bound on that number. Pins always hold.

    Parameters
    ----------
    problem : RosterProblem
    stop : Stop, optional
        Seconds, gap and cancel switch are heeded; there are no iterations to count.
    seed : int, optional
        Same seed, same plan, unless time ends the solve.
    params : Params, optional
    start : RosterPlan, optional
        The plan so far, to be changed as little as possible. It need not keep the rules any more.
    progress : Progress, optional

    Returns
    -------
    Result of RosterPlan
        ``INFEASIBLE`` only for pins that contradict each other or a rule; ``conflicts`` names them
        (codes: :func:`heliplan.roster._pins.pin_conflicts`).

    Raises
    ------
    ValueError
        If ``start`` speaks of members, shifts or days that the problem does not have.
    """
    watch = stop.watch()
    if start is not None:
        start.fits(problem)
    conflicts = pin_conflicts(problem, params)
    if conflicts:
        return Result(Status.INFEASIBLE, None, None, None, "pins", seed, watch.seconds, conflicts=conflicts)
    model = _model(problem, params, start)
    if progress is not None:
        progress(Event("built", watch.seconds))
    scale = weights(problem, params, start)
    search = _Search(model, scale, watch, seed, start is not None and params.change_cost is None, progress)
    values, bound = search.run()
    if values is None:
        return Result(Status.STOPPED, None, None, bound, "mip", seed, watch.seconds)
    parts = _parts(model, scale, values)
    value = sum(parts.values())
    status = Status.OPTIMAL if bound == value else Status.FEASIBLE
    plan = _plan(model, values, start)
    return Result(status, plan, value, bound, "mip", seed, watch.seconds, parts)


def _model(problem: RosterProblem, params: Params, start: RosterPlan | None) -> Model:
    model = base_model(problem, params, start)
    if problem.mode is Mode.GROUPS:
        _groups.complete(model, start)
    else:
        _free.complete(model)
    return model


@dataclass(slots=True)
class _Search:
    """One goal after the other, each with the ones before it held."""

    model: Model
    scale: Weights
    watch: Watch
    seed: int
    few_changes: bool
    progress: Progress | None

    def run(self) -> tuple[Ints | None, int | None]:
        """Column values and a bound on the weighted value of any plan.

        The first run prices an empty seat so that it rarely pays, far below its real weight, which
        HiGHS would not bear. If nothing stays empty, or everything was proven, that answers the whole;
        otherwise the counts are made smallest first and then held.
        """
        if self.few_changes:
            return self._in_stages(None)
        model, width = self.model, self.model.program.width
        empty = model.unfilled.dense(width)
        price = min(self.scale.unfilled, self._tame_price())
        soft, constant = self._soft()
        found = minimise(model.program, soft + price * empty, self.watch, self.seed, None, self.progress)
        bound = None if found.bound is None else found.bound + constant
        if found.values is None or empty @ found.values == 0 or self.watch.over():
            return found.values, bound
        return self._in_stages(found.values)

    def _in_stages(self, start: Ints | None) -> tuple[Ints | None, int | None]:
        """First the counts (empty seats, then changes), then everything else with the counts held."""
        model, scale = self.model, self.scale
        width = model.program.width
        empty = model.unfilled.dense(width)
        groups = 1 + model.problem.members * bool(len(model.group))
        change = groups * model.given_up.dense(width) + model.regrouped.dense(width)
        changeless = groups * model.given_up.constant + model.regrouped.constant
        if not self.few_changes:
            change, changeless = change * 0, 0
        step = changeless + 1
        first = minimise(model.program, step * empty + change, self.watch, self.seed, start, self.progress)
        if first.values is None or first.bound is None:
            return start, None
        counts = int((step * empty + change) @ first.values)
        fewest, changes = divmod(first.bound + changeless, step)
        proven = first.bound == counts
        low = scale.unfilled * fewest + scale.least
        if self.few_changes:
            low += scale.seat_change * (changes // groups) + scale.group_change * (changes % groups)
        held = model.program.rows(1, -np.inf, counts)
        at = np.flatnonzero(step * empty + change)
        model.program.put(np.repeat(held, len(at)), at, (step * empty + change)[at])
        soft, constant = self._soft()
        last = minimise(model.program, soft, self.watch, self.seed, first.values, self.progress)
        values = first.values if last.values is None else last.values
        if proven and last.bound is not None:
            low += max(0, last.bound + constant - scale.least)
        return values, low

    def _soft(self) -> tuple[Ints, int]:
        """Everything that is weighed against each other, per column, and its constant."""
        model, width = self.model, self.model.program.width
        layers: list[tuple[int, Layer]] = [(1, layer) for layer in model.parts.values()]
        if not self.few_changes:
            layers += [(self.scale.seat_change, model.given_up), (self.scale.group_change, model.regrouped)]
        costs = sum((weight * layer.dense(width) for weight, layer in layers), np.zeros(width, np.int64))
        return costs, sum(weight * layer.constant for weight, layer in layers)

    def _tame_price(self) -> int:
        """More than a few turns can cost, for an empty seat in the first run."""
        costs, _ = self._soft()
        return 1 + 4 * int(np.abs(costs).max(initial=0))


def _parts(model: Model, scale: Weights, values: Ints) -> dict[str, int]:
    """The cost of the plan by name."""
    width = model.program.width

    def amount(layer: Layer) -> int:
        return layer.constant + int(layer.dense(width) @ values)

    change = scale.seat_change * amount(model.given_up) + scale.group_change * amount(model.regrouped)
    first = {"unfilled": scale.unfilled * amount(model.unfilled), "change": change}
    return first | {name: amount(layer) for name, layer in model.parts.items()}


def _plan(model: Model, values: Ints, start: RosterPlan | None) -> RosterPlan:
    problem = model.problem
    taken = model.turns.keep(np.flatnonzero(values[model.turn]))
    unfilled = np.zeros(problem.shifts * len(KINDS), np.int64)
    unfilled[model.empty_at] = values[model.empty]
    group = np.full(problem.members, -1)
    week = np.flatnonzero(values[model.group])
    group[model.group_member[week]] = model.group_day[week]
    stands = np.zeros((problem.members, problem.days), bool)
    stands[taken.member, taken.day] = True
    leader = _leaders(problem, stands, group, start)
    return RosterPlan(taken.member, taken.shift, taken.kind, unfilled.reshape(-1, len(KINDS)), group, leader)


def _leaders(problem: RosterProblem, stands: np.ndarray, group: Ints, start: RosterPlan | None) -> Ints:
    """Each day's leader: who led it before, else one who stands, else one of the group."""
    chosen = np.full(problem.days, -1)
    for day in problem.open_days.tolist():
        there = stands[:, day] | (group == day)
        able = np.flatnonzero(problem.leader & there)
        if len(able):
            before = -1 if start is None else start.leader[day]
            rank = np.lexsort((able, ~stands[able, day], able != before))
            chosen[day] = able[rank[0]]
    return chosen
