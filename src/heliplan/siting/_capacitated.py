"""Sites that hold only so much: simulated annealing over who is served where, or nowhere.

A point moves to another open site, two points change places, or an open site moves to one near and takes
its points along (Osman and Christofides, *Capacitated clustering problems by hybrid simulated annealing and
tabu search*, 1994). Sites may hold too much on the way, at a price that rises until they do not.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from heliplan.codec import Ints
from heliplan.compiled import compiled_bare
from heliplan.siting._net import Bools, Floats
from heliplan.siting._rng import Rng, below, part, seeded
from heliplan.siting.problem import SitingProblem
from heliplan.stop import Watch

NEAR = 30  #: sites nearest to a point that it looks at, and points nearest to a site
TRIES = 40_000  #: moves tried for each point while it cools down once
STEPS = 100  #: heats on the way
HOT, COLD = 1.0, 0.05  #: first and last heat, as shares of what a point costs on average
PATIENT = 8  #: so many coolings in a row without a better plan are enough
NONE = np.iinfo(np.int64).max  #: cost of what there is not
NO_WAY = -1  #: cost of a site that cannot serve a point


class Land(NamedTuple):
    """What stays: positions of sites are those among the allowed ones.

    Attributes
    ----------
    cost : int64, shape (points, sites)
        ``NO_WAY`` where there is none or the site is too small for the point alone.
    demand, room : int64
        What points take, and sites hold.
    price : int64, shape (sites,)
        Of opening a site; ``budget`` is for all (-1: none).
    locked : bool, shape (sites,)
    near, back : int32, shape (points, ·) and (sites, ·)
        Sites nearest to a point, points nearest to a site.
    """

    cost: Ints
    demand: Ints
    room: Ints
    price: Ints
    budget: int
    locked: Bools
    near: Ints
    back: Ints


class Now(NamedTuple):
    """The plan: seats ``0 … p - 1`` are open sites; a seat's points are a list linked both ways.

    Attributes
    ----------
    site, load, head : int64, shape (p,)
        Of each seat: its site, what its points take, its first point (-1: none).
    seat_of : int64, shape (sites,)
        -1 for a closed site.
    seat, after, before : int64, shape (points,)
        Of each point: its seat, and its neighbours in the list (-1: none).
    sums : int64, shape (3,)
        Cost, what is above the room of sites in all, and price of the open sites.
    best : int64, shape (points,)
        Sites of the best plan that kept the room; ``value`` [0] its cost.
    """

    site: Ints
    load: Ints
    head: Ints
    seat_of: Ints
    seat: Ints
    after: Ints
    before: Ints
    sums: Ints
    best: Ints
    value: Ints


def search(
    problem: SitingProblem, cost: Ints, watch: Watch, seed: int, tell: Callable[[int, int], None]
) -> Ints | None:
    """Positions of the sites that serve the points, [points]; ``None``: no plan that keeps the room found.

    ``cost`` as in :class:`Land`; the problem has ``p`` and capacities. One column more than there are sites
    is for points that are served nowhere. An iteration is one cooling; ``tell`` is handed the best cost and
    the coolings so far. Ends after ``PATIENT`` coolings in vain, or by ``watch``.
    """
    land = _land(problem, cost)
    opened = _open(problem, land)
    usable = np.where(cost[:, opened] == NO_WAY, NONE, cost[:, opened])
    if (usable.min(axis=1, initial=NONE) == NONE).any():
        return None
    now = _begin(land, opened, opened[usable.argmin(axis=1)])
    rng, idle, cooled = seeded(seed), 0, 0
    nowhere = cost.shape[1] - len(problem.allowed)
    mean = max(1.0, float(now.sums[0]) / len(cost), float(cost[:, -1].mean()) * nowhere)
    above = mean / max(1.0, land.demand.mean())  # what a unit too much costs
    while idle < PATIENT and not watch.over(cooled, idle):
        value = int(now.value[0])
        _cool(land, now, watch, mean, above, rng)
        above *= 1.0 if now.sums[1] == 0 else 2.0
        idle = 0 if now.value[0] < value else idle + 1
        cooled += 1
        if now.value[0] < NONE:
            tell(int(now.value[0]), cooled)
    return now.best if now.value[0] < NONE else None


def _cool(land: Land, now: Now, watch: Watch, mean: float, above: float, rng: Rng) -> None:
    """Cool down once, faster if time is short."""
    tries, step = max(1, TRIES * len(land.cost) // STEPS), 0
    limit = np.inf if watch.stop.seconds is None else watch.stop.seconds
    while step < STEPS and not watch.late:
        done = max(step / STEPS, watch.seconds / limit)
        anneal(land, now, tries, mean * HOT * (COLD / HOT) ** done, above, rng)
        step += 1


def _land(problem: SitingProblem, cost: Ints) -> Land:
    sites, demand = problem.allowed, problem.demands()
    assert problem.capacities is not None  # noqa: S101 - asked by the caller; narrows the type
    nowhere = cost.shape[1] - len(sites)
    # of equal costs any may be kept, but not the same for all
    dear = np.where(cost == NO_WAY, np.inf, cost) + np.random.default_rng(0).random(cost.shape)
    return Land(
        cost,
        demand,
        np.append(problem.capacities[sites], [demand.sum()] * nowhere),
        np.append(problem.prices()[sites], [0] * nowhere),
        -1 if problem.budget is None else problem.budget,
        np.append(np.isin(sites, problem.pinned), [True] * nowhere),
        _nearest(dear),
        _nearest(dear.T),
    )


def _nearest(table: Floats) -> Ints:
    """Of each row the columns with the least entries, nearest first."""
    width = min(NEAR, table.shape[1])
    some = np.argpartition(table, width - 1, axis=1)[:, :width]
    order = np.argsort(np.take_along_axis(table, some, axis=1), axis=1, kind="stable")
    nearest: Ints = np.take_along_axis(some, order, axis=1).astype(np.int64)
    return nearest


def _open(problem: SitingProblem, land: Land) -> Ints:
    """Sites to begin with: always the one that shortens the ways most, as long as it can be paid."""
    far = int(land.cost.max()) + 1
    cost = np.where(land.cost == NO_WAY, far, land.cost)
    opened = np.flatnonzero(land.locked).tolist()
    nearest = cost[:, opened].min(axis=1, initial=far)
    left = np.inf if land.budget < 0 else land.budget - int(land.price[opened].sum())
    nowhere = len(land.room) - len(problem.allowed)
    while len(opened) < (problem.p or 0) + nowhere:
        fall = np.maximum(nearest[:, None] - cost, 0).sum(axis=0)
        fall[opened] = -1
        fall[land.price > left] = -1
        best = int(fall.argmax())
        if fall[best] < 0:
            break
        opened.append(best)
        left -= int(land.price[best])
        nearest = np.minimum(nearest, cost[:, best])
    return np.sort(np.array(opened, np.int64))


def _begin(land: Land, opened: Ints, served: Ints) -> Now:
    points, sites = land.cost.shape
    seat_of = np.full(sites, -1)
    seat_of[opened] = np.arange(len(opened))
    nothing = np.full(points, -1)
    sums = np.array([0, 0, land.price[opened].sum()])
    seats = len(opened)
    now = Now(
        opened.copy(), np.zeros(seats, np.int64), np.full(seats, -1), seat_of, nothing.copy(),
        nothing.copy(), nothing.copy(), sums, served.copy(), np.array([NONE]),
    )  # fmt: skip
    for point, seat in enumerate(seat_of[served].tolist()):
        enter(land, now, point, seat)
        now.sums[0] += land.cost[point, served[point]]
    now.sums[1] = np.maximum(0, now.load - land.room[opened]).sum()
    if now.sums[1] == 0:
        now.value[0] = now.sums[0]
    return now


@compiled_bare
def enter(land: Land, now: Now, i: int, s: int) -> None:
    """Put point ``i`` into the list of seat ``s``."""
    now.seat[i] = s
    now.load[s] += land.demand[i]
    now.before[i] = -1
    now.after[i] = now.head[s]
    if now.head[s] >= 0:
        now.before[now.head[s]] = i
    now.head[s] = i


@compiled_bare
def leave(land: Land, now: Now, i: int) -> None:
    """Take point ``i`` out of the list of its seat."""
    s, a, b = now.seat[i], now.after[i], now.before[i]
    now.load[s] -= land.demand[i]
    if b >= 0:
        now.after[b] = a
    else:
        now.head[s] = a
    if a >= 0:
        now.before[a] = b


@compiled_bare
def taken(dearer: float, heat: float, rng: Rng) -> bool:
    """Whether a move is made."""
    return dearer <= 0 or (dearer < 20 * heat and part(rng) < np.exp(-dearer / heat))


@compiled_bare
def above_room(land: Land, now: Now, s: int, more: int) -> int:
    """By how much seat ``s`` holds too much with ``more`` than it has."""
    return int(max(0, now.load[s] + more - land.room[now.site[s]]))


@compiled_bare
def fuller(land: Land, now: Now, s: int, t: int, d: int) -> int:
    """By how much more is above the room of both when demand ``d`` goes from seat ``s`` to seat ``t``."""
    into = above_room(land, now, t, d) - above_room(land, now, t, 0)
    return into + above_room(land, now, s, -d) - above_room(land, now, s, 0)


@compiled_bare
def try_move(land: Land, now: Now, i: int, t: int, heat: float, above: float, rng: Rng) -> bool:
    """Point ``i`` to seat ``t``."""
    s, d = now.seat[i], land.demand[i]
    cost = land.cost[i, now.site[t]]
    if s == t or cost < 0:
        return False
    rise = cost - land.cost[i, now.site[s]]
    more = fuller(land, now, s, t, d)
    if not taken(rise + above * more, heat, rng):
        return False
    leave(land, now, i)
    enter(land, now, i, t)
    now.sums[0] += rise
    now.sums[1] += more
    return True


@compiled_bare
def try_exchange(land: Land, now: Now, i: int, k: int, heat: float, above: float, rng: Rng) -> bool:
    """Points ``i`` and ``k`` change places."""
    s, t = now.seat[i], now.seat[k]
    one, other = land.cost[i, now.site[t]], land.cost[k, now.site[s]]
    if s == t or one < 0 or other < 0:
        return False
    rise = one + other - land.cost[i, now.site[s]] - land.cost[k, now.site[t]]
    d = land.demand[i] - land.demand[k]
    more = fuller(land, now, s, t, d)
    if not taken(rise + above * more, heat, rng):
        return False
    leave(land, now, i)
    leave(land, now, k)
    enter(land, now, i, t)
    enter(land, now, k, s)
    now.sums[0] += rise
    now.sums[1] += more
    return True


@compiled_bare
def try_site(land: Land, now: Now, s: int, j: int, heat: float, above: float, rng: Rng) -> bool:
    """Seat ``s`` with all its points to the closed site ``j``."""
    old = now.site[s]
    price = land.price[j] - land.price[old]
    if now.seat_of[j] >= 0 or land.locked[old] or (0 <= land.budget < now.sums[2] + price):
        return False
    more = max(0, now.load[s] - land.room[j]) - above_room(land, now, s, 0)
    rise, i = 0, now.head[s]
    while i >= 0:
        if land.cost[i, j] < 0:
            return False
        rise += land.cost[i, j] - land.cost[i, old]
        i = now.after[i]
    if not taken(rise + above * more, heat, rng):
        return False
    now.seat_of[old] = -1
    now.seat_of[j] = s
    now.site[s] = j
    now.sums[0] += rise
    now.sums[1] += more
    now.sums[2] += price
    return True


@compiled_bare
def anneal(land: Land, now: Now, tries: int, heat: float, above: float, rng: Rng) -> None:
    """So many tries at one heat; keeps the best plan that keeps the room."""
    points, seats = now.seat.shape[0], now.site.shape[0]
    for _ in range(tries):
        kind, i = below(rng, 8), below(rng, points)
        j = land.near[i, below(rng, land.near.shape[1])]
        if kind == 0:
            done = try_site(land, now, now.seat[i], j, heat, above, rng)
        elif kind < 4:
            k = land.back[j, below(rng, land.back.shape[1])]
            done = try_exchange(land, now, i, k, heat, above, rng)
        else:
            t = now.seat_of[j]
            t = below(rng, seats) if t < 0 else t
            done = try_move(land, now, i, t, heat, above, rng)
        if done and now.sums[1] == 0 and now.sums[0] < now.value[0]:
            now.value[0] = now.sums[0]
            for z in range(points):
                now.best[z] = now.site[now.seat[z]]
