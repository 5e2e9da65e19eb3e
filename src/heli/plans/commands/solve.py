"""Gather, solve, check: the one way from a village to its two plans, for the command line and the web.

A plan that does not pass the independent check is never handed on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from heli.plans.gather import gather_linking, gather_roster
from heli.plans.queries import Plan, advice
from heli.plans.rules import LinkingWork, Options, Pins, Previous, RosterWork, Stood, Village, label
from heliplan import Report, Result, Stop, linking, roster
from heliplan.linking import LinkingPlan
from heliplan.roster import RosterPlan


class PlanRefused(RuntimeError):
    """The check found a rule broken or a value wrong: a fault of the engine, not of the book."""


def quiet() -> None:
    """For who need not know when the roster begins."""


def plan_village(
    village: Village,
    options: Options,
    pins: Pins,
    previous: Previous | None,
    stood: Stood,
    on_roster: Callable[[], None] = quiet,
    levelled: tuple[str, ...] = (),
) -> Plan:
    """Plan a village: its links, then its roster, each checked.

    ``previous`` is the plan to change the least of, ``stood`` the turns stood before; ``on_roster`` is called
    between the two tables. ``levelled`` are those whose turns stood before are the others' level.

    Raises
    ------
    PlanRefused
        When a plan does not pass the check.
    """
    labels = label(village)
    linking_work = gather_linking(village, labels, options, pins, previous)
    division = link_households(linking_work, options)
    links = linking_work.links(division.plan if division else None)
    on_roster()
    roster_work = gather_roster(village, labels, options, pins, previous, links, stood)
    roster_work = replace(roster_work, levelled=levelled)
    seats = fill_roster(roster_work, options)
    found = (*village.problems, *pins.problems, *linking_work.problems, *roster_work.problems)
    plan = Plan(village, labels, options, linking_work, division, roster_work, seats, found, previous)
    return replace(plan, problems=(*found, *advice(plan)))


def link_households(work: LinkingWork, options: Options) -> Result[LinkingPlan] | None:
    """Link every household to a member; ``None`` when there is no problem to solve.

    With ``work.start``, the fewest households change.

    Raises
    ------
    PlanRefused
        When the plan does not pass the check.
    """
    if work.problem is None:
        return None
    result = linking.solve(work.problem, Stop(seconds=options.seconds), options.seed, start=work.start)
    if result.plan is not None:
        _accept("linking", result.value, linking.check(work.problem, result.plan, start=work.start))
    return result


def fill_roster(work: RosterWork, options: Options) -> Result[RosterPlan] | None:
    """Fill the seats; ``None`` when there is no problem to solve.

    With ``work.start``, the fewest seats change hands.

    Raises
    ------
    PlanRefused
        When the plan does not pass the check.
    """
    if work.problem is None:
        return None
    result = roster.solve(work.problem, Stop(seconds=options.seconds), options.seed, start=work.start)
    if result.plan is not None:
        _accept("roster", result.value, roster.check(work.problem, result.plan, start=work.start))
    return result


def _accept(what: str, value: int | None, report: Report) -> None:
    if report.violations:
        broken = report.violations[0]
        raise PlanRefused(f"{what}: {broken.code} {dict(broken.params)}")
    if report.value != value:
        raise PlanRefused(f"{what}: value {value}, the check says {report.value}")
