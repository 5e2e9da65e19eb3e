"""Which member a house belongs to, for whoever lives there: one name, never a list."""

from __future__ import annotations

import datetime

from django.db.models import QuerySet

from heli.grids.models import Division, HouseholdRow
from heli.grids.queries.links import responsible_on
from heli.grids.rules import parse_address
from heli.orgs.models import Unit


def villages_with_table(day: datetime.date) -> QuerySet[Unit]:
    """The villages whose division table is in force on a day, by name."""
    return Unit.objects.villages().filter(pk__in=Division.objects.on(day).values("village"))


def member_at(village: Unit, text: str, day: datetime.date) -> str:
    """The name of the member who is responsible on a day for the house with this lane and number.

    Empty when there is no such house, when it has nobody, and when its households have different members.
    """
    address = parse_address(text, village=village.name)
    if not address.number or address.several:
        return ""
    door = {"lane": address.lane, "number": address.number, "sub": address.sub}
    rows = HouseholdRow.objects.present(day).filter(village=village, **door)
    names = {one.member for one in responsible_on(rows, day) if one.member}
    return names.pop() if len(names) == 1 else ""
