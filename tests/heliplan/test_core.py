"""The shared shape: a result never claims what is not proven; a field that is wrong is named."""

import os
import signal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heliplan import Result, Status, Stop
from heliplan.codec import dumps, integers
from heliplan.executor import Cluster, Processes, Serial, WorkerLost
from heliplan.fields import distinct
from heliplan.stop import MOMENT

clock = {"now": 0.0}


def result(**changes):
    facts = {"status": Status.FEASIBLE, "plan": "plan", "value": 12, "bound": 9, "engine": "test"}
    return Result(**{**facts, "seed": 0, "seconds": 0.1, **changes})


def test_the_gap_is_relative_to_the_value():
    assert result().gap == pytest.approx(0.25)
    assert result(bound=None).gap is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"status": Status.OPTIMAL},
        {"bound": 13},
        {"plan": None},
        {"status": Status.INFEASIBLE},
        {"parts": {"distance": 11}},
    ],
)
def test_a_claim_without_ground_is_refused(wrong):
    with pytest.raises(ValueError, match=r"\w"):
        result(**wrong)


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ([1, float("nan")], r"low\[1\]"),
        ([float("inf")], r"low\[0\]"),
        ([1.5], r"low\[0\].*whole"),
        (["a"], "low: numbers"),
        ([[1]], "low: shape"),
    ],
)
def test_a_wrong_number_is_named_with_its_index(value, says):
    with pytest.raises(ValueError, match=says):
        integers(value, "low", (None,))


def test_arrays_are_read_only_and_go_out_as_lists():
    array = integers([1.0, 2.0], "low", (2,))
    assert not array.flags.writeable
    assert dumps({"low": array, "n": np.int64(3)}) == '{"low": [1, 2], "n": 3}'


def test_any_stop_criterion_ends_the_solve():
    assert Stop(iterations=3).watch().over(iteration=3)
    assert Stop(stall=2).watch().over(stalled=2)
    assert Stop(seconds=0).watch().over()
    assert Stop(cancelled=lambda: True).watch().over()
    assert not Stop().watch().over(iteration=10**9)


@pytest.mark.parametrize("limit", [{"seconds": 10}, {"cancelled": lambda: clock["now"] >= 10}])
def test_it_is_late_at_the_end_and_overdue_a_moment_later(monkeypatch, limit):
    clock["now"] = 0.0
    monkeypatch.setattr("heliplan.stop.time.perf_counter", lambda: clock["now"])
    watch = Stop(**limit).watch()
    seen = []
    for clock["now"] in (0, 9.9, 10, 10 + MOMENT / 2, 10 + MOMENT):
        seen.append((watch.late, watch.overdue))
    assert seen == [(False, False), (False, False), (True, False), (True, False), (True, True)]


@given(st.lists(st.integers(-5, 5) | st.integers(-(2**62), 2**62)))
def test_distinct_numbers_come_once_and_in_order(numbers):
    array = np.array(numbers, np.int64)
    assert distinct(array).tolist() == sorted(set(numbers))


@pytest.mark.parametrize("field", ["seconds", "iterations", "gap", "stall"])
def test_a_limit_below_zero_is_refused_by_name(field):
    with pytest.raises(ValueError, match=field):
        Stop(**{field: -1})


def double(number):
    return 2 * number


def test_results_do_not_depend_on_the_number_of_processes():
    assert list(Processes(2).map(double, range(5))) == list(Serial().map(double, range(5)))


def die_once(item):
    """Double a number; at 3, die as by ``kill -9``, but only the first time."""
    number, mark = item
    if number == 3 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return 2 * number


def die(_item):
    os.kill(os.getpid(), signal.SIGKILL)


def fail(number):
    raise ValueError(number)


def test_a_killed_process_loses_nothing(tmp_path):
    items = [(number, tmp_path / "died") for number in range(8)]
    assert list(Processes(2).map(die_once, items)) == [2 * number for number in range(8)]
    assert (tmp_path / "died").exists()


def test_work_that_always_kills_its_process_ends_with_a_name():
    with pytest.raises(WorkerLost, match="item 0"):
        list(Processes(1).map(die, [1]))


def test_an_error_of_the_work_comes_to_the_caller():
    with pytest.raises(ValueError, match="7"):
        list(Processes(2).map(fail, [7, 8]))


@pytest.mark.slow
def test_a_cluster_gives_the_same_and_survives_a_killed_worker(tmp_path):
    distributed = pytest.importorskip("distributed")
    items = [(number, tmp_path / "died") for number in range(8)]
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as machines,
        distributed.Client(machines) as client,
    ):
        assert list(Cluster(client).map(die_once, items)) == [2 * number for number in range(8)]
    assert (tmp_path / "died").exists()
