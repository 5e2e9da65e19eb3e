"""The engine for maximal covering: see :mod:`heliplan.siting._pick`.

Annealing, a population of annealed sets that breeds, and bounds from pieces of the map up to a proof.
"""

from __future__ import annotations

import numpy as np

from heliplan.codec import Ints
from heliplan.siting import _anneal
from heliplan.siting._crossover import Population
from heliplan.siting._decomposition import Decomposition, can_be_halved
from heliplan.siting._dual import CLOSED, FREE, OPEN, Prices
from heliplan.siting._merge import merge_sets
from heliplan.siting._net import Bools, Net
from heliplan.siting._parallel import SIDES, side_by_side
from heliplan.siting._pick import Pick
from heliplan.siting._reduction import merged, restricted

FEW = 300  #: sites left open up to which a proof is near
SEARCH = 0.5  #: share of the time left for more search, before the bound is raised
POPULATION, FEW_SETS = 12, 6  #: sets that breed: at most with a time limit, and without
RAISING, FOR_ONE = (
    0.25,
    0.8,
)  #: shares of time for raising a population, and of the usual work for two sets of it
TRIES = 2000  #: moves tried in a usual search for each swap there is
BARREN = 10  #: times as many children as there are sets, none better: then the population is done
MERGING = 0.1  #: share of the time left that one merge may take
IDLE = 2  #: populations in a row without a better set, after which the time left is for the bound


class Cover(Pick):
    """One run on a net."""

    def _search_all(self) -> None:
        """See :class:`Pick`."""
        self._anneal(self.net, np.arange(self.net.sites), self._effort(0.3), "search")

    @property
    def _usual(self) -> int:
        """See :class:`Pick`."""
        return 200 + TRIES * _anneal.swaps(self.net, self.p) // _anneal.ROUND

    @property
    def _reached(self) -> int:
        """The weight that the best set reaches."""
        return int(self.net.weight.sum()) - self.cost

    def _search_core(self, prices: Prices) -> None:
        """See :class:`Pick`."""
        self._anneal(*self._core(prices), self._effort(0.5), "core")

    def _core(self, prices: Prices) -> tuple[Net, Ints]:
        """The sites that the bound does not rule out."""
        keep = (self._decided(prices) != CLOSED) | self.open | self.locked
        return restricted(self.net, keep), np.flatnonzero(keep)

    def _anneal(self, net: Net, sites: Ints, effort: tuple[int, float], phase: str) -> list[_anneal.Reached]:
        """Anneal from the best set, twice side by side, until the effort is spent."""
        rounds, moment = effort
        began, one = self.watch.seconds, max(1.0, self._reached) / self.p
        states = [_anneal.begin(net, self.open[sites], self.locked[sites]) for _ in range(SIDES)]
        lot, done, heat = max(1, min(50, rounds // 20)), 0, _anneal.HOT * one
        while done < rounds and self.watch.seconds < moment and not self.watch.over():
            part = max((done + lot) / rounds, (self.watch.seconds - began) / (moment - began))
            cooled = _anneal.HOT * one * (_anneal.COLD / _anneal.HOT) ** min(1.0, part)

            def cool(side: int, heat: float = heat, cooled: float = cooled) -> None:
                seed = self.seed + SIDES * self.rounds + side
                _anneal.anneal(net, states[side], lot, heat, cooled, seed)

            side_by_side(cool, range(SIDES))
            heat, done, self.rounds = cooled, done + lot, self.rounds + lot
            for now in states:
                if self._keep(now.best, sites):
                    self._tell(phase)
        return states

    def _prove(self, prices: Prices) -> None:
        """See :class:`Pick`.

        Where the map is small enough for a proof, search comes when the pieces are settled and takes no
        longer than they did: what is left takes HiGHS the less time, the better the best set is.
        """
        few = int((self._decided(prices) == FREE).sum()) < FEW
        if not few:
            self._search_long(prices, self._moment(SEARCH), IDLE)
        state, began = self._decided(prices), self.watch.seconds
        sites, is_open = np.flatnonzero(state == FREE), state == OPEN
        small, became = merged(self.net, state == FREE, is_open)
        if not can_be_halved(small):
            self._search_long(prices, np.inf)
            return
        left = became >= 0
        paid = np.bincount(became[left], (self.net.weight * prices.price)[left], small.points)
        mean = paid / np.maximum(small.weight, 1)
        pieces = Decomposition(small, self.p - int(is_open.sum()), mean, self.cost, self.watch)
        pieces.run(self._informed)
        if few and not self._enough():
            self._search_long(prices, 2 * self.watch.seconds - began if self._timed else np.inf)
        if not self._enough():
            pieces.value = self.cost
            pieces.settle_last()
            self._informed(pieces.bound)
        if pieces.found is not None:
            is_open[sites[pieces.found]] = True
            self._keep(is_open)

    def _informed(self, bound: int) -> bool:
        """Take over a bound; whether that is enough."""
        self.bound = max(self.bound, float(min(bound, self.cost)))
        self._tell("decomposition")
        return self._enough()

    def _search_long(self, prices: Prices, moment: float, idle: float = np.inf) -> None:
        """Raise population after population and put the best of each together.

        Ends when the moment has come or so many populations in a row brought nothing.
        """
        barren = 0
        while not self._enough() and self.watch.seconds < moment and barren < idle:
            before = self.cost
            met = self._crossover(*self._core(prices), moment)
            if not self._timed:
                break
            part = self.watch.share(MERGING)
            mixture = merge_sets(self.net, self.open | met, self.locked, self.p, self.cost, part)
            if mixture is not None and self._keep(mixture):
                self._tell("merge")
            barren = 0 if self.cost < before else barren + 1

    def _crossover(self, net: Net, sites: Ints, moment: float) -> Bools:
        """Raise a population and let it breed while that helps; the sites of its sets."""
        population = self._population(net, sites, moment)
        random = np.random.default_rng(self.seed + self.rounds)
        most = np.inf if self._timed else self.rounds + self._effort(1.0)[0]
        while (
            len(population.sets) > 1
            and population.barren < BARREN * len(population.sets)
            and self.rounds < most
        ):
            if self.watch.seconds >= moment or self.watch.over():
                break
            self.rounds += population.crossover(random)
            if self._keep(population.best, sites):
                self._tell("crossover")
        met = np.zeros(self.net.sites, np.bool_)
        met[sites[np.any(population.sets, axis=0)]] = True
        return met

    def _population(self, net: Net, sites: Ints, moment: float) -> Population:
        """The best set and some that are annealed anew from it."""
        population = Population(net, self.locked[sites], self.p, max(1.0, self._reached) / self.p)
        population.add(self.open[sites], self._reached)
        rounds, raised = self._effort(FOR_ONE)[0], min(moment, self._moment(RAISING))
        many = POPULATION if self._timed else FEW_SETS
        each = (raised - self.watch.seconds) * SIDES / many
        while len(population.sets) < many and self.watch.seconds < raised and not self._enough():
            before = len(population.sets)
            for now in self._anneal(net, sites, (rounds, self.watch.seconds + each), "population"):
                population.add(now.open, int(now.total[0]))
            if len(population.sets) == before:
                break  # annealing ends at sets that are there already
        return population
