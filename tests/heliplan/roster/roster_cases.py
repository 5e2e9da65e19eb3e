"""Tiny duty tables of every kind, and all the plans they have."""

from itertools import chain, combinations, product

import numpy as np
from hypothesis import strategies as st

from heliplan.roster import KINDS, Mode, Params, RosterPlan, RosterProblem, check

DAYS = (0, 1, 5, 6)  # two days in a row, and the weekend


def tiny(**changes):
    """Three members, two posts in the morning and evening of Monday and Tuesday, one seat each."""
    shifts = list(product((0, 1), (0, 1), (0, 1)))
    day, period, post = zip(*shifts, strict=True)
    facts = {
        "mode": Mode.ROTATION,
        "available": np.ones((3, 7, 2), bool),
        "shift_day": day,
        "shift_period": period,
        "shift_post": post,
        "seats": [[1, 0, 0]] * len(shifts),
        "early": [True, False],
    }
    return RosterProblem(**{**facts, **changes})


@st.composite
def problems(draw, modes=tuple(Mode), with_pins=True):
    """Up to three members and three shifts, so that every plan can be tried."""
    members, shifts = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    mode, first_weekday = draw(st.sampled_from(modes)), draw(st.integers(1, 7))
    pins = draw(st.integers(0, 1)) if with_pins else 0
    # the rest from one drawn seed: drawing every entry would take most of the test's time
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    where = rng.permutation(list(product(DAYS, (0, 1), (0, 1))))[:shifts]
    pairs = list(combinations(range(members), 2))
    overlaps = list(combinations(range(shifts), 2))
    return RosterProblem(
        mode=mode,
        available=rng.random((members, 7, 2)) < rng.choice((0.4, 0.9)),
        shift_day=where[:, 0],
        shift_period=where[:, 1],
        shift_post=where[:, 2],
        seats=rng.choice((0, 1, 1, 2), (shifts, 3)) * rng.choice((0, 1), (1, 3), p=(0.4, 0.6)),
        first_weekday=first_weekday,
        early=(True, False),
        may_sit=rng.random((members, 3)) < 0.7,
        way=rng.integers(0, 60, (members, 2)),
        wish=rng.integers(-30, 30, (members, 7, 2)),
        leader=rng.random(members) < 0.4,
        suits=rng.random((members, 2)) < 0.6,
        history=rng.integers(0, 3, (members, 3)),
        pairs=rng.permutation(pairs)[:2] if pairs else (),
        apart=rng.permutation(pairs)[: rng.integers(0, 3)] if pairs else (),
        clashes=rng.permutation(overlaps)[: rng.integers(0, 2)] if overlaps and with_pins else (),
        pins=np.stack([rng.integers(0, members, pins), rng.integers(0, shifts, pins)], axis=1),
        forbidden=[(rng.integers(members), rng.integers(shifts))],
        max_per_day=int(rng.integers(1, 3)),
        max_total=rng.integers(0, 4, members),
    )


def params():
    """Weights that let every part matter."""
    return st.builds(
        Params,
        leader=st.sampled_from((0, 50)),
        total=st.sampled_from((0, 40)),
        early=st.sampled_from((0, 25)),
        weekend=st.sampled_from((0, 25)),
        second=st.sampled_from((0, 35)),
        balance=st.sampled_from((0, 20)),
        pair=st.sampled_from((0, 45)),
        rest=st.sampled_from((None, 0, 30)),
        unsuited=st.just(30),
        change_cost=st.sampled_from((None, 0, 20)),
    )


def every_plan(problem, most=2_000):
    """All the ways to take seats, with all groups; ``None`` when there are more than ``most``."""
    choices = []
    for shift, kind in product(range(problem.shifts), range(len(KINDS))):
        seats = int(problem.seats[shift, kind])
        can = np.flatnonzero(problem.may_sit[:, kind] & problem.can_take()[:, shift]).tolist()
        some = chain.from_iterable(combinations(can, n) for n in range(min(seats, len(can)) + 1))
        choices.append([[(member, shift, kind) for member in who] for who in some])
    groups = [(-1,)] * problem.members
    if problem.mode is Mode.GROUPS:
        days = [sorted(set(problem.shift_day[can].tolist())) for can in problem.can_take()]
        groups = [tuple(own) or (-1,) for own in days]
    count = np.prod([len(one) for one in (*choices, *groups)], dtype=float)
    if count > most:
        return None
    ways = product(product(*choices), product(*groups))
    return [plan_of(problem, list(chain.from_iterable(turns)), group) for turns, group in ways]


def plan_of(problem, turns, group=None):
    """A plan from (member, shift, kind) triples."""
    member, shift, kind = np.array(turns, np.int64).reshape(-1, 3).T
    unfilled = problem.seats.copy()
    np.subtract.at(unfilled, (shift, kind), 1)
    group = np.full(problem.members, -1) if group is None else np.array(group)
    leader = np.full(problem.days, -1)
    for day in problem.open_days.tolist():
        there = group == day
        if problem.mode is not Mode.GROUPS:
            there[member[problem.shift_day[shift] == day]] = True
        able = np.flatnonzero(there & problem.leader)
        leader[day] = able[0] if len(able) else -1
    return RosterPlan(member, shift, kind, unfilled, group, leader)


def least_value(problem, weights, start=None):
    """The value of the best of all plans that keep the rules; ``None``: none does."""
    reports = (check(problem, plan, start, weights) for plan in every_plan(problem))
    return min((report.value for report in reports if not report.violations), default=None)
