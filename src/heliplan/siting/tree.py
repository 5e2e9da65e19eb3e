"""Branch and bound over which sites are open, on the price bounds of :mod:`heliplan.siting.dual`.

The incumbent comes from local search and is mostly optimal already, so the node with the lowest bound is
taken first: that needs the fewest nodes and lifts the global bound all the time.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from heliplan.codec import Ints
from heliplan.siting.compiled import compiled
from heliplan.siting.dual import CLOSED, FREE, OPEN, Prices, decided, raise_bound
from heliplan.siting.net import Bools, Bytes, Net

NODE_STEPS = 60  #: subgradient steps at a node


def target_of(value: int) -> float:
    """A bound above this proves that no whole-numbered cost is below ``value``."""
    return value - 1 + 1e-6 + 1e-11 * abs(value)


def whole_bound(bound: float, value: int) -> int:
    """The whole-numbered lower bound that a bound in floating point proves, at most ``value``."""
    return min(value, int(np.ceil(bound - 1e-6 - 1e-11 * abs(bound))))


@compiled
def cost_of(net: Net, is_open: Bools) -> int:
    """What the points pay with these sites open, and the sites' opening costs."""
    total = np.int64(0)
    for i in range(net.weight.shape[0]):
        pays = net.far[i]
        for k in range(net.start[i], net.start[i + 1]):
            if is_open[net.site[k]]:
                pays = np.int64(net.length[k])
                break
        total += net.weight[i] * pays
    for j in range(is_open.shape[0]):
        if is_open[j]:
            total += net.opening[j]
    return total


@dataclass(order=True, slots=True)
class _Node:
    bound: float
    number: int
    state: Bytes = field(compare=False)
    price: NDArray[np.float32] = field(compare=False)  # any prices are valid, so 32 bits do


class Tree:
    """A search for sets of at most ``p`` sites that cost less than the best known.

    Attributes
    ----------
    value : int
        Cost of the best set known.
    found : bool array or None
        That set, if the tree found it itself.
    bound : float
        Proven lower bound on the cost of every set.
    nodes : int
    """

    def __init__(self, net: Net, p: int, state: Bytes, prices: Prices, value: int) -> None:
        self.net, self.p, self.value = net, p, value
        self.found: Bools | None = None
        self.nodes = 0
        self._open: list[_Node] = []
        self._grow(prices, state, prices.bound)

    @property
    def bound(self) -> float:
        """The least bound of what is still open."""
        if not self._open:
            return float(self.value)
        return min(self._open[0].bound, float(self.value))

    @property
    def done(self) -> bool:
        """Whether nothing below the best value is left."""
        return not self._open or self._open[0].bound > target_of(self.value)

    def run(self, over: Callable[[int, float], bool]) -> None:
        """Work until done or ``over(nodes, bound)``."""
        while not self.done and not over(self.nodes, self.bound):
            node = heapq.heappop(self._open)
            self.nodes += 1
            prices = raise_bound(
                self.net, node.state, self.p, target_of(self.value), node.price, NODE_STEPS, patience=8, factor=1.0
            )
            self._grow(prices, node.state, max(node.bound, prices.bound))

    def _grow(self, prices: Prices, state: Bytes, bound: float) -> None:
        """Try the sites the prices favour, settle what can be settled, and branch on the rest."""
        self._offer(np.argsort(prices.reduced - 1e18 * (state == OPEN) + 1e18 * (state == CLOSED))[: self.p])
        target = target_of(self.value)
        if bound > target:
            return
        state = decided(prices, state, self.p, target)
        free = np.flatnonzero(state == FREE)
        is_open = int((state == OPEN).sum())
        if is_open > self.p or not len(free) or is_open == self.p:
            self._offer(np.flatnonzero(state == OPEN)[: self.p])
            return
        if is_open + len(free) <= self.p and not self.net.opening.any():
            self._offer(np.flatnonzero(state != CLOSED))
            return
        site = free[np.argmin(np.abs(prices.chosen[free] - 0.5))]
        price = prices.price.astype(np.float32)
        for choice in (CLOSED, OPEN):
            child = state.copy()
            child[site] = choice
            heapq.heappush(self._open, _Node(bound, 2 * self.nodes + int(choice == OPEN), child, price))

    def _offer(self, sites: Ints) -> None:
        """Keep this set if it is better than the best known."""
        is_open = np.zeros(self.net.sites, np.bool_)
        is_open[sites] = True
        cost = int(cost_of(self.net, is_open))
        if cost < self.value:
            self.value, self.found = cost, is_open
