"""The search box: what one may see, by kind, and nothing else; whose house it is, without an account."""

import re

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from tests.kernel.test_frame import shown

from heli.grids.models import HouseholdRow, Link
from heli.orgs.models import Kind, Unit
from heli.people.models import MemberRow, Phone

pytestmark = pytest.mark.django_db


def search(client, text):
    """What is found: kind → addresses."""
    answer = client.post(reverse("search"), {"q": text})
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    parts = answer.content.decode().partition("<main")[2].split("<h2>")[1:]
    return {part.partition("<")[0]: re.findall(r'<li><a href="([^"]+)"', part) for part in parts}


def test_a_house_is_found_by_lane_and_number_however_it_is_written(world):
    house = world.households[0]
    client, address = world.client(world.head), reverse("household", args=[house.pk])
    assert address in search(client, str(house))["农户"]
    wide = str(house).translate({ord(str(digit)): ord("０") + digit for digit in range(10)})
    assert search(client, f"青溪村{wide}")["农户"] == [address]


def test_a_member_a_village_and_a_firm_are_found_by_name(world):
    member = world.members[0]
    found = search(world.client(world.head), member.name)
    assert reverse("member_edit", args=[member.pk]) in found["网格员"]
    found = search(world.client(world.line), member.name)
    assert reverse("members", args=[world.village.pk]) in found["网格员"]
    village = reverse("village", args=[world.other.unit.pk])
    assert search(world.client(world.line), "石桥") == {"村": [village]}
    (firm,) = search(world.client(world.auditor), "云溪纺")["企业"]
    assert world.client(world.auditor).get(firm).status_code == 200


def test_only_what_one_may_see_is_found(world):
    """The officer of another village and the auditor find nobody of 青溪村; nobody finds who has left."""
    member, house = world.members[0], world.households[0]
    HouseholdRow.objects.filter(pk=house.pk).update(head="岑别处")
    for name in ("岑别处", member.name):
        assert search(world.client(world.auditor), name) == {}
        elsewhere = search(world.client(world.stranger), name)
        assert not {reverse("household", args=[house.pk]), reverse("member_edit", args=[member.pk])} & {
            address for addresses in elsewhere.values() for address in addresses
        }
    MemberRow.objects.filter(pk=member.pk).update(left_on=timezone.localdate())
    HouseholdRow.objects.filter(pk=house.pk).update(gone_on=timezone.localdate())
    found = search(world.client(world.head), member.name)
    assert reverse("member_edit", args=[member.pk]) not in found.get("网格员", [])
    assert search(world.client(world.head), "岑别处") == {}


def test_no_phone_number_is_searched_in_or_shown(world):
    client, phone = world.client(world.admin), Phone.objects.first()
    assert search(client, phone.number) == {}
    text = client.post(reverse("search"), {"q": world.members[0].name}).content.decode()
    assert not [number for number in Phone.objects.values_list("number", flat=True) if number in text]


def test_nothing_typed_stands_in_an_address(world):
    text = shown(world.client(world.head), reverse("members", args=[world.village.pk]))
    (form,) = re.findall(r'<form class="find"[^>]*>', text)
    assert 'method="post"' in form
    page = shown(world.client(world.head), reverse("search") + "?q=" + world.members[0].name)
    assert world.members[0].name not in page


def test_many_results_are_cut_and_said_to_be_more(world):
    village = Unit.objects.create(kind=Kind.VILLAGE, name="后陈村", parent=world.zone)
    HouseholdRow.objects.bulk_create(
        HouseholdRow(village=village, address=f"长堤路{n}号", lane="长堤路", number=n) for n in range(30)
    )
    client = world.client(world.line)
    assert len(search(client, "长堤路")["农户"]) == 20
    assert "还有更多" in client.post(reverse("search"), {"q": "长堤路"}).content.decode()
    assert search(client, "长堤路7号")["农户"] == [
        reverse("household", args=[HouseholdRow.objects.get(village=village, number=7).pk])
    ]


def find(client, village, address):
    """Ask for the member of a house; the answer."""
    return client.post(reverse("find_member"), {"village": village.pk, "address": address})


@pytest.fixture
def linked(world):
    """青溪村 with its division table in force; its first house is linked to the first member."""
    from tests.insight.test_village import publish  # noqa: PLC0415

    publish(world.home)
    cache.clear()
    return world.households[0], Link.objects.get(household=world.households[0], until=None).member


def test_whoever_lives_there_is_told_one_name(world, linked):
    house, member = linked
    answer = find(world.client(None), world.village, str(house))
    assert f"<h1>您的网格员是{member.name}</h1>" in answer.content.decode()
    others = set(MemberRow.objects.values_list("name", flat=True)) - {member.name}
    assert not [name for name in others if name in answer.content.decode()]


@pytest.mark.parametrize("address", ["", "前街", "1", "没有这条路9号", "前街1、2、3号"])
def test_without_a_lane_and_a_number_nobody_is_named(world, linked, address):
    answer = find(world.client(None), world.village, address)
    text = answer.content.decode()
    assert not [name for name in MemberRow.objects.values_list("name", flat=True) if name in text]
    assert "errorlist" in text


def test_households_at_one_door_with_different_members_get_no_name(world, linked):
    house, member = linked
    house.refresh_from_db()
    other = next(one for one in world.members if one != member)
    twin = HouseholdRow.objects.create(
        village=house.village, address=house.address, lane=house.lane, number=house.number, sub=house.sub
    )
    Link.objects.create(household=twin, member=other, since=timezone.localdate())
    text = find(world.client(None), world.village, str(house)).content.decode()
    assert member.name not in text
    assert other.name not in text


def test_a_village_without_a_table_in_force_is_not_asked(world, linked):
    text = shown(world.client(None), reverse("find_member"))
    assert "青溪村</option>" in text
    assert "石桥村</option>" not in text


def test_whoever_asks_too_often_waits(world, linked):
    house, member = linked
    client = world.client(None)
    answers = [find(client, world.village, str(house)) for _try in range(21)]
    assert [answer.status_code for answer in answers] == [200] * 20 + [429]
    assert member.name not in answers[-1].content.decode()
    elsewhere = client.post(
        reverse("find_member"),
        {"village": world.village.pk, "address": str(house)},
        REMOTE_ADDR="203.0.113.9",
    )
    assert member.name in elsewhere.content.decode()
