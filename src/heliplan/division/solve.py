"""Cut an area into grids: a proven answer for small areas, annealing for all others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from heliplan.asked import solver
from heliplan.codec import Ints
from heliplan.division._bounds import area_bound, is_provable, median_bound
from heliplan.division._conflicts import bound_conflicts, rule_conflicts
from heliplan.division._exact import prove
from heliplan.division._first import first
from heliplan.division._net import Net, main_grid, net_of
from heliplan.division._pockets import pockets
from heliplan.division._search import Search, load
from heliplan.division._start import renamed
from heliplan.division.check import check
from heliplan.division.problem import (
    COMPACTNESS,
    DivisionPlan,
    DivisionProblem,
    Params,
    change_weight,
    previous,
)
from heliplan.result import Conflict, Result, Status
from heliplan.stop import Event, Progress, Stop, Watch

_NO_STOP, _PLAIN = Stop(), Params()

BOUNDING = 0.2
"""Share of a time limit that the bound from the area alone may take."""

SHORTER = 0.5
"""Share of the time left that a search gets before the bound, where the bound may prove the plan."""

PROVEN = ("kept", "exact")
"""Engines whose plans are optimal."""


@solver(DivisionProblem, DivisionPlan, Params, check)
def solve(
    problem: DivisionProblem,
    stop: Stop = _NO_STOP,
    seed: int = 0,
    params: Params = _PLAIN,
    start: DivisionPlan | None = None,
    progress: Progress | None = None,
) -> Result[DivisionPlan]:
    """Put every unit into a grid.

    Parameters
    ----------
    problem : DivisionProblem
    stop : Stop
        An iteration is one sweep of the annealing engine (see :class:`Params`). Without limits it cools
        once, or a few times while no plan keeps the bounds. With a time limit it cools again until the
        time is over. ``gap`` is looked at after every cooling.
    seed : int
        Same seed and iteration limit, same plan, with or without numba.
    params : Params
    start : DivisionPlan, optional
        Last year's grid of each unit, -1 for a new unit: least-change repair. Changes cost
        :func:`change_weight` for each unit of weight, the part ``change`` of the value. Grids keep their
        names. A start that keeps all rules comes back as it is unless a change has a price of its own.
    progress : callable, optional
        Phase ``first``, with the value of a first plan; ``cooling``, with ``done`` of ``total`` percent.

    Returns
    -------
    Result
        ``OPTIMAL`` where it is proven (small areas, or nothing had to change); ``FEASIBLE`` with a bound
        where one is known: for ``MEDIAN`` up to 600 units, for ``INERTIA`` where the weights are one of
        the measures; ``INFEASIBLE`` with conflicts (see ``rule_conflicts`` and ``bound_conflicts`` in
        ``_conflicts``, ``pockets`` in ``_pockets``, and ``none.exists`` from the exact engine);
        ``STOPPED`` with the rules that the best partition met still breaks (codes as in
        :func:`~heliplan.division.check.check`).

        ``engine`` is ``counting``, ``kept``, ``exact``, ``first`` (time ended before a search) or
        ``annealing``.

    Raises
    ------
    ValueError
        On a ``start`` that does not fit the problem.

    Notes
    -----
    With numba (extra ``large``) the search runs many times faster, once its loops are compiled
    (:mod:`heliplan.compiling`).
    """
    watch = stop.watch()
    before = previous(problem, start)
    net, conflicts = _joined(problem)
    if net is None:
        return _nothing(Status.INFEASIBLE, "counting", conflicts, seed, watch)
    ask = _Ask(net, before, params, watch, seed, progress)
    if params.change_cost is None and (before >= 0).all():
        kept = DivisionPlan(before)
        if check(problem, kept, DivisionPlan(before), params).ok:
            # any other plan changes something, and one change costs more than all compactness
            return _judged(problem, kept, ask, "kept")
    if net.count <= params.exact_units:
        proof = prove(problem, net, before, change_weight(problem, params), watch)
        if proof is not None and proof.grid is None:
            none = (Conflict("none.exists", {"nodes": net.count, "grids": problem.grids}),)
            return _nothing(Status.INFEASIBLE, "exact", none, seed, watch)
        if proof is not None and proof.grid is not None:
            return _judged(problem, DivisionPlan(proof.grid[net.node]), ask, "exact")
    return _annealed(problem, ask)


def _joined(problem: DivisionProblem) -> tuple[Net | None, tuple[Conflict, ...]]:
    """The graph that the engines work on, or what can be seen without searching to stand in the way."""
    conflicts = rule_conflicts(problem)
    if conflicts:
        return None, conflicts
    net = net_of(problem)
    conflicts = bound_conflicts(problem, net)
    if conflicts:
        return None, conflicts
    found = pockets(problem, net)
    return (None if found.conflicts else net_of(problem, found.block[net.node])), found.conflicts


@dataclass(frozen=True, slots=True)
class _Ask:
    """What is asked of a solve beside the problem."""

    net: Net
    before: Ints
    params: Params
    watch: Watch
    seed: int
    progress: Progress | None


def _annealed(problem: DivisionProblem, ask: _Ask) -> Result[DivisionPlan]:
    """A first plan, then search and bound in turn until the time is up or the gap is reached."""
    net, watch = ask.net, ask.watch
    known = first(problem, net, ask.seed, watch)
    if known is not None and (ask.before >= 0).any():
        known = renamed(known, net, main_grid(problem, net, ask.before)[0], problem.grids)
    best = None if known is None else _judged(problem, DivisionPlan(known[net.node]), ask, "first")
    if best is not None and best.plan is None:
        known = best = None  # a pair to keep apart lies together
    if best is not None:
        if ask.progress is not None:
            ask.progress(Event("first", watch.seconds, best.value))
        if watch.late:
            return best
    judging = watch.seconds if best is None else best.seconds
    return _searched(problem, ask, known, best, judging)


def _searched(
    problem: DivisionProblem, ask: _Ask, known: Ints | None, best: Result[DivisionPlan] | None, judging: float
) -> Result[DivisionPlan]:
    """Search, then bound; with a time limit again while there is some left after ``judging`` seconds."""
    net, watch, turn = ask.net, ask.watch, 0
    load()
    least = area_bound(problem, watch.share(BOUNDING))
    search = Search(problem, net, ask.before, ask.params, watch, ask.seed, known)
    share = SHORTER if is_provable(problem) else 1.0
    while turn == 0 or not _over(best, watch, judging):
        left = watch.remaining
        seconds = None if left is None else share * max(0.0, left - judging)
        search.watch = replace(watch.stop, seconds=seconds).watch()
        grid = search.run(ask.progress, _enough(problem, ask, least) if watch.stop.gap > 0 else None)
        best = _better(best, _judged(problem, DivisionPlan(grid[net.node]), ask, "annealing", least))
        turn += 1
    assert best is not None  # noqa: S101 - there was a turn
    return best


def _over(best: Result[DivisionPlan] | None, watch: Watch, judging: float) -> bool:
    """Whether nothing more is to be done: no time limit, none left, or good enough."""
    left = watch.remaining
    if left is None or watch.stop.iterations is not None or left <= judging or watch.late:
        return True
    return best is not None and best.value is not None and watch.close_enough(best.value, best.bound)


def _better(old: Result[DivisionPlan] | None, new: Result[DivisionPlan]) -> Result[DivisionPlan]:
    """The plan of less value with the higher bound of the two."""
    if old is None or old.value is None:
        return new
    if new.value is None:
        return replace(old, seconds=new.seconds)
    best = new if new.value <= old.value else replace(old, seconds=new.seconds)
    bounds = [one.bound for one in (old, new) if one.bound is not None]
    bound = min(best.value or 0, max(bounds)) if bounds else None
    return replace(best, bound=bound, status=Status.OPTIMAL if bound == best.value else Status.FEASIBLE)


def _enough(problem: DivisionProblem, ask: _Ask, least: int) -> Callable[[Ints], bool]:
    """Whether a partition by node is a plan within the gap asked for."""

    def enough(found: Ints) -> bool:
        plan = DivisionPlan(found[ask.net.node])
        report = check(problem, plan, DivisionPlan(ask.before), ask.params)
        bound = _bound(problem, plan, report.parts[COMPACTNESS], least, ask.watch.share(0.3))
        return report.ok and ask.watch.close_enough(report.value, bound)

    return enough


def _bound(problem: DivisionProblem, plan: DivisionPlan, value: int, least: int, watch: Watch) -> int:
    """A bound on the compactness of every plan: ``least``, or what a plan of this ``value`` helps prove."""
    return max(least, median_bound(problem, plan.grid, value, watch)) if is_provable(problem) else least


def _judged(
    problem: DivisionProblem, plan: DivisionPlan, ask: _Ask, engine: str, least: int = 0
) -> Result[DivisionPlan]:
    """The plan as a result, if ``check`` finds nothing wrong with it; no plan costs less than ``least``."""
    watch = ask.watch
    verdict = check(problem, plan, DivisionPlan(ask.before), ask.params)
    if not verdict.ok:
        broken = tuple(Conflict(reason.code, reason.params) for reason in verdict.violations)
        if engine in PROVEN:
            raise RuntimeError(f"the engine {engine} broke {broken[0]}")
        return _nothing(Status.STOPPED, engine, broken, ask.seed, watch)
    bound = least
    if engine in PROVEN:
        bound = verdict.value
    elif engine != "first":
        bound = _bound(problem, plan, verdict.parts[COMPACTNESS], least, watch)
    status = Status.OPTIMAL if bound == verdict.value else Status.FEASIBLE
    return Result(status, plan, verdict.value, bound, engine, ask.seed, watch.seconds, verdict.parts)


def _nothing(
    status: Status, engine: str, conflicts: tuple[Conflict, ...], seed: int, watch: Watch
) -> Result[DivisionPlan]:
    return Result(status, None, None, None, engine, seed, watch.seconds, {}, conflicts)
