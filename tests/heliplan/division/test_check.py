"""The judge names every broken rule, and the explanations agree with it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heliplan.division import DivisionPlan, Params, change_weight, changes, check, facts, solve, why

from .towns import block, town


def codes(problem, grid, start=None):
    return [reason.code for reason in check(problem, DivisionPlan(np.array(grid)), start).violations]


def test_a_good_plan_has_no_violation_and_its_cost_is_counted_by_hand():
    verdict = check(block(4, 1, 2), DivisionPlan(np.array([0, 0, 1, 1])))
    assert verdict.ok
    assert verdict.loads.tolist() == [[2], [2]]
    assert dict(verdict.parts) == {"compactness": 2 * (25 + 25)}


def test_the_median_cost_is_the_way_to_the_best_house():
    problem = block(5, 1, 1, compactness="median", weights=[1, 1, 1, 1, 5])
    assert check(problem, DivisionPlan(np.zeros(5, int))).value == 10 + 20 + 30 + 40


@pytest.mark.parametrize(
    ("fields", "grid", "code"),
    [
        ({}, [0, 1, 0, 1], "grid.split"),
        ({}, [0, 0, 0, 1], "grid.above"),
        ({}, [0, 0, 0, 1], "grid.below"),
        ({}, [0, 0, 0, 0], "grid.empty"),
        ({"barriers": [[0, 1]]}, [0, 0, 1, 1], "grid.split"),
        ({"pins": [[0, 1]]}, [0, 0, 1, 1], "pin.broken"),
        ({"apart": [[0, 1]]}, [0, 0, 1, 1], "apart.broken"),
        ({"whole": [-1, 7, 7, -1]}, [0, 0, 1, 1], "block.split"),
    ],
)
def test_a_broken_rule_is_named(fields, grid, code):
    assert code in codes(block(4, 1, 2, **fields), grid)


def test_a_changed_household_costs_what_was_agreed():
    problem = block(4, 1, 2, tolerance=1, measures=[2, 3, 0, 2])
    plan, start = DivisionPlan(np.array([0, 1, 1, 1])), DivisionPlan([0, 0, 0, -1])
    assert check(problem, plan, start, Params(change_cost=10)).parts["change"] == 10 * (3 + 1)
    assert check(problem, plan, start).parts["change"] == change_weight(problem) * (3 + 1)
    assert [(c.unit, c.was, c.now, c.weight) for c in changes(problem, plan, start)] == [
        (1, 0, 1, 3),
        (2, 0, 1, 0),
    ]


@given(st.integers(6, 14), st.integers(1, 3), st.integers(0, 10**6), st.sampled_from(["inertia", "median"]))
@settings(max_examples=25, deadline=None)
def test_no_plan_costs_more_than_one_change(units, grids, seed, compactness):
    problem = town(units, grids, 0.5, seed, compactness=compactness)
    grid = np.random.default_rng(seed).integers(0, grids, units)
    assert check(problem, DivisionPlan(grid)).value < change_weight(problem)


def test_each_grid_says_what_it_holds_and_what_lies_beside_it():
    problem = block(6, 1, 3)
    first, second, third = facts(problem, DivisionPlan(np.array([0, 0, 1, 1, 2, 2])))
    assert (first.units, first.amounts, first.cost, first.centre, first.beside) == (2, (2,), 50, 0, (1,))
    assert second.beside == (0, 2)
    assert third.grid == 2


def test_why_a_unit_lies_there():
    plan = DivisionPlan(np.array([0, 0, 0, 1, 1, 1]))
    assert [(r.code, r.params) for r in why(block(6, 1, 2, tolerance=0.5), plan, 0)] == [
        ("inner", {"grid": 0})
    ]
    (pinned,) = why(block(6, 1, 2, pins=[[2, 0]]), plan, 2)
    assert pinned.code == "pinned"
    (costs,) = why(block(6, 1, 2, tolerance=0.5), plan, 2)
    assert (costs.code, costs.params) == ("move.costs", {"grid": 1, "cost": 50 + 500 - 200 - 200})
    (breaks,) = why(block(6, 1, 2), plan, 2)
    assert (breaks.code, breaks.params["code"]) == ("move.breaks", "grid.below")
    with pytest.raises(ValueError, match="unit: there is no unit 6"):
        why(block(6, 1, 2), plan, 6)


@pytest.mark.slow
@given(st.integers(8, 16), st.integers(2, 3), st.integers(0, 10**6))
@settings(max_examples=10, deadline=None)
def test_no_single_move_improves_a_proven_plan(units, grids, seed):
    problem = town(units, grids, 0.4, seed)
    result = solve(problem)
    if result.plan is not None and result.gap == 0:
        told = [reason for unit in range(units) for reason in why(problem, result.plan, unit)]
        assert all(reason.params["cost"] >= 0 for reason in told if reason.code == "move.costs")
