"""A stored plan as the planner knows it: the village, the two problems, and the plan put together again."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from django.utils.translation import gettext as _

from heli.grids.rules import Household
from heli.kernel.lib.records import from_json
from heli.kernel.sheets.problems import Problem
from heli.plans.gather.kinds import PINS_GONE
from heli.plans.links import gather_linking
from heli.plans.links.moves import LinkMoves
from heli.plans.links.rows import linking_cost, linking_plan
from heli.plans.links.work import LinkingResult, LinkingWork
from heli.plans.models import Run
from heli.plans.queries.advice import advice
from heli.plans.queries.plan import Plan
from heli.plans.queries.rows import village_of
from heli.plans.rules import (
    NEVER,
    Keys,
    Labels,
    LinkFact,
    LinkPin,
    Options,
    Pins,
    Previous,
    SeatFact,
    SeatPin,
    Stored,
    Turn,
    TurnsBefore,
    Village,
    label,
)
from heli.plans.rules.facts import RunFacts, Solved
from heli.plans.turns import gather_roster
from heli.plans.turns.moves import SeatMoves
from heli.plans.turns.rows import groups_of, roster_cost, roster_plan
from heli.plans.turns.work import RosterResult, RosterWork
from heliplan import Result, Status

PlanT = TypeVar("PlanT")


def stored(run: Run) -> Stored:
    """The rows of a run, in two queries."""
    links = run.links.values_list("household", "member", "pinned")
    seats = run.seats.order_by("week", "weekday", "slot", "place").values_list(
        "id", "week", "weekday", "slot", "post", "kind", "member", "pinned"
    )
    return Stored(tuple(LinkFact(*row) for row in links), tuple(SeatFact(*row) for row in seats))


def options_of(run: Run) -> Options:
    """What was asked of a run."""
    return from_json(run.options, Options)


def plan_of(run: Run, today: datetime.date) -> tuple[Plan, Keys]:
    """The plan as it stands in its rows, changes by hand and pins included, with its two problems.

    It is a plan of the village as it is ``today``, but everybody who has a part in it keeps it: who left
    since is still there, and a household that came since is told of as not planned. Value and bound are
    those of the solver as long as nothing was changed; else the value is counted again, and the bound holds
    while the village is the same.
    """
    made = linking_of(run, today, stored(run))
    village, work = made.village, made.work
    turns = roster_of(made)
    seats = _seats(run, turns, made.keys, made.rows)
    found = (*work.problems, *turns.problems)
    plan = Plan(village, made.labels, made.options, work, made.result, turns, seats, found, made.previous)
    return replace(plan, problems=(*found, *advice(plan))), made.keys


@dataclass(frozen=True, slots=True)
class Linked:
    """The half of a stored plan that the links are: all that the roster hangs on."""

    rows: Stored
    village: Village
    keys: Keys
    labels: Labels
    options: Options
    pins: Pins
    previous: Previous | None
    work: LinkingWork
    result: LinkingResult | None
    before: TurnsBefore


def linking_of(run: Run, today: datetime.date, rows: Stored) -> Linked:
    """The village, the linking problem and the links of a run; see :func:`plan_of`.

    Raises ``DomainError`` as ``from_json``: a newer Heli made the run.
    """
    facts = run.record
    village, keys = _village(run, facts, today, rows)
    labels, options = label(village), options_of(run)
    previous = None
    if run.base is not None:
        previous = previous_of(stored(run.base), run.base.record, village, labels, keys)
    pins = pins_of(rows, village, labels, keys)
    work = gather_linking(village, labels, options, pins, previous)
    result = _division(run, facts, work, keys, rows)
    return Linked(
        rows, village, keys, labels, options, pins, previous, work, result, before_of(facts, village, keys)
    )


def roster_of(made: Linked) -> RosterWork:
    """The roster problem of a run."""
    links = made.work.links(made.result.plan if made.result else None)
    return gather_roster(
        made.village, made.labels, made.options, made.pins, made.previous, links, made.before
    )


def link_moves(run: Run, today: datetime.date) -> LinkMoves:
    """The links of a run, to be changed by hand. Raises ``LookupError`` when there are none."""
    made = linking_of(run, today, stored(run))
    plan = made.result.plan if made.result else None
    pinned = {link.household for link in made.rows.links if link.pinned}
    return LinkMoves(made.work, plan, made.village, made.labels, made.keys, pinned)


def seat_moves(run: Run, today: datetime.date) -> SeatMoves:
    """The seats of a run, to be changed by hand. Raises ``LookupError`` when there is no roster."""
    made = linking_of(run, today, stored(run))
    return SeatMoves(roster_of(made), made.rows, run.record, made.village, made.labels, made.keys)


def before_of(facts: RunFacts, village: Village, keys: Keys) -> TurnsBefore:
    """The turns stood before that the run was made with; none for runs from before they were kept."""
    told = {uuid.UUID(key): counts for key, counts in facts.stood.items()}
    stood = {at: [*told.get(key, NEVER)] for at, key in enumerate(keys.members)}
    if facts.levelled is None:  # made when the book's turns were added to these
        book = [[turns or 0 for turns in member.served] for member in village.members]
        stood = {at: [had + more for had, more in zip(stood[at], book[at], strict=True)] for at in stood}
    levelled = set(map(uuid.UUID, facts.levelled or ()))
    rows = (at for at, key in enumerate(keys.members) if key in levelled)
    return TurnsBefore({at: (total, early, end) for at, (total, early, end) in stood.items()}, tuple(rows))


def _village(run: Run, facts: RunFacts, today: datetime.date, rows: Stored) -> tuple[Village, Keys]:
    """The village of a plan: exempt is who was exempt when it was made.

    Of the households without a link those that found no room then need one; those that came later do not.
    """
    village, keys = village_of(run.village, today, rows.keys)
    linked = {link.household for link in rows.links}
    known, exempt = set(facts.members), facts.exempt
    members = tuple(
        replace(member, exempt=exempt.get(str(key), "" if str(key) in known else _("后来的")), age=None)
        for member, key in zip(village.members, keys.members, strict=True)
    )
    if not linked:
        return replace(village, members=members), keys
    later, left_over = _("后来的，还没有排"), set(facts.left_over)

    def as_planned(household: Household, key: uuid.UUID) -> Household:
        known = "" if str(key) in left_over else later
        why = "" if key in linked else household.no_link or known
        return household if why == household.no_link else replace(household, no_link=why)

    households = tuple(map(as_planned, village.households, keys.households))
    return replace(village, members=members, households=households), keys


def pins_of(rows: Stored, village: Village, labels: Labels, keys: Keys) -> Pins:
    """What people have decided in a run, in the labels of the village; who is gone is counted, not kept."""
    house = dict(zip(keys.households, labels.households, strict=True))
    member = dict(zip(keys.members, labels.members, strict=True))
    post = {key: place.name for key, place in zip(keys.posts, village.posts, strict=True)}
    links = tuple(
        LinkPin(house[link.household], member[link.member])
        for link in rows.links
        if link.pinned and link.household in house and link.member in member
    )
    seats = tuple(
        SeatPin(seat.weekday, seat.slot, post[seat.post], member[seat.member], week=seat.week)
        for seat in rows.seats
        if seat.pinned and seat.member in member and seat.post in post
    )
    decided = sum(link.pinned for link in rows.links)
    decided += sum(seat.pinned and seat.member is not None for seat in rows.seats)
    gone = decided - len(links) - len(seats)
    return Pins(links, seats, (Problem(PINS_GONE, params={"count": gone}),) if gone else ())


def previous_of(rows: Stored, facts: RunFacts, village: Village, labels: Labels, keys: Keys) -> Previous:
    """An earlier run in the labels of the village as it is now.

    Who or what is gone stands there by key, so that it is counted as gone.
    """
    house = dict(zip(keys.households, labels.households, strict=True))
    member = dict(zip(keys.members, labels.members, strict=True))
    names = {key: place.name for key, place in zip(keys.posts, village.posts, strict=True)}
    links = {
        house.get(link.household, str(link.household)): member.get(link.member, str(link.member))
        for link in rows.links
    }
    turns = tuple(
        Turn(
            seat.week,
            seat.weekday,
            seat.slot,
            names.get(seat.post, str(seat.post)),
            member.get(seat.member, str(seat.member)),
            seat.kind,
        )
        for seat in rows.seats
        if seat.member is not None
    )
    groups = {
        member[key]: day + 1 for key, day in groups_of(rows, facts, keys.members).items() if key in member
    }
    return Previous(links, turns, groups, facts.lost)


def _division(run: Run, facts: RunFacts, work: LinkingWork, keys: Keys, rows: Stored) -> LinkingResult | None:
    solved = facts.links
    if work.problem is None or solved is None or not rows.links:
        return None
    plan = linking_plan(work, keys, rows.links)
    if _untouched(run, facts):
        return _result(plan, solved)
    return _counted_again(run, plan, solved, *linking_cost(work, work.problem, plan))


def _seats(run: Run, work: RosterWork, keys: Keys, rows: Stored) -> RosterResult | None:
    facts = run.record
    if work.problem is None or facts.seats is None:
        return None
    plan = roster_plan(facts, work, work.problem, keys, rows)
    if _untouched(run, facts):
        return _result(plan, facts.seats)
    return _counted_again(run, plan, facts.seats, *roster_cost(work, work.problem, plan))


def _untouched(run: Run, facts: RunFacts) -> bool:
    """Whether the solver's figures still hold: nothing changed by hand, the village and the base as then."""
    base = run.base
    return (
        run.version == 0
        and run.revision == run.village.revision
        and (base is None or base.version == facts.base_version)
    )


def _result(plan: PlanT, solved: Solved) -> Result[PlanT]:
    status, parts = Status(solved.status), solved.parts
    return Result(status, plan, solved.value, solved.bound, solved.engine, solved.seed, solved.seconds, parts)


def _counted_again(
    run: Run, plan: PlanT, solved: Solved, value: int, parts: Mapping[str, int]
) -> Result[PlanT]:
    known = solved.bound if run.revision == run.village.revision else None
    bound = None if known is None else min(known, value)
    status = Status.OPTIMAL if bound == value else Status.FEASIBLE
    return Result(status, plan, value, bound, solved.engine, solved.seed, solved.seconds, parts)
