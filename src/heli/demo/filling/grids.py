"""The households of a village, the people from outside, the division table, and a house built since."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from heli.demo.filling.orgs import BATCH, officer_of
from heli.demo.zone import Planned, Workers
from heli.grids.commands import move_in, publish_division
from heli.grids.models import HouseholdRow, Newcomers
from heli.orgs.models import Unit
from heli.people.models import MemberRow
from heli.plans.rules import Village


def fill_households(unit: Unit, book: Village, people: Sequence[int]) -> list[HouseholdRow]:
    """The households of a village in the order of its book; ``people`` says how many live in each."""
    rows = [
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
    return HouseholdRow.objects.bulk_create(rows, batch_size=BATCH)


def fill_newcomers(
    workers: Sequence[Workers], villages: Sequence[Unit], firms: Sequence[Unit], day: datetime.date
) -> None:
    """How many people from outside live where, as they were counted on a day."""
    Newcomers.objects.bulk_create(
        [
            Newcomers(
                village=villages[row.village],
                address=row.address,
                employer=None if row.firm is None else firms[row.firm],
                people=row.people,
                counted_on=day,
            )
            for row in workers
        ],
        batch_size=BATCH,
    )


def fill_division(
    planned: Planned,
    unit: Unit,
    households: Sequence[HouseholdRow],
    members: Sequence[MemberRow],
    since: datetime.date,
) -> None:
    """Put the division table in force."""
    links = {households[h].pk: members[m].pk for h, m in planned.links.items()}
    publish_division(officer_of(unit), unit, since, planned.division, links)


def build_house(last: HouseholdRow) -> None:
    """A new house beside the last one: nobody is linked to it yet."""
    facts = {"address": f"{last.lane}{last.number + 2}号", "head": "新住户", "group": last.group}
    move_in(officer_of(last.village), last.village, {**facts, "people": 0, "let": False})
