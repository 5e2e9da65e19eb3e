"""Keep the published tables true: plan again from what is in force, with the fewest changes."""

from __future__ import annotations

import datetime
import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from heli.duties.models import PostRow, Roster
from heli.duties.queries import roster_from_json
from heli.kernel.access.actor import Actor
from heli.kernel.lib.errors import DomainError
from heli.orgs.commands import hold
from heli.orgs.models import Unit
from heli.people.commands import edit_member
from heli.people.models import Absence, MemberRow
from heli.plans.commands.runs import start_run
from heli.plans.models import PlannedLink, PlannedSeat, Run, RunState
from heli.plans.queries.publications import InForce, in_force, last_run
from heli.plans.queries.rows import village_of
from heli.plans.queries.runs import options_of
from heli.plans.queries.upkeep import exempt_age, held_before
from heli.plans.rules import DEFAULT_LOW, Options, label
from heli.plans.rules.facts import RunFacts, facts_to_json

TOO_YOUNG = gettext_lazy("%(name)s 还不到可以免的岁数。请核对出生年份。")
BATCH = 500


@transaction.atomic
def relink(
    actor: Actor,
    village: Unit,
    day: datetime.date,
    links: Mapping[uuid.UUID, uuid.UUID] | None = None,
    *,
    options: Options | None = None,
    everything: bool = False,
) -> Run:
    """Ask for a plan that is true on ``day`` and changes the least against what is in force.

    Where nothing is in force yet, it is the first plan. ``links`` (household → member) are to hold.
    ``options``: other ones than the village published with last. ``everything``: all that is not pinned may
    change. Nothing in force changes until the plan is published.
    """
    hold(village)
    now = in_force(village)
    base = _base(actor, village, day, now) if now else None
    asked = options or _options(village, day, now)
    return start_run(actor, village, asked, base, fresh=everything, links=links)


@transaction.atomic
def plan_return(actor: Actor, member: MemberRow, absence: uuid.UUID, day: datetime.date) -> Run | None:
    """Ask for a plan in which a member who was away has again the households of before.

    ``None`` when there is no such absence.
    """
    found = Absence.objects.filter(pk=absence, member=member).first()
    return None if found is None else relink(actor, member.village, day, held_before(found))


@transaction.atomic
def exempt_for_age(actor: Actor, member: MemberRow, today: datetime.date) -> None:
    """The village decides that a member need not serve because of their age; it is written as the reason.

    Refused with ``plans.not-old-enough``: somebody corrected the year of birth since the page was shown.
    """
    village = hold(member.village_id)
    row = MemberRow.objects.get(pk=member.pk)
    age = today.year - row.born if row.born else 0
    if age < exempt_age(village):
        raise DomainError("plans.not-old-enough", TOO_YOUNG, name=row.name)
    if not row.exempt:
        edit_member(actor, row, {"exempt": _("%(age)d岁") % {"age": age}})


def _options(village: Unit, day: datetime.date, now: InForce) -> Options:
    """As asked when the village published last; where no plan tells it, as the tables in force are."""
    run = last_run(village)
    if run is not None:
        return replace(options_of(run), date=day)
    loads = Counter(now.links.values()).values() or [DEFAULT_LOW]
    low = min(loads) if min(loads) < DEFAULT_LOW else None
    roster = Roster.objects.filter(village=village).still().defer("table").first()
    if roster is None or roster.repeats:
        return Options(date=day, low=low)
    return Options(date=day, low=low, mode="rotation", weeks=roster.weeks)


def _base(actor: Actor, village: Unit, day: datetime.date, now: InForce) -> Run:
    """What is in force as a run: the one published last, or its rows anew where they are not the same."""
    run = last_run(village)
    if run is not None and dict(run.links.values_list("household", "member")) == now.links:
        return run
    run = Run.objects.create(
        village=village,
        state=RunState.DISCARDED,
        options={"date": day.isoformat()},
        revision=village.revision,
        created_by=actor.name,
    )
    rows = [
        PlannedLink(run=run, household_id=household, member_id=member, distance=0)
        for household, member in now.links.items()
    ]
    PlannedLink.objects.bulk_create(rows, batch_size=BATCH)
    posts = {str(key): key for key in PostRow.objects.filter(village=village).values_list("pk", flat=True)}
    seats = [
        PlannedSeat(
            run=run, week=week, weekday=weekday, slot=slot, post_id=posts[post], kind=kind, member_id=member
        )
        for (week, weekday, slot, post), kind, member in now.kinds
        if post in posts
    ]
    PlannedSeat.objects.bulk_create(seats, batch_size=BATCH)
    facts = RunFacts(groups=_groups(village, day), lost=len(now.kinds) - len(seats))
    run.facts = facts_to_json(facts)
    run.save(update_fields=["facts"])
    return run


def _groups(village: Unit, day: datetime.date) -> dict[str, int]:
    """Each member's day (from 0) in the day groups in force, reserves among them."""
    roster = Roster.objects.filter(village=village, repeats=True).still().first()
    if roster is None:
        return {}
    table = roster_from_json(roster.table)
    rows, keys = village_of(village, day)
    labels = dict(zip(label(rows).members, map(str, keys.members), strict=True))
    known = dict(table.member_keys) or labels  # tables of schema 1 have names alone
    return {
        known[name]: group.weekday - 1
        for week in table.weeks[:1]
        for group in week.groups
        for name in group.members
        if name in known
    }
