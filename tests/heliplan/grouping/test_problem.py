"""Borders of the Party's rule, wrong input by name, reasons in codes."""

import numpy as np
import pytest

from heliplan import Status
from heliplan.grouping import GroupingPlan, GroupingProblem, check, left_out, levels, other_bodies, solve


def party(members, **facts):
    """The rule for joint Party branches: at least 3 full members, at most 5 units."""
    return GroupingProblem(**{"members": members, "threshold": 3, "most": 5, **facts})


def counts(problem):
    result = solve(problem)
    assert result.status is Status.OPTIMAL
    assert check(problem, result.plan).ok
    return levels(problem, result.value), result


@pytest.mark.parametrize(
    ("members", "bodies", "uncovered"), [([2], 0, 1), ([3], 1, 0), ([1, 1], 0, 2), ([2, 1], 1, 0)]
)
def test_two_members_are_too_few_and_three_are_enough(members, bodies, uncovered):
    found, _ = counts(party(members))
    assert (found["bodies"], found["uncovered"]) == (bodies, uncovered)


@pytest.mark.parametrize(("units", "bodies", "uncovered"), [(5, 1, 0), (6, 2, 0), (10, 2, 0), (11, 3, 0)])
def test_five_units_share_a_branch_and_six_need_two(units, bodies, uncovered):
    found, _ = counts(party(np.ones(units, int)))
    assert (found["bodies"], found["uncovered"]) == (bodies, uncovered)


def test_five_units_cannot_reach_a_threshold_that_needs_six():
    found, result = counts(party([1, 0, 0, 0, 0, 2], labels=[[1], [1], [1], [1], [1], [2]]))
    assert found == {"uncovered": 6, "bodies": 0, "distance": 0}
    facts = {conflict.params["unit"]: conflict for conflict in result.conflicts}
    assert facts[1].code == "threshold_unreachable"
    assert facts[1].params == {"unit": 1, "members": 1, "short_by": 2}
    assert facts[5].code == "no_neighbours"


def test_a_unit_at_the_threshold_is_on_its_own_unless_asked_otherwise():
    found, result = counts(party([3, 2]))
    assert (found["bodies"], found["uncovered"]) == (1, 1)
    assert result.plan.seat.tolist() == [0, -1]
    found, result = counts(party([3, 2], own=False))
    assert (found["bodies"], found["uncovered"]) == (1, 0)


def test_area_or_trade_may_join_but_not_a_mixture():
    mixed = party([1, 1, 1], labels=[[1, 7], [1, 8], [2, 7]])  # 0-1 by area, 0-2 by trade
    assert counts(mixed)[0]["uncovered"] == 3
    assert counts(party([1, 1, 1], labels=[[1, 7], [1, 8], [1, 9]]))[0]["uncovered"] == 0
    assert counts(party([1, 1, 1], edges=[[0, 1], [0, 2]]))[0]["uncovered"] == 0


def test_units_beyond_reach_are_left_out_by_how_much_they_fall_short():
    problem = party([1, 1, 2], point=[[0, 0], [0, 100], [0, 300]], reach=150)
    found, result = counts(problem)
    assert found["uncovered"] == 3
    assert [conflict.code for conflict in left_out(problem, result.plan)] == [
        "threshold_unreachable",
        "threshold_unreachable",
        "no_neighbours",
    ]


def test_the_seat_is_where_the_others_have_the_least_way():
    _, result = counts(party([1, 1, 1], point=[[0, 0], [0, 40], [0, 100]]))
    assert result.plan.seat.tolist() == [1, 1, 1]
    assert result.parts["distance"] == 100


