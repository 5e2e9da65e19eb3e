"""The households of a village of the small zone."""

from __future__ import annotations

from tests.people.world import give_phones, moved
from tests.world import LANES, Place

from heli.grids.models import HouseholdRow
from heli.orgs.models import Unit
from heli.people.models import Phone

HEADS = ("林一帆", "林二川", "林三省", "林四海", "林五岳", "林六合")


def fill(place: Place, phones: str) -> None:
    """Twelve households in two lanes with their phones."""
    for order in range(12):
        lane, number = LANES[order // 6], order % 6 * 2 + 1
        row = HouseholdRow(
            village=place.unit,
            order=order,
            address=f"{lane}{number}号",
            lane=lane,
            number=number,
            head=HEADS[order % 6] if order < 6 else HEADS[order % 6].replace("林", "沈"),
            people=2 + order % 4,
            let=order % 3 == 0,
            tenants=2 if order % 3 == 0 else 0,
        )
        place.households.append(row)
    HouseholdRow.objects.bulk_create(place.households)
    give_phones(place.households, phones, 1001 + len(place.members))


def copy(village: Unit, place: Place, mark: str) -> None:
    """As many households again."""
    for row in HouseholdRow.objects.filter(village=village):
        row.address, row.number = f"{mark}{row.address}", row.number + 100
        place.households.append(moved(row, place.unit))
    HouseholdRow.objects.bulk_create(place.households)
    give_phones(place.households, "1370000", 1001 + Phone.objects.count())
