"""The engine against brute force, the check and its own promises."""

from itertools import combinations, permutations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heliplan import Status, Stop
from heliplan.timetable import Params, TimetablePlan, TimetableProblem, check, solve, wishes_missed

SEARCH = Params(whole=0, rounds=3)
"""Search only, few rounds."""


@st.composite
def problems(draw, activities=3, places=2, slots=4):
    """Small problems with every rule in them."""
    a, p = draw(st.integers(1, activities)), draw(st.integers(1, places))
    t = draw(st.integers(1, slots))
    h = draw(st.integers(0, 2))

    def table(rows, columns, values):
        row = st.lists(values, min_size=columns, max_size=columns)
        return draw(st.lists(row, min_size=rows, max_size=rows))

    often = st.sampled_from([True, True, True, False])
    pin = st.tuples(st.integers(0, a - 1), st.integers(0, t - 1), st.integers(-1, p - 1))
    return TimetableProblem(
        day=sorted(draw(st.lists(st.integers(0, 2), min_size=t, max_size=t))),
        length=draw(st.lists(st.integers(1, 2), min_size=a, max_size=a)),
        people=draw(st.lists(st.integers(0, 3), min_size=a, max_size=a)),
        capacity=draw(st.lists(st.integers(1, 3), min_size=p, max_size=p)),
        opening=table(p, t, often),
        sessions=draw(st.lists(st.integers(1, 2), min_size=a, max_size=a)),
        apart=draw(st.lists(st.integers(0, 2), min_size=a, max_size=a)),
        times=table(a, t, often),
        audience=table(a, 1, st.booleans()),
        helpers=table(a, 1, st.integers(0, 1)),
        skill=table(h, 1, often),
        available=table(h, t, often),
        most=draw(st.lists(st.integers(0, 2), min_size=h, max_size=h)),
        wish_time=table(a, t, st.booleans()),
        wish_place=draw(st.lists(st.integers(-1, p - 1), min_size=a, max_size=a)),
        gap=draw(st.integers(0, 1)),
        fixed=draw(st.lists(pin, max_size=1)),
        forbidden=draw(st.lists(pin, max_size=1)),
    )


def plans(problem):
    """Every set of sessions with every choice of helpers, right or wrong."""
    single = list(product(range(problem.slots), range(problem.places)))
    for own in product(*(subsets(single, int(n)) for n in problem.sessions)):
        rows = [(a, t, p) for a, chosen in enumerate(own) for t, p in chosen]
        staffs = [staff(problem, a) for a, _, _ in rows]
        columns = np.array(rows, np.int64).reshape(-1, 3).T
        for helpers in product(*staffs):
            turns = [(row, who, 0) for row, whom in enumerate(helpers) for who in whom]
            yield TimetablePlan(*columns, np.array(turns, np.int64))


def subsets(items, most):
    return [chosen for count in range(most + 1) for chosen in combinations(items, count)]


def staff(problem, activity):
    needed = int(problem.helpers[activity].sum())
    return list(permutations(range(len(problem.skill)), needed)) or [()]


def brute(problem, start=None):
    verdicts = (check(problem, plan, start) for plan in plans(problem))
    return min((verdict.value for verdict in verdicts if verdict.ok), default=None)


def agrees(result, best):
    if best is None:
        return result.status is Status.INFEASIBLE and bool(result.conflicts)
    return (result.status, result.value) == (Status.OPTIMAL, best)


@settings(max_examples=40, deadline=None)
@given(problems(2, 2, 3))
def test_small_problems_are_solved_to_the_brute_force_optimum(problem):
    assert agrees(solve(problem), brute(problem))


@settings(max_examples=25, deadline=None)
@given(problems(2, 1, 3), problems(2, 1, 3))
def test_a_repair_is_solved_to_the_brute_force_optimum(problem, other):
    start = solve(other).plan
    small = start is not None and other.activities <= problem.activities and other.slots <= problem.slots
    if not small or len(problem.skill) < len(other.skill):
        start = TimetablePlan([0], [0], [0])
    assert agrees(solve(problem, start=start), brute(problem, start))


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(problems(5, 3, 6), st.sampled_from([Params(), SEARCH]), st.integers(0, 3))
def test_what_the_engine_says_is_what_the_check_counts(problem, params, seed):
    result = solve(problem, seed=seed, params=params)
    if result.plan is None:
        assert result.conflicts
        return
    verdict = check(problem, result.plan, params=params)
    assert verdict.violations == ()
    assert (verdict.value, verdict.parts) == (result.value, dict(result.parts))
    assert {type(number) for number in (result.value, result.bound, *result.parts.values())} == {int}
    missing = problem.sessions - np.bincount(result.plan.activity, minlength=problem.activities)
    named = {conflict.params["activity"]: conflict.params["missing"] for conflict in result.conflicts}
    assert named == {a: int(n) for a, n in enumerate(missing) if n}


