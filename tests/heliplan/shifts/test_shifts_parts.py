"""The engine's parts on problems small enough to try every plan: bounds hold, dives agree with the judge."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.heliplan.shifts.shifts_cases import least, problem, schedules, tiny

from heliplan import Status, Stop
from heliplan.shifts import UNKNOWN, ShiftsPlan, check, solve
from heliplan.shifts import _network as network_module
from heliplan.shifts._bound import ask, generate, prices
from heliplan.shifts._descent import first_plan
from heliplan.shifts._dive import dive
from heliplan.shifts._lift import lift
from heliplan.shifts._master import Master, Part, Schedule
from heliplan.shifts._run import Run
from heliplan.shifts._staff import Staff


def begun(made):
    """A run with its first plan, and a master that holds it; both of the whole problem."""
    nothing = np.full((made.people, made.days), UNKNOWN)
    run = Run(Staff(made, nothing, 0), Stop(iterations=300), 0, None)
    run.offer(first_plan(run, nothing), "first")
    return run, filled(run, Part.whole(run.staff))


def filled(run, part, **sums):
    master = Master(run, part, **sums)
    master.add(Schedule.of(position, run.plan[person]) for position, person in enumerate(part.people))
    return master


@settings(max_examples=30, deadline=None)
@given(tiny(), st.integers(0, 10**6))
def test_whatever_the_prices_the_bound_holds(made, seed):
    best = least(made)
    assume(best is not None)
    run, _ = begun(made)
    rng = np.random.default_rng(seed)
    sums = rng.random((3, made.days, made.shifts)) < 0.6
    master = filled(run, Part.whole(run.staff), sums=sums, missing=5)
    wanted = (sums * made.required).sum(axis=(1, 2))
    master.between(np.zeros(3, np.int64), wanted)  # what every plan keeps
    pi, sigma = rng.normal(0, 12, made.required.shape), rng.normal(0, 12, 3)
    bound, _ = ask(run, master, prices(master, pi, sigma))
    assert bound.value <= best


@settings(max_examples=30, deadline=None)
@given(tiny())
def test_branching_on_sums_lifts_the_bound_and_never_too_far(made):
    best = least(made)
    assume(best is not None)
    run, master = begun(made)
    root = generate(run, master)
    before = run.bound
    bounds = lift(run, master.part, master.schedules, root)
    assert before <= run.bound <= best
    # a better plan than the run's is allowed by one of the bounds that are left
    assert best >= run.value or min(bound.value for bound in bounds) <= best


@pytest.mark.parametrize("share", [1, 2])
def test_a_bound_on_the_sum_of_too_few_counts_what_is_missing(share):
    made = problem(people=1, days=7, shifts=1, max_run=[7], max_minutes=[480 * 4])
    run, _ = begun(made)
    everywhere = np.ones((1, 7, 1), np.bool_)
    part = replace(Part.whole(run.staff), everything=False)  # bounded sums are not the whole problem
    master = filled(run, part, sums=everywhere, missing=10)
    master.between(np.array([3 + share]), np.array([7]))  # three are missing anyway
    assert generate(run, master).value == 10 * (3 + share)


@settings(max_examples=15, deadline=None)
@given(tiny(), st.booleans(), st.integers(0, 5))
def test_a_dive_ends_at_a_plan_that_keeps_the_rules_and_is_not_below_the_best(made, vary, more):
    best = least(made)
    assume(best is not None)
    run, master = begun(made)
    generate(run, master)
    found = dive(run, master, run.plan, best + 1 + more, vary)
    assert run.proven or dive(run, master, run.plan, best, vary) is None
    if found is not None:
        verdict = check(made, ShiftsPlan(found.astype(np.int64) - 1))
        assert verdict.ok
        assert run.staff.value(found) == verdict.value >= best


@settings(max_examples=25, deadline=None)
@given(tiny(), st.data())
def test_a_window_leaves_all_other_days_and_its_bound_holds(made, data):
    best = least(made)
    assume(best is not None)
    run, _ = begun(made)
    begin = data.draw(st.integers(0, made.days - 1))
    end = data.draw(st.integers(begin + 1, made.days))
    part = Part.window(run.staff, run.plan, slice(begin, end))
    assert part.value(run.plan) == run.staff.value(run.plan)
    outside = np.r_[0:begin, end : made.days]
    each = [
        [
            row
            for row in schedules(made, person)
            if (np.array(row)[outside] + 1 == run.plan[person, outside]).all()
        ]
        for person in range(made.people)
    ]
    rows = [[]]
    for some in each:
        rows = [[*plan, row] for plan in rows for row in some]
    values = [check(made, ShiftsPlan(plan)).value for plan in rows[:2000]]
    assert generate(run, filled(run, part)).value <= min(values)
    found = dive(run, filled(run, part), run.plan, 10**6, vary=False)
    assert found is None or (found[:, outside] == run.plan[:, outside]).all()


def test_a_limit_that_is_not_in_the_way_in_the_end_is_not_counted():
    made = problem(people=2, days=5, shifts=2, max_shifts=[[5, 2], [5, 2]])
    result = solve(made, Stop(iterations=200))
    assert result.status is Status.OPTIMAL
    assert result.value == least(made)


def test_a_contract_too_large_to_count_is_no_crash(monkeypatch):
    monkeypatch.setattr(network_module, "MOST_ARCS", 10)
    result = solve(problem(), Stop(iterations=5))
    assert (result.status, result.plan) == (Status.STOPPED, None)


def test_a_first_plan_may_come_a_moment_late_and_what_is_later_is_said(monkeypatch):
    assert solve(problem(), Stop(seconds=0)).status is Status.FEASIBLE
    monkeypatch.setattr("heliplan.stop.MOMENT", 0.0)
    assert solve(problem(), Stop(seconds=0)).status is Status.STOPPED
