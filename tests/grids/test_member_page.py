"""One grid member: households, turns, load, what happened."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests.duties.swaps import DAY, every_day, seat_of, soon

from heli.duties.models import Swap, SwapState
from heli.grids.models import Link
from heli.kernel.audit.models import Event
from heli.people.models import Absence


@pytest.fixture
def noon(monkeypatch):
    now = timezone.localtime().replace(hour=12, minute=0)
    monkeypatch.setattr(timezone, "now", lambda: now)
    return now.date()


def show(world, person="head", member=0):
    return world.client(getattr(world, person)).get(reverse("member", args=[world.members[member].pk]))


def test_the_title_is_the_answer(world, noon):
    every_day(world)
    for household in world.households[:3]:
        Link.objects.create(household=household, member=world.members[0], since=noon - 9 * DAY)
    away = noon + 20 * DAY
    Absence.objects.create(member=world.members[0], since=away, until=away + DAY, why="外出")
    page = show(world)
    assert page.context["found"].title == f"苏晚晴：3户，本周7班，{away.month}月{away.day}日请假"
    text = page.content.decode()
    assert all(str(household) in text for household in world.households[:3])
    assert "开始联系3户" in text
    assert (Event.objects.get().verb, Event.objects.get().subject) == (
        "member.read",
        f"member:{world.members[0].pk}",
    )


def test_a_turn_on_a_day_of_absence_is_a_gap_with_its_cure(world, noon):
    seats = every_day(world)
    date = soon(2)
    Absence.objects.create(member=world.members[0], since=date, until=date + DAY, why="外出")
    link = reverse("turn", args=[seat_of(seats, date).pk, date.isoformat()])
    for person, red in (("head", True), ("line", False)):
        text = show(world, person).content.decode()
        assert ("▲" in text, link in text) == (red, red)
        assert "空" in text


def test_what_others_took_is_not_counted_and_is_told(world, noon):
    seats = every_day(world)
    date = soon(0)
    swap = {"giver": world.members[0], "taker": world.members[2], "state": SwapState.ACCEPTED}
    Swap.objects.create(turn=seat_of(seats, date), date=date, **swap)
    giver, taker = (show(world, member=which).context["found"] for which in (0, 2))
    assert (giver.this_week, giver.four_weeks) == (6, 27)
    assert (taker.this_week, taker.four_weeks) == (1, 1)
    assert "由柳问荆替" in giver.happened[0].text
    assert "替苏晚晴站了" in taker.happened[0].text


def test_who_may_only_see_finds_no_buttons(world):
    text = show(world, "line").content.decode()
    for name in ("member_edit", "member_absence", "member_leave", "member_phone", "phone", "member_link"):
        assert reverse(name, args=[world.members[0].pk]) not in text
    assert "13900001001" not in text


def test_it_costs_the_same_whatever_there_is(world, django_assert_num_queries):
    every_day(world)
    client, address = world.client(world.head), reverse("member", args=[world.members[0].pk])
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for number, household in enumerate(world.households):
        Link.objects.create(household=household, member=world.members[0], since=soon(-number))
    Absence.objects.create(member=world.members[0], since=soon(1), until=None, why="外出")
    with django_assert_num_queries(len(few)):
        client.get(address)
