"""Two people at the same moment, on real threads with connections of their own."""

import pytest
from django.utils import timezone
from tests.at_once import at_once
from tests.duties.rosters import turn
from tests.duties.swaps import every_day, seat_of, soon

from heli.duties.commands import accept_swap, offer_turn
from heli.duties.models import Swap, SwapState
from heli.duties.queries.days import turns_on
from heli.kernel.access.actor import Actor

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = range(2, 8)


def actor(member):
    return Actor(member=member.pk, name=member.name)


def take(world, member, swap):
    return lambda: accept_swap(actor(member), world.village, swap.pk, timezone.localtime())


def offered(seat, date, giver):
    return Swap.objects.create(turn=seat, date=date, giver=giver)


def test_two_accept_at_once_and_the_second_is_told(world):
    seats = every_day(world)
    for days in ROUNDS:
        date = soon(days)
        swap = offered(seat_of(seats, date), date, world.members[0])
        takers = world.members[2:4]
        found = at_once(*(take(world, taker, swap) for taker in takers))
        assert sorted(found) == ["done", "duties.swap-taken"]
        swap.refresh_from_db()
        assert (swap.state, swap.taker) == (SwapState.ACCEPTED, takers[found.index("done")])


def test_one_member_cannot_take_two_turns_of_one_time_at_once(world):
    seats = every_day(world)
    roster = seats[1, "早班"].roster
    others = {weekday: turn(roster, weekday, world.members[1], post="2号点") for weekday in range(1, 8)}
    for days in ROUNDS:
        date = soon(days)
        one = offered(seat_of(seats, date), date, world.members[0])
        two = offered(others[date.isoweekday()], date, world.members[1])
        found = at_once(take(world, world.members[2], one), take(world, world.members[2], two))
        assert sorted(found) == ["done", "duties.swap-cannot"]
        assert Swap.objects.filter(date=date, state=SwapState.ACCEPTED).count() == 1


def test_a_turn_offered_twice_at_once_is_offered_once(world):
    every_day(world)
    for days in ROUNDS:
        mine = next(
            each for each in turns_on(world.village, soon(days)) if each.member == world.members[0].pk
        )

        def offer(mine=mine):
            offer_turn(actor(world.members[0]), world.village, mine, timezone.localtime())

        assert sorted(at_once(offer, offer)) == ["done", "duties.swap-already"]
