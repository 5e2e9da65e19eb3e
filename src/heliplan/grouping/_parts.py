"""Who may join whom, listed, and the problem cut into parts that do not touch each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from heliplan.codec import Ints
from heliplan.fields import distinct
from heliplan.grouping.problem import NONE, GroupingProblem, Params

NEVER = 1 << 50
"""Way between units that may not join; far above every way, far below overflow."""

ELSEWHERE = -2
"""In :attr:`Part.before`: had a seat that is not in this part, so any seat is a change."""

GRAPH = -1  # the kind of a body in a problem with edges


class Joining:
    """Tells for any (unit, seat, column) whether they may join, and how far they are apart."""

    def __init__(self, problem: GroupingProblem) -> None:
        self.problem = problem
        n = problem.units
        self.only = np.full(n, NONE)
        self.only[problem.fixed[:, 0]] = problem.fixed[:, 1]
        self._never = distinct(problem.forbidden[:, 0] * n + problem.forbidden[:, 1])
        edges = np.zeros((0, 2), np.int64) if problem.edges is None else problem.edges
        self._edges = distinct(np.concatenate([edges[:, 0] * n + edges[:, 1], edges[:, 1] * n + edges[:, 0]]))

    def way(self, unit: NDArray[np.int64], seat: NDArray[np.int64], kind: NDArray[np.int64]) -> Ints:
        """Distance of each (unit, seat), joined by column ``kind``; ``NEVER`` where they may not join."""
        problem = self.problem
        unit, seat, kind = np.broadcast_arrays(unit, seat, kind)
        way = problem.distance(unit, seat)
        if problem.edges is not None:
            may = _among(self._edges, unit * problem.units + seat)
        else:
            label = problem.labels[seat, kind]
            may = np.logical_and(label >= 0, problem.labels[unit, kind] == label)
        may |= unit == seat
        if problem.reach is not None:
            may &= way <= problem.reach
        may &= self.allowed(unit, seat)
        found: Ints = np.where(may, way, NEVER)
        return found

    def allowed(self, unit: Ints, seat: Ints) -> NDArray[np.bool_]:
        """Whether the pins let each unit have its seat there."""
        only = self.only[unit]
        allowed: NDArray[np.bool_] = (only == NONE) | (only == seat)
        if len(self._never):
            allowed &= ~_among(self._never, unit * self.problem.units + seat)
        return allowed


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Units that can only join each other, numbered 0..n-1; H possible (seat, kind of body), A joins.

    Attributes
    ----------
    units : int [n]
        Their numbers in the problem.
    members : int [n]
    pinned : bool [n]
        Units with a fixed seat.
    before : int [n]
        Seat in the previous plan, -1 none, ``ELSEWHERE``.
    seat, kind : int [H]
        Every body that may be: its seat, the column that joins it.
    first : int [H + 1]
        Joins of option h are ``first[h]:first[h + 1]``.
    unit, way : int [A]
        Who may join, how far away; the seat itself is not listed.
    cap : int [n]
        Every join that is not listed is at least so far (``NEVER``: all are listed).
    """

    units: Ints
    members: Ints
    pinned: NDArray[np.bool_]
    before: Ints
    seat: Ints
    kind: Ints
    first: Ints
    unit: Ints
    way: Ints
    cap: Ints

    @property
    def size(self) -> int:
        """n."""
        return len(self.units)

    @property
    def complete(self) -> bool:
        """Whether all joins are listed, not the nearest only."""
        return bool((self.cap == NEVER).all())

    @property
    def option(self) -> Ints:
        """The option of every join, int [A]."""
        return np.repeat(np.arange(len(self.seat)), np.diff(self.first))

    def changed(self, unit: Ints, seat: Ints) -> Ints:
        """1 where a seat is not the one before, 0 where it is or there was none."""
        before = self.before[unit]
        changed: Ints = ((before != NONE) & (before != seat)).astype(np.int64)
        return changed


@dataclass(frozen=True, slots=True, eq=False)
class _Joins:
    """Lists as in :class:`Part`, for the whole problem; ``ties`` join what must stay in one part."""

    seat: Ints
    kind: Ints
    first: Ints
    unit: Ints
    way: Ints
    ties: Ints
    cap: Ints
    pinned: NDArray[np.bool_]


