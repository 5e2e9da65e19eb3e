"""Pockets melt only what must lie together, levelling breaks nothing, both against trying everything."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from heliplan import Status, Stop
from heliplan.division import DivisionPlan, DivisionProblem, band, check, solve
from heliplan.division._level import Levelling
from heliplan.division._net import components, net_of
from heliplan.division._pockets import pockets
from heliplan.division._start import begin

from .towns import town


@st.composite
def lanes(draw):
    """Sparse areas: a random tree with few edges more, so that much hangs on single units."""
    units, seed = draw(st.integers(4, 8)), draw(st.integers(0, 10**6))
    random = np.random.default_rng(seed)
    edges = {(int(random.integers(0, unit)), unit) for unit in range(1, units)}
    for _ in range(draw(st.integers(0, 3))):
        edges.add(tuple(sorted(random.choice(units, 2, replace=False).tolist())))
    measures = random.integers(0, 9, (units, draw(st.integers(1, 2))))
    grids = draw(st.integers(1, 3))
    tolerance = draw(st.sampled_from([0.1, 0.3, 0.6]))
    try:
        low, high = band(measures, grids, tolerance)
    except ValueError:
        reject()  # no whole numbers keep it
    points = random.integers(0, 99, (units, 2))
    problem = DivisionProblem(points, sorted(edges), measures, grids, low, high)
    if draw(st.booleans()):
        return replace(
            problem, pins=[[int(random.integers(units)), 0], [int(random.integers(units)), grids - 1]]
        )
    return problem


def plans(problem):
    """Every plan that keeps the rules."""
    every = itertools.product(range(problem.grids), repeat=problem.units)
    return [grid for grid in map(np.array, every) if check(problem, DivisionPlan(grid)).ok]


@given(lanes())
@settings(max_examples=40, deadline=None)
def test_what_a_pocket_melts_lies_together_in_every_plan(problem):
    node = net_of(problem)
    found, every = pockets(problem, node), plans(problem)
    if found.conflicts:
        assert every == []
    block = found.block[node.node]
    for grid in every:
        assert (grid == grid[block]).all()


@given(lanes())
@settings(max_examples=25, deadline=None)
def test_sparse_areas_agree_with_trying_everything(problem):
    result = solve(problem)
    best = min((check(problem, DivisionPlan(grid)).value for grid in plans(problem)), default=None)
    assert result.value == best
    assert result.status is (Status.INFEASIBLE if best is None else Status.OPTIMAL)


def street(amounts, low, high, grids=2):
    """Houses along one street."""
    count = len(amounts)
    return DivisionProblem(
        [[unit, 0] for unit in range(count)],
        [[unit, unit + 1] for unit in range(count - 1)],
        amounts,
        grids,
        [low],
        [high],
    )


def test_a_pocket_that_fits_no_grid_is_named():
    # a star: three arms of 6 around a middle of 1; two grids of 8 to 11
    star = DivisionProblem(
        [[0, 0], [1, 0], [0, 1], [-1, 0]], [[0, 1], [0, 2], [0, 3]], [1, 6, 6, 6], 2, [8], [11]
    )
    result = solve(star)
    assert (result.status, result.engine) == (Status.INFEASIBLE, "counting")
    assert result.conflicts[0].code == "pocket.no_count"
    assert result.conflicts[0].params["unit"] == 0


def test_no_choice_of_a_pockets_units_comes_to_a_grid():
    # behind the middle lie 5 + 9 on each side: neither 5, 9 nor 14 is within 10 to 13
    result = solve(street([5, 9, 1, 9, 5], 10, 13, grids=3))
    assert result.conflicts[0].code in ("total.below", "pocket.no_count")
    assert solve(street([5, 9, 1, 9, 5], 14, 15)).status is Status.OPTIMAL


@pytest.mark.parametrize("rule", ["pins", "apart"])
def test_rules_within_a_pocket_contradict(rule):
    facts = {"pins": {"pins": [[0, 0], [1, 1]]}, "apart": {"apart": [[0, 1]]}}[rule]
    result = solve(replace(street([1, 4, 4, 4, 4, 1], 9, 9), **facts))
    assert result.status is Status.INFEASIBLE
    assert result.conflicts[0].code == {"pins": "pocket.pinned", "apart": "pocket.apart"}[rule]


@given(st.integers(40, 120), st.integers(3, 8), st.integers(0, 10**6))
@settings(max_examples=20, deadline=None)
def test_levelling_keeps_pins_and_pieces_and_is_never_further_out(units, grids, seed):
    problem = town(units, grids, 0.15, seed, pins=[[0, 0], [units - 1, grids - 1]])
    net, random = net_of(problem), np.random.default_rng(seed)
    start = begin(problem, net, random)
    levelling = Levelling(problem, net, start, np.full(net.count, -1), random)
    levelling.run(Stop().watch())
    grid = levelling.grid

    def out(label):
        loads = check(problem, DivisionPlan(label[net.node])).loads
        return (np.maximum(problem.low - loads, 0) + np.maximum(loads - problem.high, 0)).sum()

    assert out(grid) <= out(start)
    assert (grid[[0, units - 1]] == [0, grids - 1]).all()
    assert components(net.next_at, net.nexts, grid).max() <= components(net.next_at, net.nexts, start).max()
    assert sorted(set(grid.tolist())) == list(range(grids))


def test_a_lane_between_two_squares_is_levelled():
    """Amounts pass a lane one node wide, which no move of single nodes does."""
    side = [[x, y] for x in range(5) for y in range(5)]
    points = np.array([*side, [5, 2], [6, 2], *[[x + 7, y] for x, y in side]])
    edges = [
        [i, j] for i, j in itertools.combinations(range(52), 2) if np.abs(points[i] - points[j]).sum() == 1
    ]
    amounts = np.ones(52, np.int64)
    amounts[:25] = 3  # 77 left of and in the lane, 25 to its right
    low, high = band(amounts, 4, 0.12)
    problem = DivisionProblem(points * 10, edges, amounts, 4, low, high)
    net, random = net_of(problem), np.random.default_rng(3)
    start = np.where(points[:, 0] < 7, np.where(points[:, 1] < 2, 0, 1), np.where(points[:, 1] < 2, 2, 3))
    levelling = Levelling(problem, net, start, np.full(net.count, -1), random)
    levelling.run(Stop().watch())
    assert check(problem, DivisionPlan(levelling.grid[net.node])).ok
