"""Fetch is authorise: the only way a page gets a household."""

from __future__ import annotations

import uuid

from django.http import Http404

from heli.grids.models import HouseholdRow
from heli.kernel.access.actor import Actor
from heli.kernel.access.fetch import refuse_unless
from heli.kernel.access.roles import Verb


def household_for(actor: Actor, key: uuid.UUID, verb: Verb) -> HouseholdRow:
    """The household with its village, for an actor who may do ``verb`` there.

    Raises ``Http404`` when the actor may not even see the village, ``PermissionDenied`` when they may see
    but not do this.
    """
    household = HouseholdRow.objects.filter(pk=key).select_related("village").first()
    if household is None:
        raise Http404
    refuse_unless(actor, verb, household.village.path)
    return household
