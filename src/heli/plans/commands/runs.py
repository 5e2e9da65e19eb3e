"""Start a plan of a village, and keep what came of it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import TypeVar

from django.db import transaction
from django.urls import reverse
from msgspec.structs import replace

from heli.kernel.access.actor import SYSTEM, Actor
from heli.kernel.audit.commands import record
from heli.kernel.jobs.commands import start
from heli.kernel.lib.records import to_json
from heli.kernel.sheets.problems import Problem
from heli.orgs.commands import hold
from heli.orgs.models import Unit
from heli.plans.gather.reasons import reason_json
from heli.plans.models import PlannedLink, PlannedSeat, Run, RunState
from heli.plans.queries.plan import Plan
from heli.plans.rules import Keys, Options
from heli.plans.rules.facts import Asked, Conflicts, KeptProblem, RunFacts, Solved, facts_to_json
from heli.plans.turns.rows import unfilled_reasons
from heli.plans.turns.work import seat_rows
from heliplan import Result

PlanT = TypeVar("PlanT")

BATCH = 500


@transaction.atomic
def start_run(
    actor: Actor,
    village: Unit,
    options: Options,
    base: Run | None = None,
    *,
    fresh: bool = False,
    links: Mapping[uuid.UUID, uuid.UUID] | None = None,
) -> Run:
    """Ask for a plan of the village; a job makes it (``run.job``).

    With ``base``, its pins hold and the fewest households and turns change; ``fresh``: only its pins hold.
    ``links`` (household → member) are pinned as well.
    """
    revision = Unit.objects.values_list("revision", flat=True).get(pk=village.pk)
    pinned = {str(house): str(member) for house, member in (links or {}).items()}
    asked = to_json(Asked(**asdict(options), fresh=fresh, links=pinned))
    run = Run(village=village, options=asked, revision=revision, base=base, created_by=actor.name)
    goal = reverse("run", args=[run.pk])
    run.job = start(actor, "make_run", village.path, run=str(run.pk), next=goal).pk
    run.save(force_insert=True)
    again = {} if base is None else {"base": str(base.pk)}
    record(actor, "run.start", f"run:{run.pk}", village.path, **again)
    return run


@transaction.atomic
def store_run(run: Run, plan: Plan, keys: Keys) -> bool:
    """Keep the plan that was made for a run, in one transaction; it is then a draft under review.

    A run that waits no more (another worker was first, or it was discarded) is left as it is: ``False``.
    """
    if not _waiting(run):
        return False
    PlannedLink.objects.bulk_create(_links(run, plan, keys), batch_size=BATCH)
    PlannedSeat.objects.bulk_create(_seats(run, plan, keys), batch_size=BATCH)
    run.state, run.facts = RunState.DRAFT, facts_to_json(_facts(run, plan, keys))
    run.problems = [to_json(_kept(problem)) for problem in plan.problems]
    run.save(update_fields=["state", "facts", "problems"])
    counts = {"links": len(plan.links()), "left_over": len(plan.left_over()), "gaps": _empty(plan)}
    record(SYSTEM, "run.made", f"run:{run.pk}", run.village.path, **counts)
    return True


@transaction.atomic
def fail_run(run: Run, plan: Plan, keys: Keys) -> bool:
    """Keep why no plan could be made; see :func:`store_run`."""
    if not _waiting(run):
        return False
    run.state, run.facts = RunState.FAILED, facts_to_json(_facts(run, plan, keys))
    run.problems = [to_json(_kept(problem)) for problem in plan.problems]
    run.save(update_fields=["state", "facts", "problems"])
    record(SYSTEM, "run.failed", f"run:{run.pk}", run.village.path)
    return True


def _waiting(run: Run) -> bool:
    """Whether the run still waits for its plan; its village is held until the end of the transaction."""
    hold(run.village_id)
    return Run.objects.filter(pk=run.pk, state=RunState.PLANNING).exists()


@transaction.atomic
def give_up_run(job: uuid.UUID) -> None:
    """The job of a run ended without a plan: it waits no more. What is there already, or put away, stays."""
    run = Run.objects.filter(job=job).select_related("village").first()
    if run is not None and _waiting(run):
        run.state = RunState.FAILED
        run.save(update_fields=["state"])
        record(SYSTEM, "run.failed", f"run:{run.pk}", run.village.path)


def _kept(problem: Problem) -> KeptProblem:
    """A problem as it is kept, with the parameters that its sentences are made of."""
    place = problem.place
    return KeptProblem(
        severity=problem.severity,
        code=problem.kind.code,
        sheet=place.sheet,
        row=place.row,
        column=place.column,
        message=problem.message,
        cure=problem.cure,
        params={
            name: value if isinstance(value, int | float) else str(value)
            for name, value in problem.params.items()
        },
    )


def _links(run: Run, plan: Plan, keys: Keys) -> Iterator[PlannedLink]:
    members = [keys.members[i] for i in plan.linking.members]
    households = [keys.households[i] for i in plan.linking.households]
    why, far = plan.link_reasons(), plan.distances()
    pinned = pinned_households(run)
    for house, member in sorted(plan.links().items()):
        key, who = keys.households[house], keys.members[member]
        yield PlannedLink(
            run=run,
            household_id=key,
            member_id=who,
            distance=far[house],
            why=reason_json(why[house], members, households),
            pinned=pinned.get(str(key)) == str(who),
        )


def pinned_households(run: Run) -> dict[str, str]:
    """Household → member that people decided for a run: those of its base, and those asked for."""
    base = run.base.links.filter(pinned=True).values_list("household", "member") if run.base else ()
    return {str(house): str(member) for house, member in base} | dict(run.asked.links)


def _seats(run: Run, plan: Plan, keys: Keys) -> Iterator[PlannedSeat]:
    problem, made = plan.roster.problem, plan.seats.plan if plan.seats else None
    if problem is None or made is None:
        return
    pins = pinned_seats(run)
    for seat in seat_rows(plan.roster, problem, made):
        at = {"week": seat.week, "weekday": seat.weekday, "slot": seat.slot, "post_id": keys.posts[seat.post]}
        member = None if seat.member is None else keys.members[seat.member]
        yield PlannedSeat(
            run=run,
            **at,
            kind=seat.kind,
            place=seat.place,
            member_id=member,
            why=seat.why,
            pinned=(*at.values(), member) in pins,
        )


def pinned_seats(run: Run) -> set[tuple[object, ...]]:
    """Week, weekday, slot, post, member of the turns that people decided in a run's base."""
    if run.base is None:
        return set()
    rows = run.base.seats.filter(pinned=True, member__isnull=False)
    return set(rows.values_list("week", "weekday", "slot", "post", "member"))


