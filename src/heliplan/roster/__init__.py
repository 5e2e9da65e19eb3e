"""The duty table (值班表): who stands at which drop point when.

:class:`RosterProblem` → :func:`solve` → :class:`RosterPlan`, judged by :func:`check`. A review page asks
:func:`why_unfilled`, :func:`why_members`, :func:`move_cost`, :func:`swap_cost`, :func:`loads`,
:func:`not_apart` and :func:`changes`.
"""

from heliplan.roster.check import check, loads, not_apart
from heliplan.roster.explain import Change, changes, move_cost, swap_cost, why_members, why_unfilled
from heliplan.roster.problem import KINDS, Mode, Params, RosterPlan, RosterProblem
from heliplan.roster.solve import solve

__all__ = [
    "KINDS",
    "Change",
    "Mode",
    "Params",
    "RosterPlan",
    "RosterProblem",
    "changes",
    "check",
    "loads",
    "move_cost",
    "not_apart",
    "solve",
    "swap_cost",
    "why_members",
    "why_unfilled",
]
