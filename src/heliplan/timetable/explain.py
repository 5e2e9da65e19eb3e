"""Why a session has no room, which other times and places there are and what they displace: codes, no prose.

Everything is worked out from the problem and the plan alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from heliplan.codec import Ints
from heliplan.result import Conflict
from heliplan.stop import Watch
from heliplan.timetable._options import Options, Session, Taken, options_of, sessions_of
from heliplan.timetable.problem import ANY, Params, TimetablePlan, TimetableProblem


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another (beginning, place) for a session.

    Attributes
    ----------
    activity, begin, place : int
    cost : int
        Cost of the wishes that it does not meet.
    displaces : tuple of int
        Activities with sessions in the way: of the place, of the audience, of itself.
    helpers_short : int
        Helpers that would be missing beside those displaced; 0 if all can be found.
    """

    activity: int
    begin: int
    place: int
    cost: int
    displaces: tuple[int, ...]
    helpers_short: int

    @property
    def free(self) -> bool:
        """Whether it can be had without anybody giving way."""
        return not self.displaces and not self.helpers_short


def alternatives(
    problem: TimetableProblem,
    plan: TimetablePlan,
    activity: int,
    count: int = 3,
    params: Params | None = None,
) -> tuple[Alternative, ...]:
    """The best few other times and places for an activity, those that are free first.

    Half of them (rounded up) are the cheapest that displace nobody; the rest are those nearest to the
    wish whatever they displace, fewest first. Times and places that it has now are left out.
    """
    choice = options_of(problem, params or Params(), activity)
    rows = sessions_of(plan)
    now = {(row.begin, row.place) for row in rows if row.activity == activity}
    pairs = zip(choice.begin.tolist(), choice.place.tolist(), strict=True)
    choice = choice.keep(np.array([pair not in now for pair in pairs], bool))
    placed = sum(row.activity == activity for row in rows)
    # a session that moves makes room for itself: with all placed, the one that is worst off
    moved = (
        _worst(problem, params or Params(), rows, activity) if placed == problem.sessions[activity] else None
    )
    taken = Taken(problem)
    others = [row for row in rows if row is not moved]
    for row in others:
        taken.add(row)
    free = _several(problem, taken, others, activity, choice.keep(taken.free(activity, choice)), count)
    every = _several(problem, taken, others, activity, choice, 4 * count)
    open_ = [found for found in free if found.free]
    closed = sorted(
        (found for found in every if not found.free),
        key=lambda found: (found.cost, len(found.displaces) + found.helpers_short, found.begin, found.place),
    )
    first = open_[: max(count - len(closed), -(-count // 2))]
    return (*first, *closed[: count - len(first)])


def _worst(problem: TimetableProblem, params: Params, rows: list[Session], activity: int) -> Session:
    own = [row for row in rows if row.activity == activity]

    def misses(row: Session) -> int:
        late = problem.wish_time[activity].any() and not problem.wish_time[activity, row.begin]
        away = problem.wish_place[activity] not in (ANY, row.place)
        return params.wish_time * int(late) + params.wish_place * int(away)

    return max(own, key=misses)


def _several(
    problem: TimetableProblem, taken: Taken, rows: list[Session], activity: int, choice: Options, count: int
) -> list[Alternative]:
    """The cheapest options judged one by one, at most one a beginning and four times ``count`` looked at."""
    found: list[Alternative] = []
    seen: set[int] = set()
    for at in np.argsort(choice.cost, kind="stable").tolist():
        begin, place = int(choice.begin[at]), int(choice.place[at])
        if begin in seen:
            continue
        seen.add(begin)
        found.append(_judged(problem, taken, rows, activity, begin, place, int(choice.cost[at])))
        if len(found) >= 4 * count or sum(one.free for one in found) >= count:
            break
    return found


def _judged(
    problem: TimetableProblem,
    taken: Taken,
    rows: list[Session],
    activity: int,
    begin: int,
    place: int,
    cost: int,
) -> Alternative:
    end, cleared = taken.span(activity, begin)
    day, displaced, freed = problem.day[begin], [], []
    for row in rows:
        row_end, row_cleared = taken.span(row.activity, row.begin)
        overlap = row.begin < end and begin < row_end
        near = row.activity == activity and abs(problem.day[row.begin] - day) < problem.apart[activity]
        heard = overlap and (problem.audience[row.activity] & problem.audience[activity]).any()
        same = row.place == place and row.begin < cleared and begin < row_cleared
        if near or heard or same or (overlap and row.activity == activity):
            displaced.append(row.activity)
            freed.append(row)
    for row in freed:
        taken.add(row, -1)
    short = _short(problem, taken, activity, begin)
    for row in freed:
        taken.add(row)
    return Alternative(activity, begin, place, cost, tuple(sorted(set(displaced))), short)


def _short(problem: TimetableProblem, taken: Taken, activity: int, begin: int) -> int:
    """Helpers missing at a time (at least 1 if they cannot all be seated)."""
    if taken.staff(activity, begin) is not None:
        return 0
    can = taken.helpers(activity, begin)
    needs = problem.helpers[activity]
    missing = np.maximum(0, needs - problem.skill[can].sum(axis=0))
    return max(1, int(missing[needs > 0].sum()))


def wishes_missed(problem: TimetableProblem, plan: TimetablePlan) -> Ints:
    """Activities with a session that is not where or when it was wished, or has no room at all, ascending."""
    rows = sessions_of(plan)
    missed = np.bincount(plan.activity, minlength=problem.activities) < problem.sessions
    for row in rows:
        wished = problem.wish_time[row.activity]
        missed[row.activity] |= bool(wished.any() and not wished[row.begin])
        missed[row.activity] |= int(problem.wish_place[row.activity]) not in (ANY, row.place)
    return np.flatnonzero(missed)


def unplaced(
    problem: TimetableProblem,
    plan: TimetablePlan,
    params: Params | None = None,
    watch: Watch | None = None,
) -> tuple[Conflict, ...]:
    """Every activity with sessions that have no room, and why.

    Codes (parameters, all with activity and missing): ``too_large`` (people, largest place);
    ``no_equipment`` (equipment: first kind that no place large enough has with the others);
    ``never_open`` (no fitting place is open for the whole length at an allowed time); ``no_helpers``
    (skill, needed, most: the most with that skill who can come at one allowed time); ``forbidden`` (pins
    forbid what there is); ``too_few_days`` (possible: sessions that would fit with nobody else there);
    ``taken_by`` (activities that are in the way at the best times), or instead ``reason_not_sought`` where
    ``watch`` is overdue by then.
    """
    count = problem.sessions - np.bincount(plan.activity, minlength=problem.activities)
    found = []
    if not (count > 0).any():
        return ()
    for activity in np.flatnonzero(count > 0).tolist():
        reason = _reason(problem, plan, activity, options_of(problem, params or Params(), activity), watch)
        facts = {"activity": activity, "missing": int(count[activity]), **reason.params}
        found.append(Conflict(reason.code, facts))
    return tuple(found)


def _reason(
    problem: TimetableProblem, plan: TimetablePlan, activity: int, choice: Options, watch: Watch | None
) -> Conflict:
    if not len(choice.begin):
        return _never(problem, activity)
    if possible_sessions(problem, activity, choice) < problem.sessions[activity]:
        return Conflict("too_few_days", {"possible": possible_sessions(problem, activity, choice)})
    if watch is not None and watch.overdue:
        return Conflict("reason_not_sought")
    near = alternatives(problem, plan, activity, 3)
    rivals = sorted({other for one in near for other in one.displaces if other != activity})
    return Conflict("taken_by", {"activities": tuple(rivals)})


def possible_sessions(problem: TimetableProblem, activity: int, choice: Options) -> int:
    """How many sessions of an activity fit if it were alone, each as early as can be."""
    count, free_day, free_slot = 0, -1, -1
    for begin in np.unique(choice.begin).tolist():
        day = int(problem.day[begin])
        if not count or (day >= free_day and begin >= free_slot):
            count += 1
            free_day = day + int(problem.apart[activity])
            free_slot = begin + int(problem.length[activity])
    return count


def _never(problem: TimetableProblem, activity: int) -> Conflict:
    """The first rule that leaves nothing."""
    large = problem.capacity >= problem.people[activity]
    if not large.any():
        largest = int(problem.capacity.max(initial=0))
        return Conflict("too_large", {"people": int(problem.people[activity]), "largest": largest})
    fits = large.copy()
    for kind in np.flatnonzero(problem.needs[activity]).tolist():
        fits &= problem.has[:, kind]
        if not fits.any():
            return Conflict("no_equipment", {"equipment": kind})
    when = _open_times(problem, activity, fits)
    if not when.any():
        return Conflict("never_open", {})
    length = int(problem.length[activity])
    times = np.flatnonzero(when).tolist()
    for skill in np.flatnonzero(problem.helpers[activity]).tolist():
        able = problem.skill[:, skill] & (problem.most > 0)
        most = max(int(problem.available[able, t : t + length].all(axis=1).sum()) for t in times)
        if most < problem.helpers[activity, skill]:
            facts = {"skill": skill, "needed": int(problem.helpers[activity, skill]), "most": most}
            return Conflict("no_helpers", facts)
    return Conflict("forbidden", {})


def _open_times(problem: TimetableProblem, activity: int, fits: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """When some fitting place is open for a whole session on one day, bool [T]."""
    length = int(problem.length[activity])
    when = np.zeros(problem.slots, bool)
    for begin in np.flatnonzero(problem.times[activity]).tolist():
        end = begin + length
        if end <= problem.slots and problem.day[end - 1] == problem.day[begin]:
            when[begin] = problem.opening[fits, begin:end].all(axis=1).any()
    return when


def pin_conflicts(problem: TimetableProblem) -> tuple[Conflict, ...]:
    """Pins that cannot be kept, each alone or two together; helpers of several pins are left to the engine.

    Codes (parameters): ``pin_impossible`` (activity, begin, place: closed, too small, not equipped, no
    helpers, forbidden or over the end of the day); ``pins_over_sessions`` (activity, pins, most);
    ``pins_clash`` (activity, begin, other, other_begin: same place, same audience or too close).
    """
    pins = sorted(set(map(tuple, problem.fixed.tolist())))
    if not pins:
        return ()
    return (*_single_pins(problem, pins), *_pairs_of_pins(problem, pins))


def _single_pins(problem: TimetableProblem, pins: list[tuple[int, int, int]]) -> Iterator[Conflict]:
    for activity, begin, place in pins:
        choice = options_of(problem, Params(), activity)
        fits = (choice.begin == begin) & ((choice.place == place) | (place == ANY))
        if not fits.any():
            yield Conflict("pin_impossible", {"activity": activity, "begin": begin, "place": place})
    for activity in sorted({pin[0] for pin in pins}):
        begins = {pin[1] for pin in pins if pin[0] == activity}
        if len(begins) > problem.sessions[activity]:
            facts = {"activity": activity, "pins": len(begins), "most": int(problem.sessions[activity])}
            yield Conflict("pins_over_sessions", facts)


def _pairs_of_pins(problem: TimetableProblem, pins: list[tuple[int, int, int]]) -> Iterator[Conflict]:
    taken = Taken(problem)
    for (a, t, p), (b, s, q) in combinations(pins, 2):
        end, cleared = taken.span(a, t)
        other_end, other_cleared = taken.span(b, s)
        days = abs(int(problem.day[t] - problem.day[s]))
        overlap = t < other_end and s < end
        same = p == q != ANY and t < other_cleared and s < cleared
        heard = overlap and (problem.audience[a] & problem.audience[b]).any()
        one = (a, t) == (b, s)
        near = a == b and not one and (days < problem.apart[a] or overlap)
        moved = one and ANY not in (p, q)
        if (same and not one) or (heard and not one) or near or moved:
            yield Conflict("pins_clash", {"activity": a, "begin": t, "other": b, "other_begin": s})
