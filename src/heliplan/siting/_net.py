"""The one form all pick-p engines work on: for every point the sites that matter, nearest first.

A set of open sites costs the sum over points of weight × min(length to the nearest open site, ``far``).
The median is that with real lengths; maximal covering is that with length 0 inside the radius and
``far`` = 1, points of one :mod:`cell <heliplan.siting._cells>` taken together. So search, bound and tree
are written once.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from heliplan.codec import Ints
from heliplan.siting.distances import LONGEST, NO_WAY

Int32s = NDArray[np.int32]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Bytes = NDArray[np.int8]


class Net(NamedTuple):
    """Points, sites and the lengths between them; a named tuple, so that compiled loops can take it.

    Attributes
    ----------
    start, site, length : rows by point: row ``i`` is ``start[i]:start[i + 1]``, lengths rising.
    back_start, back_point, back_length : the same by site, points rising.
    weight : int64, shape (points,)
    far : int64, shape (points,)
        What a point without an open site in its row is taken to cost (search).
    cap : float64, shape (points,)
        No site outside the row is nearer than this: prices of points up to it give a valid bound.
    whole : bool
        Whether costs in the net are true costs: a row that ends early makes what is beyond it a guess.
    """

    start: Ints
    site: Int32s
    length: Int32s
    back_start: Ints
    back_point: Int32s
    back_length: Int32s
    weight: Ints
    far: Ints
    cap: Floats
    whole: bool

    @property
    def points(self) -> int:
        """Number of points."""
        return len(self.weight)

    @property
    def sites(self) -> int:
        """Number of sites."""
        return len(self.back_start) - 1


def build(
    start: Ints, site: Int32s, length: Int32s, weight: Ints, far: Ints, cap: Floats, whole: bool, sites: int
) -> Net:
    """A net from its rows by point; adds the rows by site."""
    back = csr_array((length, site, start), shape=(len(weight), sites)).tocsc()  # one pass, no sort
    back_start, back_point = back.indptr.astype(np.int64), back.indices.astype(np.int32, copy=False)
    return Net(start, site, length, back_start, back_point, back.data, weight, far, cap, whole)


def from_nearest(found: Int32s, length: Int32s, weight: Ints, sites: int, whole: bool) -> Net:
    """The median's net from a table of nearest sites.

    Parameters
    ----------
    found, length : shape (points, count), as :meth:`Distances.nearest` gives them.
    whole : bool
        Whether the table holds every site that a point can use at all.
    """
    there = found >= 0
    start = np.concatenate([[0], np.cumsum(there.sum(1))]).astype(np.int64)
    last = np.where(there, length, 0).max(1).astype(np.int64)
    if whole:
        # worse than any assignment there is, small enough for sums in 64 bits
        far = np.full(len(weight), 2 * int(last.max()) + 1)
        cap = np.full(len(weight), np.inf)
    else:
        # lengths are rounded after the search for the nearest: leave one unit of doubt in the bound
        far, cap = 2 * last + 1, np.maximum(last - 1, 0).astype(float)
    return build(start, found[there], length[there], weight, far, cap, whole, sites)


def from_cells(start: Ints, site: Int32s, weight: Ints, sites: int) -> Net:
    """Maximal covering: each cell lies within reach of its sites and costs its weight when none opens."""
    ones = np.ones(len(weight), np.int64)
    return build(start, site, np.zeros(len(site), np.int32), weight, ones, ones.astype(float), True, sites)


def alike(start: Ints, site: Int32s, sites: int) -> tuple[Ints, Ints]:
    """Which rows of sites (in one order each) are equal: the first of each kind, and the kind of each row."""
    marks = np.random.default_rng(0).integers(1, 2**63, sites, dtype=np.uint64)
    running = np.concatenate([np.zeros(1, np.uint64), np.cumsum(marks[site])])
    key = running[start[1:]] - running[start[:-1]]  # wraps around: sums are modulo 2**64
    _, first, kind = np.unique(key, return_index=True, return_inverse=True)
    differs = ~_same_rows(start, site, first[kind])
    kind[differs] = len(first) + np.arange(differs.sum())
    return np.concatenate([first, np.flatnonzero(differs)]), kind


def picked(start: Ints, site: Int32s, rows: Ints) -> Int32s:
    """The sites of these rows, one after the other."""
    length = np.diff(start)[rows]
    offset = np.arange(length.sum()) - np.repeat(np.cumsum(length) - length, length)
    found: Int32s = site[np.repeat(start[rows], length) + offset]
    return found


def _same_rows(start: Ints, site: Int32s, others: Ints) -> Bools:
    """Whether each row equals the other: equal keys are no proof."""
    counts = np.diff(start)
    same: Bools = counts == counts[others]
    at = np.flatnonzero(same)
    unequal: Bools = picked(start, site, at) != picked(start, site, others[at])
    same[np.repeat(at, counts[at])[unequal]] = False
    return same


def reachable(length: Int32s) -> Bools:
    """Which points have at least one site, from the lengths of :meth:`Distances.nearest`."""
    has: Bools = (length[:, 0] != NO_WAY) & (length[:, 0] <= LONGEST)
    return has
