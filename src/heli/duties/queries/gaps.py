"""How many seats of the days ahead stay empty, in many villages at once: what ``ahead`` says of each."""

from __future__ import annotations

import datetime
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q

from heli.duties.models import Roster, Swap, SwapState, Turn
from heli.duties.queries.ahead import DAYS
from heli.duties.queries.days import missing_between, week_number, who_comes, why_empty
from heli.duties.rules import When


@dataclass(frozen=True, slots=True)
class Seats:
    """A village's seats in the days ahead: how many there are, in how many of those to come nobody comes."""

    planned: int = 0
    empty: int = 0


def seats_ahead(villages: Iterable[uuid.UUID], moment: datetime.datetime) -> dict[uuid.UUID, Seats]:
    """Seats of every village in the days ahead (``ahead.DAYS``); the number of queries is fixed.

    A village without turns in them is not among them. ``moment`` is local time.
    """
    first, last = moment.date(), moment.date() + datetime.timedelta(days=DAYS - 1)
    rosters = list(Roster.objects.filter(village__in=villages).overlapping(first, last).defer("table"))
    at = {
        (roster.pk, week_number(roster, day), day.isoweekday()): (roster.village_id, day)
        for roster in rosters
        for day in roster.days(first, last)
    }
    planned: Counter[uuid.UUID] = Counter()
    counts = Turn.objects.filter(roster__in=rosters).values_list("roster", "week", "weekday")
    for roster, week, weekday, seats in counts.annotate(seats=Count("pk")).order_by():
        if found := at.get((roster, week, weekday)):
            planned[found[0]] += seats
    empty = _empty(rosters, at, moment, last)
    return {village: Seats(planned[village], empty[village]) for village in planned}


def _empty(
    rosters: Sequence[Roster],
    at: Mapping[tuple[uuid.UUID, int, int], tuple[uuid.UUID, datetime.date]],
    moment: datetime.datetime,
    last: datetime.date,
) -> Counter[uuid.UUID]:
    """Village → seats in which nobody comes; looks only at turns that may be such."""
    first = moment.date()
    missing = missing_between({roster.village_id for roster in rosters}, first, last)
    accepted = Swap.objects.filter(turn__roster__in=rosters, date__range=(first, last))
    swaps = {(swap.turn_id, swap.date): swap for swap in accepted.filter(state=SwapState.ACCEPTED)}
    taken = [turn for turn, _day in swaps]
    doubtful = Turn.objects.filter(Q(member=None) | Q(member__in=missing.members) | Q(pk__in=taken))
    empty: Counter[uuid.UUID] = Counter()
    for turn in doubtful.filter(roster__in=rosters).only(
        "roster", "week", "weekday", "slot", "start", "member"
    ):
        found = at.get((turn.roster_id, turn.week, turn.weekday))
        if found is None:
            continue
        village, day = found
        if When(day, turn.slot, turn.start).past(moment):
            continue
        member, stand_in = who_comes(turn, swaps.get((turn.pk, day)))
        empty[village] += bool(why_empty(member, stand_in, day, missing))
    return empty
