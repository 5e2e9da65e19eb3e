"""The engines against brute force, the check and each other."""

import sys
from importlib import import_module, reload
from itertools import combinations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from heliplan import Status, Stop
from heliplan.grouping import GroupingPlan, GroupingProblem, Params, check, levels, solve
from heliplan.grouping._anneal import fitting
from heliplan.grouping._parts import Joining, parts
from heliplan.grouping._search import Search, bounded
from heliplan.grouping.problem import previous, weights

SEARCH = Params(exact=0, near=2, windows=4)
"""Everything by search, with hardly any neighbours looked at."""


ALONE = GroupingProblem([1, 2, 0], 1, 1, labels=[[0, 0], [1, 0], [1, 0]], own=False)
"""A unit that is alone in its first column of labels and has company in its second."""


@st.composite
def problems(draw, most_units=6):
    """Small problems of every form: labels or edges, reach, pins, closed units."""
    n = draw(st.integers(1, most_units))
    number = st.integers(0, n - 1)
    facts = {
        "members": draw(st.lists(st.integers(0, 4), min_size=n, max_size=n)),
        "threshold": draw(st.integers(1, 5)),
        "most": draw(st.none() | st.integers(1, 4)),
        "own": draw(st.booleans()),
        "open": draw(st.lists(st.booleans() | st.just(True), min_size=n, max_size=n)),
        "forbidden": draw(st.lists(st.tuples(number, number), max_size=2)),
        "fixed": draw(st.lists(st.tuples(number, number), max_size=draw(st.integers(0, 1)))),
    }
    if draw(st.booleans()):
        label = st.lists(st.integers(-1, 1), min_size=2, max_size=2)
        facts["labels"] = draw(st.lists(label, min_size=n, max_size=n))
    elif draw(st.booleans()) and n > 1:
        pairs = list(combinations(range(n), 2))
        facts["edges"] = draw(st.lists(st.sampled_from(pairs)))
    if draw(st.booleans()):
        place = st.lists(st.integers(0, 9), min_size=2, max_size=2)
        facts["point"] = draw(st.lists(place, min_size=n, max_size=n))
        facts["reach"] = draw(st.none() | st.integers(0, 9))
    return GroupingProblem(**facts)


def plans(problem):
    """Every way to give each unit a seat or none, such that seats are their own."""
    n = problem.units

    def extend(seat):
        if len(seat) == n:
            if all(s < 0 or seat[s] == s for s in seat):
                yield GroupingPlan(seat)
            return
        for s in range(-1, n):
            if s < 0 or s >= len(seat) or seat[s] == s:
                yield from extend([*seat, s])

    return extend([])


def brute(problem, start=None):
    verdicts = (check(problem, plan, start) for plan in plans(problem))
    return min((verdict.value for verdict in verdicts if verdict.ok), default=None)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@example(ALONE)
@given(problems(4))
def test_small_problems_are_solved_to_the_brute_force_optimum(problem):
    result, best = solve(problem), brute(problem)
    if best is None:
        assert result.status is Status.INFEASIBLE
        assert result.conflicts
    else:
        assert (result.status, result.value) == (Status.OPTIMAL, best)


@settings(max_examples=30, deadline=None)
@given(problems(4), st.data())
def test_a_repair_is_solved_to_the_brute_force_optimum(problem, data):
    seats = st.integers(-1, problem.units - 1)
    start = GroupingPlan(data.draw(st.lists(seats, min_size=problem.units, max_size=problem.units)))
    result, best = solve(problem, start=start), brute(problem, start)
    if best is None:
        assert result.status is Status.INFEASIBLE
    else:
        assert (result.status, result.value) == (Status.OPTIMAL, best)


@settings(max_examples=40, deadline=None)
@given(problems(10), st.sampled_from([Params(), SEARCH]), st.integers(0, 3))
def test_what_an_engine_says_is_what_the_check_counts(problem, params, seed):
    result = solve(problem, seed=seed, params=params)
    if result.plan is None:
        assert result.conflicts
        return
    verdict = check(problem, result.plan)
    assert verdict.violations == ()
    assert (verdict.value, verdict.parts) == (result.value, dict(result.parts))
    assert {type(number) for number in (result.value, result.bound, *result.parts.values())} == {int}
    left = np.flatnonzero(problem.open & (result.plan.seat < 0))
    assert sorted(conflict.params["unit"] for conflict in result.conflicts) == left.tolist()


