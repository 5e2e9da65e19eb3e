"""Where the engine begins: each household's nearest members, and a plan that keeps the bounds."""

from __future__ import annotations

import numpy as np

from heliplan.codec import Ints
from heliplan.linking._costs import BLOCK, NEVER, Costs
from heliplan.linking._tiles import Tiles


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
            _seat(costs, member, todo, near[todo, place], room)
        _seat_anywhere(costs, member, room)
    if (member < 0).any() or (np.bincount(member, minlength=costs.members) < costs.low).any():
        return None
    return member


def _seat(costs: Costs, member: Ints, who: Ints, wanted: Ints, room: Ints) -> int:
    """Give each member the cheapest of those who want it, as far as there is room; how many were given."""
    cost = costs.pairs(who, wanted)
    order = np.lexsort((who, cost, wanted))
    sought = wanted[order]
    rank = np.arange(len(order)) - np.searchsorted(sought, sought)
    taken = order[(rank < room[sought]) & (cost[order] < NEVER)]
    member[who[taken]] = wanted[taken]
    room -= np.bincount(wanted[taken], minlength=len(room))
    return len(taken)


def _seat_anywhere(costs: Costs, member: Ints, room: Ints) -> None:
    """Those left over to the cheapest member with room, again and again until nothing moves."""
    while True:
        open_ = np.flatnonzero(room > 0)
        todo = np.flatnonzero(member < 0)
        if not len(open_) or not len(todo):
            return
        step, given = max(1, BLOCK // len(open_)), 0
        wanted = np.empty(len(todo), np.int64)
        for first in range(0, len(todo), step):
            who = todo[first : first + step]
            table = costs.pairs(np.repeat(who, len(open_)), np.tile(open_, len(who)))
            wanted[first : first + step] = open_[table.reshape(len(who), -1).argmin(axis=1)]
        given = _seat(costs, member, todo, wanted, room)
        if not given:
            return
