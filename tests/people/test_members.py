"""The members' list: phones masked and shown one by one, personal links on slips, who looked."""

import re

import pytest
from django.urls import reverse

from heli.kernel.accounts.models import PersonalLink
from heli.kernel.audit.models import Event
from heli.people.models import Phone


def page(answer):
    assert answer.status_code == 200
    return answer.content.decode()


def test_it_works(world):
    shown = page(world.client(world.head).get(reverse("members", args=[world.village.pk])))
    assert "青溪村：4 名网格员" in shown
    assert all(member.name in shown and member.home in shown for member in world.members)
    assert "13900001001" not in shown
    assert "•••••••••01" in shown


def test_line_officers_see_no_buttons(world):
    shown = page(world.client(world.line).get(reverse("member", args=[world.members[0].pk])))
    assert reverse("phone", args=[world.members[0].pk]) not in shown
    assert reverse("member_link", args=[world.members[0].pk]) not in shown


def test_a_phone_is_shown_once_and_who_looked_is_written_down(world):
    member, client = world.members[0], world.client(world.head)
    answer = client.post(reverse("phone", args=[member.pk]))
    assert "13900001001" in page(answer)
    assert "no-store" in answer["Cache-Control"]
    event = Event.objects.get()
    assert (event.verb, event.subject, event.account) == (
        "phone.reveal",
        f"member:{member.pk}",
        world.head.pk,
    )
    assert "0001001" not in str(event.facts)
    looked = reverse("looked", args=[member.pk])
    for person in (client, world.member_client(member), world.client(world.auditor)):
        assert "网格长" in page(person.get(looked))
    assert world.member_client(world.members[1]).get(looked).status_code == 404
    assert "没有人看过" in page(client.get(reverse("looked", args=[world.members[1].pk])))


def test_the_phone_of_a_household(world):
    house = world.households[0]
    assert "13900001005" in page(world.client(world.head).post(reverse("phone", args=[house.pk])))
    assert Event.objects.get().subject == f"household:{house.pk}"


def test_a_link_is_handed_over_on_a_slip(world, client):
    member = world.members[2]
    answer = world.client(world.head).post(reverse("member_link", args=[member.pk]))
    shown = page(answer)
    assert "no-store" in answer["Cache-Control"]
    assert "data:image/svg+xml;base64," in shown
    address = re.search(r"http://testserver(/l/[\w-]{43}/)", shown)[1]
    assert client.post(address, {"digits": "1003"})["Location"] == "/me/"
    assert "收回链接" in page(world.client(world.head).get(reverse("member", args=[member.pk])))
    world.client(world.head).post(reverse("member_unlink", args=[member.pk]))
    assert client.get(address).status_code == 404
    told = Event.objects.exclude(verb="member.read").order_by("number").values_list("verb", flat=True)
    assert list(told) == ["link.made", "link.revoked"]


def test_links_for_all_who_have_none(world):
    Phone.objects.filter(owner=world.members[3].pk).delete()
    client, url = world.client(world.unit_officer), reverse("member_links", args=[world.village.pk])
    client.post(reverse("member_link", args=[world.members[0].pk]))
    shown = page(client.post(url))
    assert len(re.findall(r'class="slip"', shown)) == 2
    assert PersonalLink.objects.filter(revoked_at=None).count() == 3
    assert client.post(url).status_code == 302


def test_without_a_phone_there_is_no_link(world):
    Phone.objects.all().delete()
    answer = world.client(world.head).post(reverse("member_link", args=[world.members[0].pk]), follow=True)
    assert "没有手机号" in page(answer)


def test_a_member_who_left_has_no_link(world):
    member, client = world.members[0], world.member_client(world.members[0])
    assert client.get(reverse("looked", args=[member.pk])).status_code == 200
    head, page = world.client(world.head), reverse("member_leave", args=[member.pk])
    head.post(page, {"seen": head.get(page).context["form"]["seen"].value(), "day": "2026-01-05"})
    assert client.get(reverse("looked", args=[member.pk])).status_code == 302


@pytest.mark.parametrize("name", ["phone", "member_link", "member_unlink", "looked"])
def test_those_of_another_village_know_nothing(world, name):
    stranger = world.client(world.stranger)
    send = stranger.get if name == "looked" else stranger.post
    assert send(reverse(name, args=[world.members[0].pk])).status_code == 404
    assert not Event.objects.exists()
