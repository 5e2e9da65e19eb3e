"""The master problem: one schedule for each person out of those found so far, at the least cost of cover."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray

from heliplan.shifts._paths import Days
from heliplan.shifts._staff import Staff

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Some people, and the cover that the others leave to them (below 0 where there are too many already)."""

    staff: Staff
    people: tuple[int, ...]
    required: Whole

    @classmethod
    def whole(cls, staff: Staff) -> Part:
        """Everybody."""
        return cls(staff, tuple(range(staff.problem.people)), staff.problem.required)

    @classmethod
    def of(cls, staff: Staff, plan: Days, people: tuple[int, ...]) -> Part:
        """These people, all others as in the plan."""
        return cls(staff, people, staff.problem.required - staff.given(np.delete(plan, people, axis=0)))

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


@dataclass(frozen=True, slots=True)
class Relaxed:
    """An optimum of the linear program: duals of people [n] and cover [H, S], weight [columns]."""

    value: float
    mu: Floats
    pi: Floats
    weight: Floats


class Master:
    """The linear program of a part, in HiGHS; schedules are added as columns and never leave.

    Rows: a schedule for each person (n), then cover of each day and shift (H * S). The first 2 * H * S
    columns are too few and too many, the rest are schedules.

    Attributes
    ----------
    schedules : list of Schedule
        What each column stands for.
    """

    def __init__(self, part: Part) -> None:
        self.part = part
        self.schedules: list[Schedule] = []
        self._seen: set[Schedule] = set()
        self.highs = quiet()
        problem, count = part.staff.problem, len(part.people)
        sides = np.concatenate([np.ones(count), part.required.ravel().astype(float)])
        empty = np.zeros(0, np.int32)
        accepted(self.highs.addRows(len(sides), sides, sides, 0, empty, empty, np.zeros(0)))
        cells = part.required.size
        self.slacks = 2 * cells
        cost = np.stack([problem.under.ravel(), problem.over.ravel()], axis=1).ravel().astype(float)
        row = np.repeat(count + np.arange(cells), 2).astype(np.int32)
        self._columns(cost, np.arange(self.slacks, dtype=np.int32), row, np.tile([1.0, -1.0], cells))

    def _columns(self, cost: Floats, first: NDArray[np.int32], row: NDArray[np.int32], entry: Floats) -> None:
        low, high = np.zeros(len(cost)), np.full(len(cost), highspy.kHighsInf)
        accepted(self.highs.addCols(len(cost), cost, low, high, len(row), first, row, entry))

    def add(self, schedules: Iterable[Schedule]) -> int:
        """Add the schedules that are not there yet; how many."""
        staff, people = self.part.staff, self.part.people
        new = [one for one in dict.fromkeys(schedules) if one not in self._seen]
        if not new:
            return 0
        rows, first, size = [], [], 0
        for one in new:
            worked = np.flatnonzero(one.days)
            cover = len(people) + worked * staff.problem.shifts + one.days[worked] - 1
            rows.append(np.concatenate([[one.position], cover]))
            first.append(size)
            size += len(cover) + 1
            self._seen.add(one)
        cost = np.array([staff.own_cost(people[one.position], one.days) for one in new], float)
        self._columns(cost, np.array(first, np.int32), np.concatenate(rows).astype(np.int32), np.ones(size))
        self.schedules.extend(new)
        return len(new)

    def bounds(self, column: int, low: float, high: float) -> None:
        """Bound the weight of a schedule."""
        accepted(self.highs.changeColBounds(self.slacks + column, low, high))

    def solve(self) -> Relaxed:
        """The optimum over the schedules found so far."""
        accepted(self.highs.run())
        solution, count = self.highs.getSolution(), len(self.part.people)
        dual: Any = np.array(solution.row_dual)
        return Relaxed(
            self.highs.getInfo().objective_function_value,
            dual[:count],
            dual[count:].reshape(self.part.required.shape),
            np.array(solution.col_value)[self.slacks :],
        )

    def reduced(self, relaxed: Relaxed, schedule: Schedule) -> float:
        """Reduced cost of a schedule at the duals of ``relaxed``."""
        days = schedule.days
        worked = np.flatnonzero(days)
        own = self.part.staff.own_cost(self.part.people[schedule.position], days)
        return float(own - relaxed.pi[worked, days[worked] - 1].sum() - relaxed.mu[schedule.position])


def quiet() -> highspy.Highs:
    """A silent solver on one thread; primal simplex, because columns are what is added."""
    highs = highspy.Highs()
    for option, value in (("output_flag", False), ("threads", 1), ("simplex_strategy", 4)):
        accepted(highs.setOptionValue(option, value))
    return highs


def accepted(status: highspy.HighsStatus) -> None:
    """Raise ``RuntimeError`` where HiGHS refuses a call: its old answer would stay visible."""
    if status == highspy.HighsStatus.kError:
        raise RuntimeError("HiGHS refused a call")
