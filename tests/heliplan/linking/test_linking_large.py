"""The engine for large maps, on maps small enough for its loops to run interpreted."""

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from tests.heliplan.linking.linking_cases import cost, every_plan, problems, village

from heliplan import Stop
from heliplan.linking import Credits, LinkingProblem, Points, _coarse, solve
from heliplan.linking._conflicts import pins, plain_conflicts
from heliplan.linking._costs import free_costs

try:
    from numba import config
except ImportError:
    from heliplan.linking import _large
else:
    # compiling takes longer than all of these tests: let the loops run interpreted
    before, config.DISABLE_JIT = config.DISABLE_JIT, True
    from heliplan.linking import _large

    config.DISABLE_JIT = before


DRAWN = [HealthCheck.filter_too_much, HealthCheck.too_slow]
"""Half of the problems drawn are matrices, and many others have no plan: these are thrown away."""


@pytest.fixture(autouse=True)
def few_groups(monkeypatch):
    """Small maps go through several levels, too, and candidates are scarce."""
    monkeypatch.setattr(_coarse, "GROUPS", 4)
    monkeypatch.setattr(_coarse, "FEW", 4)


def run(problem, stop=None, progress=None):
    """The engine's outcome, for a problem without pins."""
    nobody = np.full(problem.households, -1)
    return _large.run(free_costs(problem, nobody, 0, pins(problem)), (stop or Stop()).watch(), 0, progress)


def assert_keeps_loads(problem, member):
    loads = np.bincount(member, minlength=problem.members)
    assert (problem.low <= loads).all()
    assert (loads <= problem.high).all()


@pytest.mark.parametrize(("low", "high"), [(5, 5), (3, 8), (0, 7)])
def test_agrees_with_the_flow_on_all_pairs(low, high):
    near = village(200, 40, seed=4).nearness
    who = np.arange(0, 200, 9)
    far = Credits(who, near.table(who).argmax(axis=1), np.full(len(who), 700), ("kin",) * len(who))
    problem = LinkingProblem(near, low, high, far)
    outcome = run(problem)
    assert outcome.bound == solve(problem).value
    credits = sum(
        int(a) for h, m, a in zip(who, far.member, far.amount, strict=True) if outcome.member[h] == m
    )
    distance = int(near.pairs(np.arange(200), outcome.member).sum())
    assert distance - credits == outcome.bound
    assert_keeps_loads(problem, outcome.member)


@settings(max_examples=12, deadline=None, suppress_health_check=DRAWN)
@given(problems(households=5, members=3))
def test_agrees_with_trying_everything(problem):
    assume(isinstance(problem.nearness, Points) and problem.households)
    free = LinkingProblem(problem.nearness, problem.low, problem.high, problem.credits)
    assume(not plain_conflicts(free))
    outcome = run(free)
    assert outcome.bound == min(cost(free, plan) for plan in every_plan(free))
    assert_keeps_loads(free, outcome.member)


def test_houses_on_one_spot_end_too():
    problem = LinkingProblem(Points([[3, 4]] * 30, [[0, 0]] * 6), 5, 5)
    assert run(problem).bound == 150


def test_time_up_gives_a_plan_and_an_honest_bound():
    problem = village(200, 40, seed=4)
    outcome = run(problem, Stop(seconds=0))
    best = solve(problem).value
    assert outcome.bound <= best <= int(problem.nearness.pairs(np.arange(200), outcome.member).sum())
    assert_keeps_loads(problem, outcome.member)


@pytest.mark.parametrize("polls", [1, 4, 12, 40])
@pytest.mark.parametrize(("low", "high"), [(5, 5), (2, 9)])
def test_whenever_it_is_cancelled_plan_and_bound_are_true(polls, low, high):
    problem = LinkingProblem(village(200, 40, seed=4).nearness, low, high)
    seen = iter(range(polls))
    outcome = run(problem, Stop(cancelled=lambda: next(seen, None) is None))
    assert_keeps_loads(problem, outcome.member)
    value = int(problem.nearness.pairs(np.arange(200), outcome.member).sum())
    assert outcome.bound <= solve(problem).value <= value


def test_members_with_too_many_pass_them_on_by_short_ways():
    problem = village(200, 40, seed=4)
    costs = free_costs(problem, np.full(200, -1), 0, pins(problem))
    near = np.argsort(costs.table(np.arange(200)), axis=1)[:, :8]
    crowded = near[:, 0]
    moved = _large._hurried(costs, near, np.zeros(40, np.int64), crowded, Stop().watch())
    before, after = (np.bincount(member, minlength=40) for member in (crowded, moved))
    over_before, over_after = (np.maximum(0, load - costs.high).sum() for load in (before, after))
    assert over_after < over_before / 4
    assert (after >= np.minimum(before, costs.low)).all()  # nobody is left with fewer than asked for


def test_progress_tells_value_and_bound():
    events = []
    problem = village(120, 24, seed=1)
    outcome = run(problem, progress=events.append)
    assert [event.done for event in events] == list(range(len(events)))
    assert events[-1].value == events[-1].bound == outcome.bound
