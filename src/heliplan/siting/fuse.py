"""The best set that can be put together from the sites of several good sets of maximal covering.

Annealing leaves good sets that agree in most places and are best in different ones. On the sites of a few
of them alone most cells fall together, so HiGHS mostly proves the best mixture in seconds (tour merging,
Cook and Seymour 2003, carried over to covering).
"""

from __future__ import annotations

import numpy as np

from heliplan.siting.highs import Model
from heliplan.siting.net import Bools, Net, merged
from heliplan.stop import Watch


def fused(net: Net, among: Bools, locked: Bools, p: int, best: int, watch: Watch) -> Bools | None:
    """The best set of at most ``p`` sites among these that costs less than ``best``.

    ``None`` when there is none or time is up before one is found.
    """
    sites = np.flatnonzero(among)
    small, _ = merged(net, among, np.zeros(net.sites, np.bool_), np.zeros(net.points))
    cells, count = small.points, len(sites)
    # a column per site, and one per cell that says that nobody reaches it
    cost = np.concatenate([np.zeros(count), small.weight.astype(float)])
    low = np.concatenate([locked[sites].astype(float), np.zeros(cells)])
    model = Model(cost, low, np.ones(count + cells))
    rows = np.repeat(np.arange(cells), np.diff(small.start))
    missed = np.arange(cells)
    columns = np.concatenate([small.site, count + missed])
    model.add(np.concatenate([rows, missed]), columns, 1.0, np.ones(cells), np.inf)
    model.add_one(np.arange(count), 1.0, -np.inf, p)
    found = model.solve(watch, cutoff=best - 0.5).x
    if found is None:
        return None
    is_open = np.zeros(net.sites, np.bool_)
    is_open[sites[found[:count] > 0.5]] = True
    return is_open
