"""Swap a turn, let family stand in, take it back."""

import pytest
from django.urls import reverse
from tests.duties.rosters import roster, turn
from tests.duties.swaps import DAY, address, every_day, monday, press, seat_of, soon

from heli.duties.models import Swap, SwapState
from heli.duties.queries.days import turns_on
from heli.kernel.audit.models import Event
from heli.people.models import Absence, MemberRow

pytestmark = pytest.mark.django_db


@pytest.fixture
def seats(world):
    return every_day(world)


def on(world, date, slot="早班"):
    return next(turn for turn in turns_on(world.village, date) if turn.slot == slot)


def text(response):
    return response.content.decode()


def test_it_works_offered_to_all_and_accepted(world, seats):
    date = soon()
    seat = seat_of(seats, date)
    wan, liu = world.member_client(world.members[0]), world.member_client(world.members[2])
    assert "问一问" in text(wan.get(address(seat, date)))
    wan.post(address(seat, date), {"do": "offer"})
    assert "正在问大家" in text(wan.get(address(seat, date)))
    page = liu.get(reverse("me"))
    assert "有人想换班" in text(page)
    swap = Swap.objects.get()
    liu.post(reverse("swap_accept", args=[swap.pk]))
    swap.refresh_from_db()
    assert (swap.state, swap.taker, swap.entered_by) == (SwapState.ACCEPTED, world.members[2], "")
    assert (on(world, date).name, on(world, date).swapped) == ("柳问荆", True)
    assert "柳问荆替您" in text(wan.get(reverse("me")))
    assert "您替苏晚晴" in text(liu.get(reverse("me")))
    assert [event.verb for event in Event.objects.order_by("number")] == ["swap.offer", "swap.accept"]
    assert Event.objects.last().member == world.members[2].pk
    assert "柳问荆" not in repr(list(Event.objects.values_list("facts", flat=True)))


def test_a_turn_offered_to_one_is_not_shown_to_others(world, seats):
    date = soon()
    wan, liu, cheng = (world.member_client(world.members[i]) for i in (0, 2, 3))
    wan.post(address(seat_of(seats, date), date), {"do": "offer", "to": str(world.members[2].pk)})
    assert "苏晚晴专门问您" in text(liu.get(reverse("me")))
    assert "有人想换班" not in text(cheng.get(reverse("me")))
    assert cheng.post(reverse("swap_accept", args=[Swap.objects.get().pk])).status_code == 404


def test_who_is_asked_and_cannot_says_so_and_another_is_asked(world, seats):
    date = soon()
    seat = seat_of(seats, date)
    wan, liu, cheng = (world.member_client(world.members[i]) for i in (0, 2, 3))
    wan.post(address(seat, date), {"do": "offer", "to": str(world.members[2].pk)})
    swap = Swap.objects.get()
    assert cheng.post(reverse("swap_decline", args=[swap.pk])).status_code == 404
    assert "回复了" in text(liu.post(reverse("swap_decline", args=[swap.pk]), follow=True))
    assert "已经说过" in text(liu.post(reverse("swap_accept", args=[swap.pk]), follow=True))
    assert "柳问荆去不了" in text(wan.get(reverse("me")))
    assert "柳问荆去不了，请再问别人" in text(wan.get(address(seat, date)))
    assert (on(world, date).name, on(world, date).swap) == ("苏晚晴", None)
    wan.post(address(seat, date), {"do": "offer", "to": str(world.members[3].pk)})
    assert "正在问程知秋" in text(wan.get(address(seat, date)))
    assert [event.verb for event in Event.objects.order_by("number")] == [
        "swap.offer",
        "swap.decline",
        "swap.offer",
    ]


def test_only_who_is_asked_by_name_need_answer(world, seats):
    date = soon()
    wan, liu = (world.member_client(world.members[i]) for i in (0, 2))
    wan.post(address(seat_of(seats, date), date), {"do": "offer"})
    swap = Swap.objects.get()
    assert "问别人" in text(liu.post(reverse("swap_decline", args=[swap.pk]), follow=True))
    assert Swap.objects.get().state == SwapState.OFFERED


def test_the_second_is_told(world, seats):
    date = soon()
    world.member_client(world.members[0]).post(address(seat_of(seats, date), date), {"do": "offer"})
    swap = Swap.objects.get()
    liu, cheng = (world.member_client(world.members[i]) for i in (2, 3))
    liu.post(reverse("swap_accept", args=[swap.pk]))
    assert "已经有人接了" in text(cheng.post(reverse("swap_accept", args=[swap.pk]), follow=True))
    assert Swap.objects.get().taker == world.members[2]


