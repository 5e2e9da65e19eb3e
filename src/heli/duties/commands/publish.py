"""Publish the roster."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from heli.duties.models import PostRow, Roster, Turn
from heli.duties.queries import RosterTable, roster_to_json
from heli.duties.rules import SeatKind
from heli.kernel.access.actor import Actor
from heli.kernel.audit.commands import record
from heli.kernel.lib.errors import DomainError
from heli.orgs.commands import hold
from heli.orgs.models import Unit
from heli.people.models import MemberRow

AT_A_TIME = 500
"""Rows in one statement."""

NOT_MONDAY = _("值班表从周一开始。请选一个周一。")
EARLIER = _("现在的值班表从 %(since)s 起算，新的一版不能更早。请改日期。")


@dataclass(frozen=True, slots=True)
class NewTurn:
    """A seat to publish; see :class:`heli.duties.models.Turn`. Without a ``member`` it is empty.

    Without a ``drop_point`` it is the one of the village that is called ``post``.
    """

    week: int
    weekday: int
    slot: str
    start: str
    end: str
    post: str
    where: str
    kind: SeatKind
    member: uuid.UUID | None
    drop_point: uuid.UUID | None = None


@transaction.atomic
def publish_roster(
    actor: Actor,
    village: Unit,
    since: datetime.date,
    table: RosterTable,
    turns: Sequence[NewTurn],
    revision: int | None = None,
) -> Roster:
    """Put the roster in force from ``since``, a Monday; the version before ends there.

    ``revision`` is the village's that the table was made from; none: as it is now.

    Raises
    ------
    DomainError
        ``duties.roster-not-monday``; ``duties.roster-earlier``: the version in force begins after ``since``.
    ValueError
        A member or drop point of ``turns`` is not of this village.
    """
    now = hold(village)
    if since.isoweekday() != 1:
        raise DomainError("duties.roster-not-monday", NOT_MONDAY, field="since")
    members = set(MemberRow.objects.filter(village=village).values_list("pk", flat=True))
    if not {turn.member for turn in turns} <= {*members, None}:
        raise ValueError("turns: a member is not of this village")
    points = _drop_points(village, since, turns)
    before = Roster.objects.filter(village=village).defer("table").first()
    if before and before.since > since:
        raise DomainError("duties.roster-earlier", EARLIER, field="since", since=before.since)
    Roster.objects.filter(village=village).still().update(until=since)
    roster = Roster.objects.create(
        village=village,
        number=before.number + 1 if before else 1,
        since=since,
        repeats=table.repeats,
        weeks=len(table.weeks),
        published_by=actor.name,
        revision=now.revision if revision is None else revision,
        table=roster_to_json(table),
    )
    rows = [_turn(roster, turn, point) for turn, point in zip(turns, points, strict=True)]
    Turn.objects.bulk_create(rows, batch_size=AT_A_TIME)
    empty = sum(turn.member is None for turn in turns)
    facts = {"number": roster.number, "seats": len(turns), "empty": empty}
    record(actor, "publish", f"roster:{roster.pk}", village.path, since=since.isoformat(), **facts)
    return roster


def _drop_points(village: Unit, since: datetime.date, turns: Sequence[NewTurn]) -> list[uuid.UUID | None]:
    """The drop point of each turn; refuse keys of another village."""
    rows = list(
        PostRow.objects.filter(village=village).order_by("-order", "-id").only("name", "begins_on", "gone_on")
    )
    if not {turn.drop_point for turn in turns} <= {*(row.pk for row in rows), None}:
        raise ValueError("turns: a drop point is not of this village")
    standing = [row for row in rows if row.there_on(since)]
    named = {row.name: row.pk for row in (*rows, *standing)}
    return [turn.drop_point or named.get(turn.post) for turn in turns]


def _turn(roster: Roster, turn: NewTurn, drop_point: uuid.UUID | None) -> Turn:
    return Turn(
        roster=roster,
        week=turn.week,
        weekday=turn.weekday,
        slot=turn.slot,
        start=turn.start,
        end=turn.end,
        post=turn.post,
        where=turn.where,
        drop_point_id=drop_point,
        kind=turn.kind.value,
        member_id=turn.member,
    )
