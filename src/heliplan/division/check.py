"""Judges a plan from scratch: none of the engines' code is used here."""

from __future__ import annotations

import numpy as np

from heliplan.asked import asked
from heliplan.codec import Ints
from heliplan.division.problem import (
    CHANGE,
    COMPACTNESS,
    Compactness,
    DivisionPlan,
    DivisionProblem,
    Params,
    change_weight,
    previous,
)
from heliplan.result import Reason, Report

_ROWS = 512  # candidate centres measured at a time


@asked(DivisionProblem, DivisionPlan, Params)
def check(
    problem: DivisionProblem,
    plan: DivisionPlan,
    start: DivisionPlan | None = None,
    params: Params = Params(),  # noqa: B008  # frozen, so one shared default is safe
) -> Report:
    """Judge a plan; ``start`` and ``params`` as given to ``solve``.

    Violations (parameters): ``grid.empty`` (grid); ``grid.below``, ``grid.above`` (grid, measure, amount,
    bound); ``grid.split`` (grid, pieces, unit, other: two of its units without a way between them inside
    it); ``block.split`` (block, unit, other: two of its units in different grids); ``pin.broken`` (unit,
    grid, wanted); ``apart.broken`` (unit, other, grid). Parts: ``compactness``, and with a previous plan
    ``change``. Loads: the amount of each measure in each grid.

    Raises
    ------
    ValueError
        If the plan or ``start`` does not fit the problem.
    """
    plan.fits(problem)
    before = previous(problem, start)
    grid = plan.grid
    loads = np.zeros((problem.grids, problem.measures.shape[1]), np.int64)
    np.add.at(loads, grid, problem.measures)
    violations = (*_amounts(problem, grid, loads), *_pieces(problem, grid), *_promises(problem, grid))
    parts = {COMPACTNESS: sum(grid_cost(problem, np.flatnonzero(grid == k)) for k in range(problem.grids))}
    if (before >= 0).any():
        moved = (before >= 0) & (before != grid)
        parts[CHANGE] = change_weight(problem, params) * int(np.maximum(problem.weights[moved], 1).sum())
    return Report(violations, sum(parts.values()), parts, loads)


def grid_cost(problem: DivisionProblem, units: Ints) -> int:
    """Compactness of one grid, exact; 0 for no units."""
    if not len(units):
        return 0
    place, weight = problem.points[units] - problem.points[units[0]], problem.weights[units]
    if problem.compactness is Compactness.MEDIAN:
        return int(_ways(place, weight).min())
    total = int(weight.sum())
    if not total:
        return 0
    square = int((weight * (place**2).sum(axis=1)).sum())
    # Python's integers: these squares do not fit into 64 bits
    pull = sum(int((weight * place[:, axis]).sum()) ** 2 for axis in (0, 1))
    return square - pull // total


def best_unit(problem: DivisionProblem, units: Ints) -> int:
    """The unit of a grid with the least sum of weight × distance to it (the first of equals)."""
    return int(units[_ways(problem.points[units], problem.weights[units]).argmin()])


def _ways(place: Ints, weight: Ints) -> Ints:
    """Sum of weight × rounded distance to each of the places."""
    found = []
    for first in range(0, len(place), _ROWS):
        away = (place[first : first + _ROWS, None, :] - place[None, :, :]).astype(float)
        found.append(np.rint(np.hypot(away[..., 0], away[..., 1])).astype(np.int64) @ weight)
    return np.concatenate(found)


def _amounts(problem: DivisionProblem, grid: Ints, loads: Ints) -> list[Reason]:
    count = np.bincount(grid, minlength=problem.grids)
    found = [Reason("grid.empty", {"grid": int(k)}) for k in np.flatnonzero(count == 0)]
    for code, bound, wrong in (
        ("grid.below", problem.low, loads < problem.low),
        ("grid.above", problem.high, loads > problem.high),
    ):
        for k, measure in np.argwhere(wrong).tolist():
            params = {"grid": k, "measure": measure, "amount": int(loads[k, measure])}
            found.append(Reason(code, {**params, "bound": int(bound[measure])}))
    return found


def _pieces(problem: DivisionProblem, grid: Ints) -> list[Reason]:
    """Grids in pieces, by union-find over the edges inside grids."""
    root = list(range(problem.units))

    def top(unit: int) -> int:
        while root[unit] != unit:
            root[unit] = root[root[unit]]
            unit = root[unit]
        return unit

    ways = problem.ways()
    for unit, other in ways[grid[ways[:, 0]] == grid[ways[:, 1]]].tolist():
        root[top(unit)] = top(other)
    first: dict[int, dict[int, int]] = {}
    for unit, k in enumerate(grid.tolist()):
        first.setdefault(k, {}).setdefault(top(unit), unit)
    found = []
    for k, pieces in sorted(first.items()):
        if len(pieces) > 1:
            unit, other = sorted(pieces.values())[:2]
            params = {"grid": k, "pieces": len(pieces), "unit": unit, "other": other}
            found.append(Reason("grid.split", params))
    return found


def _promises(problem: DivisionProblem, grid: Ints) -> list[Reason]:
    """Blocks, pins and pairs to keep apart."""
    found = []
    first: dict[int, int] = {}
    for unit in np.flatnonzero(problem.whole >= 0).tolist():
        block = int(problem.whole[unit])
        other = first.setdefault(block, unit)
        if grid[other] != grid[unit]:
            found.append(Reason("block.split", {"block": block, "unit": other, "other": unit}))
    for unit, wanted in problem.pins.tolist():
        if grid[unit] != wanted:
            found.append(Reason("pin.broken", {"unit": unit, "grid": int(grid[unit]), "wanted": wanted}))
    for unit, other in problem.apart.tolist():
        if grid[unit] == grid[other]:
            found.append(Reason("apart.broken", {"unit": unit, "other": other, "grid": int(grid[unit])}))
    return found
