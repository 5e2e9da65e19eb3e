"""Cutting an area into grids that hang together, hold even amounts and are compact.

>>> from heliplan.division import DivisionProblem, band, solve
>>> low, high = band([3, 2, 2, 3], grids=2, tolerance=0.2)
>>> problem = DivisionProblem(
...     points=[[0, 0], [10, 0], [20, 0], [30, 0]],
...     edges=[[0, 1], [1, 2], [2, 3]],
...     measures=[3, 2, 2, 3],
...     grids=2,
...     low=low,
...     high=high,
... )
>>> result = solve(problem)
>>> result.status.value, result.plan.grid.tolist(), result.value
('optimal', [0, 0, 1, 1], 240)
"""

from heliplan.division.check import check
from heliplan.division.explain import Change, Facts, changes, facts, why
from heliplan.division.problem import (
    Compactness,
    DivisionPlan,
    DivisionProblem,
    Params,
    band,
    change_weight,
    edges_of,
)
from heliplan.division.solve import solve

__all__ = [
    "Change",
    "Compactness",
    "DivisionPlan",
    "DivisionProblem",
    "Facts",
    "Params",
    "band",
    "change_weight",
    "changes",
    "check",
    "edges_of",
    "facts",
    "solve",
    "why",
]
