"""The best body at every seat for given prices: a knapsack with a count and a threshold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from heliplan.codec import Ints
from heliplan.grouping._parts import Part

Floats = NDArray[np.float64]

FULL = 2 * 10**6  # cells of the table below which it is quick


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """A part laid out for dynamic programming: joins of option h in row h, padded to L columns.

    Attributes
    ----------
    unit : int [H, L]
        Local unit, -1 where there is none.
    join : int [H, L]
        Its place among the part's joins.
    members : int [H, L]
    need : int [H]
        Members that a body needs besides its seat's.
    room : int or None
        Most units besides the seat; ``None`` where all would fit.
    """

    unit: Ints
    join: Ints
    members: Ints
    need: Ints
    room: int | None

    @property
    def cells(self) -> int:
        """How large the dynamic program is."""
        return self.unit.size * (1 + (self.room or 0)) * (1 + int(self.need.max(initial=0)))


def table(part: Part, threshold: int, most: int | None) -> Table:
    """Lay out a part."""
    size = np.diff(part.first)
    width = int(size.max(initial=0))
    unit = np.full((len(part.seat), width), -1)
    join = np.zeros_like(unit)
    row = part.option
    column = np.arange(len(part.unit)) - part.first[row]
    unit[row, column], join[row, column] = part.unit, np.arange(len(part.unit))
    members = np.where(unit >= 0, part.members[unit], 0) if part.size else unit
    need = np.maximum(0, threshold - part.members[part.seat])
    room = None if most is None or most > width else most - 1
    return Table(unit, join, members, need, room)


def best_bodies(lay: Table, base: Floats, price: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """The cheapest body of every option.

    Classic knapsack recursion (Bellman): ``f[c, m]`` is the least price of at most c of the units looked
    at so far with at least m members; rows are all options at once.

    Parameters
    ----------
    base : float [H]
        Price of the seat.
    price : float [H, L]
        Price of each join (ignored where padded).

    Returns
    -------
    value : float [H]
        Infinite where no body reaches the threshold.
    taken : bool [H, L]
    """
    height, width = lay.unit.shape
    counted = lay.room is not None
    rooms, needs = (lay.room or 0) + 1, int(lay.need.max(initial=0)) + 1
    best = np.full((height, rooms, needs), np.inf)
    best[:, :, 0] = 0.0
    took = np.zeros((width, height, rooms, needs), bool)
    rows, wants = np.arange(height)[:, None], np.arange(needs)
    for at in range(width):
        rest = np.maximum(0, wants - lay.members[:, at, None])
        cost = np.where(lay.unit[:, at] >= 0, price[:, at], np.inf)[:, None, None]
        before = best[:, :-1] if counted else best
        there = np.take_along_axis(before, rest[:, None, :], axis=2) + cost
        mine = best[:, 1:] if counted else best
        better = there < mine
        took[at, :, rooms - there.shape[1] :] = better
        best[:, rooms - there.shape[1] :] = np.where(better, there, mine)
    value = base + best[rows[:, 0], -1, lay.need]
    return value, _trace(lay, took, counted)


def _trace(lay: Table, took: NDArray[np.bool_], counted: bool) -> NDArray[np.bool_]:
    width, height, rooms, _ = took.shape
    rows = np.arange(height)
    room, want = np.full(height, rooms - 1), lay.need.copy()
    taken = np.zeros((height, width), bool)
    for at in range(width - 1, -1, -1):
        use = took[at, rows, room, want]
        taken[:, at] = use
        room = room - (use & counted)
        want = np.where(use, np.maximum(0, want - lay.members[:, at]), want)
    return taken


def enumerate_bodies(
    lay: Table, base: Floats, price: Floats, slack: Floats, limit: int
) -> list[tuple[int, tuple[int, ...]]] | None:
    """Every body whose price is at most the option's slack, as (option, columns of the table).

    ``None`` if there are more than ``limit`` or the search for them is too long.
    """
    found: list[tuple[int, tuple[int, ...]]] = []
    steps = [20 * limit]
    for option in np.flatnonzero(np.isfinite(slack)).tolist():
        columns = np.flatnonzero(lay.unit[option] >= 0)
        columns = columns[np.argsort(price[option, columns], kind="stable")]
        search = _Search(
            option=option,
            columns=columns.tolist(),
            price=price[option, columns].tolist(),
            members=lay.members[option, columns].tolist(),
            need=int(lay.need[option]),
            found=found,
            steps=steps,
        )
        room = len(columns) if lay.room is None else lay.room
        search.extend(0, room, float(slack[option] - base[option]), 0, ())
        if steps[0] <= 0 or len(found) > limit:
            return None
    return found


@dataclass(slots=True)
class _Search:
    """Depth-first over the units of one option, cheapest first."""

    option: int
    columns: list[int]
    price: list[float]
    members: list[int]
    need: int
    found: list[tuple[int, tuple[int, ...]]]
    steps: list[int]

    def extend(self, at: int, room: int, left: float, members: int, taken: tuple[int, ...]) -> None:
        """Bodies that hold ``taken`` and only units from ``at`` on, with ``left`` to spend."""
        self.steps[0] -= 1
        if self.steps[0] <= 0:
            return
        if left >= 0 and members >= self.need:
            self.found.append((self.option, taken))
        if room == 0:
            return
        for next_ in range(at, len(self.columns)):
            # the cheapest that could still follow: prices ascend
            if self.price[next_] > 0 and self.price[next_] > left:
                return
            if left < sum(min(0.0, price) for price in self.price[next_ : next_ + room]):
                return
            self.extend(
                next_ + 1,
                room - 1,
                left - self.price[next_],
                members + self.members[next_],
                (*taken, self.columns[next_]),
            )
