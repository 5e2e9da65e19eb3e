"""The graph the engines work on: blocks melted into single nodes, barriers taken out, pins carried over."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from heliplan.codec import Ints
from heliplan.division.problem import DivisionProblem, pair_keys

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Net:
    """N nodes, each one unit or one whole block of units.

    Attributes
    ----------
    node : int [U]
        Node of each unit.
    unit_at, units : int [N + 1], int [U]
        The units of node ``i`` are ``units[unit_at[i]:unit_at[i + 1]]``.
    next_at, nexts : int [N + 1], int [2E']
        The neighbours of node ``i``, rising.
    foe_at, foes : int [N + 1], int [2A']
        The nodes that must not share a grid with ``i``.
    measures : int [N, M]
    weight : int [N]
    middle : float [N, 2]
        Weighted mean of the node's units (plain mean where all weights are 0).
    pin : int [N]
        Grid the node must lie in, -1 for none.
    component : int [N]
        Connected part of the whole graph.
    """

    node: Ints
    unit_at: Ints
    units: Ints
    next_at: Ints
    nexts: Ints
    foe_at: Ints
    foes: Ints
    measures: Ints
    weight: Ints
    middle: Floats
    pin: Ints
    component: Ints

    @property
    def count(self) -> int:
        """N."""
        return len(self.unit_at) - 1

    def near(self, node: int) -> Ints:
        """Neighbours of a node."""
        return self.nexts[self.next_at[node] : self.next_at[node + 1]]

    def inside(self, node: int) -> Ints:
        """Units of a node."""
        return self.units[self.unit_at[node] : self.unit_at[node + 1]]


def net_of(problem: DivisionProblem, whole: Ints | None = None) -> Net:
    """The net of a problem whose pins agree (see ``_conflicts``).

    ``whole`` (int [U], block of each unit) is used instead of the problem's, if it is given.
    """
    node = melt(problem.whole if whole is None else whole)
    count = int(node.max()) + 1
    units = np.argsort(node, kind="stable")
    unit_at = np.searchsorted(node[units], np.arange(count + 1))
    next_at, nexts = _lists(node[problem.ways()], count)
    foe_at, foes = _lists(node[problem.apart], count)
    pin = np.full(count, -1)
    pin[node[problem.pins[:, 0]]] = problem.pins[:, 1]
    measures = np.zeros((count, problem.measures.shape[1]), np.int64)
    np.add.at(measures, node, problem.measures)
    weight = np.zeros(count, np.int64)
    np.add.at(weight, node, problem.weights)
    pull = np.where(weight[node] > 0, problem.weights, 1).astype(float)
    total = np.bincount(node, pull, count)
    middle = np.stack(
        [np.bincount(node, pull * problem.points[:, axis], count) / total for axis in (0, 1)], axis=1
    )
    component = components(next_at, nexts)
    return Net(node, unit_at, units, next_at, nexts, foe_at, foes, measures, weight, middle, pin, component)


def melt(whole: Ints) -> Ints:
    """Number of the node of each unit, in the order of the first unit of each node."""
    free = whole < 0
    key = np.where(free, np.arange(len(whole)) + int(whole.max(initial=0)) + 1, whole)
    _, first, back = np.unique(key, return_index=True, return_inverse=True)
    order = np.empty(len(first), np.int64)
    order[np.argsort(first)] = np.arange(len(first))
    node: Ints = order[back]
    return node


def components(next_at: Ints, nexts: Ints, label: Ints | None = None) -> Ints:
    """Connected part of each node; with ``label`` only edges between equal labels count."""
    count = len(next_at) - 1
    source = np.repeat(np.arange(count), np.diff(next_at))
    keep = np.ones(len(nexts), bool) if label is None else label[source] == label[nexts]
    matrix = coo_array((np.ones(int(keep.sum()), np.int8), (source[keep], nexts[keep])), shape=(count, count))
    part: Ints = connected_components(matrix, directed=False)[1].astype(np.int64)
    return part


def kept_weight(problem: DivisionProblem, net: Net, before: Ints) -> Ints:
    """Weight of each node that had each grid before, int [N, K]: what a plan keeps by that grid.

    ``before`` is by unit; a unit of weight 0 counts as 1.
    """
    known = before >= 0
    kept = np.zeros((net.count, problem.grids), np.int64)
    np.add.at(kept, (net.node[known], before[known]), np.maximum(problem.weights[known], 1))
    return kept


def main_grid(problem: DivisionProblem, net: Net, before: Ints) -> tuple[Ints, Ints]:
    """The grid that most of each node's weight had before (-1: none), and that weight."""
    known = np.flatnonzero(before >= 0)
    key, back = np.unique(net.node[known] * problem.grids + before[known], return_inverse=True)
    weight = np.zeros(len(key), np.int64)
    np.add.at(weight, back, np.maximum(problem.weights[known], 1))
    order = np.argsort(weight, kind="stable")  # the heaviest of a node is written last
    grid, most = np.full(net.count, -1), np.zeros(net.count, np.int64)
    grid[key[order] // problem.grids] = key[order] % problem.grids
    most[key[order] // problem.grids] = weight[order]
    return grid, most


def _lists(pairs: Ints, count: int) -> tuple[Ints, Ints]:
    """Pairs of nodes as lists of neighbours: no node beside itself, nothing twice."""
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    _, first = np.unique(pair_keys(pairs, count), return_index=True)
    both = np.concatenate([pairs[first], pairs[first][:, ::-1]])
    both = both[np.lexsort((both[:, 1], both[:, 0]))]
    return np.searchsorted(both[:, 0], np.arange(count + 1)), np.ascontiguousarray(both[:, 1])
