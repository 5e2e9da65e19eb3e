"""What publishing a plan would change against what is in force, and why."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from heli.grids.models import HouseholdRow
from heli.orgs.models import Unit
from heli.people.models import MemberRow
from heli.plans.queries.plan import Plan
from heli.plans.queries.publications import Difference, InForce, Place, seats_changed
from heli.plans.queries.roster import roster_table
from heli.plans.queries.rows import Keys
from heli.plans.queries.words import link_words


@dataclass(frozen=True, slots=True)
class Differences:
    """Household by household and seat by seat; ``first``: nothing was published before."""

    links: tuple[Difference, ...]
    seats: tuple[Difference, ...]
    households: int
    turns: int
    unfilled: int
    first: bool

    @property
    def none(self) -> bool:
        """Whether nothing at all changes."""
        return not (self.links or self.seats)


def differences(plan: Plan, keys: Keys, now: InForce, village: Unit, day: datetime.date) -> Differences:
    """See the class; ``day`` is the day from which the plan is to hold."""
    member = dict(zip(keys.members, plan.labels.members, strict=True))
    names = {**now.names, **member}
    gone = _gone(village, day, plan, keys)
    table = roster_table(plan)
    new_seats: dict[Place, list[str]] = {}
    unfilled = 0
    for week, weekday, slot, post, cell in table.cells() if table else ():
        if not cell.closed:
            new_seats[week, weekday, slot, post] = [seat.name for seat in cell.seats]
            unfilled += cell.unfilled
    old_seats = {place: [names[who] for who in seats if who] for place, seats in now.turns.items()}
    seats = seats_changed(old_seats, new_seats) if now else []
    why_gone = {names[key]: why for key, why in gone.items() if key in names}
    return Differences(
        links=tuple(_links(plan, keys, now, names, gone)) if now else (),
        seats=tuple(
            Difference(one.what, one.before, one.after, why_gone.get(one.before, "")) for one in seats
        ),
        households=len(plan.links()),
        turns=sum(map(len, new_seats.values())),
        unfilled=unfilled,
        first=not now,
    )


def _links(
    plan: Plan, keys: Keys, now: InForce, names: Mapping[uuid.UUID, str], gone: Mapping[uuid.UUID, str]
) -> list[Difference]:
    """Households whose member changes, those that are new, those that need nobody any more."""
    made = {keys.households[h]: keys.members[m] for h, m in plan.links().items()}
    row = {key: at for at, key in enumerate(keys.households)}
    why = link_words(plan)
    found = []
    for key, member in made.items():
        before = now.links.get(key)
        if before != member:
            reason = _("这一户以前没有人联系") if before is None else gone.get(before) or why[row[key]]
            house = plan.labels.households[row[key]]
            found.append(Difference(house, names.get(before, "") if before else "", names[member], reason))
    left = {key: member for key, member in now.links.items() if key not in made}
    lost = HouseholdRow.objects.in_bulk(list(left)) if left else {}
    for key, member in left.items():
        gone_house = lost[key]
        reason = gone_house.no_link or (_("搬走了") if gone_house.gone_on else "")
        found.append(Difference(str(gone_house), names.get(member, ""), "", reason))
    return found


def _gone(village: Unit, day: datetime.date, plan: Plan, keys: Keys) -> dict[uuid.UUID, str]:
    """Why members have no part in the plan: left, away, exempt."""
    found = {
        key: why.linking or why.roster
        for key, why in zip(keys.members, plan.exemptions, strict=True)
        if why.linking or why.roster
    }
    leaving = MemberRow.objects.filter(village=village, left_on__lte=day).values_list("pk", "name")
    return found | {key: _("%(name)s不再参加") % {"name": name} for key, name in leaving}
