"""A roster in the world's village, every day alike, for the tests of swaps and presence."""

import datetime

from django.urls import reverse
from django.utils import timezone
from tests.duties.rosters import roster, turn

from heli.duties.models import Turn

DAY = datetime.timedelta(days=1)


def every_day(world, **more):
    """The first member in the morning, the second in the evening; seats by ``(weekday, slot)``.

    What was made before is taken again: a village has one roster without an end.
    """
    if there := Turn.objects.filter(roster__village=world.village):
        return {(seat.weekday, seat.slot): seat for seat in there}
    made = roster(world.village, since=monday() - 28 * DAY)
    seats = {}
    for weekday in range(1, 8):
        seats[weekday, "早班"] = turn(made, weekday, world.members[0], slot="早班", **more)
        seats[weekday, "晚班"] = turn(
            made, weekday, world.members[1], slot="晚班", start="18:00", end="20:00", post="2号点"
        )
    return seats


def monday():
    """This week's."""
    today = timezone.localdate()
    return today - (today.isoweekday() - 1) * DAY


def soon(days=2):
    """A day to come."""
    return timezone.localdate() + days * DAY


def seat_of(seats, date, slot="早班"):
    """The seat of that day."""
    return seats[date.isoweekday(), slot]


def press(client, seat, date, **data):
    """Open the page of a turn on a date and press a button there, with what its form carries."""
    seen = client.get(address(seat, date)).context["turn"].hash
    return client.post(address(seat, date), {"seen": seen, **data})


def address(seat, date):
    """The page of a turn on a date."""
    return reverse("turn", args=[seat.pk, date.isoformat()])
