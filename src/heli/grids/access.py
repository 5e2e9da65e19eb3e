"""Fetch is authorise: the only way a page gets a household."""

from __future__ import annotations

import uuid

from heli.grids.models import HouseholdRow
from heli.kernel.access.actor import Actor
from heli.kernel.access.fetch import row_for
from heli.kernel.access.roles import Verb


def household_for(actor: Actor, key: uuid.UUID, verb: Verb) -> HouseholdRow:
    """The household with its village, for an actor who may do ``verb`` there. Raises as ``row_for``."""
    return row_for(actor, verb, HouseholdRow.objects.filter(pk=key).select_related("village"))
