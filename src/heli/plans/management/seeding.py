"""Write an invented zone to the database: units, people, published tables, counts, and a week's life."""

from __future__ import annotations

import datetime
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from heli.duties.commands import publish_roster
from heli.duties.models import PostRow, Swap, SwapState, Turn
from heli.duties.rules import slots_to_json
from heli.grids.commands import publish_division
from heli.grids.models import HouseholdRow, Newcomers
from heli.kernel.access.actor import SYSTEM, Actor
from heli.kernel.access.models import Grant
from heli.kernel.access.roles import Role
from heli.kernel.accounts.models import Account
from heli.kernel.audit.commands import record
from heli.kernel.lib.dated import day_after
from heli.orgs.commands import bump_revision
from heli.orgs.models import Kind, Unit
from heli.people.models import Absence, MemberRow, Phone
from heli.people.rules import availability_to_json
from heli.plans.management.staff import PASSWORD, STAFF
from heli.plans.management.zone import (
    Planned,
    Size,
    Workers,
    dormitories_of,
    firm_names,
    people_of,
    plan_villages,
    row_key,
    tenants_of,
)
from heli.plans.rules import Village

ZONE = "和溪片区"
BATCH = 500
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
    firms = _firms(zone, firm_names(chance, size.firms))
    rows: list[_Rows] = []
    workers: list[Workers] = []
    for number, planned in enumerate(plan_villages(size, seed, monday)):
        people = people_of(chance, planned.village, len(planned.village.households) * size.people)
        rows.append(_village(zone, planned, people))
        _publish(planned, rows[-1], monday)
        workers += tenants_of(chance, number, planned.village, size.firms)
    workers += dormitories_of(chance, size.workers - sum(row.people for row in workers), size)
    _newcomers(workers, rows, firms, monday)
    _phones(chance, rows)
    member = _life(chance, rows, today)
    if settings.DEMO:
        _accounts(zone, rows[0].unit)
    record(SYSTEM, "seed", "database:", zone.path)
    counts = {
        "villages": len(rows),
        "households": sum(len(village.households) for village in rows),
        "residents": sum(village.unit.residents or 0 for village in rows),
        "members": sum(len(village.members) for village in rows),
        "firms": len(firms),
        "workers": sum(row.people for row in workers),
    }
    return Seeded(zone, tuple(village.unit for village in rows), counts, member)


def _firms(zone: Unit, names: Sequence[str]) -> list[Unit]:
    firms = [Unit(parent=zone, kind=Kind.FIRM, name=name) for name in names]
    for firm in firms:
        firm.path = f"{zone.path}{firm.id.hex}/"
    return Unit.objects.bulk_create(firms, batch_size=BATCH)


def _newcomers(
    workers: Sequence[Workers], villages: Sequence[_Rows], firms: Sequence[Unit], day: datetime.date
) -> None:
    Newcomers.objects.bulk_create(
        [
            Newcomers(
                village=villages[row.village].unit,
                address=row.address,
                employer=None if row.firm is None else firms[row.firm],
                people=row.people,
                counted_on=day,
            )
            for row in workers
        ],
        batch_size=BATCH,
    )


def _village(zone: Unit, planned: Planned, people: Sequence[int]) -> _Rows:
    book = planned.village
    unit = Unit.objects.create(parent=zone, kind=Kind.VILLAGE, name=book.name, residents=sum(people))
    households = _households(unit, book, people)
    members = _members(unit, planned)
    posts = [
        PostRow(
            village=unit,
            order=order,
            name=post.name,
            where=post.where,
            lon=post.lon,
            lat=post.lat,
            slots=slots_to_json(post.slots),
        )
        for order, post in enumerate(book.posts)
    ]
    HouseholdRow.objects.bulk_create(households, batch_size=BATCH)
    MemberRow.objects.bulk_create(members, batch_size=BATCH)
    PostRow.objects.bulk_create(posts)
    return _Rows(unit, households, members)


def _households(unit: Unit, book: Village, people: Sequence[int]) -> list[HouseholdRow]:
    return [
        HouseholdRow(
            village=unit,
            order=order,
            address=house.address.text,
            lane=house.address.lane,
            number=house.address.number,
            sub=house.address.sub,
            head=house.head,
            group=house.group,
            people=count,
            let=house.let,
            tenants=house.tenants,
            lon=house.lon,
            lat=house.lat,
            kin=list(house.kin),
            wishes=list(house.wishes),
            refused=list(house.refused),
            no_link=house.no_link,
            remark=house.remark,
        )
        for order, (house, count) in enumerate(zip(book.households, people, strict=True))
    ]


