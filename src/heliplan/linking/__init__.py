"""Linking: every household to one member, loads within bounds, at the least cost."""

from heliplan.linking.check import check
from heliplan.linking.explain import Move, changes, explain, move_cost, why
from heliplan.linking.problem import (
    Credits,
    LinkingPlan,
    LinkingProblem,
    Matrix,
    Nearness,
    Params,
    Points,
    change_weight,
)
from heliplan.linking.solve import solve

__all__ = [
    "Credits",
    "LinkingPlan",
    "LinkingProblem",
    "Matrix",
    "Move",
    "Nearness",
    "Params",
    "Points",
    "change_weight",
    "changes",
    "check",
    "explain",
    "move_cost",
    "solve",
    "why",
]
