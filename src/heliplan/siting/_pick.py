"""The engine for picking at most ``p`` sites, small to very large: what its two goals have in common.

Search from random starts, raise the bound by prices, search again among the sites the prices favour (the
core), drop what the bound rules out, and prove the rest: :mod:`heliplan.siting._median` and
:mod:`heliplan.siting._cover`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np

from heliplan.codec import Ints
from heliplan.siting import _swap
from heliplan.siting._dual import FREE, OPEN, Prices, decided, raise_bound
from heliplan.siting._net import Bools, Bytes, Floats, Net
from heliplan.siting._tree import cost_of, target_of, whole_bound
from heliplan.stop import Event, Progress, Watch

ROOT_STEPS = 3000
MANY = 1_000_000  #: pairs from which the bound is raised in fewer, less patient steps


@dataclass(slots=True)
class Picked:
    """What the engine found: sites of the net, their cost in the net, a proven bound and some figures."""

    open: Ints
    cost: int
    bound: int
    nodes: int


class Pick(ABC):
    """One run of the engine on a net.

    Parameters
    ----------
    net : Net
    p : int
    pinned : int array
        Sites of the net that are open in every set; fewer than ``p`` or equal.
    shift : int
        Value of a plan minus its cost in the net: only for the gap at which to stop.
    """

    def __init__(
        self,
        net: Net,
        p: int,
        pinned: Ints,
        shift: int,
        watch: Watch,
        seed: int,
        progress: Progress | None,
    ) -> None:
        self.net, self.p, self.shift = net, min(p, net.sites), shift
        self.watch, self.seed, self.progress = watch, seed, progress
        self.locked = np.zeros(net.sites, np.bool_)
        self.locked[pinned] = True
        self.state = np.where(self.locked, OPEN, FREE).astype(np.int8)
        self.open = self.locked.copy()
        self.cost = 2**62
        self.bound = 0.0  # no cost is below
        self.rounds = self.nodes = 0

    def run(self) -> Picked:
        """Search, bound, search again, prove."""
        if not self.net.points:
            return Picked(np.flatnonzero(self.locked), 0, 0, 0)
        now = _swap.begin(self.net, np.flatnonzero(self.locked), self.locked)
        _swap.spread(self.net, now, self.p, self.seed)
        _swap.improve(self.net, now)
        self._keep(now.open)
        self._search_all()
        now = _swap.begin(self.net, np.flatnonzero(self.open), self.locked)
        prices = self._raise_root(np.minimum(now.next, self.net.cap).astype(float), 1.5, 0.4)
        if not self._enough():
            self._search_core(prices)
        if not self._enough():
            self._prove(prices)
        return Picked(np.flatnonzero(self.open), self.cost, whole_bound(self.bound, self.cost), self.nodes)

    @abstractmethod
    def _search_all(self) -> None:
        """A first search among all sites."""

    @abstractmethod
    def _search_core(self, prices: Prices) -> None:
        """A search among the sites that the prices favour."""

    @abstractmethod
    def _prove(self, prices: Prices) -> None:
        """Use the time left to raise the bound, up to a proof, and to search on."""

    def _effort(self, share: float) -> tuple[int, float]:
        """Rounds of a search with this share of the usual work, and when it ends at the latest."""
        usual = self._usual if self.watch.stop.iterations is None else self.watch.stop.iterations
        return max(1, int(share * usual)), self._moment(share)

    @property
    def _usual(self) -> int:
        """Rounds of a usual search."""
        return 20 * self.p + 200

    @property
    def _timed(self) -> bool:
        """Whether time is what limits the search, and not rounds."""
        return self.watch.remaining is not None and self.watch.stop.iterations is None

    def _moment(self, share: float) -> float:
        """When this share of the time left is over."""
        left = self.watch.remaining
        return np.inf if left is None else self.watch.seconds + share * left

    def _tell(self, phase: str) -> None:
        if self.progress is not None:
            bound = whole_bound(self.bound, self.cost) + self.shift
            self.progress(Event(phase, self.watch.seconds, self.cost + self.shift, bound))

    def _enough(self) -> bool:
        """Whether the gap asked for is reached, or time is up."""
        value, bound = self.cost + self.shift, whole_bound(self.bound, self.cost) + self.shift
        return self.watch.close_enough(value, bound) or self.watch.over()

    def _keep(self, is_open: Bools, sites: Ints | None = None) -> bool:
        """Take over a set if it is better; ``sites`` numbers the sites of a restricted net."""
        whole = np.zeros(self.net.sites, np.bool_)
        whole[np.flatnonzero(is_open) if sites is None else sites[is_open]] = True
        cost = int(cost_of(self.net, whole))
        better = cost < self.cost
        if better:
            self.cost, self.open = cost, whole
        return better

    def _raise_root(self, start: Floats, factor: float, share: float) -> Prices:
        """Raise the bound of the whole from these prices, with this share of the time left."""
        moment = self._moment(share)

        def over(_steps: int, bound: float) -> bool:
            self.bound = max(self.bound, bound)
            self._tell("bound")
            return self._enough() or self.watch.seconds > moment

        patience = 20 if len(self.net.site) > MANY else 50
        target, many = target_of(self.cost), max(1, len(self.net.site))
        # between two looks at the clock no more steps than a large net takes half a second for
        steps = max(5, 50 * MANY // many) if self._timed and many > MANY else 50
        prices = raise_bound(
            self.net, self.state, self.p, target, start, ROOT_STEPS, patience, factor, over, steps
        )
        if not self.watch.late:
            self._offer_favoured(prices)
        self.bound = self._proven(prices.bound)
        return prices

    def _decided(self, prices: Prices) -> Bytes:
        """The sites that no set better than the best known can hold, or be without."""
        return decided(prices, self.state, self.p, target_of(self.cost))

    def _proven(self, bound: float) -> float:
        """A bound above the target proves the best set."""
        return float(self.cost) if bound > target_of(self.cost) else max(self.bound, bound)

    def _offer_favoured(self, prices: Prices) -> None:
        """Descend from the sites the prices favour."""
        favoured = np.argsort(prices.reduced - 1e18 * self.locked)[: self.p]
        now = _swap.begin(self.net, favoured, self.locked)
        _swap.improve(self.net, now)
        self._keep(now.open)
