"""Note what was found."""

from __future__ import annotations

import datetime

from django.db import transaction
from heli.lost_items.models import Item

from heli.kernel.access.actor import Actor
from heli.kernel.audit.commands import record
from heli.orgs.commands import hold
from heli.orgs.models import Unit


@transaction.atomic
def note_item(actor: Actor, village: Unit, what: str, place: str, found_on: datetime.date) -> Item:
    """Note a thing that was found in the village."""
    item = Item.objects.create(village=hold(village), what=what, place=place, found_on=found_on)
    record(actor, "item.found", f"item:{item.pk}", village.path)
    return item
