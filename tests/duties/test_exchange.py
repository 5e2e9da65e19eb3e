"""Two turns change hands: asked for by a member, accepted by the other, or entered by staff."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone
from tests.at_once import at_once
from tests.duties.swaps import DAY, address, every_day, press, seat_of, soon

from heli.duties.commands import accept_swap, exchange_turns, give_turn, offer_exchange
from heli.duties.models import Swap, SwapState, Turn
from heli.duties.queries.days import turns_on
from heli.kernel.access.actor import Actor
from heli.kernel.access.queries import actor_of
from heli.kernel.audit.models import Event
from heli.people.models import Absence, MemberRow

pytestmark = pytest.mark.django_db


@pytest.fixture
def seats(world):
    """Members 0 and 1 in the morning and evening of every other weekday, the others nobody's."""
    seats = every_day(world)
    for (weekday, slot), seat in seats.items():
        keep = (slot == "早班") == (weekday == soon(2).isoweekday())
        keep = keep and weekday in (soon(2).isoweekday(), soon(4).isoweekday())
        Turn.objects.filter(pk=seat.pk).update(member=seat.member_id if keep else None)
    return seats


def mine(seats):
    return seat_of(seats, soon(2)), soon(2)


def theirs(seats):
    return seat_of(seats, soon(4), "晚班"), soon(4)


def word(seats):
    seat, date = theirs(seats)
    return f"{seat.pk}:{date.isoformat()}"


def who(world, seats):
    """Who stands the two turns now."""
    found = {
        (turn.key, turn.date): turn.name for day in (2, 4) for turn in turns_on(world.village, soon(day))
    }
    return tuple(found[seat.pk, date] for seat, date in (mine(seats), theirs(seats)))


def text(response):
    return response.content.decode()


def test_it_works(world, seats):
    wan, qian = world.member_client(world.members[0]), world.member_client(world.members[1])
    page = wan.get(address(*mine(seats)))
    assert [turn.name for turn in page.context["exchanges"]][:1] == ["钱望舒"]
    assert "您去站" in text(page)
    wan.post(address(*mine(seats)), {"do": "exchange", "with": word(seats)})
    assert who(world, seats) == ("苏晚晴", "钱望舒"), "nothing changes before the other says yes"
    asked = text(wan.get(address(*mine(seats))))
    assert "钱望舒，您好。苏晚晴想跟您换班" in asked
    assert "正在问钱望舒" in asked
    assert "换您的班" in text(qian.get(reverse("me")))
    swap = Swap.objects.get()
    assert qian.post(reverse("swap_accept", args=[swap.pk])).status_code == 302
    assert who(world, seats) == ("钱望舒", "苏晚晴")
    assert [event.verb for event in Event.objects.order_by("number")] == ["swap.offer", "swap.accept"]


def test_the_other_may_say_no_and_nothing_changed(world, seats):
    wan, qian = world.member_client(world.members[0]), world.member_client(world.members[1])
    wan.post(address(*mine(seats)), {"do": "exchange", "with": word(seats)})
    qian.post(reverse("swap_decline", args=[Swap.objects.get().pk]))
    assert who(world, seats) == ("苏晚晴", "钱望舒")
    assert "钱望舒去不了" in text(wan.get(address(*mine(seats))))


def test_nobody_accepts_for_another_and_no_member_enters_it_done(world, seats):
    wan, liu = world.member_client(world.members[0]), world.member_client(world.members[2])
    wan.post(address(*mine(seats)), {"do": "exchange", "with": word(seats)})
    swap = Swap.objects.get()
    assert liu.post(reverse("swap_accept", args=[swap.pk])).status_code == 404
    seat, date = mine(seats)
    turn = next(each for each in turns_on(world.village, date) if each.key == seat.pk)
    wanted = theirs(seats)[0].pk, theirs(seats)[1]
    member = Actor(member=world.members[0].pk, name="苏晚晴")
    with pytest.raises(PermissionDenied):
        exchange_turns(member, world.village, turn, wanted, timezone.localtime())
    other = Actor(member=world.members[2].pk, name="柳问荆")
    Swap.objects.all().delete()
    with pytest.raises(PermissionDenied):
        offer_exchange(other, world.village, turn, wanted, timezone.localtime())


