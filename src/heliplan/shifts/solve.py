"""A shift roster of least cost: column generation, dive and search, with a proven bound."""

from __future__ import annotations

import numpy as np

from heliplan.asked import solver
from heliplan.codec import Ints
from heliplan.result import Result, Status
from heliplan.shifts._bound import Bound, generate
from heliplan.shifts._conflicts import conflicts
from heliplan.shifts._descent import descend, first_plan
from heliplan.shifts._dive import dive
from heliplan.shifts._lift import lift
from heliplan.shifts._master import Master, Part, Schedule
from heliplan.shifts._network import GivenUpError
from heliplan.shifts._paths import Days
from heliplan.shifts._pool import prove
from heliplan.shifts._run import Run
from heliplan.shifts._search import search
from heliplan.shifts._staff import Staff
from heliplan.shifts.check import check
from heliplan.shifts.problem import (
    CHANGE,
    MISSED,
    OVER,
    UNDER,
    UNWANTED,
    Params,
    ShiftsPlan,
    ShiftsProblem,
    change_weight,
    previous,
)
from heliplan.stop import Progress, Stop

ENGINE = "column generation"
HOPE, TIGHTER, WIDER = 0.02, 0.7, 1.4
BOUND = 0.4  # of the time may go into the bound; the rest is for plans
LEAN = 60  # schedules of each person that a dive begins with

_NO_STOP, _PLAIN = Stop(), Params()


@solver(ShiftsProblem, ShiftsPlan, Params, check)
def solve(
    problem: ShiftsProblem,
    stop: Stop = _NO_STOP,
    seed: int = 0,
    params: Params = _PLAIN,
    start: ShiftsPlan | None = None,
    progress: Progress | None = None,
) -> Result[ShiftsPlan]:
    """Plan everybody's shifts at the least cost of cover and requests.

    A linear program chooses among schedules, and an exact dynamic program finds each person's next one
    (column generation; M. Lübbecke and J. Desrosiers 2005). Its bound is computed in integers and holds
    exactly. A dive and a search over groups of people make the plan.

    Parameters
    ----------
    stop : Stop
        An iteration is one pricing of the people at hand. Without limits the search goes on until a proof,
        which for large problems may be never: give a limit.
    seed : int
        Of the order of people in descent and search.
    start : ShiftsPlan, optional
        The plan there was, -2 where nothing is known. Least-change repair: a changed day of a person
        costs :func:`change_weight`, and this cost is the part ``change`` of the value and of the bound.
    progress : callable, optional
        Phases ``first``, ``descent``, ``bound``, ``dive``, ``proof`` and ``search``.

    Returns
    -------
    Result
        ``INFEASIBLE`` with a conflict for each person who has no schedule; cover can always be missed, so
        nothing else can be infeasible. ``STOPPED`` where no schedule was found for somebody in time, whose
        limits are too many to be counted, or whose contract over so many days has too many states.

    Raises
    ------
    ValueError
        On a ``start`` that does not fit the problem, or weights too large for so many days.
    """
    had = previous(problem, start)
    change = change_weight(problem, params) if start is not None else 0
    run = Run(Staff(problem, had, change), stop, seed, progress)
    try:
        found = conflicts(run)
        if found:
            return Result(Status.INFEASIBLE, None, None, None, ENGINE, seed, run.watch.seconds, {}, found)
        plan = _first(run, had)
        if plan is not None:
            run.offer(plan, "first")
            _better(run)
    except GivenUpError:
        # what there is by then is the answer
        return _result(run, problem, had, change, seed)
    return _result(run, problem, had, change, seed)


def _first(run: Run, had: Ints) -> Days | None:
    """The plan there was, where it keeps every rule; else one made person by person."""
    kept = (had + 1).astype(np.int16)
    if (kept >= 0).all() and all(run.staff.keeps(person, days) for person, days in enumerate(kept)):
        return kept
    return first_plan(run, had)


def _better(run: Run) -> None:
    """Descend, bound, dive, prove, search: each as far as time allows."""
    if run.plan is None or run.over:
        return
    run.offer(descend(run, run.plan), "descent")
    part = Part.whole(run.staff)
    master = Master(run, part)
    master.add(Schedule.of(person, days) for person, days in enumerate(run.plan))
    bound = generate(run, master, share=BOUND)
    if bound is None or run.over:
        return
    lean = master.lean(master.solve(run), LEAN)
    lean, _ = _dive(run, part, lean, run.value or 0, vary=False)
    prove(run, part, [bound])
    if not run.over:
        _finish(run, part, lean, lift(run, part, lean, bound))


def _dive(
    run: Run, part: Part, schedules: list[Schedule], below: int, vary: bool
) -> tuple[list[Schedule], bool]:
    """Go down from the linear program of the whole to a plan of less than ``below``.

    Returns the schedules to begin with next time, and whether a plan was found.
    """
    if run.plan is None or run.over:
        return schedules, False
    master = Master(run, part)
    master.add(schedules)
    found = dive(run, master, run.plan, below, vary)
    if found is not None:
        run.offer(found, "dive")
        run.offer(descend(run, found), "descent")
    master.only(np.ones(len(master.schedules), np.bool_))
    return master.lean(master.solve(run), LEAN), found is not None


def _finish(run: Run, part: Part, schedules: list[Schedule], bounds: list[Bound]) -> None:
    """Search and dive in turn, as much of one as of the other; a plan near to the bound is to be proven."""
    hope, tried = HOPE, None
    while not run.over and run.value is not None and run.bound is not None:
        if run.near and run.value != tried:
            tried = run.value
            prove(run, part, bounds)
        began = run.work
        below = min(run.value, run.bound + 2 + int(hope * abs(run.bound)))
        schedules, found = _dive(run, part, schedules, below, vary=True)
        hope *= TIGHTER if found else WIDER
        search(run, max(1, run.work - began))


def _result(run: Run, problem: ShiftsProblem, had: Ints, change: int, seed: int) -> Result[ShiftsPlan]:
    seconds = run.watch.seconds
    if run.plan is None or run.value is None:
        return Result(Status.STOPPED, None, None, run.bound, ENGINE, seed, seconds)
    run.prove(0, "bound")
    shift = run.plan.astype(np.int64) - 1
    status = Status.OPTIMAL if run.value == run.bound else Status.FEASIBLE
    parts = _parts(problem, shift, had, change)
    return Result(status, ShiftsPlan(shift), run.value, run.bound, ENGINE, seed, seconds, parts)


def _parts(problem: ShiftsProblem, shift: Ints, had: Ints, change: int) -> dict[str, int]:
    """The value by named part."""
    short = problem.required - (shift[:, :, None] == np.arange(problem.shifts)).sum(axis=0)
    wanted, unwanted = problem.wanted, problem.unwanted
    missed = shift[wanted[:, 0], wanted[:, 1]] != wanted[:, 2]
    given = shift[unwanted[:, 0], unwanted[:, 1]] == unwanted[:, 2]
    parts = {
        UNDER: int((np.maximum(short, 0) * problem.under).sum()),
        OVER: int((np.maximum(-short, 0) * problem.over).sum()),
        MISSED: int(wanted[missed, 3].sum()),
        UNWANTED: int(unwanted[given, 3].sum()),
    }
    if (had >= -1).any():
        parts[CHANGE] = change * int(((had >= -1) & (had != shift)).sum())
    return parts
