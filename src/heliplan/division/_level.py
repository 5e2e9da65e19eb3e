"""Levelling: carry what grids hold too much, or lack, along a row of neighbours to where it fits.

Moves of single nodes stop where a grid is as narrow as a lane: whatever leaves it cuts it in two. Two
neighbouring grids cut anew along a spanning tree hang together whatever their shape (the bipartition of
DeFord, Duchin and Solomon, "Recombination: a family of Markov chains for redistricting", Harvard Data Sci.
Rev. 3(1), 2021). From a grid out of bounds we go over the graph of grids to the nearest one with room, and
cut each two neighbours on the way so that the first comes within its bounds and the next takes over what
is too much.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import depth_first_order, minimum_spanning_tree

from heliplan.codec import Ints
from heliplan.division._net import Floats, Net
from heliplan.division._start import sizes
from heliplan.division.problem import DivisionProblem
from heliplan.stop import Watch

TREES = 12
"""Spanning trees tried for a pair of grids; the first few give a choice of shapes."""

CHOICE = 3
"""Trees after which the first cut within bounds is good enough."""

WAYS = 6
"""Grids with room that are tried for each grid out of bounds before it waits for the next round."""

SOME = 0.02
"""A grid has room if it can take so much of a mean amount, or half of what is too much."""

ROUNDS = 8
"""Most rounds over all grids out of bounds."""

DEAR = 1000.0
"""Price of being out of bounds by a mean amount, in mean grid costs: shape only chooses among equals."""


class Levelling:
    """A partition by node, ``grid``, that is brought within bounds; it hangs together as before."""

    def __init__(
        self,
        problem: DivisionProblem,
        net: Net,
        grid: Ints,
        before: Ints,
        random: np.random.Generator,
    ) -> None:
        self.grid = grid.copy()
        self._net, self._random = net, random
        mean = np.maximum(problem.measures.sum(axis=0) / problem.grids, 1.0)
        self._amount = net.measures / mean
        self._low, self._high = problem.low / mean, problem.high / mean
        self._before, self._worth = before, sizes(problem, net)
        place = net.middle - net.middle.mean(axis=0)
        weight = net.weight[:, None].astype(float)
        self._moments = np.hstack([weight, weight * place, weight * (place**2).sum(axis=1, keepdims=True)])
        order = np.argsort(self.grid, kind="stable")
        cuts = np.searchsorted(self.grid[order], np.arange(1, problem.grids))
        self._inside = np.split(order, cuts)
        self._load = np.stack([self._amount[mine].sum(axis=0) for mine in self._inside])
        shape = _inertia(np.stack([self._moments[mine].sum(axis=0) for mine in self._inside])).sum()
        self._per_cost = problem.grids / max(1.0, float(shape))
        self._place = np.full(net.count, -1)

    def run(self, watch: Watch) -> None:
        """Until every grid is within bounds, or nothing helps, or ``watch`` ends it."""
        for _ in range(ROUNDS):
            out = self._out(self._load)
            helped = False
            for grid in np.argsort(-out, kind="stable")[: np.count_nonzero(out > 0)].tolist():
                if watch.over():
                    return
                helped |= self._relieve(grid)
            if not helped:
                return

    def _out(self, load: Floats) -> Floats:
        """By what share of the mean amounts [..., M] are out of bounds, in sum."""
        out: Floats = np.maximum(0.0, np.maximum(self._low - load, load - self._high) - 1e-12).sum(axis=-1)
        return out

    def _relieve(self, grid: int) -> bool:
        """Carry away what is too much, or fetch what is missing; whether less is out of bounds then."""
        helped = False
        tried: set[int] = set()
        while len(tried) < WAYS and self._out(self._load[grid]) > 0:
            way = self._way(grid, tried)
            if len(way) < 2:
                break
            if self._carried(way):
                helped = True
                tried.clear()
            else:
                tried.add(way[-1])
        return helped

    def _way(self, origin: int, tried: set[int]) -> list[int]:
        """The shortest row of neighbours from a grid to one that can take what it has too much."""
        load = self._load[origin]
        need = load - np.clip(load, self._low, self._high)
        taken = self._out(self._load) + np.abs(need).sum() - self._out(self._load + need)
        fits = taken >= min(SOME, np.abs(need).sum() / 2)
        came = {origin: -1}
        queue = [origin]
        for here in queue:
            if here != origin and fits[here] and here not in tried:
                way = [here]
                while came[way[-1]] >= 0:
                    way.append(came[way[-1]])
                return way[::-1]
            near = self._beside(here)
            for other in self._random.permutation(near).tolist():
                if other not in came:
                    came[other] = here
                    queue.append(other)
        return []

    def _beside(self, grid: int) -> Ints:
        """Grids that touch a grid."""
        _, heads = self._edges(self._inside[grid])
        near: Ints = np.setdiff1d(self.grid[heads], [grid])
        return near

    def _edges(self, nodes: Ints) -> tuple[Ints, Ints]:
        """Edges that leave the nodes: place of the tail among them, and the head."""
        first = self._net.next_at[nodes]
        count = self._net.next_at[nodes + 1] - first
        tail = np.repeat(np.arange(len(nodes)), count)
        at = np.arange(len(tail)) - np.repeat(np.cumsum(count) - count, count)
        return tail, self._net.nexts[first[tail] + at]

    def _carried(self, way: list[int]) -> bool:
        """Cut each two neighbours of a way anew; undone unless less is out of bounds afterwards."""
        kept = [(grid, self._inside[grid], self._load[grid].copy()) for grid in way]
        before = self._out(self._load[way]).sum()
        for one, two, three in zip(way, way[1:], [*way[2:], None], strict=False):
            if not self._recut(one, two, three):
                break
        if self._out(self._load[way]).sum() < before - 1e-9:
            return True
        for grid, inside, load in kept:
            self._inside[grid], self._load[grid], self.grid[inside] = inside, load, grid
        return False

    def _recut(self, one: int, two: int, three: int | None) -> bool:
        """Cut two grids anew: the first within bounds, the second no further out than it must, compact.

        The second still touches the ``three`` that comes next.
        """
        nodes = np.concatenate([self._inside[one], self._inside[two]])
        tail, head = self._edges(nodes)
        touches = np.bincount(tail, (self.grid[head] == three) | (three is None), len(nodes))
        facts = np.hstack(
            [self._amount[nodes], self._moments[nodes], self._kept(nodes, one, two), touches[:, None]]
        )
        self._place[nodes] = np.arange(len(nodes))
        head = self._place[head]
        self._place[nodes] = -1
        use = head > tail
        best, least, misses = np.zeros(0, np.int64), np.inf, np.inf
        for turn in range(TREES):
            tree = self._tree(len(nodes), tail[use], head[use])
            if tree is None:
                return False
            price, out, mine = self._best_cut(nodes, facts, tree, one, two)
            if price < least:
                best, least, misses = mine, price, out
            if turn + 1 >= CHOICE and misses <= 0:
                break
        if not len(best):
            return False
        side = np.zeros(len(nodes), bool)
        side[best] = True
        for grid, mine in ((one, nodes[side]), (two, nodes[~side])):
            self._inside[grid], self.grid[mine] = mine, grid
            self._load[grid] = self._amount[mine].sum(axis=0)
        return True

    def _kept(self, nodes: Ints, one: int, two: int) -> Floats:
        """What nodes keep by lying in the first grid, and by lying in the second [n, 2]."""
        before, worth = self._before[nodes], self._worth[nodes]
        return np.stack([(before == one) * worth, (before == two) * worth], axis=1)

    def _tree(self, count: int, tail: Ints, head: Ints) -> tuple[Ints, Ints] | None:
        """A random spanning tree: its nodes parents first, and after each how many follow below it."""
        weight = 1.0 + self._random.random(len(tail))
        graph = csr_array((weight, (tail, head)), shape=(count, count))
        order, parent = depth_first_order(minimum_spanning_tree(graph), 0, directed=False)
        if len(order) < count:
            return None
        below, above = [1] * count, parent.tolist()
        for node in order[:0:-1].tolist():
            below[above[node]] += below[node]
        return order.astype(np.int64), np.array(below)[order]

    def _best_cut(
        self, nodes: Ints, facts: Floats, tree: tuple[Ints, Ints], one: int, two: int
    ) -> tuple[float, float, Ints]:
        """The best edge of a tree to cut: its price, by how much bounds are missed, nodes of ``one``."""
        order, below = tree
        run = np.vstack([np.zeros(facts.shape[1]), np.cumsum(facts[order], axis=0)])
        first = np.arange(1, len(nodes))  # the branch of the root is everything
        last = first + below[1:]
        branch = run[last] - run[first]
        rest = run[-1] - branch
        many = self._amount.shape[1]
        shape = (_inertia(branch[:, many:]) + _inertia(rest[:, many:])) * self._per_cost
        found = []
        for mine, other in ((branch, rest), (rest, branch)):
            out = 2 * self._out(mine[:, :many]) + self._out(other[:, :many])
            price = DEAR * out + shape - mine[:, -3] - other[:, -2]
            names = (one, two) if mine is branch else (two, one)
            price[self._broken(nodes[order], first, last, names) | (other[:, -1] == 0)] = np.inf
            at = int(np.argmin(price))
            found.append((float(price[at]), float(out[at]), at, mine is branch))
        price_, out_, at, inner = min(found)
        inside = np.zeros(len(nodes), bool)
        inside[first[at] : last[at]] = True
        return price_, out_, order[inside == inner]

    def _broken(self, nodes: Ints, first: Ints, last: Ints, names: tuple[int, int]) -> NDArray[np.bool_]:
        """Cuts that break a pin or a pair to keep apart; ``names``: grid of the branch, of the rest."""
        net, broken = self._net, np.zeros(len(first), bool)
        for at in np.flatnonzero(net.pin[nodes] >= 0).tolist():
            inside = (first <= at) & (at < last)
            broken |= np.where(inside, names[0], names[1]) != net.pin[nodes[at]]
        if len(net.foes):
            place = {node: at for at, node in enumerate(nodes.tolist())}
            for node, at in place.items():
                for foe in net.foes[net.foe_at[node] : net.foe_at[node + 1]].tolist():
                    there = place.get(foe, -1)
                    if there > at:
                        broken |= ((first <= at) & (at < last)) == ((first <= there) & (there < last))
        return broken


def _inertia(moments: Floats) -> Floats:
    """Inertia from weight, first and second moments [n, 4]."""
    weight = np.maximum(moments[:, 0], 1e-9)
    inertia: Floats = moments[:, 3] - (moments[:, 1:3] ** 2).sum(axis=1) / weight
    return inertia
