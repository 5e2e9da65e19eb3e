"""The compiled engines: bounds that hold, cells that lose nobody, the same plan from the same seed."""

from importlib import import_module

import numpy as np
import pytest

from heliplan import Status, Stop
from heliplan.siting import Goal, Listed, Params, Planar, SitingProblem, Sphere, check, solve
from heliplan.siting._cells import gather, group

pytestmark = pytest.mark.slow  # numba compiles first


def town(points, sites, seed=3):
    random = np.random.default_rng(seed)
    return random.random((points, 2)) * 3000, random.random((sites, 2)) * 3000, random.integers(1, 9, points)


def test_the_median_is_proven_and_check_agrees():
    homes, _, people = town(150, 1)
    problem = SitingProblem(Goal.MEDIAN, Planar.anywhere(homes), people, p=8, existing=(3,), forbidden=(5, 6))
    result = solve(problem)
    assert (result.engine, result.status) == ("pick", Status.OPTIMAL)
    assert check(problem, result.plan).ok
    assert check(problem, result.plan).value == result.value
    assert solve(problem, params=Params(engine="model")).value == result.value


def test_a_bound_from_few_neighbours_stays_below_the_optimum():
    homes, _, people = town(150, 1)
    problem = SitingProblem(Goal.MEDIAN, Planar.anywhere(homes), people, p=12)
    best = solve(problem)
    short = solve(problem, params=Params(neighbours=25))
    assert short.bound <= best.value <= short.value
    assert short.gap < 0.02


def test_covering_with_three_forms_of_distances_is_the_same():
    homes, sites, people = town(2500, 25)
    flat = Planar(homes, sites)
    listed = Listed.dense(flat.table(np.arange(2500), np.arange(25)))
    values = []
    for distances in (flat, listed):
        problem = SitingProblem(Goal.COVER_MOST, distances, people, p=5, radius=400)
        result = solve(problem)
        assert result.status is Status.OPTIMAL
        assert check(problem, result.plan).value == result.value
        values.append(result.value)
    assert abs(values[0] - values[1]) <= 0.01 * abs(values[0])  # listed lengths are rounded


def test_cells_from_the_plane_and_from_lists_are_the_same():
    homes, sites, people = town(25_000, 30)
    problem = SitingProblem(Goal.COVER_MOST, Planar(homes, sites), people, p=5, radius=400)
    every = np.arange(30)
    fast = gather(problem, every, people)
    slow = group(problem.distances.within(400, every), people, 30)

    def rows(cells):
        pairs = zip(cells.start[:-1], cells.start[1:], cells.weight, strict=True)
        return {tuple(sorted(cells.site[a:b].tolist())): int(w) for a, b, w in pairs}

    assert rows(fast) == rows(slow)
    assert fast.unreached_count == slow.unreached_count
    assert fast.unreached.tolist() == slow.unreached.tolist()


def test_cells_on_the_sphere_lose_nobody():
    random = np.random.default_rng(5)
    homes = np.array([120.5, 28.0]) + random.random((21_000, 2)) * 0.1
    problem = SitingProblem(Goal.COVER_MOST, Sphere(homes, homes[:40]), p=4, radius=900)
    fast = gather(problem, np.arange(40), problem.weights())
    slow = group(problem.distances.within(900, np.arange(40)), problem.weights(), 40)
    assert fast.weight.sum() + fast.unreached_count == 21_000
    assert sorted(fast.weight.tolist()) == sorted(slow.weight.tolist())


def test_the_same_seed_and_iterations_give_the_same_plan():
    homes, _, people = town(400, 1)
    problem = SitingProblem(Goal.MEDIAN, Planar.anywhere(homes), people, p=20)
    plans = [solve(problem, Stop(iterations=30), seed=7) for _ in range(2)]
    assert plans[0].plan.open == plans[1].plan.open
    assert (plans[0].value, plans[0].bound) == (plans[1].value, plans[1].bound)


def test_events_never_show_a_bound_above_the_value():
    homes, _, people = town(300, 1)
    problem = SitingProblem(Goal.MEDIAN, Planar.anywhere(homes), people, p=10)
    events = []
    solve(problem, progress=events.append)
    assert {"begin", "bound"} <= {event.phase for event in events}
    assert all(event.bound is None or event.bound <= event.value for event in events)


def test_cancelling_ends_with_a_plan():
    homes, _, people = town(400, 1)
    problem = SitingProblem(Goal.MEDIAN, Planar.anywhere(homes), people, p=20)
    result = solve(problem, Stop(cancelled=lambda: True))
    assert result.plan is not None
    assert check(problem, result.plan).ok


def test_a_median_that_no_tree_can_prove_is_searched_and_bounded_in_turn_until_time_is_up(monkeypatch):
    pytest.importorskip("numba", reason="numba comes with the extra `large`")
    monkeypatch.setattr(import_module("heliplan.siting.solve"), "WHOLE", 0)
    random = np.random.default_rng(1)
    homes = random.random((1500, 2)) * 10_000
    problem = SitingProblem(Goal.MEDIAN, Planar(homes, homes), random.integers(1, 9, 1500), p=60)
    solve(problem, Stop(iterations=1))
    told = []
    result = solve(problem, Stop(seconds=6), progress=told.append)
    assert result.engine == "pick"
    assert result.status is Status.OPTIMAL or result.seconds > 5.5
    bounds = [event.bound for event in told if event.phase == "bound"]
    assert bounds == sorted(bounds)
    assert check(problem, result.plan).value == result.value
    wanted = solve(problem, Stop(seconds=30, gap=result.gap + 0.01))
    assert wanted.seconds < 15
