"""The duty table (值班表): who stands at which drop point when.

:class:`RosterProblem` → :func:`solve` → :class:`RosterPlan`.
"""

from heliplan.roster.problem import KINDS, Mode, Params, RosterPlan, RosterProblem
from heliplan.roster.solve import solve

__all__ = ["KINDS", "Mode", "Params", "RosterPlan", "RosterProblem", "solve"]
