"""The engine for picking at most ``p`` sites: the median and maximal covering, small to very large.

Search from chance starts, raise the bound by prices, search again among the sites the prices favour (the
core), drop what the bound rules out, and prove the rest by branch and bound where the net is whole.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from heliplan.codec import Ints
from heliplan.siting import anneal, swap
from heliplan.siting.dual import CLOSED, FREE, OPEN, Prices, decided, raise_bound
from heliplan.siting.fuse import fused
from heliplan.siting.net import Bools, Floats, Net, narrowed
from heliplan.siting.sides import SIDES, side_by_side
from heliplan.siting.tree import Tree, cost_of, target_of, whole_bound
from heliplan.stop import Event, Progress, Watch

CORE = 8  #: sites kept for the second search, for each site to open
ROOT_STEPS = 3000
MANY = 1_000_000  #: pairs from which the bound is raised in fewer, less patient steps
HEAT = 0.01  #: share of a site's part of the value that a patient search may lose in a shake at first
FEW = 300  #: sites left open up to which a proof of maximal covering is near
#: shares of the time left: for the proof at first, and then for more search, before the proof goes on
MEDIAN_SHARES, FEW_SHARES, MANY_SHARES = (0.3, 0.5), (0.6, 0.25), (0.02, 0.85)
LONGER = 1.2  #: how much longer each annealing of maximal covering is than the one before
FUSING = 0.1  #: share of the time left that one fusion may take
PATIENT = 20  #: with a time limit, search goes on for so many times the usual rounds, while it helps


@dataclass(slots=True)
class Picked:
    """What the engine found: sites of the net, their cost in the net, a proven bound and some figures."""

    open: Ints
    cost: int
    bound: int
    nodes: int


class Pick:
    """One run of the engine on a net.

    Parameters
    ----------
    net : Net
    p : int
    pinned : int array
        Sites of the net that are open in every set; fewer than ``p`` or equal.
    exact : bool
        Whether the net's costs are true costs, so that a tree on it proves something.
    shift : int
        Value of a plan minus its cost in the net: only for the gap at which to stop.
    """

    def __init__(
        self,
        net: Net,
        p: int,
        pinned: Ints,
        exact: bool,
        shift: int,
        watch: Watch,
        seed: int,
        progress: Progress | None,
    ) -> None:
        self.net, self.p, self.exact, self.shift = net, min(p, net.sites), exact, shift
        self.watch, self.seed, self.progress = watch, seed, progress
        self.locked = np.zeros(net.sites, np.bool_)
        self.locked[pinned] = True
        self.state = np.where(self.locked, OPEN, FREE).astype(np.int8)
        self.open = self.locked.copy()
        self.cost = 2**62
        self.bound = -(2.0**62)
        self.rounds = self.nodes = 0
        self.covers = net.covers()

    def run(self) -> Picked:
        """Search, bound, search again, prove."""
        if not self.net.points:
            return Picked(np.flatnonzero(self.locked), 0, 0, 0)
        now = swap.begin(self.net, np.flatnonzero(self.locked), self.locked)
        swap.spread(self.net, now, self.p, self.seed)
        swap.improve(self.net, now)
        self._keep(now.open)
        if self.covers:
            self._anneal(self.net, np.arange(self.net.sites), self._effort(0.3), anneal.HOT, "search")
        else:
            self._search(self.net, now, np.arange(self.net.sites), self._effort(0.08), "search")
        now = swap.begin(self.net, np.flatnonzero(self.open), self.locked)
        prices = self._raise_root(np.minimum(now.next, self.net.cap).astype(float), 1.5, 0.4)
        if not self._enough():
            self._search_core(prices, self._effort(0.5) if self.exact else self._patience(0.6))
        if self.exact and not self._enough():
            self._prove(prices)
        elif not self._enough():
            # with a better set known, steps from where the bound stood go further
            self._raise_root(prices.price, 0.5, 0.9)
        return Picked(np.flatnonzero(self.open), self.cost, whole_bound(self.bound, self.cost), self.nodes)

    def _effort(self, share: float) -> tuple[int, float]:
        """Rounds of a search with this share of the usual work, and when it ends at the latest."""
        usual = 20 * self.p + 200 if self.watch.stop.iterations is None else self.watch.stop.iterations
        return max(1, int(share * usual)), self._moment(share)

    def _patience(self, share: float) -> tuple[int, float]:
        """The same for a search that uses the time there is, while it helps."""
        rounds, moment = self._effort(1.0)
        timed = self.watch.stop.seconds is not None and self.watch.stop.iterations is None
        return (PATIENT * rounds, self._moment(share)) if timed else (rounds, moment)

    def _moment(self, share: float) -> float:
        """When this share of the time left is over."""
        left = self.watch.remaining
        return np.inf if left is None else self.watch.seconds + share * left

    def _tell(self, phase: str) -> None:
        if self.progress is not None:
            bound = whole_bound(self.bound, self.cost) if self.bound > -(2.0**61) else None
            shifted = None if bound is None else bound + self.shift
            self.progress(Event(phase, self.watch.seconds, self.cost + self.shift, shifted))

    def _enough(self) -> bool:
        """Whether the gap asked for is reached, or time is up."""
        value, bound = self.cost + self.shift, whole_bound(self.bound, self.cost) + self.shift
        return self.watch.close_enough(value, bound) or self.watch.over()

    def _keep(self, is_open: Bools, sites: Ints | None = None) -> bool:
        """Take over a set if it is better; ``sites`` numbers the sites of a narrowed net."""
        whole = np.zeros(self.net.sites, np.bool_)
        whole[np.flatnonzero(is_open) if sites is None else sites[is_open]] = True
        cost = int(cost_of(self.net, whole))
        better = cost < self.cost
        if better:
            self.cost, self.open = cost, whole
        return better

    def _search(
        self, net: Net, now: swap.Now, sites: Ints, effort: tuple[int, float], phase: str, heat: float = 0.0
    ) -> None:
        """Shake in small lots until the effort is spent, cooling down from ``heat``; keep the best."""
        all_rounds, moment = effort
        rounds, began = all_rounds, self.watch.seconds
        lot = max(10, min(200 if heat == 0 else 40, rounds // 5))
        stalled = 0
        while rounds > 0 and self.watch.seconds < moment and not self.watch.over(0, stalled):
            some = min(lot, rounds)
            left = min(rounds / all_rounds, 1 - (self.watch.seconds - began) / (moment - began))
            swap.shake(net, now, some, self.seed + self.rounds, heat * left)
            rounds -= some
            self.rounds += some
            stalled += some
            if self._keep(now.open, sites):
                stalled = 0
                self._tell(phase)

    def _anneal(self, net: Net, sites: Ints, effort: tuple[int, float], hot: float, phase: str) -> Bools:
        """Anneal maximal covering from the best set, twice side by side, until the effort is spent.

        Returns the sites of the sets that it ends with.
        """
        rounds, moment = effort
        began, total = self.watch.seconds, int(net.weight.sum())
        states = [anneal.begin(net, self.open[sites], self.locked[sites]) for _ in range(SIDES)]
        one = max(1.0, total - self.cost) / self.p
        lot, done, heat = max(1, min(50, rounds // 20)), 0, hot * one
        while done < rounds and self.watch.seconds < moment and not self.watch.over():
            part = max((done + lot) / rounds, (self.watch.seconds - began) / (moment - began))
            cooled = hot * one * (anneal.COLD / hot) ** min(1.0, part)

            def cool(side: int, heat: float = heat, cooled: float = cooled) -> None:
                seed = self.seed + SIDES * self.rounds + side
                anneal.anneal(net, states[side], lot, heat, cooled, seed)

            side_by_side(cool, range(SIDES))
            heat, done, self.rounds = cooled, done + lot, self.rounds + lot
            for now in states:
                if self._keep(now.best, sites):
                    self._tell(phase)
        met = np.zeros(self.net.sites, np.bool_)
        for now in states:
            met[sites[now.open]] = True
        return met

    def _raise_root(self, start: Floats, factor: float, share: float) -> Prices:
        """Raise the bound of the whole from these prices, with this share of the time left."""
        moment = self._moment(share)

        def over(_steps: int, bound: float) -> bool:
            self.bound = max(self.bound, bound)
            self._tell("bound")
            return self._enough() or self.watch.seconds > moment

        patience = 20 if len(self.net.site) > MANY else 50
        target = target_of(self.cost)
        prices = raise_bound(self.net, self.state, self.p, target, start, ROOT_STEPS, patience, factor, over)
        self._offer_favoured(prices)
        self.bound = self._proven(prices.bound)
        return prices

    def _proven(self, bound: float) -> float:
        """A bound above the target proves the best set."""
        return float(self.cost) if bound > target_of(self.cost) else max(self.bound, bound)

    def _offer_favoured(self, prices: Prices) -> None:
        """Descend from the sites the prices favour."""
        favoured = np.argsort(prices.reduced - 1e18 * self.locked)[: self.p]
        now = swap.begin(self.net, favoured, self.locked)
        swap.improve(self.net, now)
        self._keep(now.open)

    def _search_core(self, prices: Prices, effort: tuple[int, float], heat: float = 0.0) -> None:
        """Search among the sites of least reduced cost, then descend once more among all."""
        if self.covers:
            self._anneal_core(prices, effort, anneal.HOT)
            return
        keep = self._core(prices)
        sites, core = np.flatnonzero(keep), narrowed(self.net, keep)
        now = swap.begin(core, np.flatnonzero(self.open[keep]), self.locked[keep])
        self._search(core, now, sites, effort, "core", heat)
        now = swap.begin(self.net, np.flatnonzero(self.open), self.locked)
        if swap.improve(self.net, now) > 0:
            self._keep(now.open)
        self.bound = self._proven(self.bound)

    def _core(self, prices: Prices) -> Bools:
        """The sites that the bound does not rule out, for a median only those of least reduced cost."""
        keep = self.locked | self.covers
        keep[np.argsort(prices.reduced)[: CORE * self.p + 20]] = True
        keep &= decided(prices, self.state, self.p, target_of(self.cost)) != CLOSED
        core: Bools = keep | self.open
        return core

    def _anneal_core(self, prices: Prices, effort: tuple[int, float], hot: float) -> Bools:
        """Anneal maximal covering among the core; the sites of the sets that ends with."""
        keep = self._core(prices)
        return self._anneal(narrowed(self.net, keep), np.flatnonzero(keep), effort, hot, "core")

    def _prove(self, prices: Prices) -> None:
        """Branch and bound on the sites that the bound leaves open.

        With a time limit, part of it goes into the proof; when that does not do, more search comes between.
        """
        state = decided(prices, self.state, self.p, target_of(self.cost))
        keep = (state != CLOSED) | self.open
        sites = np.flatnonzero(keep)
        left = Prices(prices.price, prices.bound, prices.reduced[keep], prices.chosen[keep])
        tree = Tree(narrowed(self.net, keep), self.p, state[keep], left, self.cost)
        proof, search = MEDIAN_SHARES if not self.covers else FEW_SHARES if len(sites) < FEW else MANY_SHARES
        self._work_on(tree, sites, self._moment(proof))
        if not self._enough():
            self._search_long(prices, search)
            tree.value = min(tree.value, self.cost)
            self._work_on(tree, sites, np.inf)

    def _search_long(self, prices: Prices, share: float) -> None:
        """Search the core once more; maximal covering in ever longer turns while there is time."""
        if not self.covers:
            self._search_core(prices, self._patience(share), HEAT * abs(self.cost + self.shift) / self.p)
            return
        rounds, moment = self._effort(share)[0], self._moment(share)
        before = self.open.copy()
        while not self._enough() and self.watch.seconds < moment:
            met = self._anneal_core(prices, (rounds, moment), anneal.HOT)
            if self.watch.remaining is None:
                break
            part = self.watch.share(FUSING)
            mixture = fused(self.net, self.open | met | before, self.locked, self.p, self.cost, part)
            if mixture is not None and self._keep(mixture):
                self._tell("fused")
            before, rounds = met, int(LONGER * rounds)

    def _work_on(self, tree: Tree, sites: Ints, moment: float) -> None:
        """Let the tree grow until it is done, time is up or the moment has come."""
        most = self.watch.stop.iterations

        def over(nodes: int, bound: float) -> bool:
            if nodes % 20 < SIDES:
                self.bound = max(self.bound, bound)
                self._take(tree, sites)
                self._tell("tree")
            late = self.watch.seconds > moment
            return late or self._enough() or (most is not None and nodes >= most)

        tree.run(over)
        self._take(tree, sites)

    def _take(self, tree: Tree, sites: Ints) -> None:
        """Take over what the tree knows."""
        if tree.found is not None:
            self._keep(tree.found, sites)
        self.nodes = tree.nodes
        self.bound = float(self.cost) if tree.done else max(self.bound, tree.bound)
