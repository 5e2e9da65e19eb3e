"""What a user of siting relies on: clear refusals, named obstacles, repair, what-if, the same plan again."""

import numpy as np
import pytest

from heliplan import Status, Stop
from heliplan.siting import (
    Goal,
    Listed,
    Params,
    Planar,
    SitingPlan,
    SitingProblem,
    Sphere,
    check,
    compare,
    explain,
    solve,
    what_if,
)

HOMES = [[0, 0], [100, 0], [0, 100], [900, 900], [1000, 900], [5000, 5000]]
SITES = [[0, 0], [950, 900], [5000, 5000], [500, 500]]


def covering(**changes):
    fields = {"people": [4, 3, 5, 2, 6, 1], "p": 2, "radius": 150}
    return SitingProblem(Goal.COVER_MOST, Planar(HOMES, SITES), **{**fields, **changes})


def median(**changes):
    return SitingProblem(Goal.MEDIAN, Planar(HOMES, SITES), **{"p": 2, **changes})


def village(points, seed=1):
    random = np.random.default_rng(seed)
    return random.random((points, 2)) * 1000, random.integers(1, 9, points)


def test_it_works():
    result = solve(covering())
    assert (result.status, result.plan.open, result.value) == (Status.OPTIMAL, (0, 1), -20)
    assert result.parts == {"reached": -20}


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"people": [1, 2, float("nan"), 1, 1, 1]}, r"people\[2"),
        ({"people": [1, 2, -3, 1, 1, 1]}, r"people\[2, 0\]: -3"),
        ({"people": [1, 2]}, "people: shape"),
        ({"people": [1, 2, float("inf"), 1, 1, 1]}, r"people\[2"),
        ({"p": 5}, "p: 5 is not a whole number between 1 and 4"),
        ({"p": 0}, "p: 0"),
        ({"p": None}, "p: say how many"),
        ({"radius": None}, "radius: None"),
        ({"radius": float("nan")}, "radius: nan"),
        ({"radius": -1}, "radius: -1"),
        ({"existing": (1,), "forbidden": (1,)}, r"forbidden\[0\]: site 1 stands in existing already"),
        ({"existing": (1, 1)}, r"existing\[1\]: site 1 stands in existing already"),
        ({"fixed": (9,)}, r"fixed\[0\]: 9 is not in 0 … 3"),
        ({"costs": [1, 2, 3]}, "costs: shape"),
        ({"costs": [1, 2, 3, -4]}, r"costs\[3\]: -4"),
        ({"budget": -1}, "budget: -1"),
        ({"demand": [1] * 6}, "demand: means nothing without capacities"),
        ({"kinds": ("a", "b")}, "people: shape"),
    ],
)
def test_bad_input_is_refused_with_field_and_index(changes, says):
    with pytest.raises(ValueError, match=says):
        covering(**changes)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Planar([[0, 0], [1, float("nan")]], SITES), r"point_xy\[1\].*not finite"),
        (lambda: Planar(HOMES, [[1, 2], [3, 4], [1, 2]]), r"site_xy\[2\]: the same place as \[0\]"),
        (lambda: Planar(np.zeros((0, 2)), SITES), "point_xy: shape"),
        (lambda: Planar(HOMES, [[1, 2, 3]]), "site_xy: shape"),
        (lambda: Planar(HOMES, SITES, scale=0), "scale: 0"),
        (lambda: Sphere([[120, 28], [28, 120]], [[120, 28]]), r"point_lonlat\[1\]: 120.0 is no latitude"),
        (lambda: Listed.dense([[1, 2], [3, -2]]), r"table\[1, 1\]: -2"),
        (lambda: Listed.dense([[1.5]]), r"table\[0, 0\].*whole"),
        (lambda: Listed([0, 2], [1, 0], [5, 5], 2), r"site\[1\]: sites of one point must rise"),
        (lambda: Listed([0, 2], [0, 5], [5, 5], 2), r"site\[1\]: 5"),
    ],
)
def test_bad_distances_are_refused_with_field_and_index(make, says):
    with pytest.raises(ValueError, match=says):
        make()


