"""What a solve gives back, the same for every problem."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Generic, TypeVar

import numpy as np

from heliplan.codec import Ints

PlanT = TypeVar("PlanT")


class Status(StrEnum):
    """What is known about a plan. ``OPTIMAL`` is never said without a proof."""

    OPTIMAL = "optimal"  #: a plan, and a bound that proves that none is better
    FEASIBLE = "feasible"  #: a plan that keeps every rule; the gap says how much better one might be
    INFEASIBLE = "infeasible"  #: proven: no plan keeps every rule; ``conflicts`` names why
    STOPPED = "stopped"  #: time or iterations ran out before a plan was found; nothing is proven


@dataclass(frozen=True, slots=True)
class Reason:
    """A fact in codes: ``code`` names it, ``params`` fill it. Words are made by whoever shows it.

    Parameters are plain: integers, floats, strings and tuples of them. Where they name a household, a
    member or a slot they carry its index in the problem.
    """

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


class Conflict(Reason):
    """A :class:`Reason` why something that was asked for cannot be had."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a kind's ``check`` says of a plan, the same for every problem.

    Attributes
    ----------
    violations : tuple of Reason
        Every broken rule; none: the plan is good. The kind's ``check`` lists the codes.
    value : int
        The plan's cost, counted again; 0 when the plan speaks of what the problem does not have.
    parts : mapping of str to int
        The value by named part, as in the solver's result; they sum to ``value``.
    loads : array of int
        What each member (linking: [M]) or grid (division: [K, M]) carries; empty in other kinds.
    """

    violations: tuple[Reason, ...]
    value: int
    parts: Mapping[str, int] = field(default_factory=dict)
    loads: Ints = field(default_factory=lambda: np.zeros(0, np.int64), compare=False)

    @property
    def ok(self) -> bool:
        """Whether every rule is kept."""
        return not self.violations


@dataclass(frozen=True, slots=True)
class Result(Generic[PlanT]):
    """A plan with what is known about it. All problems minimise; costs are integers.

    Attributes
    ----------
    status : Status
    plan : PlanT or None
        ``None`` exactly when the status is ``INFEASIBLE`` or ``STOPPED``.
    value, bound : int or None
        Cost of the plan; a proven lower bound on the cost of every plan (``None``: none known).
    parts : mapping of str to int
        The value by named part; the parts sum to ``value``.
    engine : str
        Which engine made the plan.
    seed : int
    seconds : float
        Wall time of the solve.
    conflicts : tuple of Conflict
        Why there is no plan, or which wishes could not be met.
    levels : mapping of str to (int, int)
        In kinds whose goals come in a strict order (grouping, timetable): value and bound of each as counts.
        A bound says something as long as those before it equal their values.
    """

    status: Status
    plan: PlanT | None
    value: int | None
    bound: int | None
    engine: str
    seed: int
    seconds: float
    parts: Mapping[str, int] = field(default_factory=dict)
    conflicts: tuple[Conflict, ...] = ()
    levels: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        has_plan = self.status in (Status.OPTIMAL, Status.FEASIBLE)
        if has_plan != (self.plan is not None) or has_plan != (self.value is not None):
            raise ValueError(f"status {self.status} does not fit the plan and value given")
        if self.value is not None and self.bound is not None and self.bound > self.value:
            raise ValueError(f"bound {self.bound} is above the value {self.value}")
        if self.status is Status.OPTIMAL and self.bound != self.value:
            raise ValueError(f"optimal without proof: value {self.value}, bound {self.bound}")
        if self.value is not None and self.parts and sum(self.parts.values()) != self.value:
            raise ValueError(f"parts sum to {sum(self.parts.values())}, the value is {self.value}")

    @property
    def gap(self) -> float | None:
        """``(value - bound) / max(1, |value|)``: 0.0 is proven optimal, ``None`` is unknown."""
        if self.value is None or self.bound is None:
            return None
        return (self.value - self.bound) / max(1, abs(self.value))

    @property
    def gaps(self) -> dict[str, float]:
        """The gap of every level whose bound says something: one number for all hides a gap in the last."""
        found: dict[str, float] = {}
        for name, (value, bound) in self.levels.items():
            found[name] = (value - bound) / max(1, abs(value))
            if bound < value:
                break
        return found
