"""Pockets: what hangs on the rest of the graph by one node only, and must share the node's grid.

A grid that has nodes behind a joint and nodes elsewhere holds the joint itself. So behind a joint lie whole
grids, and what is left over belongs to the joint's grid. Where no whole grid fits in (the pocket holds too
little, or no choice of its nodes comes to what a grid may hold) the pocket is melted into its joint: nothing
is lost, and the search has fewer lanes to get stuck in. Where what is left over never fits beside the joint,
no plan exists. Joints are found by depth-first search (Hopcroft and Tarjan, "Efficient algorithms for graph
manipulation", Commun. ACM 16(6), 1973).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import depth_first_order

from heliplan.codec import Ints
from heliplan.division._net import Net
from heliplan.division.problem import DivisionProblem
from heliplan.result import Conflict

BITS = 1 << 20
"""Largest amount that sums are listed up to."""


@dataclass(frozen=True, slots=True, eq=False)
class Pockets:
    """What must lie together (a block number for every node), or why no plan exists."""

    block: Ints
    conflicts: tuple[Conflict, ...]


def pockets(problem: DivisionProblem, net: Net) -> Pockets:
    """Melt pockets into their joints.

    Codes of conflicts: ``pocket.no_count`` (unit: the joint; behind: the first unit behind it; units,
    measure, amount: what lies there, which no number of whole grids fits so that the rest fits to the
    joint); ``pocket.pinned`` (unit, grid, other, other_grid) and ``pocket.apart`` (unit, other): units that
    must lie together; ``units.too_few`` as in ``bound_conflicts``.
    """
    block = np.arange(net.count)
    for number in range(int(net.component.max()) + 1):
        part = np.flatnonzero(net.component == number)
        if len(part) > 1:
            branches = _branches(net, _heart(net, int(part[0])))
            conflict = _melt(problem, net, branches, block)
            if conflict is not None:
                return Pockets(block, (conflict,))
    if len(np.unique(block)) < problem.grids:
        few = Conflict("units.too_few", {"nodes": len(np.unique(block)), "grids": problem.grids})
        return Pockets(block, (few,))
    return Pockets(block, _contradictions(problem, net, block))


@dataclass(frozen=True, slots=True, eq=False)
class _Branches:
    """A depth-first tree: nodes in order, place of each one's parent, how many lie in its branch, and
    whether its branch hangs on the parent alone."""

    order: Ints
    above: list[int]
    size: list[int]
    hangs: list[bool]


def _branches(net: Net, root: int) -> _Branches:
    graph = csr_array(
        (np.ones(len(net.nexts), np.int8), net.nexts, net.next_at), shape=(net.count, net.count)
    )
    order, parent = depth_first_order(graph, root, directed=True)
    order = order.astype(np.int64)
    count = len(order)
    place = np.full(net.count, count)
    place[order] = np.arange(count)
    above = place[parent[order[1:]]].tolist()
    first = np.minimum.reduceat(np.append(place[net.nexts], count), net.next_at[:-1])[order]
    low, size = first.tolist(), [1] * count
    above.insert(0, -1)
    for here in range(count - 1, 0, -1):
        up = above[here]
        size[up] += size[here]
        low[up] = min(low[up], low[here])
    return _Branches(order, above, size, [here > 0 and low[here] >= above[here] for here in range(count)])


def _heart(net: Net, start: int) -> int:
    """A node of the block in which the graph weighs most: seen from it, all pockets are small."""
    tree = _branches(net, start)
    half = len(tree.order) / 2
    deep = [here for here, hangs in enumerate(tree.hangs) if hangs and tree.size[here] > half]
    return int(tree.order[deep[-1]]) if deep else start


def _melt(problem: DivisionProblem, net: Net, tree: _Branches, block: Ints) -> Conflict | None:
    """Give the pockets of one part of the graph their joint's ``block``; the innermost are judged first."""
    own = net.measures[tree.order]
    total = np.vstack([np.zeros(own.shape[1], np.int64), np.cumsum(own, axis=0)])
    gone = np.zeros(len(own), bool)
    melted = []
    for here in range(len(own) - 1, 0, -1):
        if tree.hangs[here]:
            up, end = tree.above[here], here + tree.size[here]
            amount = total[end] - total[here]
            all_with_it = bool((amount + own[up] <= problem.high).all())
            if not _splits(problem, amount, own[here:end][~gone[here:end]], own[up]):
                if not all_with_it:
                    return _named(problem, net, tree, here, amount, own[up])
                own[up] += amount
                gone[here:end] = True
                melted.append(here)
    for here in reversed(melted):
        block[tree.order[here : here + tree.size[here]]] = block[tree.order[tree.above[here]]]
    return None


def _named(
    problem: DivisionProblem, net: Net, tree: _Branches, here: int, amount: Ints, joint: Ints
) -> Conflict:
    """A pocket that fits neither into whole grids and a rest, nor to its joint as a whole."""
    nodes = tree.order[here : here + tree.size[here]]
    over = int(np.argmax(amount + joint - problem.high))
    params = {
        "unit": int(net.inside(int(tree.order[tree.above[here]]))[0]),
        "behind": int(min(net.inside(node)[0] for node in nodes.tolist())),
        "units": int((net.unit_at[nodes + 1] - net.unit_at[nodes]).sum()),
        "measure": over,
        "amount": int(amount[over]),
    }
    return Conflict("pocket.no_count", params)


def _splits(problem: DivisionProblem, amount: Ints, items: Ints, joint: Ints) -> bool:
    """Whether one whole grid or more may lie in a pocket, so that what is left over fits to the joint."""
    least, most = 1, len(items)
    for m in range(len(amount)):
        low, high = int(problem.low[m]), int(problem.high[m])
        if low > 0:
            most = min(most, int(amount[m]) // low)
        if high > 0:
            least = max(least, -(-(int(amount[m] + joint[m]) - high) // high))
    return any(
        all(
            _reaches(
                items[:, m],
                max(count * int(problem.low[m]), int(amount[m] + joint[m] - problem.high[m])),
                min(count * int(problem.high[m]), int(amount[m])),
            )
            for m in range(len(amount))
        )
        for count in range(least, most + 1)
    )


def _reaches(items: Ints, low: int, high: int) -> bool:
    """Whether some of the items may come to an amount in ``low..high``; too many to tell: they may."""
    if low > high:
        return False
    total = 0
    for item in sorted(items.tolist(), reverse=True):
        if total + item <= high:
            total += item
    if total >= low or high > BITS:
        return True
    sums = 1
    for item in items.tolist():
        sums |= sums << item
    return bool((sums & ((1 << (high + 1)) - 1)) >> low)


def _contradictions(problem: DivisionProblem, net: Net, block: Ints) -> tuple[Conflict, ...]:
    """Pins and pairs to keep apart within what must lie together."""
    unit = net.units[net.unit_at[:-1]]
    found = []
    first: dict[int, int] = {}
    for node in np.flatnonzero(net.pin >= 0).tolist():
        other = first.setdefault(int(block[node]), node)
        if net.pin[other] != net.pin[node]:
            params = {"unit": int(unit[node]), "grid": int(net.pin[node])}
            params |= {"other": int(unit[other]), "other_grid": int(net.pin[other])}
            found.append(Conflict("pocket.pinned", params))
    for one, two in problem.apart.tolist():
        if block[net.node[one]] == block[net.node[two]]:
            found.append(Conflict("pocket.apart", {"unit": one, "other": two}))
    return tuple(found)
