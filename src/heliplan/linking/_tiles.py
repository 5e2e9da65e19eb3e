"""Looking through all pairs in tiles, leaving out what lies too far away to matter.

For points in the plane, neighbouring households form a tile; a member whose price and way to the tile's
frame already cost more than every household of the tile pays cannot be better for any of them. A matrix
has no such geometry: its tiles are runs of rows, and nothing is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from heliplan.codec import Ints
from heliplan.linking._costs import BLOCK, Costs
from heliplan.linking.problem import Points

SIDE = 128
"""Households in a tile of points."""


@dataclass(frozen=True, slots=True, eq=False)
class Tile:
    """Some households, and their frame if they are points: (left, bottom), (right, top)."""

    household: Ints
    frame: tuple[NDArray[np.float64], NDArray[np.float64]] | None


@dataclass(frozen=True, slots=True, eq=False)
class Tiles:
    """All free households in tiles."""

    costs: Costs
    tiles: tuple[Tile, ...]

    @classmethod
    def of(cls, costs: Costs) -> Tiles:
        """Cut the households into tiles."""
        n, near = costs.households, costs.near
        if not isinstance(near, Points):
            step = max(1, BLOCK // max(1, costs.members))
            return cls(costs, tuple(Tile(np.arange(a, min(n, a + step)), None) for a in range(0, n, step)))
        place = near.households[costs.who].astype(float)
        return cls(
            costs,
            tuple(Tile(some, (place[some].min(axis=0), place[some].max(axis=0))) for some in _packed(place)),
        )

    def ways(self, tile: Tile) -> NDArray[np.float64]:
        """A lower bound on every member's distance to the households of a tile of points, float [M]."""
        near = self.costs.near
        if tile.frame is None or not isinstance(near, Points):
            return np.zeros(self.costs.members)
        low, high = tile.frame
        apart = np.maximum(0, np.maximum(low - near.members, near.members - high))
        # half a unit for rounding to whole units, a little for the floats
        way: NDArray[np.float64] = np.hypot(apart[:, 0], apart[:, 1]) - 0.51
        return way

    def nearest(self, count: int) -> Iterator[tuple[Ints, Ints | None]]:
        """(households, members) among which each household finds ``count`` near members.

        For points these are the members in and around the tile's frame: nearly always the nearest.
        """
        for tile in self.tiles:
            if tile.frame is None:
                yield tile.household, None
                continue
            way = self.ways(tile)
            around = int((way < 0).sum()) + 2 * count
            if around >= len(way):
                yield tile.household, None
            else:
                yield tile.household, np.sort(np.argpartition(way, around)[:around])

    def worth(self, price: Ints, paid: Ints) -> Iterator[tuple[Ints, Ints | None]]:
        """(households, members) that hold every pair without credit with ``cost + price < paid``."""
        for tile in self.tiles:
            if tile.frame is None:
                yield tile.household, None
                continue
            member = np.flatnonzero(self.ways(tile) + price < paid[tile.household].max())
            step = max(1, BLOCK // max(1, len(member)))
            for first in range(0, len(tile.household) if len(member) else 0, step):
                yield tile.household[first : first + step], member


def _packed(place: NDArray[np.float64]) -> list[Ints]:
    """Neighbouring points in groups of at most ``SIDE``: strips by x, cut by y (Leutenegger et al., 1997)."""
    n = len(place)
    strips = max(1, int(np.ceil(np.sqrt(n / SIDE))))
    rank = np.empty(n, np.int64)
    rank[np.lexsort((place[:, 1], place[:, 0]))] = np.arange(n)
    strip = rank * strips // max(1, n)
    order = np.lexsort((place[:, 0], place[:, 1], strip))
    cuts = np.searchsorted(strip[order], np.arange(strips + 1))
    return [
        np.sort(order[a : min(a + SIDE, end)])
        for begin, end in pairwise(cuts.tolist())
        for a in range(begin, end, SIDE)
    ]
