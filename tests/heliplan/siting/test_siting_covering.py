"""The parts of the engine for maximal covering, each against the plain meaning of what it says."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heliplan import Status, Stop
from heliplan.siting import Goal, Listed, Planar, SitingProblem, check, solve
from heliplan.siting._cells import Cells
from heliplan.siting._cover_all import greedy
from heliplan.siting._net import alike, from_cells, picked
from heliplan.siting._reduction import merged

pytestmark = pytest.mark.slow  # numba compiles first


@st.composite
def nets(draw, most=7):
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    cells, sites = draw(st.integers(1, 12)), draw(st.integers(1, most))
    table = random.random((cells, sites)) < draw(st.floats(0.1, 0.7))
    start = np.concatenate([[0], np.cumsum(table.sum(1))])
    weight = random.integers(0, 20, cells)
    return from_cells(start, np.nonzero(table)[1].astype(np.int32), weight, sites), table


def missed(net, table, is_open):
    """The weight that nobody reaches."""
    return int(net.weight[~(table & is_open).any(1)].sum())


@settings(max_examples=40, deadline=None)
@given(made=nets(), seed=st.integers(0, 99))
def test_annealing_keeps_its_accounts_and_its_locks(made, seed):
    anneal = pytest.importorskip("heliplan.siting._anneal")
    net, table = made
    random = np.random.default_rng(seed)
    is_open = random.random(net.sites) < 0.5
    locked = is_open & (random.random(net.sites) < 0.3)
    now = anneal.begin(net, is_open, locked)
    anneal.anneal(net, now, 1, 5.0, 0.5, seed)
    total = int(net.weight.sum())
    assert now.total.tolist() == [total - missed(net, table, now.open), total - missed(net, table, now.best)]
    assert now.total[1] >= total - missed(net, table, is_open)
    for state in (now.open, now.best):
        assert state.sum() == is_open.sum()
        assert state[locked].all()
    for site in range(net.sites):
        other = now.open.copy()
        other[site] = ~other[site]
        assert now.score[site] == abs(missed(net, table, other) - missed(net, table, now.open))


@settings(max_examples=40)
@given(made=nets(), seed=st.integers(0, 99))
def test_what_sites_share_is_kept_or_looked_up_alike(made, seed):
    anneal = pytest.importorskip("heliplan.siting._anneal")
    net, table = made
    is_open, locked = np.random.default_rng(seed).random(net.sites) < 0.5, np.zeros(net.sites, bool)
    kept = anneal.begin(net, is_open, locked)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(anneal, "ROOM", -1)
        looked_up = anneal.begin(net, is_open, locked)
    assert not len(looked_up.shared)
    for now in (kept, looked_up):
        anneal.anneal(net, now, 1, 5.0, 0.5, seed)
    assert np.array_equal(kept.open, looked_up.open)
    alone = table & ((table & kept.open).sum(1) == 1)[:, None]
    for site in np.flatnonzero(kept.open):
        weight = net.weight * alone[:, site]
        assert kept.shared[kept.row[site]].tolist() == (weight @ table).tolist()


@settings(max_examples=40, deadline=None)
@given(made=nets(), p=st.integers(1, 5))
def test_swaps_are_counted(made, p):
    anneal = pytest.importorskip("heliplan.siting._anneal")
    net, table = made
    near = (table.T.astype(int) @ table) > 0
    assert anneal.swaps(net, p) == p * int(near.sum()) // net.sites


@settings(max_examples=40, deadline=None)
@given(made=nets(), seed=st.integers(0, 99), data=st.data())
def test_a_herd_keeps_its_accounts_and_its_locks_and_never_gets_worse(made, seed, data):
    _crossover = pytest.importorskip("heliplan.siting._crossover")
    net, table = made
    random = np.random.default_rng(seed)
    p = data.draw(st.integers(1, net.sites))
    total = int(net.weight.sum())
    locked = np.arange(net.sites) == 0
    population = _crossover.Population(net, locked, p, max(1.0, total / p))
    for _ in range(4):
        some = locked.copy()
        some[1 + random.permutation(net.sites - 1)[: p - 1]] = True
        population.add(some, total - missed(net, table, some))
    before = population.totals.copy()
    for _ in range(5):
        population.crossover(random)
    assert all(now >= then for now, then in zip(population.totals, before, strict=True))
    assert len(set(population.totals)) == len(population.totals)
    for some, reached in zip(population.sets, population.totals, strict=True):
        assert reached == total - missed(net, table, some)
        assert some.sum() == p
        assert some[0]


@settings(max_examples=60, deadline=None)
@given(made=nets(), seed=st.integers(0, 99))
def test_merging_cells_changes_no_cost(made, seed):
    tree = pytest.importorskip("heliplan.siting._tree")
    net, table = made
    random = np.random.default_rng(seed)
    keep = random.random(net.sites) < 0.7
    is_open = keep & (random.random(net.sites) < 0.3)
    small, became = merged(net, keep, is_open)
    assert not small.length.any()
    assert ((became < 0) == (table & is_open).any(1)).all()
    assert (np.bincount(became[became >= 0], net.weight[became >= 0], small.points) == small.weight).all()
    chosen = is_open | (keep & (random.random(net.sites) < 0.5))
    assert tree.cost_of(small, chosen[keep]) == missed(net, table, chosen)
    rows = [tuple(picked(small.start, small.site, np.array([i])).tolist()) for i in range(small.points)]
    assert len(set(rows)) == len(rows)


@settings(max_examples=60, deadline=None)
@given(made=nets())
def test_equal_rows_are_found_equal_and_no_others(made):
    net, table = made
    first, kind = alike(net.start, net.site, net.sites)
    for one, other in combinations(range(net.points), 2):
        assert (kind[one] == kind[other]) == (table[one] == table[other]).all()
    assert all((table[first[kind[i]]] == table[i]).all() for i in range(net.points))


@settings(max_examples=60)
@given(made=nets(), data=st.data())
def test_a_greedy_cover_reaches_all_and_none_of_it_is_needless(made, data):
    net, table = made
    reached = table.any(1)
    start = np.concatenate([[0], np.cumsum(table[reached].sum(1))])
    site = np.nonzero(table[reached])[1].astype(np.int32)
    cells = Cells(start, site, net.weight[reached], 0, 0)
    pinned = np.array(data.draw(st.lists(st.booleans(), min_size=net.sites, max_size=net.sites)))
    costs = np.random.default_rng(net.points).integers(0, 4, net.sites).astype(float)
    found = greedy(cells, costs, pinned)
    assert (table & found).any(1)[reached].all()
    assert found[pinned].all()
    for needless in np.flatnonzero(found & ~pinned):
        without = found & (np.arange(net.sites) != needless)
        assert not (table & without).any(1)[reached].all()


@settings(max_examples=25, deadline=None)
@given(made=nets(), data=st.data())
def test_fusing_finds_the_best_mixture(made, data):
    _merge = pytest.importorskip("heliplan.siting._merge")
    net, table = made
    p = data.draw(st.integers(1, net.sites))
    among = np.array(data.draw(st.lists(st.booleans(), min_size=net.sites, max_size=net.sites)))
    locked = np.zeros(net.sites, bool)
    if among.any():
        locked[np.flatnonzero(among)[0]] = data.draw(st.booleans())
    sets = [
        np.isin(np.arange(net.sites), some)
        for some in combinations(np.flatnonzero(among), min(p, among.sum()))
    ]
    best = min(
        (missed(net, table, some) for some in sets if some[locked].all()), default=int(net.weight.sum())
    )
    found = _merge.merge_sets(net, among, locked, p, best + 1, Stop().watch())
    assert found is not None
    assert missed(net, table, found) == best
    assert found.sum() <= p
    assert not (found & ~among).any()
    none = _merge.merge_sets(net, among, locked, p, best, Stop().watch())
    assert none is None or missed(net, table, none) >= best


def leaves(piece):
    """The pieces that are not halved."""
    return [leaf for half in piece.halves for leaf in leaves(half)] if piece.halves else [piece]


@settings(max_examples=60)
@given(made=nets(), data=st.data())
def test_pieces_bound_every_set_and_the_last_whole_proves(made, data):
    _decomposition = pytest.importorskip("heliplan.siting._decomposition")
    net, table = made
    p, above = data.draw(st.integers(1, net.sites)), data.draw(st.integers(0, 9))
    price = np.random.default_rng(data.draw(st.integers(0, 99))).random(net.points)
    sets = (np.isin(np.arange(net.sites), some) for some in combinations(range(net.sites), p))
    best = min(missed(net, table, some) for some in sets)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_decomposition, "SMALLEST", 2)
        work = _decomposition.Decomposition(net, p, price, best + above, Stop().watch())
    cells = np.concatenate([leaf.cells for leaf in leaves(work._last)])
    assert sorted(cells.tolist()) == np.flatnonzero(table.any(1)).tolist()
    bounds = [work.bound]
    work.run(lambda bound: bounds.append(bound) or False)
    assert bounds == sorted(bounds)
    assert bounds[-1] <= best
    work.settle_last()
    assert work.bound == best
    if above and table.any():
        assert missed(net, table, work.found) == best
        assert work.found.sum() <= p


def test_prices_of_what_whole_pieces_cost_are_no_longer_the_best_bound():
    _decomposition = pytest.importorskip("heliplan.siting._decomposition")
    # three sites, each two of which share a cell: one piece needs two of them, halves of each would do
    table = np.array([[1, 1, 0], [1, 0, 1], [0, 1, 1]] * 2)
    block = np.kron(np.eye(2, dtype=int), table)
    start = np.concatenate([[0], np.cumsum(block.sum(1))])
    net = from_cells(start, np.nonzero(block)[1].astype(np.int32), np.full(len(block), 10), 6)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_decomposition, "SMALLEST", 3)
        work = _decomposition.Decomposition(net, 3, np.full(len(block), 0.5), 20, Stop().watch())
    before = work.bound
    work.run(lambda _bound: False)
    assert before < work.bound <= 20


def test_under_a_limit_of_iterations_no_large_piece_is_settled(monkeypatch):
    _decomposition = pytest.importorskip("heliplan.siting._decomposition")
    random = np.random.default_rng(3)
    table = random.random((60, 12)) < 0.3
    start = np.concatenate([[0], np.cumsum(table.sum(1))])
    net = from_cells(start, np.nonzero(table)[1].astype(np.int32), random.integers(1, 20, 60), 12)
    monkeypatch.setattr(_decomposition, "SMALLEST", 11)
    monkeypatch.setattr(_decomposition, "MIDDLING", 11)
    work = _decomposition.Decomposition(
        net, 3, np.full(60, 0.3), int(net.weight.sum()), Stop(iterations=5).watch()
    )
    work.run(lambda _bound: False)
    work.settle_last()
    assert not work._last.settled
    assert work.found is None


def test_a_town_is_proven_with_pins_and_check_agrees():
    random = np.random.default_rng(8)
    homes, places = random.random((3000, 2)) * 30, random.random((60, 2)) * 30
    for pins in ({}, {"existing": (4,), "fixed": (7,), "forbidden": (1, 2)}):
        problem = SitingProblem(
            Goal.COVER_MOST, Planar(homes, places), random.integers(1, 9, 3000), p=8, radius=4.0, **pins
        )
        result = solve(problem)
        assert (result.engine, result.status) == ("pick", Status.OPTIMAL)
        verdict = check(problem, result.plan)
        assert verdict.ok
        assert verdict.value == result.value


def test_annealing_side_by_side_gives_the_same_plan_again():
    random = np.random.default_rng(2)
    homes, places = random.random((2000, 2)) * 30, random.random((150, 2)) * 30
    problem = SitingProblem(
        Goal.COVER_MOST, Planar(homes, places), random.integers(1, 9, 2000), p=20, radius=2.0
    )
    one, other = (solve(problem, Stop(iterations=20), seed=3) for _ in range(2))
    assert one.plan.open == other.plan.open
    assert (one.value, one.bound) == (other.value, other.bound)


def test_where_pieces_would_be_too_large_search_goes_on(monkeypatch):
    _decomposition = pytest.importorskip("heliplan.siting._decomposition")
    random = np.random.default_rng(5)
    homes, places = random.random((2000, 2)) * 30, random.random((90, 2)) * 30
    problem = SitingProblem(Goal.COVER_MOST, Planar(homes, places), p=12, radius=5.0)
    proven = solve(problem, Stop(iterations=40))
    monkeypatch.setattr(_decomposition, "LARGEST", 0)
    searched = solve(problem, Stop(iterations=40))
    assert (proven.status, searched.status) == (Status.OPTIMAL, Status.FEASIBLE)
    assert searched.bound <= proven.value <= searched.value
    assert check(problem, searched.plan).ok


def test_a_full_table_and_a_list_with_a_gap_sort_alike():
    random = np.random.default_rng(4)
    table = random.integers(0, 9, (12, 7))
    full = Listed.dense(table)
    table[3, 2] = -1
    gap = Listed.dense(table)
    sites = np.array([1, 2, 4, 6])
    rows = np.arange(12) != 3
    for one, other in zip(full.nearest(sites, 3), gap.nearest(sites, 3), strict=True):
        assert np.array_equal(one[rows], other[rows])
