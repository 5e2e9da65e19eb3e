"""Which pairs that were left out would be better at the prices found, and what the prices prove."""

from __future__ import annotations

import numpy as np

from heliplan.codec import Ints
from heliplan.linking._costs import Costs
from heliplan.linking._tiles import Tiles

MOST = 8
"""Better pairs taken in a round for one household, the best ones."""


def better_pairs(tiles: Tiles, price: Ints, paid: Ints) -> tuple[Ints, int]:
    """Look for pairs that beat what is paid; every pair with a credit must be a candidate already.

    Parameters
    ----------
    price : int [M]
    paid : int [n]
        The least ``cost + price`` of each household among the candidates.

    Returns
    -------
    key : int [N]
        ``household * M + member`` of pairs with ``cost + price`` below what is paid.
    total : int
        Sum over the households of the least ``cost + price`` there is.
    """
    found, least = [np.zeros(0, np.int64)], paid.copy()
    m = tiles.costs.members
    for household, some in tiles.worth(price, paid):
        member = np.arange(m) if some is None else some
        table = tiles.costs.table(household, some)
        table += price[member]
        best = table.min(axis=1)
        rows = np.flatnonzero(best < paid[household])
        if not len(rows):
            continue
        least[household[rows]] = best[rows]
        table = table[rows]
        take = min(MOST, len(member))
        column = np.argpartition(table, take - 1, axis=1)[:, :take]
        who = household[rows][:, None]
        better = np.take_along_axis(table, column, axis=1) < paid[who]
        found.append((who * m + member[column])[better])
    return np.concatenate(found), int(least.sum())


def bound(costs: Costs, price: Ints, total: int) -> int:
    """A lower bound on the cost of every plan (Lagrangean in the loads), whatever the prices.

    ``total`` is the sum over the households of the least ``cost + price``.
    """
    kept = np.where(price > 0, costs.high, costs.low)
    return total - int((price * kept).sum())