def parts(problem: GroupingProblem, joining: Joining, before: Ints, params: Params) -> Iterator[Part]:
    """Cut the units that are open and not bodies of their own into parts, in order of their lowest unit."""
    free = np.flatnonzero(problem.open & ~problem.alone)
    joins = _joins(problem, joining, free, params)
    n = problem.units
    tail = np.concatenate([np.repeat(joins.seat, np.diff(joins.first)), joins.ties[:, 0]])
    head = np.concatenate([joins.unit, joins.ties[:, 1]])
    graph = coo_array((np.ones(len(tail), np.int8), (tail, head)), shape=(n, n))
    _, part = connected_components(graph, directed=False)
    local = np.full(n, NONE)
    by_part = free[np.argsort(part[free], kind="stable")]
    option = np.argsort(part[joins.seat], kind="stable")
    cuts = np.flatnonzero(np.diff(part[by_part], prepend=-1, append=-1))
    ends = np.searchsorted(part[joins.seat][option], part[by_part[cuts[:-1]]], "right")
    begins = np.searchsorted(part[joins.seat][option], part[by_part[cuts[:-1]]], "left")
    for (low, high), a, b in zip(pairwise(cuts.tolist()), begins, ends, strict=True):
        units = by_part[low:high]
        local[units] = np.arange(len(units))
        yield _part(problem, joins, units, option[a:b], local, before)


def _part(
    problem: GroupingProblem, joins: _Joins, units: Ints, option: Ints, local: Ints, before: Ints
) -> Part:
    size = joins.first[option + 1] - joins.first[option]
    first = np.zeros(len(option) + 1, np.int64)
    np.cumsum(size, out=first[1:])
    at = np.repeat(joins.first[option] - first[:-1], size) + np.arange(first[-1])
    was = before[units]
    here = np.isin(was, units)
    return Part(
        units=units,
        members=problem.members[units],
        pinned=joins.pinned[units],
        before=np.where(was == NONE, NONE, np.where(here, local[was], ELSEWHERE)),
        seat=local[joins.seat[option]],
        kind=joins.kind[option],
        first=first,
        unit=local[joins.unit[at]],
        way=joins.way[at],
        cap=joins.cap[units],
    )


def _joins(problem: GroupingProblem, joining: Joining, free: Ints, params: Params) -> _Joins:
    """All joins of small classes; of large ones those of the nearest units."""
    tables = [np.zeros((0, 3), np.int64)]  # unit, seat, kind
    ties = [np.zeros((0, 2), np.int64)]
    cap = np.full(problem.units, NEVER)
    if problem.edges is not None:
        inside = problem.edges[np.isin(problem.edges, free).all(axis=1)]
        both = np.concatenate([inside, inside[:, ::-1]])
        tables.append(np.column_stack([both, np.full(len(both), GRAPH)]))
    for column in range(problem.labels.shape[1]):
        for group in _classes(problem.labels[:, column], free):
            pairs, farther = _pairs(problem, group, params)
            tables.append(np.column_stack([pairs, np.full(len(pairs), column)]))
            cap[group] = np.minimum(cap[group], farther)
            if (farther < NEVER).any():
                ties.append(np.column_stack([group[:-1], group[1:]]))
    return _listed(problem, joining, free, np.concatenate(tables), np.concatenate(ties), cap)


