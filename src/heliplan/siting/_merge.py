"""The best set that can be put together from the sites of several good sets of maximal covering.

Annealing leaves good sets that agree in most places and are best in different ones. On the sites of a few
of them alone most cells fall together, so HiGHS mostly proves the best mixture in seconds (tour merging,
Cook and Seymour 2003, carried over to covering).
"""

from __future__ import annotations

import numpy as np

from heliplan.codec import Ints
from heliplan.siting._highs import Model
from heliplan.siting._net import Bools, Floats, Net
from heliplan.siting._reduction import merged
from heliplan.stop import Watch


def merge_sets(net: Net, among: Bools, locked: Bools, p: int, best: int, watch: Watch) -> Bools | None:
    """The best set of at most ``p`` sites among these that costs less than ``best``.

    ``None`` when there is none or time is up before one is found.
    """
    sites = np.flatnonzero(among)
    small, _ = merged(net, among, np.zeros(net.sites, np.bool_))
    model = covering_model(small, locked[sites], np.zeros(len(sites)))
    model.add_one(np.arange(len(sites)), 1.0, -np.inf, p)
    found = model.solve(watch, cutoff=best - 0.5).x
    if found is None:
        return None
    is_open = np.zeros(net.sites, np.bool_)
    is_open[sites[found[: len(sites)] > 0.5]] = True
    return is_open


def covering_model(net: Net, locked: Bools, toll: Floats | Ints) -> Model:
    """Maximal covering on a net, ``locked`` sites open, each open site at its toll, however many there are.

    One column for each site, then one for each cell that says that nobody reaches it.
    """
    cells, sites = net.points, net.sites
    cost = np.concatenate([toll, net.weight]).astype(float)
    low = np.concatenate([locked.astype(float), np.zeros(cells)])
    model = Model(cost, low, np.ones(sites + cells), deciding=sites)
    rows, missed = np.repeat(np.arange(cells), np.diff(net.start)), np.arange(cells)
    columns = np.concatenate([net.site, sites + missed])
    model.add(np.concatenate([rows, missed]), columns, 1.0, np.ones(cells), np.inf)
    return model
