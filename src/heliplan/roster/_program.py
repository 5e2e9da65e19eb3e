"""A program in whole numbers, put together from blocks of numpy arrays."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from heliplan.codec import Ints
from heliplan.highs import Entries, Floats, Task


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

    def task(
        self, goal: Goal, columns: Ints, low: Floats, high: Floats, known: Ints | None = None, **options: Any
    ) -> Task:
        """The program for HiGHS, with only these columns, between these bounds; columns left out are 0."""
        return Task(
            goal.costs[columns].astype(float),
            low[columns],
            high[columns],
            np.concatenate([*(low for low, _ in self._row_bounds), np.empty(0)]),
            np.concatenate([*(high for _, high in self._row_bounds), np.empty(0)]),
            self.matrix.take(columns),
            whole=self.whole[columns],
            constant=float(goal.constant),
            options=options,
            known=None if known is None else known[columns].astype(float),
        )


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
