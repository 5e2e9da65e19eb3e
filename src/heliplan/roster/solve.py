"""Solve the duty table."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from heliplan.asked import solver
from heliplan.codec import Ints
from heliplan.result import Result, Status
from heliplan.roster import _free, _groups
from heliplan.roster._greedy import greedy, refilled
from heliplan.roster._highs import Outcome, minimise
from heliplan.roster._model import Model, base_model, likely_columns
from heliplan.roster._pins import pin_conflicts
from heliplan.roster._program import Goal, Layer
from heliplan.roster._weights import Weights, floor, weights
from heliplan.roster.check import check
from heliplan.roster.problem import KINDS, Mode, Params, RosterPlan, RosterProblem
from heliplan.stop import Event, Progress, Stop, Watch

RosterResult = Result[RosterPlan]

LARGE = 100_000
"""Members times shifts from which the program takes longer than most users wait."""

PROGRAM = 13_000
"""Members times shifts that the program takes a second for, about; with less time it is not built."""

REFILLING = 0.05
"""Share of the time in which seats of large tables are filled again and again before the program begins."""


@solver(RosterProblem, RosterPlan, Params, check)
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
        Seconds, gap and cancel switch are heeded; there are no iterations to count. The gap is not
        used on the number of seats filled and of changes. When time ends before the program has given
        a plan, a greedy one is handed back (engine ``greedy``), so there is always a plan.
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
    first = _first(problem, params, start, watch, seed, progress)
    if watch.over():
        report = check(problem, first, start, params)
        bound = min(floor(problem, params), report.value)
        return _result(first, report.value, bound, "greedy", seed, watch, dict(report.parts))
    model = whole_program(problem, params, start)
    if progress is not None:
        progress(Event("built", watch.seconds))
    scale = weights(problem, params, start)
    search = _Search(model, scale, watch, seed, start is not None and params.change_cost is None, progress)
    found = search.run()
    plan, engine = first, "greedy"
    report = check(problem, first, start, params)
    value, parts = report.value, dict(report.parts)
    if found.values is not None:
        better = _parts(model, scale, found.values)
        if sum(better.values()) <= value:
            plan, engine = _plan(model, found.values, start), "mip"
            value, parts = sum(better.values()), better
    bound = min(max(floor(problem, params), scale.least if found.bound is None else found.bound), value)
    return _result(plan, value, bound, engine, seed, watch, parts)


def _result(
    plan: RosterPlan,
    value: int,
    bound: int,
    engine: str,
    seed: int,
    watch: Watch,
    parts: dict[str, int],
) -> RosterResult:
    status = Status.OPTIMAL if bound == value else Status.FEASIBLE
    return Result(status, plan, value, bound, engine, seed, watch.seconds, parts)


def _first(
    problem: RosterProblem,
    params: Params,
    start: RosterPlan | None,
    watch: Watch,
    seed: int,
    progress: Progress | None,
) -> RosterPlan:
    """A plan before the program is built; a better one for large tables, within their share of the time."""
    best = _led(problem, greedy(problem, params, start), start)
    value = check(problem, best, start, params).value
    if progress is not None:
        progress(Event("first", watch.seconds, value))
    large = problem.members * problem.shifts > LARGE and problem.mode is not Mode.GROUPS
    if watch.remaining is None or watch.late or start is not None or not large:
        return best
    enough = problem.members * problem.shifts <= watch.remaining * PROGRAM
    for found in refilled(problem, params, watch.share(REFILLING if enough else 1.0), seed):
        plan = _led(problem, found, start)
        now = check(problem, plan, start, params).value
        if now < value:
            best, value = plan, now
            if progress is not None:
                progress(Event("refill", watch.seconds, value))
    return best


def whole_program(problem: RosterProblem, params: Params, start: RosterPlan | None = None) -> Model:
    """The program of a problem, all its columns named."""
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

    def run(self) -> Outcome:
        """Column values, and a bound on the weighted value of any plan.

        The first run prices an empty seat so that it rarely pays, but far below its real weight, which
        would drown everything else in rounding. If nothing stays empty, that answers the whole;
        otherwise the counts are first made smallest and then held.
        """
        if self.few_changes:
            return self._in_stages(None)
        soft = self._soft()
        empty = self.model.unfilled.dense(self.model.program.width)
        price = min(self.scale.unfilled, 1 + 4 * int(np.abs(soft.costs).max(initial=0)))
        found = self._minimise(Goal(soft.costs + price * empty, soft.constant, soft.gap), None)
        if found.values is None or empty @ found.values == 0 or self.watch.over():
            return found
        return self._in_stages(found.values)

    def _in_stages(self, start: Ints | None) -> Outcome:
        """First the counts (empty seats, then changes), then everything else with the counts held."""
        counts, step, groups = self._counts()
        first = self._minimise(counts, start)
        if first.values is None or first.bound is None:
            return Outcome(start, None)
        program = self.model.program
        at = np.flatnonzero(counts.costs)
        row = program.rows(1, -np.inf, counts.of(first.values) - counts.constant)
        program.put(np.repeat(row, len(at)), at, counts.costs[at])
        last = self._minimise(self._soft(), first.values)
        fewest, changes = divmod(first.bound, step)
        lost, moved = divmod(changes, groups)
        scale = self.scale
        bound = scale.unfilled * fewest + scale.seat_change * lost + scale.group_change * moved
        if first.bound < counts.of(first.values) or last.bound is None:
            return Outcome(last.values, bound + scale.least)
        return Outcome(last.values, bound + last.bound)

    def _counts(self) -> tuple[Goal, int, int]:
        """Empty seats and changes as one count: ``step`` for an empty seat, ``groups`` for an occupation
        given up, 1 for a changed group.
        """
        model, width = self.model, self.model.program.width
        empty = model.unfilled.dense(width)
        if not self.few_changes:
            return Goal(empty), 1, 1
        groups = 1 + model.problem.members * bool(len(model.group))
        change = groups * model.given_up.dense(width) + model.regrouped.dense(width)
        constant = groups * model.given_up.constant + model.regrouped.constant
        step = constant + 1
        return Goal(step * empty + change, constant), step, groups

    def _soft(self) -> Goal:
        """Everything that is weighed against each other."""
        model, width = self.model, self.model.program.width
        layers: list[tuple[int, Layer]] = [(1, layer) for layer in model.parts.values()]
        if not self.few_changes:
            layers += [(self.scale.seat_change, model.given_up), (self.scale.group_change, model.regrouped)]
        costs = sum((weight * layer.dense(width) for weight, layer in layers), np.zeros(width, np.int64))
        constant = sum(weight * layer.constant for weight, layer in layers)
        return Goal(costs, constant, self.watch.stop.gap)

    def _minimise(self, goal: Goal, start: Ints | None) -> Outcome:
        model = self.model
        return minimise(
            model.program, goal, self.watch, self.seed, start, likely_columns(model), self.progress
        )


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
    empty = unfilled.reshape(-1, len(KINDS))
    nobody = np.full(problem.days, -1)
    return _led(problem, RosterPlan(taken.member, taken.shift, taken.kind, empty, group, nobody), start)


def _led(problem: RosterProblem, plan: RosterPlan, start: RosterPlan | None) -> RosterPlan:
    """The plan with each day's leader: who led it before, else one who stands, else one of the group."""
    stands = np.zeros((problem.members, problem.days), bool)
    stands[plan.member, problem.shift_day[plan.shift]] = True
    chosen = np.full(problem.days, -1)
    for day in problem.open_days.tolist():
        there = stands[:, day] | (plan.group == day)
        able = np.flatnonzero(problem.leader & there)
        if len(able):
            before = -1 if start is None else start.leader[day]
            chosen[day] = able[np.lexsort((able, ~stands[able, day], able != before))[0]]
    return replace(plan, leader=chosen)
