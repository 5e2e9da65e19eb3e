"""Where and when the drop points are open, for everybody: no names."""

from __future__ import annotations

import datetime
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from heli.duties.models import Roster, Turn
from heli.duties.queries.days import roster_on
from heli.duties.rules import end_words
from heli.orgs.models import Unit
from heli.people.rules.words import days_words


@dataclass(frozen=True, slots=True)
class OpenPoint:
    """A drop point and its hours, each in words: ``早 05:30–07:30，每天``."""

    name: str
    where: str
    hours: tuple[str, ...]


def villages_with_hours(day: datetime.date) -> QuerySet[Unit]:
    """The villages whose roster is in force on a day, by name."""
    return Unit.objects.villages().filter(pk__in=Roster.objects.on(day).values("village"))


def open_points(village: Unit, day: datetime.date) -> tuple[OpenPoint, ...]:
    """The drop points of the roster in force on a day, in the village's order; two queries."""
    turns = Turn.objects.filter(roster=roster_on(village, day))
    columns = ("drop_point__order", "post", "where", "start", "end", "slot", "weekday")
    found: dict[tuple[str, str], dict[tuple[str, str, str], set[int]]] = defaultdict(lambda: defaultdict(set))
    rows = turns.order_by(*columns).values_list(*columns).distinct()
    for _order, post, where, start, end, slot, weekday in rows:
        found[post, where][slot, start, end].add(weekday)
    return tuple(
        OpenPoint(post, where, tuple(_words(*slot, days) for slot, days in slots.items()))
        for (post, where), slots in found.items()
    )


def _words(slot: str, start: str, end: str, days: set[int]) -> str:
    time = f"{start}–{end_words(start, end)}" if end else _("%(time)s起") % {"time": start} if start else ""
    said = {"slot": slot, "time": time, "days": days_words(days)}
    return (_("%(slot)s %(time)s，%(days)s") if time else _("%(slot)s，%(days)s")) % said
