"""Solve a problem and judge the plan: none is handed on that the independent check refuses."""

from __future__ import annotations

from typing import Protocol, TypeVar

from heli.plans.rules import Labels, Options, Village
from heliplan import Reason, Report, Result, Stop

ProblemT = TypeVar("ProblemT")
ProblemT_contra = TypeVar("ProblemT_contra", contravariant=True)
PlanT = TypeVar("PlanT")


class PlanRefused(RuntimeError):
    """The check found a rule broken or a value wrong: a fault of the engine, not of the book."""


class PlanOf(Protocol):
    """A plan of a village, whatever it plans."""

    @property
    def village(self) -> Village:
        """Its rows."""

    @property
    def labels(self) -> Labels:
        """What they are called."""

    @property
    def options(self) -> Options:
        """What was asked."""


class Planner(Protocol[ProblemT_contra, PlanT]):
    """A problem's package of the planning library: it solves, and judges a plan from scratch."""

    __name__: str

    def solve(self, problem: ProblemT_contra, stop: Stop, seed: int, *, start: PlanT | None) -> Result[PlanT]:
        """Make a plan."""

    def check(self, problem: ProblemT_contra, plan: PlanT, start: PlanT | None) -> Report:
        """Judge a plan."""


class Work(Protocol[ProblemT, PlanT]):
    """A problem of a village with the plan to change the least of, and what solves and checks it."""

    @property
    def planner(self) -> Planner[ProblemT, PlanT]:
        """The problem's package of the planning library."""

    @property
    def problem(self) -> ProblemT | None:
        """``None`` when there is nothing to plan."""

    @property
    def start(self) -> PlanT | None:
        """The earlier plan, if there is one."""


def checked_solve(work: Work[ProblemT, PlanT], options: Options) -> Result[PlanT] | None:
    """Solve and check; ``None`` when there is no problem. With ``work.start``, the least of it changes.

    Raises
    ------
    PlanRefused
        When the check finds a rule broken, or another value than the solver says.
    """
    if work.problem is None:
        return None
    result = work.planner.solve(work.problem, Stop(seconds=options.seconds), options.seed, start=work.start)
    if result.plan is not None:
        report = work.planner.check(work.problem, result.plan, work.start)
        accept(work.planner.__name__, result.value, report)
    return result


def broken_rules(work: Work[ProblemT, PlanT], plan: PlanT | None) -> tuple[Reason, ...]:
    """Rules that a plan breaks, judged from scratch; none without a plan."""
    if work.problem is None or plan is None:
        return ()
    return work.planner.check(work.problem, plan, work.start).violations


def accept(what: str, value: int | None, report: Report) -> None:
    """Raise ``PlanRefused`` unless the check finds no rule broken and the value that the solver says."""
    if report.violations:
        broken = report.violations[0]
        raise PlanRefused(f"{what}: {broken.code} {dict(broken.params)}")
    if report.value != value:
        raise PlanRefused(f"{what}: value {value}, the check says {report.value}")
