"""Tick who stood, and correct it."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from heli.duties.models import Presence
from heli.duties.queries.days import turns_between
from heli.duties.rules import encode_presence, parse_presence
from heli.kernel.access.actor import Actor
from heli.kernel.audit.commands import record
from heli.kernel.lib.errors import DomainError
from heli.orgs.commands import hold
from heli.orgs.models import Unit
from heli.people.models import MemberRow

FUTURE = _("还没到的日子不能记。")
GONE = _("值班表改过了，有的班这天已经没有了。请重新打开这一页。")
STALE = _("您填的时候，别人也记了。不一样的地方在下面标出来了，请看过再保存。")
FORGED = _("记的人不在本村名册上。请重新打开这一页。")


@dataclass(frozen=True, slots=True)
class Entry:
    """What somebody says of one turn: ``was`` as the form showed it, ``now`` as they left it.

    Both as :func:`heli.duties.rules.said` writes it; empty: not said.
    """

    turn: uuid.UUID
    date: datetime.date
    was: str
    now: str


@transaction.atomic
def tick(actor: Actor, village: Unit, entries: Sequence[Entry], moment: datetime.datetime) -> int:
    """Keep what was said of each turn; how many changed. What the form's writer left alone stays as it is.

    Raises
    ------
    DomainError
        ``duties.presence-changed``: somebody else has said otherwise meanwhile of a turn that changes here;
        ``duties.presence-future``, ``duties.presence-gone``, ``duties.presence-forged``. Nothing is kept
        then.
    """
    changed = [entry for entry in entries if entry.now != entry.was]
    if not changed:
        return 0
    hold(village)
    _check(village, changed, moment)
    days = [entry.date for entry in changed]
    rows = Presence.objects.filter(
        turn__in={entry.turn for entry in changed}, date__range=(min(days), max(days))
    )
    kept = {(row.turn_id, row.date): row for row in rows}
    for entry in changed:
        row = kept.get((entry.turn, entry.date))
        if _text(row) not in (entry.was, entry.now):
            raise DomainError("duties.presence-changed", STALE)
    changed = [entry for entry in changed if _text(kept.get((entry.turn, entry.date))) != entry.now]
    for entry in changed:
        _keep(actor, village, kept.get((entry.turn, entry.date)), entry, moment)
    record(
        actor,
        "presence.tick",
        f"village:{village.pk}",
        village.path,
        first=min(days).isoformat(),
        last=max(days).isoformat(),
        changed=len(changed),
    )
    return len(changed)


@transaction.atomic
def note_export(actor: Actor, village: Unit, what: str) -> None:
    """Leave a line that a list of people was taken out: ``hours``, ``record`` or ``pay``."""
    record(actor, "presence.export", f"village:{village.pk}", village.path, what=what)


def _check(village: Unit, entries: Sequence[Entry], moment: datetime.datetime) -> None:
    days = [entry.date for entry in entries]
    if max(days) > moment.date():
        raise DomainError("duties.presence-future", FUTURE)
    there = {(turn.key, turn.date) for turn in turns_between(village, min(days), max(days))}
    if not {(entry.turn, entry.date) for entry in entries} <= there:
        raise DomainError("duties.presence-gone", GONE)
    try:
        said_of = [parse_presence(entry.now)[1] for entry in entries if entry.now]
    except ValueError:
        raise DomainError("duties.presence-forged", FORGED) from None
    named = {member for member in said_of if member}
    if MemberRow.objects.filter(village=village, pk__in=named).count() != len(named):
        raise DomainError("duties.presence-forged", FORGED)


def _text(row: Presence | None) -> str:
    return encode_presence(row.stood, row.member_id, row.stand_in) if row else ""


def _keep(actor: Actor, village: Unit, row: Presence | None, entry: Entry, moment: datetime.datetime) -> None:
    """Write one row; a correction leaves a line of its own."""
    if row is not None:
        facts: dict[str, object] = {"date": entry.date.isoformat(), "turn": str(entry.turn)}
        before, after = (_without_name(text) for text in (entry.was, entry.now))
        record(
            actor, "presence.correct", f"presence:{row.pk}", village.path, before=before, after=after, **facts
        )
    if not entry.now:
        Presence.objects.filter(turn_id=entry.turn, date=entry.date).delete()
        return
    stood, member, stand_in = parse_presence(entry.now)
    values = {"stood": stood, "member_id": member, "stand_in": stand_in}
    Presence.objects.update_or_create(
        turn_id=entry.turn,
        date=entry.date,
        defaults={**values, "ticked_by": actor.name, "ticked_at": moment},
    )


def _without_name(text: str) -> str:
    """For the audit: no name of somebody's family."""
    return "family" if text.startswith("family:") else text
