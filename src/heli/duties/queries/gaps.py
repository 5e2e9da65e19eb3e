"""How many seats of a week stay empty, for many villages at once: the answer ``days`` gives for each."""

from __future__ import annotations

import datetime
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q

from heli.duties.models import Roster, Swap, SwapState, Turn
from heli.duties.queries.days import missing_between, week_number, who_comes, why_empty


@dataclass(frozen=True, slots=True)
class Seats:
    """A village's seats in a week: how many there are, and in how many nobody comes."""

    planned: int = 0
    empty: int = 0


def seats_of_week(villages: Iterable[uuid.UUID], monday: datetime.date) -> dict[uuid.UUID, Seats]:
    """Seats of every village in the seven days from ``monday``; the number of queries is fixed.

    A village without a roster in that week is not among them.
    """
    last = monday + datetime.timedelta(days=6)
    rosters = list(Roster.objects.filter(village__in=villages).overlapping(monday, last).defer("table"))
    at = {
        (roster.pk, week_number(roster, day), day.isoweekday()): (roster.village_id, day)
        for roster in rosters
        for day in roster.days(monday, last)
    }
    planned: Counter[uuid.UUID] = Counter()
    counts = Turn.objects.filter(roster__in=rosters).values_list("roster", "week", "weekday")
    for roster, week, weekday, seats in counts.annotate(seats=Count("pk")).order_by():
        if found := at.get((roster, week, weekday)):
            planned[found[0]] += seats
    empty = _empty(rosters, at, monday, last)
    return {village: Seats(planned[village], empty[village]) for village in planned}


def _empty(
    rosters: Sequence[Roster],
    at: Mapping[tuple[uuid.UUID, int, int], tuple[uuid.UUID, datetime.date]],
    first: datetime.date,
    last: datetime.date,
) -> Counter[uuid.UUID]:
    """Village → seats in which nobody comes; looks only at turns that may be such."""
    missing = missing_between({roster.village_id for roster in rosters}, first, last)
    accepted = Swap.objects.filter(turn__roster__in=rosters, date__range=(first, last))
    swaps = {(swap.turn_id, swap.date): swap for swap in accepted.filter(state=SwapState.ACCEPTED)}
    taken = [turn for turn, _day in swaps]
    doubtful = Turn.objects.filter(Q(member=None) | Q(member__in=missing.members) | Q(pk__in=taken))
    empty: Counter[uuid.UUID] = Counter()
    for turn in doubtful.filter(roster__in=rosters).only("roster", "week", "weekday", "member"):
        found = at.get((turn.roster_id, turn.week, turn.weekday))
        if found is None:
            continue
        village, day = found
        member, stand_in = who_comes(turn, swaps.get((turn.pk, day)))
        empty[village] += bool(why_empty(member, stand_in, day, missing))
    return empty
