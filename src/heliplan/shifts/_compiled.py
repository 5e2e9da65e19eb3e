"""The two inner loops of the dynamic program, compiled. Needs numba (extra ``large``); imported late.

Without numba the same is done in numpy: the same values and bound, several times slower.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from heliplan.compiled import compiled, compiled_bare

Array = NDArray[Any]


@compiled_bare
def forward(
    layer: Array, first: Array, source: Array, kind: Array, cost: Array, never: int, value: Array
) -> None:
    """Fill ``value`` [cells] with the least cost of reaching each cell; ``cost`` is [H, K + 1]."""
    value[0] = 0
    for day in range(len(cost)):
        for cell in range(layer[day + 1], layer[day + 2]):
            least = never
            for arc in range(first[cell], first[cell + 1]):
                reached = value[source[arc]] + cost[day, kind[arc]]
                least = min(least, reached)
            value[cell] = least


@compiled
def trace(first: Array, source: Array, kind: Array, cost: Array, value: Array, cell: int) -> Array:
    """Kinds, one a day, of a cheapest way to ``cell`` of the last layer."""
    days = len(cost)
    chosen = np.empty(days, np.int64)
    for day in range(days - 1, -1, -1):
        for arc in range(first[cell], first[cell + 1]):
            if value[source[arc]] + cost[day, kind[arc]] == value[cell]:
                chosen[day] = kind[arc]
                cell = source[arc]
                break
    return chosen
