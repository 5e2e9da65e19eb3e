"""Annealing for maximal covering: one open site moves at a time, mostly to one that shares a cell with it.

Every cell knows how many open sites reach it and, by the exclusive or of their numbers, which one it is when
there is only one; every site knows what opening it would win or closing it would lose, and of every open site
it is known what of that loss each other site would make good. So a move is judged at one look, and as most
moves are turned down, that is what counts (Kirkpatrick, Gelatt and Vecchi 1983, for the acceptance; Resende
and Werneck 2007, for keeping gains, losses and what two sites share).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from heliplan.codec import Ints
from heliplan.compiled import compiled, compiled_bare
from heliplan.siting._net import Bools, Int32s, Net
from heliplan.siting._rng import Rng, below, part, seeded

ROUND = 1000  #: moves tried in one iteration
HOT, COLD = 0.03, 0.002  #: heat at the begin and end, as a share of what one site reaches on average
NEVER = -20.0  #: losses in heats from which a move is turned down without a draw
AFAR = 20  #: one move in so many is to any site at all
SAMPLE = 100  #: sites whose neighbours are counted
ROOM = 4_000_000  #: entries up to which what sites share is kept
At = np.uint64  #: places told in it are never counted from the end, and no loop need ask whether they are


class Reached(NamedTuple):
    """Which sites are open and what they reach.

    Attributes
    ----------
    open : bool, shape (sites,)
    movable : int64
        The open sites that are not locked.
    times, only : int32, shape (cells,)
        How many open sites reach the cell, and the exclusive or of their numbers.
    score : int64, shape (sites,)
        For a closed site the weight that opening it would win, for an open one what closing it would lose.
    row : int32, shape (sites,)
        Where an open site stands in ``shared``.
    shared : int64, shape (open sites, sites)
        The weight that an open site alone reaches and another site reaches as well. Without rows where
        they would take too much room: :func:`both` then looks it up.
    best : bool, shape (sites,)
        The best set met.
    total : int64, shape (2,)
        The weight reached now and by ``best``.
    """

    open: Bools
    movable: Ints
    times: Int32s
    only: Int32s
    score: Ints
    row: Int32s
    shared: Ints
    best: Bools
    total: Ints


def begin(net: Net, is_open: Bools, locked: Bools, most: int = 0) -> Reached:
    """A state with these sites open, and room for ``most`` if that is more."""
    rows = max(int(is_open.sum()), most)
    now = Reached(
        open=np.zeros(net.sites, np.bool_),
        movable=np.flatnonzero(is_open & ~locked),
        times=np.zeros(net.points, np.int32),
        only=np.zeros(net.points, np.int32),
        score=np.zeros(net.sites, np.int64),
        row=np.full(net.sites, -1, np.int32),
        shared=np.zeros((rows if rows * net.sites <= ROOM else 0, net.sites), np.int64),
        best=is_open.copy(),
        total=np.zeros(2, np.int64),
    )
    open_all(net, now)
    return now


@compiled
def swaps(net: Net, p: int) -> int:
    """In how many ways one of ``p`` sites can move to one that shares a cell with it; about."""
    seen, met, asked = np.full(net.back_start.shape[0] - 1, -1), 0, min(SAMPLE, net.back_start.shape[0] - 1)
    for turn in range(asked):
        r = turn * seen.shape[0] // asked
        for k in range(net.back_start[r], net.back_start[r + 1]):
            i = net.back_point[k]
            for z in range(net.start[i], net.start[i + 1]):
                met += seen[net.site[z]] != turn
                seen[net.site[z]] = turn
    return int(p * met // max(1, asked))


@compiled_bare
def open_all(net: Net, now: Reached) -> None:
    """Open the sites of the best set where none is open yet."""
    for i in range(net.weight.shape[0]):
        for k in range(net.start[i], net.start[i + 1]):
            now.score[net.site[k]] += net.weight[i]
    row = 0
    for j in range(now.best.shape[0]):
        if now.best[j]:
            now.total[0] += now.score[j]
            open_site(net, now, j, row)
            row += 1
    keep_as_best(now)


@compiled_bare
def keep_as_best(now: Reached) -> None:
    """Take the open sites for the best set."""
    now.total[1] = now.total[0]
    for j in range(now.open.shape[0]):
        now.best[j] = now.open[j]


@compiled_bare
def open_site(net: Net, now: Reached, j: int, row: int) -> None:
    """Open ``j``, in a row of ``shared`` that holds nothing."""
    now.open[j], now.row[j] = True, row
    for k in range(net.back_start[j], net.back_start[j + 1]):
        arrive(net, now, At(net.back_point[k]), j)


@compiled_bare
def close_site(net: Net, now: Reached, r: int) -> None:
    """Close ``r``."""
    now.open[r] = False
    for k in range(net.back_start[r], net.back_start[r + 1]):
        leave(net, now, At(net.back_point[k]), r)
    now.row[r] = -1


@compiled_bare
def move_site(net: Net, now: Reached, r: int, j: int) -> None:
    """Close ``r`` and open ``j``, in its row: near sites share most cells, and those cost little."""
    now.open[r], now.open[j], now.row[j] = False, True, now.row[r]
    a, b = At(net.back_start[r]), At(net.back_start[j])
    last_a, last_b = At(net.back_start[r + 1]), At(net.back_start[j + 1])
    while a < last_a or b < last_b:
        if b == last_b or (a < last_a and net.back_point[a] < net.back_point[b]):
            leave(net, now, At(net.back_point[a]), r)
            a += At(1)
        elif a == last_a or net.back_point[b] < net.back_point[a]:
            arrive(net, now, At(net.back_point[b]), j)
            b += At(1)
        else:
            i = At(net.back_point[a])
            now.only[i] ^= r ^ j
            if now.times[i] == 1:
                now.score[r] -= net.weight[i]
                now.score[j] += net.weight[i]
            a += At(1)
            b += At(1)
    now.row[r] = -1


@compiled_bare
def arrive(net: Net, now: Reached, i: np.uint64, j: int) -> None:
    """One more open site, ``j``, reaches cell ``i``."""
    if now.times[i] == 0:
        alone(net, now, i, j, net.weight[i])
    elif now.times[i] == 1:
        share(net, now, i, now.only[i], -net.weight[i])
    now.times[i] += 1
    now.only[i] ^= j


@compiled_bare
def leave(net: Net, now: Reached, i: np.uint64, r: int) -> None:
    """An open site, ``r``, no longer reaches cell ``i``."""
    now.times[i] -= 1
    now.only[i] ^= r
    if now.times[i] == 0:
        alone(net, now, i, r, -net.weight[i])
    elif now.times[i] == 1:
        share(net, now, i, now.only[i], net.weight[i])


@compiled_bare
def alone(net: Net, now: Reached, i: np.uint64, r: int, w: int) -> None:
    """Cell ``i`` of weight ``w`` is reached by ``r`` alone and no more by nobody; with -w, the other way."""
    now.score[r] += w
    if now.shared.shape[0] > 0:
        row = At(now.row[r])
        for z in range(At(net.start[i]), At(net.start[i + 1])):
            j = At(net.site[z])
            now.score[j] -= w
            now.shared[row, j] += w
    else:
        for z in range(At(net.start[i]), At(net.start[i + 1])):
            now.score[At(net.site[z])] -= w


@compiled_bare
def share(net: Net, now: Reached, i: np.uint64, r: int, w: int) -> None:
    """Cell ``i`` of weight ``w`` is reached by ``r`` alone and by nobody else any more; -w: the other way."""
    now.score[r] += w
    if now.shared.shape[0] > 0:
        row = At(now.row[r])
        for z in range(At(net.start[i]), At(net.start[i + 1])):
            now.shared[row, At(net.site[z])] += w


@compiled_bare
def both(net: Net, now: Reached, r: int, j: int) -> int:
    """The weight that of all open sites ``r`` alone reaches, and ``j`` as well."""
    if now.shared.shape[0] > 0:
        return int(now.shared[now.row[r], j])
    total = 0
    for k in range(net.back_start[j], net.back_start[j + 1]):
        i = net.back_point[k]
        if now.times[i] == 1 and now.only[i] == r:
            total += net.weight[i]
    return total


@compiled_bare
def place_for(net: Net, r: int, rng: Rng) -> int:
    """A site to open instead of ``r``: mostly one that shares a cell with it."""
    width = net.back_start[r + 1] - net.back_start[r]
    if width == 0 or below(rng, AFAR) == 0:
        return below(rng, net.back_start.shape[0] - 1)
    i = net.back_point[net.back_start[r] + below(rng, width)]
    return int(net.site[net.start[i] + below(rng, net.start[i + 1] - net.start[i])])


def anneal(net: Net, now: Reached, rounds: int, heat: float, cooled: float, seed: int) -> None:
    """Try ``rounds`` × :data:`ROUND` moves while the heat (in weight) falls to ``cooled``."""
    if len(now.movable):
        try_moves(net, now, rounds, heat, cooled, seeded(seed))


@compiled_bare
def try_moves(net: Net, now: Reached, rounds: int, heat: float, cooled: float, rng: Rng) -> None:
    """What :func:`anneal` does, for at least one site that may move."""
    for step in range(rounds):
        warm = heat * (cooled / heat) ** (step / rounds)
        for _ in range(ROUND):
            at = below(rng, now.movable.shape[0])
            r = now.movable[at]
            j = place_for(net, r, rng)
            if now.open[j]:
                continue
            gain = now.score[j] - now.score[r] + both(net, now, r, j)
            if gain < 0 and (gain < NEVER * warm or gain < warm * np.log(part(rng))):
                continue
            move_site(net, now, r, j)
            now.movable[at] = j
            now.total[0] += gain
            if now.total[0] > now.total[1]:
                keep_as_best(now)
