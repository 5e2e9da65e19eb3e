"""Solving: proven optimal, agrees with trying everything, repairs with the fewest changes."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.heliplan.linking.linking_cases import (
    assert_holds,
    broken,
    cost,
    every_plan,
    problems,
    starts,
    village,
)

import heliplan
from heliplan import Status, Stop
from heliplan.linking import (
    Credits,
    LinkingPlan,
    LinkingProblem,
    Matrix,
    Params,
    Points,
    _engine,
    change_weight,
    changes,
    check,
    solve,
)


@pytest.fixture(params=["all pairs", "few pairs"])
def engine(request, monkeypatch):
    """Both ways through the engine; small problems take the second one only when told to."""
    if request.param == "few pairs":
        monkeypatch.setattr(_engine, "ALL_PAIRS", -1)
        monkeypatch.setattr(_engine, "NEAREST", 1)
        monkeypatch.setattr(_engine, "KEEP", 1)
    return request.param


def test_it_works():
    result = solve(village(290, 50))
    assert result.status is Status.OPTIMAL
    assert result.engine == "flow"
    assert_holds(village(290, 50), result)


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("way", range(6))
def test_agrees_with_trying_everything(way):
    @settings(max_examples=25, deadline=None)
    @given(problems(households=3 + way % 3, members=1 + way % 3))
    def agrees(problem):
        best = min((cost(problem, plan) for plan in every_plan(problem)), default=None)
        result = solve(problem)
        if best is None:
            assert result.status is Status.INFEASIBLE
            assert result.conflicts
        else:
            assert result.status is Status.OPTIMAL
            assert result.value == best
            assert_holds(problem, result)

    agrees()


@pytest.mark.usefixtures("engine")
def test_a_repair_moves_nothing_that_it_need_not():
    @settings(max_examples=25, deadline=None)
    @given(st.data())
    def fewest(data):
        problem = data.draw(problems())
        start = data.draw(starts(problem))
        ways = [
            (broken(problem, plan), len(_moved(start, plan)), cost(problem, plan))
            for plan in every_plan(problem)
        ]
        result = solve(problem, start=start)
        if not ways:
            assert result.status is Status.INFEASIBLE
            return
        plan = result.plan
        assert (broken(problem, plan), len(_moved(start, plan)), cost(problem, plan)) == min(ways)
        assert_holds(problem, result, start)
        assert result.status is Status.OPTIMAL

    fewest()


def _moved(start, plan):
    return [reason for reason in changes(start, plan) if reason.code == "moved"]


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_a_change_costs_what_it_is_told_to_cost(data):
    problem, price = data.draw(problems()), data.draw(st.integers(0, 6))
    start, params = data.draw(starts(problem)), Params(change_cost=price)
    change = price if max(start.member, default=-1) >= 0 else 0
    ways = [cost(problem, plan, change) + price * len(_moved(start, plan)) for plan in every_plan(problem)]
    result = solve(problem, params=params, start=start)
    assert result.value == min(ways, default=None)
    if ways:
        assert_holds(problem, result, start, params=params)


def test_after_a_leaver_only_the_leavers_households_move():
    problem = village(60, 10)
    before = solve(problem).plan.member
    high = problem.high.copy() + 2
    high[3] = 0
    low = problem.low.copy()
    low[3] = 0
    start = LinkingPlan(np.where(before == 3, -1, before))
    after = solve(LinkingProblem(problem.nearness, low, high), start=start)
    codes = [(reason.code, reason.params["household"]) for reason in changes(start, after.plan)]
    assert codes == [("new", h) for h in np.flatnonzero(before == 3)]
    assert after.parts["change"] == 0


def test_a_start_that_is_already_best_stays():
    problem = village(60, 10)
    first = solve(problem)
    again = solve(problem, start=first.plan)
    assert changes(first.plan, again.plan) == ()
    assert again.value == first.value


def test_the_same_seed_gives_the_same_plan():
    problem = village(400, 60)
    plans = [solve(problem, seed=3).plan.member for _ in range(2)]
    assert (plans[0] == plans[1]).all()


@pytest.mark.parametrize(("households", "members"), [(40, 7), (900, 150)])
def test_points_and_their_matrix_agree(households, members):
    points = solve(village(households, members, seed=1))
    matrix = solve(village(households, members, seed=1, matrix=True))
    assert points.status is matrix.status is Status.OPTIMAL
    assert points.value == matrix.value


def test_few_pairs_with_prices_prove_the_same_value_as_all_pairs(monkeypatch):
    problem = village(600, 100, seed=2)
    all_pairs = solve(problem)
    monkeypatch.setattr(_engine, "ALL_PAIRS", 0)
    few = solve(problem)
    assert (all_pairs.engine, few.engine) == ("flow", "flow and pricing")
    assert all_pairs.value == few.value == few.bound


def test_far_credits_count_however_few_pairs_are_looked_at(monkeypatch):
    monkeypatch.setattr(_engine, "ALL_PAIRS", 0)
    near = village(600, 100, seed=2).nearness
    who = np.arange(0, 600, 7)
    far = near.table(who).argmax(axis=1)
    given = Credits(who, far, np.full(len(who), 10**6), ("kin",) * len(who))
    result = solve(LinkingProblem(near, 0, 600, given))
    assert (result.plan.member[who] == far).all()
    assert result.parts["kin"] == -(10**6) * len(who)


def test_time_up_before_the_first_flow_gives_the_first_plan_and_claims_nothing():
    result = solve(village(60, 10), Stop(iterations=0))
    assert (result.status, result.engine) == (Status.FEASIBLE, "first")
    assert 0 < result.bound <= solve(village(60, 10)).value
    assert check(village(60, 10), result.plan).ok


def test_time_up_before_the_proof_gives_a_plan_with_an_honest_gap(monkeypatch):
    monkeypatch.setattr(_engine, "ALL_PAIRS", 0)
    monkeypatch.setattr(_engine, "NEAREST", 2)
    problem = village(600, 100, seed=2)
    best = solve(problem).value
    result = solve(problem, Stop(iterations=1))
    assert result.status is Status.FEASIBLE
    assert result.bound <= best <= result.value
    assert result.gap > 0
    assert_holds(problem, result)


def test_a_wide_gap_ends_early(monkeypatch):
    monkeypatch.setattr(_engine, "ALL_PAIRS", 0)
    events = []
    result = solve(village(600, 100, seed=2), Stop(gap=0.5), progress=events.append)
    assert result.gap <= 0.5
    assert events[-1].value == result.value
    assert events[0].phase == "first"
    assert [event.done for event in events[1:]] == list(range(1, len(events)))


def test_a_cancel_switch_is_heard():
    result = solve(village(60, 10), Stop(cancelled=lambda: True))
    assert (result.status, result.engine) == (Status.FEASIBLE, "first")


def _python(code):
    """Run in a fresh process, which finds heliplan where this one found it."""
    path = os.pathsep.join([str(Path(heliplan.__file__).parent.parent), os.environ.get("PYTHONPATH", "")])
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": path},
    )


@pytest.mark.parametrize("order", ["highspy, ortools", "ortools, highspy"])
def test_both_solver_libraries_live_in_one_process(order):
    imports = {
        "highspy": "import highspy",
        "ortools": "from ortools.graph.python import min_cost_flow",
    }
    lines = [imports[name] for name in order.split(", ")]
    lines += [
        "from heliplan.linking import LinkingProblem, Matrix, solve",
        "h = highspy.Highs()",
        "h.setOptionValue('output_flag', False)",
        "h.addVar(1, 2)",
        "h.changeColCost(0, 1)",
        "h.run()",
        "assert h.getObjectiveValue() == 1",
        "print(solve(LinkingProblem(Matrix([[1, 5], [2, 3]]), 1, 1)).value)",
    ]
    done = _python("\n".join(lines))
    assert (done.stdout.strip(), done.returncode) == ("4", 0), done.stderr


def test_linking_needs_neither_pandas_nor_numba():
    code = (
        "import sys, heliplan.linking; print([m for m in ('pandas', 'numba', 'scipy') if m in sys.modules])"
    )
    done = _python(code)
    assert done.stdout.strip() == "[]", done.stderr


def test_nobody_to_link_is_a_plan():
    nobody = LinkingProblem(Matrix(np.zeros((0, 3))), 0, 5)
    result = solve(nobody)
    assert (result.status, result.value) == (Status.OPTIMAL, 0)
    assert check(nobody, result.plan).ok


def test_a_change_weighs_more_than_everything_else():
    problem = village(60, 10)
    worst = problem.nearness.table(np.arange(60))
    assert change_weight(problem) > (worst.max(axis=1) - worst.min(axis=1)).sum()
    assert change_weight(problem, Params(change_cost=7)) == 7


def test_a_weight_that_would_overflow_is_refused():
    near = Points([[10**7, 10**7]] * 50_000, [[-(10**7), -(10**7)]] * 20_000)
    given = Credits([0] * 30_000, [0] * 30_000, [10**9] * 30_000, ("kin",) * 30_000)
    problem = LinkingProblem(near, 0, 10, given)
    with pytest.raises(ValueError, match="too large in sum"):
        solve(problem, start=LinkingPlan(np.zeros(50_000, int)))


def test_ties_everywhere_do_not_slow_it_down():
    result = solve(LinkingProblem(Matrix(np.ones((3000, 500))), 6, 6))
    assert (result.status, result.value) == (Status.OPTIMAL, 3000)
