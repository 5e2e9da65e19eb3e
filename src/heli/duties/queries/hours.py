"""When drop points are open, and what other opening times do to the roster that is published."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from heli.duties.models import PostRow, Roster, Turn
from heli.duties.rules import Effect, Slot, effect_on, end_words, post_text, slot_text
from heli.orgs.models import Unit
from heli.people.rules.words import days_words


@dataclass(frozen=True, slots=True)
class ListedPoint:
    """A drop point in its village's list, with its opening times in words."""

    key: uuid.UUID
    name: str
    where: str
    hours: tuple[str, ...]
    begins_on: datetime.date | None
    gone_on: datetime.date | None


def slots_on(village: Unit, day: datetime.date) -> dict[uuid.UUID, tuple[Slot, ...]]:
    """The opening times of every drop point on a day, by key; two queries."""
    rows = PostRow.objects.filter(village=village).prefetch_related("former")
    return {row.pk: row.record_on(day).slots for row in rows}


def listed_points(village: Unit, day: datetime.date) -> list[ListedPoint]:
    """The drop points that are there on the day or come later, in the order of the book."""
    rows = PostRow.objects.filter(village=village).prefetch_related("former")
    return [
        ListedPoint(
            key=row.pk,
            name=post_text(row.name),
            where=row.where,
            hours=tuple(slot_words(slot) for slot in row.record_on(day).slots),
            begins_on=row.begins_on if row.begins_on and row.begins_on > day else None,
            gone_on=row.gone_on,
        )
        for row in rows
        if row.gone_on is None or row.gone_on > day
    ]


def slot_words(slot: Slot) -> str:
    """Opening times as people say them: 早班 05:30–07:30 每天 1人."""
    end = end_words(slot.start, slot.end)
    span = f"{slot.start}–{end}" if end else slot.start
    people = _("%(count)d人") % {"count": sum(count for _kind, count in slot.seats)}
    return " ".join(filter(None, (slot_text(slot.name), span, days_words(slot.weekdays), people)))


def effect_of(
    point: PostRow, slots: Sequence[Slot], since: datetime.date
) -> tuple[datetime.date, Effect] | None:
    """What other opening times from ``since`` on do to the latest published roster, with the day from which
    that holds; none where no roster is published or nothing changes in it. Two queries."""
    rosters = Roster.objects.filter(village=point.village_id).overlapping(since, None)
    roster = rosters.defer("table").order_by("-number").first()
    if roster is None:
        return None
    turns = Turn.objects.filter(roster=roster, drop_point=point)
    found = list(turns.values_list("weekday", "slot", "start", "end"))
    effect = effect_on(found, slots, 1 if roster.repeats else roster.weeks)
    return (roster.since, effect) if effect else None
