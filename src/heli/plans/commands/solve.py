"""Gather, solve, check: the one way from a village to its two plans, for the command line and the web.

A plan that does not pass the independent check is never handed on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from heli.plans.gather.checked import PlanRefused, checked_solve
from heli.plans.links import gather_linking
from heli.plans.queries import Plan, advice
from heli.plans.rules import Options, Pins, Previous, TurnsBefore, Village, label
from heli.plans.turns import gather_roster

__all__ = ["PlanRefused", "plan_village"]


def quiet() -> None:
    """For who need not know when the roster begins."""


def plan_village(
    village: Village,
    options: Options,
    pins: Pins,
    previous: Previous | None,
    before: TurnsBefore,
    on_roster: Callable[[], None] = quiet,
) -> Plan:
    """Plan a village: its links, then its roster, each checked.

    ``previous`` is the plan to change the least of, ``before`` the turns stood before; ``on_roster`` is
    called between the two tables.

    Raises
    ------
    PlanRefused
        When a plan does not pass the check.
    """
    labels = label(village)
    linking_work = gather_linking(village, labels, options, pins, previous)
    division = checked_solve(linking_work, options)
    links = linking_work.links(division.plan if division else None)
    on_roster()
    roster_work = gather_roster(village, labels, options, pins, previous, links, before)
    seats = checked_solve(roster_work, options)
    found = (*village.problems, *pins.problems, *linking_work.problems, *roster_work.problems)
    plan = Plan(village, labels, options, linking_work, division, roster_work, seats, found, previous)
    return replace(plan, problems=(*found, *advice(plan)))
