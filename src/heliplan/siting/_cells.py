"""Points that lie within reach of exactly the same sites, taken together as one cell.

Coverage cannot tell such points apart. n circles cut the plane into at most n(n - 1) + 2 faces, so the
number of cells is bounded by the sites, however many people there are (aggregation as in Cordeau, Furini
and Ljubić, *Benders decomposition for very large scale partial set covering*, 2019).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from heliplan import compiled
from heliplan.codec import Ints
from heliplan.siting._net import Int32s, alike, picked
from heliplan.siting.distances import Planar, Reach, Sphere
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
    large = problem.points >= COMPILE_FROM and compiled.at_hand()
    if large and isinstance(distances, Planar | Sphere):
        from heliplan.siting import _arrangement  # noqa: PLC0415 - needs numba, which small problems do without

        places = distances.at_points, distances.at_sites[sites]
        return Cells(*_arrangement.gather(*places, weights, distances.chord(radius), SHOWN))
    return group(distances.within(radius, sites), weights, len(sites))


def group(reach: Reach, weights: Ints, sites: int) -> Cells:
    """Take equal rows together."""
    counts = np.diff(reach.start)
    none = np.flatnonzero(counts == 0)
    first, cell = alike(reach.start, reach.sites, sites)
    weight = np.zeros(len(first), np.int64)
    np.add.at(weight, cell, weights)
    there = counts[first] > 0
    first, weight = first[there], weight[there]
    start = np.concatenate([[0], np.cumsum(counts[first])])
    return Cells(start, picked(reach.start, reach.sites, first), weight, none[:SHOWN], len(none))
