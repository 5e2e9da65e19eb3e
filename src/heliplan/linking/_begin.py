"""Where the engine begins: each household's nearest members, and a plan that keeps the bounds."""

from __future__ import annotations

import numpy as np

from heliplan.codec import Ints
from heliplan.linking._costs import BLOCK, NEVER, Costs
from heliplan.linking._tiles import Tiles

ASKS, SHIFTS = 8, 8
"""How often those left over ask for the cheapest member with room; how often for any."""


def nearest(tiles: Tiles, count: int) -> Ints:
    """About the ``count`` members of least net cost of every household, int [n, count], cheapest first."""
    costs = tiles.costs
    count = min(count, costs.members)
    found = np.empty((costs.households, count), np.int64)
    for household, some in tiles.nearest(count):
        table = costs.table(household, some)
        column = np.argpartition(table, count - 1, axis=1)[:, :count]
        order = np.argsort(np.take_along_axis(table, column, axis=1), axis=1, kind="stable")
        column = np.take_along_axis(column, order, axis=1)
        found[household] = column if some is None else some[column]
    return found


def balanced(costs: Costs, near: Ints) -> Ints | None:
    """A plan within the bounds, int [n], built by asking: first every ``low``, then up to ``high``.

    ``None`` if what is forbidden stands in the way; that alone does not prove that there is no plan.
    """
    member = np.full(costs.households, -1)
    for upto in (costs.low, costs.high):
        room = upto - np.bincount(member[member >= 0], minlength=costs.members)
        for place in range(near.shape[1]):
            todo = np.flatnonzero(member < 0)
            seat(costs, member, todo, near[todo, place], room)
        seat_anywhere(costs, member, room)
    if (member < 0).any() or (np.bincount(member, minlength=costs.members) < costs.low).any():
        return None
    return member


def seat(costs: Costs, member: Ints, who: Ints, wanted: Ints, room: Ints) -> None:
    """Give each member the cheapest of those who want it, as far as there is room."""
    cost = costs.pairs(who, wanted)
    order = np.lexsort((who, cost, wanted))
    sought = wanted[order]
    rank = np.arange(len(order)) - np.searchsorted(sought, sought)
    taken = order[(rank < room[sought]) & (cost[order] < NEVER)]
    member[who[taken]] = wanted[taken]
    room -= np.bincount(wanted[taken], minlength=len(room))


def seat_anywhere(costs: Costs, member: Ints, room: Ints) -> None:
    """Those left over to the cheapest member with room, a few times; then to any in turn."""
    for turn in range(ASKS + SHIFTS):
        seats, todo = np.flatnonzero(room > 0), np.flatnonzero(member < 0)
        if not len(seats) or not len(todo):
            return
        if turn < ASKS:
            wanted = _cheapest(costs, todo, seats)
        else:
            # many want the same one: hand the seats out in order, shifted where a ban was in the way
            seats = np.roll(np.repeat(seats, np.minimum(room[seats], len(todo))), turn - ASKS)
            todo = todo[: len(seats)]
            wanted = seats[: len(todo)]
        seat(costs, member, todo, wanted, room)


def _cheapest(costs: Costs, who: Ints, seats: Ints) -> Ints:
    """The cheapest of these members for each of these households."""
    step = max(1, BLOCK // len(seats))
    tables = (costs.table(who[a : a + step], seats) for a in range(0, len(who), step))
    return np.concatenate([seats[table.argmin(axis=1)] for table in tables])
