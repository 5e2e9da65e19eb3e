"""The master problem: one schedule for each person out of those found so far, at the least cost of cover."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray

from heliplan.highs import Entries, Task, quiet, sure
from heliplan.shifts._paths import Days
from heliplan.shifts._run import Run
from heliplan.shifts._staff import Cheapest, Staff

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Some people, what they may do, and the cover that is asked of them.

    Attributes
    ----------
    people : tuple of int [n]
    required : int64 [H, S]
        Below 0 where the others are too many already.
    allowed : bool [n, H, S + 1]
        Column 0 is off.
    everything : bool
        Whether this is the whole problem, so that bounds of the part are bounds of it.
    """

    staff: Staff
    people: tuple[int, ...]
    required: Whole
    allowed: Bools
    everything: bool = False

    @classmethod
    def whole(cls, staff: Staff) -> Part:
        """Everybody."""
        return cls(staff, tuple(range(staff.problem.people)), staff.problem.required, staff.allowed, True)

    @classmethod
    def of(cls, staff: Staff, plan: Days, people: tuple[int, ...]) -> Part:
        """These people, all others as in the plan."""
        required = staff.problem.required - staff.given(np.delete(plan, people, axis=0))
        return cls(staff, people, required, staff.allowed[list(people)])

    @classmethod
    def window(cls, staff: Staff, plan: Days, days: slice) -> Part:
        """Everybody on these days, all other days as in the plan."""
        allowed = plan[:, :, None] == np.arange(staff.problem.shifts + 1)
        allowed[:, days] = staff.allowed[:, days]
        return cls(staff, tuple(range(len(plan))), staff.problem.required, allowed)

    def cheapest(
        self, position: int, price: Whole, allowed: Bools | None = None, exact: bool = False
    ) -> Cheapest:
        """The cheapest schedule of the person at a position, ``allowed`` in place of what is."""
        allowed = self.allowed if allowed is None else allowed
        return self.staff.cheapest(self.people[position], price, allowed[position], exact)

    def value(self, plan: Days) -> int:
        """Cost of the people's schedules and of all cover; ``plan`` is of everybody."""
        problem, own = self.staff.problem, plan[list(self.people)]
        short = self.required - self.staff.given(own)
        cover = np.maximum(short, 0) * problem.under + np.maximum(-short, 0) * problem.over
        return int(cover.sum()) + sum(self.staff.own_cost(e, plan[e]) for e in self.people)


@dataclass(frozen=True, slots=True)
class Schedule:
    """A schedule of person ``part.people[position]``, as bytes so that equal ones are equal.

    ``keeps``: it keeps all limits; others only serve the bound.
    """

    position: int
    content: bytes
    keeps: bool = True

    @classmethod
    def of(cls, position: int, days: Days, keeps: bool = True) -> Schedule:
        """From an array."""
        return cls(position, days.astype(np.int16).tobytes(), keeps)

    @property
    def days(self) -> Days:
        """Read-only int16 [H]."""
        return np.frombuffer(self.content, np.int16)


@dataclass(frozen=True, slots=True, eq=False)
class Relaxed:
    """An optimum of the linear program.

    Attributes
    ----------
    mu, pi, sigma : float [n], [H, S], [T]
        Duals of people, cover and sums.
    weight, reduced : float [columns]
        Of the schedules: how much of each, and its reduced cost.
    sums : float [T]
        What each sum of too few is.
    """

    value: float
    mu: Floats
    pi: Floats
    sigma: Floats
    weight: Floats
    reduced: Floats
    sums: Floats


