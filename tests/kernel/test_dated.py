"""A dated row holds from ``since`` until the day before ``until``; no other file compares the two columns."""

import ast
import datetime
from pathlib import Path

import pytest
from django.apps import apps
from hypothesis import given
from hypothesis import strategies as st

from heli.duties.models import FormerHours, Roster
from heli.grids.models import Division, Link
from heli.kernel.lib.dated import Dated, DatedQuerySet, Span, day_after
from heli.kernel.settings.models import Value
from heli.people.models import Absence

SOURCE = Path(__file__).resolve().parents[2] / "src" / "heli"
TABLES = (Absence, Division, FormerHours, Link, Roster, Value)
DAY = datetime.timedelta(days=1)
FIRST = datetime.date(2026, 12, 1)
FILTERS = {"filter", "exclude", "get", "Q", "get_or_create", "aggregate", "annotate"}
COLUMNS = {"since", "until"}


class Time(Span):
    """Something with the two days."""

    def __init__(self, since, until):
        self.since, self.until = since, until


def hand_made(tree):
    """Lines that filter or compare by the two columns."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = getattr(node.func, "attr", getattr(node.func, "id", ""))
            for keyword in node.keywords:
                parts = (keyword.arg or "").split("__")
                looks_up = COLUMNS & set(parts) and (called in FILTERS or len(parts) > 1)
                if looks_up:
                    yield f"{node.lineno}: {called}({keyword.arg}=…)"
        elif isinstance(node, ast.Compare | ast.BinOp):
            sides = [node.left, *getattr(node, "comparators", [getattr(node, "right", None)])]
            if any(isinstance(side, ast.Attribute) and side.attr == "until" for side in sides):
                yield f"{node.lineno}: {ast.unparse(node)}"


def test_nobody_filters_by_the_two_columns_by_hand():
    found = {}
    for path in sorted(SOURCE.rglob("*.py")):
        if path.name != "dated.py" and "migrations" not in path.parts:
            lines = list(hand_made(ast.parse(path.read_text("utf-8"))))
            found |= {str(path.relative_to(SOURCE)): lines} if lines else {}
    assert found == {}


@pytest.mark.parametrize(
    "text",
    [
        "Link.objects.filter(until=None)",
        "Turn.objects.filter(roster__until=None)",
        "rows.filter(Q(until__gt=day), since__lte=day)",
        "absence.until is None or absence.until >= day",
        "absence.until - one",
    ],
)
def test_the_watch_sees_a_filter_made_by_hand(text):
    assert list(hand_made(ast.parse(text)))


def test_every_table_with_the_two_columns_is_dated():
    have = {model for model in apps.get_models() if {field.name for field in model._meta.fields} >= COLUMNS}
    assert have == set(TABLES)
    assert all(issubclass(model, Dated) for model in have)
    assert all(isinstance(model.objects.all(), DatedQuerySet) for model in have)


days = st.integers(0, 12).map(lambda number: FIRST + number * DAY)


@given(since=days, length=st.none() | st.integers(0, 6), first=days, more=st.integers(0, 6))
def test_the_days_of_a_span_are_those_on_which_it_holds(since, length, first, more):
    span = Time(since, None if length is None else since + length * DAY)
    window = [first + number * DAY for number in range(more + 1)]
    assert span.days(first, window[-1]) == [day for day in window if span.holds(day)]
    if span.last_day is not None and length:
        assert span.holds(span.last_day)
        assert not span.holds(span.last_day + DAY)


def test_what_is_over_holds_neither_then_nor_later():
    assert [Time(FIRST, FIRST + DAY).over(FIRST + number * DAY) for number in (0, 1, 2)] == [
        False,
        True,
        True,
    ]
    assert not Time(FIRST, None).over(datetime.date.max)


def test_the_day_after_the_last_is_the_first_no_more():
    assert day_after(None) is None
    assert Time(FIRST, day_after(FIRST)).last_day == FIRST


@pytest.mark.django_db
def test_the_database_answers_as_the_span_does(world):
    member = world.members[0]
    Absence.objects.bulk_create(
        Absence(member=member, since=FIRST + a * DAY, until=None if b is None else FIRST + b * DAY, why="x")
        for a in range(5)
        for b in (None, *range(a, 6))
    )
    rows = list(Absence.objects.all())
    for number in range(-1, 8):
        day = FIRST + number * DAY
        assert set(Absence.objects.on(day)) == {row for row in rows if row.holds(day)}
        for last in (None, day, day + 2 * DAY):
            window = [row.days(day, last or day + 30 * DAY) for row in rows]
            expected = {row for row, held in zip(rows, window, strict=True) if held}
            assert set(Absence.objects.overlapping(day, last)) == expected
    assert set(Absence.objects.still()) == {row for row in rows if row.until is None}
