"""A first plan within the bounds, before any flow, and what can be said of every plan without one."""

from __future__ import annotations

import numpy as np

from heliplan.codec import Ints
from heliplan.linking._begin import balanced, nearest
from heliplan.linking._costs import NEVER, Costs
from heliplan.linking._tiles import Tiles
from heliplan.linking.problem import Points

LOOKED_AT = 1 << 22
"""Up to so many pairs, every household asks for its nearest members."""

NEAREST = 8

BITS = 16
"""Binary digits of a place on the curve, each way."""


def first(costs: Costs) -> Ints | None:
    """A plan of the free households, int [n]; ``None`` where none was found, which proves nothing."""
    possible = int(costs.low.sum()) <= costs.households <= int(costs.high.sum())
    if not costs.members or not possible:
        return None
    if costs.households * costs.members > LOOKED_AT and isinstance(costs.near, Points):
        plan = _side_by_side(costs, costs.near)
        if (costs.pairs(np.arange(costs.households), plan) < NEVER).all():
            return plan
    return balanced(costs, nearest(Tiles.of(costs), NEAREST))


def least(costs: Costs) -> int:
    """No plan costs less: no way is shorter than to the nearest member, no credit better than the best."""
    ways = 0
    if isinstance(costs.near, Points) and costs.members:
        from scipy.spatial import cKDTree  # noqa: PLC0415 - the two tables, which have no points, do without

        apart = cKDTree(costs.near.members).query(costs.near.households[costs.who])[0]
        ways = int(np.maximum(0, np.floor(apart * (1 - 1e-9))).sum())
    if not len(costs.key):
        return ways
    where = np.flatnonzero(np.diff(costs.key // costs.members, prepend=-1))
    return ways - int(np.maximum.reduceat(costs.credit, where).sum())


def _side_by_side(costs: Costs, near: Points) -> Ints:
    """Places within the bounds, handed out along a curve through the map (Morton 1966)."""
    every = np.arange(costs.members)
    home = near.households[costs.who]
    low = np.minimum(home.min(axis=0), near.members.min(axis=0))
    wide = 1 + int(np.concatenate([home - low, near.members - low]).max())
    member_order = every[np.argsort(_curve(near.members - low, wide), kind="stable")]
    extra = np.repeat(member_order, (costs.high - costs.low)[member_order])
    missing = costs.households - int(costs.low.sum())
    extra = extra[np.arange(missing) * len(extra) // max(1, missing)]
    load = costs.low + np.bincount(extra, minlength=costs.members)
    plan = np.empty(costs.households, np.int64)
    plan[np.argsort(_curve(home - low, wide), kind="stable")] = np.repeat(member_order, load[member_order])
    return plan


def _curve(place: Ints, wide: int) -> Ints:
    """Where places stand on the curve: the binary digits of both coordinates in turns."""
    step = np.clip(place.astype(float) / wide, 0, 1)
    digits = (step * ((1 << BITS) - 1)).astype(np.int64)
    found = np.zeros(len(place), np.int64)
    for bit in range(BITS):
        for axis in (0, 1):
            found |= ((digits[:, axis] >> bit) & 1) << (2 * bit + axis)
    return found
