"""More for the pages of insight to list."""

from tests.insight.test_village import publish
from tests.world import copies

from heli.orgs.models import Kind, Unit


def grow(world, _folder, mark):
    """One more village with both its tables."""
    made = Unit.objects.create(kind=Kind.VILLAGE, name=f"{mark}村", parent=world.zone)
    publish(copies(world.village, made, ""))
