"""The page of drop points and their hours for everybody: no names."""

import datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.duties.rosters import roster, turn, village

from heli.duties.models import PostRow
from heli.duties.queries.points import OpenPoint, open_points

pytestmark = pytest.mark.django_db


def test_a_village_shows_its_points_and_hours_without_names():
    unit, members = village()
    today = timezone.localdate()
    made = roster(unit, since=today - datetime.timedelta(days=today.weekday()))
    first = PostRow.objects.create(village=unit, order=0, name="1号点", where="前街口")
    second = PostRow.objects.create(village=unit, order=1, name="2号点")
    for weekday in range(1, 8):
        turn(made, weekday, members[0], drop_point=first)
        turn(made, weekday, members[1], drop_point=first)
        turn(made, weekday, members[2], slot="晚班", start="22:00", end="02:00", drop_point=first)
    for weekday in range(1, 6):
        turn(made, weekday, members[1], post="2号点", where="", start="", end="", drop_point=second)
    assert open_points(unit, today) == (
        OpenPoint("1号点", "前街口", ("早班 05:30–07:30，每天", "晚班 22:00–次日02:00，每天")),
        OpenPoint("2号点", "", ("早班，周一至周五",)),
    )
    client = Client()
    assert client.get(reverse("points"))["Location"] == reverse("village_points", args=[unit.pk])
    text = client.get(reverse("village_points", args=[unit.pk])).content.decode()
    assert "青溪村：投放点和时间" in text
    assert not [member for member in members if member.name in text]


def test_a_village_without_a_roster_in_force_is_not_there():
    unit, _members = village()
    roster(unit, since=timezone.localdate() + datetime.timedelta(days=7))
    client = Client()
    assert client.get(reverse("village_points", args=[unit.pk])).status_code == 404
    assert "还没有公布投放点和时间" in client.get(reverse("points")).content.decode()


def test_of_several_villages_one_chooses():
    units = [village(name)[0] for name in ("青溪村", "石桥村")]
    for unit in units:
        roster(unit, since=timezone.localdate())
    text = Client().get(reverse("points")).content.decode()
    assert all(reverse("village_points", args=[unit.pk]) in text for unit in units)
