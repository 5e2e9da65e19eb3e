"""``plan.json``: everything about a plan, for machines and for the next plan. Schema: docs/plan-json.md."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from heli.duties.queries import RosterTable
from heli.plans.queries.plan import Plan
from heli.plans.queries.words import link_words, linking_conflicts, roster_conflicts
from heli.plans.rules import PLAN_SCHEMA, TURNS
from heliplan import Result

Json = dict[str, Any]


def document(plan: Plan, roster: RosterTable | None) -> Json:
    """The plan as plain JSON values; ``roster`` is its :func:`roster_table`.

    No phone or ID number is ever in it.
    """
    return {
        "schema": PLAN_SCHEMA,
        "village": plan.village.name,
        "date": plan.options.date.isoformat(),
        "division": _division(plan),
        "roster": _roster(plan, roster),
        "problems": [
            {
                "severity": problem.severity.value,
                "code": problem.kind.code,
                "sheet": problem.place.sheet,
                "row": problem.place.row,
                "column": problem.place.column,
                "message": problem.message,
                "cure": problem.cure,
            }
            for problem in plan.problems
        ],
        "input": {
            "households": len(plan.village.households),
            "members": len(plan.village.members),
            "points": len(plan.village.posts),
            "exempt": sum(bool(why.linking or why.roster) for why in plan.exemptions),
        },
    }


def _facts(result: Result[Any] | None, scale: int = 1) -> Json:
    """What is known about a plan, in whole units; ``missing`` when there was nothing to solve."""
    if result is None:
        nothing = dict.fromkeys(("value", "bound", "gap", "seconds", "engine"))
        return {"status": "missing", **nothing, "parts": {}}
    return {
        "status": result.status.value,
        "value": None if result.value is None else result.value // scale,
        "bound": None if result.bound is None else result.bound // scale,
        "gap": result.gap,
        "seconds": round(result.seconds, 4),
        "engine": result.engine,
        "parts": _whole(result.parts, scale),
    }


def _whole(parts: Mapping[str, int], scale: int) -> dict[str, int]:
    """The parts in whole units. What is below a unit breaks ties; it stands in ``runs``."""
    if scale == 1:
        return dict(parts)
    return {name: cost // scale for name, cost in parts.items()}


def _division(plan: Plan) -> Json:
    links = plan.links()
    why, far = link_words(plan), plan.distances()
    counts = dict.fromkeys((plan.labels.members[i] for i in plan.linking.members), 0)
    rows = []
    for house, member in sorted(links.items()):
        household, name = plan.village.households[house], plan.labels.members[member]
        counts[name] += 1
        rows.append(
            {
                "household": plan.labels.households[house],
                "head": household.head,
                "group": household.group,
                "member": name,
                "distance": far[house],
                "why": why[house],
            }
        )
    return {
        **_facts(plan.division, plan.linking.scale),
        "conflicts": linking_conflicts(plan),
        "distance": plan.linking.unit or None,
        "low": plan.linking.low,
        "high": plan.linking.high,
        "links": rows,
        "unlinked": _unlinked(plan, links, why),
        "loads": counts if links else {},
        "exempt": _exempt(plan, "linking"),
    }


def _unlinked(plan: Plan, links: dict[int, int], why: dict[int, str]) -> list[Json]:
    """Every household without a linked member: those that need none, and those that could get none."""
    no_plan = "；".join(linking_conflicts(plan))
    return [
        {"household": name, "why": household.no_link or why.get(i) or no_plan}
        for i, (name, household) in enumerate(
            zip(plan.labels.households, plan.village.households, strict=True)
        )
        if i not in links
    ]


def _roster(plan: Plan, table: RosterTable | None) -> Json:
    facts = {
        **_facts(plan.seats),
        "conflicts": roster_conflicts(plan),
        "mode": plan.options.mode,
        "from": plan.roster.monday.isoformat(),
        "exempt": _exempt(plan, "roster"),
    }
    if table is None:
        return {**facts, "slots": [], "groups": [], "load": {}, "away": []}
    loads = {load.name: {name: getattr(load, name) for name in TURNS} for load in table.loads}
    problem = plan.roster.problem
    never = [] if problem is None else np.flatnonzero(~problem.can_take().any(axis=1)).tolist()
    facts["away"] = [plan.labels.members[plan.roster.members[m]] for m in never]
    return {**facts, "slots": list(_slots(table)), "groups": list(_groups(table)), "load": loads}


def _slots(table: RosterTable) -> Iterator[Json]:
    why = {(gap.monday, gap.weekday, gap.slot, gap.post): gap.why for gap in table.gaps}
    for number, week in enumerate(table.weeks, start=1):
        for block, row in week.rows():
            for day, cell in enumerate(row.cells):
                if cell.closed:
                    continue
                yield {
                    "week": number,
                    "date": (week.monday + datetime.timedelta(days=day)).isoformat(),
                    "weekday": day + 1,
                    "slot": block.name,
                    "start": block.start,
                    "end": block.end,
                    "point": row.post,
                    "seats": [{"member": seat.name, "kind": seat.kind.value} for seat in cell.seats],
                    "unfilled": cell.unfilled,
                    "why": why.get((week.monday, day + 1, block.name, row.post), ""),
                }


def _groups(table: RosterTable) -> Iterator[Json]:
    for number, week in enumerate(table.weeks, start=1):
        for group in week.groups:
            yield {
                "week": number,
                "weekday": group.weekday,
                "leader": group.leader,
                "members": list(group.members),
                "reserves": list(group.reserves),
            }


def _exempt(plan: Plan, what: str) -> list[Json]:
    """Who is exempt from ``linking`` or ``roster``, each with the reason."""
    named = zip(plan.labels.members, plan.exemptions, strict=True)
    return [{"member": name, "why": getattr(why, what)} for name, why in named if getattr(why, what)]
