"""Flow on few pairs, prices from the flow, better pairs found by the prices: again until none is left."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from typing import Any

import numpy as np

from heliplan import compiled
from heliplan.codec import Ints
from heliplan.linking._begin import balanced, nearest
from heliplan.linking._costs import Costs
from heliplan.linking._exchange import exchanged
from heliplan.linking._feasible import Cut, widened
from heliplan.linking._first import first, least
from heliplan.linking._flow import Pairs, cheapest, prices
from heliplan.linking._outcome import Outcome
from heliplan.linking._pricing import better_pairs, bound
from heliplan.linking._tiles import Tiles
from heliplan.linking.problem import Points
from heliplan.stop import Event, Progress, Watch

ALL_PAIRS = 1 << 16
"""Up to so many pairs, all of them are given to the flow at once."""

LARGE = 1 << 27
"""From so many pairs of points on, the loops for large maps are worth loading."""

NEAREST = 16
"""Members of a household among the first candidates."""

FLOW = 150_000
"""Pairs of a round in a second, at worst."""

KEEP = 6
"""Candidates kept for a household, on average, from one round to the next: the best at the prices."""


def run(costs: Costs, watch: Watch, offset: int, progress: Progress | None) -> Outcome:
    """The least-cost plan of the free households.

    Parameters
    ----------
    offset : int
        What the value of the whole problem has beyond the cost of the free households.
    """
    begun = first(costs)
    known = Outcome("first", begun, None if begun is None else least(costs))
    if begun is not None and progress is not None:
        value = int(costs.pairs(np.arange(costs.households), begun).sum())
        progress(Event("first", watch.seconds, value + offset))
    found = known if watch.over() else _searched(costs, watch, offset, progress)
    if found.cut is not None:
        return found
    if found.member is None or found.bound is None:
        if begun is None:
            return known
        return Outcome("exchange", exchanged(costs, begun, watch), known.bound)
    return replace(found, bound=max(found.bound, least(costs)))


def _searched(costs: Costs, watch: Watch, offset: int, progress: Progress | None) -> Outcome:
    """What the engine for these costs finds; nothing where the clock leaves no time for a flow."""
    everything = costs.households * costs.members <= ALL_PAIRS
    engine = "flow" if everything else "flow and pricing"
    large = _large(costs, watch, offset, progress)
    if large is not None:
        return large
    if not _time_for(costs.households * min(costs.members, NEAREST), watch):
        return Outcome(engine)
    tiles = Tiles.of(costs)
    pairs = _candidates(tiles)
    if isinstance(pairs, Cut):
        return Outcome(engine, cut=pairs)
    return _rounds(engine, tiles, pairs, watch, offset, progress)


def cut_of(costs: Costs, watch: Watch) -> Cut | None:
    """The smallest cut that no flow can pass; ``None`` when there is a plan, or no time to know."""
    if not _time_for(costs.households * min(costs.members, NEAREST), watch):
        return None
    found = _candidates(Tiles.of(costs))
    return found if isinstance(found, Cut) else None


def _candidates(tiles: Tiles) -> Pairs | Cut:
    """Pairs that carry a plan, all of them where they are few."""
    everything = tiles.costs.households * tiles.costs.members <= ALL_PAIRS
    return _all_pairs(tiles.costs) if everything else _first_pairs(tiles)


def _time_for(pairs: int, watch: Watch) -> bool:
    """Whether a round on so many pairs, which hears no clock, is likely to end in time."""
    return watch.remaining is None or pairs <= watch.remaining * FLOW


def _large(costs: Costs, watch: Watch, offset: int, progress: Progress | None) -> Outcome | None:
    """What the engine for large maps finds; ``None`` where it is of no use."""
    if costs.households * costs.members < LARGE or not isinstance(costs.near, Points) or len(costs.never):
        return None
    if not compiled.at_hand():
        return None
    engine: Any = import_module("heliplan.linking._large")  # loads numba, so not before it is needed
    found: Outcome = engine.run(costs, watch, offset, progress)
    return found


def _all_pairs(costs: Costs) -> Pairs | Cut:
    pairs = Pairs.of(costs, np.arange(costs.households * costs.members))
    return widened(costs, pairs) if len(costs.never) else pairs


def _first_pairs(tiles: Tiles) -> Pairs | Cut:
    """Near members, all credits, and enough pairs for a plan within the bounds."""
    costs = tiles.costs
    every = np.arange(costs.households) * costs.members
    near = nearest(tiles, NEAREST)
    plan = balanced(costs, near)
    key = [costs.key, (every[:, None] + near).ravel()]
    if plan is not None:
        return Pairs.of(costs, np.concatenate([*key, every + plan]))
    return widened(costs, Pairs.of(costs, np.concatenate(key)))


def _rounds(
    engine: str, tiles: Tiles, pairs: Pairs, watch: Watch, offset: int, progress: Progress | None
) -> Outcome:
    costs, every = tiles.costs, np.arange(tiles.costs.households)
    price, turn, stalled = np.zeros(costs.members, np.int64), 0, 0
    value: int | None = None
    best: int | None = None
    kept_plan: Ints | None = None
    while True:
        if not _time_for(len(pairs.cost), watch):
            return Outcome(engine, kept_plan, best)
        member = cheapest(costs, pairs)
        price = prices(costs, pairs, member, price)
        cost = costs.pairs(every, member)
        paid = cost + price[member]
        key, total = better_pairs(tiles, price, paid)
        proven, before, value = bound(costs, price, total), value, int(cost.sum())
        best = proven if best is None else max(best, proven)
        kept_plan = member
        improved, turn = before is None or value < before, turn + 1
        stalled = 0 if improved else stalled + 1
        if progress is not None:
            progress(Event("linking", watch.seconds, value + offset, best + offset, turn))
        if watch.close_enough(value + offset, best + offset) or watch.over(turn, stalled):
            return Outcome(engine, member, best)
        # dropping pairs while the value stands still could go round in circles
        kept = _kept(costs, pairs, price, paid) if improved else pairs.key(costs.members)
        pairs = Pairs.of(costs, np.concatenate([kept, key, costs.key]))


def _kept(costs: Costs, pairs: Pairs, price: Ints, paid: Ints) -> Ints:
    """Keys of the candidates of least reduced cost; those of the flow have 0 and are among them."""
    key, most = pairs.key(costs.members), KEEP * costs.households
    if len(key) <= most:
        return key
    reduced = pairs.cost + price[pairs.member] - paid[pairs.household]
    kept: Ints = key[reduced <= np.partition(reduced, most)[most]]
    return kept
