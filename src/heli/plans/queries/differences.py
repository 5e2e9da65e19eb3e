"""What publishing a plan would change against what is in force, and why: from its rows alone."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from heli.grids.models import HouseholdRow
from heli.people.models import MemberRow
from heli.plans.models import Run
from heli.plans.queries.publications import Difference, InForce, Place, seats_changed
from heli.plans.queries.review import Names, names_of, why_linked


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
        return not (self.links or self.seats or self.first)


def differences(run: Run, now: InForce, day: datetime.date) -> Differences:
    """See the class; ``day`` is the day from which the plan is to hold."""
    links = list(run.links.values_list("household", "member", "why").order_by("household__order"))
    names = names_of(run, day, {row[0] for row in links} | now.links.keys())
    called = {**now.names, **{key: person.label for key, person in names.members.items()}}
    gone = _gone(run, day)
    new_seats: dict[Place, list[str]] = {}
    unfilled = 0
    for week, weekday, slot, post, member in run.seats.values_list(
        "week", "weekday", "slot", "post", "member"
    ):
        place = new_seats.setdefault((week, weekday, slot, str(post)), [])
        if member is None:
            unfilled += 1
        else:
            place.append(called[member])
    old_seats = {place: [called[who] for who in seats if who] for place, seats in now.turns.items()}
    why_gone = {called[key]: why for key, why in gone.items() if key in called}
    called_posts = {**now.posts, **{str(key): post.name for key, post in names.posts.items()}}
    seats = seats_changed(old_seats, new_seats, called_posts) if now else []
    return Differences(
        links=tuple(_links(run, links, names, now, gone)) if now else (),
        seats=tuple(replace(one, why=why_gone.get(one.before, "")) for one in seats),
        households=len(links),
        turns=sum(map(len, new_seats.values())),
        unfilled=unfilled,
        first=not now,
    )


PlannedRow = tuple[uuid.UUID, uuid.UUID, dict[str, object]]
"""Household, member, why."""


def _links(
    run: Run, links: list[PlannedRow], names: Names, now: InForce, gone: Mapping[uuid.UUID, str]
) -> list[Difference]:
    """Households whose member changes, those that are new, those that need nobody any more."""
    found = []
    for key, member, why in links:
        before = now.links.get(key)
        if before == member:
            continue
        reason = gone.get(before, "") if before else _("这一户以前没有人联系")
        was = _called(names, now, before)
        told = reason or why_linked(why, names, run.facts)
        found.append(Difference(names.house(key), was, names.member(member), told))
    linked = {row[0] for row in links}
    left = {key: member for key, member in now.links.items() if key not in linked}
    lost = HouseholdRow.objects.in_bulk(list(left)) if left else {}
    for key, member in left.items():
        house = lost[key]
        reason = house.no_link or (_("搬走了") if house.gone_on else "")
        found.append(Difference(str(house), _called(names, now, member), "", reason))
    return found


def _called(names: Names, now: InForce, member: uuid.UUID | None) -> str:
    if member is None:
        return ""
    return names.member(member) if member in names.members else now.names.get(member, "")


def _gone(run: Run, day: datetime.date) -> dict[uuid.UUID, str]:
    """Why members have no part in the plan: exempt or away when it was made, or they leave."""
    exempt = {uuid.UUID(key): str(why) for key, why in run.facts.get("exempt", {}).items()}
    leaving = MemberRow.objects.filter(village=run.village, left_on__lte=day).values_list("pk", "name")
    return exempt | {key: _("%(name)s不再参加") % {"name": name} for key, name in leaving}
