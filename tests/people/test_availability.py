"""What people write about their time, and what is read from it."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heli.people.rules import (
    ALWAYS,
    NEVER,
    Availability,
    Period,
    parse_age,
    parse_availability,
    parse_days,
    parse_group,
)

SIGNS = dict(zip("早中晚", Period, strict=True))


def times(text):
    """``1 3早 7早晚`` as weekday and period; a bare day is the whole day; 天天早 is every morning."""
    found = set()
    for piece in text.replace("天天", " ".join("1234567")).split():
        periods = [SIGNS[sign] for sign in piece[1:]] or list(Period)
        found |= {(int(piece[0]), period) for period in periods}
    return found


EVERY = {sign: " ".join(f"{day}{sign}" for day in range(1, 8)) for sign in ("早", "中", "晚", "早晚", "中晚")}

INCONVENIENT = {
    "周一、周二": "1 2",
    "周一,周二": "1 2",
    "星期一至星期五": "1 2 3 4 5",
    "周一到周三": "1 2 3",
    "周六至周一": "6 7 1",
    "周1-周5": "1 2 3 4 5",
    "礼拜天": "7",
    "双休日": "6 7",
    "周末": "6 7",
    "周六日": "6 7",
    "周一、三、五": "1 3 5",
    "1、3、5可以": "2 4 6 7",
    "三、五不行": "3 5",
    "周一三五不便": "1 3 5",
    "每周二": "2",
    "工作日": "1 2 3 4 5",
    "早班不便": EVERY["早"],
    "晚上没空": EVERY["晚"],
    "晚班、早班不便": EVERY["早晚"],
    "上夜班": EVERY["晚"],
    "白天上班": EVERY["中"],
    "周三晚": "3晚",
    "周一早、周四晚": "1早 4晚",
    "周六、周日早": "6早 7早",
    "周五晚上要接孩子": "5晚",
    "周一不便，周二有空": "1",
    "周一不便，其他时间都可以": "1",
    "周一至周五白天上班，早上可以": "1中 2中 3中 4中 5中",
    "在外务工，周末回村": "1 2 3 4 5",
    "在外务工、周末回村": "1 2 3 4 5",
    "平时在外，双休日才回家": "1 2 3 4 5",
    "只能周末": "1 2 3 4 5",
    "只有周三晚上有空": "1 2 3早中 4 5 6 7",
    "周末可值班": "1 2 3 4 5",
    "除周日外": "1 2 3 4 5 6",
    "除周日外都可以": "7",
    "常年在外": "1 2 3 4 5 6 7",
    "每天都没空": "1 2 3 4 5 6 7",
    "周　一、星期２": "1 2",
}
FREE = {
    "周一、周二": "3 4 5 6 7",
    "早班": EVERY["中晚"],
    "每天早上": EVERY["中晚"],
    "周末": "1 2 3 4 5",
    "除周日外": "7",
    "周三不行": "3",
    "工作日晚上": "1早中 2早中 3早中 4早中 5早中 6 7",
    "周一早、周四晚": "1中晚 2 3 4早中 5 6 7",
}
NOTHING = ("", "无", "/", "-", "——", "随时", "都可以", "全天", "服从安排", "没有", "随时都可以", "无不便")
UNREAD = ("初一十五", "农忙时不便", "三班倒", "看情况", "单周", "下旬没空", "有时没空")


@pytest.mark.parametrize(("text", "busy"), INCONVENIENT.items())
def test_a_bare_time_is_inconvenient(text, busy):
    read = parse_availability(text)
    assert read.busy == times(busy)
    assert read.unread == ()


@pytest.mark.parametrize(("text", "busy"), FREE.items())
def test_in_a_column_of_free_times_all_else_is_busy(text, busy):
    assert parse_availability(text, free=True).busy == times(busy)


@pytest.mark.parametrize("text", NOTHING)
@pytest.mark.parametrize("free", [False, True])
def test_nothing_said_means_always(text, free):
    assert parse_availability(text, free) == parse_availability("")


@pytest.mark.parametrize("text", UNREAD)
def test_what_is_not_understood_is_handed_back_and_changes_nothing(text):
    read = parse_availability(text)
    assert (read.busy, read.busy_dates, read.wanted) == (NEVER, frozenset(), NEVER)
    assert "".join(read.unread) == text


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("每月逢五", {5, 15, 25}),
        ("逢三、八", {3, 13, 23, 8, 18, 28}),
        ("逢十", {10, 20, 30}),
        ("每月5号、15号", {5, 15}),
    ],
)
def test_dates_of_the_month(text, dates):
    read = parse_availability(text)
    assert (read.busy_dates, read.busy, read.unread) == (dates, NEVER, ())


def test_wishes_do_not_make_busy():
    read = parse_availability("愿值早班；周三没空")
    assert read.wanted == times(EVERY["早"])
    assert read.busy == times("3")


def test_of_half_understood_text_nothing_is_used():
    read = parse_availability("周一、周二；农忙时")
    assert read == Availability(unread=("周一、周二；农忙时",))


@given(st.text(max_size=40), st.booleans())
def test_any_text_is_read_or_handed_back(text, free):
    read = parse_availability(text, free)
    assert read.busy <= ALWAYS
    assert read.wanted <= ALWAYS
    assert all(1 <= day <= 31 for day in read.busy_dates)


@pytest.mark.parametrize(
    ("text", "days"),
    [("每天", set(range(1, 8))), ("周一至周五", {1, 2, 3, 4, 5}), ("除周日外", {1, 2, 3, 4, 5, 6})],
)
def test_days_of_opening(text, days):
    assert parse_days(text) == days


def test_no_days_named():
    assert parse_days("清早") is None


@pytest.mark.parametrize("text", ["1", "１组", "第1组", "一组", "第一村民小组", "1小组", "第一生产队"])
def test_a_group_has_one_name(text):
    assert parse_group(text).startswith("1")
    assert parse_group(text).removesuffix("队") in ("1组", "1")


def test_a_group_with_a_name_keeps_it():
    assert parse_group("上 宅组") == "上宅组"
    assert parse_group("网格3") == "3网格"


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("52", 52),
        ("５２岁", 52),
        ("1956-11-22", 70),
        ("1956-11-23", 69),
        ("1956.11", 70),
        ("1956年12月", 69),
        ("19650301", 61),
        ("", None),
        ("不详", None),
        ("300", None),
    ],
)
def test_age_at_a_day(text, age):
    assert parse_age(text, datetime.date(2026, 11, 22)) == age
