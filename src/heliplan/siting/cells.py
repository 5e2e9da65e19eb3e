"""Points that lie within reach of exactly the same sites, taken together as one cell.

Coverage cannot tell such points apart. n circles cut the plane into at most n(n - 1) + 2 faces, so the
number of cells is bounded by the sites, however many people there are (aggregation as in Cordeau, Furini
and Ljubić, *Benders decomposition for very large scale partial set covering*, 2019).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from heliplan.codec import Ints
from heliplan.siting import compiled
from heliplan.siting.distances import Planar, Reach, Sphere
from heliplan.siting.net import Bools, Int32s
from heliplan.siting.problem import SitingProblem

SHOWN = 20  #: unreached points that are named
COMPILE_FROM = 20_000  #: points from which compiling pays


class Cells(NamedTuple):
    """Cells with their sites and weights.

    Attributes
    ----------
    start, site : rows by cell, as positions in the sites asked for.
    weight : total weight of each cell's points.
    unreached : the first points that none of the sites reaches.
    unreached_count : how many there are.
    """

    start: Ints
    site: Int32s
    weight: Ints
    unreached: Ints
    unreached_count: int


def gather(problem: SitingProblem, sites: Ints, weights: Ints) -> Cells:
    """The cells of a covering problem on these sites."""
    radius = float(problem.radius or 0.0)
    distances = problem.distances
    large = problem.points >= COMPILE_FROM and compiled.available()
    if large and isinstance(distances, Planar | Sphere):
        from heliplan.siting import faces  # noqa: PLC0415 - needs numba, which small problems do without

        places = distances.at_points, distances.at_sites[sites]
        return Cells(*faces.gather(*places, weights, distances.chord(radius), SHOWN))
    return group(distances.within(radius, sites), weights, len(sites))


def group(reach: Reach, weights: Ints, sites: int) -> Cells:
    """Take equal rows together."""
    counts = np.diff(reach.start)
    none = np.flatnonzero(counts == 0)
    marks = np.random.default_rng(0).integers(1, 2**63, sites, dtype=np.uint64)
    running = np.concatenate([np.zeros(1, np.uint64), np.cumsum(marks[reach.sites])])
    key = running[reach.start[1:]] - running[reach.start[:-1]]  # wraps around: sums are modulo 2**64
    rows = np.flatnonzero(counts)
    _, first, cell = np.unique(key[rows], return_index=True, return_inverse=True)
    likes = rows[first][cell]
    differs = ~_same_rows(reach, counts, rows, likes)
    cell[differs] = len(first) + np.arange(differs.sum())
    first = np.concatenate([rows[first], rows[differs]])
    weight = np.zeros(len(first), np.int64)
    np.add.at(weight, cell, weights[rows])
    start = np.concatenate([[0], np.cumsum(counts[first])])
    return Cells(start, _rows(reach, counts, first), weight, none[:SHOWN], len(none))


def _rows(reach: Reach, counts: Ints, rows: Ints) -> Int32s:
    """The sites of these rows, one after the other."""
    length = counts[rows]
    offset = np.arange(length.sum()) - np.repeat(np.cumsum(length) - length, length)
    picked: Int32s = reach.sites[np.repeat(reach.start[rows], length) + offset]
    return picked


def _same_rows(reach: Reach, counts: Ints, rows: Ints, others: Ints) -> Bools:
    """Whether each row equals the other: equal keys are no proof."""
    same: Bools = counts[rows] == counts[others]
    at = np.flatnonzero(same)
    unequal: Bools = _rows(reach, counts, rows[at]) != _rows(reach, counts, others[at])
    length = counts[rows[at]]
    same[np.repeat(at, length)[unequal]] = False
    return same
