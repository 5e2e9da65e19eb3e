"""Annealing for maximal covering: one open site moves at a time, mostly to one that shares a cell with it.

Every cell knows how many open sites reach it and, by the exclusive or of their numbers, which one it is when
there is only one; every site knows what opening it would win or closing it would lose. So a move is judged
by one look along the cells of the site that would open (Kirkpatrick, Gelatt and Vecchi 1983, for the
acceptance; Resende and Werneck 2007, for keeping gains and losses).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from heliplan.codec import Ints
from heliplan.compiled import compiled
from heliplan.siting.net import Bools, Int32s, Net

ROUND = 1000  #: moves tried in one iteration
HOT, COLD = 0.05, 0.001  #: heat at the begin and end, as a share of what one site reaches on average
AFAR = 0.05  #: share of moves to any site at all


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
    best: Bools
    total: Ints


def begin(net: Net, is_open: Bools, locked: Bools) -> Reached:
    """A state with these sites open."""
    now = Reached(
        open=np.zeros(net.sites, np.bool_),
        movable=np.flatnonzero(is_open & ~locked),
        times=np.zeros(net.points, np.int32),
        only=np.zeros(net.points, np.int32),
        score=np.zeros(net.sites, np.int64),
        best=is_open.copy(),
        total=np.zeros(2, np.int64),
    )
    np.add.at(now.score, net.site, np.repeat(net.weight, np.diff(net.start)))
    for site in np.flatnonzero(is_open):
        now.total[:] += now.score[site]
        open_site(net, now, int(site))
    return now


@compiled
def open_site(net: Net, now: Reached, j: int) -> None:
    """Open ``j``."""
    now.open[j] = True
    for k in range(net.back_start[j], net.back_start[j + 1]):
        i = net.back_point[k]
        w = net.weight[i]
        if now.times[i] == 0:
            for z in range(net.start[i], net.start[i + 1]):
                now.score[net.site[z]] -= w
            now.score[j] += w
        elif now.times[i] == 1:
            now.score[now.only[i]] -= w
        now.times[i] += 1
        now.only[i] ^= j


@compiled
def close_site(net: Net, now: Reached, r: int) -> None:
    """Close ``r``."""
    now.open[r] = False
    for k in range(net.back_start[r], net.back_start[r + 1]):
        i = net.back_point[k]
        w = net.weight[i]
        now.times[i] -= 1
        now.only[i] ^= r
        if now.times[i] == 0:
            for z in range(net.start[i], net.start[i + 1]):
                now.score[net.site[z]] += w
            now.score[r] -= w
        elif now.times[i] == 1:
            now.score[now.only[i]] += w


@compiled
def place_for(net: Net, r: int) -> int:
    """A site to open instead of ``r``: mostly one that shares a cell with it."""
    width = net.back_start[r + 1] - net.back_start[r]
    if width == 0 or np.random.random() < AFAR:
        return int(np.random.randint(0, net.back_start.shape[0] - 1))
    i = net.back_point[net.back_start[r] + np.random.randint(0, width)]
    return int(net.site[np.random.randint(net.start[i], net.start[i + 1])])


@compiled
def won(net: Net, now: Reached, r: int, j: int) -> int:
    """What opening ``j`` and closing ``r`` wins."""
    gain = int(now.score[j] - now.score[r])
    for k in range(net.back_start[j], net.back_start[j + 1]):
        i = net.back_point[k]
        if now.times[i] == 1 and now.only[i] == r:
            gain += int(net.weight[i])
    return gain


@compiled
def anneal(net: Net, now: Reached, rounds: int, heat: float, cooled: float, seed: int) -> None:
    """Try ``rounds`` × :data:`ROUND` moves while the heat (in weight) falls to ``cooled``."""
    np.random.seed(seed)
    if now.movable.shape[0] == 0:
        return
    for step in range(rounds):
        warm = heat * (cooled / heat) ** (step / rounds)
        for _ in range(ROUND):
            at = np.random.randint(0, now.movable.shape[0])
            r = now.movable[at]
            j = place_for(net, r)
            least = warm * np.log(np.random.random())
            # what both reach is at most what r loses: no need to look closer where even that is too little
            if now.open[j] or now.score[j] < least:
                continue
            gain = won(net, now, r, j)
            if gain < least:
                continue
            close_site(net, now, r)
            open_site(net, now, j)
            now.movable[at] = j
            now.total[0] += gain
            if now.total[0] > now.total[1]:
                now.total[1] = now.total[0]
                now.best[:] = now.open
