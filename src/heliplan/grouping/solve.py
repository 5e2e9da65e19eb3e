"""Group units into joint organisations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from heliplan.asked import solver
from heliplan.codec import Ints
from heliplan.grouping._columns import Columns
from heliplan.grouping._levels import Found, levels, names
from heliplan.grouping._parts import Joining, Part, parts
from heliplan.grouping._pricing import FULL, Table, table
from heliplan.grouping._search import Search, bounded
from heliplan.grouping.check import check
from heliplan.grouping.explain import left_out, pin_conflicts
from heliplan.grouping.explain import levels as levels_of
from heliplan.grouping.problem import (
    NONE,
    GroupingPlan,
    GroupingProblem,
    Params,
    Weights,
    previous,
    weights,
)
from heliplan.result import Conflict, Result, Status
from heliplan.stop import Event, Progress, Stop, Watch

PROOF = 0.02
"""Seconds that column generation takes for a unit, roughly."""

GroupingResult = Result[GroupingPlan]


@solver(GroupingProblem, GroupingPlan, Params, check)
def solve(
    problem: GroupingProblem,
    stop: Stop = Stop(),  # noqa: B008  # frozen, so one shared default is safe
    seed: int = 0,
    params: Params = Params(),  # noqa: B008  # as above
    start: GroupingPlan | None = None,
    progress: Progress | None = None,
) -> GroupingResult:
    """Cover the most units, with the fewest bodies, as compact as can be.

    The order is strict: first the fewest open units in no body; then, with a previous plan ``start``, the
    fewest units that had a seat and now have another (a body whose seat has closed goes on under another
    of its units, which is no change); then the fewest bodies; then the least sum of distances of units to
    their seats. ``value`` is one whole number that keeps this order (see
    :func:`heliplan.grouping.problem.weights`); :func:`heliplan.grouping.explain.levels` reads it, and the
    bound, back into counts.

    Units that cannot touch each other are solved apart. A part of at most ``params.exact`` units goes
    through column generation, a larger one through annealing, windows and a Lagrangean bound. With a time
    limit every part is annealed and bounded before the small ones are proven.

    Parameters
    ----------
    problem : GroupingProblem
    stop : Stop, optional
        One iteration is a round of column generation, of dividing pairs anew, a sweep of annealing, a
        window or a step of the bound, counted in each part on its own. ``stall`` is not heeded.
    seed : int, optional
        Same seed, same plan, unless time ends the solve.
    params : Params, optional
    start : GroupingPlan, optional
        The plan so far. It need not keep the rules any more.
    progress : Progress, optional

    Returns
    -------
    Result of GroupingPlan
        With a plan, ``conflicts`` names every unit left out and why
        (:func:`heliplan.grouping.explain.left_out`).
        ``INFEASIBLE`` only for pins that cannot be kept; ``conflicts`` then names them
        (:func:`heliplan.grouping.explain.pin_conflicts`, or ``pin_unreachable``: unit, seat).

    Raises
    ------
    ValueError
        If ``start`` speaks of units that the problem does not have.
    """
    watch = stop.watch()
    before = previous(problem, start)
    conflicts = pin_conflicts(problem)
    if conflicts:
        return Result(Status.INFEASIBLE, None, None, None, "pins", seed, watch.seconds, conflicts=conflicts)
    run = _Run(problem, before, weights(problem, start is not None), params, watch, seed, progress)
    run.solve()
    broken = [pair for pair in problem.fixed.tolist() if run.seat[pair[0]] != pair[1]]
    if broken:
        return _without_pins(run, broken)
    plan = GroupingPlan(run.seat)
    parts_ = run.named_parts()
    value = sum(parts_.values())
    bound = min(run.bound, value)
    status = Status.OPTIMAL if bound == value else Status.FEASIBLE
    found = left_out(problem, plan, watch)
    repair = start is not None
    of_value, of_bound = levels_of(problem, value, repair), levels_of(problem, bound, repair)
    both = {name: (count, of_bound[name]) for name, count in of_value.items()}
    return Result(status, plan, value, bound, run.engine, seed, watch.seconds, parts_, found, both)


def _without_pins(run: _Run, broken: list[list[int]]) -> GroupingResult:
    """Pins that no plan was found for: infeasible with a proof, else unknown."""
    conflicts = tuple(Conflict("pin_unreachable", {"unit": unit, "seat": seat}) for unit, seat in broken)
    status = Status.INFEASIBLE if run.impossible else Status.STOPPED
    return Result(status, None, None, None, run.engine, run.seed, run.watch.seconds, conflicts=conflicts)


class _Run:
    """All parts of a problem, one after the other."""

    def __init__(
        self,
        problem: GroupingProblem,
        before: Ints,
        weigh: Weights,
        params: Params,
        watch: Watch,
        seed: int,
        progress: Progress | None,
    ) -> None:
        self.problem, self.before, self.weigh, self.params = problem, before, weigh, params
        self.watch, self.seed, self.progress = watch, seed, progress
        self.joining = Joining(problem)
        self.seat = np.full(problem.units, NONE)
        alone = np.flatnonzero(problem.alone)
        self.seat[alone] = alone
        moved = (before[alone] != NONE) & (before[alone] != alone)
        # bodies of their own have no choice: value and bound at once
        self.totals = {"uncovered": 0, "change": int(moved.sum()), "bodies": len(alone), "distance": 0}
        self.bound = weigh.change * int(moved.sum()) + weigh.bodies * len(alone)
        self.impossible = False  # a proof that some pin cannot be kept
        self._engines: set[str] = set()
        self.searches: list[Search] = []
        self.plans: list[Found] = []  # one a part
        self.cooled: Counter[int] = Counter()  # times that each part was cooled

    @property
    def engine(self) -> str:
        """The engines that made the plan."""
        return "+".join(sorted(self._engines)) or "rule"

    def solve(self) -> None:
        """A plan for every part first, so that a short time gives one; then better ones, bounds, proofs."""
        pieces = list(parts(self.problem, self.joining, self._active_before(), self.params))
        self.searches = [
            Search(self.problem, self.joining, part, self.weigh, self.params, self.seed) for part in pieces
        ]
        left = max(1, sum(part.size for part in pieces))
        for done, search in enumerate(self.searches):
            self.plans.append(search.first(self.watch, search.part.size / left))
            left = max(1, left - search.part.size)
            self._tell("first", done + 1, len(pieces))
        timed = self.watch.stop.seconds is not None
        small = [at for at in range(len(pieces)) if self._lay(at) is not None]
        large = sorted(set(range(len(pieces))) - set(small))
        # the small ones are proven anyway if there is time
        rough = [at for at in (range(len(pieces)) if timed else large) if self.searches[at].cools]
        self._each("cool", rough, self.watch.share(0.4), self._cooled)
        self._each("windows", large, self.watch.share(0.5), self._opened)
        self._bound(range(len(pieces)) if timed else large, self.watch.share(self._bounding(small)))
        self._each("columns", small, self.watch, self._proven)
        if timed:
            again = [at for at in large if at in rough]
            self._each("windows", again, self.watch.share(0.7), self._windowed)
            self._each("cool", again, self.watch, self._cooled)
        for search, plan in zip(self.searches, self.plans, strict=True):
            self._take(search.part, plan)

    def _each(
        self, phase: str, places: Sequence[int], watch: Watch, work: Callable[[int, Found, Watch], Found]
    ) -> None:
        """Improve the plans of some parts, each with its share of the time, while there is any."""
        todo = [at for at in places if not self._done(self.plans[at])]
        left = sum(self.searches[at].part.size for at in todo)
        for done, at in enumerate(todo):
            if watch.over():
                return
            size = self.searches[at].part.size
            self.plans[at] = work(at, self.plans[at], watch.share(size / left))
            left -= size
            self._tell(phase, done + 1, len(todo))

    def _done(self, plan: Found) -> bool:
        """Whether every goal of a part is as close to its bound as asked for."""
        return self.watch.close_in_order(plan.values, plan.bounds)

    def _cooled(self, at: int, plan: Found, watch: Watch) -> Found:
        self.cooled[at] += 1
        return self.searches[at].cooled(plan, watch, self.seed + self.cooled[at])

    def _opened(self, at: int, plan: Found, watch: Watch) -> Found:
        return self.searches[at].opened(plan, watch)

    def _windowed(self, at: int, plan: Found, watch: Watch) -> Found:
        return self.searches[at].windowed(plan, watch)

    def _bound(self, places: Sequence[int], watch: Watch) -> None:
        found = bounded([self.searches[at] for at in places], [self.plans[at] for at in places], watch)
        for at, plan in zip(places, found, strict=True):
            self.plans[at] = plan

    def _bounding(self, small: Sequence[int]) -> float:
        """Share of the time left for bounds: little where there is enough to prove all small parts."""
        left = self.watch.remaining
        units = sum(self.searches[at].part.size for at in small)
        return 0.1 if left is None or (small and left >= PROOF * units) else 0.8

    def _lay(self, at: int) -> Table | None:
        """A part laid out for column generation; ``None`` where it is too large."""
        part = self.searches[at].part
        if part.size > self.params.exact or not part.complete:
            return None
        lay = table(part, self.problem.threshold, self.problem.most)
        return lay if lay.cells <= FULL else None

    def _proven(self, at: int, plan: Found, watch: Watch) -> Found:
        lay = self._lay(at)
        assert lay is not None  # noqa: S101 - only such parts are looked at
        part = self.searches[at].part
        found = Columns(part, levels(part, self.weigh), lay, watch, self.seed).solve(plan)
        return replace(found, bounds=max(found.bounds, plan.bounds))

    def _active_before(self) -> Ints:
        return self.before if self.weigh.change else np.full(self.problem.units, NONE)

    def _take(self, part: Part, plan: Found) -> None:
        inside = plan.seat >= 0
        self.seat[part.units[inside]] = part.units[plan.seat[inside]]
        goals = names(part, self.weigh)
        proven = True
        for name, value, bound in zip(goals, plan.values, plan.bounds, strict=True):
            if name == "pins":
                self.impossible |= bound > 0
                continue
            self.totals[name] += value
            self.bound += getattr(self.weigh, name) * bound * proven
            proven &= bound == value
        self._engines.add(plan.engine)

    def named_parts(self) -> dict[str, int]:
        """The value by goal."""
        goals = [name for name in self.totals if name != "change" or self.weigh.change]
        return {name: getattr(self.weigh, name) * self.totals[name] for name in goals}

    def _tell(self, phase: str, done: int, total: int) -> None:
        if self.progress is not None:
            self.progress(Event(phase, self.watch.seconds, done=done, total=total))
