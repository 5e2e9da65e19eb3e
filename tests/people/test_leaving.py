"""Whoever no longer serves is out: on the day itself, by hand, by an import, by an import taken back."""

import datetime
import uuid

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from tests.access_rows import PEOPLE
from tests.access_table import TABLE
from tests.duties.swaps import address, every_day, seat_of, soon
from tests.test_access import Browsers, without_pages  # noqa: F401 - a fixture

from heli.duties.commands import make_feed
from heli.duties.models import CalendarAddress, Swap, SwapState
from heli.kernel.access.actor import SYSTEM
from heli.kernel.accounts.models import PersonalLink
from heli.kernel.audit.models import Event
from heli.kernel.lib.errors import DomainError
from heli.kernel.web.links import Holder, Outcome, make_link, open_link
from heli.people import commands
from heli.people.access import serving_member
from heli.people.models import MemberRow, Phone

DAY = datetime.timedelta(days=1)


@pytest.fixture
def member(world):
    return world.members[0]


def gone_since(member, day):
    """The day has come on which the member no longer serves; no command of today said so."""
    MemberRow.objects.filter(pk=member.pk).update(left_on=day)


def test_one_question_answers_for_every_day(member):
    today = timezone.localdate()
    gone_since(member, today)
    assert serving_member(member.pk, today) is None
    assert serving_member(member.pk, today - DAY).name == member.name
    assert serving_member(uuid.uuid4(), today) is None


def test_when_the_day_has_come_the_link_neither_opens_nor_keeps_anybody_in(world, member, client):
    token = make_link(
        SYSTEM, Holder(member.pk, member.name, world.village.path), "13900001001", timezone.now()
    )
    inside = world.client(None)
    inside.post(reverse("personal_link", args=[token]), {"digits": "1001"})
    assert inside.get("/me/").status_code == 200
    gone_since(member, timezone.localdate())
    assert inside.get("/me/").status_code == 302
    assert open_link(token, "1001", timezone.now())[0] is Outcome.GONE
    for answer in (
        client.get(reverse("personal_link", args=[token])),
        client.post(reverse("personal_link", args=[token]), {"digits": "1001"}),
    ):
        assert answer.status_code == 404
        assert "这个链接不能用" in answer.content.decode()


def test_who_has_left_gets_what_a_passer_by_gets(world, member, without_pages):  # noqa: F811
    """At every address of the access table, with every deed."""
    browsers, wrong = Browsers({"left": world.member_client(member)}), []
    for row in TABLE:
        with transaction.atomic():
            url = reverse(row.name, kwargs=row.url(world))
            data = row.data(world)
            gone_since(member, timezone.localdate())
            got = browsers.answer("left", row.method, url, data)
            transaction.set_rollback(True)
        if got != row.expected[PEOPLE.index("nobody")]:
            wrong.append(f"{row}: {got}")
    assert wrong == []


def test_leaving_today_revokes_link_and_feed_and_ends_open_swaps(world, member):
    other, third, date = world.members[1], world.members[2], soon()
    seats = every_day(world)
    world.member_client(member)
    make_feed(SYSTEM, member)
    offered = Swap.objects.create(turn=seat_of(seats, date), date=date, giver=member)
    asked = Swap.objects.create(turn=seat_of(seats, date, "晚班"), date=date, giver=other, asked=member)
    day_after = date + DAY
    others = Swap.objects.create(
        turn=seat_of(seats, day_after, "晚班"), date=day_after, giver=other, asked=third
    )
    commands.leave(SYSTEM, member, timezone.localdate())
    assert not PersonalLink.objects.filter(subject=member.pk, revoked_at=None).exists()
    assert not CalendarAddress.objects.filter(member=member, revoked_at=None).exists()
    states = [Swap.objects.get(pk=swap.pk).state for swap in (offered, asked, others)]
    assert states == [SwapState.WITHDRAWN, SwapState.DECLINED, SwapState.OFFERED]
    told = set(Event.objects.values_list("verb", flat=True))
    assert {"link.revoked", "calendar.drop", "swap.withdraw", "swap.decline", "member.leave"} <= told


def test_leaving_later_ends_only_what_lies_after_that_day(world, member):
    seats, before, after = every_day(world), soon(2), soon(9)
    client = world.member_client(member)
    kept = Swap.objects.create(turn=seat_of(seats, before), date=before, giver=member)
    ended = Swap.objects.create(turn=seat_of(seats, after), date=after, giver=member)
    commands.leave(SYSTEM, member, soon(5))
    states = [Swap.objects.get(pk=swap.pk).state for swap in (kept, ended)]
    assert states == [SwapState.OFFERED, SwapState.WITHDRAWN]
    assert client.get(address(seat_of(seats, before), before)).status_code == 200


def test_who_comes_back_gets_a_new_link(world, member):
    client = world.member_client(member)
    gone_since(member, timezone.localdate() - DAY)
    commands.leave(SYSTEM, member, None)
    assert serving_member(member.pk, timezone.localdate())
    assert client.get("/me/").status_code == 302


def test_who_has_left_is_given_no_link(world, member):
    gone_since(member, timezone.localdate())
    with pytest.raises(DomainError, match="不再参加"):
        commands.link_member(SYSTEM, member, timezone.now())
    assert Phone.objects.filter(owner=member.pk).exists()
    answer = world.client(world.head).post(reverse("member_link", args=[member.pk]), follow=True)
    assert "不再参加" in answer.content.decode()
