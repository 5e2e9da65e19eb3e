"""Cells from coordinates in one pass over the points: ten million points need no list of their own."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from heliplan.codec import Ints
from heliplan.compiled import compiled_bare
from heliplan.siting._net import Floats, Int32s


class Grid(NamedTuple):
    """Sites sorted into square bins of the radius along the two axes on which they spread most."""

    places: Floats
    limit: float
    first_axis: int
    second_axis: int
    low: Floats
    columns: int
    rows: int
    start: Ints
    site: Int32s


class Store(NamedTuple):
    """Cells found so far: a hash table over rows of sites; ``used`` holds cells, pairs, unreached points."""

    slot: Ints
    key: Ints
    start: Ints
    site: Int32s
    weight: Ints
    unreached: Ints
    used: Ints
    stamp: Ints
    mark: Ints


def gather(
    points: Floats, places: Floats, weights: Ints, limit: float, shown: int
) -> tuple[Ints, Int32s, Ints, Ints, int]:
    """The fields of :class:`~heliplan.siting._cells.Cells` for points and sites in space.

    Parameters
    ----------
    points, places : shape (…, 2) or (…, 3)
    weights : shape (points,)
    limit : float
        Straight-line reach.
    shown : int
        How many unreached points to name.
    """
    grid = _grid(places, limit)
    store = _store(len(places), 1 << 12, 1 << 16, shown)
    done = 0
    while done < len(points):
        done = scan(grid, store, points, weights, done)
        if done < len(points):
            store = _grown(store)
    cells, pairs, none = store.used.tolist()
    start, site = store.start[: cells + 1].copy(), store.site[:pairs].copy()
    return start, site, store.weight[:cells].copy(), store.unreached[: min(none, shown)].copy(), none


def _grid(places: Floats, limit: float) -> Grid:
    spread = np.ptp(places, axis=0)
    first, second = (int(axis) for axis in np.argsort(-spread, kind="stable")[:2])
    low = places.min(0)
    # more bins than sites would only be empty
    size = max(limit, float(spread[first]) / 1000, 1e-300)
    columns, rows = int(spread[first] / size) + 1, int(spread[second] / size) + 1
    at = ((places[:, first] - low[first]) / size).astype(int) * rows
    at += ((places[:, second] - low[second]) / size).astype(int)
    order = np.argsort(at, kind="stable")
    start = np.searchsorted(at[order], np.arange(columns * rows + 1))
    corner = np.array([low[first], low[second], size])
    return Grid(places, limit, first, second, corner, columns, rows, start, order.astype(np.int32))


def _store(sites: int, cells: int, pairs: int, shown: int) -> Store:
    mark = np.random.default_rng(0).integers(1, 2**62, sites)
    empty = np.full(4 * cells, -1), np.zeros(cells, np.int64), np.zeros(cells + 1, np.int64)
    more = np.zeros(pairs, np.int32), np.zeros(cells, np.int64), np.zeros(shown, np.int64)
    return Store(*empty, *more, np.zeros(3, np.int64), np.full(sites, -1), mark)


def _grown(store: Store) -> Store:
    """The same cells with twice the room."""
    cells, pairs, _ = store.used.tolist()
    new = _store(
        len(store.mark), 2 * len(store.weight), max(2 * len(store.site), 4 * pairs), len(store.unreached)
    )
    new.key[:cells], new.weight[:cells] = store.key[:cells], store.weight[:cells]
    new.start[: cells + 1], new.site[:pairs] = store.start[: cells + 1], store.site[:pairs]
    new.used[:], new.unreached[:] = store.used, store.unreached
    for cell in range(cells):
        put(new.slot, int(store.key[cell]), cell)
    return new


@compiled_bare
def put(slot: Ints, key: int, cell: int) -> None:
    """Enter a cell into the hash table."""
    at = key & (slot.shape[0] - 1)
    while slot[at] >= 0:
        at = (at + 1) & (slot.shape[0] - 1)
    slot[at] = cell


@compiled_bare
def sites_near(grid: Grid, points: Floats, i: int, found: Int32s) -> int:
    """Fill ``found`` with the sites within reach of point ``i``; how many."""
    count, square = 0, grid.limit * grid.limit
    column = int(np.floor((points[i, grid.first_axis] - grid.low[0]) / grid.low[2]))
    row = int(np.floor((points[i, grid.second_axis] - grid.low[1]) / grid.low[2]))
    for a in range(max(0, column - 1), min(grid.columns, column + 2)):
        begin = grid.start[a * grid.rows + max(0, min(grid.rows, row - 1))]
        end = grid.start[a * grid.rows + max(0, min(grid.rows, row + 2))]
        for z in range(begin, end):
            j = grid.site[z]
            apart = 0.0
            for axis in range(points.shape[1]):
                step = points[i, axis] - grid.places[j, axis]
                apart += step * step
            # only on the rim itself is the root needed to judge as everybody else does
            if apart < square * (1 - 1e-12) or (
                apart < square * (1 + 1e-12) and np.sqrt(apart) <= grid.limit
            ):
                found[count] = j
                count += 1
    return count


@compiled_bare
def find(store: Store, key: int, found: Int32s, count: int, i: int) -> int:
    """The cell with exactly these sites, or -1."""
    for k in range(count):
        store.stamp[found[k]] = i
    at = key & (store.slot.shape[0] - 1)
    while store.slot[at] >= 0:
        cell = store.slot[at]
        begin, end = store.start[cell], store.start[cell + 1]
        if store.key[cell] == key and end - begin == count:
            same = True
            for k in range(begin, end):
                if store.stamp[store.site[k]] != i:
                    same = False
                    break
            if same:
                return int(cell)
        at = (at + 1) & (store.slot.shape[0] - 1)
    return -1


def scan(grid: Grid, store: Store, points: Floats, weights: Ints, begin: int) -> int:
    """Sort points into cells from ``begin`` on; the first point for which there was no room."""
    return int(sort_in(grid, store, points, weights, begin, np.empty(len(grid.places), np.int32)))


@compiled_bare
def sort_in(grid: Grid, store: Store, points: Floats, weights: Ints, begin: int, found: Int32s) -> int:
    """What :func:`scan` does, with room for the sites that are found."""
    for i in range(begin, points.shape[0]):
        count = sites_near(grid, points, i, found)
        if count == 0:
            if store.used[2] < store.unreached.shape[0]:
                store.unreached[store.used[2]] = i
            store.used[2] += 1
            continue
        key = 0
        for k in range(count):
            key ^= store.mark[found[k]]
        cell = find(store, key, found, count, i)
        if cell < 0:
            cell, pairs = store.used[0], store.used[1]
            if cell >= store.weight.shape[0] or pairs + count > store.site.shape[0]:
                return int(i)
            for k in range(count):
                store.site[pairs + k] = found[k]
            store.key[cell] = key
            store.start[cell + 1] = pairs + count
            store.used[0], store.used[1] = cell + 1, pairs + count
            put(store.slot, key, cell)
        store.weight[cell] += weights[i]
    return int(points.shape[0])
