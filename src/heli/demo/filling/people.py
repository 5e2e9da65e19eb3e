"""The members of a village, everybody's phone, and who is ill."""

from __future__ import annotations

import datetime
import random
import uuid
from collections.abc import Sequence

from heli.demo.filling.orgs import BATCH, officer_of
from heli.demo.zone import Planned
from heli.orgs.models import Unit
from heli.people.commands import set_absent
from heli.people.models import MemberRow, Phone
from heli.people.rules import UNSAID, availability_to_json


def fill_members(unit: Unit, planned: Planned) -> list[MemberRow]:
    """The members of a planned village, in the order of its book."""
    rows = [
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
            served=[] if member.served == UNSAID else [*member.served],
            remark=member.remark,
        )
        for order, member in enumerate(planned.village.members)
    ]
    return MemberRow.objects.bulk_create(rows, batch_size=BATCH)


def fill_phones(chance: random.Random, owners: Sequence[tuple[uuid.UUID, Unit]]) -> None:
    """A number for everyone, by key and village; 100 begins no real mobile number."""
    numbers = chance.sample(range(10**8), len(owners))
    Phone.objects.bulk_create(
        [
            Phone(owner=key, village=unit, number=f"100{number:08d}")
            for (key, unit), number in zip(owners, numbers, strict=True)
        ],
        batch_size=BATCH,
    )


def fall_ill(member: MemberRow, day: datetime.date) -> None:
    """The member is away for a day."""
    set_absent(officer_of(member.village), member, day, day, "生病")
