"""The parts of the engine for the median, each against every set of sites."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heliplan.siting._net import from_nearest

pytestmark = pytest.mark.slow  # numba compiles first


def made(seed, points=12, sites=7):
    """A net of all lengths, and what every set of sites costs."""
    random = np.random.default_rng(seed)
    table = random.integers(1, 60, (points, sites)).astype(np.int32)
    found = np.argsort(table, axis=1, kind="stable").astype(np.int32)
    weight = random.integers(1, 9, points)
    net = from_nearest(found, np.take_along_axis(table, found, axis=1), weight, sites, True)
    return net, lambda some: int((weight * table[:, list(some)].min(axis=1)).sum())


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 4))
def test_swaps_end_where_no_swap_helps_and_keep_locked_sites(seed, p):
    swap = pytest.importorskip("heliplan.siting._swap")
    net, cost = made(seed)
    locked = np.arange(net.sites) == 2
    now = swap.begin(net, np.flatnonzero(locked), locked)
    swap.spread(net, now, p, seed)
    swap.improve(net, now)
    opened = set(np.flatnonzero(now.open).tolist())
    assert len(opened) == p
    assert 2 in opened
    others = set(range(net.sites)) - opened
    exchanged = [opened - {out} | {new} for out in opened - {2} for new in others]
    assert all(cost(some) >= cost(opened) for some in exchanged)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 4))
def test_prices_never_say_too_much_and_a_tree_finds_the_best(seed, p):
    dual = pytest.importorskip("heliplan.siting._dual")
    tree = pytest.importorskip("heliplan.siting._tree")
    net, cost = made(seed)
    best = min(cost(some) for some in combinations(range(net.sites), p))
    state = np.zeros(net.sites, np.int8)
    prices = dual.raise_bound(net, state, p, float(2 * best), np.full(net.points, 30.0), 500)
    assert 0 < prices.bound <= best + 1e-6
    work = tree.Tree(net, p, state, prices, 2 * best)
    work.run(lambda _nodes, _bound: False)
    assert work.done
    assert work.value == best == cost(np.flatnonzero(work.found))
