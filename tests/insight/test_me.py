"""A member's own page."""

import datetime
import json

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from tests.duties.rosters import turn
from tests.duties.swaps import every_day
from tests.insight.test_village import publish

from heli.duties.models import Swap, Turn
from heli.grids.models import Link
from heli.kernel.access.queries import actor_of
from heli.kernel.audit.commands import record
from heli.kernel.audit.models import Event
from heli.people.models import Absence, MemberRow, Phone

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


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
    assert "下一班：" in page
    assert "就您一个人" in page
    assert "您联系3户" in page
    assert "前街1号" in page
    assert "林一帆" in page
    assert "以后的班" in page
    number = Phone.objects.get(owner=linked[0].pk).number
    assert number not in page
    assert number[-2:] in page


def test_both_tables_are_pictures_that_a_member_may_see(world, wan):
    publish(world.home)
    client = world.member_client(wan)
    page = text(client.get(reverse("me")))
    for kind in ("division", "roster"):
        for what in ("small", "picture-1"):
            key = [world.village.pk, kind, 1, what]
            assert reverse("publication_file", args=key) in page
            assert client.get(reverse("publication_file", args=key))["Content-Type"] == "image/png"
        assert client.get(reverse("publication_file", args=[*key[:3], "book"])).status_code == 404
    publish(world.other)
    other = reverse("publication_file", args=[world.other.unit.pk, "roster", 1, "small"])
    assert client.get(other).status_code == 404


def test_a_member_says_on_which_days_they_cannot_come(world, wan):
    every_day(world)
    client = world.member_client(wan)
    today = timezone.localdate()
    days = {"since": today + DAY, "last": today + 2 * DAY, "why": "外出"}
    form = client.get(reverse("my_absence")).context["form"]
    answer = client.post(reverse("my_absence"), {**days, "seen": form["seen"].value()}, follow=True)
    assert "的假记下了：外出" in text(answer)
    absence = Absence.objects.get(member=wan)
    assert (absence.since, absence.last_day) == (today + DAY, today + 2 * DAY)
    assert Event.objects.get(verb="member.absent").member == wan.pk
    assert "空，村里在找人" in text(answer)
    again = client.post(reverse("my_absence"), days)
    assert again.status_code == 409


def test_a_shared_phone_can_be_left(world, wan):
    client = world.member_client(wan)
    assert reverse("sign_out") in text(client.get(reverse("me"))).partition("<main")[2]
    client.post(reverse("sign_out"))
    assert client.get(reverse("me"))["Location"].startswith("/account/login")


def test_what_is_offered_can_be_taken_unless_one_has_a_turn_then(world, wan):
    seats = every_day(world)
    day = timezone.localdate() + 2 * DAY
    late = seats[day.isoweekday(), "晚班"]
    swap = Swap.objects.create(turn=late, date=day, giver=world.members[1])
    client = world.member_client(wan)
    take = reverse("swap_accept", args=[swap.pk])
    assert take in text(client.get(reverse("me")))
    Turn.objects.filter(pk=seats[day.isoweekday(), "早班"].pk).update(slot="晚班")
    assert take not in text(client.get(reverse("me")))


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
    assert "看了电话" not in text(client.get(reverse("my_data")))
    record(actor_of(world.head), "phone.reveal", f"member:{wan.pk}", world.village.path)
    page = text(client.get(reverse("my_data")))
    assert "网格长 看了电话" in page


def test_my_own_data(world, wan, linked):
    every_day(world)
    client = world.member_client(wan)
    page = text(client.get(reverse("my_data")))
    number = Phone.objects.get(owner=wan.pk).number
    assert number in page
    assert "前街1号" in page
    assert "林一帆" not in page
    today = timezone.localdate()
    assert f"前街1号：{date_format(today)}起</li>" in page
    assert today.isoformat() not in page
    found = json.loads(client.get(reverse("my_data_json")).content)
    assert found["record"][0] == {"what": "姓名", "value": "苏晚晴"}
    assert len(found["households"]) == 3
    assert found["households"][0]["since"] == today.isoformat()
    assert Event.objects.filter(verb="member.export", member=wan.pk).count() == 2
    assert world.client(world.leader).get(reverse("my_data")).status_code == 404


def test_names_are_escaped(world, wan, linked):
    type(linked[0]).objects.filter(pk=linked[0].pk).update(head="<script>alert(1)</script>")
    assert "<script>alert" not in text(world.member_client(wan).get(reverse("me")))
