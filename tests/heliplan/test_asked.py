"""The edge of the library: what is asked of it wrongly is refused by name, alike in all seven kinds."""

import inspect

import numpy as np
import pytest
from tests.heliplan.kinds_cases import problem_of

from heliplan import Report, Stop
from heliplan.division import band
from heliplan.kinds import KINDS, package, plan_class
from heliplan.siting import Goal, Planar, SitingProblem

HOMES = [[0, 0], [100, 0], [0, 100], [900, 900]]


@pytest.mark.parametrize("kind", KINDS)
def test_all_kinds_have_one_signature(kind):
    module = package(kind)
    solve, check = (list(inspect.signature(f).parameters) for f in (module.solve, module.check))
    assert solve == ["problem", "stop", "seed", "params", "start", "progress"]
    assert check == ["problem", "plan", "start", "params"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"seed": None}, "seed: None is not a whole number"),
        ({"seed": 1.5}, r"seed: 1\.5"),
        ({"seed": -1}, "seed: -1"),
        ({"start": np.zeros(3, int)}, "start: a .*Plan is needed, got ndarray"),
        ({"start": [0, 1]}, "start: a .*Plan is needed, got list"),
        ({"params": {"rest": 1}}, "params: a Params is needed, got dict"),
        ({"params": None}, "params: a Params is needed, got NoneType"),
        ({"stop": 5}, "stop: a Stop is needed, got int"),
        ({"problem": "{}"}, "problem: a .*Problem is needed, got str"),
        ({"progress": True}, "progress: a function"),
    ],
)
def test_an_argument_of_another_type_is_named(kind, wrong, says):
    with pytest.raises(ValueError, match=says):
        package(kind).solve(**{"problem": problem_of(kind), "stop": Stop(iterations=1), **wrong})


@pytest.mark.parametrize("kind", KINDS)
def test_a_check_refuses_what_is_no_plan_and_says_the_same_things(kind):
    module, problem = package(kind), problem_of(kind)
    plan = module.solve(problem, Stop(iterations=20)).plan
    report = module.check(problem, plan, start=plan, params=module.Params())
    assert isinstance(report, Report)
    assert report.ok
    assert report.value == sum(report.parts.values())
    with pytest.raises(ValueError, match=r"plan: a .*Plan is needed, got list"):
        module.check(problem, [0])
    with pytest.raises(ValueError, match=r"start: a .*Plan is needed, got ndarray"):
        module.check(problem, plan, start=np.zeros(2, int))
    assert isinstance(plan, plan_class(kind))


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"gap": 5}, "stop.gap: 5 is not"),
        ({"gap": True}, "stop.gap: True"),
        ({"gap": None}, "stop.gap: None"),
        ({"seconds": "5"}, "stop.seconds: '5'"),
        ({"seconds": -1}, "stop.seconds: -1"),
        ({"seconds": float("nan")}, "stop.seconds: nan"),
        ({"iterations": 2.5}, r"stop.iterations: 2\.5"),
        ({"iterations": True}, "stop.iterations: True"),
        ({"stall": -3}, "stop.stall: -3"),
        ({"cancelled": True}, "stop.cancelled: True is not a function"),
    ],
)
def test_a_limit_that_means_nothing_is_named(wrong, says):
    with pytest.raises(ValueError, match=says):
        Stop(**wrong)


@pytest.mark.parametrize("p", [5.0, 2.5, True, "2", 0])
def test_a_number_of_sites_is_a_whole_number(p):
    with pytest.raises(ValueError, match=f"p: {p!r} is not a whole number between 1 and 4"):
        SitingProblem(Goal.MEDIAN, Planar(HOMES, HOMES), p=p)


@pytest.mark.parametrize("field", ["budget", "radius"])
@pytest.mark.parametrize("value", [True, "3", -1])
def test_other_limits_of_a_siting_likewise(field, value):
    with pytest.raises(ValueError, match=f"{field}: {value!r} is not"):
        SitingProblem(Goal.COVER_MOST, Planar(HOMES, HOMES), **{"p": 1, "radius": 5, field: value})


def test_lengths_that_all_round_to_the_same_are_warned_of():
    square = Planar([[1000, 1000], [1001, 1001]], [[1000, 1001], [1001, 1000]])
    assert [reason.code for reason in SitingProblem(Goal.MEDIAN, square, p=1).warnings()] == [
        "lengths.coarse"
    ]
    finer = Planar([[1000, 1000], [1001, 1001]], [[1000, 1001], [1001, 1000]], scale=1000)
    assert SitingProblem(Goal.MEDIAN, finer, p=1).warnings() == ()


def test_a_tolerance_that_no_whole_numbers_keep_is_refused_with_one_that_would_do():
    with pytest.raises(ValueError, match=r"tolerance: 0.05 leaves measure 0 .* 0\.2 would do"):
        band([1] * 10, 4, 0.05)
    low, high = band([1] * 10, 4, 0.2)
    assert (low.tolist(), high.tolist()) == ([2], [3])
