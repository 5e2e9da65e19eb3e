"""Start partitions: every grid hangs together, amounts are roughly even, shapes are round.

Afresh: a balanced power diagram (Lloyd's method with one price per grid that rises while the grid holds too
much: Aurenhammer, Hoffmann and Aronov, "Minkowski-type theorems and least-squares clustering", Algorithmica
20, 1998), then the grids grow from their centres over the graph in the order of the diagram's distance, so
that each hangs together. From last year's grids: what hangs together stays, the rest grows onto it.
"""

from __future__ import annotations

from collections import deque
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.spatial import cKDTree

from heliplan.codec import Ints
from heliplan.compiled import loops
from heliplan.division._conflicts import grid_range
from heliplan.division._net import Floats, Net, components
from heliplan.division.problem import DivisionProblem

LLOYD = 24
CANDIDATES = 10  # centres that a node may belong to; the power diagram of even grids never reaches further
GROWTHS = 8  # the one with the most even amounts is taken
LABEL = 5  # where ``grown`` takes the labels


def begin(problem: DivisionProblem, net: Net, random: np.random.Generator) -> Ints:
    """A fresh partition by node; pins are kept."""
    size = sizes(problem, net)
    label = pinned_cores(net, random)
    free = [grid for grid in range(problem.grids) if not (net.pin == grid).any()]
    for part, pinned, count in shares(problem, net, size):
        own, free = [*pinned, *free[: count - len(pinned)]], free[count - len(pinned) :]
        centres, prices = diagram(net.middle[part], size[part], len(own), random)
        order = match(net, label, own, centres)
        spread(net, part, size, label, np.array(own), centres[order], prices[order])
    return label


def mend(problem: DivisionProblem, net: Net, before: Ints, random: np.random.Generator) -> Ints:
    """Last year's grids (``before``, by node, -1: none) made whole: pins kept, no grid in pieces or empty."""
    label = pinned_cores(net, random)
    kept = np.where((label < 0) & (net.pin < 0), before, label)
    part = components(net.next_at, net.nexts, kept)
    size = sizes(problem, net) + 1e-9
    weight = np.bincount(part, size + 1e9 * (label >= 0))  # the piece with the pins comes first
    for grid in np.unique(kept[kept >= 0]).tolist():
        mine = np.flatnonzero(kept == grid)
        best = part[mine[np.argmax(weight[part[mine]])]]
        kept[mine[(part[mine] != best) & (label[mine] < 0)]] = -1
    for grid in np.setdiff1d(np.arange(problem.grids), kept).tolist():
        kept[_new_seed(net, kept, size)] = grid
    total = np.bincount(kept[kept >= 0], size[kept >= 0], problem.grids)
    centres = np.stack(
        [
            np.bincount(kept[kept >= 0], (size * net.middle[:, a])[kept >= 0], problem.grids) / total
            for a in (0, 1)
        ],
        axis=1,
    )
    grow(net, np.arange(net.count), kept, centres, np.zeros(problem.grids))
    return kept if (kept >= 0).all() else renamed(begin(problem, net, random), net, before, problem.grids)


def renamed(label: Ints, net: Net, before: Ints, grids: int) -> Ints:
    """The same partition with the grids named so that the least weight changes; pinned grids keep theirs."""
    known = before >= 0
    shared = np.zeros((grids, grids))
    np.add.at(shared, (label[known], before[known]), np.maximum(net.weight[known], 1))
    pinned = np.unique(net.pin[net.pin >= 0])
    shared[pinned, pinned] += shared.sum() + 1
    _, name = linear_sum_assignment(-shared)
    names: Ints = name[label]
    return names


def sizes(problem: DivisionProblem, net: Net) -> Floats:
    """One amount per node: the mean over the measures of its share in a mean grid."""
    mean = problem.measures.sum(axis=0) / problem.grids
    shares: Floats = (net.measures / np.where(mean > 0, mean, 1.0)).mean(axis=1)
    return shares if shares.sum() > 0 else np.full(net.count, problem.grids / net.count)


def shares(problem: DivisionProblem, net: Net, size: Floats) -> list[tuple[Ints, list[int], int]]:
    """Parts of the graph, with the grids pinned there and how many grids each makes: K in all."""
    parts = [np.flatnonzero(net.component == number) for number in range(int(net.component.max()) + 1)]
    pinned = [sorted(set(net.pin[part][net.pin[part] >= 0].tolist())) for part in parts]
    ranges = [grid_range(problem, net, part) for part in parts]
    count = [max(low, len(own)) for (low, _), own in zip(ranges, pinned, strict=True)]
    for _ in range(problem.grids - sum(count)):
        need = [
            size[part].sum() / k if k < high else -1.0
            for part, k, (_, high) in zip(parts, count, ranges, strict=True)
        ]
        count[int(np.argmax(need))] += 1
    return list(zip(parts, pinned, count, strict=True))


