"""HiGHS, run with care: the relaxation first, then whole numbers among the columns that can matter.

The relaxation of a duty table is often whole by itself, and then it is the proven answer. Where it is not,
*reduced-cost fixing* keeps the search small: a column whose reduced cost is above some ``reach`` can change
the answer only in plans dearer than the relaxation by more than ``reach`` (Dantzig, Fulkerson and Johnson,
Operations Research 2, 1954). So the program is solved in whole numbers without such columns, first with a
small reach, then with the reach that the plan found makes necessary.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import highspy
import numpy as np

from heliplan.aside import solved
from heliplan.codec import Ints
from heliplan.fields import Bools
from heliplan.highs import Floats, State, Teller, quiet, sure
from heliplan.mip import ceiling
from heliplan.roster._program import Goal, Program
from heliplan.stop import Event, Progress, Watch

FRACTION = 1e-6
FIRST_REACH = 5.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """Column values in whole numbers (or none) and a whole-number bound (or none)."""

    values: Ints | None
    bound: int | None


@dataclass(frozen=True, slots=True)
class Relaxation:
    """The optimum without the demand for whole numbers: column values, reduced costs, its cost."""

    values: Floats
    reduced: Floats
    cost: float

    @property
    def whole(self) -> bool:
        """Whether the values are whole all the same."""
        return bool(np.abs(self.values - np.rint(self.values)).max(initial=0) < FRACTION)


def minimise(
    program: Program,
    goal: Goal,
    watch: Watch,
    seed: int,
    start: Ints | None = None,
    likely: Bools | None = None,
    progress: Progress | None = None,
) -> Outcome:
    """Minimise until proven, or until ``watch`` ends it.

    ``start`` is a plan in whole numbers, if one is known. ``likely`` marks the columns to begin with
    (all by default); among these there must be a plan. Columns left out come in when they can help.

    Raises
    ------
    RuntimeError
        If HiGHS refuses a call: a fault in the model.
    """
    if program.width == 0:
        return Outcome(np.empty(0, np.int64), goal.constant)
    relaxed = relax(program, goal, watch, seed, likely, progress)
    if relaxed is None:
        return Outcome(start, None)
    if relaxed.whole:
        return Outcome(np.rint(relaxed.values).astype(np.int64), ceiling(relaxed.cost))
    return _whole_numbers(program, goal, watch, seed, relaxed, start, progress)


def relax(
    program: Program,
    goal: Goal,
    watch: Watch,
    seed: int,
    likely: Bools | None = None,
    progress: Progress | None = None,
) -> Relaxation | None:
    """Solve the relaxation; ``None`` when time or the cancel switch ended it.

    It begins with the ``likely`` columns and takes in others by their reduced costs until none is below
    0 (sifting: Bixby and others, Operations Research 40, 1992), so the answer holds for all columns.
    """
    chosen = np.arange(program.width) if likely is None else np.flatnonzero(likely)
    zero, upper = np.zeros(program.width), program.upper
    # without presolve: the programs are degenerate, presolve costs more than it saves
    highs = quiet(watch, seed, presolve="off")
    sure(highs.passModel(program.task(goal, chosen, zero, upper).relaxed().lp()), "passModel")
    while True:
        if not _run(highs, watch) or highs.getModelStatus() != State.kOptimal:
            return None
        found = highs.getSolution()
        reduced = goal.costs - program.matrix.priced(np.array(found.row_dual))
        outside = np.ones(program.width, bool)
        outside[chosen] = False
        missing = np.flatnonzero(outside & (reduced < -FRACTION))
        if not len(missing):
            values = zero.copy()
            values[chosen] = found.col_value
            return Relaxation(values, reduced, highs.getInfo().objective_function_value)
        if progress is not None:
            progress(Event("sifting", watch.seconds, done=len(chosen), total=program.width))
        missing = missing[np.argsort(reduced[missing], kind="stable")][: max(1000, len(chosen) // 2)]
        _add(highs, program, goal, missing)
        chosen = np.concatenate([chosen, missing])


def _add(highs: highspy.Highs, program: Program, goal: Goal, columns: Ints) -> None:
    """Let more columns take part; the simplex goes on from the basis so far."""
    part, count = program.matrix.take(columns), len(columns)
    costs, upper = goal.costs[columns].astype(float), program.upper[columns]
    entries = (len(part.rows), part.starts[:-1], part.rows, part.values)
    sure(highs.addCols(count, costs, np.zeros(count), upper, *entries), "addCols")


def _whole_numbers(
    program: Program,
    goal: Goal,
    watch: Watch,
    seed: int,
    relaxed: Relaxation,
    best: Ints | None,
    progress: Progress | None,
) -> Outcome:
    """Whole numbers within a reach of the relaxation that grows until nothing beyond it can be better."""
    bound, reach = ceiling(relaxed.cost), FIRST_REACH
    sure = program.whole & (relaxed.values > 1 - FRACTION)
    unsure = np.zeros(program.width, bool)
    best = _better(goal, best, _within(program, goal, watch, seed, relaxed, reach, sure, best, progress))
    while not (watch.over() or (best is not None and goal.reached(best, bound))):
        # a plan better than the best costs at least 1 less, so no column beyond that can be in it
        reach = 4 * reach if best is None else goal.of(best) - relaxed.cost - 0.5
        found = _within(program, goal, watch, seed, relaxed, reach, unsure, best, progress)
        best = _better(goal, best, found)
        beyond = ceiling(relaxed.cost + reach)
        bound = max(bound, beyond if found.bound is None else min(beyond, found.bound))
        if best is not None:
            bound = min(bound, goal.of(best))
    return Outcome(best, bound)


def _better(goal: Goal, best: Ints | None, found: Outcome) -> Ints | None:
    if found.values is None or (best is not None and goal.of(best) <= goal.of(found.values)):
        return best
    return found.values


def _within(
    program: Program,
    goal: Goal,
    watch: Watch,
    seed: int,
    relaxed: Relaxation,
    reach: float,
    held: Bools,
    start: Ints | None,
    progress: Progress | None,
) -> Outcome:
    """The best plan without columns beyond ``reach`` and with those ``held`` at their upper bound.

    A bound of ``None`` says that there is proven to be no such plan.
    """
    upper = program.upper
    low = np.where((relaxed.reduced < -reach) | held, upper, 0.0)
    high = np.where((relaxed.reduced > reach) & ~held, 0.0, upper)
    columns = np.flatnonzero(high > 0)
    fits = start is not None and bool(((start >= low) & (start <= high)).all())
    options = {"presolve": "choose", "mip_rel_gap": goal.gap, "mip_abs_gap": 0.99}
    task = program.task(goal, columns, low, high, start if fits else None, **options)
    if watch.over():
        return Outcome(None, ceiling(relaxed.cost))
    found = solved(task, watch, seed, None if progress is None else _Told(watch, progress))
    if found.state == State.kInfeasible:
        return Outcome(None, None)
    bound = ceiling(found.bound if math.isfinite(found.bound) else relaxed.cost)
    if found.values is None:
        return Outcome(None, bound)
    values = np.zeros(program.width, np.int64)
    values[columns] = np.rint(found.values).astype(np.int64)
    return Outcome(values, bound)


def _run(highs: highspy.Highs, watch: Watch) -> bool:
    """Run in the time that is left; false when none is."""
    if watch.over():
        return False
    if watch.remaining is not None:
        # the solver counts its time over all its runs
        sure(highs.setOptionValue("time_limit", highs.getRunTime() + watch.remaining), "time_limit")
    sure(highs.run(), "run")
    return True


class _Told(Teller):
    """Hands every better plan that HiGHS finds to the progress callback."""

    def __init__(self, watch: Watch, progress: Progress) -> None:
        self.watch, self.progress = watch, progress
        self.bound: int | None = None

    def better(self, values: Floats, cost: float) -> None:  # noqa: ARG002 - what is told is the cost
        """See :class:`Teller`."""
        self.progress(Event("mip", self.watch.seconds, round(cost), self.bound))

    def raised(self, bound: float) -> None:
        """See :class:`Teller`."""
        self.bound = ceiling(bound)
