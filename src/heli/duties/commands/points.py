"""Add a drop point, change it, close it. What is published stays until the village publishes anew."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from heli.duties.models import FormerHours, PostRow
from heli.duties.rules import Slot, slots_to_json
from heli.kernel.access.actor import Actor
from heli.kernel.audit.commands import record
from heli.kernel.lib.dated import day_after
from heli.kernel.lib.errors import DomainError
from heli.kernel.lib.fields import FIRST_DAY
from heli.kernel.lib.stale import apply_if_unchanged
from heli.orgs.commands import bump_revision, hold
from heli.orgs.models import Unit

SHOWN = ("name", "where", "slots", "begins_on", "gone_on")
"""What a form about a drop point is made from."""

TWICE = _("村里已经有叫%(name)s的投放点了，请换一个名字。")
EARLIER = _("开放时间已经从%(day)s改过一次，新的改动请从那天或以后起。")


def facts_of(point: PostRow) -> dict[str, object]:
    """What a form about the drop point is made from, as it is."""
    return {name: getattr(point, name) for name in SHOWN}


@transaction.atomic
def add_point(
    actor: Actor, village: Unit, name: str, where: str, slots: Sequence[Slot], since: datetime.date
) -> PostRow:
    """A new drop point that is there from ``since`` on, at the end of the village's book.

    Refused with ``duties.point-twice`` when the village has another of that name then.
    """
    village = hold(village)
    _refuse_twice(village, name, since)
    last = PostRow.objects.filter(village=village).order_by("-order").values_list("order", flat=True).first()
    row = PostRow(
        village=village,
        order=0 if last is None else last + 1,
        name=name,
        where=where,
        slots=slots_to_json(slots),
        begins_on=since,
    )
    row.save(force_insert=True)
    bump_revision(village)
    record(actor, "point.add", f"point:{row.pk}", village.path, since=since.isoformat())
    return row


@transaction.atomic
def change_point(
    actor: Actor,
    point: PostRow,
    name: str,
    where: str,
    slots: Sequence[Slot],
    since: datetime.date,
    seen: str | None = None,
) -> list[str]:
    """Change a drop point; its opening times are other ones from ``since`` on. Returns what changed.

    Name and place hold at once: turns that are published keep what they were called. ``seen`` is the hash
    of the :func:`facts_of` the point that the page showed.

    Raises
    ------
    DomainError
        ``kernel.row-changed``; ``duties.point-twice``; ``duties.point-earlier``: the times were changed from
        a later day on.
    """
    row = _held(point)
    before = row.slots
    facts = {"name": name, "where": where, "slots": slots_to_json(slots)}
    changed = apply_if_unchanged(row, SHOWN, facts, seen)
    if "name" in changed:
        _refuse_twice(row.village, name, since, row)
    if "slots" in changed:
        _keep_former(row, before, since)
    if changed:
        row.save(update_fields=changed)
        bump_revision(row.village)
        facts = {"fields": changed, "since": since.isoformat()}
        record(actor, "point.edit", f"point:{row.pk}", row.village.path, **facts)
    return changed


@transaction.atomic
def close_point(actor: Actor, point: PostRow, day: datetime.date | None, seen: str | None = None) -> None:
    """The drop point is no longer there from ``day`` on; ``None`` takes it back. ``seen`` as above."""
    row = _held(point)
    changed = apply_if_unchanged(row, SHOWN, {"gone_on": day}, seen)
    if not changed:
        return
    row.save(update_fields=changed)
    bump_revision(row.village)
    when = None if day is None else day.isoformat()
    record(actor, "point.close" if day else "point.open", f"point:{row.pk}", row.village.path, day=when)


def _held(point: PostRow) -> PostRow:
    """The drop point as it is now; its village is held until the end of the transaction."""
    village = hold(point.village_id)
    row = PostRow.objects.get(pk=point.pk)
    row.village = village
    return row


def _refuse_twice(village: Unit, name: str, since: datetime.date, but: PostRow | None = None) -> None:
    still = Q(gone_on=None) | Q(gone_on__gt=since)
    others = PostRow.objects.filter(still, village=village, name=name)
    if but is not None:
        others = others.exclude(pk=but.pk)
    if others.exists():
        raise DomainError("duties.point-twice", TWICE, field="name", name=name)


def _keep_former(point: PostRow, slots: object, since: datetime.date) -> None:
    """Keep what was open until ``since``; on the day of the last change, that one is corrected."""
    last = point.former.order_by("-until").first()
    begun = (last and day_after(last.last_day)) or FIRST_DAY
    if since < begun:
        raise DomainError("duties.point-earlier", EARLIER, field="since", day=begun)
    if since > begun:
        FormerHours.objects.create(post=point, since=begun, until=since, slots=slots)
