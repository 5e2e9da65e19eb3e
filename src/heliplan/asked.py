"""What a kind's ``solve`` and ``check`` share: arguments looked at before they are used, and no plan lost."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from heliplan.compiled import hurried
from heliplan.fields import whole
from heliplan.result import Report, Result, Status
from heliplan.stop import Stop

P = ParamSpec("P")
R = TypeVar("R")
PlanT = TypeVar("PlanT")

LARGEST_SEED = 2**63 - 1

Lost = Callable[[Any, Any, Any], int]
"""Of a problem, a plan and the previous plan: what counts before the value and is not in it."""


def asked(problem: type, plan: type, params: type) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Decorator of a kind's ``solve`` and ``check``: arguments of another type are refused by name.

    Raises
    ------
    ValueError
        Names the argument, what it must be, and what it is.
    """
    classes = {"problem": problem, "plan": plan, "params": params, "start": plan, "stop": Stop}

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        signature = inspect.signature(function)

        @wraps(function)
        def checked(*args: P.args, **kwargs: P.kwargs) -> R:
            for name, value in signature.bind(*args, **kwargs).arguments.items():
                if name == "seed":
                    whole(value, name, 0, LARGEST_SEED)
                elif name == "progress":
                    _function(name, value)
                elif not (name == "start" and value is None):
                    _instance(name, value, classes[name])
            return function(*args, **kwargs)

        return checked

    return decorate


def solver(
    problem: type, plan: type, params: type, check: Callable[..., Report], lost: Lost | None = None
) -> Callable[[Callable[P, Result[PlanT]]], Callable[P, Result[PlanT]]]:
    """Decorator of a kind's ``solve``: :func:`asked`, and the result is never worse than ``start``.

    A previous plan that keeps every rule is handed back (engine ``start``) where time ended the solve before
    it found a better one.
    """

    def decorate(function: Callable[P, Result[PlanT]]) -> Callable[P, Result[PlanT]]:
        signature = inspect.signature(function)

        @asked(problem, plan, params)
        @wraps(function)
        def solve(*args: P.args, **kwargs: P.kwargs) -> Result[PlanT]:
            given = signature.bind(*args, **kwargs)
            given.apply_defaults()
            with hurried(given.arguments["stop"].seconds):
                result = function(*args, **kwargs)
            return _no_worse(result, given.arguments, check, lost)

        return solve

    return decorate


def _no_worse(
    result: Result[Any], given: dict[str, Any], check: Callable[..., Report], lost: Lost | None
) -> Result[Any]:
    """The result, or the previous plan where that keeps every rule and the result is worse."""
    problem, start = given["problem"], given["start"]
    if start is None or result.status in (Status.OPTIMAL, Status.INFEASIBLE):
        return result
    try:
        report = check(problem, start, start=start, params=given["params"])
    except ValueError:
        return result  # it leaves something open, or speaks of what has gone: no plan by itself
    if not report.ok:
        return result
    if result.plan is not None and result.value is not None:
        first = 0 if lost is None else lost(problem, result.plan, start)
        if (first, result.value) <= (0, report.value):
            return result
    bound = None if result.bound is None else min(result.bound, report.value)
    status = Status.OPTIMAL if bound == report.value else Status.FEASIBLE
    return replace(
        result,
        status=status,
        plan=start,
        value=report.value,
        bound=bound,
        engine="start",
        parts=report.parts,
        conflicts=(),
    )


def _instance(name: str, value: Any, wanted: type) -> None:
    if not isinstance(value, wanted):
        raise ValueError(f"{name}: a {wanted.__name__} is needed, got {type(value).__name__}")


def _function(name: str, value: Any) -> None:
    if value is not None and not callable(value):
        raise ValueError(f"{name}: a function that takes an Event is needed, got {type(value).__name__}")
