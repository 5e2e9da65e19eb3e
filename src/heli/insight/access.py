"""Fetch is authorise: what the pages of insight show."""

from __future__ import annotations

import datetime
import uuid

from django.http import Http404

from heli.grids.models import HouseholdRow, Link, Newcomers
from heli.kernel.access.actor import Actor
from heli.kernel.access.fetch import row_for
from heli.kernel.access.roles import Verb
from heli.people.models import MemberRow


def my_household(member: MemberRow, key: uuid.UUID, today: datetime.date) -> HouseholdRow:
    """A household that is linked to the member today. Raises ``Http404`` for any other."""
    held = Link.objects.filter(member=member, household=key).on(today)
    found = HouseholdRow.objects.present(today).filter(pk__in=held.values("household")).first()
    if found is None:
        raise Http404
    return found


def newcomers_for(actor: Actor, key: uuid.UUID, verb: Verb) -> Newcomers:
    """A count of newcomers with its village and employer, for an actor who may do ``verb`` there.

    Raises as ``row_for``.
    """
    return row_for(actor, verb, Newcomers.objects.filter(pk=key).select_related("village", "employer"))


def sees_zone(actor: Actor) -> bool:
    """Whether the actor may see the figures of all villages of some unit."""
    return bool(actor.scopes(Verb.SEE_ZONE))
