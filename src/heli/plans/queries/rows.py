"""A village's rows as the planner takes them."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Collection
from dataclasses import replace

from heli.duties.models import PostRow
from heli.grids.models import HouseholdRow
from heli.orgs.models import Unit
from heli.people.models import Absence, MemberRow
from heli.plans.rules import Keys, Village


def village_of(
    unit: Unit, day: datetime.date, also: Collection[uuid.UUID] = frozenset()
) -> tuple[Village, Keys]:
    """The village as it is on ``day``: who has left or moved away is not in it, but for those in ``also``.

    Somebody absent on that day stays in it, exempt with the reason.
    """
    households = [
        (key, record)
        for key, gone_on, record in HouseholdRow.objects.filter(village=unit).records()
        if gone_on is None or gone_on > day or key in also
    ]
    members = [
        row
        for row in MemberRow.objects.filter(village=unit)
        if row.left_on is None or row.left_on > day or row.pk in also
    ]
    posts = [
        row
        for row in PostRow.objects.filter(village=unit).prefetch_related("former")
        if row.there_on(day) or row.pk in also
    ]
    away = dict(
        Absence.objects.filter(member__village=unit).on(day).order_by("since").values_list("member", "why")
    )
    people = [member.record(day) for member in members]
    village = Village(
        name=unit.name,
        households=tuple(record for _key, record in households),
        members=tuple(
            replace(record, exempt=away[row.pk]) if row.pk in away and not record.exempt else record
            for row, record in zip(members, people, strict=True)
        ),
        posts=tuple(row.record_on(day) for row in posts),
    )
    keys = Keys(
        tuple(key for key, _record in households),
        tuple(row.pk for row in members),
        tuple(row.pk for row in posts),
    )
    return village, keys
