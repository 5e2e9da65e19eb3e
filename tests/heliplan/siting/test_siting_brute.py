"""Small random cases of every kind: the solver's plan is as good as trying all sets, and check agrees."""

from importlib import import_module
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from heliplan import Status, Stop
from heliplan.siting import Goal, Listed, Params, Planar, SitingPlan, SitingProblem, check, solve

KINDS = [
    "cover-most",
    "cover-all",
    "median",
    "median with budget",
    "capacitated",
    "cover-most with budget",
    "cover-all with p",
    "cover-all with capacities",
]


@st.composite
def problems(draw, kinds=tuple(KINDS), most=6):
    kind = draw(st.sampled_from(kinds))
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    points, sites = draw(st.integers(1, most)), draw(st.integers(1, most - 1))
    goal = Goal("median" if kind.startswith("capacitated") else kind.split(" ")[0])
    fields = {
        "people": random.integers(0, 9, (points, 2)),
        "kinds": ("residents", "workers"),
        "factors": (2, 1),
    }
    if draw(st.booleans()):
        places = random.choice(20 * 20, sites, replace=False)
        fields["distances"] = Planar(random.random((points, 2)) * 20, np.stack(divmod(places, 20), 1), 10.0)
    else:
        table = random.integers(0, 30, (points, sites))
        table[random.random(table.shape) < 0.2] = -1
        fields["distances"] = Listed.dense(table)
    if goal is not Goal.MEDIAN:
        fields["radius"] = float(random.integers(3, 15))
    if goal is not Goal.COVER_ALL or "with p" in kind:
        fields["p"] = int(random.integers(1, sites + 1))
    if "budget" in kind:
        fields |= {"costs": random.integers(0, 6, sites), "budget": int(random.integers(0, 12))}
    if "capaci" in kind:
        fields |= {"capacities": random.integers(0, 14, sites), "demand": random.integers(0, 7, points)}
    state = random.random(sites)
    fields["existing"] = tuple(np.flatnonzero(state < 0.1).tolist())
    fields["fixed"] = tuple(np.flatnonzero((state >= 0.1) & (state < 0.15)).tolist())
    fields["forbidden"] = tuple(np.flatnonzero(state > 0.85).tolist())
    return SitingProblem(goal, **fields)


def best_by_hand(problem):
    """The least value over all sets of sites (and, with capacities, all ways to serve), or None."""
    values = []
    for count in range(problem.sites + 1):
        for sites in combinations(range(problem.sites), count):
            for served in ways_to_serve(problem, sites):
                verdict = check(problem, SitingPlan(sites, served))
                if verdict.ok:
                    values.append(verdict.value)
    return min(values, default=None)


def ways_to_serve(problem, sites):
    if problem.capacities is None:
        return [None]
    choices = (-1, *sites) if problem.goal is Goal.COVER_MOST else sites
    return [np.array(way, np.int64) for way in product(choices, repeat=problem.points)]


def agrees(problem, result):
    best = best_by_hand(problem)
    if best is None:
        assert result.status is Status.INFEASIBLE
        assert result.conflicts
    else:
        assert result.status is Status.OPTIMAL
        assert result.value == best == check(problem, result.plan).value
        assert check(problem, result.plan).ok


@settings(max_examples=30, deadline=None)
@given(problem=problems(most=4))
def test_the_model_finds_the_best_of_all_plans(problem):
    agrees(problem, solve(problem, params=Params(engine="model")))


@pytest.mark.slow
@settings(max_examples=30, deadline=None)
@given(problem=problems(kinds=("median", "cover-most"), most=9), seed=st.integers(0, 9))
def test_search_and_tree_find_the_best_of_all_plans(problem, seed):
    pytest.importorskip("numba")
    agrees(problem, solve(problem, seed=seed, params=Params(engine="pick")))


CROWDED = ("capacitated", "capacitated with budget", "cover-most with capacities")


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(problem=problems(kinds=CROWDED, most=5), timed=st.booleans())
def test_annealing_before_the_model_does_not_lose_the_best_of_all_plans(monkeypatch, problem, timed):
    pytest.importorskip("numba")
    monkeypatch.setattr(import_module("heliplan.siting.solve"), "TINY", -1)
    monkeypatch.setattr("heliplan.siting._capacitated.TRIES", 1_000)
    agrees(problem, solve(problem, Stop(seconds=600) if timed else Stop()))


@pytest.mark.parametrize(("fixed", "best"), [((), 900), ((2,), None)])
def test_nobody_is_left_without_a_way_though_it_were_cheaper(fixed, best):
    pytest.importorskip("numba")
    no_way_to_the_third = Listed.dense(np.array([[50, 50, 0], [0, 0, -1], [50, 50, 0]]))
    people = np.array([[9], [1], [9]])
    problem = SitingProblem(Goal.MEDIAN, no_way_to_the_third, people, p=1, fixed=fixed)
    result = solve(problem, params=Params(engine="pick"))
    agrees(problem, result)
    assert result.value == best


@settings(max_examples=25, deadline=None)
@given(problem=problems(most=4), data=st.data())
def test_repair_gives_up_no_more_sites_than_it_must(problem, data):
    allowed = problem.allowed.tolist()
    before = SitingPlan(tuple(data.draw(st.sets(st.sampled_from(allowed)))) if allowed else ())
    repaired = solve(problem, start=before)
    if repaired.status is Status.INFEASIBLE:
        assert best_by_hand(problem) is None
        return
    assert check(problem, repaired.plan).ok
    given_up = len(set(before.open) - set(repaired.plan.open))
    fewest = min(len(set(before.open) - set(sites)) for sites in good_sets(problem))
    assert given_up == fewest


def good_sets(problem):
    for count in range(problem.sites + 1):
        for sites in combinations(range(problem.sites), count):
            if any(check(problem, SitingPlan(sites, way)).ok for way in ways_to_serve(problem, sites)):
                yield sites


@settings(max_examples=15, deadline=None)
@given(problem=problems(kinds=("median", "cover-most", "cover-all"), most=6))
def test_repair_of_a_good_plan_with_all_its_sites_changes_nothing(problem):
    first = solve(problem)
    if first.plan is None or (problem.p is not None and len(first.plan.open) < problem.p):
        return
    assert solve(problem, start=first.plan).plan.open == first.plan.open


def test_a_start_that_a_point_has_no_way_to_is_given_up():
    ways = Listed(start=[0, 1], site=[0], length=[3], site_count=2)
    problem = SitingProblem(Goal.MEDIAN, ways, people=[[9]], p=1)
    result = solve(problem, start=SitingPlan((1,)))
    assert (result.status, result.plan.open) == (Status.OPTIMAL, (0,))
