"""Find times, places and helpers."""

from __future__ import annotations

import numpy as np

from heliplan.asked import solver
from heliplan.result import Conflict, Result, Status
from heliplan.stop import Event, Progress, Stop, Watch
from heliplan.timetable import _bound
from heliplan.timetable._model import Before, Model
from heliplan.timetable._options import Options, Session, Taken, options, plan_of, sessions_of
from heliplan.timetable._search import Search
from heliplan.timetable.check import check
from heliplan.timetable.explain import pin_conflicts, unplaced
from heliplan.timetable.problem import (
    ANY,
    Params,
    TimetablePlan,
    TimetableProblem,
    Weights,
    weights,
)

TimetableResult = Result[TimetablePlan]


@solver(TimetableProblem, TimetablePlan, Params, check)
def solve(
    problem: TimetableProblem,
    stop: Stop = Stop(),  # noqa: B008  # frozen, so one shared default is safe
    seed: int = 0,
    params: Params = Params(),  # noqa: B008  # as above
    start: TimetablePlan | None = None,
    progress: Progress | None = None,
) -> TimetableResult:
    """Let the most sessions take place, then meet the most wishes.

    The order is strict: first the fewest sessions unplaced; then, with a previous plan ``start``, the
    fewest of its sessions that are not at the same time and place any more, then the fewest of its
    helpers changed; then the least cost of wishes (``params``). ``value`` is one whole number that keeps
    this order (:func:`heliplan.timetable.problem.weights`).

    A first plan follows a linear program over all activities, which also bounds the value, and is improved
    by placing a few related activities anew, again and again. Problems of at most ``params.whole``
    possibilities are then given to HiGHS whole.

    Parameters
    ----------
    problem : TimetableProblem
    stop : Stop, optional
        One iteration is a round of the search, or a node of HiGHS. ``stall``: rounds
        without improvement (default ``params.rounds``).
    seed : int, optional
        Same seed, same plan, unless time ends the solve.
    params : Params, optional
    start : TimetablePlan, optional
        The plan so far. It need not keep the rules any more.
    progress : Progress, optional

    Returns
    -------
    Result of TimetablePlan
        With a plan, ``conflicts`` names every activity with unplaced sessions and why
        (:func:`heliplan.timetable.explain.unplaced`). ``INFEASIBLE`` only for pins that cannot be kept
        (:func:`heliplan.timetable.explain.pin_conflicts`, or ``pins_together``: activities).

    Raises
    ------
    ValueError
        If ``start`` speaks of what the problem does not have.
    """
    watch = stop.watch()
    if start is not None:
        start.fits(problem)
    run = _Run(problem, params, start, watch, seed, progress)
    conflicts = pin_conflicts(problem)
    if conflicts:
        return run.without_plan(Status.INFEASIBLE, conflicts)
    pinned = run.pinned()
    if pinned is None:
        activities = tuple(np.unique(problem.fixed[:, 0]).tolist())
        status = Status.INFEASIBLE if run.impossible else Status.STOPPED
        return run.without_plan(status, (Conflict("pins_together", {"activities": activities}),))
    return run.finish(pinned)


