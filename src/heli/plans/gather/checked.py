"""No plan is handed on that the independent check refuses."""

from __future__ import annotations

from heliplan import Report


class PlanRefused(RuntimeError):
    """The check found a rule broken or a value wrong: a fault of the engine, not of the book."""


def accept(what: str, value: int | None, report: Report) -> None:
    """Raise ``PlanRefused`` unless the check finds no rule broken and the value that the solver says."""
    if report.violations:
        broken = report.violations[0]
        raise PlanRefused(f"{what}: {broken.code} {dict(broken.params)}")
    if report.value != value:
        raise PlanRefused(f"{what}: value {value}, the check says {report.value}")
