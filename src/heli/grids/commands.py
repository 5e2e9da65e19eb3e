"""Publish the division table, and keep it true: households moved in, split, let, empty, gone."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping
from itertools import islice

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from heli.grids.models import Division, HouseholdRow, Link, Newcomers
from heli.grids.queries import DivisionTable, division_to_json
from heli.grids.rules import Household, parse_address
from heli.kernel.access.actor import Actor
from heli.kernel.audit.commands import record
from heli.kernel.lib.errors import DomainError
from heli.kernel.lib.labels import by_hand
from heli.kernel.lib.stale import apply_if_unchanged
from heli.kernel.lib.text import fold, join_han
from heli.orgs.commands import bump_revision, hold
from heli.orgs.models import Unit
from heli.people.models import MemberRow

AT_A_TIME = 500
"""Keys in one statement."""

EDITABLE = ("address", *by_hand(Household))
"""What may be changed of a household by hand."""

SHOWN = (*EDITABLE, "gone_on")
"""What a form about a household is made from."""

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
        ``grids.division-earlier``: the version in force begins, or a household changed hands, after
        ``since``.
    ValueError
        A household or member of ``links`` is not of this village.
    """
    now = hold(village)
    _own(village, links)
    before = Division.objects.filter(village=village).defer("table").first()
    held = list(Link.objects.filter(household__village=village).still())
    latest = max((*(link.since for link in held), before.since if before else since))
    if latest > since:
        raise DomainError("grids.division-earlier", EARLIER, field="since", since=latest)
    Division.objects.filter(village=village).still().update(until=since)
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


def facts_of(household: HouseholdRow) -> dict[str, object]:
    """What a form about the household is made from, as it is."""
    return {name: getattr(household, name) for name in SHOWN}


@transaction.atomic
def open_household(actor: Actor, household: HouseholdRow) -> None:
    """Somebody reads the household's record: that leaves a line."""
    record(actor, "household.read", f"household:{household.pk}", household.village.path)


@transaction.atomic
def edit_household(
    actor: Actor, household: HouseholdRow, facts: Mapping[str, object], seen: str | None = None
) -> list[str]:
    """Change a household by hand; returns the names of the facts that changed.

    Here and below, ``seen`` is the hash (``row_hash``) of the :func:`facts_of` the household that the page
    showed: refused with ``kernel.row-changed`` when they are no longer so. None: nobody was shown a page.
    """
    return _change(actor, household, "household.edit", facts, seen)


@transaction.atomic
def move_in(actor: Actor, village: Unit, facts: Mapping[str, object]) -> HouseholdRow:
    """A household is new in the village. Nobody is linked to it until a new table is published.

    It stands in the book after the house before it in its lane. Refused when the village has the same
    household at the same address already.
    """
    village = hold(village)
    row = HouseholdRow(village=village, **facts)
    _take_apart(row)
    _refuse_twice(row)
    row.order = _place(row)
    row.save(force_insert=True)
    bump_revision(village)
    record(actor, "household.move_in", f"household:{row.pk}", village.path)
    return row


@transaction.atomic
def split_household(
    actor: Actor,
    household: HouseholdRow,
    head: str,
    people: int | None,
    stay: int | None,
    seen: str | None = None,
) -> HouseholdRow:
    """Part of a household becomes one of its own (分户) at the same address, with its own ``head``.

    ``people`` is how many the new one has, ``stay`` how many stay in the old one.
    """
    row = _held(household)
    changed = apply_if_unchanged(row, SHOWN, {} if stay is None else {"people": stay}, seen)
    new = HouseholdRow(
        village=row.village,
        order=row.order,
        address=row.address,
        lane=row.lane,
        number=row.number,
        sub=row.sub,
        head=head,
        group=row.group,
        people=people,
        lon=row.lon,
        lat=row.lat,
    )
    _refuse_twice(new)
    new.save(force_insert=True)
    row.save(update_fields=changed)
    bump_revision(row.village)
    record(actor, "household.split", f"household:{row.pk}", row.village.path, new=str(new.pk))
    return new


