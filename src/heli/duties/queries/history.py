"""Turns that were really stood, for a fair rotation."""

from __future__ import annotations

import datetime
import uuid
from collections import defaultdict

from heli.duties.queries.presences import Duty, duties_between
from heli.orgs.models import Unit
from heli.people.rules import Period

WEEKS_BACK = 26
"""How far back turns count. A longer memory would give somebody new every turn until they caught up."""

Counts = tuple[int, int, int]
"""Turns in all, early ones, and those at the weekend."""


def turns_stood(village: Unit, day: datetime.date) -> dict[uuid.UUID, Counts]:
    """How many turns each member stood in the ``WEEKS_BACK`` weeks before ``day``, by key.

    What was ticked counts as it was ticked; a turn nobody has ticked, one still to come among them, counts
    for whom the roster and its swaps name, unless they have left or are away. A turn that somebody of the
    family stood counts for the member in whose place they came.
    """
    found: dict[uuid.UUID, list[int]] = defaultdict(lambda: [0, 0, 0])
    first, last = day - datetime.timedelta(weeks=WEEKS_BACK), day - datetime.timedelta(days=1)
    for duty in duties_between(village, first, last):
        who = _who_stood(duty)
        if who is not None:
            counts = found[who]
            counts[0] += 1
            counts[1] += duty.turn.when.period is Period.EARLY
            counts[2] += duty.turn.weekday >= 6
    return {key: (total, early, weekend) for key, (total, early, weekend) in found.items()}


def _who_stood(duty: Duty) -> uuid.UUID | None:
    """The member for whom the turn counts; none when nobody came."""
    if duty.tick is None:
        return duty.turn.member
    if not duty.tick.stood:
        return None
    return duty.tick.member or duty.turn.whose
