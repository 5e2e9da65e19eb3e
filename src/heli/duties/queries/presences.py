"""Who really stood, as the leader ticked it."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from heli.duties.models import Presence
from heli.duties.queries.days import DayTurn, names_in, turns_between
from heli.duties.rules import encode_presence
from heli.orgs.models import Unit


@dataclass(frozen=True, slots=True)
class Tick:
    """One turn's presence: ``said`` as :func:`heli.duties.rules.said` writes it, who ticked it and when.

    ``name`` is the member who stood, empty when it was somebody of a family or nobody.
    """

    said: str
    stood: bool
    member: uuid.UUID | None
    name: str
    stand_in: str
    by: str
    at: datetime.datetime

    @property
    def text(self) -> str:
        """In words."""
        if not self.stood:
            return _("没人来")
        return _("%(name)s（家属代班）") % {"name": self.stand_in} if self.stand_in else self.name


Ticks = Mapping[tuple[uuid.UUID, datetime.date], Tick]


@dataclass(frozen=True, slots=True)
class Duty:
    """A turn on a date and what became of it; ``tick`` is None while nobody has said."""

    turn: DayTurn
    tick: Tick | None


def duties_between(village: Unit, first: datetime.date, last: datetime.date) -> tuple[Duty, ...]:
    """All turns from ``first`` to ``last`` with who really stood."""
    found = ticks(village, first, last)
    return tuple(Duty(turn, found.get((turn.key, turn.date))) for turn in turns_between(village, first, last))


def ticks(village: Unit, first: datetime.date, last: datetime.date) -> Ticks:
    """What was ticked from ``first`` to ``last``, by turn and date; at most two queries."""
    rows = list(Presence.objects.filter(turn__roster__village=village, date__range=(first, last)))
    names = names_in(village) if rows else {}
    return {
        (row.turn_id, row.date): Tick(
            said=encode_presence(row.stood, row.member_id, row.stand_in),
            stood=row.stood,
            member=row.member_id,
            name=names.get(row.member_id, "") if row.member_id else "",
            stand_in=row.stand_in,
            by=row.ticked_by,
            at=row.ticked_at,
        )
        for row in rows
    }


def expected(turn: DayTurn) -> str:
    """What stands in the presence when the turn was stood as planned; empty when nobody was to come."""
    if turn.stand_in:
        return encode_presence(True, None, turn.stand_in)
    return encode_presence(True, turn.member, "") if turn.member else ""