def test_withdrawn_before_it_is_accepted(world, seats):
    date = soon()
    wan, liu = (world.member_client(world.members[i]) for i in (0, 2))
    wan.post(address(seat_of(seats, date), date), {"do": "offer"})
    swap = Swap.objects.get()
    press(wan, seat_of(seats, date), date, do="withdraw")
    assert "已经收回" in text(liu.post(reverse("swap_accept", args=[swap.pk]), follow=True))
    wan.post(address(seat_of(seats, date), date), {"do": "offer"})
    assert Swap.objects.filter(state=SwapState.OFFERED).count() == 1


def test_what_another_took_only_the_leader_takes_back(world, seats):
    date = soon()
    seat = seat_of(seats, date)
    wan = world.member_client(world.members[0])
    wan.post(address(seat, date), {"do": "offer"})
    swap = Swap.objects.get()
    world.member_client(world.members[2]).post(reverse("swap_accept", args=[swap.pk]))
    response = press(wan, seat, date, do="withdraw")
    assert (response.status_code, "要改请找组长" in text(response)) == (409, True)
    press(world.client(world.leader), seat, date, do="withdraw")
    assert on(world, date).name == "苏晚晴"


def test_family_stands_in_at_once(world, seats):
    date = soon()
    seat = seat_of(seats, date)
    wan = world.member_client(world.members[0])
    assert "请写上" in text(wan.post(address(seat, date), {"do": "family", "name": " "}))
    assert "太长" in text(wan.post(address(seat, date), {"do": "family", "name": "长" * 21}))
    wan.post(address(seat, date), {"do": "family", "name": "苏小满"})
    assert (on(world, date).stand_in, on(world, date).gap) == ("苏小满", False)
    assert "苏小满" not in repr(list(Event.objects.values_list("facts", flat=True)))
    press(wan, seat, date, do="withdraw")
    assert on(world, date).stand_in == ""


def test_staff_do_it_on_behalf_and_it_is_recorded_as_such(world, seats):
    date = soon()
    seat = seat_of(seats, date)
    leader = world.client(world.leader)
    press(leader, seat, date, do="give", to=str(world.members[3].pk))
    swap = Swap.objects.get()
    assert (swap.taker, swap.entered_by) == (world.members[3], "组长")
    assert (Event.objects.last().verb, Event.objects.last().facts["behalf"]) == ("swap.give", True)
    press(leader, seat, date, do="withdraw")
    leader.post(address(seat, date), {"do": "offer"})
    press(leader, seat, date, do="give", to=str(world.members[2].pk))
    assert on(world, date).name == "柳问荆"


def test_a_turn_that_is_past_is_refused(world, seats):
    wan = world.member_client(world.members[0])
    date = soon(-1)
    response = wan.post(address(seat_of(seats, date), date), {"do": "offer"})
    assert (response.status_code, "已经开始或过去" in text(response)) == (409, True)
    assert "问一问" not in text(wan.get(address(seat_of(seats, date), date)))


def test_a_turn_without_a_time_is_past_when_its_day_is_over(world):
    seats = every_day(world)
    today = soon(0)
    seat = seat_of(seats, today)
    type(seat).objects.filter(pk=seat.pk).update(start="", end="")
    wan = world.member_client(world.members[0])
    assert wan.post(address(seat, today), {"do": "offer"}).status_code == 302


@pytest.mark.parametrize("why", ["away", "left", "on", "busy", "kind"])
def test_who_cannot_is_refused_with_the_reason(world, seats, why):
    date = soon()
    liu = world.members[2]
    if why == "away":
        Absence.objects.create(member=liu, since=date, until=None, why="住院")
    if why == "left":
        MemberRow.objects.filter(pk=liu.pk).update(left_on=date)
    if why == "on":
        evening = seat_of(seats, date, "晚班")
        type(evening).objects.filter(pk=evening.pk).update(member=liu, start="06:00", end="08:00")
    if why == "busy":
        MemberRow.objects.filter(pk=liu.pk).update(availability={"busy": [[date.isoweekday(), "early"]]})
    if why == "kind":
        MemberRow.objects.filter(pk=liu.pk).update(seats=["paid"])
    wan, taker = world.member_client(world.members[0]), world.member_client(liu)
    seat = seat_of(seats, date)
    assert wan.post(address(seat, date), {"do": "offer", "to": str(liu.pk)}).status_code == 409
    wan.post(address(seat, date), {"do": "offer"})
    assert "有人想换班" not in text(taker.get(reverse("me")))
    words = {"away": "请了假", "left": "不当网格员", "on": "已经有班", "busy": "没空", "kind": "这种班"}[why]
    refused = taker.post(reverse("swap_accept", args=[Swap.objects.get().pk]), follow=True)
    assert words in text(refused)
    assert "住院" not in text(refused)
    assert Swap.objects.get().state == SwapState.OFFERED


