"""No plan is ever lost: a first one stands before any model is built, and a good previous one is kept."""

import itertools
import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.heliplan.kinds_cases import problem_of

from heliplan import Status, Stop, aside, compiled, compiling
from heliplan.kinds import KINDS, package
from heliplan.siting import Goal, Planar, SitingProblem
from heliplan.siting._first import first as first_sites

ALWAYS = [kind for kind in KINDS if kind != "division"]
"""Kinds in which a first plan can always be said; how to cut an area evenly must be searched for."""


class Clock:
    """A cancel switch that is set at the so-manieth look."""

    def __init__(self, looks):
        self.looks = looks

    def __call__(self):
        self.looks -= 1
        return self.looks < 0


@settings(max_examples=12, deadline=None)
@given(st.sampled_from(ALWAYS), st.integers(0, 10**6))
def test_at_once_there_is_a_plan_with_a_bound_that_holds(kind, seed):
    module, problem = package(kind), problem_of(kind, seed=seed)
    result = module.solve(problem, Stop(seconds=0))
    assert result.status in (Status.FEASIBLE, Status.OPTIMAL)
    assert module.check(problem, result.plan).ok
    assert module.check(problem, result.plan).value == result.value
    assert 0 <= result.bound <= module.solve(problem, Stop(seconds=0.5)).value


@settings(max_examples=12, deadline=None)
@given(st.sampled_from(list(KINDS)), st.integers(0, 10**6), st.integers(0, 6))
def test_a_good_previous_plan_is_never_thrown_away(kind, seed, looks):
    module, problem = package(kind), problem_of(kind, seed=seed % 1000)
    before = module.solve(problem, Stop(iterations=50)).plan
    result = module.solve(problem, Stop(cancelled=Clock(looks)), start=before)
    assert result.plan is not None
    kept, now = (module.check(problem, plan, start=before) for plan in (before, result.plan))
    assert now.ok
    if kind != "siting":  # there, as few sites as can be close first
        assert result.value == now.value <= kept.value


@pytest.mark.parametrize("kind", ALWAYS)
def test_the_first_plan_is_told_of_before_any_model(kind, monkeypatch):
    def never(*_words, **_fields):
        raise AssertionError("a model was built")

    told = []
    monkeypatch.setattr("heliplan.highs.run", never)
    monkeypatch.setattr("heliplan.aside.run", never)
    monkeypatch.setattr("heliplan.aside.solved", never)
    result = package(kind).solve(problem_of(kind), Stop(seconds=0), progress=told.append)
    assert result.plan is not None
    assert any(event.phase == "first" for event in told)


def budgeted(points, sites, seed=0, **fields):
    """Choose under a budget where prices differ: the form that had no first plan."""
    random = np.random.default_rng(seed)
    homes, places = random.random((points, 2)) * 10_000, random.random((sites, 2)) * 10_000
    facts = {"budget": sites // 5, "costs": random.integers(1, 4, sites), **fields}
    return SitingProblem(Goal.MEDIAN, Planar(homes, places), random.integers(1, 9, points), **facts)


def least_of_all(problem):
    """The least value of every set of sites, by trying all."""
    check = package("siting").check
    plans = package("siting").SitingPlan
    every = itertools.chain.from_iterable(
        itertools.combinations(range(problem.sites), count) for count in range(1, problem.sites + 1)
    )
    reports = (check(problem, plans(sites)) for sites in every)
    return min(report.value for report in reports if report.ok)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 9))
def test_a_budget_has_a_plan_at_once_and_the_best_with_time(seed, budget):
    problem = budgeted(15, 7, seed, budget=budget)
    at_once, later = (package("siting").solve(problem, stop) for stop in (Stop(seconds=0), Stop()))
    assert package("siting").check(problem, at_once.plan).ok
    assert at_once.bound <= later.value == least_of_all(problem) <= at_once.value


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 6))
def test_no_bound_is_below_what_anybody_could_say(seed, p):
    random = np.random.default_rng(seed)
    homes = random.random((15, 2)) * 10_000
    problem = SitingProblem(Goal.MEDIAN, Planar(homes, homes[:7]), random.integers(1, 9, 15), p=p)
    at_once = package("siting").solve(problem, Stop(seconds=0))
    table = problem.distances.table(np.arange(15), np.arange(7))
    assert (problem.weights() * table.min(axis=1)).sum() <= at_once.bound <= least_of_all(problem)
    assert at_once.bound == at_once.value if p == 7 else at_once.bound > 0


def test_a_large_budget_has_a_plan_and_keeps_a_previous_one():
    problem = budgeted(3_000, 300)
    siting = package("siting")
    result = siting.solve(problem, Stop(seconds=0))
    assert siting.check(problem, result.plan).ok
    better = siting.solve(problem, Stop(seconds=1))
    assert better.value <= result.value
    again = siting.solve(problem, Stop(seconds=0), start=better.plan)
    assert again.plan.open == better.plan.open
    assert again.value == better.value


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(list(Goal)), st.integers(0, 10**6), st.booleans(), st.integers(1, 5), st.booleans())
def test_what_greed_finds_keeps_every_rule(goal, seed, crowded, p, pinned):
    random = np.random.default_rng(seed)
    places = random.random((20, 2)) * 100
    fields = {"p": p, "capacities": random.integers(1, 30, 6)} if crowded else {"p": p}
    if goal is not Goal.MEDIAN:
        fields["radius"] = 40.0
    if pinned:
        fields["existing"] = (2,)
    problem = SitingProblem(goal, Planar(places, places[:6]), random.integers(0, 5, 20), **fields)
    plan = first_sites(problem)
    assert plan is None or package("siting").check(problem, plan).ok


