"""A problem that is wrong says which field, index and why; JSON gives back what was written."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from tests.heliplan.linking.linking_cases import problems, village

from heliplan.linking import Credits, LinkingPlan, LinkingProblem, Matrix, Params, Points, solve


def two_by_two(**changes):
    return LinkingProblem(**{"nearness": Matrix([[1, 2], [3, 4]]), "low": 1, "high": 1, **changes})


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Matrix([[1, -2]]), r"nearness.distance\[0, 1\]: -2 is not between"),
        (lambda: Matrix([[1, float("nan")]]), r"nearness.distance\[0, 1\]: nan"),
        (lambda: Matrix([[1, float("inf")]]), r"nearness.distance\[0, 1\]: inf"),
        (lambda: Matrix([[1, 10**9 + 1]]), r"nearness.distance\[0, 1\]: 1000000001"),
        (lambda: Matrix([1, 2]), r"nearness.distance: shape \(2,\)"),
        (lambda: Matrix([[0.5]]), r"nearness.distance\[0, 0\]: 0.5 is not a whole number"),
        (lambda: Points([[0, 10**8]], [[0, 0]]), r"nearness.households\[0, 1\]: 100000000"),
        (lambda: Points([[0, 0]], [[0, 0, 0]]), r"nearness.members: shape \(1, 3\)"),
        (lambda: Credits([0], [0], [-1], ("kin",)), r"credits.amount\[0\]: -1"),
        (lambda: Credits([0], [0], [1], ("distance",)), r"credits.kind\[0\]: 'distance'"),
        (lambda: Credits([0], [0], [1], ("",)), r"credits.kind\[0\]: ''"),
        (lambda: Credits([0, 1], [0], [1], ("kin",)), r"credits.household: shape \(2,\)"),
        (lambda: two_by_two(nearness=[[1]]), "nearness: list is neither"),
        (lambda: two_by_two(low=[1]), r"low: shape \(1,\), expected \(2,\)"),
        (lambda: two_by_two(low=[0, 2], high=[1, 1]), r"low\[1\]: 2 is above high 1"),
        (lambda: two_by_two(high=-1), r"high\[0\]: -1"),
        (lambda: two_by_two(fixed=[[0, 2]]), r"fixed\[0, 0\]: 2 is not between 0 and 1"),
        (lambda: two_by_two(forbidden=[[5, 0]]), r"forbidden\[0, 0\]: 5"),
        (lambda: two_by_two(fixed=[0, 1]), r"fixed: shape \(2,\)"),
        (
            lambda: two_by_two(credits=Credits([2], [0], [1], ("kin",))),
            r"credits.household\[0\]: 2",
        ),
        (
            lambda: LinkingProblem(
                Points([[0, 0]] * 40_000, [[0, 0]] * 20_000),
                0,
                2,
                Credits([0] * 40_000, [0] * 40_000, [10**9] * 40_000, ("kin",) * 40_000),
            ),
            "credits.amount: too large in sum",
        ),
        (lambda: Params(change_cost=-1), "change_cost: -1"),
        (lambda: Params(change_cost=0.5), "change_cost: 0.5"),
        (lambda: solve(two_by_two(), start=LinkingPlan([0])), r"start.member: shape \(1,\)"),
        (lambda: solve(two_by_two(), start=LinkingPlan([0, 2])), r"start.member\[1\]: 2"),
        (lambda: LinkingPlan([0, 2]).fits(two_by_two()), r"member\[1\]: 2"),
    ],
)
def test_what_is_wrong_is_named(make, says):
    with pytest.raises(ValueError, match=says):
        make()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "not JSON"),
        ("[]", "not a JSON object"),
        ('{"low": 1, "high": 1}', "nearness: missing"),
        ('{"nearness": {"distance": [[1]]}, "low": 1, "high": 1, "hi": 2}', "hi: no such field"),
        ('{"nearness": {"distance": [[1]], "members": []}, "low": 1, "high": 1}', "nearness: neither"),
        ('{"nearness": {"distance": [[1]]}, "low": 1, "high": 1, "credits": 3}', "credits: not a list"),
        (
            '{"nearness": {"distance": [[1]]}, "low": 1, "high": 1, "credits": [{"member": 0}]}',
            r"credits\[0\]: not an object",
        ),
        ('{"nearness": {"distance": [["a"]]}, "low": 1, "high": 1}', "nearness.distance"),
    ],
)
def test_broken_json_is_named(text, says):
    with pytest.raises(ValueError, match=says):
        LinkingProblem.from_json(text)


@settings(max_examples=50, deadline=None)
@given(problems())
def test_json_gives_back_the_same_problem(problem):
    again = LinkingProblem.from_json(problem.to_json())
    assert json.loads(again.to_json()) == json.loads(problem.to_json())
    every = np.arange(problem.households)
    assert (again.nearness.table(every) == problem.nearness.table(every)).all()
    assert solve(again).value == solve(problem).value


def test_json_gives_back_the_same_plan():
    plan = solve(village(30, 5)).plan
    assert (LinkingPlan.from_json(plan.to_json()).member == plan.member).all()


def test_distances_between_points_are_straight_lines_rounded():
    near = Points([[0, 0], [-3, 1]], [[3, 4], [1, 1], [0, 0]])
    assert near.table(np.arange(2)).tolist() == [[5, 1, 0], [7, 4, 3]]
    assert near.table(np.array([1]), np.array([2, 0])).tolist() == [[3, 7]]
    assert near.pairs(np.array([0, 1]), np.array([0, 1])).tolist() == [5, 4]


def test_arrays_cannot_be_changed_afterwards():
    problem = village(30, 5)
    for array in (problem.low, problem.nearness.households, problem.fixed):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0
