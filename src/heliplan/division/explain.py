"""Why a unit lies where it lies, what changed, and what each grid holds: codes and numbers, no prose."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from heliplan.codec import Ints
from heliplan.division.check import best_unit, check, grid_cost
from heliplan.division.problem import DivisionPlan, DivisionProblem, previous
from heliplan.result import Reason


@dataclass(frozen=True, slots=True)
class Change:
    """A unit whose grid is another than before; ``weight`` is how much it counts (households)."""

    unit: int
    was: int
    now: int
    weight: int


@dataclass(frozen=True, slots=True)
class Facts:
    """One grid: its units, amount of each measure, cost, most central unit, and the grids beside it."""

    grid: int
    units: int
    amounts: tuple[int, ...]
    cost: int
    centre: int
    beside: tuple[int, ...]


def changes(problem: DivisionProblem, plan: DivisionPlan, start: DivisionPlan) -> tuple[Change, ...]:
    """Every unit that had a grid in ``start`` (-1: none) and has another one now.

    Raises
    ------
    ValueError
        If the plan or ``start`` does not fit the problem.
    """
    plan.fits(problem)
    before = previous(problem, start)
    return tuple(
        Change(unit, int(before[unit]), int(plan.grid[unit]), int(problem.weights[unit]))
        for unit in np.flatnonzero((before >= 0) & (before != plan.grid)).tolist()
    )


def facts(problem: DivisionProblem, plan: DivisionPlan) -> tuple[Facts, ...]:
    """Every grid of a plan, in order; a grid without units is left out (``check`` names it).

    Raises
    ------
    ValueError
        If the plan does not fit the problem.
    """
    plan.fits(problem)
    ends = plan.grid[problem.ways()]
    found = []
    for grid in range(problem.grids):
        units = np.flatnonzero(plan.grid == grid)
        if not len(units):
            continue
        touching = ends[(ends == grid).any(axis=1)]
        beside = tuple(sorted(set(touching.ravel().tolist()) - {grid}))
        amounts = tuple(problem.measures[units].sum(axis=0).tolist())
        cost = grid_cost(problem, units)
        found.append(Facts(grid, len(units), amounts, cost, best_unit(problem, units), beside))
    return tuple(found)


def why(problem: DivisionProblem, plan: DivisionPlan, unit: int) -> tuple[Reason, ...]:
    """What would happen if a unit (with its block) went to each of the grids beside it.

    Codes: ``pinned`` (grid) alone, if a pin holds it; ``inner`` (grid) alone, if it touches no other grid;
    else for each grid beside it ``move.costs`` (grid, cost: the plan's value would change by so much,
    and all rules would be kept) or ``move.breaks`` (grid, code, params: the first rule it would break).

    Raises
    ------
    ValueError
        If the plan does not fit the problem, or there is no such unit.
    """
    if not 0 <= unit < problem.units:
        raise ValueError(f"unit: there is no unit {unit}")
    plan.fits(problem)
    moving = _with_block(problem, unit)
    here = int(plan.grid[unit])
    if np.isin(problem.pins[:, 0], moving).any():
        return (Reason("pinned", {"grid": here}),)
    beside = _beside(problem, plan, moving) - {here}
    if not beside:
        return (Reason("inner", {"grid": here}),)
    value = check(problem, plan).value
    return tuple(_if_moved(problem, plan, moving, grid, value) for grid in sorted(beside))


def _with_block(problem: DivisionProblem, unit: int) -> Ints:
    block = problem.whole[unit]
    return np.array([unit]) if block < 0 else np.flatnonzero(problem.whole == block)


def _beside(problem: DivisionProblem, plan: DivisionPlan, units: Ints) -> set[int]:
    """Grids of the units that touch these."""
    ways = problem.ways()
    touching = ways[np.isin(ways, units).any(axis=1)]
    return set(plan.grid[touching].ravel().tolist())


def _if_moved(problem: DivisionProblem, plan: DivisionPlan, units: Ints, grid: int, value: int) -> Reason:
    moved = plan.grid.copy()
    moved[units] = grid
    verdict = check(problem, DivisionPlan(moved))
    if verdict.ok:
        return Reason("move.costs", {"grid": grid, "cost": verdict.value - value})
    first = verdict.violations[0]
    return Reason("move.breaks", {"grid": grid, "code": first.code, "params": dict(first.params)})
