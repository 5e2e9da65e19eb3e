"""Small areas, proven: every grid that could be is listed, the best cover of all nodes is found.

The linear relaxation (HiGHS) gives one price per node and per grid. Rounded to whole numbers the prices stay
valid, so the search that follows, over the few grids with a small reduced cost, proves its answer in whole
numbers, without a tolerance. Method: Garfinkel and Nemhauser, "Optimal political districting by implicit
enumeration techniques" (Management Science 16(8), 1970).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array

from heliplan.codec import Ints
from heliplan.division._net import Net, kept_weight
from heliplan.division.check import grid_cost
from heliplan.division.problem import Compactness, DivisionProblem
from heliplan.stop import Watch

SUBSETS = 100_000
"""Most connected subsets looked at; with more the engine gives up."""

COLUMNS = 15_000
"""Most possible grids; with more the engine gives up."""

NODES = 200_000
"""Most nodes of one tree search; with more the engine gives up."""


@dataclass(frozen=True, slots=True)
class Column:
    """One possible grid: its nodes as bits, the name it takes (0 where names do not matter), its cost."""

    bits: int
    name: int
    cost: int


@dataclass(frozen=True, slots=True, eq=False)
class Proof:
    """``grid`` by node is optimal; ``None``: no plan exists."""

    grid: Ints | None


def prove(problem: DivisionProblem, net: Net, before: Ints, price: int, watch: Watch) -> Proof | None:
    """The optimal partition, or that there is none; ``None`` when the engine gives up."""
    named = bool((net.pin >= 0).any() or (before >= 0).any())
    columns = _columns(problem, net, before, price, named, watch)
    if columns is None:
        return None
    if not columns:
        return Proof(None)
    prices = _prices(columns, net.count, problem.grids, named)
    if prices is None:
        return Proof(None)
    tree = _Tree(columns, prices, net.count, problem.grids, named, watch)
    chosen = tree.best()
    if chosen is None:
        return Proof(None) if tree.complete else None
    grid = np.full(net.count, -1)
    for number, column in enumerate(chosen):
        for node in _members(column.bits):
            grid[node] = column.name if named else number
    return Proof(grid)


def _columns(
    problem: DivisionProblem, net: Net, before: Ints, price: int, named: bool, watch: Watch
) -> list[Column] | None:
    """Every grid that keeps the rules, once for each name it can take; ``None``: too many."""
    kept, cost_of = kept_weight(problem, net, before).tolist(), _costing(problem, net)
    found: list[Column] = []
    low, pin = problem.low.tolist(), net.pin.tolist()
    for seen, (bits, load) in enumerate(_connected(net, problem.high.tolist())):
        if seen >= SUBSETS or len(found) >= COLUMNS or (seen % 256 == 0 and watch.over()):
            return None
        if any(amount < least for amount, least in zip(load, low, strict=True)):
            continue
        nodes = _members(bits)
        pins = {pin[node] for node in nodes} - {-1}
        if len(pins) > 1:
            continue
        cost = cost_of(nodes)
        saved = [sum(row) for row in zip(*(kept[node] for node in nodes), strict=True)]
        for name in pins or (range(problem.grids) if named else [0]):
            change = sum(saved) - saved[name]
            found.append(Column(bits, name, cost + price * change))
    return found


def _costing(problem: DivisionProblem, net: Net) -> Callable[[list[int]], int]:
    """A function from the nodes of a grid to its compactness, exact."""
    if problem.compactness is Compactness.MEDIAN:
        return lambda nodes: grid_cost(problem, np.concatenate([net.inside(node) for node in nodes]))
    place, weight = (problem.points - problem.points.min(axis=0)), problem.weights
    columns = (weight, weight * place[:, 0], weight * place[:, 1], weight * (place**2).sum(axis=1))
    moments = np.zeros((net.count, 4), np.int64)
    np.add.at(moments, net.node, np.stack(columns, axis=1))
    rows = moments.tolist()

    def inertia(nodes: list[int]) -> int:
        total, across, down, square = (sum(row) for row in zip(*(rows[node] for node in nodes), strict=True))
        return int(square - (across**2 + down**2) // total) if total else 0

    return inertia


def _connected(net: Net, high: list[int]) -> Iterator[tuple[int, list[int]]]:
    """Every connected set of nodes within ``high`` and without foes, once: as bits, with its amounts."""
    near = [_bits(net.near(node).tolist()) for node in range(net.count)]
    foes = [_bits(net.foes[net.foe_at[node] : net.foe_at[node + 1]].tolist()) for node in range(net.count)]
    amounts = net.measures.tolist()
    for root in range(net.count):
        barred = (1 << root + 1) - 1  # sets with a lower node were listed from there
        todo = [(1 << root, near[root] & ~barred, barred, amounts[root])]
        while todo:
            bits, edge, barred, load = todo.pop()
            yield bits, load
            while edge:
                bit = edge & -edge
                edge ^= bit
                barred |= bit
                node = bit.bit_length() - 1
                sums = [a + b for a, b in zip(load, amounts[node], strict=True)]
                if not foes[node] & bits and all(a <= b for a, b in zip(sums, high, strict=True)):
                    todo.append((bits | bit, edge | near[node] & ~barred & ~bits, barred, sums))


def _bits(nodes: list[int]) -> int:
    return sum(1 << node for node in nodes)


def _members(bits: int) -> list[int]:
    return [node for node in range(bits.bit_length()) if bits >> node & 1]


def _prices(columns: list[Column], count: int, grids: int, named: bool) -> tuple[list[int], list[int]] | None:
    """Whole-number prices of nodes and of names from the linear relaxation; ``None``: it has no solution."""
    rows, at = [], []
    for number, column in enumerate(columns):
        members = [*_members(column.bits), count + column.name]
        rows += members
        at += [number] * len(members)
    names = grids if named else 1
    matrix = csr_array((np.ones(len(rows)), (rows, at)), shape=(count + names, len(columns)))
    right = np.concatenate([np.ones(count), np.full(names, 1 if named else grids)])
    scale = max(1, *(column.cost for column in columns))
    cost = np.array([column.cost / scale for column in columns])
    answer = linprog(cost, A_eq=matrix, b_eq=right, bounds=(0, None), method="highs")
    if answer.status == 2:  # infeasible
        return None
    if answer.status != 0:
        return [0] * count, [0] * names  # no help, but still valid
    duals = [round(float(dual) * scale) for dual in answer.eqlin.marginals]
    return duals[:count], duals[count:]


@dataclass(slots=True)
class _Tree:
    """Depth-first search for the columns of least reduced cost that cover every node once."""

    columns: list[Column]
    prices: tuple[list[int], list[int]]
    count: int
    grids: int
    named: bool
    watch: Watch
    complete: bool = False
    _visits: int = 0
    _reduced: list[int] = field(default_factory=list)
    _at: list[list[int]] = field(default_factory=list)

    def best(self) -> list[Column] | None:
        """The cheapest cover. ``None``: there is none (``complete``) or the search was given up."""
        node_price, name_price = self.prices
        self._reduced = [
            column.cost - name_price[column.name] - sum(node_price[node] for node in _members(column.bits))
            for column in self.columns
        ]
        floor = min(0, *self._reduced) if len(self._reduced) > 1 else min(0, self._reduced[0])
        self._reduced = [cost - floor for cost in self._reduced]  # every cover has K columns: the same shift
        most = max(self._reduced) * self.grids + 1
        limit = max(1, most // 4096)
        while not self._given_up():
            found = self._within(min(limit, most))
            if found is not None or (limit >= most and not self._given_up()):
                self.complete = not self._given_up()
                return found if self.complete else None
            limit *= 4
        return None

    def _given_up(self) -> bool:
        return self._visits > NODES or self.watch.over()

    def _within(self, limit: int) -> list[Column] | None:
        """The best cover with reduced costs in sum below ``limit``."""
        order = sorted(range(len(self.columns)), key=self._reduced.__getitem__)
        kept = [number for number in order if self._reduced[number] < limit]
        often = [0] * self.count
        for number in kept:
            for node in _members(self.columns[number].bits):
                often[node] += 1
        rank = sorted(range(self.count), key=often.__getitem__)
        self._at = [[] for _ in range(self.count)]
        place = {node: step for step, node in enumerate(rank)}
        for number in kept:
            first = min(place[node] for node in _members(self.columns[number].bits))
            self._at[rank[first]].append(number)
        return self._descend(rank, limit)

    def _descend(self, rank: list[int], limit: int) -> list[Column] | None:
        best: list[int] | None = None
        full = (1 << self.count) - 1
        todo: list[tuple[int, int, int, list[int]]] = [(0, 0, 0, [])]  # covered, names used, cost, chosen
        while todo and not self._given_up():
            covered, used, cost, chosen = todo.pop()
            self._visits += 1
            if cost >= limit:
                continue
            if covered == full:
                if len(chosen) == self.grids:
                    best, limit = chosen, cost
                continue
            if len(chosen) == self.grids:
                continue
            node = next(node for node in rank if not covered >> node & 1)
            for number in reversed(self._at[node]):
                column = self.columns[number]
                taken = self.named and used >> column.name & 1
                if not (column.bits & covered or taken or cost + self._reduced[number] >= limit):
                    state = (covered | column.bits, used | 1 << column.name)
                    todo.append((*state, cost + self._reduced[number], [*chosen, number]))
        return None if best is None else [self.columns[number] for number in best]
