"""Publish the division table, and keep it true."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping
from itertools import islice

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from heli.grids.models import Division, HouseholdRow, Link
from heli.grids.queries import DivisionTable, division_to_json
from heli.kernel.access.actor import Actor
from heli.kernel.audit.commands import record
from heli.kernel.lib.errors import DomainError
from heli.orgs.models import Unit
from heli.people.models import MemberRow

AT_A_TIME = 500
"""Keys in one statement."""

EARLIER = _("现在的网格划分表从 %(since)s 起算，新的一版不能更早。请改日期。")


@transaction.atomic
def publish_division(
    actor: Actor,
    village: Unit,
    since: datetime.date,
    table: DivisionTable,
    links: Mapping[uuid.UUID, uuid.UUID],
    revision: int | None = None,
) -> Division:
    """Put the division in force from ``since``; the version before ends there.

    ``links`` is household → member, by key, all of this village. A household that keeps its member keeps
    its link; where the member changes, the old link ends on ``since`` and a new one begins. ``revision``
    is the village's that the table was made from; none: as it is now.

    Raises
    ------
    DomainError
        ``division.earlier``: the version in force begins, or a household changed hands, after ``since``.
    ValueError
        A household or member of ``links`` is not of this village.
    """
    now = Unit.objects.select_for_update().get(pk=village.pk)
    _own(village, links)
    before = Division.objects.filter(village=village).defer("table").first()
    held = list(Link.objects.filter(household__village=village, until=None))
    latest = max((*(link.since for link in held), before.since if before else since))
    if latest > since:
        raise DomainError("division.earlier", EARLIER, field="since", since=latest)
    Division.objects.filter(village=village, until=None).update(until=since)
    division = Division.objects.create(
        village=village,
        number=before.number + 1 if before else 1,
        since=since,
        published_by=actor.name,
        revision=now.revision if revision is None else revision,
        table=division_to_json(table),
    )
    changed = _relink(held, since, links)
    facts = {"number": division.number, "households": len(links), "changed": changed}
    record(actor, "publish", f"division:{division.pk}", village.path, since=since.isoformat(), **facts)
    return division


def _own(village: Unit, links: Mapping[uuid.UUID, uuid.UUID]) -> None:
    """Refuse keys of another village."""
    households = set(HouseholdRow.objects.filter(village=village).values_list("pk", flat=True))
    members = set(MemberRow.objects.filter(village=village).values_list("pk", flat=True))
    if not (links.keys() <= households and set(links.values()) <= members):
        raise ValueError("links: a household or member is not of this village")


def _relink(held: list[Link], since: datetime.date, links: Mapping[uuid.UUID, uuid.UUID]) -> int:
    """End the links that no longer hold, begin the new ones; how many households changed."""
    old = {link.household_id: link for link in held}
    over = iter([link.pk for key, link in old.items() if links.get(key) != link.member_id])
    while some := list(islice(over, AT_A_TIME)):
        Link.objects.filter(pk__in=some).update(until=since)
    fresh = [
        Link(household_id=household, member_id=member, since=since)
        for household, member in links.items()
        if household not in old or old[household].member_id != member
    ]
    Link.objects.bulk_create(fresh, batch_size=AT_A_TIME)
    return len(fresh) + sum(key not in links for key in old)
