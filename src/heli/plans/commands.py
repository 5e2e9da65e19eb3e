"""Make the two plans. A plan that does not pass the independent check is never handed on."""

from __future__ import annotations

from heli.plans.rules import LinkingWork, Options, RosterWork
from heliplan import Result, Stop
from heliplan import linking as linking_
from heliplan import roster as roster_
from heliplan.linking import LinkingPlan
from heliplan.roster import RosterPlan


class PlanRefused(RuntimeError):
    """The check found a rule broken or a value wrong: a fault of the engine, not of the book."""


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
    result = linking_.solve(work.problem, Stop(seconds=options.seconds), options.seed, start=work.start)
    if result.plan is not None:
        report = linking_.check(work.problem, result.plan)
        if report.violations:
            raise PlanRefused(f"linking: {report.violations[0].code} {dict(report.violations[0].params)}")
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
    result = roster_.solve(work.problem, Stop(seconds=options.seconds), options.seed, start=work.start)
    if result.plan is not None:
        report = roster_.check(work.problem, result.plan)
        if report.violations:
            raise PlanRefused(f"roster: {report.violations[0].code} {dict(report.violations[0].params)}")
    return result
