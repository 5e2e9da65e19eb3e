"""A grid member is added by hand, and given a phone, which stays apart."""

import pytest
from django.urls import reverse

from heli.kernel.accounts.models import PersonalLink
from heli.kernel.audit.models import Event
from heli.orgs.models import Unit
from heli.people.models import MemberRow, Phone

FACTS = {
    "name": "白露",
    "home": "前街9号",
    "force": "村妇联",
    "born": "1990",
    "leader": "on",
    "busy": ["1-early", "3-late"],
    "busy_dates": "5、15",
    "seats": ["duty", "volunteer"],
    "kin": "前街1号",
    "partners": "苏晚晴",
}


@pytest.fixture
def head(world):
    return world.client(world.head)


def add(world, head, **facts):
    return head.post(reverse("member_new", args=[world.village.pk]), {**FACTS, **facts})


def test_it_works(world, head):
    before = Unit.objects.get(pk=world.village.pk).revision
    answer = add(world, head)
    made = MemberRow.objects.get(name="白露")
    assert answer["Location"] == reverse("member_phone", args=[made.pk])
    assert (made.home, made.force, made.born, made.leader) == ("前街9号", "村妇联", 1990, True)
    assert made.availability == {"busy": [[1, "early"], [3, "late"]], "busy_dates": [5, 15]}
    assert (made.seats, made.kin, made.partners) == (["duty", "volunteer"], ["前街1号"], ["苏晚晴"])
    assert made.order > max(member.order for member in world.members)
    assert Unit.objects.get(pk=world.village.pk).revision == before + 1
    assert Event.objects.last().verb == "member.add"
    assert "白露" in head.get(reverse("members", args=[world.village.pk])).content.decode()


def test_the_same_person_twice_is_refused_and_a_namesake_is_not(world, head):
    add(world, head)
    again = add(world, head)
    assert (again.status_code, "已经在名册上" in again.content.decode()) == (409, True)
    assert add(world, head, home="前街10号").status_code == 302
    assert MemberRow.objects.filter(name="白露").count() == 2


def test_a_birth_year_to_come_is_refused(world, head):
    answer = add(world, head, born="2090")
    assert (answer.status_code, MemberRow.objects.filter(name="白露").exists()) == (200, False)


def test_a_phone_is_kept_apart_and_never_shown_by_its_form(world, head):
    member = world.members[0]
    page = reverse("member_phone", args=[member.pk])
    shown = head.get(page)
    seen = shown.context["form"]["seen"].value()
    assert "13900001001" not in shown.content.decode()
    assert head.post(page, {"seen": seen, "number": "139-0000 7777"})["Location"] == reverse(
        "member", args=[member.pk]
    )
    assert Phone.objects.get(owner=member.pk).number == "13900007777"
    assert "7777" not in repr(Event.objects.last().facts)
    stale = head.post(page, {"seen": seen, "number": "13900008888"})
    assert (stale.status_code, Phone.objects.get(owner=member.pk).number) == (409, "13900007777")
    assert head.post(page, {"seen": seen, "number": "call me"}).status_code == 200


def test_without_a_phone_there_is_no_link_any_more(world, head):
    member = world.members[0]
    head.post(reverse("member_link", args=[member.pk]))
    page = reverse("member_phone", args=[member.pk])
    head.post(page, {"seen": head.get(page).context["form"]["seen"].value(), "number": ""})
    assert not Phone.objects.filter(owner=member.pk).exists()
    assert not PersonalLink.objects.filter(subject=member.pk, revoked_at=None).exists()
