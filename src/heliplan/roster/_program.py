"""A program in whole numbers, put together from blocks of numpy arrays."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray

from heliplan.codec import Ints

Floats = NDArray[np.float64]


@dataclass(slots=True)
class Layer:
    """Costs of one goal: column indices and whole-number costs, and a constant."""

    columns: list[Ints] = field(default_factory=list)
    costs: list[Ints] = field(default_factory=list)
    constant: int = 0

    def add(self, columns: Ints, costs: Any) -> None:
        """Charge ``costs`` (an array or one number) to ``columns``."""
        self.columns.append(columns)
        self.costs.append(np.broadcast_to(np.asarray(costs, np.int64), columns.shape))

    def dense(self, width: int) -> Ints:
        """One cost per column of the program."""
        total = np.zeros(width, np.int64)
        for columns, costs in zip(self.columns, self.costs, strict=True):
            np.add.at(total, columns, costs)
        return total


@dataclass(frozen=True, slots=True)
class Entries:
    """The entries column by column: those of column j stand at ``starts[j]`` to ``starts[j + 1]``.

    Our own few lines, because importing a sparse library costs the command line half a second.
    """

    starts: Ints
    rows: Ints
    values: Floats

    @classmethod
    def of(cls, rows: Ints, columns: Ints, values: Floats, width: int) -> Entries:
        """From entries in any order."""
        order = np.argsort(columns, kind="stable")
        starts = np.concatenate([[0], np.cumsum(np.bincount(columns, minlength=width))])
        return cls(starts, rows[order], values[order])

    def take(self, columns: Ints) -> Entries:
        """Only these columns, in this order."""
        lengths = self.starts[columns + 1] - self.starts[columns]
        starts = np.concatenate([[0], np.cumsum(lengths)])
        at = np.arange(starts[-1]) + np.repeat(self.starts[columns] - starts[:-1], lengths)
        return Entries(starts, self.rows[at], self.values[at])

    def priced(self, prices: Floats) -> Floats:
        """For each column the sum of its entries times the prices of their rows."""
        column = np.repeat(np.arange(len(self.starts) - 1), np.diff(self.starts))
        parts = self.values * prices[self.rows]
        sums: Floats = np.bincount(column, weights=parts, minlength=len(self.starts) - 1).astype(float)
        return sums


class Program:
    """Columns, rows and entries, appended block by block; every column has lower bound 0."""

    def __init__(self) -> None:
        self.width = 0
        self.height = 0
        self._upper: list[Floats] = []
        self._whole: list[NDArray[np.bool_]] = []
        self._row_bounds: list[tuple[Floats, Floats]] = []
        self._entries: list[tuple[Ints, Ints, Floats]] = []
        self._matrix: Entries | None = None

    def columns(self, count: int, upper: Any = 1.0, whole: bool = True) -> Ints:
        """Append columns; their indices."""
        self._upper.append(np.broadcast_to(np.asarray(upper, float), (count,)))
        self._whole.append(np.full(count, whole))
        self.width += count
        return np.arange(self.width - count, self.width)

    def rows(self, count: int, lower: Any, upper: Any) -> Ints:
        """Append rows with bounds (arrays or one number); their indices."""
        low = np.broadcast_to(np.asarray(lower, float), (count,))
        high = np.broadcast_to(np.asarray(upper, float), (count,))
        self._row_bounds.append((low, high))
        self.height += count
        return np.arange(self.height - count, self.height)

    def put(self, rows: Ints, columns: Ints, value: Any = 1.0) -> None:
        """Set entries; each (row, column) at most once."""
        values = np.broadcast_to(np.asarray(value, float), rows.shape)
        self._entries.append((rows, columns, values))
        self._matrix = None

    def sums(self, keys: Ints, columns: Ints, lower: float, upper: float) -> tuple[Ints, Ints]:
        """One row for each distinct key: ``lower <= sum of its columns <= upper``; (keys, rows)."""
        distinct, place = np.unique(keys, return_inverse=True)
        rows = self.rows(len(distinct), lower, upper)
        self.put(rows[place], columns)
        return distinct, rows

    @property
    def upper(self) -> Floats:
        """Upper bounds of the columns."""
        return np.concatenate([*self._upper, np.empty(0)])

    @property
    def whole(self) -> NDArray[np.bool_]:
        """Which columns must be asked to be whole; the others are whole when those are."""
        return np.concatenate([*self._whole, np.empty(0, bool)])

    @property
    def matrix(self) -> Entries:
        """The entries, column by column."""
        if self._matrix is None:
            none = (np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))
            rows, columns, values = (np.concatenate(part) for part in zip(none, *self._entries, strict=True))
            self._matrix = Entries.of(rows, columns, values, self.width)
        return self._matrix

    def lp(self, goal: Goal, columns: Ints, low: Floats, high: Floats) -> highspy.HighsLp:
        """The program as HiGHS takes it, with only these columns, between these bounds.

        It does not ask for whole numbers, and columns left out are 0.
        """
        part = self.matrix.take(columns)
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = len(columns), self.height
        lp.col_cost_, lp.offset_ = goal.costs[columns].astype(float), float(goal.constant)
        lp.col_lower_, lp.col_upper_ = low[columns], high[columns]
        lp.row_lower_ = np.concatenate([*(low for low, _ in self._row_bounds), np.empty(0)])
        lp.row_upper_ = np.concatenate([*(high for _, high in self._row_bounds), np.empty(0)])
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_ = part.starts
        lp.a_matrix_.index_ = part.rows
        lp.a_matrix_.value_ = part.values
        return lp


@dataclass(frozen=True, slots=True)
class Goal:
    """What to minimise: a whole-number cost for every column, and a constant; within which gap."""

    costs: Ints
    constant: int = 0
    gap: float = 0.0

    def of(self, values: Ints) -> int:
        """The cost of these column values."""
        return self.constant + int(self.costs @ values)

    def reached(self, values: Ints, bound: int) -> bool:
        """Whether value and bound are within the gap asked for."""
        value = self.of(values)
        return value - bound <= self.gap * max(1, abs(value))
