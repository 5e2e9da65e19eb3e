"""A better bound: how many are too few, in all, in a week, on a day, is a whole number.

Where the linear program says 3.7, there are at most 3 or at least 4: two linear programs, and the lower of
their bounds holds. The lowest first, since it is the bound of the whole. (Branching on sums in column
generation: F. Vanderbeck and L. Wolsey 1996.)
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field, replace

import numpy as np

from heliplan.shifts._bound import Bound, generate
from heliplan.shifts._master import Bools, Floats, Master, Part, Schedule, Whole
from heliplan.shifts._run import Run
from heliplan.shifts.problem import WEEK

NODES = 40
SHARE = 0.2  # of the time, at most
WHOLE = 1e-5


@dataclass(order=True, slots=True)
class _Node:
    """What its linear program proves; bounds on the sums [T] and what they are."""

    grains: int
    turn: int
    bound: Bound = field(compare=False)
    low: Whole = field(compare=False)
    high: Whole = field(compare=False)
    sums: Floats = field(compare=False)


def lift(run: Run, part: Part, schedules: list[Schedule], bound: Bound) -> list[Bound]:
    """Prove more than ``bound``, that of the whole.

    Returns bounds of which one holds for any plan that is better than the run's.
    """
    if run.value is None:
        return [bound]
    sums = _sums(part)
    master = Master(run, replace(part, everything=False), sums, part.staff.dearest // 2)
    master.add(schedules)
    most = (sums * part.required).sum(axis=(1, 2))
    began, turn = run.spent, 0
    root = _solved(run, master, 0, np.zeros(len(sums), np.int64), most, began + SHARE)
    nodes = [] if root is None else [root]
    while nodes and turn < NODES and not run.over and run.spent < began + SHARE:
        node = nodes[0]
        broken = np.flatnonzero(np.abs(node.sums - np.rint(node.sums)) > WHOLE)
        if not len(broken):
            break
        at, less, more = int(broken[0]), node.high.copy(), node.low.copy()
        less[at] = int(np.floor(node.sums[at]))
        more[at] = less[at] + 1
        children = []
        for low, high in ((node.low, less), (more, node.high)):
            turn += 1
            child = _solved(run, master, turn, low, high, began + SHARE)
            if child is None:
                return [one.bound for one in nodes]
            children.append(child)
        heapq.heappop(nodes)
        for child in children:
            if child.bound.value < run.value:
                heapq.heappush(nodes, child)
        run.prove(min((one.bound.value for one in nodes), default=run.value), "bound")
    return [one.bound for one in nodes] or [bound]


def _sums(part: Part) -> Bools:
    """All, every week, every day."""
    days, shifts = part.required.shape
    week = np.arange(days) // WEEK
    rows = [
        np.ones(days, np.bool_),
        *(week == which for which in range(week[-1] + 1)),
        *np.eye(days, dtype=np.bool_),
    ]
    return np.repeat(np.array(rows)[:, :, None], shifts, axis=2)


def _solved(run: Run, master: Master, turn: int, low: Whole, high: Whole, share: float) -> _Node | None:
    """The node with these bounds; ``None`` where time is up."""
    master.between(low, high)
    bound = generate(run, master, stop_at=run.value, share=share)
    if bound is None or run.over:
        return None
    return _Node(bound.grains, turn, bound, low, high, master.solve(run).sums)
