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


def test_progress_tells_value_and_bound():
    events = []
    problem = village(120, 24, seed=1)
    outcome = run(problem, progress=events.append)
    assert [event.done for event in events] == list(range(1, len(events) + 1))
    assert events[-1].value == events[-1].bound == outcome.bound
