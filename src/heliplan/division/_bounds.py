"""What no plan can cost less than, for areas too large to prove."""

from __future__ import annotations

import math
import sys

import numpy as np
from scipy.spatial import cKDTree

from heliplan.codec import Ints
from heliplan.division._net import Floats
from heliplan.division.problem import Compactness, DivisionProblem
from heliplan.mip import Program, minimise
from heliplan.stop import Watch

DENSE = 600
"""Most units for the median bound: it works on all pairs."""

ROUNDS = 250
"""Steps of the median bound."""

ARCS, FEW, NODES = 12_000, 3_000, 200
"""Most (unit, centre) pairs of the median's integer model; most of them, and most nodes of its search tree,
where no clock ends it."""

PAIRS = 100_000_000
"""Most pairs of near units for the inertia bound."""

_CHUNK = 4096
_HAIR = 1e-9  # floats are made so much smaller before they are called a bound


def area_bound(problem: DivisionProblem, watch: Watch) -> int:
    """A proven lower bound on the compactness of every plan, from the area alone; 0 where none is known."""
    if problem.compactness is not Compactness.INERTIA:
        return 0
    found = inertia_bound(problem, watch)
    return 0 if found is None else _raised(found)


def is_provable(problem: DivisionProblem) -> bool:
    """Whether :func:`median_bound` says something of the plans of the problem."""
    return problem.compactness is Compactness.MEDIAN and problem.units <= DENSE


def _raised(bound: float) -> int:
    """The least whole number that is not below the bound, rounding errors set aside."""
    return max(0, math.ceil(bound * (1 - _HAIR) - _HAIR))


def inertia_bound(problem: DivisionProblem, watch: Watch) -> float | None:
    """Each unit with its nearest neighbours up to the least weight of a grid; ``None`` if time is over.

    The inertia of a grid of weight W is the sum over its units i of w_i / 2W × the sum over its units j of
    w_j d_ij², and the mean of w_j d_ij² over the nearest weight W rises with W. It needs a measure that
    equals the weights and has a lower bound above 0; shape and contiguity are relaxed, which costs about
    half: round grids that overlap would reach it.
    """
    same = [m for m in range(len(problem.low)) if (problem.measures[:, m] == problem.weights).all()]
    least = max((int(problem.low[m]) for m in same), default=0)
    if not least:
        return None
    who = np.flatnonzero(problem.weights > 0)
    place, weight = problem.points[who].astype(float), problem.weights[who].astype(float)
    count = min(len(who), 16 + int(2.5 * least / weight.mean()))
    tree, todo, total = cKDTree(place), np.arange(len(who)), 0.0
    while len(todo):
        if len(todo) * count > PAIRS:
            return None
        short = []
        for first in range(0, len(todo), _CHUNK):
            if first and watch.over():
                return None
            mine = todo[first : first + _CHUNK]
            away, near = tree.query(place[mine], k=count)
            square, load = away.reshape(len(mine), -1) ** 2, weight[near.reshape(len(mine), -1)]
            filled = load.sum(axis=1) >= least
            run = np.minimum(np.cumsum(load, axis=1), least)
            part = np.diff(run, axis=1, prepend=0.0)
            total += float((weight[mine, None] * part * square)[filled].sum()) / (2 * least)
            short.append(mine[~filled])
        todo, count = np.concatenate(short), min(len(who), 2 * count)
    return total


def median_bound(problem: DivisionProblem, grid: Ints, value: int, watch: Watch) -> int:
    """Bound on the capacitated median: that of ``_priced``, then a program over the centres left.

    Parameters
    ----------
    grid : int [U]
        A plan: the bound starts from its centres.
    value : int
        The plan's compactness.
    """
    way = _ways(problem)
    bound, centres = _priced(problem, way, grid, value, watch)
    most = FEW if watch.remaining is None else ARCS
    if bound >= value or problem.units * len(centres) > most or watch.over():
        return min(bound, value)
    return min(value, max(bound, _modelled(problem, way, centres, watch)))


def _priced(problem: DivisionProblem, way: Floats, grid: Ints, value: int, watch: Watch) -> tuple[int, Ints]:
    """Lagrangean bound, and the units that may be a centre of a plan of less than ``value``.

    Each unit once is relaxed, by subgradient steps. For each possible centre the best set of units under the
    bounds of one measure is a fractional knapsack (the centre itself is in it); the K best centres count, and
    a centre that raises the bound to ``value`` when it takes the place of the worst of them cannot be one.
    Held, Wolfe and Crowder, "Validation of subgradient optimization" (Math. Programming 6, 1974).
    """
    amount = _tightest(problem)
    centres = [units[way[np.ix_(units, units)].sum(axis=0).argmin()] for units in _grids(problem, grid)]
    second = np.partition(way[:, centres], min(1, problem.grids - 1), axis=1)[:, min(1, problem.grids - 1)]
    price, best, pace, stalled = second.astype(float), -math.inf, 1.0, 0
    may = np.ones(problem.units, bool)
    for turn in range(ROUNDS):
        if turn and watch.over():
            break
        bound, missing, extra = _relaxed(problem, way, amount, price)
        may &= (bound + extra) * (1 - _HAIR) - 1 < value
        stalled = 0 if bound > best else stalled + 1
        best = max(best, bound)
        norm = float((missing**2).sum())
        if norm < 1e-12 or value - best < 1:
            break
        if stalled >= 8:
            pace, stalled = pace / 1.7, 0
        price = price + pace * (1.02 * value - bound) / norm * missing
    return _raised(best), np.flatnonzero(may)


