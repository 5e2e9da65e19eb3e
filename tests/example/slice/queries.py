"""What waits for its owner."""

from __future__ import annotations

from django.db.models import QuerySet
from heli.lost_items.models import Item

from heli.orgs.models import Unit


def items_of(village: Unit) -> QuerySet[Item]:
    """The things found in the village, the newest first."""
    return Item.objects.filter(village=village)
