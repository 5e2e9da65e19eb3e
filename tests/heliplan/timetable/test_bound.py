"""What no timetable can do better: from counting alone, before any program."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from tests.heliplan.timetable.test_engine import problems

from heliplan import Stop
from heliplan.timetable import Params, TimetableProblem, _bound, solve
from heliplan.timetable._options import options


def hall(activities=6, slots=8, **fields):
    """One place, one day, sessions of two slots without helpers."""
    return TimetableProblem(
        np.zeros(slots, int),
        np.full(activities, 2),
        np.full(activities, 5),
        [30],
        np.ones((1, slots), bool),
        **fields,
    )


def test_sessions_for_which_the_places_have_no_hours_are_counted():
    problem = hall()
    assert _bound.short_of(problem, np.zeros(6, int)) == 2
    result = solve(problem, Stop(seconds=0))
    assert result.levels["unplaced"] == (2, 2)


def test_wishes_that_cannot_be_had_are_in_the_bound_at_once():
    wish = np.zeros((2, 8), bool)
    wish[0, 7] = True  # a session of two slots cannot begin in the last
    problem = hall(2, wish_time=wish)
    result = solve(problem, Stop(seconds=0), params=Params(wish_time=7))
    assert result.bound == result.value == 7


@settings(max_examples=80, deadline=None)
@given(problems())
def test_counting_never_says_too_much(problem):
    at_once = solve(problem, Stop(seconds=0))
    if at_once.plan is not None:
        assert at_once.bound <= solve(problem).value


def test_a_linear_program_says_no_less_than_counting(monkeypatch):
    random = np.random.default_rng(0)
    problem = hall(9, 12, wish_time=random.random((9, 12)) < 0.3)
    with monkeypatch.context() as without:
        without.setattr(_bound, "ease", lambda *_: _bound.Ease(None, []))
        counted = solve(problem, Stop(iterations=0), params=Params(whole=0)).bound
    assert solve(problem, Stop(iterations=0), params=Params(whole=0)).bound >= counted > 0
    choices = options(problem, Params())
    placed = problem.sessions - _bound.impossible(problem, choices)
    free = replace(problem, wish_time=np.zeros((9, 12), bool))
    assert _bound.wishes_at_least(options(free, Params()), placed, 0) == 0


def test_where_no_whole_model_follows_the_search_goes_on_until_time_is_up():
    random = np.random.default_rng(1)
    problem = hall(14, 30, wish_time=random.random((14, 30)) < 0.1)
    result = solve(problem, Stop(seconds=1.5), params=Params(whole=0, rounds=2))
    assert result.bound == result.value or result.seconds > 1.2


@pytest.mark.parametrize("short", [0, 1, 5])
def test_sessions_that_do_not_take_place_pay_no_wish(short):
    choices = options(hall(3, wish_time=np.eye(3, 8, 7, dtype=bool)), Params(wish_time=3))
    everything = _bound.wishes_at_least(choices, np.ones(3, int), 0)
    assert _bound.wishes_at_least(choices, np.ones(3, int), short) <= everything
