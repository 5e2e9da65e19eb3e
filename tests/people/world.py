"""The members of a village of the small zone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.world import LANES, MEMBERS, Place

from heli.kernel.lib.keys import new_key
from heli.orgs.models import Unit
from heli.people.models import MemberRow, Phone

FORCES = ("党员", "村民代表", "护村队", "村妇联")


def fill(place: Place, phones: str) -> None:
    """Four members with their phones."""
    for order, name in enumerate(MEMBERS[place.unit.name]):
        row = MemberRow(
            village=place.unit,
            order=order,
            name=name,
            home=f"{LANES[order % 2]}{order + 1}号",
            force=FORCES[order],
            born=1960 + 10 * order,
            leader=order == 0,
        )
        place.members.append(row)
    MemberRow.objects.bulk_create(place.members)
    give_phones(place.members, phones, 1001)


def copy(village: Unit, place: Place, mark: str) -> None:
    """As many members again."""
    for row in MemberRow.objects.filter(village=village):
        row.name = f"{mark}{row.name}"
        place.members.append(moved(row, place.unit))
    MemberRow.objects.bulk_create(place.members)
    give_phones(place.members, "1370000", 1001 + Phone.objects.count())


def moved(row: Any, into: Unit) -> Any:
    """The row as a new one behind those of a village."""
    row.pk, row.village, row.order = new_key(), into, row.order + 100
    return row


def give_phones(rows: Sequence[Any], begin: str, first: int) -> None:
    """A phone for each of these members or households: ``begin`` and a number of four digits."""
    Phone.objects.bulk_create(
        Phone(owner=row.pk, village=row.village, number=f"{begin}{number:04d}")
        for number, row in enumerate(rows, start=first)
    )
