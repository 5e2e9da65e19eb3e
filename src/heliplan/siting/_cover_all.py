"""Reaching every point at least cost: cells that another cell implies and sites that another replaces are
dropped, in turns, until nothing more goes (Church and ReVelle's reductions); HiGHS proves the rest."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

from heliplan.codec import Ints
from heliplan.siting._cells import Cells
from heliplan.siting._net import Bools, Floats

LARGEST = 6000  #: rows or columns up to which all pairs are compared


def reduced(cells: Cells, costs: Ints, pinned: Bools) -> Cells:
    """The cells that still decide, on the sites that still matter.

    Some cheapest cover of the cells and sites left is a cheapest cover of all. Sites keep their numbers.
    """
    table = _table(cells, len(costs))
    rows = np.flatnonzero(table @ pinned.astype(np.int32) == 0)
    columns = np.flatnonzero(~pinned)
    table = csr_array(table[rows][:, columns])
    while True:
        keep_rows = ~_implied(table)
        table = csr_array(table[keep_rows])
        keep_columns = ~_replaced(table, costs[columns])
        smaller = csr_array(table[:, keep_columns])
        rows, columns = rows[keep_rows], columns[keep_columns]
        if smaller.shape == table.shape and keep_rows.all():
            break
        table = smaller
    table.sort_indices()
    start, site = table.indptr.astype(np.int64), columns[table.indices].astype(np.int32)
    return Cells(start, site, cells.weight[rows], cells.unreached, cells.unreached_count)


def greedy(cells: Cells, costs: Floats, pinned: Bools) -> Bools:
    """A cover to begin from: always the site that reaches most new cells at its cost (Chvátal 1979).

    Sites that the later ones make needless are closed again, the last opened first.
    """
    table = _table(cells, len(costs))
    back = csr_array(table.T)
    is_open = pinned.copy()
    times, opened = table @ is_open.astype(np.int32), []
    while (times == 0).any():
        site = int(np.argmax((back @ (times == 0).astype(np.int32)) / np.maximum(costs, 0.5)))
        is_open[site] = True
        opened.append(site)
        times[_cells_of(back, site)] += 1
    for site in reversed(opened):
        if (times[_cells_of(back, site)] > 1).all():
            is_open[site] = False
            times[_cells_of(back, site)] -= 1
    return is_open


def _table(cells: Cells, sites: int) -> csr_array:
    """1 where a site (column) reaches a cell (row)."""
    ones = np.ones(len(cells.site), np.int32)
    return csr_array((ones, cells.site, cells.start), shape=(len(cells.weight), sites))


def _cells_of(back: csr_array, site: int) -> Ints:
    found: Ints = back.indices[back.indptr[site] : back.indptr[site + 1]]
    return found


def _implied(table: csr_array) -> Bools:
    """Rows that hold all the sites of another row (of equal rows all but the first)."""
    return _holds_another(table, np.zeros(table.shape[0], np.int64), smaller=False)


def _replaced(table: csr_array, costs: Ints) -> Bools:
    """Columns whose rows another column holds too, at no more cost (of equal ones all but the first)."""
    return _holds_another(csr_array(table.T), costs, smaller=True)


def _holds_another(table: csr_array, costs: Ints, smaller: bool) -> Bools:
    """Rows that contain another row (``smaller``: that are contained in one), ties by cost and order."""
    count = table.shape[0]
    if not count or count > LARGEST:
        return np.zeros(count, bool)
    size = np.diff(table.indptr)
    both = (table @ table.T).tocoo()
    one, other = both.row, both.col
    contained = both.data == size[one if smaller else other]
    dearer = costs[one] > costs[other]
    fair = costs[one] >= costs[other]
    later = dearer | ((size[one] != size[other]) & fair) | (fair & (one > other))
    drop = np.zeros(count, bool)
    drop[one[contained & later & (one != other)]] = True
    if smaller:
        drop |= size == 0
    return drop
