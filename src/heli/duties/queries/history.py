"""Turns that were really stood, for a fair rotation."""

from __future__ import annotations

import datetime
import uuid
from collections import defaultdict
from collections.abc import Iterator

from heli.duties.models import Roster
from heli.duties.queries import RosterTable, roster_from_json
from heli.duties.queries.days import Missing, missing_between
from heli.duties.queries.presences import Duty, duties_between
from heli.duties.rules import PastTurns
from heli.orgs.models import Unit
from heli.people.models import MemberRow
from heli.people.rules import Period

WEEKS_BACK = 26
"""How far back turns count."""
_DAY = datetime.timedelta(days=1)
Stood = dict[uuid.UUID, list[int]]


def past_turns(village: Unit, day: datetime.date) -> list[PastTurns[uuid.UUID]]:
    """How many turns each member stood in each of the ``WEEKS_BACK`` weeks before ``day`` that had a roster.

    What was ticked counts as it was ticked; a turn nobody has ticked, one still to come among them, counts
    for whom the roster and its swaps name, unless they have left or are away. A turn that somebody of the
    family stood counts for the member in whose place they came. Away is who was absent all week, and whom
    the week's roster did not know yet.
    """
    first, last = day - datetime.timedelta(weeks=WEEKS_BACK), day - _DAY
    missing = missing_between([village.pk], first, last)
    there = dict(_known(village, first, last))
    return [
        _week(monday, last, stood, there.get(monday, set()), missing)
        for monday, stood in sorted(_stood(village, first, last).items())
    ]


def _stood(village: Unit, first: datetime.date, last: datetime.date) -> dict[datetime.date, Stood]:
    """The turns stood in each week, by its Monday."""
    weeks: dict[datetime.date, Stood] = {}
    for duty in duties_between(village, first, last):
        monday = duty.turn.date - (duty.turn.weekday - 1) * _DAY
        week = weeks.setdefault(monday, defaultdict(lambda: [0, 0, 0]))
        who = _who_stood(duty)
        if who is not None:
            week[who][0] += 1
            week[who][1] += duty.turn.when.period is Period.EARLY
            week[who][2] += duty.turn.weekday >= 6
    return weeks


def _week(
    monday: datetime.date, last: datetime.date, stood: Stood, there: set[uuid.UUID], missing: Missing
) -> PastTurns[uuid.UUID]:
    days = [day for at in range(7) if (day := monday + at * _DAY) <= last]
    absent = {who for who in there & missing.members if all(missing.why(who, day) for day in days)}
    counts = {who: (total, early, weekend) for who, (total, early, weekend) in stood.items()}
    return PastTurns(
        {**dict.fromkeys(there, (0, 0, 0)), **counts}, frozenset(absent | (counts.keys() - there))
    )


def _known(
    village: Unit, first: datetime.date, last: datetime.date
) -> Iterator[tuple[datetime.date, set[uuid.UUID]]]:
    """The members whom each week's roster took into account, by its Monday."""
    everybody = set(MemberRow.objects.filter(village=village).values_list("pk", flat=True))
    begins = first - first.weekday() * _DAY
    for roster in Roster.objects.filter(village=village).overlapping(begins, last).order_by("number"):
        known = _in_table(roster_from_json(roster.table)) or everybody
        yield from ((day, known) for day in roster.days(begins, last) if day.weekday() == 0)


def _in_table(table: RosterTable) -> set[uuid.UUID]:
    """The members of a table who could stand; none for one from before it said so."""
    keys, away = dict(table.member_keys), set(table.away)
    return {uuid.UUID(keys[load.name]) for load in table.loads if load.name in keys and load.name not in away}


def _who_stood(duty: Duty) -> uuid.UUID | None:
    """The member for whom the turn counts; none when nobody came."""
    if duty.tick is None:
        return duty.turn.member
    if not duty.tick.stood:
        return None
    return duty.tick.member or duty.turn.whose
