"""The inner loop of growing grids over the graph; import it only when a search runs."""

from __future__ import annotations

import heapq
from collections.abc import MutableSequence

from heliplan.compiled import COMPILED, compiled

__all__ = ["COMPILED", "grown"]

Ints = MutableSequence[int]
Floats = MutableSequence[float]


@compiled
def grown(
    next_at: Ints,
    nexts: Ints,
    x: Floats,
    y: Floats,
    part: Ints,
    label: Ints,
    left: Floats,
    top: Floats,
    price: Floats,
) -> None:
    """Give every node of ``part`` without a label that of a neighbour, in place.

    The next node is always the one with the least squared distance to the centre (``left``, ``top``) of a
    neighbouring grid plus that grid's ``price``. What no label reaches over the graph keeps -1.
    """
    heap = [(0.0, -1, -1)]
    for node in part:
        if label[node] >= 0:
            grid = label[node]
            for z in range(next_at[node], next_at[node + 1]):
                other = nexts[z]
                if label[other] < 0:
                    key = (x[other] - left[grid]) ** 2 + (y[other] - top[grid]) ** 2 + price[grid]
                    heapq.heappush(heap, (key, other, grid))
    while len(heap) > 0:
        _, node, grid = heapq.heappop(heap)
        if node >= 0 and label[node] < 0:
            label[node] = grid
            for z in range(next_at[node], next_at[node + 1]):
                other = nexts[z]
                if label[other] < 0:
                    key = (x[other] - left[grid]) ** 2 + (y[other] - top[grid]) ** 2 + price[grid]
                    heapq.heappush(heap, (key, other, grid))
