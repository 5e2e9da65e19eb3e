"""Rules at their borders, wrong input by name, reasons and alternatives in codes."""

import numpy as np
import pytest

from heliplan import Status
from heliplan.timetable import TimetablePlan, TimetableProblem, alternatives, check, solve, unplaced


def hall(**facts):
    """Two activities, one place, one day of three slots, unless said otherwise."""
    usual = {
        "day": [0, 0, 0],
        "length": [1, 1],
        "people": [10, 10],
        "capacity": [20],
        "opening": [[True, True, True]],
    }
    return TimetableProblem(**{**usual, **facts})


def solved(problem):
    result = solve(problem)
    assert result.status is Status.OPTIMAL
    assert check(problem, result.plan).ok
    return result


def codes(result):
    return [conflict.code for conflict in result.conflicts]


@pytest.mark.parametrize(("people", "code"), [(20, []), (21, ["too_large"])])
def test_a_place_holds_as_many_as_it_has_seats(people, code):
    assert codes(solved(hall(people=[people, 1]))) == code


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"length": [4, 1]}, "never_open"),
        ({"opening": [[False] * 3]}, "never_open"),
        ({"needs": [[True], [False]], "has": [[False]]}, "no_equipment"),
        ({"helpers": [[1], [0]], "skill": [[False]]}, "no_helpers"),
        ({"helpers": [[1], [0]], "skill": [[True]], "most": 0}, "no_helpers"),
        ({"forbidden": [[0, -1, -1]]}, "forbidden"),
        ({"sessions": [2, 1]}, "too_few_days"),
        ({"sessions": [4, 1], "apart": [0, 1]}, "too_few_days"),
    ],
)
def test_an_activity_without_room_is_named_with_the_reason(facts, code):
    result = solved(hall(**facts))
    reason = next(conflict for conflict in result.conflicts if conflict.params["activity"] == 0)
    assert reason.code == code


def test_of_two_that_need_the_same_hour_one_is_left_and_the_other_named():
    problem = hall(opening=[[True, False, False]])
    result = solved(problem)
    left = result.conflicts[0].params
    assert codes(result) == ["taken_by"]
    assert left["activities"] == (1 - left["activity"],)


def test_a_gap_keeps_the_hall_empty_within_the_day_only():
    assert codes(solved(hall(gap=1, opening=[[True, True, False]]))) == ["taken_by"]
    assert codes(solved(hall(gap=1, opening=[[True, True, False]], day=[0, 1, 1]))) == []


def test_one_audience_cannot_be_at_two_places_at_once():
    two = {"capacity": [20, 20], "opening": [[True, False, False]] * 2}
    assert codes(solved(hall(**two))) == []
    assert codes(solved(hall(**two, audience=[[True], [True]]))) == ["taken_by"]


def test_a_helper_fills_one_need_and_no_more_than_the_most():
    who = {"helpers": [[1], [1]], "skill": [[True]]}
    assert codes(solved(hall(**who))) == []
    assert len(solved(hall(**who, most=1)).conflicts) == 1
    both = {"helpers": [[1, 1], [0, 0]], "skill": [[True, True], [False, True]]}
    assert solved(hall(**both)).plan.helper.tolist()[0][1:] == [0, 0]


def test_a_missed_wish_comes_with_other_times_and_what_they_displace():
    problem = hall(wish_time=[[True, False, False]] * 2)
    result = solved(problem)
    late = int(result.plan.activity[result.plan.begin != 0][0])
    offers = alternatives(problem, result.plan, late)
    assert result.parts["wish_time"] == 1
    assert [(offer.begin, offer.cost, offer.displaces) for offer in offers if offer.cost == 0] == [
        (0, 0, (1 - late,))
    ]
    assert all(offer.free for offer in offers if not offer.displaces)
    assert any(offer.free for offer in offers)


def test_pins_hold_and_wishes_give_way():
    problem = hall(wish_time=[[True, False, False]] * 2, fixed=[[0, 2, 0]], forbidden=[[1, 0, -1]])
    plan = solved(problem).plan
    assert (plan.activity.tolist(), plan.begin.tolist()) == ([1, 0], [1, 2])


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"fixed": [[0, 0, 0]], "opening": [[False, True, True]]}, "pin_impossible"),
        ({"fixed": [[0, 0, 0], [1, 0, 0]]}, "pins_clash"),
        ({"fixed": [[0, 0, 0], [0, 2, 0]]}, "pins_over_sessions"),
        (
            {
                "fixed": [[0, 0, -1], [1, 0, -1]],
                "capacity": [20, 20],
                "opening": [[True] * 3] * 2,
                "helpers": [[1], [1]],
                "skill": [[True]],
            },
            "pins_together",
        ),
    ],
)
def test_pins_that_cannot_be_kept_are_named(facts, code):
    result = solve(hall(**facts))
    assert result.status is Status.INFEASIBLE
    assert code in codes(result)


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({"length": [1, 0]}, r"length\[1\]"),
        ({"people": [1, float("nan")]}, r"people\[1\]"),
        ({"capacity": [-1]}, r"capacity\[0\]"),
        ({"day": [0, 1, 0]}, r"day\[2\]"),
        ({"opening": [[True, True]]}, "opening: shape"),
        ({"opening": [[2, 1, 1]]}, r"opening\[0, 0\]"),
        ({"wish_place": [1, -1]}, r"wish_place\[0\]"),
        ({"needs": [[True], [True]], "has": [[True, True]]}, "has: shape"),
        ({"most": -1, "helpers": [[1], [0]], "skill": [[True]]}, "most"),
        ({"fixed": [[0, -1, 0]]}, "fixed"),
        ({"gap": 0.5}, "gap"),
    ],
)
def test_a_wrong_field_is_named_with_index_and_reason(facts, says):
    with pytest.raises(ValueError, match=says):
        hall(**facts)


def test_nothing_to_place_is_an_empty_plan():
    assert solved(hall(length=[], people=[])).plan.activity.tolist() == []


def test_json_comes_back_as_it_went_out():
    problem = hall(helpers=[[1], [0]], skill=[[True], [True]], wish_place=[0, -1], fixed=[[0, 1, -1]])
    assert TimetableProblem.from_json(problem.to_json()).to_json() == problem.to_json()
    plan = solved(problem).plan
    assert TimetablePlan.from_json(plan.to_json()).to_json() == plan.to_json()


def test_the_check_names_every_broken_rule():
    problem = hall(
        people=[30, 10], helpers=[[1], [0]], skill=[[False]], audience=[[True], [True]], apart=[2, 2]
    )
    plan = TimetablePlan([0, 1, 1], [0, 0, 1], [0, 0, 0], [[0, 0, 0]])
    found = {violation.code for violation in check(problem, plan).violations}
    assert found == {
        "too_small", "not_skilled", "place_twice", "audience_twice", "too_close", "too_many_sessions"
    }  # fmt: skip
    late = TimetablePlan([0], [2], [0])
    assert {v.code for v in check(hall(length=[2, 1]), late).violations} == {"over_midnight"}


def test_nothing_is_unplaced_in_a_full_plan():
    problem = hall()
    assert unplaced(problem, solved(problem).plan) == ()
    assert np.array_equal(np.sort(solved(problem).plan.activity), [0, 1])
