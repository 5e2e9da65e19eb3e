"""Make the two plans. A plan that does not pass the independent check is never handed on."""

from __future__ import annotations

from typing import Protocol

from heli.plans.rules import LinkingWork, Options, RosterWork
from heliplan import Reason, Result, Stop, linking, roster
from heliplan.linking import LinkingPlan
from heliplan.roster import RosterPlan


class PlanRefused(RuntimeError):
    """The check found a rule broken or a value wrong: a fault of the engine, not of the book."""


class Report(Protocol):
    """What a check says."""

    @property
    def value(self) -> int | None: ...

    @property
    def violations(self) -> tuple[Reason, ...]: ...


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
