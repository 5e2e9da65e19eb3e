"""One model run by HiGHS with care: every return is checked, the clock and the cancel switch are heard.

HiGHS asks its interrupt callbacks neither while it presolves nor while it solves the relaxation at the root
of a mixed-integer program (ERGO-Code/HiGHS issue 1905); :mod:`heliplan.aside` is for models in which that
takes long.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray

from heliplan.codec import Ints
from heliplan.stop import Watch

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
State = highspy.HighsModelStatus

THREADS = 1  # one number for the whole process: HiGHS refuses to run after it changes
SLACK = 1e-6  # what HiGHS takes for kept


@dataclass(frozen=True, slots=True, eq=False)
class Entries:
    """A sparse matrix by columns: the entries of column j stand at ``starts[j]`` to ``starts[j + 1]``.

    Our own few lines, because importing a sparse library costs the command line half a second.
    """

    starts: Ints
    rows: Ints
    values: Floats

    @classmethod
    def of(cls, rows: Ints, columns: Ints, values: Floats, width: int) -> Entries:
        """From entries in any order, each (row, column) at most once."""
        order = np.lexsort((rows, columns))
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
        width = len(self.starts) - 1
        column = np.repeat(np.arange(width), np.diff(self.starts))
        parts = self.values * prices[self.rows]
        sums: Floats = np.bincount(column, weights=parts, minlength=width).astype(float)
        return sums

    def sums(self, x: Floats, height: int) -> Floats:
        """The matrix, of so many rows, times ``x``."""
        parts = self.values * np.repeat(x, np.diff(self.starts))
        sums: Floats = np.bincount(self.rows, weights=parts, minlength=height).astype(float)
        return sums


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """Minimise ``cost @ x``, ``low <= x <= high``, ``least <= A x <= most``, in plain arrays.

    Attributes
    ----------
    cost, low, high : shape (columns,)
    least, most : shape (rows,)
    entries : Entries
        A, column by column.
    whole : bool, shape (columns,)
        Which columns must be whole numbers.
    constant : added to every cost.
    options : as HiGHS names them.
    known : values of the columns to begin from, optional; they need not keep the rules.
    """

    cost: Floats
    low: Floats
    high: Floats
    least: Floats
    most: Floats
    entries: Entries
    whole: Bools
    constant: float = 0.0
    options: Mapping[str, Any] = field(default_factory=dict)
    known: Floats | None = None

    def lp(self) -> highspy.HighsLp:
        """As HiGHS takes it."""
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = len(self.cost), len(self.least)
        lp.offset_ = self.constant
        lp.col_cost_, lp.col_lower_, lp.col_upper_ = self.cost, self.low, self.high
        lp.row_lower_, lp.row_upper_ = self.least, self.most
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_, lp.a_matrix_.index_ = self.entries.starts, self.entries.rows
        lp.a_matrix_.value_ = self.entries.values
        if self.whole.any():
            kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
            lp.integrality_ = [kinds[whole] for whole in self.whole.tolist()]
        return lp

    def relaxed(self) -> Task:
        """The same without the demand for whole numbers."""
        return replace(self, whole=np.zeros(len(self.cost), np.bool_))

    def least_cost(self, prices: Floats) -> float:
        """What ``x`` costs at least by these prices of the rows, shape (rows,): weak duality.

        True of any prices, however much the solver that found them let pass.
        """
        useless = ((prices > 0) & np.isinf(self.least)) | ((prices < 0) & np.isinf(self.most))
        prices = np.where(useless, 0.0, prices)
        rest = self.cost - self.entries.priced(prices)
        total = self.constant
        for price, low, high in ((prices, self.least, self.most), (rest, self.low, self.high)):
            end = np.where(price > 0, low, high)
            total += float((price[price != 0] * end[price != 0]).sum())
        return total

    def keeps(self, x: Floats) -> bool:
        """Whether ``x`` keeps all the rules."""
        rows, whole = self.entries.sums(x, len(self.least)), x[self.whole]
        sides = (
            (x, self.low, self.high),
            (rows, self.least, self.most),
            (whole, np.rint(whole), np.rint(whole)),
        )
        return all(
            bool(((value >= low - SLACK) & (value <= high + SLACK)).all()) for value, low, high in sides
        )


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """How a run ended, the best values (none: nothing found), and a proven bound, ``-inf`` for none."""

    state: highspy.HighsModelStatus
    values: Floats | None
    bound: float


class Teller:
    """Is told of every better solution and every better bound while HiGHS runs; does nothing by itself."""

    def better(self, values: Floats, cost: float) -> None:
        """A better solution."""

    def raised(self, bound: float) -> None:
        """A better bound."""


def run(task: Task, watch: Watch, seed: int = 0, teller: Teller | None = None) -> Found:
    """Run HiGHS until proven, until a limit of the task's options, or until ``watch`` ends it.

    Raises
    ------
    RuntimeError
        If HiGHS refuses a call.
    """
    highs = quiet(watch, seed, **task.options)
    if teller is not None:
        _tell(highs, teller)
    sure(highs.passModel(task.lp()), "passModel")
    if task.known is not None:
        solution = highspy.HighsSolution()
        solution.col_value = task.known
        highs.setSolution(solution)  # a start that does not fit is only a hint lost
    sure(highs.run(), "run")
    info, state, solution = highs.getInfo(), highs.getModelStatus(), highs.getSolution()
    if task.whole.any():
        bound = info.mip_dual_bound
    else:
        bound = task.least_cost(np.array(solution.row_dual)) if state == State.kOptimal else -np.inf
    found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    return Found(state, np.array(solution.col_value) if found else None, float(bound))


def quiet(watch: Watch, seed: int, **options: Any) -> highspy.Highs:
    """A silent HiGHS on one thread that keeps to the time left and to the cancel switch; further options as
    HiGHS names them."""
    highs = highspy.Highs()
    settings = {"output_flag": False, "threads": THREADS, "random_seed": seed % (2**31 - 1), **options}
    if watch.remaining is not None:
        settings["time_limit"] = watch.remaining
    for name, value in settings.items():
        sure(highs.setOptionValue(name, value), name)
    if watch.stop.cancelled is not None:
        _listen(highs, watch)
    return highs


def sure(status: highspy.HighsStatus, call: str) -> None:
    """Raise ``RuntimeError`` if HiGHS refused a call."""
    if status == highspy.HighsStatus.kError:
        raise RuntimeError(f"HiGHS refused {call}")


def _listen(highs: highspy.Highs, watch: Watch) -> None:
    """Let the cancel switch take part while HiGHS runs."""

    def ask(event: Any) -> None:
        if watch.late:
            event.interrupt()

    highs.cbMipInterrupt += ask
    highs.cbSimplexInterrupt += ask
    highs.cbIpmInterrupt += ask


def _tell(highs: highspy.Highs, teller: Teller) -> None:
    best = -np.inf

    def better(event: Any) -> None:
        teller.better(np.array(event.data_out.mip_solution), float(event.data_out.mip_primal_bound))

    def raised(event: Any) -> None:
        nonlocal best
        bound = float(event.data_out.mip_dual_bound)
        if best < bound < np.inf:
            best = bound
            teller.raised(bound)

    highs.cbMipImprovingSolution += better
    highs.cbMipInterrupt += raised
