"""Cheapest schedules of a person: an exact dynamic program over the network of the contract.

Forward: the least cost of reaching every cell. Backward, from the last day to the first: the schedules whose
cost is within a slack of the least, or the best so many; the forward values are the exact cost of what is
still open, so nothing is followed in vain. Costs are integers: values are exact, and so is every bound
built on them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from heliplan import compiled
from heliplan.codec import Ints
from heliplan.shifts._network import GivenUpError, Network

Array = NDArray[Any]
Days = NDArray[np.int16]
"""A schedule as [H], or several as [N, H]: 0 for off, s + 1 for shift s."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Integer type of costs; above ``impossible`` a value stands for "cannot be"."""

    dtype: Any
    never: int

    @property
    def forbidden(self) -> int:
        """Cost of a choice that must not be made."""
        return self.never // 2

    @property
    def impossible(self) -> int:
        """See the class."""
        return self.never // 4

    @property
    def most(self) -> int:
        """What the costs of a schedule may add up to, either way."""
        return self.never // 8


CALL = 10_000  # one call in numpy costs about as much as so many arcs
WORTH = 20_000_000

SMALL = Scale(np.int32, 2**29)
WIDE = Scale(np.int64, 2**60)


class Loops:
    """The compiled loops, once there has been enough work to be worth the seconds that loading them takes.

    With them and without, values and schedules are the same. Without numba they never come.
    """

    def __init__(self) -> None:
        self._work = 0
        self._module: ModuleType | None = None
        self.wanted = compiled.at_hand()

    def after(self, arcs: int) -> ModuleType | None:
        """The loops, if they are worth it by now; ``arcs`` is the work to do next."""
        self._work += arcs + CALL
        if self._module is None and self.wanted and self._work > WORTH:
            self._module = import_module("heliplan.shifts._compiled")
        return self._module


class Paths:
    """The dynamic program on one network. Call :meth:`forward` first, then ask for schedules."""

    def __init__(self, network: Network, scale: Scale, loops: Loops) -> None:
        self.network, self.scale, self._loops = network, scale, loops
        self._value = np.empty(int(network.layer[-1]), scale.dtype)
        choices = [*(kind.shifts + 1 for kind in network.kinds), np.zeros(1, np.int64)]
        self._shifts = np.concatenate(choices)  # what every kind may stand for
        self._first = np.concatenate([[0], np.cumsum([len(choice) for choice in choices])])

    def forward(self, cost: Array) -> int:
        """Least cost of a schedule; above ``scale.impossible`` there is none.

        Parameters
        ----------
        cost : int [H, S + 1]
            Cost of a day off (column 0) and of every shift; ``scale.forbidden`` where it must not be.
        """
        if not self.network.possible:
            return self.scale.never
        kinds, self._priced = self.network.kinds, cost
        self._cost = np.empty((len(cost), len(kinds) + 1), self.scale.dtype)
        self._given = np.zeros(self._cost.shape, np.int16)
        self._cost[:, -1] = cost[:, 0]
        for index, kind in enumerate(kinds):
            part = cost[:, kind.shifts + 1]
            self._cost[:, index] = part.min(axis=1)
            self._given[:, index] = kind.shifts[part.argmin(axis=1)] + 1
        self._reach()
        return int(self._last.min())

    @property
    def _last(self) -> Array:
        last: Array = self._value[self.network.layer[-2] :]
        return last

    def _reach(self) -> None:
        net, value = self.network, self._value
        self._compiled = self._loops.after(len(net.source))
        if self._compiled is not None:
            self._compiled.forward(
                net.layer, net.first, net.source, net.kind, self._cost, self.scale.never, value
            )
            return
        value[0] = 0
        for day, cost in enumerate(self._cost):
            begin, end = net.layer[day + 1], net.layer[day + 2]
            arcs = slice(net.first[begin], net.first[end])
            reached = value[net.source[arcs]] + cost[net.kind[arcs]]
            least = np.minimum.reduceat(reached, net.first[begin:end] - net.first[begin])
            value[begin:end] = np.minimum(least, self.scale.never)

    def best(self) -> Days:
        """A cheapest schedule; of several the same one every time."""
        if self._compiled is None:
            only: Days = self.several(1)[1][0]
            return only
        net = self.network
        cell = int(net.layer[-2] + self._last.argmin())
        kinds = self._compiled.trace(net.first, net.source, net.kind, self._cost, self._value, cell)
        return np.asarray(self._given[np.arange(len(kinds)), kinds])

    def several(
        self, keep: int, slack: int = 0, all_or_none: bool = False, late: Callable[[], bool] = bool
    ) -> tuple[Ints, Days, bool]:
        """The ``keep`` best schedules that cost at most ``slack`` more than the least.

        With ``all_or_none`` there are none where there would be more than ``keep``.

        Returns
        -------
        cost : int [N]
        schedules : int [N, H]
            In order of cost; of equal cost always the same.
        complete : bool
            Whether these are all within the slack.

        Raises
        ------
        GivenUpError
            Where ``late()`` says so.
        """
        cap = min(int(self._last.min()) + slack, self.scale.impossible)
        cell = np.flatnonzero(self._last <= cap) + self.network.layer[-2]
        paid = np.zeros(len(cell), np.int64)
        days = np.zeros((len(cell), len(self._cost)), np.int16)
        complete = True
        for day in range(len(self._cost) - 1, -1, -1):
            if late():
                raise GivenUpError
            arc, origin, shift = self._ways_into(cell)
            paid = paid[origin] + self._priced[day, shift]
            bound = self._value[self.network.source[arc]] + paid
            order = np.argsort(bound, kind="stable")
            good = order[: np.searchsorted(bound[order], cap, side="right")]
            complete &= len(good) <= keep
            if all_or_none and not complete:
                return paid[:0], days[:0], False
            good = good[:keep]
            paid, days, cell = paid[good], days[origin[good]], self.network.source[arc[good]]
            days[:, day] = shift[good]
        return paid, days, complete

    def _ways_into(self, cell: Ints) -> tuple[Ints, Ints, Ints]:
        """Every arc into the cells with every shift it may stand for: arc, which of the cells, shift."""
        begin = self.network.first[cell]
        origin, offset = _repeat(self.network.first[cell + 1] - begin)
        arc = begin[origin] + offset
        kind = self.network.kind[arc]
        each, choice = _repeat(self._first[kind + 1] - self._first[kind])
        return arc[each], origin[each], self._shifts[self._first[kind[each]] + choice]


def _repeat(count: Ints) -> tuple[Ints, Ints]:
    """Every index as often as ``count`` says, and which of its times it is."""
    index = np.repeat(np.arange(len(count)), count)
    return index, np.arange(len(index)) - np.repeat(np.cumsum(count) - count, count)
