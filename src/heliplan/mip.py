"""HiGHS run with care on a mixed-integer program given as numpy arrays."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray

from heliplan.codec import Ints
from heliplan.stop import Watch

Floats = NDArray[np.float64]

THREADS = 1  # one number for the whole process: HiGHS refuses to run after it changes
SLACK = 1e-5  # a bound this little above a whole number is rounding error


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """Minimise ``cost @ x`` with ``0 <= x <= upper`` and ``low <= A x <= high``; A as (row, column, value).

    Each (row, column) at most once; all x whole unless ``relaxed``.
    """

    cost: Floats
    upper: Floats
    low: Floats
    high: Floats
    row: Ints
    column: Ints
    value: Floats
    relaxed: bool = False

    def lp(self) -> highspy.HighsLp:
        """As HiGHS takes it."""
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = len(self.cost), len(self.low)
        lp.col_cost_, lp.col_lower_, lp.col_upper_ = self.cost, np.zeros(len(self.cost)), self.upper
        lp.row_lower_, lp.row_upper_ = self.low, self.high
        order = np.lexsort((self.row, self.column))
        start = np.zeros(len(self.cost) + 1, np.int32)
        np.cumsum(np.bincount(self.column, minlength=len(self.cost)), out=start[1:])
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_ = start
        lp.a_matrix_.index_ = self.row[order].astype(np.int32)
        lp.a_matrix_.value_ = self.value[order]
        if not self.relaxed:
            lp.integrality_ = [highspy.HighsVarType.kInteger] * len(self.cost)
        return lp


@dataclass(frozen=True, slots=True)
class Outcome:
    """What HiGHS found: values (none: nothing found in time) and a bound on the cost (none: none known).

    ``impossible`` is said only with a proof.
    """

    values: Floats | None
    bound: float | None
    impossible: bool = False


def minimise(
    program: Program, watch: Watch, seed: int = 0, start: Floats | None = None, nodes: int | None = None
) -> Outcome:
    """Run HiGHS until proven, until ``watch`` ends it, or for ``nodes`` of its tree.

    Costs are taken to be whole numbers. ``start`` need not keep the rules.

    Raises
    ------
    RuntimeError
        If HiGHS refuses a call.
    """
    if not len(program.cost):
        impossible = bool((program.low > 0).any() or (program.high < 0).any())
        return Outcome(None if impossible else np.zeros(0), None if impossible else 0.0, impossible)
    # whole costs: closer than 1 is equal
    highs = quiet(watch, seed, mip_rel_gap=watch.stop.gap, mip_abs_gap=0.99)
    if nodes is not None:
        sure(highs.setOptionValue("mip_max_nodes", nodes), "mip_max_nodes")
    sure(highs.passModel(program.lp()), "passModel")
    if start is not None:
        solution = highspy.HighsSolution()
        solution.col_value = start
        sure(highs.setSolution(solution), "setSolution")
    sure(highs.run(), "run")
    return _outcome(highs, program.relaxed)


def quiet(watch: Watch, seed: int, **options: Any) -> highspy.Highs:
    """A silent HiGHS on one thread that keeps to the time left and to the cancel switch; further options as
    HiGHS names them."""
    highs = highspy.Highs()
    settings = {"output_flag": False, "threads": THREADS, "random_seed": seed % (2**31 - 1), **options}
    if watch.remaining is not None:
        settings["time_limit"] = watch.remaining
    for name, value in settings.items():
        sure(highs.setOptionValue(name, value), name)
    _listen(highs, watch)
    return highs


def sure(status: highspy.HighsStatus, call: str) -> None:
    """Raise ``RuntimeError`` if HiGHS refused a call."""
    if status == highspy.HighsStatus.kError:
        raise RuntimeError(f"HiGHS refused {call}")


def ceiling(bound: float) -> int:
    """The least whole cost not below ``bound``, rounding errors of the solver set aside."""
    return math.ceil(bound - SLACK - 1e-10 * abs(bound))


def _listen(highs: highspy.Highs, watch: Watch) -> None:
    """Let the cancel switch take part while HiGHS runs."""
    if watch.stop.cancelled is None:
        return

    def ask(event: Any) -> None:
        if watch.over():
            event.interrupt()

    highs.cbMipInterrupt += ask
    highs.cbSimplexInterrupt += ask
    highs.cbIpmInterrupt += ask


def _outcome(highs: highspy.Highs, relaxed: bool) -> Outcome:
    info, status = highs.getInfo(), highs.getModelStatus()
    if status == highspy.HighsModelStatus.kInfeasible:
        return Outcome(None, None, impossible=True)
    if relaxed:
        done = status == highspy.HighsModelStatus.kOptimal
        bound: float | None = info.objective_function_value if done else None
    else:
        bound = info.mip_dual_bound if math.isfinite(info.mip_dual_bound) else None
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return Outcome(None, bound)
    values = np.asarray(highs.getSolution().col_value)
    return Outcome(values if relaxed else np.rint(values), bound)
