"""A bound on maximal covering from pieces of the map, each settled with whole sites: more than prices prove.

The cells are shared out among pieces. Every piece may open sites of its own, and pays for each what the
prices of its cells come to there; what a site takes in from all pieces counts once, for the ``p`` best
(Lagrangean decomposition: Guignard and Kim 1987; by clusters for covering: Senne, Pereira and Lorena 2010).
Any pieces give a valid bound, never a worse one than the prices. They come from halving the map again and
again: halves are settled before their whole, which proves more and takes longer; the last whole is the
problem itself.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import count

import numpy as np
from scipy.sparse import csr_array, diags_array

from heliplan.codec import Ints
from heliplan.mip import ceiling
from heliplan.siting._dual import CLOSED, FREE, OPEN, Prices, choose, decided
from heliplan.siting._highs import Ended, Model, Solved
from heliplan.siting._merge import covering_model
from heliplan.siting._net import Bools, Floats, Net, from_cells
from heliplan.siting._parallel import SIDES
from heliplan.siting._reduction import merged
from heliplan.siting._tree import target_of
from heliplan.stop import Watch

SMALLEST = 80  #: sites up to which a piece is not halved
SMALL = 10 * SMALLEST  #: sites up to which a map is halved however dense it is
DENSE = SMALLEST / 2  #: sites in reach of a cell on average from which the smallest pieces are all seam
LARGEST = 50_000_000  #: pairs of sites that share a cell, counted for each cell, up to which a map is halved
SMOOTHING = 300  #: steps after which neighbouring sites have come to like values
#: sites up to which a piece is settled within this process; under a limit of iterations none is larger,
#: because the time it takes would know no limit
MIDDLING = 2 * SMALLEST


def can_be_halved(net: Net) -> bool:
    """Whether the net is small or sparse enough for :class:`Decomposition` to prove more than the prices."""
    in_reach = np.diff(net.start)
    sparse = net.sites <= SMALL or in_reach.sum() <= DENSE * net.points
    return bool(sparse and (in_reach**2).sum() <= LARGEST)


@dataclass(slots=True, eq=False)
class Piece:
    """Some cells of a net, and what is known of them.

    Attributes
    ----------
    cells, sites : of the net; the sites that reach at least one of the cells.
    bound : int
        On the cost of its cells and sites.
    halves : the two pieces it falls into, or none.
    whole : the piece it is a half of; the last whole has none.
    """

    cells: Ints
    sites: Ints
    bound: int
    whole: Piece | None
    halves: tuple[Piece, ...] = ()
    settled: bool = False


class Decomposition:
    """All pieces of one problem: ``p`` sites at most, all of them free.

    Parameters
    ----------
    net : Net
        Of maximal covering.
    price : float array (cells,)
        From 0 to 1, see :mod:`heliplan.siting._dual`.
    value : int
        Cost of the best set known.

    Attributes
    ----------
    bound : int
        No set of a cost below ``value`` costs less.
    found : bool array or None
        A set of a cost below ``value``, if the last whole gave one.
    """

    def __init__(self, net: Net, p: int, price: Floats, value: int, watch: Watch) -> None:
        self.net, self.p, self.value, self.watch = net, p, value, watch
        self.state = np.full(net.sites, FREE)
        self.table = csr_array((np.ones(len(net.site)), net.site, net.start), (net.points, net.sites))
        # whole prices, so that nothing is lost or won by rounding between pieces
        self.price = np.rint(net.weight * price).astype(np.int64)
        self.toll = (self.table.T @ self.price).astype(np.int64)
        self.found: Bools | None = None
        self._ready: list[tuple[int, int, Piece]] = []
        self._number = count()
        in_reach = np.diff(net.start) > 0
        self.lost = int(net.weight[~in_reach].sum())
        self._last = self._halved(np.flatnonzero(in_reach), None)
        self.bound = 0
        self._sum_up()

    def run(self, over: Callable[[int], bool]) -> None:
        """Settle piece after piece, two side by side, up to the last whole or until ``over(bound)``."""
        running: dict[Future[Solved], Piece] = {}
        with ThreadPoolExecutor(SIDES) as pool:
            while True:
                while self._ready and len(running) < SIDES and not over(self.bound):
                    piece = heapq.heappop(self._ready)[-1]
                    running[pool.submit(self._settled, piece)] = piece
                if not running:
                    return
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    piece = running.pop(future)
                    self._learn(piece, future.result().bound)

    def settle_last(self) -> None:
        """Settle the last whole: the problem itself."""
        if not self._fits(self._last) or not len(self._last.cells):
            return
        keep, model = self._model(self._last, np.zeros(self.net.sites, np.int64))
        model.add_one(np.arange(len(keep)), 1.0, -np.inf, self.p)
        solved = model.prove(self.watch, self.value - self.lost - 0.5)
        self._last.settled = True
        if solved.x is not None:
            self.found = np.zeros(self.net.sites, np.bool_)
            self.found[keep[solved.x[: len(keep)] > 0.5]] = True
        if solved.ended in (Ended.IMPOSSIBLE, Ended.BETTER_RULED_OUT):
            self.bound = self.value
        elif np.isfinite(solved.bound):
            self.bound = max(self.bound, self.lost + ceiling(solved.bound))

    def _halved(self, cells: Ints, whole: Piece | None) -> Piece:
        """The piece of these cells, halved as far as that makes sense."""
        reach = self.table[cells]
        sites = np.unique(reach.indices).astype(np.int64)
        piece = Piece(cells, sites, int(self.price[cells].sum()), whole)
        if len(sites) > SMALLEST and not self.watch.late:
            first = _first_half(csr_array(reach[:, sites]), self.net.weight[cells])
            if first.any() and not first.all():
                piece.halves = tuple(self._halved(cells[half], piece) for half in (first, ~first))
        if not piece.halves:
            self._offer(piece)
        return piece

    def _fits(self, piece: Piece) -> bool:
        return self.watch.stop.iterations is None or len(piece.sites) <= MIDDLING

    def _offer(self, piece: Piece) -> None:
        if piece.whole is not None and self._fits(piece):
            heapq.heappush(self._ready, (len(piece.sites), next(self._number), piece))

    def _settled(self, piece: Piece) -> Solved:
        """What can be said of a piece when each of its sites is paid for at its price there."""
        toll = (self.table[piece.cells].T @ self.price[piece.cells]).astype(np.int64)
        _, model = self._model(piece, toll)
        return model.prove(self.watch, apart=len(piece.sites) > MIDDLING)

    def _model(self, piece: Piece, toll: Ints) -> tuple[Ints, Model]:
        """The sites of a piece that may open, and its model, with a column for each of them first."""
        state, reach = self.state, self.table[piece.cells]
        keep = np.zeros(self.net.sites, np.bool_)
        keep[piece.sites] = state[piece.sites] != CLOSED
        start, site = reach.indptr.astype(np.int64), reach.indices.astype(np.int32)
        cells = from_cells(start, site, self.net.weight[piece.cells], self.net.sites)
        small, _ = merged(cells, keep, state == OPEN)
        return np.flatnonzero(keep), covering_model(small, state[keep] == OPEN, toll[keep])

    def _learn(self, piece: Piece, bound: float) -> None:
        """Take over what the solver says of a piece; its whole is ready when both halves are settled."""
        piece.settled = True
        if np.isfinite(bound):
            piece.bound = max(piece.bound, ceiling(bound))
        self._sum_up()
        whole = piece.whole
        if whole is not None and all(half.settled for half in whole.halves):
            self._offer(whole)

    def _sum_up(self) -> None:
        """The bound of all, and the sites it decides."""

        def best(piece: Piece) -> int:
            if piece.halves:
                piece.bound = max(piece.bound, sum(best(half) for half in piece.halves))
            return piece.bound

        reduced = -self.toll.astype(float)
        chosen = choose(reduced, self.state, self.p, np.zeros(len(reduced), np.bool_))
        bound = self.lost + best(self._last) + round(chosen)
        self.bound = min(self.value, max(self.bound, bound))
        prices = Prices(np.zeros(0), float(bound), reduced, np.zeros(0))
        self.state = decided(prices, self.state, self.p, target_of(self.value))


def _first_half(reach: csr_array, weight: Ints) -> Bools:
    """Which cells (rows) make one of two halves that share few sites (columns), and those lightly.

    Sites that reach the same people come to like values when each takes on the mean of its neighbours over
    and over; cells are halved by the mean value of their sites (spectral bisection, Fiedler 1973).
    """
    share = diags_array(weight / np.diff(reach.indptr)) @ reach
    near = csr_array(reach.T @ share)
    degree = np.sqrt(np.maximum(near.sum(1), 1e-9))
    even = degree / np.linalg.norm(degree)
    value = np.random.default_rng(0).normal(size=len(degree))
    for _ in range(SMOOTHING):
        value = value + (near @ (value / degree)) / degree
        value -= even * (even @ value)
        value /= np.linalg.norm(value)
    value /= degree
    mean = (reach @ value) / np.diff(reach.indptr)
    half: Bools = mean < np.median(value)
    return half
