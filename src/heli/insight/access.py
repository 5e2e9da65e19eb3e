"""Fetch is authorise: the only way a member's page gets a household."""

from __future__ import annotations

import datetime
import uuid

from django.db.models import Q
from django.http import Http404

from heli.grids.models import HouseholdRow, Link
from heli.people.models import MemberRow


def my_household(member: MemberRow, key: uuid.UUID, today: datetime.date) -> HouseholdRow:
    """A household that is linked to the member today. Raises ``Http404`` for any other."""
    held = Link.objects.filter(
        Q(until=None) | Q(until__gt=today), member=member, since__lte=today, household=key
    )
    found = HouseholdRow.objects.present(today).filter(pk__in=held.values("household")).first()
    if found is None:
        raise Http404
    return found