class _Run:
    """One solve."""

    def __init__(
        self,
        problem: TimetableProblem,
        params: Params,
        start: TimetablePlan | None,
        watch: Watch,
        seed: int,
        progress: Progress | None,
    ) -> None:
        self.problem, self.params, self.start = problem, params, start
        self.watch, self.seed, self.progress = watch, seed, progress
        self.weigh: Weights = weights(problem, params, start)
        self.choices = options(problem, params)
        rows = [] if start is None else sessions_of(start)
        self.before = Before(
            frozenset((row.activity, row.begin, row.place) for row in rows),
            frozenset((row.activity, row.begin, helper) for row in rows for helper, _ in row.helpers),
        )
        # what the credits for things kept sum to: cost and value differ by it
        self.credits = self.weigh.change * len(self.before.sessions)
        self.credits += self.weigh.helper_change * len(self.before.turns)
        self.impossible = False
        self.engine = "search"

    def without_plan(self, status: Status, conflicts: tuple[Conflict, ...]) -> TimetableResult:
        """No plan, and why."""
        seconds = self.watch.seconds
        return Result(status, None, None, None, "pins", self.seed, seconds, conflicts=conflicts)

    def pinned(self) -> list[Session] | None:
        """The pinned sessions alone, with places and helpers; ``None`` if none are found."""
        pins = self.problem.fixed
        if not len(pins):
            return []
        lists: dict[int, Options] = {}
        for activity in np.unique(pins[:, 0]).tolist():
            choice, may = self.choices[activity], np.zeros(len(self.choices[activity].begin), bool)
            for _, begin, place in pins[pins[:, 0] == activity].tolist():
                may |= (choice.begin == begin) & ((choice.place == place) | (place == ANY))
            lists[activity] = choice.keep(may)
        taken = Taken(self.problem)
        model = Model(self.problem, self.weigh, taken, lists, self.before)
        answer = model.repair(self.watch, self.seed, None)
        self.impossible = answer.impossible
        return answer.sessions

    def finish(self, pinned: list[Session]) -> TimetableResult:
        """Search, bound, and where it is small enough the whole model."""
        search = self._begun(pinned, [])
        self._tell("first", self._value(search), 0, None)
        bound, guide = self._bound(self.watch.share(0.4))
        guided = self._begun(pinned, guide) if guide and not self.watch.late else search
        if self._value(guided) < self._value(search):
            search = guided
        self._tell("guided", self._value(search), bound, None)
        whole = self._size() <= self.params.whole
        self._improve(search, bound, whole)
        if whole and not self._close(self._value(search), bound):
            bound = max(bound, self._whole(search))
        return self._result(search, bound)

    def _begun(self, pinned: list[Session], guide: list[tuple[int, int, int]]) -> Search:
        """A first plan; where ``guide`` says, as far as that is free."""
        search = Search(self.problem, self.weigh, self.choices, self.before, self.seed)
        search.first(pinned, guide, self.watch)
        return search

    def _value(self, search: Search) -> int:
        return search.cost(list(range(self.problem.activities))) + self.credits

    def _bound(self, watch: Watch) -> tuple[int, list[tuple[int, int, int]]]:
        """A bound on the value, and times and places that come near it."""
        missing = _bound.impossible(self.problem, self.choices)
        short = _bound.short_of(self.problem, missing)
        gone = sum(
            not ((self.choices[a].begin == t) & (self.choices[a].place == p)).any()
            for a, t, p in self.before.sessions
        )
        bound = self.weigh.unplaced * (int(missing.sum()) + short) + self.weigh.change * gone
        bound += _bound.wishes_at_least(self.choices, self.problem.sessions - missing, short)
        if watch.late:
            return bound, []
        ease = _bound.ease(self.problem, self.weigh, self.choices, self.before.sessions, watch, self.seed)
        if ease.bound is not None:
            bound = max(bound, ease.bound + self.weigh.change * len(self.before.sessions))
        return bound, ease.guide

    def _improve(self, search: Search, bound: int, whole: bool) -> None:
        """Rounds until nothing helps for a while; where no ``whole`` model follows, until time is up."""
        watch, rounds, idle = self.watch.share(0.7) if whole else self.watch, 0, 0
        patience: float = self.params.rounds if watch.stop.stall is None else watch.stop.stall
        if not whole and watch.remaining is not None and watch.stop.stall is None:
            patience = np.inf
        while idle < patience and not watch.over(rounds):
            value = self._value(search)
            if self._close(value, bound) or (idle and not search.wanting()):
                return
            idle = 0 if search.round(watch, idle) else idle + 1
            rounds += 1
            self._tell("search", self._value(search), bound, rounds)

    def _close(self, value: int, bound: int) -> bool:
        return self.watch.close_in_order(*zip(*self._levels(value, bound).values(), strict=True))

    def _levels(self, value: int, bound: int) -> dict[str, tuple[int, int]]:
        """Value and bound by goal, in their order."""
        found, rest = {}, (value, max(0, min(value, bound)))
        for name in ("unplaced", "change", "helper_change"):
            weight = getattr(self.weigh, name)
            if weight:
                found[name] = (rest[0] // weight, rest[1] // weight)
                rest = (rest[0] % weight, rest[1] % weight)
        return {**found, "wishes": rest}

    def _size(self) -> int:
        """Possible (activity, beginning, place) and (activity, beginning, helper)."""
        total = 0
        for activity, choice in enumerate(self.choices):
            able = int(self.problem.skill[:, self.problem.helpers[activity] > 0].sum())
            total += len(choice.begin) + able * len(np.unique(choice.begin))
        return total

    def _whole(self, search: Search) -> int:
        """Everything anew from the plan found; a bound on the value."""
        if self.watch.over() or self.watch.stop.iterations == 0:
            return 0
        self.engine = "search+mip"
        everything = dict(enumerate(self.choices))
        model = Model(self.problem, self.weigh, Taken(self.problem), everything, self.before)
        answer = model.prove(self.watch, self.seed, self.watch.stop.iterations, search.sessions)
        if answer.sessions is not None:
            search.take(answer.sessions)
        bound = 0 if answer.bound is None else answer.bound + self.credits
        self._tell("whole", self._value(search), bound, None)
        return bound

    def _result(self, search: Search, bound: int) -> TimetableResult:
        plan = plan_of(search.sessions)
        parts = self._parts(search)
        value = sum(parts.values())
        bound = min(value, bound)
        status = Status.OPTIMAL if bound == value else Status.FEASIBLE
        reasons = unplaced(self.problem, plan, self.params, self.watch)
        seconds = self.watch.seconds
        levels = self._levels(value, bound)
        return Result(status, plan, value, bound, self.engine, self.seed, seconds, parts, reasons, levels)

    def _parts(self, search: Search) -> dict[str, int]:
        problem, rows = self.problem, search.sessions
        parts = {"unplaced": self.weigh.unplaced * (int(problem.sessions.sum()) - len(rows))}
        if self.start is not None:
            there = {(row.activity, row.begin, row.place) for row in rows}
            turns = {(row.activity, row.begin, helper) for row in rows for helper, _ in row.helpers}
            parts["change"] = self.weigh.change * len(self.before.sessions - there)
            parts["helper_change"] = self.weigh.helper_change * len(self.before.turns - turns)
        wished = np.asarray(problem.wish_time.any(axis=1))
        late = sum(
            bool(wished[row.activity]) and not problem.wish_time[row.activity, row.begin] for row in rows
        )
        away = sum(int(problem.wish_place[row.activity]) not in (ANY, row.place) for row in rows)
        wish = {"wish_time": self.params.wish_time * int(late), "wish_place": self.params.wish_place * away}
        return {**parts, **wish}

    def _tell(self, phase: str, value: int, bound: int, done: int | None) -> None:
        if self.progress is not None:
            self.progress(Event(phase, self.watch.seconds, value, min(bound, value), done))
