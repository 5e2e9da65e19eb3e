"""A mixed-integer program put together from blocks of numpy arrays, and HiGHS run on it with care."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray

from heliplan.codec import Ints
from heliplan.stop import Event, Progress, Watch

Floats = NDArray[np.float64]

THREADS = 1  # one number for the whole process: HiGHS refuses to run after it changes
SLACK = 1e-5  # a bound this little above a whole number is rounding error


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

    def sums(self, keys: Ints, columns: Ints, lower: float, upper: float) -> tuple[Ints, Ints]:
        """One row for each distinct key: ``lower <= sum of its columns <= upper``; (keys, rows)."""
        distinct, place = np.unique(keys, return_inverse=True)
        rows = self.rows(len(distinct), lower, upper)
        self.put(rows[place], columns)
        return distinct, rows

    def lp(self, costs: Ints) -> highspy.HighsLp:
        """The program as HiGHS takes it, minimising ``costs``."""
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = self.width, self.height
        lp.col_cost_ = costs.astype(float)
        lp.col_lower_ = np.zeros(self.width)
        lp.col_upper_ = np.concatenate([*self._upper, np.empty(0)])
        lp.row_lower_ = np.concatenate([*(low for low, _ in self._row_bounds), np.empty(0)])
        lp.row_upper_ = np.concatenate([*(high for _, high in self._row_bounds), np.empty(0)])
        rows, columns, values = self._triplets()
        order = np.lexsort((rows, columns))
        start = np.zeros(self.width + 1, np.int32)
        np.cumsum(np.bincount(columns, minlength=self.width), out=start[1:])
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_ = start
        lp.a_matrix_.index_ = rows[order].astype(np.int32)
        lp.a_matrix_.value_ = values[order]
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        lp.integrality_ = [kinds[whole] for block in self._whole for whole in block.tolist()]
        return lp

    def _triplets(self) -> tuple[Ints, Ints, Floats]:
        none = (np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))
        rows, columns, values = zip(none, *self._entries, strict=True)
        return np.concatenate(rows), np.concatenate(columns), np.concatenate(values)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What HiGHS found: column values rounded to whole numbers (or none) and a whole-number bound."""

    values: Ints | None
    bound: int | None


def minimise(
    program: Program,
    costs: Ints,
    watch: Watch,
    seed: int,
    start: Ints | None = None,
    progress: Progress | None = None,
) -> Outcome:
    """Run HiGHS until proven, or until ``watch`` ends it.

    Raises
    ------
    RuntimeError
        If HiGHS refuses a call, or calls infeasible what always has a plan: a fault in the model.
    """
    if program.width == 0:
        return Outcome(np.empty(0, np.int64), 0)
    highs = highspy.Highs()
    options = {
        "output_flag": False,
        "threads": THREADS,
        "random_seed": seed % (2**31 - 1),
        "mip_rel_gap": watch.stop.gap,
        "mip_abs_gap": 0.99,  # all costs are whole: closer than 1 is equal
        "mip_feasibility_tolerance": 1e-7,
    }
    if watch.remaining is not None:
        options["time_limit"] = watch.remaining
    for name, value in options.items():
        _ok(highs.setOptionValue(name, value), name)
    _ok(highs.passModel(program.lp(costs)), "passModel")
    if start is not None:
        solution = highspy.HighsSolution()
        solution.col_value = start.astype(float)
        _ok(highs.setSolution(solution), "setSolution")
    _listen(highs, watch, progress)
    _ok(highs.run(), "run")
    return _outcome(highs)


def _ok(status: highspy.HighsStatus, call: str) -> None:
    if status == highspy.HighsStatus.kError:
        raise RuntimeError(f"HiGHS refused {call}")


def _listen(highs: highspy.Highs, watch: Watch, progress: Progress | None) -> None:
    """Let the cancel switch and the progress callback take part while HiGHS runs."""
    if watch.stop.cancelled is not None:

        def ask(event: Any) -> None:
            if watch.over():
                event.interrupt()

        highs.cbMipInterrupt += ask
        highs.cbSimplexInterrupt += ask
        highs.cbIpmInterrupt += ask
    if progress is not None:

        def tell(event: Any) -> None:
            out = event.data_out
            value = None if math.isinf(out.mip_primal_bound) else round(out.mip_primal_bound)
            bound = None if math.isinf(out.mip_dual_bound) else math.ceil(out.mip_dual_bound - SLACK)
            progress(Event("mip", watch.seconds, value, bound))

        highs.cbMipImprovingSolution += tell


def _outcome(highs: highspy.Highs) -> Outcome:
    model = highs.getModelStatus()
    if model in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible):
        raise RuntimeError("the roster program has no plan: a fault in the model")
    info = highs.getInfo()
    bound = None
    if math.isfinite(info.mip_dual_bound):
        bound = math.ceil(info.mip_dual_bound - SLACK)
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return Outcome(None, bound)
    values = np.rint(np.asarray(highs.getSolution().col_value)).astype(np.int64)
    return Outcome(values, bound)
