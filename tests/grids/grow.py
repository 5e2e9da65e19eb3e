"""More for the pages about households and newcomers to list."""

from django.utils import timezone

from heli.grids.models import Newcomers
from heli.orgs.models import Kind, Unit


def grow(world, _folder, mark):
    """One more firm, with people of it at three addresses."""
    firm = Unit.objects.create(kind=Kind.FIRM, name=f"{mark}印染", parent=world.zone)
    for house in ("前街1号", "后河1号", "桥头"):
        Newcomers.objects.create(
            village=world.village,
            address=f"{house}{mark}",
            employer=firm,
            people=3,
            counted_on=timezone.localdate(),
        )
