"""The drop points of a village of the small zone."""

from __future__ import annotations

from tests.people.world import moved
from tests.world import LANES, Place

from heli.duties.models import PostRow
from heli.duties.rules import Slot, slots_to_json
from heli.orgs.models import Unit
from heli.people.rules import Period

SLOTS = (Slot("早班", Period.EARLY, "06:30", "08:30"), Slot("晚班", Period.LATE, "18:00", "20:00"))


def fill(place: Place, _phones: str) -> None:
    """Two, each with an early and a late slot."""
    for order, lane in enumerate(LANES):
        slots = slots_to_json(SLOTS)
        place.posts.append(
            PostRow(village=place.unit, order=order, name=f"{order + 1}号点", where=f"{lane}口", slots=slots)
        )
    PostRow.objects.bulk_create(place.posts)


def copy(village: Unit, place: Place, mark: str) -> None:
    """As many again."""
    for row in PostRow.objects.filter(village=village):
        row.name = f"{mark}{row.name}"
        place.posts.append(moved(row, place.unit))
    PostRow.objects.bulk_create(place.posts)
