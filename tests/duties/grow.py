"""More for the pages about turns to list. The village's roster is in force (``tests/plans/grow.py``)."""

import datetime

from django.utils import timezone
from tests.duties.test_calendar import make

from heli.duties.models import Swap, SwapState, Turn

DAY = datetime.timedelta(days=1)


def grow(world, _folder, _mark):
    """The first member has half of the late turns, then nearly all; turns are offered and given."""
    late = Turn.objects.filter(roster__village=world.village, roster__until=None, slot="晚班")
    late.filter(weekday__lte=6 if Swap.objects.exists() else 3).update(member=world.members[0])
    swap(world, timezone.localdate())


def swap(world, today):
    """One turn that is offered to all, one that was given to the first member."""
    turns = Turn.objects.filter(roster__village=world.village, roster__until=None).exclude(member=None)
    givers = turns.exclude(member=world.members[0]).order_by("-weekday", "pk")
    for seat, state in zip(givers, (SwapState.OFFERED, SwapState.ACCEPTED), strict=False):
        taker = None if state == SwapState.OFFERED else world.members[0]
        date = today + (seat.weekday - today.isoweekday()) % 7 * DAY + 7 * DAY
        Swap.objects.create(turn=seat, date=date, giver=seat.member, taker=taker, state=state)


def seat_in_force(world):
    """The first turn that somebody has."""
    roster = Turn.objects.filter(roster__village=world.village, roster__until=None)
    return roster.exclude(member=None).order_by("weekday", "pk")[0]


def richer(world):
    """Arguments of the pages of one turn and of the drop points, and of a calendar that is there."""
    seat, today = seat_in_force(world), timezone.localdate()
    day = today + (seat.weekday - today.isoweekday()) % 7 * DAY + 14 * DAY
    feed = make(world.member_client(world.members[0]))
    return {
        "village_points": {"key": world.village.pk},
        "turn": {"key": seat.pk, "day": day.isoformat()},
        "calendar_feed": {"token": feed.split("/")[-1].removesuffix(".ics")},
    }
