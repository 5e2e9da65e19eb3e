"""Linking: every household to one member, loads within bounds, at the least cost."""

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
    "Nearness",
    "Params",
    "Points",
    "change_weight",
    "solve",
]