@settings(max_examples=20, deadline=None)
@given(problems(4, 2, 5))
def test_the_search_never_claims_more_than_the_whole_model_proves(problem):
    whole, search = solve(problem), solve(problem, params=SEARCH)
    if whole.plan is not None:
        assert whole.status is Status.OPTIMAL
        assert search.bound <= whole.value <= search.value


@settings(max_examples=25, deadline=None)
@given(problems(5, 3, 6), st.integers(0, 5), st.sampled_from([Params(), SEARCH]))
def test_the_same_seed_gives_the_same_plan(problem, seed, params):
    first, again = (solve(problem, Stop(iterations=4), seed, params) for _ in range(2))
    assert (first.status, first.value, first.bound) == (again.status, again.value, again.bound)
    if first.plan is not None:
        assert first.plan.to_json() == again.plan.to_json()


@settings(max_examples=25, deadline=None)
@given(problems(5, 3, 6), st.sampled_from([Params(), SEARCH]))
def test_a_good_plan_is_not_changed_by_a_repair(problem, params):
    plan = solve(problem).plan
    if plan is not None:
        assert solve(problem, params=params, start=plan).plan.to_json() == plan.to_json()


def culture_hall(activities=40, places=4, days=10, seed=0, **facts):
    """An invented zone: three periods a day, wishes that compete for the evenings."""
    random = np.random.default_rng(seed)
    slots = 3 * days
    wish = random.random((activities, slots)) < 0.08
    return TimetableProblem(
        day=np.repeat(np.arange(days), 3),
        length=np.ones(activities, np.int64),
        people=random.integers(5, 60, activities),
        capacity=np.linspace(30, 80, places).astype(int),
        opening=random.random((places, slots)) < 0.9,
        sessions=random.integers(1, 3, activities),
        audience=np.eye(6, dtype=bool)[random.integers(0, 6, activities)],
        helpers=(np.arange(3) == random.integers(0, 4, activities)[:, None]).astype(int),
        skill=random.random((12, 3)) < 0.5,
        available=random.random((12, slots)) < 0.7,
        most=8,
        wish_time=wish,
        wish_place=random.integers(-1, places, activities),
        **facts,
    )


@pytest.mark.slow
def test_a_place_that_closes_for_a_day_moves_only_what_was_there():
    problem = culture_hall(30)
    plan = solve(problem, Stop(iterations=10)).plan
    closed = np.array(problem.opening)
    day, place = problem.day[plan.begin[0]], plan.place[0]
    gone = (problem.day[plan.begin] == day) & (plan.place == place)
    closed[place, problem.day == day] = False
    facts = {name: getattr(problem, name) for name in TimetableProblem.__slots__}
    after = TimetableProblem(**{**facts, "opening": closed})
    result = solve(after, Stop(iterations=10), start=plan)
    assert check(after, result.plan, plan).ok
    before = set(zip(plan.activity.tolist(), plan.begin.tolist(), plan.place.tolist(), strict=True))
    now = result.plan
    kept = before & set(zip(now.activity.tolist(), now.begin.tolist(), now.place.tolist(), strict=True))
    assert len(before) - len(kept) == gone.sum()


@pytest.mark.slow
def test_a_busy_hall_is_close_to_the_best_and_says_how_close():
    problem = culture_hall()
    result = solve(problem, Stop(iterations=6))
    assert check(problem, result.plan).ok
    assert result.parts["unplaced"] == 0
    assert 0 < result.bound <= result.value
    assert len(wishes_missed(problem, result.plan)) <= problem.activities


def test_a_busy_hall_is_proven_without_the_whole_model_where_the_relaxed_one_is_sharp():
    result = solve(culture_hall(30, 6, 20), Stop(iterations=200), params=Params(whole=0))
    assert (result.status, result.engine) == (Status.OPTIMAL, "search")


def test_options_of_one_beginning_and_cost_taken_together_still_bound(monkeypatch):
    fine = solve(culture_hall(20), Stop(iterations=1), params=Params(whole=0))
    monkeypatch.setattr("heliplan.timetable._bound.FINE", 0)
    coarse = solve(culture_hall(20), Stop(iterations=1), params=Params(whole=0))
    assert 0 < coarse.bound <= fine.bound <= min(fine.value, coarse.value)


@pytest.mark.parametrize("limit", [{"seconds": 0}, {"iterations": 0}, {"cancelled": lambda: True}])
def test_a_solve_that_is_cut_short_still_gives_a_good_plan(limit):
    problem = culture_hall(20)
    result = solve(problem, Stop(**limit))
    assert result.plan is not None
    assert check(problem, result.plan).ok