class Master:
    """The linear program of a part, in HiGHS; schedules are added as columns and never leave.

    Rows: a schedule for each person (n), cover of each day and shift (H * S), then the sums (T). Columns: too
    few and too many of each day and shift (2 * H * S), what a sum misses its bounds by (2 * T), schedules.

    Parameters
    ----------
    sums : bool [T, H, S]
        Sets of days and shifts on which the sum of too few can be bounded (:meth:`between`).
    missing : int
        What it costs to miss the bound of a sum by one.

    Attributes
    ----------
    schedules : list of Schedule
        What each column stands for.
    """

    def __init__(self, run: Run, part: Part, sums: Bools | None = None, missing: int = 0) -> None:
        self.part = part
        self.schedules: list[Schedule] = []
        self._seen: set[Schedule] = set()
        self._table: list[Days] = []
        self._narrowed = False
        self.highs = quiet(run.watch, 0)
        problem, count, cells = part.staff.problem, len(part.people), part.required.size
        self.sums = np.zeros((0, *part.required.shape), np.bool_) if sums is None else sums
        self.low, self.high = (np.zeros(len(self.sums), np.int64) for _ in range(2))
        sides = np.concatenate([np.ones(count), part.required.ravel().astype(float)])
        self._rows(sides, sides)
        extra = np.full(len(self.sums), highspy.kHighsInf)
        self._rows(-extra, extra)
        self.slacks = 2 * cells + 2 * len(self.sums)
        cost = np.stack([problem.under.ravel(), problem.over.ravel()], axis=1).ravel().astype(float)
        of_sum, cell = np.nonzero(self.sums.reshape(len(self.sums), cells))
        rows = np.concatenate([np.repeat(np.arange(cells), 2), cells + of_sum])
        column = np.concatenate([np.arange(2 * cells), 2 * cell])
        entry = np.concatenate([np.tile([1.0, -1.0], cells), np.ones(len(cell))])
        order = np.argsort(column, kind="stable")
        first = np.searchsorted(column[order], np.arange(2 * cells))
        self._columns(cost, first, count + rows[order], entry[order])
        every = np.arange(2 * len(self.sums))
        missed = np.full(len(every), float(missing))
        self._columns(missed, every, count + cells + every // 2, np.where(every % 2, -1.0, 1.0))

    def _rows(self, low: Floats, high: Floats) -> None:
        nothing = np.zeros(0, np.int32)
        sure(self.highs.addRows(len(low), low, high, 0, nothing, nothing, np.zeros(0)), "addRows")

    def _columns(self, cost: Floats, first: Whole, row: Whole, entry: Floats) -> None:
        low, high = np.zeros(len(cost)), np.full(len(cost), highspy.kHighsInf)
        begin, at = first.astype(np.int32), row.astype(np.int32)
        sure(self.highs.addCols(len(cost), cost, low, high, len(at), begin, at, entry), "addCols")

    def add(self, schedules: Iterable[Schedule]) -> int:
        """Add the schedules that are not there yet; how many."""
        staff, people = self.part.staff, self.part.people
        new = [one for one in dict.fromkeys(schedules) if one not in self._seen]
        if not new:
            return 0
        days = np.array([one.days for one in new])
        position = np.array([one.position for one in new])
        which, worked = np.nonzero(days)
        cover = len(people) + worked * staff.problem.shifts + days[which, worked] - 1
        size = np.bincount(which, minlength=len(new)) + 1
        first = np.concatenate([[0], np.cumsum(size)[:-1]])
        rows = np.insert(cover, first - np.arange(len(new)), position)
        cost = staff.cost[np.array(people)[position][:, None], np.arange(days.shape[1]), days].sum(axis=1)
        self._columns(cost.astype(float), first, rows, np.ones(len(rows)))
        self._seen.update(new)
        self.schedules.extend(new)
        self._table.append(days)
        return len(new)

    def lean(self, relaxed: Relaxed, keep: int) -> list[Schedule]:
        """Of everybody the schedules of least reduced cost, about as many as ``keep``."""
        order = np.argsort(relaxed.reduced, kind="stable")
        position = self.table[0][order]
        place = np.argsort(position, kind="stable")
        first = np.searchsorted(position[place], position[place])
        rank = np.empty(len(order), np.int64)
        rank[place] = np.arange(len(order)) - first
        kept = order[(rank < keep) | (relaxed.weight[order] > 0)]
        return [self.schedules[column] for column in np.sort(kept).tolist()]

    @property
    def table(self) -> tuple[Whole, Days]:
        """Of all schedules the position [columns] and the days [columns, H]."""
        self._table = [np.concatenate(self._table)]
        return np.array([one.position for one in self.schedules]), self._table[0]

    def between(self, low: Whole, high: Whole) -> None:
        """Bound the sums, int [T] each."""
        self.low, self.high = low, high
        index = np.arange(len(low), dtype=np.int32) + len(self.part.people) + self.part.required.size
        sure(
            self.highs.changeRowsBounds(len(low), index, low.astype(float), high.astype(float)),
            "changeRowsBounds",
        )
        self._narrowed = True

    def only(self, usable: Bools) -> None:
        """Leave these columns [columns] alone usable."""
        high = np.where(usable, highspy.kHighsInf, 0.0)
        index = np.arange(len(high), dtype=np.int32) + self.slacks
        sure(self.highs.changeColsBounds(len(high), index, np.zeros(len(high)), high), "changeColsBounds")
        self._narrowed = True

    def solve(self, run: Run) -> Relaxed:
        """The optimum over the schedules found so far; where time ends it, what there is by then."""
        if run.timed:
            sure(
                self.highs.setOptionValue("time_limit", self.highs.getRunTime() + run.seconds_left),
                "setOptionValue",
            )
        # a basis stays optimal for the dual where bounds change, for the primal where columns come
        sure(
            self.highs.setOptionValue("simplex_strategy", DUAL if self._narrowed else PRIMAL),
            "setOptionValue",
        )
        self._narrowed = False
        sure(self.highs.run(), "run")
        solution, count = self.highs.getSolution(), len(self.part.people)
        dual: Any = np.array(solution.row_dual)
        end = count + self.part.required.size
        return Relaxed(
            self.highs.getInfo().objective_function_value,
            dual[:count],
            dual[count:end].reshape(self.part.required.shape),
            dual[end:],
            np.array(solution.col_value)[self.slacks :],
            np.array(solution.col_dual)[self.slacks :],
            np.array(solution.row_value)[end:],
        )

    def task(self, known: Floats, **options: float) -> Task:
        """The same in whole schedules, to begin from these values of all columns."""
        lp = self.highs.getLp()
        width, matrix = lp.num_col_, lp.a_matrix_
        entries = Entries(*(np.array(part) for part in (matrix.start_, matrix.index_, matrix.value_)))
        sides = (lp.col_cost_, lp.col_lower_, lp.col_upper_, lp.row_lower_, lp.row_upper_)
        cost, low, high, least, most = (np.array(side, float) for side in sides)
        whole = np.arange(width) >= self.slacks
        return Task(cost, low, high, least, most, entries, whole, options=options, known=known)

    def reduced(self, relaxed: Relaxed, position: Whole, days: Days) -> Floats:
        """Reduced cost, at the duals of ``relaxed``, of schedules [N, H] of the people at positions [N]."""
        own = self.part.staff.cost[np.array(self.part.people)[position]]
        price = np.concatenate([np.zeros((days.shape[1], 1)), relaxed.pi], axis=1)
        day = np.arange(days.shape[1])
        cost = np.take_along_axis(own, days[:, :, None].astype(np.int64), axis=2)[:, :, 0]
        reduced: Floats = (cost - price[day, days]).sum(axis=1) - relaxed.mu[position]
        return reduced

    def shares(self, relaxed: Relaxed) -> Floats:
        """How much of each person's day goes to each choice, [n, H, S + 1]; 1 in all for a day."""
        position, days = self.table
        used = np.flatnonzero(relaxed.weight > 0)
        shares = np.zeros(self.part.allowed.shape)
        place = (position[used, None], np.arange(days.shape[1]), days[used])
        np.add.at(shares, place, relaxed.weight[used, None])
        return shares


DUAL, PRIMAL = 1, 4  # what HiGHS calls its simplex methods
