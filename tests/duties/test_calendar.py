"""The calendar feed."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar
from tests.duties.swaps import DAY, every_day, seat_of, soon

from heli.duties.models import CalendarAddress, Swap, SwapState, Turn
from heli.kernel.audit.models import Event
from heli.people.models import Absence, MemberRow

pytestmark = pytest.mark.django_db


@pytest.fixture
def wan(world):
    return world.members[0]


def make(client):
    """The path of a new address."""
    made = client.post(reverse("my_calendar"), {"do": "make"}).context["made"]
    return made.removeprefix("http://testserver")


def events(response):
    return [part for part in Calendar.from_ical(response.content).walk() if part.name == "VEVENT"]


def test_it_works(world, wan):
    every_day(world)
    address = make(world.member_client(wan))
    response = world.client(None).get(address)
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    found = events(response)
    assert len(found) == 56
    first = found[0]
    assert str(first["summary"]) == "值班：早班 1号点"
    assert str(first["location"]) == "前街口"
    start = first["dtstart"].dt
    assert start.isoformat() == f"{soon(0).isoformat()}T05:30:00+08:00"
    assert first["dtstart"].params["TZID"] == "Asia/Shanghai"
    assert first["dtend"].dt - start == datetime.timedelta(hours=2)
    assert b"BEGIN:VTIMEZONE" in response.content
    assert len({str(event["uid"]) for event in found}) == 56
    for secret in ("苏晚晴", "钱望舒", "1390000"):
        assert secret not in response.content.decode()


def test_an_unknown_end_stays_unknown_and_no_time_is_the_whole_day(world, wan):
    every_day(world)
    Turn.objects.filter(weekday__lte=3).update(end="")
    Turn.objects.filter(weekday__gte=5).update(start="", end="")
    address = make(world.member_client(wan))
    for event in events(world.client(None).get(address)):
        start = event["dtstart"].dt
        day = start.isoweekday()
        assert ("dtend" in event) is (day == 4)
        assert "duration" not in event
        assert isinstance(start, datetime.datetime) is (day < 5)


def test_swaps_and_absences_are_in_it_and_uids_stay(world, wan):
    seats = every_day(world)
    mine, theirs = make(world.member_client(wan)), make(world.member_client(world.members[2]))
    before = {str(event["uid"]) for event in events(world.client(None).get(mine))}
    date = soon()
    Swap.objects.create(
        turn=seat_of(seats, date), date=date, giver=wan, taker=world.members[2], state=SwapState.ACCEPTED
    )
    after = {str(event["uid"]) for event in events(world.client(None).get(mine))}
    assert (len(after), after < before) == (55, True)
    assert len(events(world.client(None).get(theirs))) == 1
    Absence.objects.create(member=wan, since=soon(0), until=soon(2), why="外出")
    assert len(events(world.client(None).get(mine))) == 53


def test_nothing_is_sent_again_while_nothing_changed(world, wan):
    every_day(world)
    address = make(world.member_client(wan))
    first = world.client(None).get(address)
    assert first["Last-Modified"]
    again = world.client(None).get(address, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    Absence.objects.create(member=wan, since=soon(0), until=None, why="外出")
    assert world.client(None).get(address, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_only_the_hash_is_kept_and_a_new_address_ends_the_old(world, wan):
    client = world.member_client(wan)
    old = make(client)
    assert old.split("/")[-1].removesuffix(".ics") not in repr(list(CalendarAddress.objects.values()))
    new = make(client)
    assert world.client(None).get(old).status_code == 404
    assert world.client(None).get(new).status_code == 200
    client.post(reverse("my_calendar"), {"do": "drop"})
    gone, never = world.client(None).get(new), world.client(None).get("/cal/never.ics")
    assert (gone.status_code, never.status_code) == (404, 404)
    assert gone.content == never.content
    assert [event.verb for event in Event.objects.order_by("number")] == [
        "calendar.make",
        "calendar.make",
        "calendar.drop",
    ]
    assert "cal/" not in client.get(reverse("my_calendar")).content.decode()


def test_who_left_has_no_feed(world, wan):
    address = make(world.member_client(wan))
    MemberRow.objects.filter(pk=wan.pk).update(left_on=timezone.localdate() - DAY)
    assert world.client(None).get(address).status_code == 404


def test_an_unknown_address_costs_one_query(world, django_assert_num_queries):
    with django_assert_num_queries(1):
        world.client(None).get("/cal/" + "a" * 43 + ".ics")


def test_staff_have_none(world):
    assert world.client(world.leader).get(reverse("my_calendar")).status_code == 404
