"""Branch and bound over which sites of a median are open, on the bounds of :mod:`heliplan.siting._dual`.

The incumbent comes from local search and is mostly optimal already, so the node with the lowest bound is
taken first: that needs the fewest nodes and lifts the global bound all the time.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from heliplan.codec import Ints
from heliplan.compiled import compiled_bare
from heliplan.siting._dual import CLOSED, FREE, OPEN, Prices, decided, raise_bound
from heliplan.siting._net import Bools, Bytes, Floats, Net
from heliplan.siting._parallel import SIDES, side_by_side
from heliplan.siting._reduction import trimmed

NODE_STEPS = 40  #: subgradient steps at a node
UNSURE = 0.05  #: a site chosen less often, or left out less often, is branched on as if it were that often


def target_of(value: int) -> float:
    """A bound above this proves that no whole-numbered cost is below ``value``."""
    return value - 1 + 1e-6 + 1e-11 * abs(value)


def whole_bound(bound: float, value: int) -> int:
    """The whole-numbered lower bound that a bound in floating point proves, at most ``value``."""
    return min(value, int(np.ceil(bound - 1e-6 - 1e-11 * abs(bound))))


@compiled_bare
def cost_of(net: Net, is_open: Bools) -> int:
    """What the points pay with these sites open."""
    total = 0
    for i in range(net.weight.shape[0]):
        pays = int(net.far[i])
        for k in range(net.start[i], net.start[i + 1]):
            if is_open[net.site[k]]:
                pays = int(net.length[k])
                break
        total += net.weight[i] * pays
    return total


@dataclass(order=True, slots=True)
class _Node:
    bound: float
    number: int
    state: Bytes = field(compare=False)
    price: Floats = field(compare=False)
    branch: tuple[int, int, float] | None = field(compare=False, default=None)


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
        self._risen, self._tried = np.zeros((2, net.sites)), np.zeros((2, net.sites))
        self._open: list[_Node] = []
        self._grow(_Node(prices.bound, 0, state, prices.price), np.arange(net.sites), prices)

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
            nodes = [heapq.heappop(self._open) for _ in range(min(SIDES, len(self._open)))]
            for node, (sites, prices) in zip(nodes, side_by_side(self._raised, nodes), strict=True):
                self.nodes += 1
                self._learn(node, prices.bound)
                node.bound = max(node.bound, prices.bound)
                self._grow(node, sites, prices)

    def _raised(self, node: _Node) -> tuple[Ints, Prices]:
        """The sites that a node leaves open or free, and the prices on these.

        Nets are made when needed, not kept with the nodes: thousands may be waiting.
        """
        stay = node.state != CLOSED
        net = trimmed(self.net, stay, node.state == OPEN)
        upper = target_of(self.value)
        prices = raise_bound(net, node.state[stay], self.p, upper, node.price, NODE_STEPS, 8, 0.7)
        return np.flatnonzero(stay), prices

    def _grow(self, node: _Node, sites: Ints, prices: Prices) -> None:
        """Try the sites the prices favour, settle what can be settled, and branch on the rest.

        ``sites`` are those that the prices are about.
        """
        state = node.state[sites]
        favour = prices.reduced - 1e18 * (state == OPEN) + 1e18 * (state == CLOSED)
        self._offer(sites[np.argsort(favour)[: self.p]])
        target = target_of(self.value)
        if node.bound > target:
            return
        state = decided(prices, state, self.p, target)
        node.state[sites] = state
        free, is_open = int((state == FREE).sum()), int((state == OPEN).sum())
        if not free or is_open >= self.p:
            self._offer(sites[state == OPEN][: self.p])
        elif is_open + free <= self.p:
            self._offer(sites[state != CLOSED])
        else:
            self._branch(node, sites[state == FREE], prices.price, prices.chosen[state == FREE])

    def _learn(self, node: _Node, bound: float) -> None:
        """Remember how much closing or opening a site raised the bound."""
        if node.branch is not None:
            site, choice, share = node.branch
            self._risen[choice, site] += max(0.0, min(bound, float(self.value)) - node.bound) / share
            self._tried[choice, site] += 1

    def _branch(self, node: _Node, free: Ints, price: Floats, chosen: Floats) -> None:
        """Close and open the free site that is expected to raise both bounds most."""
        share = np.clip(np.stack([chosen, 1 - chosen]), UNSURE, 1 - UNSURE)
        risen, tried = self._risen[:, free], self._tried[:, free]
        usual = self._risen.sum(1) / np.maximum(1, self._tried.sum(1))
        rise = share * (risen + usual[:, None] + 1e-9) / (tried + 1)
        at = int(np.argmax(rise[0] * rise[1]))
        for choice, value in enumerate((CLOSED, OPEN)):
            state = node.state.copy()
            state[free[at]] = value
            branch = (int(free[at]), choice, float(share[choice, at]))
            heapq.heappush(self._open, _Node(node.bound, 2 * self.nodes + choice, state, price, branch))

    def _offer(self, sites: Ints) -> None:
        """Keep this set if it is better than the best known."""
        is_open = np.zeros(self.net.sites, np.bool_)
        is_open[sites] = True
        cost = int(cost_of(self.net, is_open))
        if cost < self.value:
            self.value, self.found = cost, is_open
