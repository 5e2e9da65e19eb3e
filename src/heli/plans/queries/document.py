"""``plan.json``: everything about a plan, for machines and for the next plan. See docs/plan-json.md."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from typing import TypeVar

from msgspec.structs import asdict

from heli.duties.queries import RosterTable
from heli.plans.queries.plan import Plan
from heli.plans.queries.words import link_words, linking_conflicts, roster_conflicts
from heli.plans.rules.document import (
    Counts,
    DayGroup,
    DivisionPart,
    ExemptMember,
    Figures,
    FoundProblem,
    LinkedHousehold,
    Mode,
    PlanDocument,
    RosterPart,
    Shift,
    Status,
    TakenSeat,
    Turns,
    Unit,
    UnlinkedHousehold,
)
from heliplan import Result

PlanT = TypeVar("PlanT")


def document(plan: Plan, roster: RosterTable | None) -> PlanDocument:
    """The plan as it is written; ``roster`` is its :func:`roster_table`.

    No phone or ID number is ever in it.
    """
    return PlanDocument(
        village=plan.village.name,
        date=plan.options.date,
        division=_division(plan),
        roster=_roster(plan, roster),
        problems=tuple(
            FoundProblem(
                problem.severity,
                problem.kind.code,
                problem.place.sheet,
                problem.place.row,
                problem.place.column,
                problem.message,
                problem.cure,
            )
            for problem in plan.problems
        ),
        input=Counts(
            households=len(plan.village.households),
            members=len(plan.village.members),
            points=len(plan.village.posts),
            exempt=sum(bool(why.linking or why.roster) for why in plan.exemptions),
        ),
    )


def _figures(result: Result[PlanT] | None, scale: int = 1) -> Figures:
    """What is known about a plan, in whole units; ``missing`` when there was nothing to solve."""
    if result is None:
        return Figures(
            status=Status.MISSING, value=None, bound=None, gap=None, seconds=None, engine=None, parts={}
        )
    return Figures(
        status=Status(result.status.value),
        value=None if result.value is None else result.value // scale,
        bound=None if result.bound is None else result.bound // scale,
        gap=result.gap,
        seconds=round(result.seconds, 4),
        engine=result.engine,
        parts=_whole(result.parts, scale),
    )


def _whole(parts: Mapping[str, int], scale: int) -> dict[str, int]:
    """The parts in whole units. What is below a unit breaks ties; it stands in ``runs``."""
    if scale == 1:
        return dict(parts)
    return {name: cost // scale for name, cost in parts.items()}


def _division(plan: Plan) -> DivisionPart:
    links = plan.links()
    why, far = link_words(plan), plan.distances()
    counts = dict.fromkeys((plan.labels.members[i] for i in plan.linking.members), 0)
    rows = []
    for house, member in sorted(links.items()):
        household, name = plan.village.households[house], plan.labels.members[member]
        counts[name] += 1
        called = plan.labels.households[house]
        rows.append(LinkedHousehold(called, household.head, household.group, name, far[house], why[house]))
    return DivisionPart(
        **asdict(_figures(plan.division, plan.linking.scale)),
        conflicts=tuple(linking_conflicts(plan)),
        distance=Unit(plan.linking.unit) if plan.linking.unit else None,
        low=plan.linking.low,
        high=plan.linking.high,
        links=tuple(rows),
        unlinked=tuple(_unlinked(plan, links, why)),
        loads=counts if links else {},
        exempt=_exempt(plan, "linking"),
    )


def _unlinked(plan: Plan, links: dict[int, int], why: dict[int, str]) -> Iterator[UnlinkedHousehold]:
    """Every household without a linked member: those that need none, and those that could get none."""
    no_plan = "；".join(linking_conflicts(plan))
    named = zip(plan.labels.households, plan.village.households, strict=True)
    for i, (name, household) in enumerate(named):
        if i not in links:
            yield UnlinkedHousehold(name, household.no_link or why.get(i) or no_plan)


def _roster(plan: Plan, table: RosterTable | None) -> RosterPart:
    loads = () if table is None else table.loads
    return RosterPart(
        **asdict(_figures(plan.seats)),
        conflicts=tuple(roster_conflicts(plan)),
        mode=Mode(plan.options.mode),
        monday=plan.roster.monday,
        exempt=_exempt(plan, "roster"),
        slots=() if table is None else tuple(_shifts(table)),
        groups=() if table is None else tuple(_groups(table)),
        load={load.name: Turns(load.total, load.early, load.weekend) for load in loads},
        away=() if table is None else table.away,
    )


def _shifts(table: RosterTable) -> Iterator[Shift]:
    why = {(gap.monday, gap.weekday, gap.slot, gap.post): gap.why for gap in table.gaps}
    for number, week in enumerate(table.weeks, start=1):
        for block, row in week.rows():
            for day, cell in enumerate(row.cells):
                if cell.closed:
                    continue
                yield Shift(
                    week=number,
                    date=week.monday + datetime.timedelta(days=day),
                    weekday=day + 1,
                    slot=block.name,
                    start=block.start,
                    end=block.end,
                    point=row.post,
                    seats=tuple(TakenSeat(seat.name, seat.kind) for seat in cell.seats),
                    unfilled=cell.unfilled,
                    why=why.get((week.monday, day + 1, block.name, row.post), ""),
                )


def _groups(table: RosterTable) -> Iterator[DayGroup]:
    for number, week in enumerate(table.weeks, start=1):
        for group in week.groups:
            yield DayGroup(number, group.weekday, group.leader, group.members, group.reserves)


def _exempt(plan: Plan, what: str) -> tuple[ExemptMember, ...]:
    """Who is exempt from ``linking`` or ``roster``, each with the reason."""
    named = zip(plan.labels.members, plan.exemptions, strict=True)
    return tuple(ExemptMember(name, getattr(why, what)) for name, why in named if getattr(why, what))
