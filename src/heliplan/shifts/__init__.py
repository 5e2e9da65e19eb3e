"""Shift rosters with contracts (general employee scheduling, the Curtois-Qu form)."""

from heliplan.shifts.check import check
from heliplan.shifts.explain import explain, who_could
from heliplan.shifts.files import Instance, read
from heliplan.shifts.problem import OFF, UNKNOWN, Params, ShiftsPlan, ShiftsProblem, change_weight
from heliplan.shifts.solve import solve

__all__ = [
    "OFF",
    "UNKNOWN",
    "Instance",
    "Params",
    "ShiftsPlan",
    "ShiftsProblem",
    "change_weight",
    "check",
    "explain",
    "read",
    "solve",
    "who_could",
]
