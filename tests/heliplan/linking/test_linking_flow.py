"""The flow engine by itself: least cost, prices that prove it, and the cut where nothing can flow."""

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from heliplan import Stop
from heliplan.linking import LinkingProblem, Matrix
from heliplan.linking._costs import free_costs
from heliplan.linking._engine import cut_of
from heliplan.linking._flow import Pairs, cheapest, prices, short_cut
from heliplan.linking._pricing import better_pairs, bound
from heliplan.linking._tiles import Tiles


def costs_of(seed, households=5, members=3, forbidden=()):
    table = np.random.default_rng(seed).integers(0, 50, (households, members))
    problem = LinkingProblem(Matrix(table), 1, 2, forbidden=list(forbidden))
    return table, free_costs(problem, np.full(households, -1), 0, np.full(households, -1))


def all_pairs(costs):
    return Pairs.of(costs, np.arange(costs.households * costs.members))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6))
def test_a_flow_is_the_cheapest_and_its_prices_prove_it(seed):
    table, costs = costs_of(seed)
    member = cheapest(costs, all_pairs(costs))
    every = np.arange(5)
    value = table[every, member].sum()
    plans = np.array(list(itertools.product(range(3), repeat=5)))
    loads = np.stack([(plans == m).sum(axis=1) for m in range(3)])
    kept = ((loads >= 1) & (loads <= 2)).all(axis=0)
    assert value == table[every, plans[kept]].sum(axis=1).min()
    price = prices(costs, all_pairs(costs), member, np.zeros(3, np.int64))
    paid = table[every, member] + price[member]
    better, total = better_pairs(Tiles.of(costs), price, paid)
    assert not len(better)
    assert bound(costs, price, total) == value


def test_what_cannot_flow_is_a_cut():
    _, costs = costs_of(1, forbidden=[(h, m) for h in range(3) for m in (1, 2)])
    household, member, passing = short_cut(costs, all_pairs(costs))
    assert (np.flatnonzero(household).tolist(), np.flatnonzero(member).tolist()) == ([0, 1, 2], [0])
    assert not passing
    cut = cut_of(costs, Stop().watch())
    assert cut.households.tolist() == [0, 1, 2]
    assert cut_of(costs_of(1)[1], Stop().watch()) is None
