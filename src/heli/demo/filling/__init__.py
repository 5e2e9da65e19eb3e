"""Write an invented zone to the database: a module for each slice, with what is written there.

What comes from a village's book or a count is written whole, as an import does; the tables, and what
happened since, go through the commands.
"""

from __future__ import annotations

import datetime
import random
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from heli.demo.filling import duties, grids, orgs, people
from heli.demo.zone import (
    Planned,
    Size,
    Workers,
    dormitories_of,
    firm_names,
    people_of,
    plan_villages,
    tenants_of,
)
from heli.grids.models import HouseholdRow
from heli.kernel.access.actor import SYSTEM
from heli.kernel.audit.commands import record
from heli.orgs.models import Kind, Unit
from heli.people.models import MemberRow

ZONE = "和溪片区"
WEEKS_AGO = 4
"""The tables hold since the Monday so many weeks before."""


@dataclass(frozen=True, slots=True)
class Seeded:
    """What was written. ``member``: one who has a turn this week, for a demo's personal link."""

    zone: Unit
    villages: tuple[Unit, ...]
    counts: dict[str, int]
    member: MemberRow


@dataclass(frozen=True, slots=True)
class _Rows:
    """A village's rows in the order of its book."""

    unit: Unit
    households: list[HouseholdRow]
    members: list[MemberRow]


@transaction.atomic
def seed_zone(size: Size, seed: int, today: datetime.date) -> Seeded:
    """Write the whole zone, in one transaction. The same seed, size and day give the same zone."""
    monday = today - datetime.timedelta(days=today.weekday(), weeks=WEEKS_AGO)
    chance = random.Random(seed)  # noqa: S311 - invented data, no secret
    zone = Unit.objects.create(kind=Kind.ZONE, name=ZONE, residents=size.households * size.people)
    firms = orgs.fill_firms(zone, firm_names(chance, size.firms))
    rows: list[_Rows] = []
    workers: list[Workers] = []
    for number, planned in enumerate(plan_villages(size, seed, monday)):
        counts = people_of(chance, planned.village, len(planned.village.households) * size.people)
        rows.append(_village(zone, planned, counts, monday))
        workers += tenants_of(chance, number, planned.village, size.firms)
    workers += dormitories_of(chance, size.workers - sum(row.people for row in workers), size)
    grids.fill_newcomers(workers, [village.unit for village in rows], firms, monday)
    owners = [(row.pk, place.unit) for place in rows for row in (*place.members, *place.households)]
    people.fill_phones(chance, owners)
    member = _life(chance, rows, today)
    if settings.DEMO:
        orgs.fill_accounts(zone, rows[0].unit)
    record(SYSTEM, "seed", "database:", zone.path)
    told = {
        "villages": len(rows),
        "households": sum(len(village.households) for village in rows),
        "residents": sum(village.unit.residents or 0 for village in rows),
        "members": sum(len(village.members) for village in rows),
        "firms": len(firms),
        "workers": sum(row.people for row in workers),
    }
    return Seeded(zone, tuple(village.unit for village in rows), told, member)


def _village(zone: Unit, planned: Planned, counts: Sequence[int], since: datetime.date) -> _Rows:
    """A village with its rows and its two tables in force; ``counts`` are the people of each household."""
    book = planned.village
    unit = Unit.objects.create(parent=zone, kind=Kind.VILLAGE, name=book.name, residents=sum(counts))
    households, members = grids.fill_households(unit, book, counts), people.fill_members(unit, planned)
    duties.fill_posts(unit, book)
    grids.fill_division(planned, unit, households, members, since)
    duties.fill_roster(planned, unit, members, since)
    return _Rows(unit, households, members)


def _life(chance: random.Random, villages: Sequence[_Rows], today: datetime.date) -> MemberRow:
    """What happened since: some are ill, some swapped, houses were built; who has a turn to look at."""
    monday = today - datetime.timedelta(days=today.weekday())
    moment = timezone.make_aware(datetime.datetime.combine(monday, datetime.time()))
    for village in villages[::3]:
        unit, row = village.unit, {member.pk: member for member in village.members}
        missed, given, offered = chance.sample(duties.standing(unit, monday), 3)
        duties.give(unit, given, {member.pk for member in village.members if member.exempt}, moment)
        duties.offer(unit, offered, moment)
        if missed.member:
            people.fall_ill(row[missed.member], missed.date)
        grids.build_house(village.households[-1])
    first = villages[0]
    stood = next(turn.member for turn in duties.standing(first.unit, monday) if not turn.swap)
    return next(member for member in first.members if member.pk == stood)
