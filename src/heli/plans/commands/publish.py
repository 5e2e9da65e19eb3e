"""Put a plan in force: both tables in one transaction, checked once more."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from heli.duties.commands import NewTurn, publish_roster
from heli.duties.models import Roster
from heli.duties.queries import RosterTable
from heli.duties.queries.hours import slots_on
from heli.duties.rules import SeatKind
from heli.grids.commands import publish_division
from heli.grids.models import Division
from heli.kernel.access.actor import Actor
from heli.kernel.audit.commands import record
from heli.kernel.files.commands import keep
from heli.kernel.lib.errors import DomainError
from heli.orgs.commands import hold
from heli.orgs.models import Unit
from heli.people.models import MemberRow
from heli.plans.gather.checked import broken_rules
from heli.plans.models import Drawing, PlannedSeat, Run, RunState
from heli.plans.queries import Plan, division_table, roster_table
from heli.plans.queries.publications import InForce, in_force, marked
from heli.plans.queries.runs import plan_of
from heli.plans.rules import Keys
from heliplan import Reason

DECIDED = frozenset(
    {
        "over_high",
        "under_low",
        "not_available",
        "over_day",
        "over_total",
        "no_rest",
        "group_wrong",
        "not_in_group",
        "leader_wrong",
    }
)
"""Rules that people may set aside by hand: the page says so before they publish."""

NOT_DRAFT = _("这份草稿已经公布过，或者不用了。请看公布的表。")
CHANGED = _("您看的时候，别人改过这份草稿。请再看一遍，再公布。")
REPLACED = _("您看的时候，别人公布了新的表。下面是和新表的不同，请再看一遍，再公布。")
OUT_OF_DATE = _("排好以后，村里的农户、网格员或投放点又有变动。请重新排一次，再公布。")
LEAVES = _("到那一天，%(name)s已经不再参加，却还有户或班。请重新排一次，再公布。")
BROKEN = _("核对没有通过（%(code)s）。请重新排一次，再公布。")
NOTHING = _("这份草稿里没有表可以公布。")


@dataclass(frozen=True, slots=True)
class Published:
    """What was put in force; a table that the plan does not have is none."""

    division: Division | None
    roster: Roster | None


@dataclass(frozen=True, slots=True)
class Drawn:
    """A file drawn from a published table."""

    name: str
    media_type: str
    data: bytes


@transaction.atomic
def publish(
    actor: Actor,
    run: uuid.UUID,
    version: int,
    links_since: datetime.date,
    roster_since: datetime.date,
    today: datetime.date,
    replaces: str | None = None,
    contact: str | None = None,
) -> Published:
    """Put both tables of a draft in force: the links from ``links_since``, the roster from a Monday.

    All or nothing. Refused when the draft was published or changed since ``version`` was looked at, when
    other tables came into force since the page showed those it ``replaces`` (``InForce.versions``; none: no
    page was shown), when the village changed since the draft was made, when a rule is broken. ``contact`` is
    whom to ask, on every sheet of both tables; ``None``: as the draft was asked.

    Raises
    ------
    DomainError
        ``plans.run-not-draft``, ``plans.run-changed``, ``plans.tables-replaced``, ``plans.run-out-of-date``,
        ``plans.member-leaves``, ``plans.run-broken``, ``plans.nothing-to-publish``, and those of the two
        tables.
    """
    village = hold(Run.objects.values_list("village", flat=True).get(pk=run))
    draft = Run.objects.get(pk=run)
    draft.village = village
    now = in_force(village)
    _refuse(draft, version, now, replaces)
    plan, keys = plan_of(draft, today)
    if broken := [why for why in violations(plan) if why.code not in DECIDED or not draft.version]:
        raise DomainError("plans.run-broken", BROKEN, code=broken[0].code)
    plan = marked(plan, keys, now)
    if contact is not None:
        plan = replace(plan, options=replace(plan.options, contact=contact.strip()))
    division = _division(actor, village, plan, keys, links_since)
    seats = _roster(actor, village, draft, plan, keys, roster_since)
    if division is None and seats is None:
        raise DomainError("plans.nothing-to-publish", NOTHING)
    draft.state = RunState.PUBLISHED
    draft.save(update_fields=["state"])
    told = {name: str(row.pk) for name, row in (("division", division), ("roster", seats)) if row is not None}
    record(actor, "run.publish", f"run:{draft.pk}", village.path, **told)
    return Published(division, seats)


def violations(plan: Plan) -> list[Reason]:
    """Rules that the plan breaks, judged from scratch."""
    links = plan.division.plan if plan.division else None
    seats = plan.seats.plan if plan.seats else None
    return [*broken_rules(plan.linking, links), *broken_rules(plan.roster, seats)]


def _refuse(draft: Run, version: int, now: InForce, replaces: str | None) -> None:
    if draft.state != RunState.DRAFT:
        raise DomainError("plans.run-not-draft", NOT_DRAFT)
    if draft.version != version:
        raise DomainError("plans.run-changed", CHANGED)
    if replaces is not None and replaces != now.versions:
        raise DomainError("plans.tables-replaced", REPLACED)
    if draft.revision != draft.village.revision:
        raise DomainError("plans.run-out-of-date", OUT_OF_DATE)


def _refuse_leavers(keys: set[uuid.UUID], day: datetime.date, field: str) -> None:
    """Nobody gets a part of a table that begins when they serve no more."""
    leaving = MemberRow.objects.filter(pk__in=keys, left_on__lte=day).first()
    if leaving is not None:
        raise DomainError("plans.member-leaves", LEAVES, field=field, name=leaving.name)


def _division(actor: Actor, village: Unit, plan: Plan, keys: Keys, since: datetime.date) -> Division | None:
    table = division_table(plan, keys)
    if table is None:
        return None
    links = {keys.households[house]: keys.members[member] for house, member in plan.links().items()}
    _refuse_leavers(set(links.values()), since, "links_since")
    return publish_division(actor, village, since, replace(table, date=since), links, village.revision)


def _roster(
    actor: Actor, village: Unit, draft: Run, plan: Plan, keys: Keys, since: datetime.date
) -> Roster | None:
    table = roster_table(plan, keys)
    if table is None:
        return None
    turns = list(_turns(draft, plan.roster.monday))
    _refuse_leavers({turn.member for turn in turns if turn.member}, since, "roster_since")
    return publish_roster(actor, village, since, begun_on(table, since), turns, village.revision)


def begun_on(table: RosterTable, since: datetime.date) -> RosterTable:
    """The same roster with its first week beginning on ``since``."""
    if not table.weeks:
        return table
    apart = since - table.weeks[0].monday
    return replace(
        table,
        weeks=tuple(replace(week, monday=week.monday + apart) for week in table.weeks),
        gaps=tuple(replace(gap, monday=gap.monday + apart) for gap in table.gaps),
    )


def _turns(draft: Run, monday: datetime.date) -> Iterator[NewTurn]:
    """The draft's seats as turns, with the hours of the days that it was planned for, from ``monday``."""
    seats = PlannedSeat.objects.filter(run=draft).select_related("post")
    slots = slots_on(draft.village, monday)
    for seat in seats:
        day = monday + datetime.timedelta(days=7 * (seat.week - 1) + seat.weekday - 1)
        named = [slot for slot in slots[seat.post_id] if slot.name == seat.slot]
        open_ = [slot for slot in named if slot.opens_on(day)] or named
        start, end = (open_[0].start, open_[0].end) if open_ else ("", "")
        yield NewTurn(
            week=seat.week,
            weekday=seat.weekday,
            slot=seat.slot,
            start=start,
            end=end,
            post=seat.post.name,
            where=seat.post.where,
            kind=SeatKind(seat.kind),
            member=seat.member_id,
            drop_point=seat.post_id,
        )


@transaction.atomic
def keep_drawing(publication: uuid.UUID, scope: str, what: str, language: str, drawn: Drawn) -> Drawing:
    """Keep a file drawn from a published table of the unit with the path ``scope``; whoever was first is
    kept.
    """
    today = timezone.localdate()
    file = keep("drawing", scope, drawn.name, drawn.media_type, drawn.data, today)
    kept, made = Drawing.objects.get_or_create(
        publication=publication, what=what, language=language, defaults={"file": file}
    )
    if not made:
        file.delete()
    return kept
