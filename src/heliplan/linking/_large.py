"""The engine for large maps: good prices first, then exact flows that begin at them.

Loads numba; without it the loops run interpreted, which is for trying small cases only.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from heliplan.codec import Ints
from heliplan.linking import _loops
from heliplan.linking._begin import seat
from heliplan.linking._coarse import FEW, Level, starting_prices
from heliplan.linking._costs import Costs
from heliplan.linking._flow import Pairs
from heliplan.linking._near import halved
from heliplan.linking._outcome import Outcome
from heliplan.linking._pricing import bound
from heliplan.linking.problem import Points
from heliplan.stop import Event, Progress, Watch

ENGINE = "flow from coarse prices"

KEEP = 12
"""Candidates kept for a household, on average, from one round to the next."""

STRIDE = 4
"""How many widths of a member's ground prices may change between two looks at the clock."""


def run(costs: Costs, watch: Watch, offset: int, progress: Progress | None) -> Outcome:
    """The least-cost plan of free households on a map: nothing forbidden, and enough places."""
    near = costs.near
    if not isinstance(near, Points):
        raise TypeError("only for points")
    places = (near.households[costs.who].astype(float), near.members.astype(float))
    level = Level(*places, costs.low, costs.high)
    price, found = starting_prices(_loops, level, watch)
    plan = _first_plan(costs, level, found)
    return _rounds(_Search(costs, level, plan, found, price), watch, offset, progress)


def _first_plan(costs: Costs, level: Level, found: Ints) -> Ints:
    """A plan within the bounds: households ask their candidates, those left over go to seats on their side.

    ``found`` holds the latest candidates in its last columns, cheapest first.
    """
    member = np.full(costs.households, -1)
    for upto in (costs.low, costs.high):
        room = upto - np.bincount(member[member >= 0], minlength=costs.members)
        for place in range(max(0, found.shape[1] - FEW), found.shape[1]):
            todo = np.flatnonzero(member < 0)
            seat(costs, member, todo, found[todo, place], room)
        seats, todo = np.repeat(np.arange(costs.members), room), np.flatnonzero(member < 0)
        seats, todo = _side_by_side(level, seats, todo)
        member[todo] = seats
    return member


def _side_by_side(level: Level, seats: Ints, todo: Ints) -> tuple[Ints, Ints]:
    """As many seats as households, both in the order of the map."""
    both = np.concatenate([level.place[seats], level.home[todo]])
    order = halved(both, max(0, len(both).bit_length() - 1))
    seats, todo = seats[order[order < len(seats)]], todo[order[order >= len(seats)] - len(seats)]
    count = min(len(seats), len(todo))
    pick = np.arange(count)
    return seats[pick * len(seats) // max(1, count)], todo[pick * len(todo) // max(1, count)]


@dataclass(slots=True, eq=False)
class _Search:
    """Where the search stands: the best plan so far, candidates of every household, and prices."""

    costs: Costs
    level: Level
    plan: Ints
    found: Ints
    price: Ints

    def first_pairs(self) -> Pairs:
        """What was found, the plan, and all credits."""
        every = np.arange(self.costs.households) * self.costs.members
        key = [(every[:, None] + self.found).ravel(), every + self.plan, self.costs.key]
        return Pairs.of(self.costs, np.concatenate(key))

    def value(self, member: Ints) -> int:
        """The cost of a plan."""
        return int(self.costs.pairs(np.arange(len(member)), member).sum())

    def look(self, paid: Ints) -> tuple[Ints, int]:
        """Keys of pairs with ``cost + price`` below what is paid, and the bound that the prices prove."""
        member, cost = self.level.candidates(_loops, self.price)
        household, place = np.nonzero(cost < paid[:, None])
        key: Ints = household * self.costs.members + member[household, place]
        least = np.minimum(paid, np.rint(cost[:, 0]).astype(np.int64))
        return key, bound(self.costs, self.price, int(least.sum()))


def _rounds(search: _Search, watch: Watch, offset: int, progress: Progress | None) -> Outcome:
    costs, pairs = search.costs, search.first_pairs()
    m, value = costs.members, search.value(search.plan)
    state = _begin(search)
    best, turn, stalled = _least(search, pairs)[1], 0, 0
    while not watch.over(turn, stalled) and not watch.close_enough(value + offset, best + offset):
        ended = _flow(search, pairs, state, watch)
        search.price = state.price[:m] - state.price[m]
        paid = state.paid + search.price[state.member]
        key, proven = search.look(paid)
        best, turn, stalled = max(best, proven), turn + 1, stalled + 1
        if ended and (cost := int(state.paid.sum())) < value:
            value, stalled, search.plan = cost, 0, state.member.copy()
        if progress is not None:
            progress(Event("linking", watch.seconds, value + offset, best + offset, turn))
        # dropping pairs while the value stands still could go round in circles
        kept = _kept(pairs, search.price, paid, m) if ended and not stalled else pairs.key(m)
        pairs = Pairs.of(costs, np.concatenate([kept, key, costs.key]))
    return Outcome(ENGINE, search.plan, best)


def _begin(search: _Search) -> _loops.State:
    n, m = search.costs.households, search.costs.members
    nobody, nothing = np.full(n, -1), np.zeros(m, np.int64)
    return _loops.State(
        nobody, np.zeros(n, np.int64), np.append(search.price, 0), nothing, np.zeros(m + 1, np.int64)
    )


def _least(search: _Search, pairs: Pairs) -> tuple[Ints, int]:
    """What the candidates and all others prove at the prices that the search begins with."""
    first = np.searchsorted(pairs.household, np.arange(search.costs.households))
    return search.look(np.minimum.reduceat(pairs.cost + search.price[pairs.member], first))


def _flow(search: _Search, pairs: Pairs, state: _loops.State, watch: Watch) -> bool:
    """A least-cost flow on the pairs from where the state stands; false if time ended it before."""
    costs = search.costs
    first = np.searchsorted(pairs.household, np.arange(costs.households + 1))
    net = _loops.Net(first, pairs.member, pairs.cost, costs.low, costs.high - costs.low)
    work = _loops.room(costs.households, costs.members, len(pairs.cost))
    while _loops.settle(net, state, work, STRIDE * search.level.width):
        if watch.over():
            return False
    return True


def _kept(pairs: Pairs, price: Ints, paid: Ints, members: int) -> Ints:
    """Keys of the candidates of least reduced cost; those of the flow have 0 and are among them."""
    key, most = pairs.key(members), KEEP * len(paid)
    if len(key) <= most:
        return key
    reduced = pairs.cost + price[pairs.member] - paid[pairs.household]
    kept: Ints = key[reduced <= np.partition(reduced, most)[most]]
    return kept
