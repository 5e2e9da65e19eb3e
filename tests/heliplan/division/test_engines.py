"""The exact engine and the bounds by themselves, against every plan there is."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.heliplan.division.towns import block, town

from heliplan import Stop
from heliplan.division import DivisionPlan, check
from heliplan.division._bounds import area_bound, inertia_bound, is_provable, median_bound
from heliplan.division._exact import prove
from heliplan.division._net import net_of
from heliplan.division.problem import COMPACTNESS

from .test_solve import best_of_all

NOBODY = np.full(7, -1)


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from(["inertia", "median"]))
def test_a_proof_is_the_best_of_all_and_no_bound_is_above_it(seed, compactness):
    problem = town(7, 2, 0.9, seed, compactness=compactness)
    net, best = net_of(problem), best_of_all(problem)
    proof = prove(problem, net, NOBODY, 0, Stop().watch())
    assert (proof.grid is None) == (best is None)
    if best is None:
        return
    plan = DivisionPlan(proof.grid[net.node])
    report = check(problem, plan)
    assert report.ok
    assert report.value == best
    watch = Stop().watch()
    assert 0 <= area_bound(problem, watch) <= best
    if is_provable(problem):
        assert 0 < median_bound(problem, plan.grid, report.parts[COMPACTNESS], watch) <= best


def test_the_bound_of_even_squares_says_something():
    problem = block(12, 12, 4, tolerance=0.1)
    best = 4 * 36 * (35 * 10**2 * 2) // 12
    assert 0.4 * best < inertia_bound(problem, Stop().watch()) <= best
    assert area_bound(problem, Stop(seconds=0).watch()) <= best


def test_where_a_proof_would_take_too_long_the_exact_engine_gives_up(monkeypatch):
    monkeypatch.setattr("heliplan.division._exact.SUBSETS", 3)
    problem = town(7, 2, 0.9, 1)
    assert prove(problem, net_of(problem), NOBODY, 0, Stop().watch()) is None


@pytest.mark.parametrize("compactness", ["inertia", "median"])
def test_a_plan_from_the_area_alone_is_never_below_its_bound(compactness):
    problem = town(120, 6, 0.3, 5, compactness=compactness)
    from heliplan.division import solve  # noqa: PLC0415 - beside its only use

    result = solve(problem, Stop(seconds=1))
    assert 0 < result.bound <= result.value
