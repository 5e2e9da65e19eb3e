"""Judge a timetable from the problem alone: nothing here comes from the engine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from heliplan.asked import asked
from heliplan.result import Conflict, Report
from heliplan.timetable.problem import ANY, Params, TimetablePlan, TimetableProblem, weights


@dataclass(frozen=True, slots=True)
class _Session:
    row: int
    activity: int
    begin: int
    place: int
    end: int
    cleared: int
    day: int
    helpers: tuple[tuple[int, int], ...]


@asked(TimetableProblem, TimetablePlan, Params)
def check(
    problem: TimetableProblem,
    plan: TimetablePlan,
    start: TimetablePlan | None = None,
    params: Params = Params(),  # noqa: B008  # frozen, so one shared default is safe
) -> Report:
    """Count and test a plan from scratch; ``start`` and ``params`` as given to ``solve``.

    Violations (parameters): ``too_many_sessions`` (activity, sessions, most); ``over_midnight``,
    ``time_not_allowed`` (session); ``closed``, ``too_small``, ``no_equipment`` (session, place);
    ``place_twice``, ``audience_twice`` (session, other); ``too_close`` (session, other: of one activity);
    ``helpers_missing`` (session, skill, needed, there); ``not_skilled``, ``not_available`` (session, helper);
    ``helper_twice`` (session, other, helper); ``helper_over_most`` (helper, sessions, most);
    ``pin_broken``, ``forbidden`` (activity, begin, place).

    Raises
    ------
    ValueError
        If a plan speaks of what the problem does not have.
    """
    plan.fits(problem)
    if start is not None:
        start.fits(problem)
    sessions = _sessions(problem, plan)
    violations = [violation for session in sessions for violation in _alone(problem, session)]
    violations += [violation for a, b in _meeting(sessions) for violation in _together(problem, a, b)]
    violations += [*_counts(problem, sessions), *_pins(problem, sessions)]
    parts = _parts(problem, plan, start, params)
    return Report(tuple(violations), sum(parts.values()), parts)


def _sessions(problem: TimetableProblem, plan: TimetablePlan) -> list[_Session]:
    helpers: dict[int, list[tuple[int, int]]] = {}
    for row, helper, skill in plan.helper.tolist():
        helpers.setdefault(row, []).append((helper, skill))
    found = []
    rows = zip(plan.activity.tolist(), plan.begin.tolist(), plan.place.tolist(), strict=True)
    for row, (activity, begin, place) in enumerate(rows):
        end = begin + int(problem.length[activity])
        day = int(problem.day[begin])
        there = tuple(helpers.get(row, ()))
        found.append(_Session(row, activity, begin, place, end, end + problem.gap, day, there))
    return found


def _alone(problem: TimetableProblem, session: _Session) -> Iterator[Conflict]:
    row, activity, place = session.row, session.activity, session.place
    slots = slice(session.begin, session.end)
    if session.end > problem.slots or (problem.day[slots] != session.day).any():
        yield Conflict("over_midnight", {"session": row})
    if not problem.times[activity, session.begin]:
        yield Conflict("time_not_allowed", {"session": row})
    broken = {
        "closed": not problem.opening[place, slots].all(),
        "too_small": problem.people[activity] > problem.capacity[place],
        "no_equipment": (problem.needs[activity] & ~problem.has[place]).any(),
    }
    yield from (Conflict(code, {"session": row, "place": place}) for code, met in broken.items() if met)
    yield from _staff(problem, session)


def _staff(problem: TimetableProblem, session: _Session) -> Iterator[Conflict]:
    row, activity = session.row, session.activity
    slots = slice(session.begin, session.end)
    there = Counter(skill for _, skill in session.helpers)
    for skill, needed in enumerate(problem.helpers[activity].tolist()):
        if there[skill] != needed:
            facts = {"session": row, "skill": skill, "needed": needed, "there": there[skill]}
            yield Conflict("helpers_missing", facts)
    for helper, skill in session.helpers:
        if not problem.skill[helper, skill]:
            yield Conflict("not_skilled", {"session": row, "helper": helper})
        if not problem.available[helper, slots].all():
            yield Conflict("not_available", {"session": row, "helper": helper})
    for helper, times in Counter(helper for helper, _ in session.helpers).items():
        if times > 1:
            yield Conflict("helper_twice", {"session": row, "other": row, "helper": helper})


def _meeting(sessions: list[_Session]) -> Iterator[tuple[_Session, _Session]]:
    """Pairs on one day or of one activity, each once."""
    by_day: dict[int, list[_Session]] = {}
    by_activity: dict[int, list[_Session]] = {}
    for session in sessions:
        by_day.setdefault(session.day, []).append(session)
        by_activity.setdefault(session.activity, []).append(session)
    for same_day in by_day.values():
        yield from combinations(same_day, 2)
    for same_activity in by_activity.values():
        yield from ((a, b) for a, b in combinations(same_activity, 2) if a.day != b.day)


def _together(problem: TimetableProblem, a: _Session, b: _Session) -> Iterator[Conflict]:
    both = {"session": a.row, "other": b.row}
    if a.activity == b.activity and abs(a.day - b.day) < problem.apart[a.activity]:
        yield Conflict("too_close", both)
    if a.day != b.day:
        return
    overlap = a.begin < b.end and b.begin < a.end
    if overlap and (
        a.activity == b.activity or (problem.audience[a.activity] & problem.audience[b.activity]).any()
    ):
        yield Conflict("audience_twice", both)
    if a.begin < b.cleared and b.begin < a.cleared:
        if a.place == b.place:
            yield Conflict("place_twice", both)
        for helper in {helper for helper, _ in a.helpers} & {helper for helper, _ in b.helpers}:
            yield Conflict("helper_twice", {**both, "helper": helper})


def _counts(problem: TimetableProblem, sessions: list[_Session]) -> Iterator[Conflict]:
    for activity, count in Counter(session.activity for session in sessions).items():
        if count > problem.sessions[activity]:
            facts = {"activity": activity, "sessions": count, "most": int(problem.sessions[activity])}
            yield Conflict("too_many_sessions", facts)
    turns = Counter(helper for session in sessions for helper, _ in session.helpers)
    for helper, count in turns.items():
        if count > problem.most[helper]:
            facts = {"helper": helper, "sessions": count, "most": int(problem.most[helper])}
            yield Conflict("helper_over_most", facts)


def _pins(problem: TimetableProblem, sessions: list[_Session]) -> Iterator[Conflict]:
    there = [(session.activity, session.begin, session.place) for session in sessions]
    for name, pins in (("pin_broken", problem.fixed), ("forbidden", problem.forbidden)):
        for pin in pins.tolist():
            met = any(all(want in (ANY, got) for want, got in zip(pin, row, strict=True)) for row in there)
            if met == (name == "forbidden"):
                yield Conflict(name, dict(zip(("activity", "begin", "place"), pin, strict=True)))


def _parts(
    problem: TimetableProblem, plan: TimetablePlan, start: TimetablePlan | None, params: Params
) -> dict[str, int]:
    weigh = weights(problem, params, start)
    rows = list(zip(plan.activity.tolist(), plan.begin.tolist(), plan.place.tolist(), strict=True))
    parts = {"unplaced": weigh.unplaced * (int(problem.sessions.sum()) - len(rows))}
    if start is not None:
        before = set(zip(start.activity.tolist(), start.begin.tolist(), start.place.tolist(), strict=True))
        parts["change"] = weigh.change * len(before - set(rows))
        parts["helper_change"] = weigh.helper_change * len(_turns(start) - _turns(plan))
    late = sum(problem.wish_time[a].any() and not problem.wish_time[a, t] for a, t, _ in rows)
    away = sum(int(problem.wish_place[a]) not in (ANY, p) for a, _, p in rows)
    return {**parts, "wish_time": params.wish_time * int(late), "wish_place": params.wish_place * away}


def _turns(plan: TimetablePlan) -> set[tuple[int, int, int]]:
    """(activity, beginning, helper)."""
    return {(int(plan.activity[row]), int(plan.begin[row]), who) for row, who, _ in plan.helper.tolist()}
