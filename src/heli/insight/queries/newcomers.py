"""People from outside who live in a village: counts by address and employer, no names."""

from __future__ import annotations

import datetime
import uuid
from dataclasses import dataclass

from heli.grids.models import Newcomers
from heli.grids.rules import parse_address
from heli.insight.queries.zone import told
from heli.orgs.models import Unit


@dataclass(frozen=True, slots=True)
class Share:
    """So many people at an address with one employer (empty: not known)."""

    key: uuid.UUID
    employer: str
    people: int
    counted_on: datetime.date

    @property
    def told(self) -> str:
        """The count as it is told to those who do not count themselves."""
        return told(self.people)


@dataclass(frozen=True, slots=True)
class At:
    """An address and who lives there."""

    address: str
    shares: tuple[Share, ...]

    @property
    def people(self) -> int:
        """How many in all."""
        return sum(share.people for share in self.shares)


def newcomers_at(village: Unit) -> tuple[At, ...]:
    """By address as a postman walks, the most recently counted first at each; one query."""
    rows = Newcomers.objects.filter(village=village).order_by("-counted_on", "pk")
    found: dict[str, list[Share]] = {}
    facts = ("address", "pk", "employer__name", "people", "counted_on")
    for address, key, employer, people, day in rows.values_list(*facts):
        found.setdefault(address, []).append(Share(key, employer or "", people, day))
    walked = sorted(found, key=lambda address: (parse_address(address), address))
    return tuple(At(address, tuple(found[address])) for address in walked)
