"""Joint organisations from small units: most units covered, fewest bodies, least distance, in that order."""

from heliplan.grouping.check import check
from heliplan.grouping.explain import left_out, levels, other_bodies, pin_conflicts
from heliplan.grouping.problem import GroupingPlan, GroupingProblem, Params, Weights, weights
from heliplan.grouping.solve import GroupingResult, solve

__all__ = [
    "GroupingPlan",
    "GroupingProblem",
    "GroupingResult",
    "Params",
    "Weights",
    "check",
    "left_out",
    "levels",
    "other_bodies",
    "pin_conflicts",
    "solve",
    "weights",
]
