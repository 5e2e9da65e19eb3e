"""Changes of a plan by hand: move, swap, pin, undo. Every one is kept so that it can be taken back."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping, Sequence

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from msgspec.structs import replace

from heli.kernel.access.actor import Actor
from heli.kernel.audit.commands import record
from heli.kernel.lib.errors import DomainError
from heli.kernel.lib.phrases import join_sentences
from heli.kernel.lib.records import to_json
from heli.orgs.commands import hold
from heli.plans.gather.reasons import reason_json
from heli.plans.models import Edit, PlannedLink, PlannedSeat, Run, RunState
from heli.plans.queries.plan import Plan
from heli.plans.queries.runs import link_moves, plan_of, seat_moves
from heli.plans.rules import Keys
from heli.plans.rules.facts import Cell, Change, Now, facts_to_json
from heli.plans.turns.rows import unfilled_reasons

NOT_DRAFT = _("这份表已经不能改了：只有还没有公布的才能改。")
NOTHING = _("没有什么可以%(what)s的。")


class Stale(DomainError):
    """Somebody else changed the plan since the form was made; ``since`` are their changes."""

    def __init__(self, since: Sequence[Edit]) -> None:
        super().__init__("plans.run-changed", _("您打开这一页以后，别人改过这份表。"))
        self.since = tuple(since)


@transaction.atomic
def move_household(
    actor: Actor, run: Run, version: int, house: uuid.UUID, member: uuid.UUID, today: datetime.date
) -> None:
    """Give a household to another member, and pin it there. A move that breaks a rule is refused."""
    _hold(run, version)
    _refuse(link_moves(run, today).candidate(house, member).breaks)
    _change(actor, run, "run.move", house, {house: (member, True)}, {})
    _tell(run, today)


@transaction.atomic
def seat_member(
    actor: Actor, run: Run, version: int, seat: uuid.UUID, member: uuid.UUID | None, today: datetime.date
) -> None:
    """Give a turn to another member, or to nobody, and pin it. A change that breaks a rule is refused."""
    _hold(run, version)
    _refuse(seat_moves(run, today).breaks({seat: member}))
    _change(actor, run, "run.seat", seat, {}, {seat: (member, member is not None)})
    _tell(run, today)


@transaction.atomic
def swap_seats(
    actor: Actor, run: Run, version: int, seat: uuid.UUID, other: uuid.UUID, today: datetime.date
) -> None:
    """Two members change turns, and both are pinned; in day groups they change all their turns if the days
    differ."""
    _hold(run, version)
    moves = seat_moves(run, today)
    swap = moves.swap(seat, other)
    _refuse(moves.breaks(swap))
    cells = {key: (member, member is not None) for key, member in swap.items()}
    _change(actor, run, "run.swap", seat, {}, cells)
    _tell(run, today)


@transaction.atomic
def pin(
    actor: Actor,
    run: Run,
    version: int,
    pinned: bool,
    links: Sequence[uuid.UUID] = (),
    seats: Sequence[uuid.UUID] = (),
) -> None:
    """Pin households (by their key) and turns (by the seat's) where they are, or let them go again."""
    _hold(run, version)
    houses = dict(run.links.filter(household__in=links).values_list("household", "member"))
    turns = dict(run.seats.filter(pk__in=seats, member__isnull=False).values_list("pk", "member"))
    if not houses and not turns:
        raise DomainError("plans.nothing-to-pin", NOTHING, what=_("定住"))
    changed_links = {key: (member, pinned) for key, member in houses.items()}
    changed_seats = {key: (member, pinned) for key, member in turns.items()}
    subject = next(iter([*houses, *turns]))
    _change(actor, run, "run.pin" if pinned else "run.unpin", subject, changed_links, changed_seats)


@transaction.atomic
def undo(actor: Actor, run: Run, version: int, today: datetime.date) -> Edit:
    """Take back the last change by hand that stands."""
    standing = Edit.objects.filter(run=run, undone=False).order_by("-number")
    return _step(actor, run, version, today, standing, back=True)


@transaction.atomic
def redo(actor: Actor, run: Run, version: int, today: datetime.date) -> Edit:
    """Make the change again that was taken back last."""
    undone = Edit.objects.filter(run=run, undone=True).order_by("number")
    return _step(actor, run, version, today, undone, back=False)


def _step(
    actor: Actor, run: Run, version: int, today: datetime.date, edits: QuerySet[Edit], back: bool
) -> Edit:
    """Turn the first of the changes back, or make it again."""
    _hold(run, version)
    edit = edits.first()
    if edit is None:
        if back:
            raise DomainError("plans.nothing-to-undo", NOTHING, what=_("撤销"))
        raise DomainError("plans.nothing-to-redo", NOTHING, what=_("重做"))
    _turn(actor, run, edit, edit.was if back else edit.now, back)
    _tell(run, today)
    return edit


@transaction.atomic
def discard_run(actor: Actor, run: Run, version: int) -> None:
    """Put a draft away: it stays readable but is no longer among those to choose from."""
    _hold(run, version)
    Run.objects.filter(pk=run.pk).update(state=RunState.DISCARDED)
    record(actor, "run.discard", f"run:{run.pk}", run.village.path)


def _hold(run: Run, version: int) -> None:
    """Hold the run's village; the run is a draft, and as the form knew it."""
    hold(run.village_id)
    now = Run.objects.get(pk=run.pk)
    if now.state != RunState.DRAFT:
        raise DomainError("plans.run-not-draft", NOT_DRAFT)
    if now.version != version:
        raise Stale([edit for edit in run.edits.all() if edit.now.version > version])
    run.version, run.facts = now.version, now.facts


def _refuse(breaks: Sequence[str]) -> None:
    if breaks:
        raise DomainError("plans.run-breaks-rule", "%(why)s", why=join_sentences(breaks))


def _change(
    actor: Actor,
    run: Run,
    verb: str,
    subject: uuid.UUID,
    links: Mapping[uuid.UUID, Cell],
    seats: Mapping[uuid.UUID, Cell],
) -> None:
    """Write the rows, keep what they were, count the version up. What was taken back is forgotten."""
    run.edits.filter(undone=True).delete()
    last = run.edits.order_by("number").last()
    had_links = run.links.filter(household__in=list(links)).values_list("household", "member", "pinned")
    had_seats = run.seats.filter(pk__in=list(seats)).values_list("pk", "member", "pinned")
    before = Change(
        dict.fromkeys(links, (None, False)) | {key: (member, was) for key, member, was in had_links},
        {key: (member, was) for key, member, was in had_seats},
    )
    after = Change(links, seats, run.version + 1)
    _write(run, after)
    Edit.objects.create(
        run=run,
        number=1 if last is None else last.number + 1,
        subject=f"{verb.removeprefix('run.')}:{subject}",
        before=to_json(before),
        after=to_json(after),
        by=actor.name,
    )
    record(actor, verb, f"run:{run.pk}", run.village.path, links=len(links), seats=len(seats))


def _turn(actor: Actor, run: Run, edit: Edit, change: Change, undone: bool) -> None:
    edit.undone, edit.by, edit.at = undone, actor.name, timezone.now()
    edit.after = {**edit.after, "version": run.version + 1}
    _write(run, change)
    edit.save(update_fields=["undone", "by", "at", "after"])
    verb = "run.undo" if undone else "run.redo"
    record(actor, verb, f"run:{run.pk}", run.village.path, edit=edit.number)


def _write(run: Run, change: Change) -> None:
    for key, (member, pinned) in change.links.items():
        if member is None:
            run.links.filter(household=key).delete()
        else:
            given = {"member_id": member, "pinned": pinned}
            new = {**given, "distance": 0}  # told again afterwards
            run.links.update_or_create(household_id=key, defaults=given, create_defaults=new)
    for key, (member, pinned) in change.seats.items():
        run.seats.filter(pk=key).update(member=member, pinned=pinned)
    Run.objects.filter(pk=run.pk).update(version=F("version") + 1)
    run.version += 1


def _tell(run: Run, today: datetime.date) -> None:
    """Why, how far and what is empty, told again after a change: one move changes the reasons of others."""
    plan, keys = plan_of(run, today)
    _tell_links(run, plan, keys)
    problem, made = plan.roster.problem, plan.seats.plan if plan.seats else None
    now = Now(plan.division.value if plan.division else None, plan.seats.value if plan.seats else None)
    facts = replace(run.record, now=now)
    if problem is not None and made is not None:
        facts = replace(facts, unfilled=unfilled_reasons(plan.roster, problem, made, keys))
    run.facts = facts_to_json(facts)
    Run.objects.filter(pk=run.pk).update(facts=run.facts)
    PlannedSeat.objects.filter(run=run, member__isnull=False).exclude(why="").update(why="")


def _tell_links(run: Run, plan: Plan, keys: Keys) -> None:
    members = [keys.members[i] for i in plan.linking.members]
    households = [keys.households[i] for i in plan.linking.households]
    why = plan.link_reasons()
    told = {
        keys.households[house]: (far, to_json(reason_json(why[house], members, households)))
        for house, far in plan.distances().items()
    }
    changed = []
    for row in PlannedLink.objects.filter(run=run):
        now = told.get(row.household_id, (row.distance, row.why))
        if (row.distance, row.why) != now:
            row.distance, row.why = now
            changed.append(row)
    PlannedLink.objects.bulk_update(changed, ["distance", "why"], batch_size=200)
