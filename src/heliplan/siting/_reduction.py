"""Smaller nets, once some sites are out of the question. Apart from their form: the loops need numba."""

from __future__ import annotations

import numpy as np

from heliplan.codec import Ints
from heliplan.compiled import compiled, compiled_bare
from heliplan.siting._net import Bools, Floats, Int32s, Net, alike, build, from_cells, picked


def restricted(net: Net, keep: Bools) -> Net:
    """The net on the sites of ``keep`` alone, numbered anew."""
    return _on(net, keep, np.full(net.points, np.inf), net.cap)


def trimmed(net: Net, keep: Bools, is_open: Bools) -> Net:
    """Like :func:`restricted`, for bounds on a median: prices and pairs end at the nearest of ``is_open``."""
    cap = net.cap.copy()
    _end_at_open(net, is_open, cap)
    return _on(net, keep, cap, cap)


def _on(net: Net, keep: Bools, upto: Floats, cap: Floats) -> Net:
    """The net on the sites of ``keep`` and the lengths up to ``upto``."""
    place = np.where(keep, np.cumsum(keep, dtype=np.int32) - 1, np.int32(-1))
    start, site, length = _rows_upto(net, place, upto)
    return build(start, site, length, net.weight, net.far, cap, net.whole, int(keep.sum()))


@compiled_bare
def _end_at_open(net: Net, is_open: Bools, cap: Floats) -> None:
    """Lower the cap of each point to the nearest open site in its row."""
    for i in range(cap.shape[0]):
        for k in range(net.start[i], net.start[i + 1]):
            if net.length[k] >= cap[i]:
                break
            if is_open[net.site[k]]:
                cap[i] = net.length[k]
                break


@compiled
def _rows_upto(net: Net, place: Int32s, upto: Floats) -> tuple[Ints, Int32s, Int32s]:
    """The rows by point of the sites that have a place (-1: none), each up to a length."""
    start = np.zeros(net.start.shape[0], np.int64)
    site, length = np.empty(net.site.shape[0], np.int32), np.empty(net.site.shape[0], np.int32)
    count = 0
    for i in range(upto.shape[0]):
        for k in range(net.start[i], net.start[i + 1]):
            if net.length[k] > upto[i]:
                break
            if place[net.site[k]] >= 0:
                site[count], length[count] = place[net.site[k]], net.length[k]
                count += 1
        start[i + 1] = count
    return start, site[:count].copy(), length[:count].copy()


def merged(net: Net, keep: Bools, is_open: Bools) -> tuple[Net, Ints]:
    """Like :func:`trimmed`, for maximal covering; also what each cell became, shape (points,).

    Cells that ``is_open`` reaches are left out (-1), and cells that the sites of ``keep`` do not tell apart
    become one.
    """
    rows = np.repeat(np.arange(net.points), np.diff(net.start))
    left = np.ones(net.points, np.bool_)
    left[rows[is_open[net.site]]] = False
    stays = keep[net.site] & left[rows]
    place = np.cumsum(keep, dtype=np.int32) - 1
    counts = np.bincount(rows[stays], minlength=net.points)[left]
    start, site = np.concatenate([[0], np.cumsum(counts)]), place[net.site[stays]]
    first, cell = alike(start, site, int(keep.sum()))
    weight, became = np.zeros(len(first), np.int64), np.full(net.points, -1)
    np.add.at(weight, cell, net.weight[left])
    became[left] = cell
    site = picked(start, site, first)
    start = np.concatenate([[0], np.cumsum(counts[first])])
    return from_cells(start, site, weight, int(keep.sum())), became