def _modelled(problem: DivisionProblem, way: Floats, centres: Ints, watch: Watch) -> int:
    """Bound of the integer model without ways inside grids: each unit to one centre, all measures kept."""
    count, many = problem.units, len(centres)
    unit, place = (axis.ravel() for axis in np.indices((count, many)))
    arc, own = np.arange(count * many), centres[place] * many + place
    other = np.flatnonzero(centres[place] != unit)
    blocks, low, high = [(unit, arc, np.ones(len(arc)))], [np.ones(count)], [np.ones(count)]
    rows = count
    for m in range(len(problem.low)):
        for limit, least, most in ((problem.low[m], 0.0, np.inf), (problem.high[m], -np.inf, 0.0)):
            amount = problem.measures[unit, m] - np.where(arc == own, limit, 0)
            blocks.append((rows + place, arc, amount.astype(float)))
            low.append(np.full(many, least))
            high.append(np.full(many, most))
            rows += many
    blocks.append((np.full(many, rows), centres * many + np.arange(many), np.ones(many)))
    pair = rows + 1 + np.arange(len(other))
    blocks += [(pair, other, np.ones(len(other))), (pair, own[other], -np.ones(len(other)))]
    low += [np.array([problem.grids]), np.full(len(other), -np.inf)]
    high += [np.array([problem.grids]), np.zeros(len(other))]
    row, column, value = (np.concatenate([block[i] for block in blocks]) for i in range(3))
    program = Program(
        way[:, centres].ravel(),
        np.ones(len(arc)),
        np.concatenate(low).astype(float),
        np.concatenate(high).astype(float),
        row,
        column,
        value,
    )
    done = minimise(program, watch, nodes=NODES if watch.remaining is None else None)
    if done.impossible:
        return sys.maxsize  # no plan is better than the one given
    return 0 if done.bound is None else _raised(done.bound)


def _grids(problem: DivisionProblem, grid: Ints) -> list[Ints]:
    return [np.flatnonzero(grid == k) for k in range(problem.grids)]


def _ways(problem: DivisionProblem) -> Floats:
    """Weight × rounded distance of unit (row) to centre (column)."""
    away = (problem.points[:, None, :] - problem.points[None, :, :]).astype(float)
    length: Floats = problem.weights[:, None] * np.rint(np.hypot(away[..., 0], away[..., 1]))
    return length


def _tightest(problem: DivisionProblem) -> int:
    """The measure whose bounds leave least room."""
    room = (problem.high - problem.low) / np.maximum(problem.measures.sum(axis=0), 1)
    return int(room.argmin())


def _relaxed(
    problem: DivisionProblem, way: Floats, measure: int, price: Floats
) -> tuple[float, Floats, Floats]:
    """Value of the relaxation for these prices, by how much each unit is missing from it, and how much
    it rises if a unit must be a centre."""
    amount = problem.measures[:, measure].astype(float)
    low, high = float(problem.low[measure]), float(problem.high[measure])
    reduced = way - price[:, None]
    own = np.diagonal(reduced).copy()
    np.fill_diagonal(reduced, np.inf)
    free = np.where(amount[:, None] > 0, np.inf, reduced)  # takes no room
    ratio = np.where(amount[:, None] > 0, reduced / np.maximum(amount, 1.0)[:, None], np.inf)
    order = np.argsort(ratio, axis=0, kind="stable")
    sizes = np.where(np.isfinite(np.take_along_axis(ratio, order, 0)), amount[order], 0.0)
    run = np.cumsum(sizes, axis=0)
    wished = np.where(np.take_along_axis(ratio, order, 0) < 0, sizes, 0.0).sum(axis=0)
    room = np.clip(wished, np.maximum(0.0, low - amount), np.maximum(0.0, high - amount))
    part = np.clip((room - (run - sizes)) / np.maximum(sizes, 1e-300), 0.0, 1.0) * (sizes > 0)
    taken = np.zeros_like(reduced)
    np.put_along_axis(taken, order, part, 0)
    taken[free < 0] = 1.0
    np.fill_diagonal(taken, 1.0)
    np.fill_diagonal(reduced, own)
    worth = (reduced * taken).sum(axis=0)
    chosen = np.argpartition(worth, problem.grids - 1)[: problem.grids]
    extra = np.maximum(0.0, worth - worth[chosen].max())
    return float(price.sum() + worth[chosen].sum()), 1.0 - taken[:, chosen].sum(axis=1), extra
