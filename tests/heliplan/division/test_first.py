"""The first plan: made in a moment, within the bounds, grids that hang together, pins kept."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.heliplan.division.towns import block, town

from heliplan import Status, Stop
from heliplan.division import DivisionPlan, Params, check, solve
from heliplan.division._first import first
from heliplan.division._net import net_of

SEARCH = Params(exact_units=0)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(60, 200), st.integers(2, 12), st.integers(0, 3))
def test_what_is_found_keeps_every_rule(seed, units, grids, pins):
    random = np.random.default_rng(seed)
    pinned = list(zip(random.permutation(units), random.permutation(grids)[:pins], strict=False))
    problem = town(units, grids, 0.4, seed, pins=pinned)
    net = net_of(problem)
    found = first(problem, net, 0, Stop().watch())
    assert found is None or check(problem, DivisionPlan(found[net.node])).ok


@pytest.mark.parametrize("seed", range(8))
def test_a_town_has_one_at_once(seed):
    problem = town(1_000, 20, 0.1, seed)
    result = solve(problem, Stop(seconds=0), seed, SEARCH)
    assert (result.status, result.engine, result.bound) == (Status.FEASIBLE, "first", 0)
    assert check(problem, result.plan).ok
    better = solve(problem, Stop(seconds=1), seed, SEARCH)
    assert better.value <= result.value


def test_islands_pins_and_two_measures():
    bridge = [[i, i + 1] for i in range(3, 36, 9)]
    for problem in (
        block(9, 4, 9, tolerance=0.3, barriers=bridge),
        block(8, 6, 3, tolerance=0.3, pins=[[0, 1], [1, 1], [47, 0]]),
        block(8, 6, 4, tolerance=0.5, measures=[[1, i % 2] for i in range(48)]),
        block(6, 1, 3, tolerance=0, low=[0], high=[9]),
    ):
        net = net_of(problem)
        found = first(problem, net, 0, Stop().watch())
        assert check(problem, DivisionPlan(found[net.node])).ok


def test_where_a_pair_must_stay_apart_it_is_no_plan():
    tight = block(6, 1, 2, apart=[[0, 1]], low=[1], high=[5])
    result = solve(tight, Stop(seconds=0), params=SEARCH)
    assert result.plan is None or check(tight, result.plan).ok


def test_a_median_is_searched_and_bounded_in_turn_until_the_time_is_up():
    problem = town(200, 8, 0.2, 3, compactness="median")
    result = solve(problem, Stop(seconds=2), 0, SEARCH)
    assert result.status is Status.OPTIMAL or result.seconds > 1.6
    early = solve(problem, Stop(seconds=0.3), 0, SEARCH)
    assert result.value <= early.value
    assert result.bound >= early.bound
