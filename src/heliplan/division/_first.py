"""A first plan in a moment: the area is cut in two, and each part again, until every part is one grid.

A part is cut along one edge of a spanning tree, so both sides hang together whatever their shape, and where
the amounts on each side fit a whole number of grids. The tree prefers edges that run across the longer side
of the part, so that a cut looks like a straight line (recursive coordinate bisection, on the tree of DeFord,
Duchin and Solomon, "Recombination", Harvard Data Sci. Rev. 3(1), 2021).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import depth_first_order, minimum_spanning_tree

from heliplan.codec import Ints
from heliplan.division._net import Floats, Net
from heliplan.division._start import shares, sizes
from heliplan.division.problem import DivisionProblem
from heliplan.stop import Watch

TRIES = 4
"""How often the whole is begun anew where a part could not be cut."""

TREES = 24
"""Spanning trees tried for a part before it is given up."""

TURNED = 0.5
"""By how much the direction of a cut is turned at random from the second tree on, in radians."""

UNEVEN = 0.1
"""Price of cutting off one grid alone instead of half of them, in mean amounts of a grid."""

Bools = NDArray[np.bool_]


def first(problem: DivisionProblem, net: Net, seed: int, watch: Watch) -> Ints | None:
    """A partition by node within the bounds, pins kept; ``None`` where none was found, which proves nothing.

    Pairs to keep apart are not looked at.
    """
    random = np.random.default_rng(seed)
    for _ in range(TRIES):
        found = _parted(problem, net, random)
        if found is not None or watch.overdue:
            return found
    return None


def _parted(problem: DivisionProblem, net: Net, random: np.random.Generator) -> Ints | None:
    todo = [(part, count) for part, _, count in shares(problem, net, sizes(problem, net))]
    parts = []
    while todo:
        nodes, count = todo.pop()
        if count == 1:
            parts.append(nodes)
            continue
        halves = _cut(problem, net, nodes, count, random)
        if halves is None:
            return None
        todo += halves
    return _named(problem, net, parts)


def _cut(
    problem: DivisionProblem, net: Net, nodes: Ints, count: int, random: np.random.Generator
) -> list[tuple[Ints, int]] | None:
    """The two sides of a part of so many grids, each with how many it makes."""
    place = np.full(net.count, -1)
    place[nodes] = np.arange(len(nodes))
    many = np.diff(net.next_at)[nodes]
    tail = np.repeat(np.arange(len(nodes)), many)
    at = np.arange(len(tail)) - np.repeat(np.cumsum(many) - many, many)
    head = place[net.nexts[net.next_at[nodes][tail] + at]]
    use = head > tail
    tail, head = tail[use], head[use]
    where = net.middle[nodes]
    across = 0.0 if np.ptp(where[:, 0]) >= np.ptp(where[:, 1]) else np.pi / 2
    for turn in range(TREES):
        angle = across + (random.normal(0, TURNED) if turn else 0.0)
        along = where @ np.array([np.cos(angle), np.sin(angle)])
        weight = np.abs(along[tail] - along[head])
        found = _best(problem, net, nodes, count, (tail, head, weight + 1e-3 * weight.mean() + 1e-9))
        if found is not None:
            return found
    return None


def _best(
    problem: DivisionProblem, net: Net, nodes: Ints, count: int, edges: tuple[Ints, Ints, Floats]
) -> list[tuple[Ints, int]] | None:
    """The cut of one tree whose sides are nearest to whole numbers of mean grids, about half each."""
    tail, head, weight = edges
    graph = csr_array((weight, (tail, head)), shape=(len(nodes), len(nodes)))
    order, parent = depth_first_order(minimum_spanning_tree(graph), 0, directed=False)
    if len(order) < len(nodes):
        return None
    last = np.arange(1, len(nodes)) + _below(order, parent)[1:]
    mine = _inside(net.measures[nodes][order], last)
    rest = net.measures[nodes].sum(axis=0) - mine
    low, high = problem.low, np.maximum(problem.high, 1)
    few = np.maximum(-(-mine // high), count - _grids(rest, low, count)).max(axis=1)
    most = np.minimum(_grids(mine, low, count), count + (-rest) // high).min(axis=1)
    mean = np.maximum(problem.measures.sum(axis=0) / problem.grids, 1.0)
    wished = np.clip(np.rint((mine / mean).mean(axis=1)).astype(np.int64), 1, count - 1)
    number = np.clip(wished, np.maximum(1, few), np.minimum(count - 1, most))
    fits = (few <= most) & (number >= np.maximum(1, few)) & (number <= np.minimum(count - 1, most))
    fits &= _keeps_pins(net.pin[nodes][order], last, number, count)
    if not fits.any():
        return None
    off = np.abs(mine / mean - number[:, None]).sum(axis=1)
    price = np.where(fits, off + UNEVEN * np.abs(2 * number / count - 1), np.inf)
    best = int(price.argmin())
    inside = np.zeros(len(nodes), bool)
    inside[best + 1 : last[best]] = True
    return [
        (nodes[order[inside]], int(number[best])),
        (nodes[order[~inside]], count - int(number[best])),
    ]


def _grids(amount: Ints, low: Ints, count: int) -> Ints:
    """How many grids such amounts [n, M] are enough for; ``count`` where none is needed."""
    return np.where(low > 0, amount // np.maximum(low, 1), count)


def _below(order: Ints, parent: Ints) -> Ints:
    """How many nodes the branch of each node has, in the order of the tree, parents first."""
    below, above = [1] * len(order), parent.tolist()
    for node in order[:0:-1].tolist():
        below[above[node]] += below[node]
    return np.array(below)[order]


def _inside(amounts: Ints, last: Ints) -> Ints:
    """What the branch of each node but the root holds; amounts [n, M] are in the order of the tree."""
    run = np.vstack([np.zeros(amounts.shape[1], np.int64), np.cumsum(amounts, axis=0)])
    return run[last] - run[1:-1]


def _keeps_pins(pin: Ints, last: Ints, number: Ints, count: int) -> Bools:
    """Whether no grid is pinned on both sides of a cut, and no side has more pinned grids than it makes."""
    keeps, there = np.ones(len(last), bool), np.zeros(len(last), np.int64)
    pinned = np.unique(pin[pin >= 0])
    for grid in pinned.tolist():
        mine = _inside((pin == grid).astype(np.int64)[:, None], last)[:, 0]
        whole = int((pin == grid).sum())
        keeps &= (mine == 0) | (mine == whole)
        there += mine == whole
    return keeps & (there <= number) & (len(pinned) - there <= count - number)


def _named(problem: DivisionProblem, net: Net, parts: list[Ints]) -> Ints:
    """The parts as grids: by their pins, else whatever name is left."""
    label = np.full(net.count, -1)
    pins = [int(net.pin[nodes].max()) for nodes in parts]
    free = iter(sorted(set(range(problem.grids)) - set(pins)))
    for nodes, pin in zip(parts, pins, strict=True):
        label[nodes] = pin if pin >= 0 else next(free)
    return label