@transaction.atomic
def set_let(
    actor: Actor, household: HouseholdRow, let: bool, tenants: int | None, seen: str | None = None
) -> None:
    """The house is let to so many tenants, or not let."""
    _change(actor, household, "household.let", {"let": let, "tenants": tenants if let else None}, seen)


@transaction.atomic
def set_empty(actor: Actor, household: HouseholdRow, why: str, seen: str | None = None) -> None:
    """Nobody needs to be linked to the house, and why (空房); an empty ``why``: it is lived in again."""
    verb = "household.empty" if why else "household.lived_in"
    _change(actor, household, verb, {"no_link": why}, seen)


@transaction.atomic
def move_away(
    actor: Actor, household: HouseholdRow, day: datetime.date | None, seen: str | None = None
) -> None:
    """The household is gone from ``day`` on; ``None`` takes it back. Its history stays."""
    _change(actor, household, "household.gone" if day else "household.back", {"gone_on": day}, seen)


def _change(
    actor: Actor, household: HouseholdRow, verb: str, facts: Mapping[str, object], seen: str | None
) -> list[str]:
    """Write what ``facts`` change, and that it was done; returns the names of the fields that changed."""
    row = _held(household)
    changed = apply_if_unchanged(row, SHOWN, facts, seen)
    if not changed:
        return []
    if "address" in changed:
        _take_apart(row)
    row.save(update_fields=[*changed, "lane", "number", "sub"])
    bump_revision(row.village)
    record(actor, verb, f"household:{row.pk}", row.village.path, fields=changed)
    return changed


def _held(household: HouseholdRow) -> HouseholdRow:
    """The household as it is now; its village is held until the end of the transaction."""
    village = hold(household.village_id)
    row = HouseholdRow.objects.get(pk=household.pk)
    row.village = village
    return row


def _take_apart(row: HouseholdRow) -> None:
    address = parse_address(row.address, village=fold(row.village.name))
    row.address, row.lane, row.number, row.sub = address.text, address.lane, address.number, address.sub


def _refuse_twice(row: HouseholdRow) -> None:
    same = HouseholdRow.objects.filter(
        village=row.village, lane=row.lane, number=row.number, sub=row.sub, head=row.head, gone_on=None
    )
    if any(other.address == row.address for other in same):
        raise DomainError(
            "grids.household-twice",
            _("%(address)s的%(head)s户已经在册了。请看一下是不是同一户。"),
            field="head",
            address=row.address,
            head=row.head,
        )


def _place(row: HouseholdRow) -> int:
    """The place in the book of the house before it in its lane; the end of the book in a new lane."""
    here = HouseholdRow.objects.filter(village=row.village)
    before = here.filter(
        Q(number__lt=row.number) | Q(number=row.number, sub__lte=row.sub), lane=row.lane, group=row.group
    )
    last = before.order_by("-number", "-sub", "-order").first() or here.order_by("-order").first()
    return last.order if last else 0


COUNTED_MEANWHILE = _("这里的人数刚才已经改成 %(now)s 人。请看一下，再保存一次。")


@transaction.atomic
def count_newcomers(
    actor: Actor,
    village: Unit,
    address: str,
    employer: Unit | None,
    people: int,
    seen: int | None,
    today: datetime.date,
) -> Newcomers | None:
    """Say how many people from outside live at an address and are employed by a firm (none: not known).

    With ``people`` 0 the count is taken away. ``seen`` is the count the change was made from, none for a
    new one. Returns the count, if one is left.

    Raises
    ------
    DomainError
        ``grids.newcomers-changed``: the count is no longer the one seen; the parameter ``now`` says what it
        is.
    """
    hold(village)
    address = join_han(address)
    found = Newcomers.objects.filter(village=village, address=address, employer=employer).first()
    if (found.people if found else None) != seen:
        raise DomainError(
            "grids.newcomers-changed", COUNTED_MEANWHILE, field="people", now=found.people if found else 0
        )
    row = found or Newcomers(village=village, address=address, employer=employer)
    row.people, row.counted_on = people, today
    if people:
        row.save()
    elif found:
        found.delete()
    record(actor, "newcomers.count", f"village:{village.pk}", village.path, before=seen or 0, now=people)
    return row if people else None
