"""A plan that the independent check refuses is never handed on."""

import datetime
import types
from dataclasses import dataclass, replace

import numpy as np
import pytest

from heli.plans.gather.checked import PlanRefused, broken_rules, checked_solve
from heli.plans.rules import Options
from heliplan import Status, linking
from heliplan.linking import LinkingPlan, LinkingProblem, Matrix

OPTIONS = Options(date=datetime.date(2026, 9, 1))
PROBLEM = LinkingProblem(Matrix(np.array([[1, 9], [9, 1], [1, 9]])), low=1, high=2)


@dataclass
class Work:
    """The linking of three households, by a planner that may lie."""

    planner: object = linking
    problem: LinkingProblem | None = PROBLEM
    start: LinkingPlan | None = None


def lying(**lie):
    """The real planner, but for what it says of its plan."""

    def solve(problem, stop, seed, *, start):
        return replace(linking.solve(problem, stop, seed, start=start), **lie)

    return types.SimpleNamespace(__name__="liar", solve=solve, check=linking.check)


def test_a_true_plan_is_handed_on():
    assert checked_solve(Work(), OPTIONS).plan.member.tolist() == [0, 1, 0]


def test_without_a_problem_nothing_is_solved():
    assert checked_solve(Work(problem=None), OPTIONS) is None
    assert broken_rules(Work(problem=None), None) == ()


def test_a_plan_that_breaks_a_rule_is_refused():
    with pytest.raises(PlanRefused, match="over_high"):
        checked_solve(Work(lying(plan=LinkingPlan([0, 0, 0]))), OPTIONS)
    assert [why.code for why in broken_rules(Work(), LinkingPlan([0, 0, 0]))] == ["over_high", "under_low"]


def test_a_wrong_value_is_refused():
    with pytest.raises(PlanRefused, match=r"value 4, the check says 3"):
        checked_solve(Work(lying(value=4, parts={}, status=Status.FEASIBLE)), OPTIONS)