def _facts(run: Run, plan: Plan, keys: Keys) -> RunFacts:
    exempt = {
        str(key): member.exempt or why.linking or why.roster
        for key, member, why in zip(keys.members, plan.village.members, plan.exemptions, strict=True)
        if why.linking or why.roster
    }
    facts = RunFacts(
        links=_solved(plan.division),
        seats=_solved(plan.seats),
        unit=plan.linking.unit,
        scale=plan.linking.scale,
        low=plan.linking.low,
        high=plan.linking.high,
        members=tuple(str(key) for key in keys.members),
        exempt=exempt,
        left_over=tuple(str(keys.households[house]) for house in plan.left_over()),
        conflicts=_conflicts(plan, keys),
        stood=_stood(plan, keys),
        levelled=tuple(str(keys.members[i]) for i in plan.roster.levelled),
        base_version=None if run.base is None else run.base.version,
    )
    return _with_roster(facts, plan, keys)


def _stood(plan: Plan, keys: Keys) -> dict[str, tuple[int, int, int]]:
    """The turns stood before that the roster was made with: member → counts, so that it is counted alike."""
    problem = plan.roster.problem
    if problem is None:
        return {}
    rows = zip(plan.roster.members, problem.history.tolist(), strict=True)
    return {
        str(keys.members[i]): (all_, early, end) for i, (all_, early, end) in rows if all_ or early or end
    }


def _solved(result: Result[PlanT] | None) -> Solved | None:
    if result is None:
        return None
    return Solved(
        status=result.status.value,
        value=result.value,
        bound=result.bound,
        gap=result.gap,
        engine=result.engine,
        seed=result.seed,
        seconds=round(result.seconds, 4),
        parts=result.parts,
    )


def _conflicts(plan: Plan, keys: Keys) -> Conflicts:
    members = [keys.members[i] for i in plan.linking.members]
    households = [keys.households[i] for i in plan.linking.households]
    stand = [keys.members[i] for i in plan.roster.members]
    links = plan.division.conflicts if plan.division else ()
    seats = plan.seats.conflicts if plan.seats else ()
    return Conflicts(
        links=tuple(reason_json(why, members, households) for why in links),
        seats=tuple(reason_json(why, stand) for why in seats),
    )


def _with_roster(facts: RunFacts, plan: Plan, keys: Keys) -> RunFacts:
    """The facts with those of the roster, where one was made."""
    problem, made = plan.roster.problem, plan.seats.plan if plan.seats else None
    if problem is None or made is None:
        return facts
    members = [str(keys.members[i]) for i in plan.roster.members]
    return replace(
        facts,
        mode=problem.mode.value,
        slots=plan.roster.slots,
        early=tuple(plan.roster.slots[p][0] for p in problem.early.nonzero()[0].tolist()),
        groups={key: day for key, day in zip(members, made.group.tolist(), strict=True) if day >= 0},
        leaders=tuple(members[m] if m >= 0 else None for m in made.leader.tolist()),
        unfilled=unfilled_reasons(plan.roster, problem, made, keys),
    )


def _empty(plan: Plan) -> int:
    made = plan.seats.plan if plan.seats else None
    return 0 if made is None else int(made.unfilled.sum())
