"""Which pairs that were left out would be better at the prices found, and what the prices prove."""

from __future__ import annotations

import numpy as np

from heliplan.codec import Ints
from heliplan.linking._costs import Costs


def better_pairs(costs: Costs, price: Ints, paid: Ints) -> tuple[Ints, int]:
    """Look at every pair there is.

    Parameters
    ----------
    price : int [M]
    paid : int [n]
        ``cost + price`` of each household's member.

    Returns
    -------
    key : int [N]
        ``household * M + member`` of pairs with ``cost + price`` below what is paid.
    total : int
        Sum over the households of the least ``cost + price`` there is.
    """
    found, total = [np.zeros(0, np.int64)], 0
    for first, last in costs.blocks():
        table = costs.rows(first, last)
        table += price
        total += int(table.min(axis=1).sum())
        household, member = np.nonzero(table < paid[first:last, None])
        found.append((household + first) * costs.members + member)
    return np.concatenate(found), total


def bound(costs: Costs, price: Ints, total: int) -> int:
    """A lower bound on the cost of every plan (Lagrangean in the loads), whatever the prices.

    ``total`` is the sum over the households of the least ``cost + price``.
    """
    kept = np.where(price > 0, costs.high, costs.low)
    return total - int((price * kept).sum())
