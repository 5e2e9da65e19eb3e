"""HiGHS in a process of its own: it finds the same, tells what it finds, and ends when it is told to."""

import os
import pickle
import subprocess
import sys

import numpy as np
import pytest

from heliplan import Stop, aside
from heliplan.highs import Entries, State, Task, Teller, run
from heliplan.siting import Goal, Planar, SitingProblem, check, solve


def knapsacks(seed, items=30, sacks=5, **fields):
    """Fill some sacks as well as can be; whole numbers, always possible."""
    rng = np.random.default_rng(seed)
    rows, columns = (part.ravel() for part in np.indices((sacks, items)))
    entries = Entries.of(rows, columns, rng.integers(5, 60, items * sacks).astype(float), items)
    cost = -rng.integers(10, 99, items).astype(float)
    limits = (np.full(sacks, -np.inf), np.full(sacks, 15.0 * items))
    return Task(cost, np.zeros(items), np.ones(items), *limits, entries, np.ones(items, np.bool_), **fields)


def endless(**fields):
    """So many alike that no proof comes to an end."""
    return knapsacks(3, items=400, sacks=40, **fields)


@pytest.fixture
def apart(monkeypatch):
    """Every model counts as large; the processes that were started."""
    started = []
    real = subprocess.Popen

    def popen(*words, **fields):
        started.append(real(*words, **fields))
        return started[-1]

    monkeypatch.setattr(aside, "LARGE", 0)
    monkeypatch.setattr(aside.subprocess, "Popen", popen)
    return started


class Switch:
    """A cancel switch that is set at the so-manieth time it is asked, or once something was told."""

    def __init__(self, times=10**9):
        self.times, self.asked, self.told = times, 0, False

    def __call__(self):
        self.asked += 1
        return self.told or self.asked >= self.times


class Told(Teller):
    def __init__(self, switch=None):
        self.solutions, self.bounds, self.switch = [], [], switch

    def better(self, values, cost):
        self.solutions.append((values, cost))
        if self.switch is not None:
            self.switch.told = True

    def raised(self, bound):
        self.bounds.append(bound)


def test_it_finds_and_tells_the_same(apart):
    here, there = Told(), Told()
    for seed in range(3):
        task = knapsacks(seed, options={"mip_rel_gap": 0.0})
        mine = run(task, Stop().watch(), seed, here)
        other = aside.solved(task, Stop(seconds=600).watch(), seed, there)
        assert (mine.state, other.state) == (State.kOptimal, State.kOptimal)
        assert np.array_equal(mine.values, other.values)
        assert mine.bound == other.bound
        assert there.solutions[-1][1] == pytest.approx(task.cost @ other.values)
    assert [cost for _, cost in here.solutions] == [cost for _, cost in there.solutions]
    assert len(apart) == 3


def test_without_any_limit_or_when_small_no_process_is_started(apart, monkeypatch):
    assert aside.solved(knapsacks(1), Stop().watch()).state == State.kOptimal
    monkeypatch.setattr(aside, "LARGE", 10**6)
    assert aside.solved(knapsacks(1), Stop(seconds=600).watch()).state == State.kOptimal
    assert apart == []


def test_a_cancel_ends_the_process_and_keeps_what_was_told(apart):
    switch = Switch()
    found = aside.solved(endless(), Stop(cancelled=switch).watch(), teller=Told(switch))
    assert found.state == State.kInterrupt
    assert endless().keeps(found.values)
    assert found.bound <= endless().cost @ found.values
    assert apart[0].returncode is not None


@pytest.mark.parametrize("known", [np.zeros(400), np.ones(400), None])
def test_cancelled_at_once_the_start_counts_if_it_keeps_the_rules(apart, monkeypatch, known):
    monkeypatch.setattr("heliplan.stop.MOMENT", 0.0)
    found = aside.solved(endless(known=known), Stop(cancelled=Switch(1)).watch())
    assert (found.state, found.bound) == (State.kInterrupt, -np.inf)
    if known is None or known.any():
        assert found.values is None
    else:
        assert np.array_equal(found.values, known)


def test_what_highs_refuses_is_raised_here(apart):
    with pytest.raises(RuntimeError, match="no_such_option"):
        aside.solved(knapsacks(1, options={"no_such_option": 1}), Stop(seconds=600).watch())


def test_a_process_that_dies_at_work_is_an_error(apart):
    class Killer(Told):
        def better(self, *_):
            apart[0].kill()

    with pytest.raises(RuntimeError, match="it ended with"):
        aside.solved(endless(), Stop(seconds=600).watch(), teller=Killer())


def test_where_no_process_can_be_started_it_is_done_here(apart, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/bin/false")
    assert aside.solved(knapsacks(1), Stop(seconds=600).watch()).state == State.kOptimal
    assert apart[0].returncode == 1


def test_the_process_ends_when_the_one_that_started_it_is_gone():
    command = [sys.executable, "-m", "heliplan.aside"]
    places = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=places)
    pickle.dump((endless(), None, 0), child.stdin)
    child.stdin.flush()
    assert pickle.load(child.stdout) == ("begun", ())  # noqa: S301 - from our own process
    child.stdin.close()
    assert child.wait(timeout=600) == 1
    child.stdout.close()


def test_a_first_solution_is_waited_for_a_moment_longer(apart, monkeypatch):
    monkeypatch.setattr("heliplan.stop.MOMENT", 600.0)
    found = aside.solved(endless(), Stop(cancelled=Switch(1)).watch())
    assert found.state == State.kInterrupt
    assert endless().keeps(found.values)


def test_siting_with_capacities_cancelled_at_any_moment_has_a_plan_that_holds_or_none(apart):
    places = np.random.default_rng(1).random((40, 2)) * 1000
    rooms = {"p": 8, "capacities": np.full(40, 7)}
    problem = SitingProblem(Goal.MEDIAN, Planar.anywhere(places), **rooms)
    for times in (1, 3, 8):
        result = solve(problem, Stop(cancelled=Switch(times)))
        assert result.plan is None or check(problem, result.plan).ok
        assert result.status in ("stopped", "feasible", "optimal")
    assert solve(problem, Stop(seconds=600)).value == solve(problem).value
