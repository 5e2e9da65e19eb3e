"""Where the next centre, hall or drop point should stand: covering, median, capacities, what-if.

>>> from heliplan.siting import Goal, Planar, SitingProblem, solve
>>> homes = [[0, 0], [100, 0], [0, 100], [900, 900], [1000, 900]]
>>> problem = SitingProblem(Goal.MEDIAN, Planar.anywhere(homes), people=[4, 3, 5, 2, 6], p=2)
>>> solve(problem).plan.open
(0, 4)
"""

from heliplan.siting.check import check
from heliplan.siting.compare import Outlook, compare, what_if
from heliplan.siting.distances import Listed, Planar, Sphere
from heliplan.siting.explain import explain
from heliplan.siting.problem import Goal, Params, SitingPlan, SitingProblem
from heliplan.siting.solve import solve

__all__ = [
    "Goal",
    "Listed",
    "Outlook",
    "Params",
    "Planar",
    "SitingPlan",
    "SitingProblem",
    "Sphere",
    "check",
    "compare",
    "explain",
    "solve",
    "what_if",
]
