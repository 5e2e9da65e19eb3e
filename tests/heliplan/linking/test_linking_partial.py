"""Bounds that cannot hold every household: as many as fit are linked, the rest are named."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.heliplan.linking.linking_cases import assert_holds, cost, every_plan, problems, starts, village

from heliplan import Status, Stop
from heliplan.linking import (
    LinkingPlan,
    LinkingProblem,
    Matrix,
    Points,
    _nobody,
    change_weight,
    changes,
    check,
    explain,
    move_cost,
    solve,
)


def crowded(households=285, members=20, high=6):
    """A village whose members may take far fewer households than there are."""
    return replace(
        village(households, members), low=np.full(members, 5), high=np.full(members, high), partial=True
    )


def test_as_many_as_fit_are_linked_and_the_bound_that_would_do_is_named():
    problem = crowded()
    result = solve(problem)
    assert result.status is Status.OPTIMAL
    assert len(result.plan.linked) == 20 * 6
    assert_holds(problem, result)
    assert result.levels["unlinked"] == (165, 165)
    (why,) = result.conflicts
    assert (why.code, why.params["places"], why.params["high_would_do"]) == ("too_many_households", 120, 15)
    assert len(solve(replace(problem, high=np.full(20, 15))).plan.linked) == 285
    assert len(solve(replace(problem, high=np.full(20, 14))).plan.linked) == 280


def test_without_being_asked_for_nothing_is_linked_in_part():
    result = solve(replace(crowded(), partial=False))
    assert result.status is Status.INFEASIBLE
    assert not check(replace(crowded(), partial=False), LinkingPlan(np.full(285, -1))).ok


@settings(max_examples=150, deadline=None)
@given(problems(households=4, members=2))
def test_agrees_with_trying_everything(problem):
    problem = replace(problem, partial=True)
    best = min(((len(plan.linked), cost(problem, plan)) for plan in every_plan(problem)), default=None)
    result = solve(problem)
    if best is None:
        assert result.status is Status.INFEASIBLE
        assert result.conflicts
        return
    assert result.status is Status.OPTIMAL
    assert (len(result.plan.linked), result.value) == best
    assert_holds(problem, result)
    if len(result.plan.linked) < problem.households:
        assert result.conflicts
        assert result.levels["cost"] == (result.value, result.bound)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_repair_links_as_many_and_changes_the_fewest_of_them(data):
    problem = replace(data.draw(problems(households=4, members=2)), partial=True)
    start = data.draw(starts(problem))
    result = solve(problem, start=start)
    if result.plan is None:
        return

    def moved(plan):
        return sum(m != had for m, had in zip(plan.member, start.member, strict=True) if had >= 0)

    weight = change_weight(problem) if (start.member >= 0).any() else 0
    best = min(cost(problem, plan, weight) + weight * moved(plan) for plan in every_plan(problem))
    assert result.value == best
    assert_holds(problem, result, start)


@pytest.mark.parametrize("seconds", [0.0, 0.2])
def test_a_household_too_many_on_a_large_map_is_left_out_in_time(seconds):
    random = np.random.default_rng(0)
    places = Points(random.integers(0, 10**5, (30_000, 2)), random.integers(0, 10**5, (2_000, 2)))
    problem = LinkingProblem(places, 0, 14, partial=True)
    result = solve(problem, Stop(seconds=seconds))
    assert len(result.plan.linked) == 28_000
    assert_holds(problem, result)


def test_who_is_left_over_beforehand_lives_farthest(monkeypatch):
    monkeypatch.setattr(_nobody, "TABLE", 0)
    places = Points([[0, 0], [1, 0], [50, 0], [3, 0]], [[0, 0]])
    result = solve(LinkingProblem(places, 0, 3, partial=True))
    assert result.plan.member.tolist() == [0, 0, -1, 0]
    assert (result.value, result.status) == (4, Status.FEASIBLE)


def test_why_and_what_a_move_would_cost_where_nobody_is_linked():
    problem = LinkingProblem(Matrix([[4, 9], [5, 2], [7, 3]]), 0, 1, partial=True)
    plan = solve(problem).plan
    assert plan.member.tolist() == [0, 1, -1]
    reason = explain(problem, plan)[2]
    assert (reason.code, reason.params) == ("no_room", {"household": 2, "better": (1, 0), "count": 2})
    move = move_cost(problem, plan, 2, 0)
    assert (move.delta, [why.code for why in move.breaks]) == (7, ["over_high"])
    roomy = replace(problem, high=np.array([2, 1]))
    assert move_cost(roomy, plan, 2, 0).breaks == ()
    assert [why.code for why in changes(LinkingPlan([0, 1, 1]), plan)] == ["left"]


def test_it_is_written_and_read():
    problem = crowded(6, 2, 5)
    assert LinkingProblem.from_json(problem.to_json()).partial
    with pytest.raises(ValueError, match="partial"):
        replace(problem, partial=1)
