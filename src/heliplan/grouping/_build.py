"""A first plan for a part: cut classes along a curve, or grow bodies around the units with least choice."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heappop, heappush
from itertools import pairwise

import numpy as np

from heliplan.codec import Ints
from heliplan.grouping._parts import Joining, Part
from heliplan.grouping._pools import Pools
from heliplan.grouping.problem import NONE, GroupingProblem
from heliplan.stop import Watch

MEDOID = 512  # candidates for a seat; in larger bodies those nearest to the middle


def cut(problem: GroupingProblem, joining: Joining, part: Part, shares: Pools) -> tuple[Ints, Ints]:
    """Local seats and kinds: each pool cut into its bodies along a space-filling curve.

    Bodies that miss the threshold are helped by exchanges with their neighbours on the curve; what cannot
    be helped is left out.
    """
    seat, kind = np.full(part.size, NONE), np.full(part.size, NONE)
    for units, count, column in zip(shares.units, shares.bodies, shares.kind, strict=True):
        order = units if problem.point is None else units[_curve(problem.point[part.units[units]])]
        bodies = [list(piece) for piece in np.array_split(order, count)]
        if not _lift(bodies, part.members, problem.threshold):
            bodies = _dealt(order, part.members, count, problem.most or len(order))
        for body in bodies:
            members = np.array(body)
            if part.members[members].sum() >= problem.threshold:
                seat[members] = medoid(joining, part, members, column)
                kind[members] = column
    return seat, kind


def medoid(joining: Joining, part: Part, body: Ints, kind: int) -> int:
    """The unit of a body to which all others have the least way in sum."""
    problem, units = joining.problem, part.units[body]
    if problem.point is None or len(body) == 1:
        return int(body[0])
    candidates = np.arange(len(body))
    if len(body) > MEDOID:
        middle = np.median(problem.point[units], axis=0)
        off = np.abs(problem.point[units] - middle).sum(axis=1)
        candidates = np.sort(np.argsort(off, kind="stable")[:MEDOID])
    ways = joining.way(units[:, None], units[candidates][None, :], np.array(kind)).sum(axis=0)
    return int(body[candidates[np.argmin(ways)]])


def _curve(point: Ints) -> Ints:
    """Order along a Morton curve."""
    shifted = (point - point.min(axis=0)).astype(np.uint64)
    code = np.zeros(len(point), np.uint64)
    for bit in range(25):  # coordinates span at most 2 * 10**7 < 2**25
        for axis in (0, 1):
            one = (shifted[:, axis] >> np.uint64(bit)) & np.uint64(1)
            code |= one << np.uint64(2 * bit + axis)
    return np.argsort(code, kind="stable")


def _lift(bodies: list[list[int]], members: Ints, threshold: int) -> bool:
    """Exchange units so that every body reaches the threshold; whether it could be done."""
    total = [int(members[body].sum()) for body in bodies]
    for short in range(len(bodies)):
        while total[short] < threshold:
            if not any(
                _swap(bodies, total, members, threshold, short, o) for o in _around(short, len(bodies))
            ):
                return False
    return True


def _around(middle: int, count: int) -> Iterator[int]:
    """The other places of a row of ``count``, nearest first."""
    for step in range(1, count):
        if middle >= step:
            yield middle - step
        if middle + step < count:
            yield middle + step


def _swap(
    bodies: list[list[int]], total: list[int], members: Ints, threshold: int, short: int, rich: int
) -> bool:
    """Change the poorest unit of a short body for a richer one of a body that can spare the difference."""
    spare = total[rich] - threshold
    if spare <= 0:
        return False
    poor = min(bodies[short], key=lambda unit: int(members[unit]))
    gains = [(int(members[unit] - members[poor]), unit) for unit in bodies[rich]]
    fitting = [(gain, unit) for gain, unit in gains if 0 < gain <= spare]
    if not fitting:
        return False
    gain, unit = max(fitting)
    bodies[short][bodies[short].index(poor)] = unit
    bodies[rich][bodies[rich].index(unit)] = poor
    total[short] += gain
    total[rich] -= gain
    return True


def _dealt(units: Ints, members: Ints, count: int, most: int) -> list[list[int]]:
    """Richest first, each to the poorest body with room: bodies of almost equal members."""
    bodies: list[list[int]] = [[] for _ in range(count)]
    poorest = [(0, at) for at in range(count)]
    for unit in units[np.argsort(-members[units], kind="stable")].tolist():
        total, at = heappop(poorest)
        bodies[at].append(unit)
        if len(bodies[at]) < most:
            heappush(poorest, (total + int(members[unit]), at))
    return bodies


def kept(problem: GroupingProblem, joining: Joining, part: Part) -> tuple[Ints, Ints]:
    """The bodies of the previous plan as far as they still keep the rules."""
    seat, kind = np.full(part.size, NONE), np.full(part.size, NONE)
    for old in np.unique(part.before[part.before >= 0]).tolist():
        body = np.flatnonzero(part.before == old)
        if part.before[old] != old:
            continue
        units = part.units[body]
        columns = np.unique(part.kind[part.seat == old])
        ways = joining.way(units[:, None], np.array(part.units[old]), np.maximum(columns, 0)[None, :])
        for column, fits in zip(columns.tolist(), (ways <= problem.longest()).T, strict=True):
            stays = body[fits][: problem.most]
            enough = part.members[stays].sum() >= problem.threshold
            if old in stays and enough and len(stays) > (seat == old).sum():
                seat[seat == old] = NONE
                seat[stays], kind[stays] = old, column
    return seat, kind


class Growing:
    """Bodies grown one after the other, units with the least choice first."""

    def __init__(self, problem: GroupingProblem, part: Part, seat: Ints, kind: Ints) -> None:
        self.part, self.threshold = part, problem.threshold
        self.most = part.size if problem.most is None else problem.most
        self.seat, self.kind = seat.copy(), kind.copy()
        self.must = np.isin(part.units, problem.fixed[:, 0])
        self._size = np.bincount(seat[seat >= 0], minlength=part.size).tolist()
        option = part.option
        order = np.argsort(part.unit, kind="stable")
        cuts = np.searchsorted(part.unit[order], np.arange(part.size + 1))
        self._joins = [option[order[a:b]].tolist() for a, b in pairwise(cuts)]
        hosts: list[list[int]] = [[] for _ in range(part.size)]
        for place, at in enumerate(part.seat.tolist()):
            hosts[at].append(place)
        self._hosts = hosts

    def grow(self, watch: Watch) -> tuple[Ints, Ints]:
        """Attach what fits to bodies there are, found new ones, attach the rest, while there is time."""
        choice = np.bincount(self.part.unit, minlength=self.part.size)
        order = np.lexsort((np.arange(self.part.size), choice, ~self.must)).tolist()
        self._attach(order)
        for unit in order:
            if watch.overdue:
                return self.seat, self.kind
            if self.seat[unit] == NONE:
                self._found(unit)
        self._attach(order)
        return self.seat, self.kind

    def _attach(self, order: list[int]) -> None:
        part = self.part
        for unit in order:
            if self.seat[unit] != NONE:
                continue
            there = [
                option
                for option in self._joins[unit]
                if self.seat[part.seat[option]] == part.seat[option]
                and self.kind[part.seat[option]] == part.kind[option]
                and self._size[part.seat[option]] < self.most
            ]
            if there:
                self._put([unit], min(there, key=lambda option: self._way(unit, option)))

    def _way(self, unit: int, option: int) -> int:
        low, high = self.part.first[option], self.part.first[option + 1]
        return int(self.part.way[low:high][self.part.unit[low:high] == unit][0])

    def _found(self, unit: int) -> None:
        """The best body that can be founded with this unit in it: the fullest, then the most compact."""
        best: tuple[tuple[int, int], list[int], int] | None = None
        for option in [*self._hosts[unit], *self._joins[unit]]:
            grown = self._grown(unit, option)
            if grown is not None and (best is None or grown[0] < best[0]):
                best = (*grown, option)
        if best is not None:
            self._put(best[1], best[2])

    def _grown(self, unit: int, option: int) -> tuple[tuple[int, int], list[int]] | None:
        part, host = self.part, int(self.part.seat[option])
        if self.seat[host] != NONE:
            return None
        low, high = part.first[option], part.first[option + 1]
        free = [
            (int(part.way[at]), int(part.unit[at]))
            for at in range(low, high)
            if self.seat[part.unit[at]] == NONE
        ]
        core = [host] if unit == host else [host, unit]
        others = [other for _, other in free if other not in core]
        body = self._reaching([*core, *others[: self.most - len(core)]], others, len(core))
        if body is None:
            return None
        ways = {other: way for way, other in free}
        return (-len(body), sum(ways.get(other, 0) for other in body)), body

    def _reaching(self, body: list[int], others: list[int], core: int) -> list[int] | None:
        """``body`` with far richer units for its poorest until it reaches the threshold, or ``None``."""
        members = self.part.members
        if len(body) > self.most:
            return None
        missing = self.threshold - int(members[body].sum())
        spare = sorted(others[len(body) - core :], key=lambda other: -int(members[other]))
        while missing > 0:
            if not spare or len(body) == core:
                return None
            poorest = min(body[core:], key=lambda other: int(members[other]))
            gain = int(members[spare[0]] - members[poorest])
            if gain <= 0:
                return None
            body[body.index(poorest)] = spare.pop(0)
            missing -= gain
        return body

    def _put(self, body: list[int], option: int) -> None:
        host = int(self.part.seat[option])
        self.seat[body] = host
        self.kind[body] = self.part.kind[option]
        self._size[host] += len(body)
