"""The kinds of problem that the library knows, each with the names that a shell or a plot needs.

A kind is a package with a problem class, a plan class (both with ``from_json``, ``to_json``), ``Params``,
``solve(problem, stop, seed, params, start, progress) -> Result`` and ``check(problem, plan, start, params) ->
Report``; ``start`` is a plan. One line in :data:`KINDS` makes it known.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import import_module
from typing import Any


@dataclass(frozen=True, slots=True)
class Kind:
    """Where a kind of problem lives; imported only when it is used.

    Attributes
    ----------
    problem, plan : str
        Class names in the package ``heliplan.<name>``.
    draw : str
        Name of the function in :mod:`heliplan.plot` that draws a plan.
    """

    problem: str
    plan: str
    draw: str = field(kw_only=True)


KINDS: dict[str, Kind] = {
    "linking": Kind("LinkingProblem", "LinkingPlan", draw="linking"),
    "roster": Kind("RosterProblem", "RosterPlan", draw="roster"),
    "division": Kind("DivisionProblem", "DivisionPlan", draw="division"),
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
