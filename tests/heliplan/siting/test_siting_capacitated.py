"""Annealing a median with capacities: what it hands back keeps the rules, and is near the best."""

from importlib import import_module

import numpy as np
import pytest

from heliplan import Status, Stop
from heliplan.siting import Goal, Params, Planar, SitingPlan, SitingProblem, _model, check, solve

engine = import_module("heliplan.siting.solve")
_capacitated = pytest.importorskip("heliplan.siting._capacitated")


def town(points, p, spare=1.1, seed=0, **fields):
    """Points on a square that are also the sites, with just enough room."""
    random = np.random.default_rng(seed)
    places, demand = random.random((points, 2)) * 1000, random.integers(1, 20, points)
    room = np.full(points, int(spare * demand.sum() / p)) + random.integers(0, 9, points)
    facts = {"p": p, "capacities": room, "demand": demand, **fields}
    return SitingProblem(Goal.MEDIAN, Planar(places, places), **facts)


def plan_of(problem, served):
    sites = problem.allowed[served]
    return SitingPlan(tuple({*sites.tolist(), *problem.pinned}), sites)


def searched(problem, stop, seed=0):
    told = []
    served = _capacitated.search(
        problem,
        _model.cost_table(problem),
        stop.watch(),
        seed,
        lambda value, done: told.append((value, done)),
    )
    return served, told


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"spare": 1.01},
        {"existing": (3,), "fixed": (7,), "forbidden": (0, 1, 2)},
        {"costs": [1, 2, 3, 4] * 10, "budget": 12},
    ],
)
def test_what_annealing_finds_keeps_the_rules_and_costs_what_it_says(fields):
    problem = town(40, 5, **fields)
    served, told = searched(problem, Stop(iterations=3))
    verdict = check(problem, plan_of(problem, served))
    assert verdict.ok
    assert verdict.value == told[-1][0] == min(value for value, _ in told)
    assert [done for _, done in told] == [1, 2, 3]


def test_where_not_everybody_has_room_most_are_served():
    random = np.random.default_rng(4)
    places, people = random.random((60, 2)) * 100, random.integers(1, 20, 60)
    problem = SitingProblem(
        Goal.COVER_MOST, Planar(places, places), people, p=4, radius=25.0, capacities=[90] * 60
    )
    annealed, best = solve(problem, Stop(seconds=60)), solve(problem, params=Params(engine="model"))
    assert check(problem, annealed.plan).ok
    assert annealed.value == best.value == -360
    assert (annealed.status, annealed.engine) == (Status.OPTIMAL, "anneal")


def test_annealing_alone_finds_what_the_model_proves():
    problem = town(40, 4)
    best = solve(problem, params=Params(engine="model"))
    served, _ = searched(problem, Stop(iterations=4))
    assert best.status is Status.OPTIMAL
    assert check(problem, plan_of(problem, served)).value == best.value


def test_the_same_seed_gives_the_same_plan():
    problem = town(60, 6)
    first, again = (searched(problem, Stop(iterations=2), seed=5)[0] for _ in range(2))
    assert np.array_equal(first, again)


def test_a_model_too_large_is_left_out_and_the_bound_of_roomy_sites_is_given(monkeypatch):
    monkeypatch.setattr(engine, "HOPELESS", 1_000)
    monkeypatch.setattr(_model, "build", None)  # a call would fail
    problem = town(60, 6, spare=1.05)
    events = []
    result = solve(problem, Stop(seconds=20), progress=events.append)
    roomy = solve(SitingProblem(Goal.MEDIAN, problem.distances, p=6))
    assert check(problem, result.plan).ok
    assert roomy.value == result.bound < result.value
    assert (result.status, result.engine) == (Status.FEASIBLE, "anneal")
    assert {event.phase for event in events} == {"begin", "first", "search"}


def test_where_no_plan_keeps_the_room_that_is_proven(monkeypatch):
    monkeypatch.setattr(engine, "TINY", -1)
    places = np.arange(10.0).reshape(5, 2)
    problem = SitingProblem(Goal.MEDIAN, Planar(places, places), p=2, capacities=[100] * 5, demand=[40] * 5)
    result = solve(problem, Stop(seconds=60))
    assert result.status is Status.INFEASIBLE
    assert result.conflicts[0].code == "limits.together"
