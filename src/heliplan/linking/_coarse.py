"""Prices to begin with on a large map: few groups of members first, then ever more and smaller ones.

On each level a sample of the households is shared out among the groups, and the prices found are carried
over to the next. Method: multiscale transport as in Schmitzer, "A sparse multiscale algorithm for dense
optimal transport" (J. Math. Imaging Vis. 56, 2016). Prices are only a start; nothing is proven by them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from heliplan.codec import Ints
from heliplan.linking import _near
from heliplan.stop import Watch

GROUPS, FINER = 64, 4
"""Groups on the first level; how many times more there are on the next."""

SAMPLE = 6
"""Households looked at for each group."""

FEW = 12
"""Cheapest members that are a household's candidates."""

HURRIED = 3
"""As many of them where time is up before the first are found."""

TRUST = 4
"""How many widths of a group prices may change before candidates are looked for again."""

ROUNDS = 60
"""At most so many such changes on a level."""

MEMORY = 3
"""Prices whose candidates are kept."""

LOT = 1 << 14
"""Households whose candidates are looked for between two looks at the clock."""

CLOSE = 1e-3
"""A level is left when value and bound are so close."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """Households and (groups of) members as places, with what the members may carry."""

    home: Floats
    place: Floats
    low: Ints
    high: Ints

    @property
    def width(self) -> int:
        """About the distance between neighbouring groups."""
        wide = np.ptp(self.home, axis=0) + 1.0
        return 1 + int(np.sqrt(wide[0] * wide[1] / len(self.place)))

    def candidates(
        self, loops: Any, price: Ints, watch: Watch | None = None, few: int = FEW
    ) -> tuple[Ints, Floats] | None:
        """(members, distance + price) of the cheapest few of every household, [n, few].

        ``None`` if ``watch`` ends it before all are found.
        """
        n = len(self.home)
        found = np.zeros((n, min(few, len(self.place))), np.int64)
        tree, costs = _near.tree(self.place), [np.zeros((0, found.shape[1]))]
        for begin in range(0, n, LOT):
            if watch is not None and watch.late:
                return None
            some = slice(begin, begin + LOT)
            costs.append(
                loops.cheapest_few(self.home[some], self.place, tree, price.astype(float), found[some])
            )
        return found, np.concatenate(costs)

    def proven(self, price: Ints, cost: Floats) -> float:
        """The bound that these prices give, with ``cost`` from :meth:`candidates`."""
        kept = np.where(price > 0, self.high, self.low)
        return float(cost[:, 0].sum() - (price * kept).sum())


def levels(whole: Level) -> Iterator[Level]:
    """From few groups to many; the whole itself is not among them."""
    n, m = len(whole.home), len(whole.place)
    groups = GROUPS
    deepest = max(1, n).bit_length() - 1
    home = whole.home[_near.halved(whole.home, deepest)]
    while groups * 2 < m:
        share = min(n, SAMPLE * groups)
        order = _near.halved(whole.place, groups.bit_length() - 1)
        cut = np.arange(groups + 1) * m // groups
        place = np.add.reduceat(whole.place[order], cut[:-1], axis=0) / np.diff(cut)[:, None]
        low, high = (
            np.diff(np.concatenate([[0], np.cumsum(bound[order])])[cut] * share // n)
            for bound in (whole.low, whole.high)
        )
        yield Level(home[np.arange(share) * n // share], place, low, np.maximum(low, high))
        groups *= FINER


def carried(loops: Any, coarse: Level, price: Ints, fine: Level) -> Ints:
    """Prices of the fine level: the mean of the nearest coarse ones, by distance."""
    found = np.zeros((len(fine.place), 4), np.int64)
    tree = _near.tree(coarse.place)
    way = loops.cheapest_few(fine.place, coarse.place, tree, np.zeros(len(price)), found)
    weight = 1 / (way + 1) ** 2
    mean: Ints = np.rint((weight * price[found]).sum(axis=1) / weight.sum(axis=1)).astype(np.int64)
    return mean


@dataclass(frozen=True, slots=True, eq=False)
class Start:
    """Where a level begins or ends.

    Attributes
    ----------
    price : int [M]
    found : int [n, some]
        Candidates of the last prices; in the last columns the latest, cheapest first.
    least : int [n]
        The least distance + price of each household at ``price``.
    member : int [n]
        Where the households went; some members may have too many or too few.
    """

    price: Ints
    found: Ints
    least: Ints
    member: Ints


def settled(loops: Any, level: Level, price: Ints, watch: Watch) -> Start:
    """Prices at which the households of a level nearly spread as the bounds ask for.

    Prices move within a trust region, which shrinks when what they prove gets worse. The candidates of
    the last few prices are kept.
    """
    n, m = len(level.home), len(level.place)
    state = loops.State(
        np.full(n, -1),
        np.zeros(n, np.int64),
        np.append(price, 0),
        np.zeros(m, np.int64),
        np.zeros(m + 1, np.int64),
    )
    best, trust, value = None, TRUST * level.width, None
    least = np.zeros(n, np.int64)
    seen: deque[tuple[Ints, Ints]] = deque(maxlen=MEMORY)
    for _ in range(ROUNDS):
        now = state.price[:m] - state.price[m]
        # the first ones are needed for any plan
        hurried = HURRIED if watch.late else FEW
        looked = level.candidates(loops, now, watch) if seen else level.candidates(loops, now, None, hurried)
        if looked is None:
            break
        member, cost = looked
        proven = level.proven(now, cost)
        seen.append((member, np.rint(cost).astype(np.int64) - now[member]))
        if best is None or proven > best:
            price, best, trust = now, proven, trust * 3 // 2
            least = np.rint(cost[:, 0]).astype(np.int64)
        else:
            state.price[:], trust = np.append(price, 0), 1 + trust // 3
        near_enough = value is not None and value - best <= value * CLOSE
        if near_enough or watch.over():
            break
        left = _moved(loops, level, state, seen, trust, watch)
        value = int(state.paid.sum()) if left == 0 else None
        if watch.over():
            break
    return Start(price, np.concatenate([found for found, _ in seen], axis=1), least, state.member)


def _moved(
    loops: Any, level: Level, state: Any, seen: deque[tuple[Ints, Ints]], trust: int, watch: Watch
) -> int:
    """Settle the households on the candidates seen; how many are left over."""
    member, cost = (np.concatenate(part, axis=1) for part in zip(*seen, strict=True))
    first = np.arange(len(member) + 1) * member.shape[1]
    net = loops.Net(first, member.ravel(), cost.ravel(), level.low, level.high - level.low)
    work = loops.room(len(member), len(level.low), member.size)
    left: int = loops.settle(net, state, work, trust, watch)
    return left


def start(loops: Any, whole: Level, watch: Watch) -> Start:
    """Prices of all members, from coarse to fine."""
    last: Level | None = None
    price = np.zeros(0, np.int64)
    for level in levels(whole):
        begin = np.zeros(len(level.place), np.int64) if last is None else carried(loops, last, price, level)
        price, last = settled(loops, level, begin, watch).price, level
    begin = np.zeros(len(whole.place), np.int64) if last is None else carried(loops, last, price, whole)
    return settled(loops, whole, begin, watch)
