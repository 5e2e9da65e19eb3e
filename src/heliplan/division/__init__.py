from heliplan.division.check import Verdict, check
from heliplan.division.problem import Compactness, DivisionPlan, DivisionProblem, Params, band, edges_of
from heliplan.division.solve import solve
