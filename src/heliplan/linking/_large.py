"""The engine for large maps: good prices first, then exact flows that begin at them.

Loads numba; without it the loops run interpreted, which is for trying small cases only.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from heliplan.codec import Ints
from heliplan.linking import _loops
from heliplan.linking._begin import seat, seat_anywhere
from heliplan.linking._coarse import FEW, Level, Start, start
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

PRICING = 0.9
"""Share of the time that good prices may take, so that there is some left for a plan."""

FINISH = 6e-6
"""Seconds kept back for each household, in which a plan is made of the prices."""

HURRIED = 20
"""Passes towards a plan, as many of them as there is time for."""

LOOKED_AT = 1 << 24
"""Up to so many pairs of households and seats, each asks for the cheapest."""

STRIDE = 4
"""How many widths of a member's ground prices may change between two looks at the clock."""


def run(costs: Costs, watch: Watch, offset: int, progress: Progress | None) -> Outcome:
    """The least-cost plan of free households on a map: nothing forbidden, and enough places."""
    near = costs.near
    if not isinstance(near, Points):
        raise TypeError("only for points")
    places = (near.households[costs.who].astype(float), near.members.astype(float))
    level = Level(*places, costs.low, costs.high)
    left, kept = watch.remaining, FINISH * costs.households
    share = PRICING if not left else max(0.1, min(PRICING, 1 - kept / left))
    begin = start(_loops, level, watch.share(share))
    plan = _whole(costs, level, begin, begin.member, begin.price, watch)
    return _rounds(_Search(costs, level, plan, begin), watch, offset, progress)


def _whole(costs: Costs, level: Level, begin: Start, member: Ints, price: Ints, watch: Watch) -> Ints:
    """A plan within the bounds, near to ``member`` (int [n], -1 for nowhere yet).

    Where members have too many, others move up to make room. Who is left over asks his candidates, then for
    any seat that is free, and where those are many, gets one on his side of the map.
    """
    found = begin.found[:, -min(FEW, costs.members) :]  # the latest, cheapest first
    member = _let_go(costs, _hurried(costs, found, price, member, watch))
    for upto in (costs.low, costs.high):
        room = np.maximum(0, upto - np.bincount(member[member >= 0], minlength=costs.members))
        for wanted in found.T:
            todo = np.flatnonzero(member < 0)
            seat(costs, member, todo, wanted[todo], room)
        if int((member < 0).sum()) * int((room > 0).sum()) <= LOOKED_AT:
            seat_anywhere(costs, member, room)
        seats, todo = np.repeat(np.arange(costs.members), room), np.flatnonzero(member < 0)
        seats, todo = _side_by_side(level, seats, todo)
        member[todo] = seats
    return member


def _hurried(costs: Costs, found: Ints, price: Ints, member: Ints, watch: Watch) -> Ints:
    """``member`` with as many moved on as a few passes can, from who has too many towards who has too few."""
    n, m = costs.households, costs.members
    every = np.arange(n)
    member = np.where(member < 0, found[:, 0], member)
    load = np.bincount(member, minlength=m)
    extra = np.clip(load - costs.low, 0, costs.high - costs.low)
    excess = np.append(load - costs.low - extra, int((costs.low + extra).sum()) - n)
    state = _loops.State(member, costs.pairs(every, member), np.append(price, 0), extra, excess)
    first, head = np.arange(n + 1) * found.shape[1], found.ravel()
    cost = costs.pairs(np.repeat(every, found.shape[1]), head)
    net = _loops.Net(first, head, cost, costs.low, costs.high - costs.low)
    work = _loops.room(n, m, len(head))
    for _ in range(HURRIED):
        if watch.overdue or not _loops.hurry(net, state, work):
            break
    return state.member


