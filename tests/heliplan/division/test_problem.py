"""What is wrong with an area is named: field, index and reason. What goes out as JSON comes back."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heliplan.division import DivisionPlan, DivisionProblem, Params, band, edges_of

from .towns import block, town

NAN, INF = float("nan"), float("inf")


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"points": [[0, 0], [NAN, 0], [2, 0], [3, 0]]}, r"points\[1, 0\]: nan is not a whole number"),
        ({"points": [[0, 0], [1, INF], [2, 0], [3, 0]]}, r"points\[1, 1\]: inf"),
        ({"points": [[0, 0], [30.0001, 120.5], [2, 0], [3, 0]]}, r"points\[1, 0\]: 30.0001 is not a whole"),
        ({"points": [[0, 0], [1, 0], [2, 0], [10**8, 0]]}, r"points\[3, 0\]: 100000000 is not between"),
        ({"measures": [1, 1, -1, 1]}, r"measures\[2, 0\]: -1 is not between"),
        ({"measures": [1, 1, 1]}, r"measures: shape"),
        ({"weights": [1, 1, 1, -5]}, r"weights\[3\]: -5"),
        ({"weights": [1, NAN, 1, 1]}, r"weights\[1\]: nan"),
        ({"grids": 5}, r"grids: 5 grids of 4 units"),
        ({"grids": 0}, r"grids: 0 grids"),
        ({"low": [3], "high": [2]}, r"low\[0\]: 3 is above high 2"),
        ({"low": [-1]}, r"low\[0\]: -1"),
        ({"high": None}, r"high: missing"),
        ({"edges": [[0, 1], [1, 2], [2, 4]]}, r"edges\[2, 1\]: there is no unit 4"),
        ({"edges": [[0, 1], [1, 2], [2, 2]]}, r"edges\[2\]: unit 2 is paired with itself"),
        ({"edges": [[0, 1], [1, 2], [1, 0]]}, r"edges\[2\]: \[1, 0\] stands there already"),
        ({"barriers": [[0, 3]]}, r"barriers\[0\]: \[0, 3\] is not an edge"),
        ({"pins": [[0, 2]]}, r"pins\[0, 1\]: there is no grid 2"),
        ({"pins": [[9, 0]]}, r"pins\[0, 0\]: there is no unit 9"),
        ({"apart": [[1, 1]]}, r"apart\[0\]: unit 1 is paired with itself"),
        ({"whole": [3, -1, 3, -1]}, r"whole\[2\]: block 3 does not join it to unit 0"),
        ({"whole": [0, 0, -2, 0]}, r"whole\[2\]: -2"),
    ],
)
def test_a_wrong_field_is_named_with_its_index_and_reason(wrong, says):
    right = {
        "points": [[0, 0], [1, 0], [2, 0], [3, 0]],
        "edges": [[0, 1], [1, 2], [2, 3]],
        "measures": [1, 1, 1, 1],
        "grids": 2,
        "low": [2],
        "high": [2],
    }
    DivisionProblem(**right)
    with pytest.raises(ValueError, match=says):
        DivisionProblem(**{**right, **wrong})


def test_costs_that_would_overflow_are_refused():
    with pytest.raises(ValueError, match="coarser unit"):
        DivisionProblem([[-(10**7), 0], [10**7, 0]], [[0, 1]], [10**9, 10**9], 1, 0, 10**10)


def test_a_tolerance_gives_whole_bounds_rounded_inwards():
    low, high = band([[3, 100], [4, 0], [3, 0]], 2, 0.05)
    assert (low.tolist(), high.tolist()) == ([5, 48], [5, 52])
    assert [bound.tolist() for bound in band([20], 1, 0.05)] == [[19], [21]]


@pytest.mark.parametrize("tolerance", [-0.1, NAN, INF])
def test_an_impossible_tolerance_is_refused(tolerance):
    with pytest.raises(ValueError, match="tolerance"):
        band([1, 2], 1, tolerance)


def test_neighbour_lists_become_edges():
    assert edges_of([[1, 2], [0], [0]]).tolist() == [[0, 1], [0, 2]]


@pytest.mark.parametrize(
    ("neighbours", "says"),
    [([[1], []], r"neighbours\[0\]: names 1, but"), ([[1], [0, 7]], r"neighbours\[1\]: there is no unit 7")],
)
def test_an_edge_that_one_side_only_tells_of_is_named(neighbours, says):
    with pytest.raises(ValueError, match=says):
        edges_of(neighbours)


@given(st.integers(4, 12), st.integers(1, 3), st.integers(0, 99))
@settings(max_examples=20, deadline=None)
def test_a_problem_survives_json(units, grids, seed):
    whole = [0, *[-1] * (units - 1)]
    problem = town(units, grids, 0.3, seed, pins=[[0, 0]], apart=[[0, 1]], whole=whole, compactness="median")
    again = DivisionProblem.from_json(problem.to_json())
    assert again.to_json() == problem.to_json()
    assert again.compactness is problem.compactness
    assert (again.ways() == problem.ways()).all()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "not JSON"),
        ("[]", "not a JSON object"),
        ("{}", "points: missing"),
        ('{"size": 1}', "size: no such field"),
    ],
)
def test_broken_json_is_refused_in_one_line(text, says):
    with pytest.raises(ValueError, match=says):
        DivisionProblem.from_json(text)


def test_a_plan_survives_json_and_must_fit_its_problem():
    plan = DivisionPlan.from_json(DivisionPlan(np.array([0, 1, 1, 0])).to_json())
    assert plan.grid.tolist() == [0, 1, 1, 0]
    assert json.loads(plan.to_json()) == {"grid": [0, 1, 1, 0]}
    plan.fits(block(4, 1, 2))
    with pytest.raises(ValueError, match=r"grid\[1\]: 1 is not between 0 and 0"):
        plan.fits(block(4, 1, 1))
    with pytest.raises(ValueError, match=r"grid: shape"):
        plan.fits(block(5, 1, 2))


@pytest.mark.parametrize(
    "wrong", [{"sweeps": 0}, {"change_cost": -1}, {"exact_units": 1.5}, {"sweeps": True}]
)
def test_wrong_params_are_named(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Params(**wrong)
