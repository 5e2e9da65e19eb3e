"""Judge a plan from the problem alone: nothing here comes from the engines."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from heliplan.asked import asked
from heliplan.grouping.problem import NONE, GroupingPlan, GroupingProblem, Params, previous, weights
from heliplan.result import Conflict, Report


@asked(GroupingProblem, GroupingPlan, Params)
def check(
    problem: GroupingProblem,
    plan: GroupingPlan,
    start: GroupingPlan | None = None,
    params: Params = Params(),  # noqa: ARG001, B008  # frozen, so one shared default is safe
) -> Report:
    """Count and test a plan from scratch; ``start`` and ``params`` as given to ``solve``.

    Violations (parameters): ``closed`` (unit); ``seat_elsewhere`` (unit, seat: the seat itself belongs
    to another body); ``may_not_join`` (unit, seat); ``no_common_label`` (seat); ``too_far`` (unit, seat,
    distance, reach); ``too_many_units`` (seat, units, most); ``too_few_members`` (seat, members,
    threshold); ``not_alone`` (unit: reaches the threshold and must be on its own); ``pin_broken`` (unit,
    seat); ``forbidden`` (unit, seat).

    Raises
    ------
    ValueError
        If a plan speaks of units that the problem does not have.
    """
    plan.fits(problem)
    seat = plan.seat.tolist()
    violations = [
        *_unit_violations(problem, seat),
        *_body_violations(problem, seat),
        *_pin_violations(problem, seat),
    ]
    parts = _parts(problem, plan, start)
    return Report(tuple(violations), sum(parts.values()), parts)


def _parts(problem: GroupingProblem, plan: GroupingPlan, start: GroupingPlan | None) -> dict[str, int]:
    weigh = weights(problem, start is not None)
    seat = plan.seat
    covered = np.flatnonzero(seat >= 0)
    parts = {"uncovered": weigh.uncovered * int((problem.open & (seat < 0)).sum())}
    if start is not None:
        before = previous(problem, start)
        changed = problem.open & (before >= 0) & (seat >= 0) & (seat != before)
        parts["change"] = weigh.change * int(changed.sum())
    parts["bodies"] = weigh.bodies * len(plan.bodies)
    parts["distance"] = int(problem.distance(covered, seat[covered]).sum())
    return parts


def _unit_violations(problem: GroupingProblem, seat: list[int]) -> Iterator[Conflict]:
    alone = problem.alone
    for unit, at in enumerate(seat):
        if at == NONE:
            if alone[unit]:
                yield Conflict("not_alone", {"unit": unit})
            continue
        if not problem.open[unit]:
            yield Conflict("closed", {"unit": unit})
        if seat[at] != at:
            yield Conflict("seat_elsewhere", {"unit": unit, "seat": at})
        if unit == at:
            continue
        if alone[unit] or alone[at]:
            yield Conflict("not_alone", {"unit": unit if alone[unit] else at})
        distance = int(problem.distance(np.array(unit), np.array(at)))
        if problem.reach is not None and distance > problem.reach:
            facts = {"unit": unit, "seat": at, "distance": distance, "reach": problem.reach}
            yield Conflict("too_far", facts)


def _body_violations(problem: GroupingProblem, seat: list[int]) -> Iterator[Conflict]:
    bodies: dict[int, list[int]] = {}
    for unit, at in enumerate(seat):
        if at != NONE:
            bodies.setdefault(at, []).append(unit)
    joined = set() if problem.edges is None else set(map(tuple, problem.edges.tolist()))
    for at, units in bodies.items():
        if problem.most is not None and len(units) > problem.most:
            yield Conflict("too_many_units", {"seat": at, "units": len(units), "most": problem.most})
        members = sum(int(problem.members[unit]) for unit in units)
        if members < problem.threshold:
            facts = {"seat": at, "members": members, "threshold": problem.threshold}
            yield Conflict("too_few_members", facts)
        if problem.edges is not None:
            for unit in units:
                if unit != at and (min(unit, at), max(unit, at)) not in joined:
                    yield Conflict("may_not_join", {"unit": unit, "seat": at})
        elif len(units) > 1:
            label = problem.labels[at]
            if not ((label >= 0) & (problem.labels[units] == label).all(axis=0)).any():
                yield Conflict("no_common_label", {"seat": at})


def _pin_violations(problem: GroupingProblem, seat: list[int]) -> Iterator[Conflict]:
    for unit, at in problem.fixed.tolist():
        if seat[unit] != at:
            yield Conflict("pin_broken", {"unit": unit, "seat": at})
    for unit, at in problem.forbidden.tolist():
        if seat[unit] == at:
            yield Conflict("forbidden", {"unit": unit, "seat": at})
