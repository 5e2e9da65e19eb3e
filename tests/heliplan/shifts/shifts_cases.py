"""Small problems for the tests of shift rosters, and the best plan by trying all."""

from itertools import product

import numpy as np
from hypothesis import strategies as st

from heliplan.shifts import UNKNOWN, ShiftsPlan, ShiftsProblem, change_weight, check


def problem(people=2, days=7, shifts=2, **changes):
    """A plain problem; every field can be replaced."""
    fields = {
        "minutes": [480] * shifts,
        "follows": np.ones((shifts, shifts), int),
        "max_shifts": np.full((people, shifts), days),
        "max_minutes": [480 * days] * people,
        "min_minutes": [0] * people,
        "max_run": [5] * people,
        "min_run": [1] * people,
        "min_rest": [1] * people,
        "max_weekends": [9] * people,
        "absent": np.zeros((people, days), int),
        "required": np.ones((days, shifts), int),
        "under": np.full((days, shifts), 10),
        "over": np.full((days, shifts), 3),
    }
    return ShiftsProblem(**{**fields, **changes})


def rows(draw, people, low, high):
    return draw(st.lists(st.integers(low, high), min_size=people, max_size=people))


@st.composite
def tiny(draw):
    """Problems small enough to try every plan; some have none."""
    people, shifts = draw(st.sampled_from([(2, 1), (1, 2), (2, 2)]))
    days = draw(st.integers(4, 8 if shifts == 1 else 6))
    numbers = st.integers(0, 9)
    grid = [[draw(numbers) for _ in range(shifts)] for _ in range(days)]
    places = st.tuples(
        st.integers(0, people - 1), st.integers(0, days - 1), st.integers(0, shifts - 1), st.integers(0, 9)
    )
    pins = st.tuples(st.integers(0, people - 1), st.integers(0, days - 1), st.integers(-1, shifts - 1))
    absent = np.zeros((people, days), int)
    for person, day in draw(
        st.lists(st.tuples(st.integers(0, people - 1), st.integers(0, days - 1)), max_size=2)
    ):
        absent[person, day] = 1
    return problem(
        people,
        days,
        shifts,
        minutes=[draw(st.sampled_from([240, 480])) for _ in range(shifts)],
        follows=[[draw(st.integers(0, 1)) for _ in range(shifts)] for _ in range(shifts)],
        max_shifts=[rows(draw, shifts, 0, days) for _ in range(people)],
        max_minutes=[480 * draw(st.integers(2, days)) for _ in range(people)],
        min_minutes=[240 * draw(st.integers(0, 4)) for _ in range(people)],
        max_run=rows(draw, people, 1, 5),
        min_run=rows(draw, people, 1, 3),
        min_rest=rows(draw, people, 1, 3),
        max_weekends=rows(draw, people, 0, 2),
        absent=absent,
        required=[[draw(st.integers(0, people)) for _ in range(shifts)] for _ in range(days)],
        under=grid,
        over=[[draw(numbers) for _ in range(shifts)] for _ in range(days)],
        wanted=draw(st.lists(places, max_size=3)),
        unwanted=draw(st.lists(places, max_size=3)),
        pins=draw(st.lists(pins, max_size=1)),
    )


def schedules(given, person):
    """Every schedule that keeps the rules of one person, by trying all."""
    alone = given.alone(person)
    every = product(range(-1, given.shifts), repeat=given.days)
    return [row for row in every if check(alone, ShiftsPlan([row])).ok]


def least(given, start=None, params=None):
    """The least value of all plans, or ``None``."""
    each = [np.array(schedules(given, person)).reshape(-1, given.days) for person in range(given.people)]
    own = [own_costs(given, person, rows, start, params) for person, rows in enumerate(each)]
    counts = [(rows[:, :, None] == np.arange(given.shifts)).astype(int) for rows in each]
    total, cover = own[0], counts[0]
    for costs, count in zip(own[1:], counts[1:], strict=True):
        total = (total[:, None] + costs).ravel()
        cover = (cover[:, None] + count).reshape(-1, given.days, given.shifts)
    short = given.required - cover
    total = total + (np.maximum(short, 0) * given.under + np.maximum(-short, 0) * given.over).sum(axis=(1, 2))
    return min(total.tolist(), default=None)


def own_costs(given, person, rows, start, params):
    """What requests and changes cost in each of the schedules of a person."""
    costs = np.zeros(len(rows), np.int64)
    for _, day, shift, weight in given.wanted[given.wanted[:, 0] == person].tolist():
        costs += weight * (rows[:, day] != shift)
    for _, day, shift, weight in given.unwanted[given.unwanted[:, 0] == person].tolist():
        costs += weight * (rows[:, day] == shift)
    if start is not None:
        had = np.array(start[person])
        costs += change_weight(given, params) * ((rows != had) & (had != UNKNOWN)).sum(axis=1)
    return costs