def _members(unit: Unit, planned: Planned) -> list[MemberRow]:
    return [
        MemberRow(
            village=unit,
            order=order,
            name=member.name,
            home=member.home,
            force=member.force,
            group=member.group,
            born=None if member.age is None else planned.roster.date.year - member.age,
            lon=member.lon,
            lat=member.lat,
            availability=availability_to_json(member.availability),
            leader=member.leader,
            occupation=member.occupation,
            kin=list(member.kin),
            wishes=list(member.wishes),
            partners=list(member.partners),
            refused=list(member.refused),
            apart=list(member.apart),
            exempt=member.exempt,
            seats=sorted(member.seats),
            served=list(member.served),
            remark=member.remark,
        )
        for order, member in enumerate(planned.village.members)
    ]


def _phones(chance: random.Random, villages: Sequence[_Rows]) -> None:
    """A number for everyone; 100 begins no real mobile number."""
    owners = [(row.pk, place.unit) for place in villages for row in (*place.members, *place.households)]
    numbers = chance.sample(range(10**8), len(owners))
    Phone.objects.bulk_create(
        [
            Phone(owner=key, village=unit, number=f"100{number:08d}")
            for (key, unit), number in zip(owners, numbers, strict=True)
        ],
        batch_size=BATCH,
    )


def _publish(planned: Planned, village: _Rows, monday: datetime.date) -> None:
    officer = Actor(name="村负责人")
    key = {row_key(row): member.pk for row, member in enumerate(village.members)}
    links = {village.households[h].pk: village.members[m].pk for h, m in planned.links.items()}
    turns = [replace(turn, member=turn.member and key[turn.member]) for turn in planned.turns]
    publish_division(officer, village.unit, monday, planned.division, links)
    publish_roster(officer, village.unit, monday, planned.roster, turns)


def _life(chance: random.Random, villages: Sequence[_Rows], today: datetime.date) -> MemberRow:
    """What happened since: some are ill, some swapped, houses were built; who has a turn to look at."""
    monday = today - datetime.timedelta(days=today.weekday())
    ill: set[MemberRow] = set()
    for village in villages[::3]:
        absent, giver, waiting = chance.sample(_standing(village.unit), 3)
        day = monday + datetime.timedelta(days=absent[0].weekday - 1)
        Absence.objects.create(member=absent[1], since=day, until=day_after(day), why="生病")
        ill.add(absent[1])
        _swap(*giver, village, monday, taken=True)
        _swap(*waiting, village, monday, taken=False)
        _built(village)
    return next(member for _turn, member in _standing(villages[0].unit) if member not in ill)


def _standing(village: Unit) -> list[tuple[Turn, MemberRow]]:
    """The village's turns with somebody, in the order of the week."""
    turns = Turn.objects.filter(roster__village=village).select_related("member")
    ordered = turns.order_by("weekday", "slot", "post", "kind", "member__order")
    return [(turn, turn.member) for turn in ordered if turn.member]


def _swap(turn: Turn, giver: MemberRow, village: _Rows, monday: datetime.date, taken: bool) -> None:
    taker = next(member for member in village.members if member != giver and not member.exempt)
    Swap.objects.create(
        turn=turn,
        date=monday + datetime.timedelta(days=turn.weekday - 1),
        giver=giver,
        taker=taker if taken else None,
        state=SwapState.ACCEPTED if taken else SwapState.OFFERED,
        settled_at=timezone.now() if taken else None,
    )


def _built(village: _Rows) -> None:
    """A new house beside the last one: nobody is linked to it yet."""
    last = village.households[-1]
    number = last.number + 2
    HouseholdRow.objects.create(
        village=village.unit,
        order=last.order + 1,
        address=f"{last.lane}{number}号",
        lane=last.lane,
        number=number,
        head="新住户",
        group=last.group,
        people=0,
        let=False,
    )
    bump_revision(village.unit)


def _accounts(zone: Unit, village: Unit) -> None:
    """An account for every role: of the whole district, of the zone, or of the first village."""
    scopes = {Role.ADMIN: "", Role.LINE: zone.path, Role.AUDITOR: zone.path}
    password = make_password(PASSWORD)
    accounts = [Account(username=name, name=called, password=password) for name, called, _role in STAFF]
    Account.objects.bulk_create(accounts)
    Grant.objects.bulk_create(
        Grant(account=account, role=role, scope=scopes.get(role, village.path))
        for account, (_name, _called, role) in zip(accounts, STAFF, strict=True)
    )