def diagram(place: Floats, size: Floats, count: int, random: np.random.Generator) -> tuple[Floats, Floats]:
    """Centres [count, 2] and prices [count] of a balanced power diagram."""
    label = _halves(place, size, count, random)
    prices = np.zeros(count)
    centres = _means(place, size, label, count, place[:count])
    for turn in range(LLOYD):
        if turn % 3 == 0:
            _, near = cKDTree(centres).query(place, k=min(count, CANDIDATES))
            near = near.reshape(len(place), -1)
        square = ((place[:, None, :] - centres[near]) ** 2).sum(axis=2)
        choice = (square + prices[near]).argmin(axis=1)[:, None]
        label = np.take_along_axis(near, choice, 1)[:, 0]
        prices += _correction(size, label, np.take_along_axis(square, choice, 1)[:, 0], count)
        centres = _means(place, size, label, count, centres)
    return centres, prices


def _correction(size: Floats, label: Ints, square: Floats, count: int) -> Floats:
    """How prices change: up where a grid holds more than the mean."""
    load = np.bincount(label, size, count)
    ratio = np.clip(load / max(load.mean(), 1e-12), 0.0, 2.0)
    typical = float((size * square).sum() / max(size.sum(), 1e-12))
    change: Floats = 1.5 * typical * (ratio - 1.0)
    return change


def _means(place: Floats, size: Floats, label: Ints, count: int, without: Floats) -> Floats:
    """Weighted mean of each label; ``without`` where a label has no weight."""
    total = np.bincount(label, size, count)
    sums = np.stack([np.bincount(label, size * place[:, axis], count) for axis in (0, 1)], axis=1)
    means: Floats = np.where(total[:, None] > 0, sums / np.maximum(total, 1e-300)[:, None], without)
    return means


def _halves(place: Floats, size: Floats, count: int, random: np.random.Generator) -> Ints:
    """Cut the plane into ``count`` boxes of even amounts, across the longer side, slightly turned."""
    turn = random.uniform(0, np.pi)
    turned = place @ np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    label = np.zeros(len(place), np.int64)
    todo = [(np.arange(len(place)), 0, count)]
    while todo:
        mine, first, many = todo.pop()
        label[mine] = first
        if many == 1 or len(mine) < 2:
            continue
        axis = int(np.argmax(np.ptp(turned[mine], axis=0)))
        mine = mine[np.argsort(turned[mine, axis], kind="stable")]
        left = many // 2
        run = np.cumsum(size[mine])
        cut = int(np.clip(np.searchsorted(run, run[-1] * left / many), 1, len(mine) - 1))
        todo += [(mine[:cut], first, left), (mine[cut:], first + left, many - left)]
    return label


def match(net: Net, label: Ints, own: list[int], centres: Floats) -> Ints:
    """Which centre each of the grids takes: the pinned ones the nearest, in all."""
    order = np.arange(len(own))
    pinned = [number for number, grid in enumerate(own) if (label == grid).any()]
    if not pinned:
        return order
    middle = np.stack([net.middle[label == own[number]].mean(axis=0) for number in pinned])
    apart = ((middle[:, None, :] - centres[None, :, :]) ** 2).sum(axis=2)
    _, taken = linear_sum_assignment(apart)
    rest = np.setdiff1d(order, taken)
    order[pinned] = taken
    order[np.setdiff1d(np.arange(len(own)), pinned)] = rest
    return order


def spread(
    net: Net, part: Ints, size: Floats, label: Ints, own: Ints, centres: Floats, prices: Floats
) -> None:
    """Fill ``label`` of the nodes of one part: grow, correct prices and centres by what grew, grow again."""
    core = label[part].copy()
    grids = int(own.max()) + 1
    at, price = np.zeros((grids, 2)), np.zeros(grids)
    where = np.full(grids, -1)
    where[own] = np.arange(len(own))
    best, least = core, np.inf
    for _ in range(GROWTHS):
        label[part] = core
        at[own], price[own] = centres, prices
        _seed(net, part, label, own, at)
        grow(net, part, label, at, price)
        mine = where[label[part]]
        load = np.bincount(mine, size[part], len(own))
        uneven = float(np.abs(load - load.mean()).sum())
        if uneven < least:
            best, least = label[part].copy(), uneven
        square = ((net.middle[part] - centres[mine]) ** 2).sum(axis=1)
        prices = prices + 0.5 * _correction(size[part], mine, square, len(own))
        centres = _means(net.middle[part], size[part], mine, len(own), centres)
    label[part] = best