def test_what_another_body_would_cost_is_told_with_what_stands_in_the_way():
    point = [[0, 0], [0, 1], [0, 2], [0, 10], [0, 11], [0, 12], [0, 13]]
    problem = party(np.ones(7, int), point=point, most=4)
    plan = GroupingPlan([1, 1, 1, 4, 4, 4, 4])
    assert check(problem, plan).ok
    full = other_bodies(problem, plan, 0)
    assert [(reason.code, reason.params["extra"]) for reason in full] == [("body_full", 10)]
    free = other_bodies(problem, plan, 3)
    assert [(reason.code, reason.params["extra"]) for reason in free] == [("could_move", 8)]


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({"members": [1, float("nan")]}, r"members\[1\]"),
        ({"members": [1, float("inf")]}, r"members\[1\]"),
        ({"members": [1, -1]}, r"members\[1\]"),
        ({"threshold": 0}, "threshold"),
        ({"most": 0}, "most"),
        ({"labels": [[1]]}, "labels: shape"),
        ({"edges": [[0, 2]]}, r"edges\[0, 1\]"),
        ({"edges": [[1, 1]]}, r"edges\[0\].*itself"),
        ({"edges": [[0, 1]], "labels": [[1], [1]]}, "labels or edges"),
        ({"point": [[121.47, 31.2], [121.5, 31.1]]}, r"point\[0, 0\].*whole"),
        ({"point": [[0, 0], [0, 10**8]]}, r"point\[1, 1\]"),
        ({"reach": 5}, "reach: needs points"),
        ({"open": [True]}, "open: shape"),
        ({"fixed": [[0, 5]]}, r"fixed\[0, 1\]"),
    ],
)
def test_a_wrong_field_is_named_with_index_and_reason(facts, says):
    with pytest.raises(ValueError, match=says):
        GroupingProblem(**{"members": [1, 2], "threshold": 3, **facts})


def test_no_units_at_all_is_a_plan_without_bodies():
    found, result = counts(party([]))
    assert found == {"uncovered": 0, "bodies": 0, "distance": 0}
    assert result.plan.seat.tolist() == []


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"fixed": [[0, 1], [0, 2]]}, "pin_two_seats"),
        ({"fixed": [[0, 1]], "forbidden": [[0, 1]]}, "pin_forbidden"),
        ({"fixed": [[0, 1], [1, 2]]}, "pin_seat_elsewhere"),
        ({"fixed": [[0, 3]]}, "pin_alone"),
        ({"fixed": [[0, 1]], "open": [True, False, True, True]}, "pin_closed"),
        ({"fixed": [[0, 1]], "labels": [[1], [2], [1], [1]]}, "pin_may_not_join"),
        ({"fixed": [[0, 2], [1, 2]], "most": 2}, "pin_over_most"),
        ({"fixed": [[0, 0]], "labels": [[1], [2], [2], [2]]}, "pin_unreachable"),
    ],
)
def test_pins_that_cannot_be_kept_are_named(facts, code):
    result = solve(party([1, 1, 1, 3], **facts))
    assert result.status is Status.INFEASIBLE
    assert code in {conflict.code for conflict in result.conflicts}


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"point": [[0, 0], [3, 4], [9, 9]], "reach": 20, "labels": [[1, -1], [1, 2], [3, 2]]},
        {"edges": [[1, 0], [1, 2]], "fixed": [[0, 1]], "forbidden": [[2, 1]], "most": None, "own": False},
    ],
)
def test_json_comes_back_as_it_went_out(facts):
    problem = party([1, 2, 0], **facts)
    again = GroupingProblem.from_json(problem.to_json())
    assert again.to_json() == problem.to_json()
    plan = solve(problem).plan
    if plan is not None:
        assert GroupingPlan.from_json(plan.to_json()).seat.tolist() == plan.seat.tolist()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "not JSON"),
        ("[]", "object"),
        ('{"members": []}', "threshold: missing"),
        ('{"x": 1}', "x: no such"),
    ],
)
def test_broken_json_is_refused_by_name(text, says):
    with pytest.raises(ValueError, match=says):
        GroupingProblem.from_json(text)


def test_a_plan_of_another_problem_is_refused():
    with pytest.raises(ValueError, match="seat"):
        check(party([1, 1]), GroupingPlan([0]))
    with pytest.raises(ValueError, match="seat"):
        solve(party([1, 1]), start=GroupingPlan([0, 7]))


def test_the_check_names_every_broken_rule():
    problem = party([1, 1, 1, 1, 1, 1, 3], labels=[[1]] * 5 + [[2]] * 2, open=[True] * 6 + [True])
    codes = {fault.code for fault in check(problem, GroupingPlan([0, 0, 0, 0, 0, 0, -1])).violations}
    assert codes == {"too_many_units", "no_common_label", "not_alone"}
    assert {fault.code for fault in check(problem, GroupingPlan([1, 0, -1, -1, -1, -1, 6])).violations} == {
        "seat_elsewhere",
        "too_few_members",
    }