def _let_go(costs: Costs, member: Ints) -> Ints:
    """Where members have too many, or others need them, the dearest households go (-1)."""
    who = np.flatnonzero(member >= 0)
    cost = costs.pairs(who, member[who])
    order = np.lexsort((cost, member[who]))
    who, cost, kept = who[order], cost[order], member.copy()
    at = member[who]
    rank = np.arange(len(at)) - np.searchsorted(at, at)
    kept[who[rank >= costs.high[at]]] = -1
    load = np.bincount(kept[kept >= 0], minlength=costs.members)
    short = int(np.maximum(0, costs.low - load).sum()) - int((kept < 0).sum())
    spare = np.flatnonzero((rank >= costs.low[at]) & (rank < costs.high[at]))
    spare = spare[np.argsort(-cost[spare], kind="stable")]
    kept[who[spare[: max(0, short)]]] = -1
    return kept


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
    begin: Start

    def first_pairs(self) -> Pairs:
        """What was found, the plan, and all credits."""
        every = np.arange(self.costs.households) * self.costs.members
        key = [(every[:, None] + self.begin.found).ravel(), every + self.plan, self.costs.key]
        return Pairs.of(self.costs, np.concatenate(key))

    def value(self, member: Ints) -> int:
        """The cost of a plan."""
        return int(self.costs.pairs(np.arange(len(member)), member).sum())

    def look(self, price: Ints, paid: Ints, watch: Watch) -> tuple[Ints, int] | None:
        """Keys of pairs with ``cost + price`` below what is paid, and the bound that the prices prove.

        ``None`` if ``watch`` ends it before all pairs were looked at.
        """
        looked = self.level.candidates(_loops, price, watch)
        if looked is None:
            return None
        member, cost = looked
        household, place = np.nonzero(cost < paid[:, None])
        key: Ints = household * self.costs.members + member[household, place]
        least = np.minimum(paid, np.rint(cost[:, 0]).astype(np.int64))
        return key, bound(self.costs, price, int(least.sum()))

    def first_bound(self) -> int:
        """What the prices that the search begins with prove."""
        costs, price, least = self.costs, self.begin.price, self.begin.least.copy()
        household, member = np.divmod(costs.key, max(1, costs.members))
        np.minimum.at(least, household, costs.pairs(household, member) + price[member])
        return bound(costs, price, int(least.sum()))


def _rounds(search: _Search, watch: Watch, offset: int, progress: Progress | None) -> Outcome:
    costs, m, value = search.costs, search.costs.members, search.value(search.plan)
    best, turn, stalled = search.first_bound(), 0, 0
    over = watch.over() or watch.close_enough(value + offset, best + offset)
    if progress is not None:
        progress(Event("linking", watch.seconds, value + offset, best + offset, turn))
    state = _state(search)
    pairs = Pairs.of(costs, costs.key) if over else search.first_pairs()
    while not over:
        ended = _flow(search, pairs, state, watch)
        member = state.member.copy()
        if not ended:
            member = _whole(
                costs, search.level, search.begin, member, state.price[:m] - state.price[m], watch
            )
        turn, stalled = turn + 1, stalled + 1
        if (cost := search.value(member)) < value:
            value, stalled, search.plan = cost, 0, member
        if ended:
            price = state.price[:m] - state.price[m]
            paid = state.paid + price[state.member]
            if (looked := search.look(price, paid, watch)) is not None:
                key, proven = looked
                best = max(best, proven)
                # dropping pairs while the value stands still could go round in circles
                kept = pairs.key(m) if stalled else _kept(pairs, price, paid, m)
                pairs = Pairs.of(costs, np.concatenate([kept, key, costs.key]))
        if progress is not None:
            progress(Event("linking", watch.seconds, value + offset, best + offset, turn))
        over = watch.over(turn, stalled) or watch.close_enough(value + offset, best + offset)
    return Outcome(ENGINE, search.plan, best)


def _state(search: _Search) -> _loops.State:
    n, m = search.costs.households, search.costs.members
    nobody, nothing = np.full(n, -1), np.zeros(m, np.int64)
    price = np.append(search.begin.price, 0)
    return _loops.State(nobody, np.zeros(n, np.int64), price, nothing, np.zeros(m + 1, np.int64))


def _flow(search: _Search, pairs: Pairs, state: _loops.State, watch: Watch) -> bool:
    """A least-cost flow on the pairs from where the state stands; false if time ended it before."""
    costs = search.costs
    first = np.searchsorted(pairs.household, np.arange(costs.households + 1))
    net = _loops.Net(first, pairs.member, pairs.cost, costs.low, costs.high - costs.low)
    work = _loops.room(costs.households, costs.members, len(pairs.cost))
    while _loops.settle(net, state, work, STRIDE * search.level.width, watch):
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