@settings(max_examples=30, deadline=None)
@given(problems(8))
def test_the_search_never_claims_more_than_the_exact_engine_proves(problem):
    exact, search = solve(problem), solve(problem, params=SEARCH)
    if exact.plan is not None:
        assert search.bound is None or search.bound <= exact.value
        assert search.value is None or search.value >= exact.value


@pytest.mark.slow
@settings(max_examples=30, deadline=None)
@given(problems(12), st.integers(0, 5))
def test_the_same_seed_gives_the_same_plan(problem, seed):
    first, again = (solve(problem, Stop(iterations=3), seed, SEARCH) for _ in range(2))
    assert (first.status, first.value, first.bound) == (again.status, again.value, again.bound)
    if first.plan is not None:
        assert first.plan.seat.tolist() == again.plan.seat.tolist()


@settings(max_examples=30, deadline=None)
@given(problems(12), st.sampled_from([Params(), SEARCH]))
def test_a_good_plan_is_not_changed_by_a_repair(problem, params):
    plan = solve(problem).plan
    if plan is None:
        return
    again = solve(problem, params=params, start=plan)
    assert again.plan.seat.tolist() == plan.seat.tolist()


def town(units, seed=0, **facts):
    random = np.random.default_rng(seed)
    return GroupingProblem(
        members=random.integers(0, 3, units),
        threshold=3,
        most=5,
        point=random.integers(0, 3000, (units, 2)),
        **facts,
    )


def test_a_unit_that_closes_changes_no_other_body():
    before = town(60)
    plan = solve(before, Stop(iterations=12)).plan
    there = np.ones(60, bool)
    there[7] = False
    after = GroupingProblem(before.members, 3, 5, point=before.point, open=there)
    result = solve(after, Stop(iterations=12), start=plan)
    kept = previous(after, plan)
    broken = plan.seat[7]
    outside = there & (plan.seat != broken)
    assert check(after, result.plan, plan).ok
    changed = outside & (result.plan.seat != kept)
    assert changed.sum() <= 2  # at most to lift the body that lost a unit over the threshold
    assert levels(after, result.value, repair=True)["uncovered"] == 0


def test_two_engines_agree_on_covering_and_bodies():
    problem = town(60, labels=np.random.default_rng(1).integers(0, 3, (60, 1)))
    stop = Stop(iterations=8)
    exact, search = solve(problem, stop), solve(problem, stop, params=Params(exact=0))
    here, there = levels(problem, exact.value), levels(problem, search.value)
    assert (here["uncovered"], here["bodies"]) == (there["uncovered"], there["bodies"])
    assert there["distance"] <= 1.25 * here["distance"]


def test_thousands_of_tiny_shops_in_one_market_are_covered_with_the_fewest_bodies():
    random = np.random.default_rng(5)
    shops = 2000
    problem = GroupingProblem(
        members=random.integers(1, 3, shops), threshold=3, most=5, point=random.integers(0, 400, (shops, 2))
    )
    result = solve(problem, Stop(iterations=3))
    assert check(problem, result.plan).ok
    assert levels(problem, result.value)["uncovered"] == 0
    assert levels(problem, result.value)["bodies"] == levels(problem, result.bound)["bodies"] == 400


@settings(max_examples=30, deadline=None)
@given(problems(14), st.integers(0, 9))
def test_annealing_keeps_every_rule_and_lengthens_no_way(problem, seed):
    itself = problem.forbidden[problem.forbidden[:, 0] == problem.forbidden[:, 1], 0]
    # a unit that must and may not stand by itself is for the refusals, not for annealing
    if not fitting(problem) or problem.alone[itself].any():
        return
    joining, params, weigh = Joining(problem), Params(), weights(problem)
    nobody = np.full(problem.units, -1)
    for part in parts(problem, joining, nobody, params):
        search = Search(problem, joining, part, weigh, params, seed)
        first = search.first(Stop().watch(), 1.0)
        cooled = search.cooled(first, Stop(iterations=30).watch(), seed)
        assert cooled.values <= first.values
        assert cooled.values[:-1] == first.values[:-1]
        seat = np.full(problem.units, -1)
        seat[part.units] = np.where(cooled.seat < 0, -1, part.units[cooled.seat])
        alone = np.flatnonzero(problem.alone)
        seat[alone] = alone
        verdict = check(problem, GroupingPlan(seat))
        pins = {"pin_broken"}
        assert {violation.code for violation in verdict.violations} <= pins


