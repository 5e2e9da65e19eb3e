"""Shift rosters: the best plan, the bound, the judge and the repair agree with trying everything."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.heliplan.shifts.shifts_cases import least, problem, schedules, tiny

from heliplan import Status, Stop
from heliplan.shifts import OFF, UNKNOWN, Params, ShiftsPlan, check, explain, solve, who_could
from heliplan.shifts import _paths as paths_module
from heliplan.shifts._network import GivenUpError
from heliplan.shifts._staff import Staff

SOON = Stop(iterations=400)


def village(seed, people=6, days=14, shifts=2):
    """A problem with some hardness, different for every seed."""
    rng = np.random.default_rng(seed)
    spots = [rng.integers(0, size, 12) for size in (people, days, shifts)]
    follows = np.ones((shifts, shifts), int)
    follows[-1, 0] = 0
    return problem(
        people,
        days,
        shifts,
        follows=follows,
        max_minutes=[4320] * people,
        min_minutes=[2880] * people,
        min_run=[2] * people,
        min_rest=[2] * people,
        max_weekends=[1] * people,
        required=rng.integers(1, 3, (days, shifts)),
        under=np.full((days, shifts), 100),
        over=np.ones((days, shifts), int),
        wanted=np.stack([*spots, rng.integers(1, 4, 12)], axis=1),
    )


@settings(max_examples=25, deadline=None)
@given(tiny())
def test_the_plan_is_the_best_of_all_plans(made):
    result, best = solve(made, SOON), least(made)
    if best is None:
        assert result.status is Status.INFEASIBLE
        assert {c.params["person"] for c in result.conflicts} == {
            person for person in range(made.people) if not schedules(made, person)
        }
    else:
        assert result.status is Status.OPTIMAL
        assert result.value == best


@settings(max_examples=4, deadline=None)
@given(st.integers(0, 10**6))
def test_the_judge_agrees_with_the_solver_and_the_bound_is_below(seed):
    made = village(seed)
    result = solve(made, Stop(iterations=40), seed)
    verdict = check(made, result.plan)
    assert verdict.ok
    assert (verdict.value, dict(verdict.parts)) == (result.value, dict(result.parts))
    assert result.bound <= result.value


def test_same_seed_and_iterations_same_plan():
    made = village(3, people=9, days=21)
    first, second = (solve(made, Stop(iterations=80), seed=5) for _ in range(2))
    assert first.plan.to_json() == second.plan.to_json()
    assert (first.value, first.bound) == (second.value, second.bound)


def test_pins_are_kept():
    made = village(1)
    free = solve(made, SOON).plan.shift
    person, day = np.argwhere(free == OFF)[3]
    pinned = problem(**fields(made) | {"pins": [[person, day, 0]]})
    result = solve(pinned, SOON)
    assert result.plan.shift[person, day] == 0
    assert check(pinned, result.plan).ok


def test_a_repair_changes_nothing_where_nothing_must_change():
    made = village(2)
    before = solve(made, Stop(iterations=30), seed=1).plan
    result = solve(made, SOON, start=before)
    assert result.status is Status.OPTIMAL
    assert (result.plan.shift == before.shift).all()
    assert result.parts["change"] == 0


@settings(max_examples=12, deadline=None)
@given(tiny(), st.data())
def test_a_repair_changes_as_little_as_can_be(made, data):
    cells = st.lists(st.integers(UNKNOWN, made.shifts - 1), min_size=made.days, max_size=made.days)
    start = data.draw(st.lists(cells, min_size=made.people, max_size=made.people))
    cost = data.draw(st.sampled_from([None, 0, 3]))
    best = least(made, start, Params(cost))
    result = solve(made, SOON, params=Params(cost), start=ShiftsPlan(start))
    if best is None:
        assert result.status is Status.INFEASIBLE
    else:
        assert (result.status, result.value) == (Status.OPTIMAL, best)


@settings(max_examples=40, deadline=None)
@given(tiny(), st.integers(0, 10**6))
def test_the_schedules_within_a_slack_are_all_there_are(made, seed):
    staff = Staff(made, np.full((made.people, made.days), UNKNOWN), 0)
    price = np.random.default_rng(seed).integers(-5, 6, (made.days, made.shifts + 1)) * staff.grain
    every = schedules(made, 0)
    costs = {row: cost(staff, price, row) for row in every}
    found = staff.cheapest(0, price, exact=True)
    if not every:
        assert found.least > staff.scale.impossible
        return
    assert found.least == min(costs.values())
    near, complete = staff.near(0, price, 4 * staff.grain, 10**6)
    rows = [tuple(int(shift) - 1 for shift in days) for days in near]
    assert complete
    assert len(rows) == len(set(rows))
    assert set(rows) == {row for row, paid in costs.items() if paid <= found.least + 4 * staff.grain}
    some, complete = staff.near(0, price, 4 * staff.grain, len(rows), all_or_none=True)
    assert [days.tolist() for days in some] == ([days.tolist() for days in near] if complete else [])
    assert staff.near(0, price, 4 * staff.grain, len(rows) - 1, all_or_none=True) == ([], False)
    staff.late = lambda: True
    with pytest.raises(GivenUpError):
        staff.near(0, price, 0, 1)


def cost(staff, price, row):
    days = np.arange(len(row))
    taken = np.array(row) + 1
    return int(staff.cost[0, days, taken].sum()) * staff.grain + int(price[days, taken].sum())


def test_compiled_or_not_the_plan_is_the_same(monkeypatch):
    pytest.importorskip("numba")
    made, answers = village(4), []
    for worth in (0, 10**18):
        monkeypatch.setattr(paths_module, "WORTH", worth)
        answers.append(solve(made, Stop(iterations=30)))
    assert answers[0].plan.to_json() == answers[1].plan.to_json()
    assert answers[0].bound == answers[1].bound


@pytest.mark.parametrize(
    ("changes", "would_do"),
    [
        ({"min_minutes": [0, 9 * 480]}, {"min_minutes"}),
        ({"absent": [[0] * 7, [1] * 7], "min_minutes": [0, 480]}, {"min_minutes", "absent"}),
        ({"pins": [[1, 0, 1]], "max_shifts": [[7, 7], [7, 0]]}, {"pins"}),
        ({"max_weekends": [9, 0], "pins": [[1, 5, 0]]}, {"max_weekends", "pins"}),
    ],
)
def test_who_cannot_be_planned_is_named_with_what_would_do(changes, would_do):
    result = solve(problem(**changes), SOON)
    assert result.status is Status.INFEASIBLE
    assert [conflict.params["person"] for conflict in result.conflicts] == [1]
    assert set(result.conflicts[0].params["would_do"]) == would_do


def test_cancelling_and_gap_end_the_solve_with_what_there_is():
    made = village(7, people=9, days=21)
    cancelled = solve(made, Stop(cancelled=lambda: True))
    assert cancelled.status is Status.FEASIBLE
    assert check(made, cancelled.plan).ok
    loose = solve(made, Stop(gap=0.5, iterations=400))
    assert loose.gap <= 0.5


@pytest.mark.parametrize("polls", [0, 1, 5, 30, 200])
def test_whenever_it_is_cancelled_there_is_a_plan_that_holds_or_none(monkeypatch, polls):
    monkeypatch.setattr("heliplan.stop.MOMENT", 0.0)
    made, seen = village(7, people=9, days=21), iter(range(polls))
    result = solve(made, Stop(cancelled=lambda: next(seen, None) is None))
    if result.plan is None:
        assert result.status is Status.STOPPED
    else:
        assert check(made, result.plan).ok
        assert result.bound is None or result.bound <= result.value


def test_progress_is_told_and_only_gets_better():
    events = []
    solve(village(5), SOON, progress=events.append)
    values = [event.value for event in events]
    bounds = [event.bound for event in events if event.bound is not None]
    assert values == sorted(values, reverse=True)
    assert bounds == sorted(bounds)


@pytest.mark.parametrize(
    ("row", "changes", "code"),
    [
        ([0, 1], {"follows": [[1, 0], [1, 1]]}, "follows"),
        ([0, 0, 0], {"max_run": [2]}, "max_run"),
        ([-1, 0, -1], {"min_run": [2]}, "min_run"),
        ([0, -1, 0], {"min_rest": [2]}, "min_rest"),
        ([-1, -1, -1, -1, -1, -1, 0], {"max_weekends": [0]}, "max_weekends"),
        ([0, -1, 0], {"max_shifts": [[1, 9]]}, "max_shifts"),
        ([0, 0], {"max_minutes": [480]}, "max_minutes"),
        ([0], {"min_minutes": [960]}, "min_minutes"),
        ([0], {"absent": [[1] * 7]}, "absent"),
        ([0], {"pins": [[0, 0, -1]]}, "pin"),
    ],
)
def test_the_judge_names_every_broken_rule(row, changes, code):
    made = problem(people=1, **changes)
    verdict = check(made, ShiftsPlan([row + [OFF] * (7 - len(row))]))
    assert {breach.code for breach in verdict.violations} == {code}


def test_the_explanation_adds_up_and_says_what_blocks():
    made = problem(people=1, wanted=[[0, 5, 0, 4]], max_weekends=[0], max_run=[7])
    result = solve(made, SOON)
    reasons = explain(made, result.plan)
    assert sum(reason.params["cost"] for reason in reasons) == result.value
    missed = [reason for reason in reasons if reason.code == "missed"]
    assert [reason.params["blocked"] for reason in missed] == [("max_weekends",)]
    assert who_could(made, result.plan, 5, 0)[0].params["blocked"] == ("max_weekends",)


def test_a_change_is_explained():
    made = problem(people=1)
    reasons = explain(
        made, ShiftsPlan([[0, -1, 0, 0, 0, -1, -1]]), start=ShiftsPlan([[1, -2, 0, 0, 0, -1, -1]])
    )
    changed = [reason.params for reason in reasons if reason.code == "changed"]
    assert changed == [{"person": 0, "day": 0, "before": 1, "after": 0}]


def fields(made):
    names = type(made).__dataclass_fields__
    return {name: getattr(made, name) for name in names}
