"""Mixed-integer programs with costs in whole numbers, given as numpy arrays and solved by HiGHS."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from heliplan.aside import solved
from heliplan.codec import Ints
from heliplan.highs import Entries, Floats, State, Task
from heliplan.stop import Watch

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

    def task(self, known: Floats | None = None, **options: float) -> Task:
        """As HiGHS is asked for it."""
        width = len(self.cost)
        entries = Entries.of(self.row, self.column, self.value, width)
        return Task(
            self.cost,
            np.zeros(width),
            self.upper,
            self.low,
            self.high,
            entries,
            whole=np.full(width, not self.relaxed),
            options=options,
            known=known,
        )


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
    options = {"mip_rel_gap": watch.stop.gap, "mip_abs_gap": 0.99}
    if nodes is not None:
        options["mip_max_nodes"] = nodes
    found = solved(program.task(start, **options), watch, seed)
    if found.state == State.kInfeasible:
        return Outcome(None, None, impossible=True)
    bound = found.bound if math.isfinite(found.bound) else None
    if found.values is None or program.relaxed:
        return Outcome(found.values, bound)
    return Outcome(np.rint(found.values), bound)


def ceiling(bound: float) -> int:
    """The least whole cost not below ``bound``, rounding errors of the solver set aside."""
    return math.ceil(bound - SLACK - 1e-10 * abs(bound))
