"""Goals in a strict order: value, bound and gap of each are stated, and agree with the value as a whole."""

import numpy as np
import pytest
from hypothesis import given, settings
from tests.heliplan.grouping.test_engines import problems
from tests.heliplan.kinds_cases import problem_of

from heliplan import Result, Status, Stop
from heliplan.grouping import GroupingProblem, Params, levels, solve
from heliplan.timetable import solve as solve_timetable


@settings(max_examples=40, deadline=None)
@given(problems())
def test_a_result_states_each_goal_as_a_count(problem):
    result = solve(problem)
    if result.plan is None:
        return
    told = levels(problem, result.value)
    for name, (value, bound) in result.levels.items():
        assert told[name] == value
        assert bound <= value
    if result.status is Status.OPTIMAL:
        assert all(value == bound for value, bound in result.levels.values())
        assert set(result.gaps.values()) <= {0.0}


def test_a_gap_in_the_last_goal_is_not_hidden_by_those_before_it():
    random = np.random.default_rng(0)
    problem = GroupingProblem(random.integers(0, 4, 400), 3, 5, point=random.integers(0, 4000, (400, 2)))
    result = solve(problem, Stop(seconds=1), params=Params(exact=0))
    value, bound = result.levels["distance"]
    assert bound < value
    assert result.gaps["distance"] == (value - bound) / value > result.gap


@pytest.mark.parametrize("seconds", [0.0, 0.3])
def test_a_timetable_states_its_goals_too(seconds):
    problem = problem_of("timetable", 3)
    result = solve_timetable(problem, Stop(seconds=seconds))
    assert tuple(result.levels) == ("unplaced", "wishes")
    assert result.levels["unplaced"][0] == problem.sessions.sum() - len(result.plan.begin)
    assert all(bound <= value for value, bound in result.levels.values())


def test_after_the_first_gap_nothing_more_is_said():
    levels_ = {"a": (3, 3), "b": (5, 4), "c": (9, 0)}
    result = Result(Status.FEASIBLE, object(), 10, 5, "x", 0, 0.0, levels=levels_)
    assert result.gaps == {"a": 0.0, "b": 0.2}
