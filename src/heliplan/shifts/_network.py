"""All schedules that keep a contract, as the paths of a layered graph.

A *cell* of layer d says how a schedule stands after d days: working (class of shift, days in a row) or off
(days in a row, counted up to the rest asked for), how many weekends and limited shifts it has used
(*counters*) and how many units of time. Shifts that no rule can tell apart share a *kind*; kinds after which
the same shifts may follow share a *class*. Cells from which no schedule can be ended are left out. All this
is exact.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import gcd, prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from heliplan.codec import Ints
from heliplan.shifts.problem import SATURDAY, SUNDAY, WEEK, ShiftsProblem

WEEKEND = -1
"""Stands for weekends where a limit names what it limits; other limits name a shift."""


MOST_ARCS = 300_000_000
"""Arcs of a network that fit into some GB of memory while it is built."""


@dataclass(frozen=True, slots=True)
class Contract:
    """The rules of a person, absences apart; people with equal contracts share a network.

    ``limits`` are what is counted: (shift or ``WEEKEND``, how many at most). ``timed``: whether the bounds on
    units of time are kept.
    """

    max_run: int
    min_run: int
    min_rest: int
    limits: tuple[tuple[int, int], ...]
    max_units: int
    min_units: int
    timed: bool = True


@dataclass(frozen=True, slots=True)
class Kind:
    """Shifts that no rule of the contract can tell apart.

    ``before`` are the classes that may stand on the day before, ``counter`` the limit it uses up, or -1.
    """

    shifts: Ints
    own: int
    before: tuple[int, ...]
    units: int
    counter: int


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """A layered graph; its paths are the schedules.

    Attributes
    ----------
    kinds : tuple of Kind
        What an arc may mean; the index after the last is a day off.
    layer : int [H + 2]
        Cells ``layer[d]`` to ``layer[d + 1]`` are those after d days; cell 0 is the start.
    first : int [cells + 1]
        Arcs ``first[c]`` to ``first[c + 1]`` lead into cell c; every cell but the start has one.
    source, kind : int [arcs]
        Where an arc comes from, and what the day holds.
    """

    kinds: tuple[Kind, ...]
    layer: Ints
    first: Ints
    source: NDArray[np.int32]
    kind: NDArray[np.int16]

    @property
    def possible(self) -> bool:
        """Whether there is any schedule."""
        return len(self.source) > 0


def unit_of(problem: ShiftsProblem) -> int:
    """The largest number of minutes of which every shift is a multiple."""
    return gcd(*problem.minutes.tolist())


def most_days(days: Ints, max_run: int, min_rest: int) -> Ints:
    """The most days that can be worked among so many days in a row."""
    rounds, left = np.divmod(days, max_run + min_rest)
    return rounds * max_run + np.minimum(left, max_run)


class GivenUpError(Exception):
    """A network is not built: time is up, or it would be too large."""


def build(problem: ShiftsProblem, contract: Contract, late: Callable[[], bool] = bool) -> Network:
    """The network of a contract; without arcs if the contract allows no schedule.

    Raises
    ------
    GivenUpError
        Where ``late()`` says so, or there would be more than ``MOST_ARCS``.
    """
    kinds, classes = _kinds(problem, contract)
    layers, arcs = _grow(problem.days, contract, kinds, classes, late)
    alive = np.ones(len(layers[-1]), np.bool_)
    kept, sizes = [], [int(alive.sum())]
    for size, (source, target, kind) in zip(map(len, layers[-2::-1]), reversed(arcs), strict=True):
        good = alive[target]
        new_target = (np.cumsum(alive) - 1).astype(np.int32)
        alive = np.zeros(size, np.bool_)
        alive[source[good]] = True
        new_source = (np.cumsum(alive) - 1).astype(np.int32)
        kept.append((new_source[source[good]], new_target[target[good]], kind[good]))
        sizes.append(int(alive.sum()))
    layer = np.concatenate([[0], np.cumsum(sizes[::-1])])
    sources, targets = [np.zeros(0, np.int32)], [np.zeros(0, np.int32)]
    meanings = [np.zeros(0, np.int16)]
    for (source, target, kind), (before, after) in zip(reversed(kept), pairwise(layer[:-1]), strict=True):
        order = _sorted(target)
        sources.append((source[order] + before).astype(np.int32))
        targets.append((target[order] + after).astype(np.int32))
        meanings.append(kind[order])
    into = np.bincount(np.concatenate(targets), minlength=int(layer[-1]))
    return Network(
        kinds,
        layer,
        np.concatenate([[0], np.cumsum(into)]),
        np.concatenate(sources),
        np.concatenate(meanings),
    )


def _sorted(numbers: NDArray[Any]) -> Ints:
    """The stable order of numbers below 2**32, digit by digit: NumPy sorts 16 bits by counting."""
    order = np.argsort((numbers & 0xFFFF).astype(np.uint16), kind="stable")
    high = (numbers >> 16).astype(np.uint16)
    return order[np.argsort(high[order], kind="stable")] if high.any() else order


def _kinds(problem: ShiftsProblem, contract: Contract) -> tuple[tuple[Kind, ...], int]:
    counter = {what: axis for axis, (what, _) in enumerate(contract.limits) if what != WEEKEND}
    rows = [row.tobytes() for row in problem.follows]
    classes = {row: index for index, row in enumerate(dict.fromkeys(rows))}
    own = [classes[row] for row in rows]
    unit = unit_of(problem)
    alike: dict[tuple[int, tuple[int, ...], int, int], list[int]] = {}
    for shift in range(problem.shifts):
        before = tuple(sorted({own[i] for i in np.flatnonzero(problem.follows[:, shift]).tolist()}))
        units = int(problem.minutes[shift]) // unit if contract.timed else 0
        alike.setdefault((own[shift], before, units, counter.get(shift, -1)), []).append(shift)
    return tuple(Kind(np.array(shifts), *key) for key, shifts in alike.items()), len(classes)


Arcs = tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int16]]
"""Source (position in its layer), target (position in the next layer) and kind of each arc."""


def _grow(
    days: int, contract: Contract, kinds: tuple[Kind, ...], classes: int, late: Callable[[], bool]
) -> tuple[list[Ints], list[Arcs]]:
    """Layer by layer every cell that can be reached, and the arcs between."""
    states = classes * contract.max_run + contract.min_rest
    sizes = [limit + 1 for _, limit in contract.limits]
    width = contract.max_units + 1 if contract.timed else 1
    units = np.array([*(kind.units for kind in kinds), 0])
    move = _moves(contract, kinds, sizes)
    least = _least_units(days, contract, int(units.max()))
    space = states * prod(sizes) * width
    reached, number = np.zeros(space, np.bool_), np.zeros(space, np.int64)
    layers = [np.array([(states - 1) * prod(sizes) * width])]
    arcs: list[Arcs] = []
    for day in range(days):
        if late() or sum(len(source) for source, _, _ in arcs) + len(layers[-1]) * len(kinds) > MOST_ARCS:
            raise GivenUpError
        rest, spent = np.divmod(layers[-1], width)
        state, used = np.divmod(rest, prod(sizes))
        first, target, kind, weekend = _ways(day, contract, kinds, states)
        count = first[state + 1] - first[state]
        origin = np.repeat(np.arange(len(state)), count)
        way = np.arange(len(origin)) + (first[state] - np.cumsum(count) + count)[origin]
        now_used = move[kind[way], weekend[way], used[origin]]
        now_spent = spent[origin] + units[kind[way]]
        fits = (now_used >= 0) & (now_spent < width) & (now_spent >= least[day + 1])
        code = (target[way] * prod(sizes) + now_used) * width + now_spent
        code = code[fits]
        reached[code] = True
        layer = np.flatnonzero(reached)
        number[layer] = np.arange(len(layer))
        reached[layer] = False
        layers.append(layer)
        arcs.append(
            (origin[fits].astype(np.int32), number[code].astype(np.int32), kind[way][fits].astype(np.int16))
        )
    return layers, arcs


def _least_units(days: int, contract: Contract, longest: int) -> Ints:
    """Fewer units than this after d days can no longer be made good."""
    if not contract.timed:
        return np.zeros(days + 1, np.int64)
    left = np.arange(days, -1, -1)
    return contract.min_units - longest * most_days(left, contract.max_run, contract.min_rest)


def _moves(contract: Contract, kinds: tuple[Kind, ...], sizes: list[int]) -> Ints:
    """``[kind, weekend begins, counters]``: the counters, as one number, afterwards; -1: over a limit."""
    shape = tuple(sizes)
    every = np.stack(np.unravel_index(np.arange(prod(sizes)), shape)) if sizes else np.zeros((0, 1), np.int64)
    weekends = np.array([[what == WEEKEND] for what, _ in contract.limits], np.int64).reshape(-1, 1)
    move = np.empty((len(kinds) + 1, 2, prod(sizes)), np.int64)
    for index in range(len(kinds) + 1):
        counter = kinds[index].counter if index < len(kinds) else -1
        own = (np.arange(len(sizes)) == counter).astype(np.int64).reshape(-1, 1)
        for begins in (0, 1):
            after = every + own + begins * weekends
            over = (after >= np.array(sizes, np.int64).reshape(-1, 1)).any(axis=0)
            move[index, begins] = np.where(over, -1, _number(after, shape))
    return move


def _number(counters: Ints, shape: tuple[int, ...]) -> Ints:
    if not shape:
        return np.zeros(counters.shape[1], np.int64)
    return np.asarray(np.ravel_multi_index(tuple(counters), shape, mode="clip"))


def _ways(
    day: int, contract: Contract, kinds: tuple[Kind, ...], states: int
) -> tuple[Ints, Ints, Ints, Ints]:
    """What may be done on ``day`` in every state: first way of each state; target, kind, weekend begins."""
    into = [list(_out_of(state, day, contract, kinds, states)) for state in range(states)]
    flat = np.array([way for ways in into for way in ways], np.int64).reshape(-1, 3)
    first = np.concatenate([[0], np.cumsum([len(ways) for ways in into])])
    return first, flat[:, 0], flat[:, 1], flat[:, 2]


def _out_of(
    state: int, day: int, contract: Contract, kinds: tuple[Kind, ...], states: int
) -> Iterator[tuple[int, int, int]]:
    """(target, kind, weekend begins) of everything that may follow ``state``."""
    longest, rest = contract.max_run, contract.min_rest
    saturday, sunday = day % WEEK == SATURDAY, day % WEEK == SUNDAY
    resting = states - rest
    if state >= resting:
        yield min(state + 1, states - 1), len(kinds), 0
        if state == states - 1:
            for index, kind in enumerate(kinds):
                yield kind.own * longest, index, int(saturday or sunday)
        return
    own, run = divmod(state, longest)
    # a run that fills all days so far has no known beginning: it may end at any length
    if run + 1 >= contract.min_run or run + 1 == day:
        yield resting, len(kinds), 0
    if run + 1 < longest:
        for index, kind in enumerate(kinds):
            if own in kind.before:
                yield kind.own * longest + run + 1, index, int(saturday)
