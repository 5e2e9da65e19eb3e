"""An integer model handed to HiGHS: rows are added as sparse triples, every return is checked.

All columns are whole numbers, also where the rules would make them so by themselves: HiGHS 1.14.0 presolves
models that mix whole and continuous columns to wrong optima (ERGO-Code/HiGHS issues 2957, 3043, 3073). Only
a proof, which does without presolving, leaves them out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from heliplan.aside import solved
from heliplan.codec import Ints
from heliplan.highs import Entries, Found, State, Task, run
from heliplan.siting._net import Floats
from heliplan.stop import Watch

#: where the proof is what takes time: no work on finding good solutions, hardly any cuts away from the root;
#: three proofs of covers took 2.1, 9 and 4 s instead of 7.4, more than 12 and 5.7 s
LEAN: Mapping[str, Any] = {
    "mip_allow_cut_separation_at_nodes": False,
    "mip_allow_restart": False,
    "mip_heuristic_effort": 0.0,
    "mip_heuristic_run_feasibility_jump": False,
    "mip_heuristic_run_rens": False,
    "mip_heuristic_run_rins": False,
    "mip_heuristic_run_root_reduced_cost": False,
    "mip_pool_soft_limit": 100,
}


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
    """Minimise ``cost @ x`` under sparse rows, ``x`` whole and between ``low`` and ``high``.

    Once the first ``deciding`` columns are whole, the best values of the others are.
    """

    cost: Floats
    low: Floats
    high: Floats
    deciding: int | None = None
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
        lean: bool = False,
    ) -> Solved:
        """Hand the model to HiGHS.

        Parameters
        ----------
        start : values of the columns of a known solution, optional.
        cutoff : only solutions below this are of interest, optional.
        gap : stop once (value - bound) / value is at most this.
        lean : only prove; columns are not even tried out before branching on them, so bring a good start.
        """
        options = _limits(gap, cutoff)
        if lean:
            options |= {**LEAN, "mip_pscost_minreliable": 0}
        return _read(solved(self._task(options, start), watch))

    def prove(self, watch: Watch, cutoff: float | None = None, apart: bool = True) -> Solved:
        """The same where a bound is wanted, and solutions below ``cutoff``, if any, are not worth a search.

        ``apart``: see :mod:`heliplan.aside`; for a small model it costs more than it is worth.
        """
        task = self._task({**LEAN, "presolve": "off", **_limits(0.0, cutoff)}, None)
        task.whole[self.deciding :] = False
        return _read(solved(task, watch) if apart else run(task, watch))

    def _task(self, options: Mapping[str, Any], known: Floats | None) -> Task:
        least, most = np.concatenate(self._at_least), np.concatenate(self._at_most)
        rows, columns = np.concatenate(self._rows), np.concatenate(self._columns)
        entries = Entries.of(rows, columns, np.concatenate(self._factors), len(self.cost))
        whole = np.ones(len(self.cost), np.bool_)
        return Task(self.cost, self.low, self.high, least, most, entries, whole, options=options, known=known)


def _limits(gap: float, cutoff: float | None) -> dict[str, Any]:
    limits = {"mip_rel_gap": gap, "mip_abs_gap": 0.999}
    return limits if cutoff is None else {**limits, "objective_bound": cutoff}


def _read(found: Found) -> Solved:
    return Solved(ENDS.get(found.state, Ended.STOPPED), found.values, found.bound)


ENDS = {
    State.kOptimal: Ended.PROVEN,
    State.kInfeasible: Ended.IMPOSSIBLE,
    State.kUnboundedOrInfeasible: Ended.IMPOSSIBLE,
    State.kObjectiveBound: Ended.BETTER_RULED_OUT,
}
