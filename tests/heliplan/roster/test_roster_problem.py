"""A wrong field is named; what goes out as JSON comes in the same."""

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given
from tests.heliplan.roster.roster_cases import problems, tiny

from heliplan.roster import Params, RosterPlan, RosterProblem, solve


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"mode": "weekly"}, "mode: 'weekly'"),
        ({"available": np.ones((3, 6, 2))}, "available: 6 days"),
        ({"available": np.ones((3, 14, 2)), "mode": "groups"}, "available: 14 days; day groups"),
        ({"available": np.full((3, 7, 2), 2)}, r"available\[0, 0, 0\]: 2"),
        ({"available": np.full((3, 7, 2), np.nan)}, r"available\[0, 0, 0\]"),
        ({"available": np.ones((3, 7, 0))}, "available: .*no period"),
        ({"shift_day": [9] * 8}, r"shift_day\[0\]: 9"),
        ({"shift_period": [2] * 8}, r"shift_period\[0\]: 2"),
        ({"shift_post": [-1] * 8}, r"shift_post\[0\]: -1"),
        ({"shift_post": [0] * 8}, r"shift_post\[1\]: the same .* shift 0"),
        ({"seats": [[1, 0, -1]] * 8}, r"seats\[0, 2\]: -1"),
        ({"seats": [[1, 0]] * 8}, "seats: shape"),
        ({"first_weekday": 0}, "first_weekday: 0"),
        ({"early": [True]}, "early: shape"),
        ({"way": [[0, -4]] * 3}, r"way\[0, 1\]: -4"),
        ({"way": [[0]] * 3}, "way: 1 posts"),
        ({"wish": np.full((3, 7, 2), np.inf)}, r"wish\[0, 0, 0\]"),
        ({"history": [[0, 0, -1]] * 3}, r"history\[0, 2\]: -1"),
        ({"pairs": [[1, 1]]}, r"pairs\[0\].*itself"),
        ({"pairs": [[0, 3]]}, r"pairs\[0, 0\]: 3"),
        ({"pins": [[3, 0]]}, r"pins\[0, 0\]: 3"),
        ({"forbidden": [[0, 8]]}, r"forbidden\[0, 0\]: 8"),
        ({"max_per_day": 0}, "max_per_day: 0"),
        ({"max_total": [1, 2]}, "max_total: shape"),
        ({"max_total": -1}, r"max_total\[0\]: -1"),
    ],
)
def test_a_wrong_field_is_named_with_index_and_reason(wrong, says):
    with pytest.raises(ValueError, match=says):
        tiny(**wrong)


@pytest.mark.parametrize("name", ["total", "rest", "change_cost"])
def test_a_weight_below_zero_is_refused_by_name(name):
    with pytest.raises(ValueError, match=name):
        Params(**{name: -1})


def same(one, other):
    return all(np.array_equal(getattr(one, f.name), getattr(other, f.name)) for f in fields(one))


@given(problems())
def test_a_problem_comes_back_from_json(problem):
    assert same(RosterProblem.from_json(problem.to_json()), problem)


def test_a_plan_comes_back_from_json():
    plan = solve(tiny()).plan
    assert same(RosterPlan.from_json(plan.to_json()), plan)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "not JSON"),
        ("[]", "not a JSON object"),
        ('{"colour": 1}', "colour: no such field"),
        ("{}", "mode: missing"),
    ],
)
def test_broken_json_says_what_is_wrong(text, says):
    with pytest.raises(ValueError, match=says):
        RosterProblem.from_json(text)


def test_arrays_cannot_be_changed():
    problem = tiny()
    with pytest.raises(ValueError, match="read-only"):
        problem.way[0, 0] = 1


def test_weekends_follow_the_first_weekday():
    assert np.flatnonzero(tiny(first_weekday=6).weekend).tolist() == [0, 1]


def test_a_plan_for_another_problem_is_refused():
    plan = solve(tiny()).plan
    with pytest.raises(ValueError, match="member"):
        solve(tiny(available=np.ones((1, 7, 2))), start=plan)
