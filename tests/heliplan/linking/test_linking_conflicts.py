"""No plan: named who, how many, and which bound would do."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.heliplan.linking.linking_cases import every_plan, problems, village

from heliplan import Status
from heliplan.linking import LinkingProblem, Matrix, Points, _begin, _engine, solve


def conflicts(problem):
    result = solve(problem)
    assert result.status is Status.INFEASIBLE
    return {conflict.code: dict(conflict.params) for conflict in result.conflicts}


def flat(households, members):
    return Matrix(np.ones((households, members)))


@settings(deadline=None, max_examples=40)
@given(
    st.integers(1, 30),
    st.lists(st.tuples(st.integers(0, 6), st.integers(0, 4)), min_size=1, max_size=6),
)
def test_the_bound_that_would_do_does(households, bounds):
    low = [a for a, _ in bounds]
    high = [a + b for a, b in bounds]
    problem = LinkingProblem(flat(households, len(bounds)), low, high)
    result = solve(problem)
    if result.status is Status.OPTIMAL:
        return
    (conflict,) = result.conflicts
    if conflict.code == "too_many_households":
        enough = conflict.params["high_would_do"]
        for bound, status in ((enough, Status.OPTIMAL), (enough - 1, Status.INFEASIBLE)):
            raised = np.maximum(high, bound)
            assert solve(LinkingProblem(problem.nearness, low, raised)).status is status
    else:
        few = conflict.params["low_would_do"]
        for bound, status in ((few, Status.OPTIMAL), (few + 1, Status.INFEASIBLE)):
            lowered = np.minimum(low, bound)
            assert solve(LinkingProblem(problem.nearness, lowered, high)).status is status


def test_too_many_households():
    found = conflicts(LinkingProblem(flat(290, 50), 5, 5))
    assert found == {"too_many_households": {"households": 290, "places": 250, "high_would_do": 6}}


def test_too_few_households():
    found = conflicts(LinkingProblem(flat(290, 50), 6, 7))
    assert found == {"too_few_households": {"households": 290, "needed": 300, "low_would_do": 5}}


def test_pins_above_the_others_lower_bounds_count_as_needed():
    fixed = [[h, 0] for h in range(4)]
    found = conflicts(LinkingProblem(flat(6, 3), 2, 4, fixed=fixed))
    assert found == {"too_few_households": {"households": 6, "needed": 8, "low_would_do": 1}}
    assert solve(LinkingProblem(flat(6, 3), 1, 4, fixed=fixed)).status is Status.OPTIMAL


@pytest.mark.parametrize(
    ("rules", "code", "params"),
    [
        ({"fixed": [[1, 0], [1, 2]]}, "fixed_twice", {"household": 1, "members": (0, 2)}),
        (
            {"fixed": [[0, 1]], "forbidden": [[0, 1]]},
            "fixed_forbidden",
            {"household": 0, "member": 1},
        ),
        (
            {"fixed": [[0, 1], [1, 1], [2, 1]]},
            "fixed_over_high",
            {"member": 1, "count": 3, "high": 2},
        ),
        ({"forbidden": [[2, 0], [2, 1], [2, 2]]}, "no_member_left", {"household": 2}),
        (
            {"forbidden": [[h, m] for h in range(3) for m in (0, 1)]},
            "crowded",
            {"households": (0, 1, 2), "members": (2,), "places": 2, "short_by": 1},
        ),
        (
            {"low": [0, 0, 2], "forbidden": [[h, 2] for h in range(3)]},
            "starved",
            {"members": (2,), "households": (3,), "needed": 2, "short_by": 1},
        ),
    ],
)
def test_who_cannot_be_linked_is_named(rules, code, params):
    problem = LinkingProblem(**{"nearness": flat(4, 3), "low": 0, "high": 2, **rules})
    assert conflicts(problem)[code] == params


def test_a_pin_given_twice_is_no_conflict():
    assert solve(LinkingProblem(flat(2, 2), 0, 2, fixed=[[0, 1], [0, 1]])).plan.member[0] == 1


def test_households_without_any_member():
    assert conflicts(LinkingProblem(Matrix(np.zeros((2, 0))), 0, 5)) == {"no_members": {"households": 2}}


@pytest.mark.parametrize("all_pairs", [1 << 16, -1])
def test_a_set_that_breaks_halls_condition_is_really_one(all_pairs, monkeypatch):
    monkeypatch.setattr(_engine, "ALL_PAIRS", all_pairs)
    monkeypatch.setattr(_engine, "NEAREST", 1)

    @settings(max_examples=40, deadline=None)
    @given(problems(households=6))
    def holds(problem):
        for conflict in solve(problem).conflicts:
            if conflict.code in ("crowded", "starved"):
                assert next(every_plan(problem), None) is None
                _is_hall_set(problem, conflict)

    holds()


def _is_hall_set(problem, conflict):
    facts = conflict.params
    allowed = np.ones((problem.households, problem.members), bool)
    allowed[problem.forbidden[:, 0], problem.forbidden[:, 1]] = False
    pinned = np.unique(problem.fixed, axis=0)
    load = np.bincount(pinned[:, 1], minlength=problem.members)
    free = np.setdiff1d(np.arange(problem.households), pinned[:, 0])
    members, households = list(facts["members"]), set(facts["households"])
    assert facts["short_by"] > 0
    assert households <= set(free.tolist())
    if conflict.code == "crowded":
        assert all(set(np.flatnonzero(allowed[h])) <= set(members) for h in households)
        assert facts["places"] == (problem.high - load)[members].sum()
        assert facts["short_by"] == len(households) - facts["places"]
    else:
        reach = {h for h in free.tolist() if allowed[h, members].any()}
        assert reach <= households
        assert facts["needed"] == np.maximum(0, problem.low - load)[members].sum()
        assert facts["short_by"] == facts["needed"] - len(households)


def test_many_bans_in_a_large_village_still_end_in_a_plan(monkeypatch):
    near = village(600, 100, seed=4).nearness
    close = np.argsort(near.table(np.arange(600)), axis=1)[:, :50]
    forbidden = np.stack([np.repeat(np.arange(600), 50), close.ravel()], axis=1)
    problem = LinkingProblem(near, 0, 12, forbidden=forbidden)
    monkeypatch.setattr(_engine, "ALL_PAIRS", 10**9)
    all_pairs = solve(problem)
    monkeypatch.setattr(_engine, "ALL_PAIRS", 0)
    monkeypatch.setattr(_begin, "ASKS", 0)  # no luck with handing out: the cuts must find the pairs
    monkeypatch.setattr(_begin, "SHIFTS", 0)
    few = solve(problem)
    assert (few.status, few.value) == (all_pairs.status, all_pairs.value)
    assert few.status is Status.OPTIMAL


def test_a_crowded_corner_of_a_large_village_is_found(monkeypatch):
    monkeypatch.setattr(_engine, "ALL_PAIRS", 0)
    rng = np.random.default_rng(0)
    near = Points(rng.integers(0, 9999, (300, 2)), rng.integers(0, 9999, (60, 2)))
    forbidden = [[h, m] for h in range(0, 300, 10) for m in range(5, 60)]
    found = conflicts(LinkingProblem(near, 0, 5, forbidden=forbidden))
    assert found["crowded"]["households"] == tuple(range(0, 300, 10))
    assert found["crowded"]["short_by"] == 5