def test_a_turn_is_swapped_once_on_a_date(world, seats):
    date = soon()
    wan = world.member_client(world.members[0])
    wan.post(address(seat_of(seats, date), date), {"do": "offer"})
    assert wan.post(address(seat_of(seats, date), date), {"do": "offer"}).status_code == 409
    wan.post(address(seat_of(seats, date + 7 * DAY), date + 7 * DAY), {"do": "offer"})
    assert Swap.objects.count() == 2


def test_an_empty_seat_cannot_be_offered(world, seats):
    date = soon()
    seat = seat_of(seats, date)
    type(seat).objects.filter(pk=seat.pk).update(member=None)
    leader = world.client(world.leader)
    assert leader.post(address(seat, date), {"do": "family", "name": "苏小满"}).status_code == 409


def test_who_may(world, seats):
    date = soon()
    seat = seat_of(seats, date)
    expected = {
        "admin": 200, "line": 403, "unit_officer": 200, "head": 200, "leader": 200, "member": 200,
        "auditor": 404, "stranger": 404, "nobody": 302,
    }  # fmt: skip
    got = {name: client.get(address(seat, date)).status_code for name, client in world.clients().items()}
    assert got == expected
    other = world.member_client(world.members[2])
    assert other.get(address(seat, date)).status_code == 404
    assert world.member_client(world.other.members[0]).get(address(seat, date)).status_code == 404


def test_a_forged_member_or_date_is_refused(world, seats):
    date = soon()
    seat = seat_of(seats, date)
    wan = world.member_client(world.members[0])
    stranger = world.other.members[0].pk
    for to in (str(stranger), "nobody", "../../etc"):
        assert wan.post(address(seat, date), {"do": "offer", "to": to}).status_code == 409
    assert wan.get(reverse("turn", args=[seat.pk, "2026-02-30"])).status_code == 404
    assert wan.get(reverse("turn", args=[seat.pk, "x"])).status_code == 404
    assert wan.get(address(seat, date + DAY)).status_code == 404


def test_what_was_taken_since_the_page_was_opened_is_not_taken_back_unseen(world, seats):
    date = soon()
    seat, leader = seat_of(seats, date), world.client(world.leader)
    world.member_client(world.members[0]).post(address(seat, date), {"do": "offer"})
    opened = leader.get(address(seat, date)).context["turn"].hash
    world.member_client(world.members[2]).post(reverse("swap_accept", args=[Swap.objects.get().pk]))
    told = leader.post(address(seat, date), {"do": "withdraw", "seen": opened})
    assert (told.status_code, "别人改过" in text(told)) == (409, True)
    assert on(world, date).name == "柳问荆"


def test_an_offer_made_since_the_page_was_opened_is_not_settled_unseen(world, seats):
    date = soon()
    seat, leader = seat_of(seats, date), world.client(world.leader)
    opened = leader.get(address(seat, date)).context["turn"].hash
    world.member_client(world.members[0]).post(address(seat, date), {"do": "offer"})
    told = leader.post(address(seat, date), {"do": "give", "to": str(world.members[3].pk), "seen": opened})
    assert told.status_code == 409
    assert Swap.objects.get().state == SwapState.OFFERED


def test_a_turn_over_midnight_is_refused_to_who_stands_early_the_next_day(world):
    made = roster(world.village, since=monday() - 28 * DAY)
    night, early = {}, {}
    for weekday in range(1, 8):
        night[weekday] = turn(made, weekday, world.members[0], slot="晚班", start="22:00", end="06:00")
        early[weekday] = turn(made, weekday, world.members[1], slot="早班", start="05:30", end="07:30")
    date = soon()
    offered = {"do": "offer", "to": str(world.members[1].pk)}
    refused = world.member_client(world.members[0]).post(address(night[date.isoweekday()], date), offered)
    assert "已经有班" in text(refused)
    assert not Swap.objects.exists()