def test_degrees_given_as_metres_are_pointed_out():
    degrees = np.array([[120.51, 28.02], [120.53, 28.04], [120.55, 28.01]])
    odd = SitingProblem(Goal.COVER_MOST, Planar(degrees, degrees), p=1, radius=600)
    assert [reason.code for reason in odd.warnings()] == ["coordinates.like_degrees"]
    assert explain(odd, solve(odd).plan)[-1].code == "coordinates.like_degrees"
    right = SitingProblem(Goal.COVER_MOST, Sphere(degrees, degrees), p=1, radius=600)
    assert right.warnings() == ()
    assert covering().warnings() == ()


@pytest.mark.parametrize(
    ("problem", "code", "params"),
    [
        (covering(p=1, existing=(0,), fixed=(1,)), "p.below_pinned", {"needed": 2}),
        (covering(costs=[3, 4, 5, 6], budget=6, fixed=(0, 1)), "budget.below_pinned", {"needed": 7}),
        (median(forbidden=(0, 1, 2, 3)), "sites.none_allowed", {"sites": 4}),
        (
            SitingProblem(Goal.COVER_ALL, Planar(HOMES, SITES), radius=150, forbidden=(2,)),
            "point.no_site",
            {"count": 1, "points": (5,)},
        ),
        (
            SitingProblem(Goal.MEDIAN, Listed.dense([[3, -1], [-1, -1]]), p=1),
            "point.no_site",
            {"count": 1, "points": (1,)},
        ),
        (median(capacities=[2, 2, 2, 2]), "capacity.total", {"available": 4, "needed": 6}),
        (
            SitingProblem(Goal.COVER_ALL, Planar(HOMES, SITES), radius=150, p=2),
            "limits.together",
            {"p": 2, "needed": 3},
        ),
    ],
)
def test_what_makes_it_impossible_is_named_with_what_would_do(problem, code, params):
    result = solve(problem)
    assert result.status is Status.INFEASIBLE
    found = {conflict.code: conflict.params for conflict in result.conflicts}
    assert params.items() <= found[code].items()


def test_distances_agree_between_their_forms(monkeypatch):
    points, _ = village(40)
    sites = np.arange(12)
    flat = Planar(points, points[:12], 10.0)
    listed = Listed.dense(flat.table(np.arange(40), sites))
    assert np.array_equal(flat.nearest(sites, 5)[1], listed.nearest(sites, 5)[1])
    assert np.array_equal(flat.within(150, sites).sites, listed.within(1500, sites).sites)
    monkeypatch.setattr("heliplan.siting.distances.BLOCK", 30)  # some rows at a time give the same
    assert np.array_equal(flat.nearest(sites, 5)[1], listed.nearest(sites, 5)[1])
    lonlat = np.array([[120.0, 28.0], [120.0, 29.0]])
    way = Sphere(lonlat, lonlat).table(np.array([0]), np.array([1]))
    assert way[0, 0] == pytest.approx(111_195, abs=1)


def test_json_brings_back_the_same_problem_and_plan():
    problems = [
        covering(existing=(1,), costs=[1, 2, 3, 4], budget=9),
        SitingProblem(
            Goal.MEDIAN, Listed.dense([[3, -1], [2, 7]]), [[1, 2], [3, 4]], ("old", "young"), (2, 1), 2
        ),
        SitingProblem(Goal.COVER_ALL, Sphere.anywhere([[120.5, 28.0], [120.6, 28.1]]), radius=500),
    ]
    for problem in problems:
        again = SitingProblem.from_json(problem.to_json())
        assert again.to_json() == problem.to_json()
        assert solve(again).value == solve(problem).value
    plan = SitingPlan((3, 1), np.array([1, 3, -1]))
    assert SitingPlan.from_json(plan.to_json()).to_json() == plan.to_json()
    with pytest.raises(ValueError, match="colour: unknown field"):
        SitingProblem.from_json('{"goal": "median", "distances": {}, "colour": 1}')
    with pytest.raises(ValueError, match="line 1"):
        SitingProblem.from_json("{")


