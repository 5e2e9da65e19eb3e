"""An integer model handed to HiGHS: rows are added as sparse triples, every return is checked.

All columns are whole numbers, also where the rules would make them so by themselves: HiGHS 1.14.0 presolves
models that mix whole and continuous columns to wrong optima (ERGO-Code/HiGHS issues 2957, 3043, 3073).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

import highspy
import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import coo_array

from heliplan.codec import Ints
from heliplan.mip import quiet, sure
from heliplan.siting.net import Floats
from heliplan.stop import Watch


class Ended(StrEnum):
    """How a solve ended."""

    PROVEN = "proven"  #: the best solution, proven
    IMPOSSIBLE = "impossible"  #: proven: there is none
    BETTER_RULED_OUT = "better-ruled-out"  #: proven: none below the cutoff
    STOPPED = "stopped"  #: time was up, or the solver gave up


@dataclass(frozen=True, slots=True)
class Solved:
    """Values of the columns (``None``: no solution found) and a proven lower bound."""

    ended: Ended
    x: Floats | None
    bound: float


@dataclass(slots=True)
class Model:
    """Minimise ``cost @ x`` under sparse rows, ``x`` whole and between ``low`` and ``high``."""

    cost: Floats
    low: Floats
    high: Floats
    _rows: list[Ints] = field(default_factory=list)
    _columns: list[Ints] = field(default_factory=list)
    _factors: list[Floats] = field(default_factory=list)
    _at_least: list[Floats] = field(default_factory=list)
    _at_most: list[Floats] = field(default_factory=list)
    _count: int = 0

    def add(
        self, rows: ArrayLike, columns: ArrayLike, factors: ArrayLike, at_least: ArrayLike, at_most: ArrayLike
    ) -> None:
        """Add rows, numbered from 0 among themselves; ``at_least`` and ``at_most`` have one entry a row."""
        least, most = np.atleast_1d(np.asarray(at_least, float)), np.atleast_1d(np.asarray(at_most, float))
        count = len(least) if len(most) == 1 else len(most)
        numbers = np.asarray(rows, np.int64)
        self._rows.append(numbers + self._count)
        self._columns.append(np.asarray(columns, np.int64))
        self._factors.append(np.broadcast_to(np.asarray(factors, float), numbers.shape))
        self._at_least.append(np.broadcast_to(least, (count,)))
        self._at_most.append(np.broadcast_to(most, (count,)))
        self._count += count

    def add_one(self, columns: ArrayLike, factors: ArrayLike, at_least: float, at_most: float) -> None:
        """Add a single row."""
        self.add(np.zeros(np.size(columns), np.int64), columns, factors, at_least, at_most)

    def solve(
        self,
        watch: Watch,
        start: Floats | None = None,
        cutoff: float | None = None,
        gap: float = 0.0,
        look_ahead: bool = True,
    ) -> Solved:
        """Hand the model to HiGHS.

        Parameters
        ----------
        start : values of the columns of a known solution, optional.
        cutoff : only solutions below this are of interest, optional.
        gap : stop once (value - bound) / value is at most this.
        look_ahead : try columns out before branching on them; more work at a node for fewer nodes.
        """
        options: dict[str, float] = {"mip_rel_gap": gap, "mip_abs_gap": 0.999}
        if not look_ahead:
            options["mip_pscost_minreliable"] = 0
        if cutoff is not None:
            options["objective_bound"] = cutoff
        solver = quiet(watch, 0, **options)
        sure(solver.passModel(self._as_lp()), "passModel")
        if start is not None:
            known = highspy.HighsSolution()
            known.col_value = list(start)
            solver.setSolution(known)  # a start that does not fit is only a hint lost
        sure(solver.run(), "run")
        return _read(solver)

    def _as_lp(self) -> highspy.HighsLp:
        shape = (self._count, len(self.cost))
        triples = tuple(np.concatenate(parts) for parts in (self._factors, self._rows, self._columns))
        matrix = coo_array((triples[0], (triples[1], triples[2])), shape=shape).tocsc()
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = shape[1], shape[0]
        lp.col_cost_, lp.col_lower_, lp.col_upper_ = self.cost, self.low, self.high
        lp.row_lower_, lp.row_upper_ = np.concatenate(self._at_least), np.concatenate(self._at_most)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_, lp.a_matrix_.index_ = matrix.indptr, matrix.indices
        lp.a_matrix_.value_ = matrix.data
        lp.integrality_ = [highspy.HighsVarType.kInteger] * shape[1]
        return lp


def _read(solver: highspy.Highs) -> Solved:
    status, info = solver.getModelStatus(), solver.getInfo()
    ends = {
        highspy.HighsModelStatus.kOptimal: Ended.PROVEN,
        highspy.HighsModelStatus.kInfeasible: Ended.IMPOSSIBLE,
        highspy.HighsModelStatus.kUnboundedOrInfeasible: Ended.IMPOSSIBLE,
        highspy.HighsModelStatus.kObjectiveBound: Ended.BETTER_RULED_OUT,
    }
    ended = ends.get(status, Ended.STOPPED)
    has_solution = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    x = np.array(solver.getSolution().col_value) if has_solution else None
    return Solved(ended, x, float(info.mip_dual_bound))
