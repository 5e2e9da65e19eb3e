"""Exchanges where there is no time for a flow: never dearer, the same loads, nothing forbidden."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.heliplan.linking.linking_cases import assert_holds, village

from heliplan import Status, Stop
from heliplan.linking import _engine, check, solve
from heliplan.linking._begin import balanced, nearest
from heliplan.linking._costs import free_costs
from heliplan.linking._exchange import exchanged
from heliplan.linking._tiles import Tiles


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6), st.booleans(), st.integers(0, 60))
def test_exchanges_keep_loads_and_bans_and_never_cost_more(seed, matrix, bans):
    random = np.random.default_rng(seed)
    pairs = np.stack([random.integers(0, 120, bans), random.integers(0, 20, bans)], axis=1)
    problem = replace(village(120, 20, seed, matrix), forbidden=pairs)
    costs = free_costs(problem, np.full(120, -1), 0, np.full(120, -1))
    begun = balanced(costs, nearest(Tiles.of(costs), 3))
    if begun is None:
        return
    better = exchanged(costs, begun, Stop(seconds=2).watch())
    assert (np.bincount(better, minlength=20) == np.bincount(begun, minlength=20)).all()
    every = np.arange(120)
    assert costs.pairs(every, better).sum() <= costs.pairs(every, begun).sum()


def test_two_who_live_crosswise_change_places():
    costs = free_costs(village(2, 2), np.full(2, -1), 0, np.full(2, -1))
    best = solve(village(2, 2)).plan.member
    assert exchanged(costs, best[::-1].copy(), Stop(seconds=5).watch()).tolist() == best.tolist()


def test_where_no_flow_comes_in_time_the_time_is_used_all_the_same(monkeypatch):
    monkeypatch.setattr(_engine, "FLOW", 1)  # any round would take longer than there is time
    problem = village(3_000, 600)
    at_once = solve(problem, Stop(seconds=0))
    result = solve(problem, Stop(seconds=0.5))
    assert (result.status, result.engine) == (Status.FEASIBLE, "exchange")
    assert_holds(problem, result)
    assert check(problem, result.plan).ok
    assert result.value < 0.9 * at_once.value