def test_check_finds_each_broken_rule():
    problem = median(capacities=[3, 3, 3, 3], fixed=(0,), forbidden=(3,))
    verdict = check(problem, SitingPlan((1, 2, 3), np.array([1, 1, 1, 1, 0, -1])))
    assert [fault.code for fault in verdict.violations] == [
        "site.forbidden",
        "site.pinned_closed",
        "p.above",
        "point.not_served",
        "serves.closed",
        "capacity.above",
    ]
    far = SitingProblem(Goal.COVER_ALL, Planar(HOMES, SITES), radius=150, costs=[1, 2, 3, 4], budget=2)
    assert {fault.code for fault in check(far, SitingPlan((0, 1))).violations} == {
        "budget.above",
        "point.not_served",
    }
    assert check(covering(), SitingPlan((9,))).violations[0].code == "site.unknown"


def test_repair_replaces_only_the_site_that_must_go():
    points, people = village(60)
    problem = SitingProblem(Goal.MEDIAN, Planar(points, points[:30]), people, p=5)
    first = solve(problem).plan
    gone = first.open[2]
    closed = SitingProblem(Goal.MEDIAN, Planar(points, points[:30]), people, p=5, forbidden=(gone,))
    again = solve(closed, start=first)
    assert set(first.open) - set(again.plan.open) == {gone}
    assert again.status is Status.OPTIMAL
    assert again.value >= solve(closed).value


def test_what_if_counts_who_is_newly_reached():
    today, with_two, best = what_if(covering(existing=(0,)), extra=[2], best=[2])
    assert (today.reached, today.newly) == ({"people": 12}, {"people": 0})
    assert (with_two.name, with_two.newly, with_two.open) == ("with 2", {"people": 1}, (0, 2))
    assert (best.name, best.newly, best.worst_point) == ("best 2", {"people": 8}, 5)
    assert best.mean < with_two.mean < today.mean
    nobody = compare(covering(), {"nothing": (), "all": (0, 1, 2, 3)})
    assert nobody[0].mean is None
    assert nobody[1].newly == {"people": 21}


def test_explain_says_what_each_site_does_and_who_is_left_out():
    problem = covering(existing=(0,))
    first, second, out = explain(problem, solve(problem).plan)
    assert (first.code, second.code, out.code) == ("site.existing", "site.chosen", "points.left_out")
    assert (first.params["people"], first.params["if_closed"]) == (12, 12)
    assert (out.params["people"], out.params["points"]) == (1, (5,))
    sites = explain(median(), solve(median()).plan)
    without = solve(median(p=1, fixed=(sites[0].params["site"],)))
    assert sites[1].params["if_closed"] == without.value - solve(median()).value


def test_small_problems_do_without_numba(monkeypatch):
    monkeypatch.setattr("heliplan.compiled.COMPILED", False)
    points, people = village(70)
    small = SitingProblem(Goal.MEDIAN, Planar.anywhere(points), people, p=4)
    assert solve(small).engine == "model"
    assert solve(small).status is Status.OPTIMAL


def test_large_problems_do_without_numba_too_or_say_which_extra_they_need(monkeypatch):
    monkeypatch.setattr("heliplan.compiled.COMPILED", False)
    points, people = village(400)
    large = SitingProblem(Goal.MEDIAN, Planar.anywhere(points), people, p=4)
    result = solve(large)
    assert (result.status, result.engine) == (Status.FEASIBLE, "exchange")
    assert check(large, result.plan).value == result.value
    with pytest.raises(ImportError, match=r"heli\[large\]"):
        solve(large, params=Params(engine="pick"))


def test_a_time_limit_never_makes_a_false_proof():
    points, people = village(120)
    problem = SitingProblem(Goal.MEDIAN, Planar.anywhere(points), people, p=12)
    result = solve(problem, Stop(seconds=0.3), params=Params(engine="model"))
    assert result.status in (Status.FEASIBLE, Status.STOPPED, Status.OPTIMAL)
    if result.status is Status.OPTIMAL:
        assert result.bound == result.value == solve(problem, params=Params(engine="model")).value


def test_a_median_with_capacities_is_proven_with_and_without_a_time_limit():
    random = np.random.default_rng(6)
    places = random.random((55, 2)) * 100
    problem = SitingProblem(
        Goal.MEDIAN, Planar(places, places), p=5, capacities=[130] * 55, demand=random.integers(1, 20, 55)
    )
    timed, plain = solve(problem, Stop(seconds=120)), solve(problem)
    assert timed.status is plain.status is Status.OPTIMAL
    assert timed.value == plain.value == check(problem, timed.plan).value
    assert check(problem, timed.plan).ok
