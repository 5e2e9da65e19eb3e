"""Activities to times, places and helpers: most sessions first, then the most wishes."""

from heliplan.timetable.check import check
from heliplan.timetable.explain import Alternative, alternatives, pin_conflicts, unplaced, wishes_missed
from heliplan.timetable.problem import Params, TimetablePlan, TimetableProblem, Weights, weights
from heliplan.timetable.solve import TimetableResult, solve

__all__ = [
    "Alternative",
    "Params",
    "TimetablePlan",
    "TimetableProblem",
    "TimetableResult",
    "Weights",
    "alternatives",
    "check",
    "pin_conflicts",
    "solve",
    "unplaced",
    "weights",
    "wishes_missed",
]
