"""The engine that can do everything, for small problems: one integer model of the whole, by HiGHS.

Covering is written on cells; the median in its radius form (one step variable per distinct length of a
point: Cornuéjols, Nemhauser and Wolsey 1980; García, Labbé and Marín 2011); capacities need a variable per
point and site.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from heliplan.codec import Ints
from heliplan.fields import distinct
from heliplan.siting._cells import Cells, gather
from heliplan.siting._highs import Model
from heliplan.siting._net import Bools, Floats
from heliplan.siting.problem import Goal, SitingPlan, SitingProblem

INFINITY = np.inf


class Built(NamedTuple):
    """A model whose first columns are the allowed sites; then, with capacities, one per pair.

    ``pairs`` holds (point, position of site) of those columns.
    """

    model: Model
    pairs: tuple[Ints, Ints] | None


def build(problem: SitingProblem, cells: Cells | None = None) -> Built:
    """The model of a problem that passed :func:`heliplan.siting._conflicts.find`."""
    if problem.capacities is not None:
        built = _assignment(problem)
    elif problem.goal is Goal.MEDIAN:
        built = Built(_steps(problem), None)
    else:
        sites = problem.allowed
        found = gather(problem, sites, problem.weights()) if cells is None else cells
        make = _reach_most if problem.goal is Goal.COVER_MOST else _reach_all
        built = Built(make(problem, found), None)
    _limits(problem, built.model)
    return built


def _columns(problem: SitingProblem, costs: Floats) -> Model:
    """The columns of the sites, pinned ones fixed open, and further ones with these costs; all 0 or 1."""
    sites = problem.allowed
    pinned = np.isin(sites, problem.pinned)
    price = problem.prices()[sites] if problem.goal is Goal.COVER_ALL else np.zeros(len(sites))
    low = np.concatenate([pinned.astype(float), np.zeros(len(costs))])
    return Model(np.concatenate([price.astype(float), costs]), low, np.ones(len(low)))


def _limits(problem: SitingProblem, model: Model) -> None:
    """At most p sites, and the budget."""
    sites = problem.allowed
    if problem.p is not None:
        model.add_one(np.arange(len(sites)), 1.0, -INFINITY, problem.p)
    if problem.budget is not None:
        model.add_one(np.arange(len(sites)), problem.prices()[sites], -INFINITY, problem.budget)


def _reach_most(problem: SitingProblem, cells: Cells) -> Model:
    """A cell counts as reached only when one of its sites is open."""
    model = _columns(problem, -cells.weight.astype(float))
    count, sites = len(cells.weight), len(problem.allowed)
    rows = np.repeat(np.arange(count), np.diff(cells.start))
    model.add(
        np.concatenate([rows, np.arange(count)]),
        np.concatenate([cells.site, sites + np.arange(count)]),
        np.concatenate([np.ones(len(rows)), -np.ones(count)]),
        np.zeros(count),
        INFINITY,
    )
    return model


def _reach_all(problem: SitingProblem, cells: Cells) -> Model:
    """Each cell has an open site."""
    model = _columns(problem, np.zeros(0))
    rows = np.repeat(np.arange(len(cells.weight)), np.diff(cells.start))
    model.add(rows, cells.site, 1.0, np.ones(len(cells.weight)), INFINITY)
    return model


def _steps(problem: SitingProblem) -> Model:
    """A point pays the step from one length to the next unless a site up to the shorter one is open."""
    found, length = problem.distances.nearest(problem.allowed, len(problem.allowed))
    weight = problem.weights()
    rows: list[Ints] = []
    columns: list[Ints] = []
    factors: list[Floats] = []
    costs: list[Floats] = []
    at_least: list[Floats] = []
    sites, row = len(problem.allowed), 0
    for i in range(problem.points):
        use = found[i] >= 0
        lengths, first = np.unique(length[i][use], return_index=True)
        count, at = len(first), found[i][use]
        step = np.repeat(np.arange(count), np.diff(np.append(first, len(at))))
        # row k: sites at the k-th length + step k (pay on) - step k-1 >= 0; the last row has no step
        own = np.arange(count - 1)
        rows += [row + step, row + own, row + own + 1]
        columns += [at.astype(np.int64), sites + row - i + own, sites + row - i + own]
        factors += [np.ones(len(at)), np.ones(count - 1), -np.ones(count - 1)]
        costs.append(weight[i] * np.diff(lengths).astype(float))
        at_least.append(np.concatenate([[1.0], np.zeros(count - 1)]))
        row += count
    model = _columns(problem, np.concatenate(costs))
    least = np.concatenate(at_least)
    model.add(np.concatenate(rows), np.concatenate(columns), np.concatenate(factors), least, INFINITY)
    return model


def _assignment(problem: SitingProblem) -> Built:
    """Each point is served as a whole by one site with room for it."""
    sites = problem.allowed
    point, at, cost = pairs_of(problem)
    model = _columns(problem, cost)
    columns = len(sites) + np.arange(len(point))
    must = 0.0 if problem.goal is Goal.COVER_MOST else 1.0
    model.add(point, columns, 1.0, np.full(problem.points, must), 1.0)
    taken = problem.demands()[point].astype(float)
    assert problem.capacities is not None  # noqa: S101 - asked by the caller; narrows the type
    room = problem.capacities[sites].astype(float)
    everything = np.concatenate([at, np.arange(len(sites))])
    factors = np.concatenate([taken, -room])
    model.add(
        everything, np.concatenate([columns, np.arange(len(sites))]), factors, -INFINITY, np.zeros(len(sites))
    )
    pair = np.arange(len(point))
    ones = np.concatenate([np.ones(len(pair)), -np.ones(len(pair))])
    model.add(np.tile(pair, 2), np.concatenate([columns, at]), ones, -INFINITY, np.zeros(len(pair)))
    return Built(model, (point, at))


def pairs_of(problem: SitingProblem) -> tuple[Ints, Ints, Floats]:
    """Points and sites (positions) that can serve them alone, with what that costs in the value."""
    sites = problem.allowed
    weight, demand = problem.weights(), problem.demands()
    if problem.goal is Goal.MEDIAN:
        table = problem.distances.table(np.arange(problem.points), sites)
        point, at = np.nonzero(table >= 0)
        cost = (weight[point] * table[point, at]).astype(float)
    else:
        reach = problem.distances.within(float(problem.radius or 0.0), sites)
        point = np.repeat(np.arange(problem.points), np.diff(reach.start))
        at = reach.sites.astype(np.int64)
        most = problem.goal is Goal.COVER_MOST
        cost = -weight[point].astype(float) if most else np.zeros(len(point))
    assert problem.capacities is not None  # noqa: S101 - asked by the caller; narrows the type
    fits = demand[point] <= problem.capacities[sites][at]
    return point[fits], at[fits], cost[fits]


def cost_table(problem: SitingProblem) -> Ints:
    """What serving a point (row) at an allowed site (column) costs; -1 where that cannot be.

    For cover-most that is nothing, and a last column more says what serving a point nowhere costs.
    """
    point, at, cost = pairs_of(problem)
    most = problem.goal is Goal.COVER_MOST
    table = np.full((problem.points, len(problem.allowed) + most), -1, np.int64)
    table[point, at] = 0 if most else cost
    if most:
        table[:, -1] = problem.weights()
    return table


def base_cost(problem: SitingProblem) -> int:
    """What the radius form leaves out: every point pays at least its nearest allowed site."""
    if problem.goal is not Goal.MEDIAN or problem.capacities is not None:
        return 0
    nearest = problem.distances.nearest(problem.allowed, 1)[1][:, 0].astype(np.int64)
    return int(problem.weights() @ nearest)


def read_open(problem: SitingProblem, x: Floats) -> tuple[int, ...]:
    """The sites that a solution opens."""
    sites = problem.allowed
    opened: Bools = x[: len(sites)] > 0.5
    return tuple(sites[opened].tolist())


def room_bound(problem: SitingProblem, cost: Ints) -> int:
    """At least the value of any cover-most: no more is reached than ``p`` sites have room for.

    ``cost`` is :func:`cost_table`. The points that bring most for their demand go first, the last in part
    (Dantzig's bound on a knapsack).
    """
    assert problem.capacities is not None  # noqa: S101 - asked by the caller; narrows the type
    sites, reached = problem.allowed, (cost[:, :-1] >= 0).any(axis=1)
    pinned = np.isin(sites, problem.pinned)
    room, others = problem.capacities[sites], (problem.p or 0) - int(pinned.sum())
    left = int(room[pinned].sum() + np.sort(room[~pinned])[::-1][:others].sum())
    weight, demand = problem.weights()[reached], problem.demands()[reached]
    order = np.argsort(-weight / np.maximum(demand, 1e-9), kind="stable")
    before = np.cumsum(demand[order]) - demand[order]
    part = np.clip((left - before) / np.maximum(demand[order], 1), 0, 1)
    part[demand[order] == 0] = 1
    return -int(np.floor(weight[order] @ part + 1e-6))


def values_of(problem: SitingProblem, built: Built, plan: SitingPlan, cells: Cells | None) -> Floats:
    """The columns of a plan."""
    x = built.model.low.copy()
    opened = np.isin(problem.allowed, plan.open)
    x[: len(opened)] = opened
    if built.pairs is not None and plan.served_by is not None:
        point, at = built.pairs
        x[len(opened) :] = plan.served_by[point] == problem.allowed[at]
    elif problem.goal is Goal.MEDIAN:
        x[len(opened) :] = np.concatenate(list(_paid(problem, opened)))
    elif problem.goal is Goal.COVER_MOST and cells is not None:
        reached = np.zeros(len(cells.weight), np.bool_)
        reached[np.repeat(np.arange(len(reached)), np.diff(cells.start))[opened[cells.site]]] = True
        x[len(opened) :] = reached
    return x


def _paid(problem: SitingProblem, opened: Bools) -> Iterator[Bools]:
    """Of each point which steps between its distinct lengths it pays."""
    found, length = problem.distances.nearest(problem.allowed, len(problem.allowed))
    for at, way in zip(found, length, strict=True):
        use = at >= 0
        lengths = distinct(way[use].astype(np.int64))
        nearest = way[use][opened[at[use]]].min(initial=lengths[-1])
        yield lengths[:-1] < nearest


def read_served(problem: SitingProblem, built: Built, x: Floats) -> Ints | None:
    """Who serves whom in a solution with capacities."""
    if built.pairs is None:
        return None
    point, at = built.pairs
    used = x[len(problem.allowed) :] > 0.5
    served = np.full(problem.points, -1, np.int64)
    served[point[used]] = problem.allowed[at[used]]
    return served
