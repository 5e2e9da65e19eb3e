"""A member's own page."""

import json

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.duties.rosters import turn
from tests.duties.swaps import every_day

from heli.grids.models import Link
from heli.kernel.access.queries import actor_of
from heli.kernel.audit.commands import record
from heli.kernel.audit.models import Event
from heli.people.models import MemberRow, Phone

pytestmark = pytest.mark.django_db


@pytest.fixture
def wan(world):
    return world.members[0]


@pytest.fixture
def linked(world, wan):
    for household in world.households[:3]:
        Link.objects.create(household=household, member=wan, since=timezone.localdate())
    return world.households[:3]


def text(response):
    return response.content.decode()


def test_it_works(world, wan, linked):
    every_day(world)
    page = text(world.member_client(wan).get(reverse("me")))
    assert "下一个班：" in page
    assert "就您一个人" in page
    assert "我联系的3户" in page
    assert "前街1号" in page
    assert "林一帆" in page
    assert "明天的值班通知" in page
    assert "钱望舒" in page
    number = Phone.objects.get(owner=linked[0].pk).number
    assert number not in page
    assert number[-2:] in page


def test_with_whom(world, wan):
    seats = every_day(world)
    roster = seats[1, "早班"].roster
    for weekday in range(1, 8):
        turn(roster, weekday, world.members[2])
    assert "就您一个人" not in text(world.member_client(wan).get(reverse("me")))
    assert "柳问荆" in text(world.member_client(wan).get(reverse("me")))


def test_without_anything_it_says_what_will_come(world, wan):
    page = text(world.member_client(wan).get(reverse("me")))
    assert "最近没有您的班" in page
    assert "值班表排好后" in page
    assert "网格划分表排好后" in page


def test_staff_go_home_strangers_sign_in_who_left_is_gone(world, wan):
    assert world.client(world.leader).get(reverse("me"))["Location"] == "/"
    assert world.client(None).get(reverse("me"))["Location"].startswith("/account/login")
    client = world.member_client(wan)
    MemberRow.objects.filter(pk=wan.pk).update(left_on=timezone.localdate())
    assert client.get(reverse("me"))["Location"].startswith("/account/login")


def test_a_phone_is_shown_once_and_recorded(world, wan, linked):
    client = world.member_client(wan)
    household = linked[0]
    number = Phone.objects.get(owner=household.pk).number
    address = reverse("my_phone", args=[household.pk])
    assert client.get(address).status_code == 405
    response = client.post(address)
    assert number in text(response)
    assert "no-store" in response["Cache-Control"]
    event = Event.objects.get()
    assert (event.verb, event.subject, event.member) == ("phone.reveal", f"household:{household.pk}", wan.pk)
    assert number not in repr(event.__dict__)
    assert number not in text(client.get(reverse("me")))
    Phone.objects.filter(owner=household.pk).delete()
    assert "没有登记电话" in text(client.post(address, follow=True))


def test_only_ones_own_households(world, wan, linked):
    client = world.member_client(wan)
    for household in (world.households[5], world.other.households[0]):
        assert client.post(reverse("my_phone", args=[household.pk])).status_code == 404
    Link.objects.filter(household=linked[0]).update(until=timezone.localdate())
    assert client.post(reverse("my_phone", args=[linked[0].pk])).status_code == 404
    assert world.client(world.unit_officer).post(reverse("my_phone", args=[linked[1].pk])).status_code == 404
    assert not Event.objects.exists()


def test_who_looked_is_shown(world, wan):
    client = world.member_client(wan)
    assert "还没有人看过" in text(client.get(reverse("me")))
    record(actor_of(world.head), "phone.reveal", f"member:{wan.pk}", world.village.path)
    page = text(client.get(reverse("me")))
    assert "网格长 看了电话" in page


def test_my_own_data(world, wan, linked):
    every_day(world)
    client = world.member_client(wan)
    page = text(client.get(reverse("my_data")))
    number = Phone.objects.get(owner=wan.pk).number
    assert number in page
    assert "前街1号" in page
    assert "林一帆" not in page
    found = json.loads(client.get(reverse("my_data_json")).content)
    assert found["record"][0] == {"what": "姓名", "value": "苏晚晴"}
    assert len(found["households"]) == 3
    assert Event.objects.filter(verb="member.export", member=wan.pk).count() == 2
    assert world.client(world.leader).get(reverse("my_data")).status_code == 404


def test_names_are_escaped(world, wan, linked):
    type(linked[0]).objects.filter(pk=linked[0].pk).update(head="<script>alert(1)</script>")
    assert "<script>alert" not in text(world.member_client(wan).get(reverse("me")))
