"""Why a unit is in no body, what another would cost, which pins contradict: codes, no prose."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

import numpy as np

from heliplan.codec import Ints
from heliplan.grouping.problem import NONE, GroupingPlan, GroupingProblem, weights
from heliplan.result import Conflict, Reason
from heliplan.stop import Watch


def levels(problem: GroupingProblem, amount: int, repair: bool = False) -> Mapping[str, int]:
    """A value or bound as counts: uncovered, change (in a repair), bodies, distance.

    In a bound every count is proven as long as those before it equal the value's.
    """
    weigh, rest, counts = weights(problem, repair), amount, {}
    for name in ("uncovered", "change", "bodies"):
        if getattr(weigh, name):
            counts[name], rest = divmod(rest, getattr(weigh, name))
    return {**counts, "distance": rest}


def left_out(
    problem: GroupingProblem, plan: GroupingPlan, watch: Watch | None = None
) -> tuple[Conflict, ...]:
    """Every open unit in no body, with the reason.

    Codes (parameters): ``no_neighbours`` (unit): nobody may join it. ``threshold_unreachable`` (unit,
    members, short_by): the richest body it could be in has so many members, too few by so many.
    ``members_needed_elsewhere`` (unit, members): there is such a body, but its units cover more in others.
    ``reason_not_sought`` (unit): ``watch`` was overdue before it was looked at. Pins are not looked at.
    """
    reached = _Reach(problem)
    found = []
    for unit in np.flatnonzero(problem.open & (plan.seat == NONE)).tolist():
        if watch is not None and watch.overdue:
            found.append(Conflict("reason_not_sought", {"unit": unit}))
            continue
        lonely, members = reached.best(unit)
        if members >= problem.threshold:
            found.append(Conflict("members_needed_elsewhere", {"unit": unit, "members": members}))
        elif lonely:
            found.append(Conflict("no_neighbours", {"unit": unit}))
        else:
            facts = {"unit": unit, "members": members, "short_by": problem.threshold - members}
            found.append(Conflict("threshold_unreachable", facts))
    return tuple(found)


class _Reach:
    """The richest body that each unit could be in, seen alone."""

    def __init__(self, problem: GroupingProblem) -> None:
        self.problem = problem
        self.free = problem.open & ~problem.alone
        self._class: dict[tuple[int, int], Ints] = {}
        self._rich: dict[tuple[int, int], Ints] = {}
        self._rich_near: dict[tuple[int, int], Ints] = {}
        neighbours: list[list[int]] = [[] for _ in range(problem.units)]
        for a, b in [] if problem.edges is None else problem.edges.tolist():
            neighbours[a].append(b)
            neighbours[b].append(a)
        self._neighbours = neighbours

    def best(self, unit: int) -> tuple[bool, int]:
        """Whether nobody may join it; the members of its richest body."""
        problem = self.problem
        lonely, best = True, int(problem.members[unit])
        for column in range(max(1, problem.labels.shape[1])):
            near = self._near(unit, column)
            if not len(near):
                continue
            lonely = False
            if problem.edges is None and problem.reach is None:
                rich = self._richest(unit, column)
                best = max(best, self._sum(unit, rich[rich != unit]))
                continue
            best = max(best, self._sum(unit, near))
            for seat in near.tolist():
                there = self._richest_near(seat, column)
                best = max(best, self._sum(unit, there[there != unit], seat))
        return lonely, best

    def _near(self, unit: int, column: int) -> Ints:
        problem = self.problem
        if problem.edges is not None:
            near = np.array(self._neighbours[unit], np.int64)
        else:
            label = int(problem.labels[unit, column]) if problem.labels.shape[1] else NONE
            if label == NONE:
                return np.zeros(0, np.int64)
            if (column, label) not in self._class:
                self._class[column, label] = np.flatnonzero(self.free & (problem.labels[:, column] == label))
            near = self._class[column, label]
            near = near[near != unit]
        near = near[self.free[near]]
        if problem.reach is not None:
            near = near[problem.distance(near, np.array(unit)) <= problem.reach]
        return near

    def _richest_near(self, seat: int, column: int) -> Ints:
        """The neighbours of a seat that can matter, most members first."""
        if (seat, column) not in self._rich_near:
            near = self._near(seat, column)
            near = near[np.argsort(-self.problem.members[near], kind="stable")]
            self._rich_near[seat, column] = near[: self.problem.most]
        return self._rich_near[seat, column]

    def _richest(self, unit: int, column: int) -> Ints:
        """The units of a class that can matter, most members first."""
        problem = self.problem
        key = (column, int(problem.labels[unit, column]))
        if key not in self._rich:
            group = self._class[key]
            group = group[np.argsort(-problem.members[group], kind="stable")]
            self._rich[key] = group if problem.most is None else group[: problem.most]
        return self._rich[key]

    def _sum(self, unit: int, others: Ints, seat: int | None = None) -> int:
        """Members of the unit, its seat and the richest of the others that there is room for."""
        members = self.problem.members
        core = [unit] if seat is None else [unit, seat]
        room = len(others) if self.problem.most is None else self.problem.most - len(core)
        if room < 0:
            return 0
        rich = -np.sort(-members[others])[:room]
        return int(members[core].sum() + rich.sum())


def other_bodies(problem: GroupingProblem, plan: GroupingPlan, unit: int) -> tuple[Reason, ...]:
    """What stands between a unit and every other body that it may join, least extra distance first.

    Codes ``could_move`` (unit, seat, extra), or with what stands in the way ``body_full`` (…, units),
    ``body_left_short`` (…, short_by: the body it leaves), ``is_seat`` (…: other units would lose theirs).
    ``extra`` is the change of distance.
    """
    now = int(plan.seat[unit])
    size = Counter(plan.seat.tolist())
    found = []
    for seat in plan.bodies.tolist():
        body = np.flatnonzero(plan.seat == seat)
        if seat == now or problem.alone[seat] or not _may_join(problem, unit, seat, body):
            continue
        here = 0 if now == NONE else int(problem.distance(np.array(unit), np.array(now)))
        extra = int(problem.distance(np.array(unit), np.array(seat))) - here
        facts = {"unit": unit, "seat": seat, "extra": extra}
        stays = int(problem.members[plan.seat == now].sum() - problem.members[unit]) if now != NONE else 0
        if problem.most is not None and size[seat] >= problem.most:
            found.append(Reason("body_full", {**facts, "units": size[seat]}))
        elif now == unit and size[now] > 1:
            found.append(Reason("is_seat", facts))
        elif now not in (NONE, unit) and stays < problem.threshold:
            found.append(Reason("body_left_short", {**facts, "short_by": problem.threshold - stays}))
        else:
            found.append(Reason("could_move", facts))
    return tuple(sorted(found, key=lambda reason: reason.params["extra"]))


def _may_join(problem: GroupingProblem, unit: int, seat: int, body: Ints) -> bool:
    if problem.alone[unit] or not problem.open[unit] or [unit, seat] in problem.forbidden.tolist():
        return False
    if problem.reach is not None and problem.distance(np.array(unit), np.array(seat)) > problem.reach:
        return False
    if problem.edges is not None:
        return sorted((unit, seat)) in problem.edges.tolist()
    label = problem.labels[seat]
    together = np.append(body, unit)
    return bool(((label >= 0) & (problem.labels[together] == label).all(axis=0)).any())


def pin_conflicts(problem: GroupingProblem) -> tuple[Conflict, ...]:
    """Pins that cannot be kept whatever the rest, found without an engine.

    Codes (parameters): ``pin_two_seats`` (unit, seat, other); ``pin_closed`` (unit, seat);
    ``pin_forbidden`` (unit, seat); ``pin_alone`` (unit, seat: one of them must be a body of its own);
    ``pin_may_not_join`` (unit, seat); ``pin_seat_elsewhere`` (unit, seat, other: the seat is itself
    fixed to another); ``pin_over_most`` (seat, pins, most).
    """
    pins = sorted(set(map(tuple, problem.fixed.tolist())))
    return (*_single_pins(problem, pins), *_joint_pins(problem, pins))


def _single_pins(problem: GroupingProblem, pins: list[tuple[int, int]]) -> Iterator[Conflict]:
    never = set(map(tuple, problem.forbidden.tolist()))
    for unit in np.flatnonzero(problem.alone).tolist():
        if (unit, unit) in never:
            yield Conflict("pin_alone", {"unit": unit, "seat": unit})
    for unit, seat in pins:
        where = {"unit": unit, "seat": seat}
        if not (problem.open[unit] and problem.open[seat]):
            yield Conflict("pin_closed", where)
        elif (unit, seat) in never or (seat, seat) in never:
            yield Conflict("pin_forbidden", where)
        elif unit != seat and (problem.alone[unit] or problem.alone[seat]):
            yield Conflict("pin_alone", where)
        elif unit != seat and not _may_join(problem, unit, seat, np.array([seat])):
            yield Conflict("pin_may_not_join", where)


def _joint_pins(problem: GroupingProblem, pins: list[tuple[int, int]]) -> Iterator[Conflict]:
    chosen: dict[int, int] = {}
    for unit, seat in pins:
        if chosen.setdefault(unit, seat) != seat:
            yield Conflict("pin_two_seats", {"unit": unit, "seat": seat, "other": chosen[unit]})
    bodies: dict[int, set[int]] = {}
    for unit, seat in pins:
        bodies.setdefault(seat, {seat}).add(unit)
        if chosen.get(seat, seat) != seat:
            yield Conflict("pin_seat_elsewhere", {"unit": unit, "seat": seat, "other": chosen[seat]})
    for seat, units in bodies.items():
        if problem.most is not None and len(units) > problem.most:
            yield Conflict("pin_over_most", {"seat": seat, "pins": len(units), "most": problem.most})
