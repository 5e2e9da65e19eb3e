"""A broken rule is found; an empty seat and every name have a reason; a change by hand has a price."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.heliplan.roster.roster_cases import plan_of, problems, tiny

from heliplan.roster import (
    Mode,
    Params,
    changes,
    check,
    loads,
    move_cost,
    solve,
    swap_cost,
    why_members,
    why_unfilled,
)


def codes(reasons):
    return {reason.code for reason in reasons}


@pytest.mark.parametrize(
    ("facts", "turns", "code"),
    [
        ({"available": np.zeros((3, 7, 2))}, [(0, 0, 0)], "not_available"),
        ({"forbidden": [[0, 0]]}, [(0, 0, 0)], "forbidden"),
        ({"may_sit": [[0, 1, 1]] * 3}, [(0, 0, 0)], "wrong_kind"),
        ({}, [(0, 0, 0), (0, 0, 0)], "twice"),
        ({}, [(0, 0, 0), (0, 1, 0)], "two_posts"),
        ({"max_per_day": 1}, [(0, 0, 0), (0, 2, 0)], "over_day"),
        ({"max_total": 1}, [(0, 0, 0), (0, 4, 0)], "over_total"),
        ({}, [(0, 2, 0), (0, 4, 0)], "no_rest"),
        ({}, [(0, 0, 0), (1, 0, 0)], "too_many"),
        ({"pins": [[0, 0]]}, [], "pin_missing"),
        ({"mode": Mode.GROUPS}, [], "group_wrong"),
    ],
)
def test_a_broken_rule_is_found(facts, turns, code):
    problem = tiny(**facts)
    assert code in codes(check(problem, plan_of(problem, turns), params=Params(rest=None)).violations)


def test_a_wrong_group_count_or_leader_is_found():
    problem = tiny(mode=Mode.GROUPS, leader=[True, False, False])
    plan = plan_of(problem, [(0, 4, 0)], [0, 0, 1])
    assert "not_in_group" in codes(check(problem, plan).violations)
    assert "leader_wrong" in codes(check(problem, replace(plan, leader=np.full(7, 2))).violations)
    assert "unfilled_wrong" in codes(check(problem, replace(plan, unfilled=plan.unfilled + 1)).violations)


def test_the_parts_are_what_the_weights_say():
    problem = tiny(
        history=[[2, 1, 0], [0, 0, 0], [0, 0, 0]], way=[[7, 0]] * 3, pairs=[[0, 1]], leader=[0, 1, 0]
    )
    turns = [(0, 0, 0), (1, 1, 0), (0, 2, 0), (0, 4, 0)]
    parts = check(problem, plan_of(problem, turns)).parts
    assert parts["total"] == 100 * (2 + 3 + 4)
    assert parts["early"] == 40 * (1 + 2)
    assert parts["way"] == 3 * 7
    assert parts["pair"] == -30
    assert parts["second"] == 200
    assert parts["rest"] == 100
    assert parts["leader"] == 1000
    assert parts["unfilled"] > 4 * sum(abs(cost) for name, cost in parts.items() if name != "unfilled")


@settings(max_examples=20, deadline=None)
@given(problems())
def test_every_seat_and_every_gap_has_a_reason(problem):
    result = solve(problem)
    assume(result.plan is not None)
    reasons = why_members(problem, result.plan)
    assert [reason.params["member"] for reason in reasons] == result.plan.member.tolist()
    for shift in range(problem.shifts):
        empty = set(np.flatnonzero(result.plan.unfilled[shift]).tolist())
        told = why_unfilled(problem, result.plan, shift)
        assert {reason.params["kind"] for reason in told} == empty
        assert "free" not in codes(told)


def test_why_a_seat_stays_empty():
    nobody = tiny(available=np.zeros((3, 7, 2)))
    assert codes(why_unfilled(nobody, solve(nobody).plan, 0)) == {"nobody_available"}
    unpaid = tiny(may_sit=[[0, 1, 1]] * 3)
    assert codes(why_unfilled(unpaid, solve(unpaid).plan, 0)) == {"nobody_of_kind"}
    tired = tiny(max_total=1)
    plan = solve(tired).plan
    gap = int(np.flatnonzero(plan.unfilled.sum(axis=1))[0])
    (reason,) = why_unfilled(tired, plan, gap)
    assert reason.code == "all_used_up"
    assert set(reason.params["total_full"]) == {0, 1, 2}
    grouped = tiny(mode=Mode.GROUPS)
    plan = solve(grouped).plan
    gap = int(np.flatnonzero(plan.unfilled.sum(axis=1))[0])
    assert why_unfilled(grouped, plan, gap)[0].code == "group_too_small"
    empty = plan_of(tiny(), [])
    assert why_unfilled(tiny(), empty, 0)[0].code == "free"


def test_why_a_member():
    available = np.ones((3, 7, 2), bool)
    available[1:, 1, 1] = False
    wish = np.zeros((3, 7, 2), int)
    wish[2, 0, 1] = -90
    problem = tiny(available=available, wish=wish, pins=[[0, 0]])
    plan = solve(problem).plan
    why = {(r.params["member"], r.params["shift"]): r.code for r in why_members(problem, plan)}
    assert why[0, 0] == "pinned"
    assert "only_one_available" in why.values()
    assert "wished" in why.values()
    kept = codes(why_members(tiny(), solve(tiny()).plan, start=solve(tiny()).plan))
    assert kept == {"kept"}


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32))
def test_no_change_by_hand_is_better_than_the_best_plan(seed):
    rng = np.random.default_rng(seed)
    problem = tiny(available=rng.random((5, 7, 2)) < 0.9, way=rng.integers(0, 60, (5, 2)))
    plan = solve(problem).plan
    seats = rng.integers(0, len(plan.member), 2)
    swapped = swap_cost(problem, plan, *seats.tolist())
    moved = move_cost(problem, plan, int(seats[0]), int(rng.integers(5)))
    for change in (swapped, moved):
        assert change.cost == sum(change.parts.values())
        assert change.violations or change.cost >= 0


def test_changes_name_who_gave_up_what_and_who_took_it():
    problem = tiny()
    before = plan_of(problem, [(0, 0, 0), (1, 1, 0)])
    after = plan_of(problem, [(2, 0, 0), (1, 1, 0)])
    told = [
        (change.code, change.params["member"], change.params["shift"]) for change in changes(before, after)
    ]
    assert told == [("given_up", 0, 0), ("taken", 2, 0)]
    assert loads(problem, after).tolist() == [[0, 0, 0], [1, 1, 0], [1, 1, 0]]
