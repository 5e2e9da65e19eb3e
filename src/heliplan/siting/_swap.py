"""Local search on a :class:`~heliplan.siting._net.Net`: fast interchange, repeated from small shakes.

Every point knows its two nearest open sites, every open site what closing it would cost. The best site to
close for one that opens is then found by looking at that site's own points only (Whitaker 1983; Resende
and Werneck, *A fast swap-based local search procedure for location problems*, 2007). A shake swaps a few
sites in one neighbourhood; only sites near a change are looked at again; a shake that does not pay is undone.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from heliplan.codec import Ints
from heliplan.compiled import compiled, compiled_bare
from heliplan.siting._net import Bools, Int32s, Net
from heliplan.siting._rng import Rng, below, part, seeded

HUGE = 1 << 60
SHAKE = 3  #: at most so many swaps in one shake
JOURNAL = 4096  #: swaps remembered for undoing; a longer descent is kept or lost as a whole


class Now(NamedTuple):
    """The open sites and what follows from them.

    Attributes
    ----------
    open, locked : bool, shape (sites,)
    first, second : int32, shape (points,)
        The two nearest open sites in the point's row; -1 for none.
    near, next : int64, shape (points,)
        Their lengths (``far`` for none).
    loss : int64, shape (sites,)
        For an open site: what its points would pay more for their second.
    extra, queue, queued, log : scratch.
    """

    open: Bools
    locked: Bools
    first: Int32s
    second: Int32s
    near: Ints
    next: Ints
    loss: Ints
    extra: Ints
    touched: Int32s
    queue: Int32s
    queued: Bools
    log: Int32s


def begin(net: Net, chosen: Ints, locked: Bools) -> Now:
    """A state with ``chosen`` open."""
    n, m = net.points, net.sites
    is_open = np.zeros(m, np.bool_)
    is_open[chosen] = True
    now = Now(
        open=is_open,
        locked=locked,
        first=np.zeros(n, np.int32),
        second=np.zeros(n, np.int32),
        near=np.zeros(n, np.int64),
        next=np.zeros(n, np.int64),
        loss=np.zeros(m, np.int64),
        extra=np.zeros(m, np.int64),
        touched=np.zeros(m, np.int32),
        queue=np.zeros(m, np.int32),
        queued=np.zeros(m, np.bool_),
        log=np.zeros(2 * JOURNAL, np.int32),
    )
    settle(net, now)
    return now


@compiled_bare
def settle(net: Net, now: Now) -> None:
    """Work everything out from ``now.open``."""
    now.loss[:] = 0
    for i in range(net.weight.shape[0]):
        look_up(net, now, i)
        if now.first[i] >= 0:
            now.loss[now.first[i]] += net.weight[i] * (now.next[i] - now.near[i])


@compiled_bare
def look_up(net: Net, now: Now, i: int) -> None:
    """Find the two nearest open sites of point ``i`` in its row."""
    now.first[i] = -1
    now.second[i] = -1
    now.near[i] = net.far[i]
    now.next[i] = net.far[i]
    for k in range(net.start[i], net.start[i + 1]):
        j = net.site[k]
        if now.open[j]:
            if now.first[i] < 0:
                now.first[i] = j
                now.near[i] = net.length[k]
            else:
                now.second[i] = j
                now.next[i] = net.length[k]
                break


@compiled_bare
def open_site(net: Net, now: Now, j: int) -> int:
    """Open ``j``; by how much the cost falls."""
    now.open[j] = True
    now.loss[j] = 0
    fall = 0
    for k in range(net.back_start[j], net.back_start[j + 1]):
        i, c, w = net.back_point[k], net.back_length[k], net.weight[net.back_point[k]]
        a = now.first[i]
        if a < 0 or c < now.near[i]:
            fall += w * (now.near[i] - c)
            if a >= 0:
                now.loss[a] -= w * (now.next[i] - now.near[i])
            now.second[i], now.next[i] = a, now.near[i]
            now.first[i], now.near[i] = j, c
            now.loss[j] += w * (now.next[i] - c)
        elif now.second[i] < 0 or c < now.next[i]:
            now.loss[a] -= w * (now.next[i] - c)
            now.second[i], now.next[i] = j, c
    return fall


@compiled_bare
def close_site(net: Net, now: Now, r: int) -> int:
    """Close ``r``; by how much the cost rises."""
    now.open[r] = False
    rise = 0
    for k in range(net.back_start[r], net.back_start[r + 1]):
        i = net.back_point[k]
        if now.first[i] != r and now.second[i] != r:
            continue
        w, before = net.weight[i], now.near[i]
        now.loss[now.first[i]] -= w * (now.next[i] - before)
        look_up(net, now, i)
        rise += w * (now.near[i] - before)
        if now.first[i] >= 0:
            now.loss[now.first[i]] += w * (now.next[i] - now.near[i])
    return rise


@compiled_bare
def cheapest_to_close(now: Now) -> int:
    """The open site, not locked, whose closing alone costs least; -1 when all are locked."""
    best, least = -1, HUGE
    for r in range(now.open.shape[0]):
        if now.open[r] and not now.locked[r] and now.loss[r] < least:
            best, least = r, now.loss[r]
    return best


@compiled_bare
def best_swap(net: Net, now: Now, j: int, cheapest: int) -> tuple[int, int]:
    """What opening ``j`` and closing the best site for it saves, and that site."""
    gain, count = 0, 0
    for k in range(net.back_start[j], net.back_start[j + 1]):
        i, c = net.back_point[k], net.back_length[k]
        if c >= now.next[i]:
            continue
        w, a = net.weight[i], now.first[i]
        spared = now.next[i] - c
        if c < now.near[i]:
            gain += w * (now.near[i] - c)
            spared = now.next[i] - now.near[i]
        if a >= 0 and spared > 0:
            if now.extra[a] == 0:
                now.touched[count] = a
                count += 1
            now.extra[a] += w * spared
    best = cheapest
    least = now.loss[best] - now.extra[best]
    for k in range(count):
        r = now.touched[k]
        cost = now.loss[r] - now.extra[r]
        if cost < least and not now.locked[r]:
            best, least = r, cost
    for k in range(count):
        now.extra[now.touched[k]] = 0
    return gain - least, best


@compiled_bare
def push(now: Now, site: int, tail: int, waiting: int) -> tuple[int, int]:
    """Queue a closed site to be looked at."""
    if not now.queued[site] and not now.open[site]:
        now.queued[site] = True
        now.queue[tail] = site
        tail = tail + 1 if tail + 1 < now.queue.shape[0] else 0
        waiting += 1
    return tail, waiting


@compiled_bare
def two_nearest(net: Net, j: int) -> tuple[int, int]:
    """Where the two nearest points of ``j`` stand in its row; -1 for none."""
    one, two = -1, -1
    for k in range(net.back_start[j], net.back_start[j + 1]):
        if one < 0 or net.back_length[k] < net.back_length[one]:
            one, two = k, one
        elif two < 0 or net.back_length[k] < net.back_length[two]:
            two = k
    return one, two


@compiled_bare
def push_around(net: Net, now: Now, j: int, tail: int, waiting: int) -> tuple[int, int]:
    """Queue the sites that share a point with ``j``: those in the rows of its two nearest points."""
    for k in two_nearest(net, j):
        if k < 0:
            continue
        i = net.back_point[k]
        for z in range(net.start[i], net.start[i + 1]):
            if net.length[z] > now.next[i]:
                break
            tail, waiting = push(now, net.site[z], tail, waiting)
    return push(now, j, tail, waiting)


@compiled_bare
def descend(net: Net, now: Now, tail: int, waiting: int, swaps: int) -> tuple[int, int]:
    """Swap while a queued site pays; what was saved and how many swaps stand in the log."""
    saved = 0
    cheapest = cheapest_to_close(now)
    while waiting > 0 and cheapest >= 0:
        head = tail - waiting
        j = now.queue[head if head >= 0 else head + now.queue.shape[0]]
        now.queued[j] = False
        waiting -= 1
        if now.open[j]:
            continue
        gain, r = best_swap(net, now, j, cheapest)
        if gain <= 0:
            continue
        open_site(net, now, j)
        close_site(net, now, r)
        saved += gain
        swaps = note(now, swaps, r, j)
        cheapest = cheapest_to_close(now)
        tail, waiting = push_around(net, now, j, tail, waiting)
        tail, waiting = push_around(net, now, r, tail, waiting)
    return saved, swaps


@compiled_bare
def note(now: Now, swaps: int, closed: int, opened: int) -> int:
    """Write one swap into the log, while there is room."""
    if 2 * swaps + 1 < now.log.shape[0]:
        now.log[2 * swaps] = closed
        now.log[2 * swaps + 1] = opened
    return swaps + 1


@compiled_bare
def improve(net: Net, now: Now) -> int:
    """Descend from everywhere until no swap pays; what was saved."""
    total = 0
    saved = 1
    while saved > 0:
        tail, waiting = 0, 0
        for j in range(now.open.shape[0]):
            tail, waiting = push(now, j, tail, waiting)
        saved, _ = descend(net, now, tail, waiting, 0)
        total += saved
    return total


@compiled_bare
def pick_out(net: Net, now: Now, i: int, but: int, rng: Rng) -> int:
    """An open site near point ``i`` to close, not locked and not ``but``; -1 for none."""
    seen, wanted, last = 0, below(rng, 4), -1
    for k in range(net.start[i], net.start[i + 1]):
        j = net.site[k]
        if now.open[j] and not now.locked[j] and j != but:
            last = j
            if seen == wanted:
                break
            seen += 1
    if last < 0:
        begin_at = below(rng, now.open.shape[0])
        for k in range(now.open.shape[0]):
            j = (begin_at + k) % now.open.shape[0]
            if now.open[j] and not now.locked[j] and j != but:
                return int(j)
    return int(last)


@compiled_bare
def shake_once(net: Net, now: Now, i: int, rng: Rng) -> tuple[int, int, int]:
    """Swap two sites near point ``i`` at random; what that saves (mostly < 0), closed and opened site."""
    width = net.start[i + 1] - net.start[i]
    if width == 0:
        return 0, -1, -1
    j = net.site[net.start[i] + below(rng, width)]
    if now.open[j]:
        return 0, -1, -1
    r = pick_out(net, now, i, j, rng)
    if r < 0:
        return 0, -1, -1
    saved = open_site(net, now, j)
    saved -= close_site(net, now, r)
    return saved, r, j


def shake(net: Net, now: Now, rounds: int, seed: int, heat: float) -> int:
    """``rounds`` shakes, each followed by a descent; what was saved.

    A shake that made things dearer by ``d`` is kept with chance exp(-d / heat), else undone.
    """
    return int(shakes(net, now, rounds, seeded(seed), heat))


@compiled_bare
def shakes(net: Net, now: Now, rounds: int, rng: Rng, heat: float) -> int:
    """What :func:`shake` does."""
    total = 0
    for _ in range(rounds):
        i = below(rng, net.weight.shape[0])
        swaps, saved, tail, waiting = 0, 0, 0, 0
        for _ in range(1 + below(rng, SHAKE)):
            gain, r, j = shake_once(net, now, i, rng)
            if r >= 0:
                saved += gain
                swaps = note(now, swaps, r, j)
                tail, waiting = push_around(net, now, r, tail, waiting)
                tail, waiting = push_around(net, now, j, tail, waiting)
        gain, swaps = descend(net, now, tail, waiting, swaps)
        saved += gain
        kept = saved >= 0 or (heat > 0 and part(rng) < np.exp(saved / heat))
        if not kept and 2 * swaps <= now.log.shape[0]:
            for k in range(swaps - 1, -1, -1):
                open_site(net, now, now.log[2 * k])
                close_site(net, now, now.log[2 * k + 1])
            saved = 0
        total += saved
    return total


@compiled
def spread(net: Net, now: Now, p: int, seed: int) -> None:
    """Open sites up to ``p``, far from the open ones by chance (each next to a point drawn by its cost)."""
    rng = seeded(seed)
    count = now.open.sum()
    while count < p:
        running = np.cumsum(net.weight * now.near)
        i = np.searchsorted(running, part(rng) * running[-1])
        j = -1
        for k in range(net.start[i], net.start[i + 1]):
            if not now.open[net.site[k]]:
                j = net.site[k]
                break
        if j < 0:
            j = below(rng, now.open.shape[0])
        if not now.open[j]:
            open_site(net, now, j)
            count += 1
