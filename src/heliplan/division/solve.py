"""Cut an area into grids: a proven answer for small areas, annealing for all others."""

from __future__ import annotations

from dataclasses import replace

from heliplan.asked import solver
from heliplan.codec import Ints
from heliplan.division._bounds import DENSE, lower_bound
from heliplan.division._conflicts import bound_conflicts, rule_conflicts
from heliplan.division._exact import prove
from heliplan.division._net import Net, net_of
from heliplan.division._pockets import pockets
from heliplan.division._search import Search, load
from heliplan.division.check import check
from heliplan.division.problem import (
    COMPACTNESS,
    Compactness,
    DivisionPlan,
    DivisionProblem,
    Params,
    change_weight,
    previous,
)
from heliplan.result import Conflict, Result, Status
from heliplan.stop import Progress, Stop, Watch

_NO_STOP, _PLAIN = Stop(), Params()

SEARCH, SHORTER = 0.85, 0.5
"""Share of a time limit that the search gets, the second where the bound may prove the plan; the rest is for
judging the plan and for the bound."""


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
        Phase ``cooling``, with ``done`` of ``total`` percent.

    Returns
    -------
    Result
        ``OPTIMAL`` where it is proven (small areas, or nothing had to change); ``FEASIBLE`` with a bound
        where one is known: for ``MEDIAN`` up to 600 units, for ``INERTIA`` where the weights are one of
        the measures; ``INFEASIBLE`` with conflicts (see ``rule_conflicts`` and ``bound_conflicts`` in
        ``_conflicts``, ``pockets`` in ``_pockets``, and ``none.exists`` from the exact engine);
        ``STOPPED`` with the rules that the best partition met still breaks (codes as in
        :func:`~heliplan.division.check.check`).

        ``engine`` is ``counting``, ``kept``, ``exact`` or ``annealing``.

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
    if params.change_cost is None and (before >= 0).all():
        kept = DivisionPlan(before)
        if check(problem, kept, DivisionPlan(before), params).ok:
            # any other plan changes something, and one change costs more than all compactness
            return _judged(problem, kept, before, params, "kept", seed, watch)
    if net.count <= params.exact_units:
        proof = prove(problem, net, before, change_weight(problem, params), watch)
        if proof is not None and proof.grid is None:
            none = (Conflict("none.exists", {"nodes": net.count, "grids": problem.grids}),)
            return _nothing(Status.INFEASIBLE, "exact", none, seed, watch)
        if proof is not None and proof.grid is not None:
            return _judged(problem, DivisionPlan(proof.grid[net.node]), before, params, "exact", seed, watch)
    return _annealed(problem, net, before, params, watch, seed, progress)


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


def _annealed(
    problem: DivisionProblem,
    net: Net,
    before: Ints,
    params: Params,
    watch: Watch,
    seed: int,
    progress: Progress | None,
) -> Result[DivisionPlan]:
    began, stop = watch.seconds, watch.stop
    load()
    provable = problem.compactness is Compactness.MEDIAN and problem.units <= DENSE
    most = SHORTER if provable else SEARCH
    seconds = None if stop.seconds is None else max(0.0, most * stop.seconds - began)
    search = Search(problem, net, before, params, replace(stop, seconds=seconds).watch(), seed)

    def enough(found: Ints) -> bool:
        plan = DivisionPlan(found[net.node])
        report = check(problem, plan, DivisionPlan(before), params)
        bound = lower_bound(problem, plan.grid, report.parts[COMPACTNESS], watch.share(0.3))
        return report.ok and watch.close_enough(report.value, bound)

    grid = search.run(progress, enough if stop.gap > 0 else None)[net.node]
    return _judged(problem, DivisionPlan(grid), before, params, "annealing", seed, watch)


def _judged(
    problem: DivisionProblem,
    plan: DivisionPlan,
    before: Ints,
    params: Params,
    engine: str,
    seed: int,
    watch: Watch,
) -> Result[DivisionPlan]:
    """The plan as a result, if ``check`` finds nothing wrong with it."""
    verdict = check(problem, plan, DivisionPlan(before), params)
    if not verdict.ok:
        broken = tuple(Conflict(reason.code, reason.params) for reason in verdict.violations)
        if engine != "annealing":
            raise RuntimeError(f"the engine {engine} broke {broken[0]}")
        return _nothing(Status.STOPPED, engine, broken, seed, watch)
    if engine in ("kept", "exact"):
        bound: int | None = verdict.value
    else:
        bound = lower_bound(problem, plan.grid, verdict.parts[COMPACTNESS], watch)
    status = Status.OPTIMAL if bound == verdict.value else Status.FEASIBLE
    return Result(status, plan, verdict.value, bound, engine, seed, watch.seconds, verdict.parts)


def _nothing(
    status: Status, engine: str, conflicts: tuple[Conflict, ...], seed: int, watch: Watch
) -> Result[DivisionPlan]:
    return Result(status, None, None, None, engine, seed, watch.seconds, {}, conflicts)
