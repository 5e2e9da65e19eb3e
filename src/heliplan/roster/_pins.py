"""Pins that contradict each other or the rules, found and named without a solver."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from heliplan.result import Conflict
from heliplan.roster.problem import KINDS, Mode, Params, RosterProblem


def pin_conflicts(problem: RosterProblem, params: Params) -> tuple[Conflict, ...]:
    """Why the pins cannot all be kept; none: a plan exists, because any other seat may stay empty.

    Codes (parameters are indices): ``pin_not_available``, ``pin_forbidden``, ``pin_wrong_kind`` (member,
    shift); ``pin_two_posts``, ``pin_overlap`` (member, shift, other); ``pin_two_days`` (member, shift,
    other; day groups);
    ``pin_over_day`` (member, day, pins, most); ``pin_over_total`` (member, pins, most);
    ``pin_no_rest`` (member, shift, other); ``pin_no_seat`` (member, shift: no seat is left for them beside
    the other pins there).
    """
    pins = sorted(set(map(tuple, problem.pins.tolist())))
    found = [*_alone(problem, pins)]
    by_member: dict[int, list[int]] = defaultdict(list)
    by_shift: dict[int, list[int]] = defaultdict(list)
    for member, shift in pins:
        by_member[member].append(shift)
        by_shift[shift].append(member)
    for member, shifts in by_member.items():
        found += _of_member(problem, params, member, shifts)
    for shift, members in by_shift.items():
        found += _of_shift(problem, shift, members)
    return tuple(found)


def _alone(problem: RosterProblem, pins: list[tuple[int, int]]) -> Iterator[Conflict]:
    forbidden = set(map(tuple, problem.forbidden.tolist()))
    for member, shift in pins:
        where = {"member": member, "shift": shift}
        if not problem.available[member, problem.shift_day[shift], problem.shift_period[shift]]:
            yield Conflict("pin_not_available", where)
        if (member, shift) in forbidden:
            yield Conflict("pin_forbidden", where)
        if not (problem.may_sit[member] & (problem.seats[shift] > 0)).any():
            yield Conflict("pin_wrong_kind", where)


def _of_member(problem: RosterProblem, params: Params, member: int, shifts: list[int]) -> Iterator[Conflict]:
    at: dict[tuple[int, int], int] = {}
    per_day: dict[int, int] = defaultdict(int)
    for shift in shifts:
        day, period = int(problem.shift_day[shift]), int(problem.shift_period[shift])
        other = at.setdefault((day, period), shift)
        if other != shift:
            yield Conflict("pin_two_posts", {"member": member, "shift": shift, "other": other})
        if problem.mode is Mode.GROUPS and day != problem.shift_day[shifts[0]]:
            yield Conflict("pin_two_days", {"member": member, "shift": shift, "other": shifts[0]})
        per_day[day] += 1
    for one, other in problem.clashes.tolist():
        if one in shifts and other in shifts:
            yield Conflict("pin_overlap", {"member": member, "shift": other, "other": one})
    for day, count in per_day.items():
        if count > problem.max_per_day:
            most = problem.max_per_day
            yield Conflict("pin_over_day", {"member": member, "day": day, "pins": count, "most": most})
    if len(shifts) > problem.max_total[member]:
        most = int(problem.max_total[member])
        yield Conflict("pin_over_total", {"member": member, "pins": len(shifts), "most": most})
    if params.rest is None and problem.mode is not Mode.GROUPS:
        for day, period in problem.rest_days():
            late, early = at.get((day, problem.periods - 1)), at.get((day + 1, period))
            if late is not None and early is not None:
                yield Conflict("pin_no_rest", {"member": member, "shift": early, "other": late})


def _of_shift(problem: RosterProblem, shift: int, members: list[int]) -> Iterator[Conflict]:
    _, over = seated(problem, shift, members)
    for member in over:
        if (problem.may_sit[member] & (problem.seats[shift] > 0)).any():
            yield Conflict("pin_no_seat", {"member": member, "shift": shift})


def seated(problem: RosterProblem, shift: int, members: list[int]) -> tuple[dict[int, int], list[int]]:
    """Give all of ``members`` seats at ``shift``: the kind for each, and those for whom none is left.

    By augmenting paths over the kinds, so nobody is left over who need not be.
    """
    sitting: list[list[int]] = [[] for _ in KINDS]

    def seat(member: int, tried: set[int]) -> bool:
        for kind in range(len(KINDS)):
            if kind in tried or not problem.may_sit[member, kind] or not problem.seats[shift, kind]:
                continue
            tried.add(kind)
            if len(sitting[kind]) < problem.seats[shift, kind]:
                sitting[kind].append(member)
                return True
            for index, other in enumerate(sitting[kind]):
                if seat(other, tried):
                    sitting[kind][index] = member
                    return True
        return False

    over = [member for member in members if not seat(member, set())]
    return {member: kind for kind, there in enumerate(sitting) for member in there}, over