def test_compiled_and_interpreted_annealing_give_the_same_plan(monkeypatch):
    pytest.importorskip("numba", reason="numba comes with the extra `large`")
    problem, stop = town(60), Stop(iterations=20)
    modules = [import_module(f"heliplan.{name}") for name in ("compiled", "grouping._swaps")]
    compiled = solve(problem, stop, 5, Params(exact=0))
    with monkeypatch.context() as without:
        without.setitem(sys.modules, "numba", None)
        without.setattr("importlib.util.find_spec", lambda _: None)
        interpreted = [reload(module) for module in modules]
        assert not interpreted[0].COMPILED
        plain = solve(problem, stop, 5, Params(exact=0))
    for module in modules:
        reload(module)
    assert plain.plan.seat.tolist() == compiled.plan.seat.tolist()


@settings(max_examples=25, deadline=None)
@given(problems(9), st.integers(1, 4))
def test_the_bound_on_distance_holds_also_where_few_neighbours_are_listed(problem, near):
    exact, search = solve(problem), solve(problem, params=Params(exact=0, near=near, windows=0))
    if exact.plan is not None and search.bound is not None:
        assert search.bound <= exact.value


def test_parts_are_bounded_together():
    problem = town(90, labels=np.arange(90)[:, None] % 3)
    joining, params, weigh = Joining(problem), Params(exact=0), weights(problem)
    pieces = parts(problem, joining, np.full(90, -1), params)
    searches = [Search(problem, joining, part, weigh, params, 0) for part in pieces]
    plans = [search.first(Stop().watch(), 1.0) for search in searches]
    once, often = Stop(iterations=1).watch(), Stop(iterations=60).watch()
    alone = [bounded([search], [plan], once)[0] for search, plan in zip(searches, plans, strict=True)]
    assert [plan.bounds for plan in bounded(searches, plans, once)] == [plan.bounds for plan in alone]
    found = sum(plan.bounds[-1] for plan in bounded(searches, plans, often))
    best = levels(problem, solve(problem).value)["distance"]
    assert 0.85 * best < found <= best


def test_without_a_limit_a_market_is_one_body():
    problem = GroupingProblem(members=np.ones(2000, np.int64), threshold=25)
    result = solve(problem)
    assert result.status is Status.OPTIMAL
    assert len(result.plan.bodies) == 1


def test_weights_keep_the_order_of_the_goals():
    problem = town(20)
    weigh = weights(problem, repair=True)
    assert weigh.bodies > problem.units * problem.longest()
    assert weigh.change > problem.units * weigh.bodies
    assert weigh.uncovered > problem.units * weigh.change


@pytest.mark.parametrize(
    "limit",
    [{"seconds": 0}, {"seconds": 0.3}, {"iterations": 0}, {"iterations": 1}, {"cancelled": lambda: True}],
)
def test_a_solve_that_is_cut_short_still_gives_a_good_plan(limit):
    problem = town(150, labels=np.arange(150)[:, None] % 2)
    result = solve(problem, Stop(**limit))
    assert result.status is Status.FEASIBLE
    assert check(problem, result.plan).ok


@pytest.mark.parametrize("polls", [0, 1, 20, 90, 300])
def test_whenever_it_is_cancelled_plan_and_bound_are_true(monkeypatch, polls):
    monkeypatch.setattr("heliplan.stop.MOMENT", 0.0)
    rng = np.random.default_rng(3)
    place = rng.integers(0, 100, (120, 2))
    problem = GroupingProblem(
        rng.integers(1, 9, 120), 12, 5, point=place, labels=rng.integers(0, 3, (120, 1))
    )
    seen = iter(range(polls))
    result = solve(problem, Stop(cancelled=lambda: next(seen, None) is None))
    assert check(problem, result.plan).ok
    assert result.bound <= min(result.value, solve(problem, Stop(iterations=200)).value)
