"""How many seats of a week stay empty, for many villages at once: the answer ``days`` gives for each."""

from __future__ import annotations

import datetime
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q

from heli.duties.models import Roster, Swap, SwapState, Turn
from heli.duties.queries.days import week_number
from heli.people.models import Absence, MemberRow


@dataclass(frozen=True, slots=True)
class Seats:
    """A village's seats in a week: how many there are, and in how many nobody comes."""

    planned: int = 0
    empty: int = 0


def seats_of_week(villages: Iterable[uuid.UUID], monday: datetime.date) -> dict[uuid.UUID, Seats]:
    """Seats of every village in the seven days from ``monday``; the number of queries is fixed.

    A village without a roster in that week is not among them.
    """
    days = [monday + datetime.timedelta(days=number) for number in range(7)]
    first, last = days[0], days[-1]
    rosters = list(
        Roster.objects.filter(
            Q(until=None) | Q(until__gt=first), village__in=villages, since__lte=last
        ).defer("table")
    )
    at = {
        (roster.pk, week_number(roster, day), day.isoweekday()): (roster.village_id, day)
        for roster in rosters
        for day in days
        if roster.since <= day and (roster.until is None or day < roster.until)
    }
    planned: Counter[uuid.UUID] = Counter()
    counts = Turn.objects.filter(roster__in=rosters).values_list("roster", "week", "weekday")
    for roster, week, weekday, seats in counts.annotate(seats=Count("pk")).order_by():
        if found := at.get((roster, week, weekday)):
            planned[found[0]] += seats
    empty = _empty(rosters, at, first, last)
    return {village: Seats(planned[village], empty[village]) for village in planned}


def _empty(
    rosters: Sequence[Roster],
    at: dict[tuple[uuid.UUID, int, int], tuple[uuid.UUID, datetime.date]],
    first: datetime.date,
    last: datetime.date,
) -> Counter[uuid.UUID]:
    """Village → seats in which nobody comes; looks only at turns that may be such."""
    villages = {roster.village_id for roster in rosters}
    away = _away(villages, first, last)
    swaps = {
        (swap.turn_id, swap.date): swap
        for swap in Swap.objects.filter(
            turn__roster__in=rosters, date__range=(first, last), state=SwapState.ACCEPTED
        )
    }
    taken = [turn for turn, _day in swaps]
    doubtful = Turn.objects.filter(Q(member=None) | Q(member__in=list(away)) | Q(pk__in=taken))
    empty: Counter[uuid.UUID] = Counter()
    for turn in doubtful.filter(roster__in=rosters).only("roster", "week", "weekday", "member"):
        village, day = at.get((turn.roster_id, turn.week, turn.weekday), (None, first))
        if village is None:
            continue
        swap = swaps.get((turn.pk, day))
        member = swap.taker_id if swap and swap.taker_id else turn.member_id
        stand_in = bool(swap and swap.stand_in)
        gone = member is not None and not stand_in and any(a <= day <= b for a, b in away.get(member, ()))
        if member is None or gone:
            empty[village] += 1
    return empty


def _away(
    villages: Iterable[uuid.UUID], first: datetime.date, last: datetime.date
) -> dict[uuid.UUID, list[tuple[datetime.date, datetime.date]]]:
    """Member → the spans of days on which they do not come."""
    spans: dict[uuid.UUID, list[tuple[datetime.date, datetime.date]]] = defaultdict(list)
    absences = Absence.objects.filter(
        Q(until=None) | Q(until__gte=first), member__village__in=villages, since__lte=last
    )
    for member, since, until in absences.values_list("member", "since", "until"):
        spans[member].append((since, until or last))
    left = MemberRow.objects.filter(village__in=villages, left_on__lte=last)
    for key, day in left.values_list("pk", "left_on"):
        if day is not None:
            spans[key].append((day, last))
    return spans
