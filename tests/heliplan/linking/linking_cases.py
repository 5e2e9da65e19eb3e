"""Small linking problems, and every plan they have."""

import itertools

import numpy as np
from hypothesis import strategies as st

from heliplan.linking import Credits, LinkingPlan, LinkingProblem, Matrix, Points, check
from heliplan.linking.problem import refusal_weight


@st.composite
def problems(draw, households=5, members=3):
    """Few households and members; bounds, credits, pins and bans that may well contradict each other."""
    h, m = draw(st.integers(0, households)), draw(st.integers(1, members))
    coordinate, distance = st.integers(-9, 9), st.integers(0, 9)
    if draw(st.booleans()):
        near = Points(*(draw(_rows(coordinate, count, 2)) for count in (h, m)))
    else:
        near = Matrix(np.array(draw(_rows(distance, h, m)), np.int64).reshape(h, m))
    low = draw(st.lists(st.integers(0, 2), min_size=m, max_size=m))
    high = [bound + draw(st.integers(0, 3)) for bound in low]
    pair = st.tuples(st.integers(0, h - 1), st.integers(0, m - 1)) if h else st.nothing()
    some = st.lists(pair, max_size=3) if h else st.just([])
    given = draw(some)
    amounts = [draw(distance) for _ in given]
    kinds = tuple(draw(st.sampled_from(["kin", "own", "wish"])) for _ in given)
    credits = Credits([p[0] for p in given], [p[1] for p in given], amounts, kinds)
    banned = draw(st.lists(pair, max_size=6)) if h else []
    refused = draw(st.lists(pair, max_size=6)) if h and draw(st.booleans()) else []
    fixed = draw(some) if draw(st.booleans()) else []
    return LinkingProblem(near, low, high, credits, fixed, banned, refused)


def _rows(number, count, width):
    row = st.lists(number, min_size=width, max_size=width)
    return st.lists(row, min_size=count, max_size=count)


def starts(problem):
    """Plans before, with households that had no member."""
    h = problem.households
    return st.lists(st.integers(-1, problem.members - 1), min_size=h, max_size=h).map(LinkingPlan)


def every_plan(problem):
    """All plans that keep every rule, judged by ``check``'s own rules written out once more.

    Of a partial problem those that link as many households as any.
    """
    plans = list(_plans(problem))
    most = max((len(plan.linked) for plan in plans), default=0)
    return (plan for plan in plans if len(plan.linked) == most)


def _plans(problem):
    fixed, banned = problem.fixed.tolist(), problem.forbidden.tolist()
    every = range(-1 if problem.partial else 0, problem.members)
    for member in itertools.product(every, repeat=problem.households):
        loads = [member.count(m) for m in range(problem.members)]
        if (
            all(a <= b <= c for a, b, c in zip(problem.low, loads, problem.high, strict=True))
            and all(member[h] == m for h, m in fixed)
            and not any(member[h] == m for h, m in banned)
        ):
            yield LinkingPlan(list(member))


def broken(problem, plan):
    """How many of the refused pairs are linked."""
    return sum(plan.member[h] == m for h, m in {tuple(pair) for pair in problem.refused.tolist()})


def cost(problem, plan, change=0):
    """Distance less credits, pair by pair, and the weight of every refused pair that is linked.

    ``change`` is what a changed household costs, where there was a plan before.
    """
    table = problem.nearness.table(np.arange(problem.households))
    given = problem.credits
    total = sum(int(table[h, m]) for h, m in enumerate(plan.member) if m >= 0)
    for h, m, amount in zip(given.household, given.member, given.amount, strict=True):
        total -= int(amount) if plan.member[h] == m else 0
    return total + broken(problem, plan) * refusal_weight(problem, change)


def village(households, members, seed=0, matrix=False):
    """A village of clustered points with members living in some of its houses; loads as even as can be."""
    rng = np.random.default_rng(seed)
    side = 100 * households**0.5
    centres = rng.random((max(3, households // 40), 2)) * side
    homes = centres[rng.integers(0, len(centres), households)] + rng.normal(0, side / 12, (households, 2))
    homes = np.rint(homes).astype(int)
    near = Points(homes, homes[rng.choice(households, members, replace=False)])
    if matrix:
        near = Matrix(near.table(np.arange(households)))
    return LinkingProblem(near, households // members, -(-households // members))


def assert_holds(problem, result, start=None, **params):
    """A plan that keeps every rule, with the value and parts that the result states."""
    report = check(problem, result.plan, start, **params)
    assert report.ok, report.violations
    assert report.value == result.value
    assert dict(report.parts) == dict(result.parts)
    assert result.bound is not None
    assert result.bound <= result.value
