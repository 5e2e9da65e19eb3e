"""From the linear program to a plan: settle people one after the other, and price again in between."""

from __future__ import annotations

import numpy as np

from heliplan.shifts._bound import add, prices
from heliplan.shifts._master import Master, Relaxed
from heliplan.shifts._paths import Days
from heliplan.shifts._run import Run

ROUNDS = 8
SHARE = 0.8  # of the time may be gone before settling ends, so that a descent can follow
SURE = 0.98
AT_ONCE = 12  # a twelfth of the people may be settled at once


def dive(run: Run, master: Master, plan: Days) -> Days:
    """A plan: that of ``master``'s people settled, all others as in ``plan``.

    When most of the time is gone, those not settled yet take the schedule that weighs most in the linear
    program.
    """
    fixed: dict[int, int] = {}
    relaxed = master.solve()
    while len(fixed) < len(master.part.people) and not run.over and run.spent < SHARE:
        chosen = _settle(master, relaxed, fixed)
        if not chosen:
            break
        fixed |= chosen
        for column in chosen.values():
            master.bounds(column, 1.0, 1.0)
        relaxed = _again(run, master, fixed)
    for column in fixed.values():
        master.bounds(column, 0.0, np.inf)
    found = plan.copy()
    for position, column in {**_heaviest(master, relaxed), **fixed}.items():
        found[master.part.people[position]] = master.schedules[column].days
    return found


def _heaviest(master: Master, relaxed: Relaxed) -> dict[int, int]:
    """Of everybody the schedule of most weight, where one has any."""
    heaviest: dict[int, int] = {}
    for column in np.argsort(-relaxed.weight, kind="stable").tolist():
        schedule = master.schedules[column]
        if schedule.keeps and relaxed.weight[column] > 0:
            heaviest.setdefault(schedule.position, column)
    return heaviest


def _settle(master: Master, relaxed: Relaxed, fixed: dict[int, int]) -> dict[int, int]:
    """Column of everybody to settle now: those that are sure, at least the surest."""
    chosen: dict[int, int] = {}
    most = max(1, len(master.part.people) // AT_ONCE)
    for column in np.argsort(-relaxed.weight, kind="stable").tolist():
        schedule = master.schedules[column]
        sure = relaxed.weight[column] >= SURE
        if (chosen and not sure) or len(chosen) >= most or relaxed.weight[column] <= 0:
            break
        if schedule.keeps and schedule.position not in fixed and schedule.position not in chosen:
            chosen[schedule.position] = column
    return chosen


def _again(run: Run, master: Master, fixed: dict[int, int]) -> Relaxed:
    """Price for those who are not settled yet."""
    for _ in range(ROUNDS):
        relaxed = master.solve()
        if len(fixed) == len(master.part.people) or run.over:
            return relaxed
        part, price = master.part, prices(master.part, relaxed.pi)
        open_ones = [position for position in range(len(part.people)) if position not in fixed]
        found = [(position, part.staff.cheapest(part.people[position], price)) for position in open_ones]
        run.tick()
        if not add(master, relaxed, found):
            return relaxed
    return master.solve()
