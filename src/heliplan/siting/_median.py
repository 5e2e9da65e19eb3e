"""The engine for the median: see :mod:`heliplan.siting._pick`."""

from __future__ import annotations

import numpy as np

from heliplan.codec import Ints
from heliplan.siting import _swap
from heliplan.siting._dual import CLOSED, Prices
from heliplan.siting._net import Bools, Net
from heliplan.siting._parallel import SIDES
from heliplan.siting._pick import Pick
from heliplan.siting._reduction import restricted
from heliplan.siting._tree import Tree

CORE = 8  #: sites kept for the second search, for each site to open
HEAT = 0.01  #: share of a site's part of the value that a patient search may lose in a shake at first
SEARCH = 0.15  #: with a time limit, share of a turn's time that the search after it may take
TURN = 100  #: nodes of the tree before search has its first turn again; then twice as many, and so on
AGAIN, FARTHEST = 0.5, 1.5  #: first step factors of a bound that is raised once more
TURNS = 0.4  #: share of the time left that one turn of the bound, or of the search, takes
PATIENT = 20  #: with a time limit, search goes on for so many times the usual rounds, while it helps


class Median(Pick):
    """One run on a net; branch and bound where the net is whole, so that a tree on it proves something."""

    def _search_all(self) -> None:
        """See :class:`Pick`."""
        now = _swap.begin(self.net, np.flatnonzero(self.open), self.locked)
        self._search(self.net, now, np.arange(self.net.sites), self._effort(0.08), "search")

    def _search_core(self, prices: Prices) -> None:
        """See :class:`Pick`."""
        self._search_favoured(prices, self._effort(0.5) if self.net.whole else self._patience(0.6))

    def _prove(self, prices: Prices) -> None:
        """See :class:`Pick`."""
        if self.net.whole:
            self._branch(prices)
        else:
            self._take_turns(prices)

    def _take_turns(self, prices: Prices) -> None:
        """Where no tree proves anything: bound and search in turn, with a time limit until the time is up.

        Steps for the bound begin where it stood: with a better set known they go further. When they bring
        nothing more, they begin with longer steps again.
        """
        heat, factor, share = HEAT * abs(self.cost + self.shift) / self.p, AGAIN, 0.9
        while True:
            before = self.bound
            found = self._raise_root(prices.price, factor, share)
            prices, factor = (found, AGAIN) if self.bound > before else (prices, min(FARTHEST, 2 * factor))
            if not self._timed or self._enough():
                return
            rounds = self._patience(1.0)[0]
            self._search_favoured(prices, (rounds, self._moment(TURNS)), heat)
            if self._enough():
                return
            share = TURNS

    def _patience(self, share: float) -> tuple[int, float]:
        """As :meth:`_effort`, for a search that uses the time there is, while it helps."""
        rounds, moment = self._effort(1.0)
        return (PATIENT * rounds, self._moment(share)) if self._timed else (rounds, moment)

    def _search(
        self, net: Net, now: _swap.Now, sites: Ints, effort: tuple[int, float], phase: str, heat: float = 0.0
    ) -> None:
        """Shake in small lots until the effort is spent, cooling down from ``heat``; keep the best."""
        all_rounds, moment = effort
        rounds, began = all_rounds, self.watch.seconds
        lot = max(10, min(200 if heat == 0 else 40, rounds // 5))
        stalled = 0
        while rounds > 0 and self.watch.seconds < moment and not self.watch.over(0, stalled):
            some = min(lot, rounds)
            left = min(rounds / all_rounds, 1 - (self.watch.seconds - began) / (moment - began))
            _swap.shake(net, now, some, self.seed + self.rounds, heat * left)
            rounds -= some
            self.rounds += some
            stalled += some
            if self._keep(now.open, sites):
                stalled = 0
                self._tell(phase)

    def _search_favoured(self, prices: Prices, effort: tuple[int, float], heat: float = 0.0) -> None:
        """Search among the sites of least reduced cost, then descend once more among all."""
        keep = self._core(prices)
        sites, core = np.flatnonzero(keep), restricted(self.net, keep)
        now = _swap.begin(core, np.flatnonzero(self.open[keep]), self.locked[keep])
        self._search(core, now, sites, effort, "core", heat)
        now = _swap.begin(self.net, np.flatnonzero(self.open), self.locked)
        if _swap.improve(self.net, now) > 0:
            self._keep(now.open)
        self.bound = self._proven(self.bound)

    def _core(self, prices: Prices) -> Bools:
        """The sites of least reduced cost, without those that the bound rules out."""
        keep = self.locked.copy()
        keep[np.argsort(prices.reduced)[: CORE * self.p + 20]] = True
        keep &= self._decided(prices) != CLOSED
        core: Bools = keep | self.open
        return core

    def _branch(self, prices: Prices) -> None:
        """Branch and bound on the sites that the bound leaves open.

        Tree and search take turns, ever longer ones: a set that is a little better may spare most of a proof.
        """
        state = self._decided(prices)
        keep = (state != CLOSED) | self.open
        sites = np.flatnonzero(keep)
        left = Prices(prices.price, prices.bound, prices.reduced[keep], prices.chosen[keep])
        tree = Tree(restricted(self.net, keep), self.p, state[keep], left, self.cost)
        heat = HEAT * abs(self.cost + self.shift) / self.p
        limit, turn = self.watch.stop.iterations, TURN
        most = np.inf if limit is None else limit
        while True:
            began = self.watch.seconds
            self._work_on(tree, sites, min(most, tree.nodes + turn))
            if tree.done or self._enough() or tree.nodes >= most:
                return
            now, rounds = self.watch.seconds, self._patience(1.0)[0]
            until = now + SEARCH * (now - began) if self._timed else np.inf
            self._search_favoured(prices, (rounds, until), heat)
            tree.value = min(tree.value, self.cost)
            turn *= 2

    def _work_on(self, tree: Tree, sites: Ints, most: float) -> None:
        """Let the tree grow until it is done, time is up or it has so many nodes."""

        def over(nodes: int, bound: float) -> bool:
            if nodes % 20 < SIDES:
                self.bound = max(self.bound, bound)
                self._take(tree, sites)
                self._tell("tree")
            return self._enough() or nodes >= most

        tree.run(over)
        self._take(tree, sites)

    def _take(self, tree: Tree, sites: Ints) -> None:
        """Take over what the tree knows."""
        if tree.found is not None:
            self._keep(tree.found, sites)
        self.nodes = tree.nodes
        self.bound = float(self.cost) if tree.done else max(self.bound, tree.bound)
