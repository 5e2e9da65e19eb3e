"""Who stands on a date."""

import datetime

import pytest
from tests.duties.rosters import MONDAY, roster, turn, village

from heli.duties.models import PostRow, Swap, SwapState
from heli.duties.queries.days import turns_between, turns_of, turns_on, week_of
from heli.people.models import Absence

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
WEEK = 7 * DAY


def test_it_works():
    unit, (wan, *_) = village()
    seat = turn(roster(unit), 1, wan, kind="volunteer")
    (found,) = turns_on(unit, MONDAY)
    assert (found.key, found.date, found.weekday, found.slot) == (seat.pk, MONDAY, 1, "早班")
    assert (found.start, found.end, found.post, found.where) == ("05:30", "07:30", "1号点", "前街口")
    assert (found.kind, found.member, found.name) == ("volunteer", wan.pk, "苏晚晴")
    assert (found.gap, found.swapped, found.offered, found.stand_in) == (False, False, False, "")
    assert turns_on(unit, MONDAY + DAY) == ()
    assert turns_on(unit, MONDAY - WEEK) == ()


def test_a_week_that_repeats_is_that_of_every_week():
    unit, (wan, *_) = village()
    turn(roster(unit), 3, wan)
    assert [found.date for found in week_of(unit, MONDAY + 40 * WEEK)] == [MONDAY + 40 * WEEK + 2 * DAY]


def test_a_rotation_counts_its_weeks_and_ends():
    unit, (wan, qian, *_) = village()
    made = roster(unit, repeats=False, weeks=2)
    turn(made, 1, wan, week=1)
    turn(made, 1, qian, week=2)
    found = turns_between(unit, MONDAY - WEEK, MONDAY + 4 * WEEK)
    assert [(each.date, each.name) for each in found] == [(MONDAY, "苏晚晴"), (MONDAY + WEEK, "钱望舒")]


def test_the_version_in_force_that_day_counts():
    unit, (wan, qian, *_) = village()
    turn(roster(unit, until=MONDAY + WEEK), 1, wan)
    turn(roster(unit, since=MONDAY + WEEK, number=2), 1, qian)
    found = turns_between(unit, MONDAY, MONDAY + 2 * WEEK)
    assert [each.name for each in found] == ["苏晚晴", "钱望舒", "钱望舒"]


def test_an_accepted_swap_changes_that_date_alone():
    unit, (wan, qian, *_) = village()
    seat = turn(roster(unit), 1, wan)
    Swap.objects.create(turn=seat, date=MONDAY, giver=wan, taker=qian, state=SwapState.ACCEPTED)
    Swap.objects.create(turn=seat, date=MONDAY + WEEK, giver=wan, state=SwapState.OFFERED)
    Swap.objects.create(turn=seat, date=MONDAY + 2 * WEEK, giver=wan, state=SwapState.WITHDRAWN)
    one, two, three = turns_between(unit, MONDAY, MONDAY + 2 * WEEK)
    assert (one.name, one.swapped, one.planned_name, one.offered) == ("钱望舒", True, "苏晚晴", False)
    assert (two.name, two.swapped, two.offered) == ("苏晚晴", False, True)
    assert (three.name, three.offered, three.swap) == ("苏晚晴", False, None)
    assert [each.date for each in turns_of(wan, MONDAY, MONDAY + WEEK)] == [MONDAY + WEEK]
    assert [each.date for each in turns_of(qian, MONDAY, MONDAY + WEEK)] == [MONDAY]


def test_a_stand_in_comes_for_somebody_who_is_away():
    unit, (wan, *_) = village()
    seat = turn(roster(unit), 1, wan)
    Absence.objects.create(member=wan, since=MONDAY, until=MONDAY + WEEK, why="住院")
    Swap.objects.create(turn=seat, date=MONDAY, giver=wan, stand_in="苏小满", state=SwapState.ACCEPTED)
    (found,) = turns_on(unit, MONDAY)
    assert (found.gap, found.stand_in, found.name, found.swapped) == (False, "苏小满", "苏晚晴", False)


def test_an_empty_seat_is_a_gap_with_its_reason():
    unit, (wan, qian, liu, _cheng) = village()
    made = roster(unit)
    turn(made, 1, wan, post="1号点")
    turn(made, 1, None, post="2号点")
    turn(made, 1, qian, post="10号点")
    turn(made, 1, liu, post="11号点")
    Absence.objects.create(member=wan, since=MONDAY - WEEK, until=None, why="住院")
    Absence.objects.create(member=liu, since=MONDAY - WEEK, until=MONDAY, why="外出")
    qian.left_on = MONDAY
    qian.save()
    found = turns_on(unit, MONDAY)
    assert [(each.post, each.why) for each in found] == [
        ("1号点", "away"),
        ("2号点", "nobody"),
        ("10号点", "left"),
        ("11号点", ""),
    ]
    assert all(each.gap and each.member is None and each.why_text for each in found[:3])
    assert "住院" not in repr(found)
    assert found[0].planned_name == "苏晚晴"
    assert turns_of(wan, MONDAY, MONDAY) == ()


def test_seats_stand_in_order_of_time_and_of_the_posts_in_the_book():
    unit, (wan, *_) = village()
    made = roster(unit)
    for order, name in enumerate(("桥头", "1号点")):
        PostRow.objects.create(village=unit, order=order, name=name)
    for slot, start, post in (("晚班", "", "桥头"), ("早班", "05:30", "1号点"), ("早班", "05:30", "桥头")):
        turn(made, 1, wan, slot=slot, start=start, end="", post=post)
    assert [(each.slot, each.post) for each in turns_on(unit, MONDAY)] == [
        ("早班", "桥头"),
        ("早班", "1号点"),
        ("晚班", "桥头"),
    ]


def test_namesakes_carry_their_home():
    unit, (first, _second, third) = village(members=("贾芳", "贾芳", "柳问荆"))
    made = roster(unit)
    turn(made, 1, first)
    turn(made, 1, third, post="2号点")
    assert [each.name for each in turns_on(unit, MONDAY)] == ["贾芳（前街1号）", "柳问荆"]


def test_another_villages_roster_is_not_ours():
    unit, (wan, *_) = village()
    turn(roster(unit), 1, wan)
    other, _members = village("石桥村")
    assert week_of(other, MONDAY) == ()
