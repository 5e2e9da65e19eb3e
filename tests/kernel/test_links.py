"""Personal links: the last four digits open them, wrong ones close them, taken back ones are gone."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from heli.kernel.access.actor import SYSTEM, Actor
from heli.kernel.accounts.models import PersonalLink
from heli.kernel.audit.models import Event
from heli.kernel.lib.errors import DomainError
from heli.kernel.lib.keys import new_key
from heli.kernel.web.links import Holder, Outcome, make_link, open_link, revoke_link
from heli.people.models import Phone

NOW = datetime.datetime(2026, 11, 23, 8, 0, tzinfo=datetime.UTC)


@pytest.fixture
def holder(world):
    member = world.members[1]
    return Holder(member.pk, member.name, world.village.path)


@pytest.fixture
def number(holder):
    return Phone.objects.get(owner=holder.key).number


@pytest.fixture
def token(holder, number):
    return make_link(SYSTEM, holder, number, timezone.now())


def address(token):
    return reverse("personal_link", kwargs={"token": token})


def test_it_works(client, token, number, holder):
    before = client.session.session_key
    page = client.get(address(token))
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]
    assert page["Referrer-Policy"] == "strict-origin", "the path, which is the secret, goes nowhere"
    wide = number[-4:].translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    answer = client.post(address(token), {"digits": wide})
    assert (answer.status_code, answer["Location"]) == (302, "/me/")
    assert client.session["member"][0] == str(holder.key)
    assert client.session.session_key not in (None, before)


def test_neither_token_nor_digits_are_stored(token, number):
    kept = str(PersonalLink.objects.values().get().values())
    assert token not in kept
    assert number not in kept
    assert not any(token in str(event.facts) + event.subject for event in Event.objects.all())


def test_a_staff_session_ends_when_a_link_is_opened(world, token, number):
    client = world.client(world.admin)
    client.post(address(token), {"digits": number[-4:]})
    assert "_auth_user_id" not in client.session


def test_five_wrong_digits_close_the_link_for_an_hour(client, token, number):
    for _ in range(4):
        assert "错5次" in client.post(address(token), {"digits": "9999"}).content.decode()
    fifth = client.post(address(token), {"digits": "9999"})
    assert fifth.status_code == 403
    assert "以后再试" in fifth.content.decode()
    assert client.post(address(token), {"digits": number[-4:]}).status_code == 403
    assert "member" not in client.session
    later = timezone.now() + datetime.timedelta(minutes=61)
    assert open_link(token, number[-4:], later)[0] is Outcome.OPEN
    assert Event.objects.filter(verb="link.closed").count() == 1


def close(token, at):
    """Five wrong digits at that time; what became of the last."""
    return [open_link(token, "9999", at)[0] for _ in range(5)][-1]


def test_the_pause_grows_and_the_third_closing_is_the_last(world, token, number, holder):
    now = timezone.now()
    assert close(token, now) is Outcome.CLOSED
    now += datetime.timedelta(minutes=61)
    assert close(token, now) is Outcome.CLOSED
    now += datetime.timedelta(hours=23)
    assert open_link(token, number[-4:], now)[0] is Outcome.CLOSED
    now += datetime.timedelta(hours=2)
    assert close(token, now) is Outcome.GONE
    assert open_link(token, number[-4:], now)[0] is Outcome.GONE
    told = [event.verb for event in Event.objects.order_by("number")]
    assert told == ["link.made", "link.closed", "link.closed", "link.locked_out"]
    village = reverse("village", args=[world.village.pk])
    assert f"{holder.name}的个人链接" in world.client(world.head).get(village).content.decode()
    assert f"{holder.name}的个人链接" not in world.client(world.leader).get(village).content.decode()
    make_link(SYSTEM, holder, number, now)
    assert f"{holder.name}的个人链接" not in world.client(world.head).get(village).content.decode()


def test_right_digits_begin_the_count_anew(token, number):
    now = timezone.now()
    for _ in range(4):
        assert close(token, now) is Outcome.CLOSED
        now += datetime.timedelta(minutes=61)
        assert open_link(token, number[-4:], now)[0] is Outcome.OPEN


def test_the_digits_are_those_of_the_phone_in_force(token, number, holder):
    Phone.objects.filter(owner=holder.key).update(number="13900007777")
    assert open_link(token, number[-4:], timezone.now())[0] is Outcome.WRONG
    assert open_link(token, "7777", timezone.now())[0] is Outcome.OPEN
    Phone.objects.filter(owner=holder.key).delete()
    assert open_link(token, "7777", timezone.now())[0] is Outcome.GONE


def test_a_member_signs_out(client, token, number):
    client.post(address(token), {"digits": number[-4:]})
    page = client.get("/me/").content.decode()
    assert f'action="{reverse("sign_out")}"' in page
    kept = client.cookies["sessionid"].value
    assert "您已经退出" in client.post(reverse("sign_out")).content.decode()
    client.cookies["sessionid"] = kept
    assert client.get("/me/").status_code == 302


def test_forged_old_and_revoked_links_get_one_and_the_same_page(client, token, holder, number):
    make_link(SYSTEM, holder, number, timezone.now())
    revoked = make_link(SYSTEM, holder, number, timezone.now())
    assert revoke_link(SYSTEM, holder, timezone.now())
    pages = {client.get(address(one)).content for one in ("x", "A" * 43, token, revoked)}
    assert len(pages) == 4  # each names its own address as the page to come back to
    for one in ("x", "A" * 43, token, revoked):
        answer = client.post(address(one), {"digits": number[-4:]})
        assert answer.status_code == 404
        assert "这个链接不能用" in answer.content.decode()
        assert "member" not in client.session


def test_who_is_in_is_out_when_the_link_is_taken_back(world, holder):
    client = world.member_client(world.members[1])
    assert client.get(reverse("complaints")).context["actor"].signed_in
    revoke_link(Actor(name="x"), holder, timezone.now())
    assert not client.get(reverse("complaints")).context["actor"].signed_in
    assert "member" not in client.session


def test_a_new_link_ends_the_one_before(token, holder, number):
    second = make_link(SYSTEM, holder, number, NOW)
    assert open_link(token, number[-4:], NOW)[0] is Outcome.GONE
    assert open_link(second, number[-4:], NOW)[0] is Outcome.OPEN
    assert not revoke_link(SYSTEM, Holder(new_key(), "", ""), NOW)
    assert [event.verb for event in Event.objects.order_by("number")] == ["link.made", "link.made"]


def test_no_phone_no_link(holder):
    with pytest.raises(DomainError, match="没有手机号"):
        make_link(SYSTEM, holder, "12", NOW)