def _seed(net: Net, part: Ints, label: Ints, own: Ints, centres: Floats) -> None:
    """Give every grid that has no node yet the nearest free node to its centre."""
    empty = own[~np.isin(own, label[part])]
    if not empty.size:
        return
    free = part[label[part] < 0]
    tree = cKDTree(net.middle[free])
    for grid in empty.tolist():
        reach = 8
        while True:
            reach = min(reach, len(free))
            _, near = tree.query(centres[grid], k=reach)
            open_nodes = [node for node in free[np.atleast_1d(near)].tolist() if label[node] < 0]
            if open_nodes or reach == len(free):
                break
            reach *= 4
        label[open_nodes[0]] = grid


def grow(net: Net, part: Ints, label: Ints, centres: Floats, prices: Floats) -> None:
    """Give every node of ``part`` without a label that of a neighbour, nearest (power distance) first.

    Nodes that no label reaches over the graph keep -1.
    """
    loop: Any = loops("heliplan.division._grow")  # loads numba, so not before it is needed
    plain = (
        net.next_at,
        net.nexts,
        net.middle[:, 0],
        net.middle[:, 1],
        part,
        label,
        centres[:, 0],
        centres[:, 1],
        prices,
    )
    if loop.COMPILED:
        loop.grown(*(np.ascontiguousarray(value) for value in plain))
        return
    lists = [value.tolist() for value in plain]
    loop.grown(*lists)
    label[:] = lists[LABEL]


def pinned_cores(net: Net, random: np.random.Generator) -> Ints:
    """Pinned nodes with shortest ways between those of one grid; -1 elsewhere.

    A grid whose ways are blocked by the cores of other grids stays in pieces; another order (``random``)
    may join it.
    """
    label = net.pin.copy()
    for grid in random.permutation(np.unique(net.pin[net.pin >= 0])).tolist():
        nodes = np.flatnonzero(net.pin == grid).tolist()
        for _ in nodes[1:]:
            for node in _way(net, label, nodes[0], grid):
                label[node] = grid
    return label


def _way(net: Net, label: Ints, origin: int, grid: int) -> list[int]:
    """Free nodes on the shortest way from the piece of ``origin`` to another piece of the grid, if any."""
    came = {origin: -1}
    cost: dict[int, int] = {origin: 0}
    queue = deque([origin])
    while queue:
        node = queue.popleft()
        if label[node] == grid and cost[node] > 0:
            return _trace(came, label, node)
        for other in net.near(node).tolist():
            step = cost[node] + (label[other] < 0)
            if label[other] in (-1, grid) and step < cost.get(other, net.count + 1):
                came[other], cost[other] = node, step
                (queue.append if label[other] < 0 else queue.appendleft)(other)
    return []


def _trace(came: dict[int, int], label: Ints, node: int) -> list[int]:
    way = []
    while node >= 0:
        if label[node] < 0:
            way.append(node)
        node = came[node]
    return way


def _new_seed(net: Net, label: Ints, size: Floats) -> int:
    """A node from which an empty grid can grow: a free one, else the last one reached in the largest grid."""
    free = np.flatnonzero(label < 0)
    if free.size:
        return int(free[np.argmax(size[free])])
    for grid in np.argsort(-np.bincount(label, size)).tolist():
        mine = np.flatnonzero((label == grid) & (net.pin < 0))
        if np.count_nonzero(label == grid) > 1 and mine.size:
            last = _last_reached(net, label, int(np.flatnonzero(label == grid)[0]))
            for node in last:
                if net.pin[node] < 0:
                    return node
    raise RuntimeError("no node can leave its grid")


def _last_reached(net: Net, label: Ints, origin: int) -> list[int]:
    """The leaves of a breadth-first search through one grid, last first: each may leave it alone."""
    order, seen, inner = [origin], {origin}, set()
    for node in order:
        for other in net.near(node).tolist():
            if other not in seen and label[other] == label[origin]:
                seen.add(other)
                order.append(other)
                inner.add(node)
    return [node for node in reversed(order) if node not in inner]
