"""Check and explain: what is wrong with a plan, why it is so, what a move would cost."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.heliplan.linking.linking_cases import problems, starts, village

from heliplan.linking import (
    Credits,
    LinkingPlan,
    LinkingProblem,
    Matrix,
    Params,
    changes,
    check,
    explain,
    move_cost,
    solve,
    why,
)

LINE = Matrix([[0, 1, 9], [1, 0, 9], [2, 1, 9], [3, 2, 1]])


def codes(reasons):
    return [reason.code for reason in reasons]


@pytest.mark.parametrize(
    ("member", "code", "facts"),
    [
        ([0, 0, 0, 2], "over_high", {"member": 0, "load": 3, "high": 2}),
        ([0, 0, 1, 1], "under_low", {"member": 2, "load": 0, "low": 1}),
        ([1, 0, 0, 2], "not_fixed", {"household": 0, "member": 1, "fixed": 0}),
        ([0, 2, 1, 2], "forbidden", {"household": 1, "member": 2}),
        ([0, 1, 2], "wrong_length", {"count": 3, "households": 4}),
        ([0, 1, 2, 3], "wrong_member", {"household": 3, "member": 3}),
    ],
)
def test_a_broken_rule_is_named(member, code, facts):
    problem = LinkingProblem(LINE, [0, 0, 1], 2, fixed=[[0, 0]], forbidden=[[1, 2]])
    report = check(problem, LinkingPlan(member))
    assert not report.ok
    assert facts in [dict(reason.params) for reason in report.violations if reason.code == code]


def test_a_plan_that_does_not_fit_has_no_value():
    assert check(LinkingProblem(LINE, 0, 4), LinkingPlan([0])).value == 0


def test_the_parts_are_named_by_kind():
    given_ = Credits([0, 0, 1, 2], [0, 0, 1, 0], [5, 2, 3, 4], ("kin", "wish", "kin", "own"))
    report = check(LinkingProblem(LINE, 0, 4, given_), LinkingPlan([0, 1, 1, 2]), LinkingPlan([0, 0, -1, 2]))
    assert {**report.parts, "change": 0} == {"distance": 2, "kin": -8, "wish": -2, "own": 0, "change": 0}
    assert report.parts["change"] > 0
    assert report.loads.tolist() == [1, 2, 1]


def test_every_reason_is_found():
    near = Matrix([[0, 5, 9], [0, 5, 9], [1, 5, 9], [0, 4, 9], [2, 3, 4], [0, 1, 9], [0, 9, 9]])
    credited = Credits([2, 2], [1, 1], [2, 9], ("wish", "kin"))
    problem = LinkingProblem(near, [1, 1, 1], [2, 5, 2], credited, fixed=[[3, 1]])
    plan = LinkingPlan([0, 0, 1, 1, 2, 1, 1])
    assert codes(explain(problem, plan, LinkingPlan([-1, -1, -1, -1, -1, 1, -1]))) == [
        "nearest",
        "nearest",
        "kin",
        "fixed",
        "for_low_bound",
        "kept",
        "nearest_with_room",
    ]
    reason = why(problem, plan, 6)
    facts = {"household": 6, "member": 1, "distance": 9, "better": (0,), "count": 1}
    assert dict(reason.params) == facts
    roomy = LinkingProblem(near, 0, 4)
    assert why(roomy, plan, 6).code == "could_be_better"


def test_a_far_member_with_a_large_credit_counts_as_better():
    problem = village(400, 60)
    far = int(problem.nearness.table(np.array([0])).argmax())
    plan = solve(problem).plan
    wished = LinkingProblem(
        problem.nearness, problem.low, problem.high, Credits([0], [far], [10**6], ("wish",))
    )
    assert far in why(wished, plan, 0).params["better"]


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_all_reasons_together_are_the_reasons_one_by_one(data):
    problem = data.draw(problems())
    start = data.draw(starts(problem))
    member = st.integers(0, problem.members - 1)
    plan = LinkingPlan(data.draw(st.lists(member, min_size=problem.households, max_size=problem.households)))
    single = tuple(why(problem, plan, h, start) for h in range(problem.households))
    assert explain(problem, plan, start) == single
    assert not set(codes(single)) - set(
        "fixed refused kin own wish nearest kept nearest_with_room for_low_bound could_be_better".split()
    )


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_proven_plan_leaves_nothing_to_gain_from_one_move(data):
    problem = data.draw(problems())
    plan = solve(problem).plan
    if plan is None:
        return
    assert "could_be_better" not in codes(explain(problem, plan))
    for household in range(problem.households):
        for member in range(problem.members):
            move = move_cost(problem, plan, household, member)
            assert move.delta >= 0 or move.breaks


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_move_costs_what_check_says(data):
    problem = data.draw(problems())
    if not problem.households:
        return
    start, params = data.draw(starts(problem)), Params(change_cost=data.draw(st.sampled_from([None, 3])))
    number = st.integers(0, problem.members - 1)
    plan = LinkingPlan(data.draw(st.lists(number, min_size=problem.households, max_size=problem.households)))
    household, member = data.draw(st.integers(0, problem.households - 1)), data.draw(number)
    moved = plan.member.copy()
    moved[household] = member
    before = check(problem, plan, start, params)
    after = check(problem, LinkingPlan(moved), start, params)
    move = move_cost(problem, plan, household, member, start, params)
    assert move.delta == after.value - before.value
    known = [(reason.code, dict(reason.params)) for reason in after.violations]
    known += [("refused", {"household": h, "member": m}) for h, m in problem.refused.tolist()]
    assert all((reason.code, dict(reason.params)) in known for reason in move.breaks)
    if before.ok:
        assert all(reason.code == "refused" for reason in move.breaks) == after.ok


@pytest.mark.parametrize(("household", "member"), [(4, 0), (-1, 0), (0, 3), (0, -1)])
def test_a_move_of_what_is_not_there_is_refused(household, member):
    with pytest.raises(ValueError, match="is not between"):
        move_cost(LinkingProblem(LINE, 0, 4), LinkingPlan([0, 1, 1, 2]), household, member)


def test_changes_name_who_moved_and_who_is_new():
    found = changes(LinkingPlan([0, 1, -1, 2]), LinkingPlan([0, 2, 1, 2]))
    assert [(reason.code, dict(reason.params)) for reason in found] == [
        ("moved", {"household": 1, "before": 1, "member": 2}),
        ("new", {"household": 2, "member": 1}),
    ]
    with pytest.raises(ValueError, match="before: shape"):
        changes(LinkingPlan([0]), LinkingPlan([0, 1]))
