"""The solver against every plan there is, and the promises of a result."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import maximum_flow
from tests.heliplan.roster.roster_cases import every_plan, least_value, params, problems, tiny

from heliplan import Status, Stop
from heliplan.roster import Mode, Params, changes, check, loads, solve


@settings(max_examples=25, deadline=None)
@given(problems(), params())
def test_no_plan_is_better(problem, weights):
    assume(every_plan(problem) is not None)
    least = least_value(problem, weights)
    result = solve(problem, params=weights)
    if least is None:
        assert result.status is Status.INFEASIBLE
        assert result.conflicts
    else:
        assert result.status is Status.OPTIMAL
        assert result.value == least


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(problems(), params(), st.randoms(use_true_random=False))
def test_no_repair_changes_less_or_costs_less(problem, weights, random):
    plans = every_plan(problem)
    assume(plans is not None)
    start = random.choice(plans)
    least = least_value(problem, weights, start)
    result = solve(problem, params=weights, start=start)
    assert result.value == least


@settings(max_examples=25, deadline=None)
@given(problems(), params())
def test_the_check_agrees_with_the_solver(problem, weights):
    result = solve(problem, params=weights)
    assume(result.plan is not None)
    report = check(problem, result.plan, params=weights)
    assert not report.violations
    assert report.value == result.value
    assert report.parts == result.parts


@settings(max_examples=25, deadline=None)
@given(problems(modes=(Mode.ROTATION, Mode.RELAY), with_pins=False))
def test_the_most_seats_are_filled(problem):
    result = solve(problem)
    assert len(result.plan.member) == most_seats(problem)


def most_seats(problem):
    """Maximum flow: source → member → member's day → member's period → seats of a shift → sink."""
    arcs, numbers = [], {}

    def node(*name):
        return numbers.setdefault(name, len(numbers))

    for member in range(problem.members):
        arcs.append((node("source"), node("m", member), problem.max_total[member]))
        for day in range(problem.days):
            arcs.append((node("m", member), node("d", member, day), problem.max_per_day))
            for period in range(problem.periods):
                arcs.append((node("d", member, day), node("p", member, day, period), 1))
    can = problem.can_take()
    for member, shift, kind in np.argwhere(can[:, :, None] & problem.may_sit[:, None] & (problem.seats > 0)):
        when = (problem.shift_day[shift], problem.shift_period[shift])
        arcs.append((node("p", member, *when), node("s", shift, kind), 1))
    for shift, kind in np.argwhere(problem.seats > 0):
        arcs.append((node("s", shift, kind), node("sink"), problem.seats[shift, kind]))
    tail, head, room = np.array(arcs).T
    source, sink = node("source"), node("sink")
    graph = coo_array((room.astype(np.int32), (tail, head)), shape=(len(numbers),) * 2).tocsr()
    return maximum_flow(graph, source, sink).flow_value


def test_day_groups_are_equal_and_led_and_nobody_stands_outside_theirs():
    problem = tiny(
        mode=Mode.GROUPS, available=np.ones((6, 7, 2)), leader=[True, True, False, False, False, False]
    )
    plan = solve(problem).plan
    assert np.bincount(plan.group).tolist() == [3, 3]
    assert sorted(plan.leader[:2].tolist()) == [0, 1]
    assert (problem.shift_day[plan.shift] == plan.group[plan.member]).all()


def test_a_small_group_stands_early_and_late_unless_one_turn_a_day_is_the_most():
    few = tiny(mode=Mode.GROUPS, available=np.ones((4, 7, 2)))
    assert solve(few).plan.unfilled.sum() == 0
    once = solve(replace(few, max_per_day=1))
    assert once.status is Status.OPTIMAL
    assert once.plan.unfilled.sum() == 4


def test_turns_go_to_those_who_served_least():
    problem = tiny(history=[[4, 0, 0], [0, 0, 0], [4, 0, 0]], max_per_day=1, max_total=2)
    turns = loads(problem, solve(problem).plan)[:, 0]
    assert turns[1] == 2


def test_relay_leaves_each_time_of_day_to_those_whom_it_suits():
    problem = tiny(mode=Mode.RELAY, available=np.ones((4, 7, 2)), suits=[[1, 0], [1, 0], [0, 1], [0, 1]])
    plan = solve(problem).plan
    early = problem.shift_period[plan.shift] == 0
    assert set(plan.member[early]) == {0, 1}
    assert set(plan.member[~early]) == {2, 3}


def test_rest_between_evening_and_morning_is_kept_when_it_must_be():
    problem = tiny(available=np.ones((4, 7, 2)))
    plan = solve(problem, params=Params(rest=None)).plan
    late = set(plan.member[(problem.shift_day == 0)[plan.shift] & (problem.shift_period == 1)[plan.shift]])
    next_day = set(
        plan.member[(problem.shift_day == 1)[plan.shift] & (problem.shift_period == 0)[plan.shift]]
    )
    assert not late & next_day


def test_nothing_changes_when_nothing_must():
    for mode in Mode:
        problem = tiny(mode=mode, available=np.ones((5, 7, 2)), way=[[9, 1], [2, 7], [0, 3], [5, 5], [8, 2]])
        before = solve(problem).plan
        now = replace(problem, way=problem.way[::-1])
        assert changes(before, solve(now, start=before).plan) == ()


def test_when_somebody_leaves_only_their_seats_change_hands():
    problem = tiny(available=np.ones((9, 7, 2)))
    before = solve(problem).plan
    gone = int(before.member[0])
    available = problem.available.copy()
    available[gone] = False
    after = solve(replace(problem, available=available), start=before)
    assert after.plan.unfilled.sum() == 0
    lost = [change.params["member"] for change in changes(before, after.plan) if change.code == "given_up"]
    assert set(lost) == {gone}


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"available": np.zeros((3, 7, 2)), "pins": [[1, 2]]}, "pin_not_available"),
        ({"forbidden": [[1, 2]], "pins": [[1, 2]]}, "pin_forbidden"),
        ({"may_sit": [[0, 1, 1]] * 3, "pins": [[1, 2]]}, "pin_wrong_kind"),
        ({"pins": [[1, 2], [1, 3]]}, "pin_two_posts"),
        ({"pins": [[1, 2], [1, 6]], "mode": "groups"}, "pin_two_days"),
        ({"pins": [[1, 2], [1, 0]], "max_per_day": 1}, "pin_over_day"),
        ({"pins": [[1, 2], [1, 6]], "max_total": 1}, "pin_over_total"),
        ({"pins": [[1, 2], [1, 4]]}, "pin_no_rest"),
        ({"pins": [[0, 2], [1, 2]]}, "pin_no_seat"),
    ],
)
def test_pins_that_contradict_are_named(facts, code):
    result = solve(tiny(**facts), params=Params(rest=None))
    assert result.status is Status.INFEASIBLE
    assert code in [conflict.code for conflict in result.conflicts]
    assert all(conflict.params["member"] in (0, 1) for conflict in result.conflicts)


@pytest.mark.parametrize("mode", Mode)
def test_the_same_seed_gives_the_same_plan(mode):
    rng = np.random.default_rng(5)
    problem = tiny(mode=mode, available=rng.random((9, 7, 2)) < 0.8, way=rng.integers(0, 9, (9, 2)))
    assert solve(problem, seed=3).plan.to_json() == solve(problem, seed=3).plan.to_json()


@settings(max_examples=25, deadline=None)
@given(problems(), params(), st.booleans())
def test_without_time_there_is_a_plan_but_no_claim(problem, weights, repair):
    start = solve(replace(problem, pins=())).plan if repair else None
    result = solve(problem, Stop(seconds=0), params=weights, start=start)
    assume(result.status is not Status.INFEASIBLE)
    report = check(problem, result.plan, start, weights)
    assert not report.violations
    assert report.value == result.value
    assert result.bound <= solve(problem, params=weights, start=start).value


def test_a_cancel_ends_the_search_with_a_plan():
    result = solve(tiny(), Stop(cancelled=lambda: True))
    assert result.status is Status.FEASIBLE
    assert not check(tiny(), result.plan).violations


def test_progress_is_told():
    events = []
    solve(tiny(), progress=events.append)
    assert [event.phase for event in events][:2] == ["first", "built"]


def test_nobody_and_nothing_are_no_error():
    nobody = solve(tiny(available=np.ones((0, 7, 2))))
    assert nobody.status is Status.OPTIMAL
    assert nobody.plan.unfilled.sum() == 8
    nothing = solve(tiny(shift_day=[], shift_period=[], shift_post=[], seats=[], mode=Mode.GROUPS))
    assert nothing.value == 0


@pytest.mark.parametrize("order", ["import highspy, ortools", "import ortools, highspy"])
def test_both_solver_libraries_live_in_one_process(order):
    script = (
        f"{order}\n"
        "from ortools.graph.python import min_cost_flow\n"
        "from heliplan.roster import RosterProblem, solve\n"
        "min_cost_flow.SimpleMinCostFlow()\n"
        f"print(solve(RosterProblem.from_json({tiny().to_json()!r})).status)\n"
    )
    code = f"import sys; sys.path[:0] = {sys.path!r}\n{script}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "optimal"
