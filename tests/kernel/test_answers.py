"""Short answers: how many, of what; one sign from outside and it is no number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heli.kernel.sheets.answers import MOST, TURNS, count

UNITS = ("", "人", "口人", "位")
OUTSIDE = "-−户间岁班斤幢?几多以上不没无未非另~/或到第前后e%×"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("4", 4),
        ("４人", 4),
        ("四口", 4),
        ("3.0", 3),
        ("2+1", 3),
        ("2大1小", 3),
        ("男2女1", 3),
        ("全家3人", 3),
        ("3人（2大1小）", 3),
        ("5人（其中租客2人）", 5),
        ("无", 0),
    ],
)
def test_a_count(text, number):
    assert count(text) == number


@pytest.mark.parametrize(
    "text", ["-1", "3户", "3人以上", "3 4", "3.5", "一2", "3（另有租客2）", "5人（3大1小）", "约"]
)
def test_no_count(text):
    assert count(text) is None


def test_what_is_counted_is_asked():
    assert count("8班", TURNS) == count("8次", TURNS) == 8
    assert count("8人", TURNS) is None
    assert count("8班") is None


@given(
    st.integers(0, MOST), st.sampled_from(OUTSIDE), st.booleans(), st.sampled_from(("", "人", "口人", "位"))
)
def test_one_sign_from_outside_and_nothing_is_counted(number, sign, before, unit):
    assert count(f"{number}{unit}") == number
    text = f"{sign}{number}{unit}" if before else f"{number}{unit}{sign}"
    assert count(text) is None


@given(st.text(alphabet="0123456789.+-（）()大小男女人口户 一二三十百", max_size=8))
def test_any_text_is_a_count_within_bounds_or_none(text):
    number = count(text)
    assert number is None or 0 <= number <= MOST
