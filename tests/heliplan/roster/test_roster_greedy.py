"""The greedy engine by itself: rules kept, and ever better plans while there is time."""

import itertools
from dataclasses import replace

import numpy as np
from hypothesis import assume, given, settings
from tests.heliplan.kinds_cases import problem_of
from tests.heliplan.roster.roster_cases import params, problems

from heliplan import Stop
from heliplan.roster import Params, check
from heliplan.roster._greedy import greedy, refilled
from heliplan.roster._pins import pin_conflicts
from heliplan.roster.solve import _led, floor


@settings(max_examples=40, deadline=None)
@given(problems(), params())
def test_what_greed_makes_keeps_every_rule(problem, weights):
    assume(not pin_conflicts(problem, weights))
    plan = _led(problem, greedy(problem, weights, None), None)
    report = check(problem, plan, params=weights)
    assert report.ok, report.violations
    assert report.value >= floor(problem, weights)


def test_seats_that_are_filled_again_make_it_better():
    random = np.random.default_rng(0)
    problem = replace(problem_of("roster", 4), wish=random.integers(0, 4, (48, 7, 2)))
    weights = Params(rest=0)  # a rest that costs is not weighed here
    values = [check(problem, _led(problem, greedy(problem, weights, None), None), params=weights).value]
    for plan in itertools.islice(refilled(problem, weights, Stop(seconds=2).watch(), 0), 50):
        report = check(problem, _led(problem, plan, None), params=weights)
        assert report.ok
        values.append(report.value)
    assert values == sorted(values, reverse=True)
    assert values[-1] < values[0]


def test_the_same_seed_fills_alike():
    problem = problem_of("roster", 3)
    one, two = (
        [plan.member.tolist() for plan in itertools.islice(refilled(problem, Params(), watch, 5), 5)]
        for watch in (Stop(seconds=20).watch(), Stop(seconds=20).watch())
    )
    assert one == two
