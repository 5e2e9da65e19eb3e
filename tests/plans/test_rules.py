"""Labels, bounds, exemptions, earlier plans: pure calls."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heli.people.rules import Member, Period
from heli.plans.rules import (
    Options,
    exemption,
    leads,
    relay_period,
    unique_labels,
    workable_bounds,
)
from heli.plans.rules.document import read_previous

DAY = datetime.date(2026, 11, 22)


@given(
    st.lists(st.tuples(st.sampled_from("甲乙丙"), st.sampled_from(["", "东弄1号", "西弄2号"])), max_size=12)
)
def test_labels_are_never_alike(rows):
    labels = unique_labels(rows, lambda row: row[0], lambda row: row[1])
    assert len(set(labels)) == len(rows)
    assert all(label.startswith(row[0]) for label, row in zip(labels, rows, strict=True))


def test_a_name_that_stands_alone_stays_as_it_is():
    rows = [("甲", "东弄1号"), ("乙", "东弄2号"), ("乙", "西弄3号")]
    labels = unique_labels(rows, lambda row: row[0], lambda row: row[1])
    assert labels == ("甲", "乙（东弄2号）", "乙（西弄3号）")


@given(st.integers(1, 3000), st.integers(1, 400))
def test_default_bounds_always_have_room_for_every_household(households, members):
    low, high = workable_bounds(households, members, Options(DAY))
    assert low * members <= households <= high * members
    assert 0 <= low <= high


@pytest.mark.parametrize(
    ("households", "members", "low", "high", "bounds"),
    [
        (290, 50, None, None, (5, 6)),
        (250, 50, None, None, (5, 6)),
        (300, 50, None, None, (5, 6)),
        (301, 50, None, None, (5, 7)),
        (249, 50, None, None, (4, 6)),
        (400, 50, None, None, (5, 8)),
        (290, 50, 4, None, (4, 6)),
        (290, 50, 7, None, (7, 7)),
        (290, 50, None, 3, (3, 3)),
        (290, 50, 1, 2, (1, 2)),
    ],
)
def test_bounds(households, members, low, high, bounds):
    assert workable_bounds(households, members, Options(DAY, low=low, high=high)) == bounds


@pytest.mark.parametrize(
    ("day", "monday"),
    [("2026-11-22", "2026-11-23"), ("2026-11-23", "2026-11-23"), ("2026-11-24", "2026-11-30")],
)
def test_the_roster_begins_on_the_next_monday(day, monday):
    assert Options(datetime.date.fromisoformat(day)).monday.isoformat() == monday


@pytest.mark.parametrize(
    ("member", "limit", "linking", "roster"),
    [
        (Member("林喆", age=69), 70, "", ""),
        (Member("林喆", age=70), 70, "满70岁", "满70岁"),
        (Member("林喆", age=90), None, "", ""),
        (Member("林喆"), 70, "", ""),
        (Member("林喆", exempt="因病免"), None, "因病免", "因病免"),
        (Member("林喆", exempt="免值班"), None, "", "免值班"),
        (Member("林喆", exempt="免联系"), None, "免联系", ""),
    ],
)
def test_exempt_is_only_whom_the_book_or_an_option_marks(member, limit, linking, roster):
    found = exemption(member, limit)
    assert (found.linking, found.roster) == (linking, roster)


@pytest.mark.parametrize(
    ("force", "occupation", "period"),
    [
        ("村民代表", "", Period.EARLY),
        ("村四委干部", "", Period.DAY),
        ("党员", "企业职工", Period.LATE),
        ("村四委干部", "务农", Period.EARLY),
        ("村民代表", "在外打工", Period.LATE),
    ],
)
def test_relay_residents_early_staff_by_day_employed_in_the_evening(force, occupation, period):
    assert relay_period(Member("林喆", force=force, occupation=occupation)) is period


def test_cadres_lead_when_nobody_is_marked():
    assert leads("村四委干部")
    assert not leads("护村队")


@pytest.mark.parametrize("document", [{}, {"division": {"links": 3}}, {"division": {"links": []}}, []])
def test_an_earlier_plan_that_is_none_is_refused_by_part(document):
    with pytest.raises(ValueError, match=r"division\.links|roster\.slots"):
        read_previous(document)
