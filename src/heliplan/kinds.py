"""The kinds of problem that the library knows, each with the names that a shell or a plot needs.

A kind is a package with a problem class and a plan class (``from_json``, ``to_json``), ``solve(problem,
stop, seed=…, start=…, progress=…) -> Result`` and ``check(problem, plan, start=…)`` whose report carries
``violations``. One line in :data:`KINDS` makes it known.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any


def _itself(plan: Any) -> Any:
    return plan


@dataclass(frozen=True, slots=True)
class Kind:
    """Where a kind of problem lives; imported only when it is used.

    Attributes
    ----------
    problem, plan : str
        Class names in the package ``heliplan.<name>``.
    start : callable
        What ``solve`` and ``check`` take as the previous plan, made from a plan.
    draw : str
        Name of the function in :mod:`heliplan.plot` that draws a plan.
    """

    problem: str
    plan: str
    start: Callable[[Any], Any] = _itself
    draw: str = field(kw_only=True)


KINDS: dict[str, Kind] = {
    "linking": Kind("LinkingProblem", "LinkingPlan", lambda plan: plan.member, draw="linking"),
    "roster": Kind("RosterProblem", "RosterPlan", draw="roster"),
    "division": Kind("DivisionProblem", "DivisionPlan", lambda plan: plan.grid, draw="division"),
    "shifts": Kind("ShiftsProblem", "ShiftsPlan", draw="shifts"),
    "siting": Kind("SitingProblem", "SitingPlan", draw="siting"),
    "grouping": Kind("GroupingProblem", "GroupingPlan", draw="grouping"),
    "timetable": Kind("TimetableProblem", "TimetablePlan", draw="timetable"),
}


def package(name: str) -> Any:
    """The package of a kind.

    Raises
    ------
    ValueError
        If there is no such kind.
    """
    if name not in KINDS:
        raise ValueError(f"kind: {name!r} is not one of {', '.join(KINDS)}")
    return import_module(f"heliplan.{name}")


def problem_class(name: str) -> Any:
    """The problem class of a kind."""
    return getattr(package(name), KINDS[name].problem)


def plan_class(name: str) -> Any:
    """The plan class of a kind."""
    return getattr(package(name), KINDS[name].plan)


def kind_of(problem: Any) -> str:
    """The name of the kind that a problem is of; ``ValueError`` if of none."""
    for name, kind in KINDS.items():
        if type(problem).__name__ == kind.problem:
            return name
    raise ValueError(f"problem: {type(problem).__name__} is of no known kind")