def test_staff_enter_it_done_and_take_both_halves_back(world, seats):
    leader = world.client(world.leader)
    assert "两个班对换" in text(leader.get(address(*mine(seats))))
    press(leader, *mine(seats), do="exchange", **{"with": word(seats)})
    assert who(world, seats) == ("钱望舒", "苏晚晴")
    assert set(Swap.objects.values_list("entered_by", flat=True)) == {"组长"}
    press(leader, *theirs(seats), do="withdraw")
    assert who(world, seats) == ("苏晚晴", "钱望舒")
    assert set(Swap.objects.values_list("state", flat=True)) == {SwapState.WITHDRAWN}


@pytest.mark.parametrize("why", ["away", "busy", "twice", "rest", "on"])
@pytest.mark.parametrize("side", [0, 1])
def test_both_must_fit(world, seats, why, side):
    member = world.members[side]
    takes = (theirs(seats), mine(seats))[side]
    slot = "晚班" if side == 0 else "早班"
    if why == "away":
        Absence.objects.create(member=member, since=takes[1], until=takes[1] + DAY, why="外出")
    if why == "busy":
        period = "late" if slot == "晚班" else "early"
        MemberRow.objects.filter(pk=member.pk).update(
            availability={"busy": [[takes[1].isoweekday(), period]]}
        )
    other = {
        "twice": (0, "早班" if slot == "晚班" else "晚班"),
        "rest": (1, "早班") if side == 0 else (-1, "晚班"),
    }
    if why in other:
        days, wanted = other[why]
        seat = seat_of(seats, takes[1] + days * DAY, wanted)
        Turn.objects.filter(pk=seat.pk).update(member=member)
    if why == "on":
        made = Turn.objects.get(pk=takes[0].pk)
        made.pk, made.member, made.post = None, member, "3号点"
        made.save(force_insert=True)
    wan = world.member_client(world.members[0])
    key = (theirs(seats)[0].pk, theirs(seats)[1])
    assert key not in [(turn.key, turn.date) for turn in wan.get(address(*mine(seats))).context["exchanges"]]
    refused = wan.post(address(*mine(seats)), {"do": "exchange", "with": word(seats)})
    assert (refused.status_code, Swap.objects.count()) == (409, 0)
    assert member.name in text(refused)


def test_what_is_no_longer_there_is_refused_when_it_is_accepted(world, seats):
    wan, qian = world.member_client(world.members[0]), world.member_client(world.members[1])
    wan.post(address(*mine(seats)), {"do": "exchange", "with": word(seats)})
    press(world.client(world.leader), *theirs(seats), do="give", to=str(world.members[2].pk))
    refused = qian.post(reverse("swap_accept", args=[Swap.objects.get(asked=world.members[1]).pk]))
    assert (refused.status_code, "已经换走" in text(refused)) == (409, True)
    assert who(world, seats) == ("苏晚晴", "柳问荆")


@pytest.mark.parametrize("word", ["", "x", "0:2026-12-01"])
def test_a_turn_that_is_none_is_refused(world, seats, word):
    wan = world.member_client(world.members[0])
    assert wan.post(address(*mine(seats)), {"do": "exchange", "with": word}).status_code == 409


@pytest.mark.django_db(transaction=True)
def test_of_two_who_act_at_once_one_is_told(world, seats):
    village, moment = world.village, timezone.localtime()
    turns = {turn.key: turn for day in (2, 4) for turn in turns_on(village, soon(day))}
    wan = Actor(member=world.members[0].pk, name="苏晚晴")
    offer_exchange(wan, village, turns[mine(seats)[0].pk], (theirs(seats)[0].pk, soon(4)), moment)
    swap = Swap.objects.get().pk
    qian, leader = Actor(member=world.members[1].pk, name="钱望舒"), actor_of(world.leader)

    given = turns[theirs(seats)[0].pk]
    told = at_once(
        lambda: accept_swap(qian, village, swap, moment),
        lambda: give_turn(leader, village, given, world.members[2].pk, moment),
    )
    assert sorted(told) in (["done", "duties.swap-already"], ["done", "duties.swap-exchanged"])
    assert who(world, seats) in (("钱望舒", "苏晚晴"), ("苏晚晴", "柳问荆"))