def _listed(
    problem: GroupingProblem,
    joining: Joining,
    free: Ints,
    table: Ints,
    ties: Ints,
    cap: Ints,
) -> _Joins:
    kinds = max(1, problem.labels.shape[1])
    unit, seat, kind = table.T
    way = joining.way(unit, seat, np.maximum(kind, 0))
    keep = way < NEVER
    unit, seat, kind, way = unit[keep], seat[keep], kind[keep], way[keep]
    lonely = free[~np.isin(free, seat)]
    keys = np.concatenate([seat * kinds + np.maximum(kind, 0), lonely * kinds])
    options = distinct(keys)
    hosts = joining.allowed(options // kinds, options // kinds)
    options = options[hosts]
    place = np.searchsorted(options, seat * kinds + np.maximum(kind, 0))
    known = np.append(options, -1)[place] == seat * kinds + np.maximum(kind, 0)
    order = np.flatnonzero(known)
    order = order[np.lexsort((unit[order], way[order], place[order]))]
    first = np.zeros(len(options) + 1, np.int64)
    np.cumsum(np.bincount(place[order], minlength=len(options)), out=first[1:])
    column = np.full(len(options), GRAPH) if problem.edges is not None else options % kinds
    return _Joins(options // kinds, column, first, unit[order], way[order], ties, cap, joining.only >= 0)


def _classes(label: Ints, free: Ints) -> Iterator[Ints]:
    """Free units of the same label, label by label."""
    known = free[label[free] >= 0]
    order = known[np.argsort(label[known], kind="stable")]
    cuts = np.flatnonzero(np.diff(label[order], prepend=-1, append=-1))
    for low, high in pairwise(cuts.tolist()):
        yield order[low:high]


def _pairs(problem: GroupingProblem, group: Ints, params: Params) -> tuple[Ints, Ints]:
    """(unit, seat) within a class, all or those near each other; how far the others are at least."""
    size = len(group)
    near = max(params.near, 2 * min(problem.most or 1, 64))
    if size <= max(near + 1, params.exact):
        a, b = np.nonzero(~np.eye(size, dtype=bool))
        return np.column_stack([group[a], group[b]]), np.full(size, NEVER)
    found, farther = _nearest(problem, group, near)
    a = np.repeat(np.arange(size), found.shape[1])
    b = found.ravel()
    a, b = a[b < size], b[b < size]
    key = distinct(np.concatenate([a * size + b, b * size + a]))
    key = key[key // size != key % size]
    return np.column_stack([group[key // size], group[key % size]]), farther


def _nearest(problem: GroupingProblem, group: Ints, near: int) -> tuple[Ints, Ints]:
    """The nearest others of each unit of a class; at least how far the ones not among them are."""
    size = len(group)
    if problem.point is None:
        _, found = cKDTree(np.arange(size, dtype=float)[:, None]).query(np.arange(size)[:, None], near + 1)
        return found, np.zeros(size, np.int64)
    # equal points would make the tree slow and neighbours one-sided: set them apart by less than rounding
    apart = np.random.default_rng(0).uniform(-0.25, 0.25, (size, 2))
    place = problem.point[group] + apart
    reach = np.inf if problem.reach is None else problem.reach + 2.0
    away, found = cKDTree(place).query(place, near + 1, distance_upper_bound=reach)
    listed = np.where(np.isfinite(away[:, -1]), np.maximum(0, away[:, -1] - 2), NEVER)
    return found, listed.astype(np.int64)


def _among(keys: Ints, wanted: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether each wanted number stands in ``keys`` (ascending)."""
    if not len(keys):
        return np.zeros(wanted.shape, bool)
    place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    found: NDArray[np.bool_] = keys[place] == wanted
    return found


def together(pieces: Sequence[Part]) -> Part:
    """Several parts as one, their units one after the other."""
    start = np.cumsum([0] + [piece.size for piece in pieces])[:-1].tolist()
    shifted = list(zip(pieces, start, strict=True))
    width = np.concatenate([np.diff(piece.first) for piece in pieces])
    return Part(
        units=np.concatenate([piece.units for piece in pieces]),
        members=np.concatenate([piece.members for piece in pieces]),
        pinned=np.concatenate([piece.pinned for piece in pieces]),
        before=np.concatenate(
            [np.where(piece.before >= 0, piece.before + at, piece.before) for piece, at in shifted]
        ),
        seat=np.concatenate([piece.seat + at for piece, at in shifted]),
        kind=np.concatenate([piece.kind for piece in pieces]),
        first=np.concatenate([[0], np.cumsum(width)]),
        unit=np.concatenate([piece.unit + at for piece, at in shifted]),
        way=np.concatenate([piece.way for piece in pieces]),
        cap=np.concatenate([piece.cap for piece in pieces]),
    )


def window(joining: Joining, part: Part, units: Ints) -> Part:
    """Some units (local numbers, ascending) of a part as a part of its own, with all their joins."""
    there = part.units[units]
    listed = np.isin(part.seat, units)
    options = np.unique(np.column_stack([part.seat[listed], part.kind[listed]]), axis=0)
    place = np.searchsorted(units, options[:, 0])
    way = joining.way(there[None, :], there[place][:, None], np.maximum(options[:, 1], 0)[:, None])
    way[np.arange(len(options)), place] = NEVER
    row, column = np.nonzero(way < NEVER)
    order = np.lexsort((column, way[row, column], row))
    first = np.zeros(len(options) + 1, np.int64)
    np.cumsum(np.bincount(row, minlength=len(options)), out=first[1:])
    was = part.before[units]
    inside = np.isin(was, units)
    return Part(
        units=there,
        members=part.members[units],
        pinned=part.pinned[units],
        before=np.where(was == NONE, NONE, np.where(inside, np.searchsorted(units, was), ELSEWHERE)),
        seat=place,
        kind=options[:, 1],
        first=first,
        unit=column[order],
        way=way[row, column][order],
        cap=np.full(len(units), NEVER),
    )
