"""Flow on few pairs, prices from the flow, better pairs found by the prices: again until none is left."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np

from heliplan.codec import Ints
from heliplan.linking._begin import balanced, nearest
from heliplan.linking._costs import Costs
from heliplan.linking._feasible import Cut, widened
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

KEEP = 6
"""Candidates kept for a household, on average, from one round to the next: the best at the prices."""


def run(costs: Costs, watch: Watch, offset: int, progress: Progress | None) -> Outcome:
    """The least-cost plan of the free households.

    Parameters
    ----------
    offset : int
        What the value of the whole problem has beyond the cost of the free households.
    """
    everything = costs.households * costs.members <= ALL_PAIRS
    engine = "flow" if everything else "flow and pricing"
    if watch.over():
        return Outcome(engine)
    large = _large(costs, watch, offset, progress)
    if large is not None:
        return large
    tiles = Tiles.of(costs)
    pairs = _all_pairs(costs) if everything else _first_pairs(tiles)
    if isinstance(pairs, Cut):
        return Outcome(engine, cut=pairs)
    return _rounds(engine, tiles, pairs, watch, offset, progress)


def _large(costs: Costs, watch: Watch, offset: int, progress: Progress | None) -> Outcome | None:
    """What the engine for large maps finds; ``None`` where it is of no use."""
    if costs.households * costs.members < LARGE or not isinstance(costs.near, Points) or len(costs.never):
        return None
    if find_spec("numba") is None:
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
    while True:
        member = cheapest(costs, pairs)
        price = prices(costs, pairs, member, price)
        cost = costs.pairs(every, member)
        paid = cost + price[member]
        key, total = better_pairs(tiles, price, paid)
        proven, before, value = bound(costs, price, total), value, int(cost.sum())
        best = proven if best is None else max(best, proven)
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