def test_without_numba_a_median_has_a_plan_by_another_engine(monkeypatch):
    monkeypatch.setattr(compiled, "COMPILED", False)
    random = np.random.default_rng(3)
    homes = random.random((600, 2)) * 10_000
    problem = SitingProblem(Goal.MEDIAN, Planar(homes, homes[:80]), random.integers(1, 9, 600), p=8)
    result = package("siting").solve(problem, Stop(seconds=1))
    assert package("siting").check(problem, result.plan).ok
    assert result.engine in ("model", "exchange")


@pytest.mark.parametrize("kind", KINDS)
def test_without_numba_the_shell_gives_a_plan_of_every_kind(kind, tmp_path):
    path = tmp_path / "problem.json"
    path.write_text(problem_of(kind, 2).to_json(), encoding="utf-8")
    surroundings = {**os.environ, compiled.INTERPRETED: "1", "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-m", "heliplan", kind, str(path), "--time", "1"]
    done = subprocess.run(command, env=surroundings, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_what_needs_numba_and_has_none_is_one_line_and_exit_code_two(tmp_path, monkeypatch, capsys):
    from heliplan.__main__ import main  # noqa: PLC0415 - beside its only use

    def needy(*_words, **_fields):
        monkeypatch.setattr(compiled, "COMPILED", False)
        compiled.needed("this")

    path = tmp_path / "problem.json"
    path.write_text(problem_of("linking").to_json(), encoding="utf-8")
    monkeypatch.setattr(package("linking"), "solve", needy)
    assert main(["linking", str(path)]) == 2
    assert (
        capsys.readouterr().err
        == "heliplan: numba is needed for this: install the extra `large`, heli[large]\n"
    )


def test_a_known_plan_and_a_switch_that_is_set_end_at_once_without_a_process(monkeypatch):
    from tests.heliplan.test_aside import endless  # noqa: PLC0415 - beside its only use

    monkeypatch.setattr(aside, "LARGE", 0)
    monkeypatch.setattr(aside, "_Aside", None)  # a call would fail
    monkeypatch.setattr(aside, "run", None)  # as here
    task = endless(known=np.zeros(400))
    found = aside.solved(task, Stop(cancelled=lambda: True).watch())
    assert np.array_equal(found.values, task.known)


def test_loops_that_are_not_compiled_are_left_alone_where_time_is_short(monkeypatch, tmp_path):
    monkeypatch.setattr(compiled, "COMPILED", True)
    monkeypatch.setattr(compiled, "PLACE", tmp_path)
    monkeypatch.delenv(compiled.PATIENT)
    compiled._key.cache_clear()
    with compiled.hurried(5.0):
        assert not compiled.at_hand()
        compiled.mark().parent.mkdir()
        compiled.mark().touch()
        assert compiled.at_hand()
    monkeypatch.delitem(sys.modules, "numba", raising=False)
    with compiled.hurried(1.0):
        assert not compiled.at_hand()
    with compiled.hurried(None):
        assert compiled.at_hand()
    compiled._key.cache_clear()


def test_when_the_code_of_a_loop_changes_it_counts_as_not_compiled(monkeypatch, tmp_path):
    monkeypatch.setattr(compiled, "PLACE", tmp_path)
    loop = tmp_path / "loop.py"
    loop.write_text("\n@compiled\n")
    compiled._key.cache_clear()
    before = compiled.mark()
    loop.write_text("\n@compiled_bare\n")
    compiled._key.cache_clear()
    assert compiled.mark() != before
    compiled._key.cache_clear()


def test_the_interpreted_copy_of_a_module_of_loops_gives_the_same(monkeypatch):
    monkeypatch.delenv(compiled.PATIENT)
    problem = problem_of("division", 2)
    module = package("division")
    usual = module.solve(problem, Stop(iterations=30), params=module.Params(exact_units=0))
    monkeypatch.setattr(compiled, "ready", lambda: False)
    monkeypatch.setattr(compiled, "at_hand", lambda: False)
    other = module.solve(problem, Stop(iterations=30), params=module.Params(exact_units=0))
    assert (usual.plan.grid == other.plan.grid).all()


def test_every_kind_with_loops_is_compiled_at_set_up():
    named = {name.split(":")[0] for name in compiling.PARTS}
    loops = {
        path.parent.name
        for path in compiled.PLACE.rglob("*.py")
        if "\n@compiled" in path.read_text(encoding="utf-8") and path.parent != compiled.PLACE
    }
    assert named == loops


def test_a_pinned_problem_has_a_first_plan_too():
    problem = replace(problem_of("linking"), fixed=[[0, 1], [3, 0]])
    result = package("linking").solve(problem, Stop(seconds=0))
    assert package("linking").check(problem, result.plan).ok


def test_machine_code_of_other_sources_is_forgotten(tmp_path):
    """One module may be the same and name what another no longer has: numba would read it and fail."""
    cache = tmp_path / "division" / "__pycache__"
    cache.mkdir(parents=True)
    for name in ("_flips.anneal-373.py311.nbi", "_flips.anneal-373.py311.1.nbc", "_flips.cpython-311.pyc"):
        (cache / name).write_bytes(b"old")
    compiling.forget(tmp_path)
    assert [path.name for path in cache.iterdir()] == ["_flips.cpython-311.pyc"]
