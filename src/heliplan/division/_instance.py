"""From a problem to the flat sequences that the inner loop works on."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from heliplan.codec import Ints
from heliplan.division._net import Net, main_grid
from heliplan.division.problem import Compactness, DivisionProblem

if TYPE_CHECKING:
    from heliplan.division._flips import Instance, State

Flips = Any  # the module _flips, loaded when a search runs

CHAINS, MOST_CHAINS = 8.0, 0.5
"""Chains are tried for this number over the mean number of nodes of a grid: small grids need them more."""

DEAREST = 20.0
"""In the search, changing the mean weight of a grid costs at most so many mean grids: a higher price would
only freeze it. Plans are judged by the true price afterwards."""


def instance_of(
    flips: Flips, problem: DivisionProblem, net: Net, before: Ints, price: int, per_cost: float
) -> Instance:
    """The fixed part. ``before`` is last year's grid by unit; ``price`` that of one unit of weight.

    Of a block whose units had several grids the search knows the main one only.
    """
    kind = _kind(flips)
    place = (problem.points - problem.points.mean(axis=0)).astype(float)
    weight = problem.weights.astype(float)
    moments = (weight, weight * place[:, 0], weight * place[:, 1], weight * (place**2).sum(axis=1))
    mean = problem.measures.sum(axis=0) / problem.grids
    main, counted = main_grid(problem, net, before)
    change = min(price * per_cost, DEAREST * problem.grids / max(1, counted.sum())) * counted
    return flips.Instance(  # type: ignore[no-any-return]  # a module loaded late has no types
        median=problem.compactness is Compactness.MEDIAN,
        grids=problem.grids,
        measures=len(mean),
        next_at=kind(net.next_at),
        nexts=kind(net.nexts),
        foe_at=kind(net.foe_at),
        foes=kind(net.foes),
        unit_at=kind(net.unit_at),
        units=kind(net.units),
        x=kind(place[:, 0]),
        y=kind(place[:, 1]),
        unit_weight=kind(weight),
        fixed=kind(net.pin >= 0),
        before=kind(main),
        change=kind(change),
        amount=kind(net.measures.astype(float).ravel()),
        low=kind(problem.low.astype(float)),
        high=kind(problem.high.astype(float)),
        per_mean=kind(1.0 / np.maximum(mean, 1.0)),
        **dict(zip(MOMENTS, (kind(np.bincount(net.node, m, net.count)) for m in moments), strict=True)),
        per_cost=per_cost,
        chain=min(MOST_CHAINS, CHAINS * problem.grids / net.count),
    )


MOMENTS = ("weight", "weight_x", "weight_y", "weight_square")


def state_of(flips: Flips, problem: DivisionProblem, net: Net, grid: Ints) -> State:
    """The moving part for a partition ``grid`` by node; call ``prepare`` on it next."""
    kind = _kind(flips)
    grids, nodes = problem.grids, net.count

    def zeros(count: int) -> Any:
        return kind(np.zeros(count))

    return flips.State(  # type: ignore[no-any-return]  # a module loaded late has no types
        grid=kind(grid),
        size=kind(np.zeros(grids, np.int64)),
        load=zeros(grids * problem.measures.shape[1]),
        **{name: zeros(grids) for name in MOMENTS},
        cost=zeros(grids),
        reach=zeros(problem.units),
        head=kind(np.full(grids, -1)),
        after=kind(np.full(nodes, -1)),
        ahead=kind(np.full(nodes, -1)),
        mark=kind(np.zeros(nodes, np.int64)),
        queue=kind(np.zeros(nodes + 1, np.int64)),
        clock=kind(np.zeros(1, np.int64)),
    )


def mean_cost(problem: DivisionProblem, net: Net, grid: Ints) -> float:
    """A rough mean cost of a grid (at least 1), by which the search scales: from the grids' means."""
    label = grid[net.node]
    weight = problem.weights.astype(float)
    total = np.maximum(np.bincount(label, weight, problem.grids), 1e-9)
    centre = np.stack(
        [np.bincount(label, weight * problem.points[:, axis], problem.grids) / total for axis in (0, 1)],
        axis=1,
    )
    square = ((problem.points - centre[label]) ** 2).sum(axis=1)
    way = square if problem.compactness is Compactness.INERTIA else np.sqrt(square)
    return max(1.0, float((weight * way).sum()) / problem.grids)


def _kind(flips: Flips) -> Callable[[Any], Any]:
    """How sequences are held: arrays for compiled loops, lists for interpreted ones (they index faster)."""
    return np.array if flips.COMPILED else lambda value: np.asarray(value).tolist()
