"""Shift rosters as a problem and as a file: what is wrong is named with its place."""

import re

import numpy as np
import pytest
from hypothesis import given
from tests.heliplan.shifts.shifts_cases import problem, tiny

from heliplan.shifts import Params, ShiftsPlan, ShiftsProblem, read, solve

FILE = """# a comment
SECTION_HORIZON
7
SECTION_SHIFTS
E,480,
N,600,E|N
SECTION_STAFF
# ID, MaxShifts, ...
anna,E=7|N=2,3000,480,5,2,2,1
bo,E=7|N=0,3000,480,5,2,2,1
SECTION_DAYS_OFF
anna,0,6
SECTION_SHIFT_ON_REQUESTS
bo,2,E,3
SECTION_SHIFT_OFF_REQUESTS
anna,3,N,2
SECTION_COVER
0,E,1,100,1
1,N,2,50,2
"""


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"minutes": [480, 0]}, "minutes[1]: 0"),
        ({"minutes": []}, "max_shifts"),
        ({"min_run": [1, float("nan")]}, "min_run[1]"),
        ({"max_weekends": [1, -1]}, "max_weekends[1]: -1"),
        ({"absent": np.full((2, 7), 2)}, "absent[0, 0]: 2"),
        ({"under": np.zeros((6, 2))}, "under: shape"),
        ({"wanted": [[0, 7, 0, 1]]}, "wanted[0, 1]: 7"),
        ({"unwanted": [[0, 0, 0, -5]]}, "unwanted[0, 3]: -5"),
        ({"pins": [[0, 0, 0], [2, 0, -1]]}, "pins[1, 0]: 2"),
    ],
)
def test_a_wrong_field_is_named_with_its_index(changes, says):
    with pytest.raises(ValueError, match=re.escape(says)):
        problem(**changes)


def test_a_start_or_cost_that_does_not_fit_is_named():
    with pytest.raises(ValueError, match=r"start.shift\[1, 6\]: 2"):
        solve(problem(), start=ShiftsPlan([[-1] * 7, [-1] * 6 + [2]]))
    with pytest.raises(ValueError, match="change_cost: -1"):
        Params(change_cost=-1)


@given(tiny())
def test_a_problem_survives_json(made):
    assert ShiftsProblem.from_json(made.to_json()).to_json() == made.to_json()


def test_a_plan_survives_json_and_broken_json_is_refused():
    plan = ShiftsPlan([[0, -1], [1, 0]])
    assert (ShiftsPlan.from_json(plan.to_json()).shift == plan.shift).all()
    with pytest.raises(ValueError, match="rota: no such field"):
        ShiftsPlan.from_json('{"rota": 1}')
    with pytest.raises(ValueError, match="not JSON"):
        ShiftsProblem.from_json("{")


def test_a_file_is_read_with_its_names():
    instance = read(FILE)
    made = instance.problem
    assert instance.people == ("anna", "bo")
    assert instance.shifts == ("E", "N")
    assert made.minutes.tolist() == [480, 600]
    assert made.follows.tolist() == [[True, True], [False, False]]
    assert made.max_shifts.tolist() == [[7, 2], [7, 0]]
    assert (made.max_minutes[0], made.min_minutes[0], made.max_run[0]) == (3000, 480, 5)
    assert (made.min_run[0], made.min_rest[0], made.max_weekends[0]) == (2, 2, 1)
    assert np.argwhere(made.absent).tolist() == [[0, 0], [0, 6]]
    assert made.wanted.tolist() == [[1, 2, 0, 3]]
    assert made.unwanted.tolist() == [[0, 3, 1, 2]]
    assert (made.required[1, 1], made.under[1, 1], made.over[1, 1]) == (2, 50, 2)
    assert made.required.sum() == 3


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("SECTION_COVER", "SECTION_COVERS", "line 17: section COVERS"),
        ("E,480,", "E,long,", "SHIFTS, line 5: 'long' is not a whole number"),
        ("E|N", "E|X", "SHIFTS, line 6: 'X' is not known"),
        ("anna,E=7|N=2,3000", "anna,E=7|N=2", "STAFF, line 9: 7 cells, expected 8"),
        ("bo,E=7", "anna,E=7", "STAFF, line 10: name 'anna'"),
        ("anna,0,6", "anna,0,7", "DAYS_OFF, line 12: 7 is not between 0 and 6"),
        ("bo,2,E,3", "cy,2,E,3", "SHIFT_ON_REQUESTS, line 14: 'cy' is not known"),
        ("1,N,2,50,2", "0,E,2,50,2", "COVER, line 19: day 0, shift 'E' stands twice"),
        ("SECTION_HORIZON\n7\n", "SECTION_HORIZON\n", "HORIZON: section is missing or empty"),
        ("# a comment", "7", "line 1: stands before the first section"),
    ],
)
def test_a_wrong_line_is_named_with_its_section(old, new, says):
    with pytest.raises(ValueError, match=re.escape(says)):
        read(FILE.replace(old, new, 1))
