"""Every (beginning, place) that an activity could have if it were alone, and what is taken in a plan."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from heliplan.codec import Ints
from heliplan.fields import Bools
from heliplan.timetable.problem import ANY, Params, TimetablePlan, TimetableProblem, Weights


@dataclass(frozen=True, slots=True, eq=False)
class Options:
    """What one activity could have: ``begin`` [N], ``place`` [N], and the wish cost of each."""

    begin: Ints
    place: Ints
    cost: Ints

    def keep(self, chosen: NDArray[np.bool_] | Ints) -> Options:
        """Some of them."""
        return Options(self.begin[chosen], self.place[chosen], self.cost[chosen])


def day_ends(problem: TimetableProblem) -> Ints:
    """For every slot the first slot of a later day, int [T]."""
    ends = np.searchsorted(problem.day, problem.day, "right")
    return ends.astype(np.int64)


def runs(free: Bools, length: int) -> Bools:
    """Whether ``length`` slots from each one on are all free, along the last axis."""
    count = free.shape[-1]
    sums = np.zeros((*free.shape[:-1], count + 1), np.int64)
    np.cumsum(free, axis=-1, out=sums[..., 1:])
    good = np.zeros(free.shape, bool)
    if length <= count:
        good[..., : count - length + 1] = sums[..., length:] - sums[..., :-length] == length
    return good


def options(problem: TimetableProblem, params: Params) -> list[Options]:
    """The options of every activity, in the order of beginning and place."""
    return [options_of(problem, params, activity) for activity in range(problem.activities)]


def options_of(problem: TimetableProblem, params: Params, activity: int) -> Options:
    """The options of one activity, in the order of beginning and place."""
    length = int(problem.length[activity])
    fits = np.arange(problem.slots) + length <= day_ends(problem)
    fits &= problem.times[activity] & _helped(problem, activity, length)
    suits = problem.capacity >= problem.people[activity]
    suits &= ~(problem.needs[activity] & ~problem.has).any(axis=1)
    may = runs(problem.opening, length) & fits & suits[:, None]
    for _, begin, place in problem.forbidden[problem.forbidden[:, 0] == activity].tolist():
        may[slice(None) if place == ANY else place, slice(None) if begin == ANY else begin] = False
    begins, places = np.nonzero(may.T)
    return Options(begins, places, wish_cost(problem, params, activity, begins, places))


def _helped(problem: TimetableProblem, activity: int, length: int) -> Bools:
    """When there are enough helpers for each skill, each skill seen alone."""
    helped = np.ones(problem.slots, bool)
    there = runs(problem.available, length) & (problem.most > 0)[:, None]
    for skill in np.flatnonzero(problem.helpers[activity]).tolist():
        helped &= there[problem.skill[:, skill]].sum(axis=0) >= problem.helpers[activity, skill]
    return helped


def wish_cost(problem: TimetableProblem, params: Params, activity: int, begin: Ints, place: Ints) -> Ints:
    """Cost of the wishes that these (beginning, place) do not meet."""
    cost = np.zeros(len(begin), np.int64)
    if problem.wish_time[activity].any():
        cost += params.wish_time * ~problem.wish_time[activity, begin]
    if problem.wish_place[activity] != ANY:
        cost += params.wish_place * (place != problem.wish_place[activity])
    return cost


@dataclass(frozen=True, slots=True)
class Session:
    """One session: helpers as (helper, skill)."""

    activity: int
    begin: int
    place: int
    helpers: tuple[tuple[int, int], ...] = ()


def sessions_of(plan: TimetablePlan) -> list[Session]:
    """The rows of a plan."""
    helpers: list[list[tuple[int, int]]] = [[] for _ in range(len(plan.activity))]
    for row, helper, skill in plan.helper.tolist():
        helpers[row].append((helper, skill))
    rows = zip(plan.activity.tolist(), plan.begin.tolist(), plan.place.tolist(), helpers, strict=True)
    return [Session(a, t, p, tuple(who)) for a, t, p, who in rows]


def plan_of(sessions: list[Session]) -> TimetablePlan:
    """Sessions as a plan."""
    helper = [(row, who, skill) for row, session in enumerate(sessions) for who, skill in session.helpers]
    columns = [[getattr(session, name) for session in sessions] for name in ("activity", "begin", "place")]
    activity, begin, place = (np.array(column, np.int64) for column in columns)
    return TimetablePlan(activity, begin, place, np.array(helper, np.int64))


class Taken:
    """What sessions take: places and helpers with the gap, audiences without it."""

    def __init__(self, problem: TimetableProblem) -> None:
        self.problem = problem
        self.ends = day_ends(problem)
        self.place = np.zeros((problem.places, problem.slots), np.int64)
        self.audience = np.zeros((problem.audience.shape[1], problem.slots), np.int64)
        self.helper = np.zeros((len(problem.skill), problem.slots), np.int64)
        self.turns = np.zeros(len(problem.skill), np.int64)
        self.own: list[list[int]] = [[] for _ in range(problem.activities)]  # beginnings

    def span(self, activity: int, begin: int) -> tuple[int, int]:
        """(end of the session, end with the gap, within the day)."""
        end = begin + int(self.problem.length[activity])
        return end, min(end + self.problem.gap, int(self.ends[begin]))

    def add(self, session: Session, count: int = 1) -> None:
        """Take in a session (``count`` -1: take it out)."""
        end, cleared = self.span(session.activity, session.begin)
        self.place[session.place, session.begin : cleared] += count
        self.audience[self.problem.audience[session.activity], session.begin : end] += count
        for helper, _ in session.helpers:
            self.helper[helper, session.begin : cleared] += count
            self.turns[helper] += count
        if count > 0:
            self.own[session.activity].append(session.begin)
        else:
            self.own[session.activity].remove(session.begin)

    def free(self, activity: int, choice: Options) -> NDArray[np.bool_]:
        """Which options are free of other sessions (helpers not looked at), bool [N]."""
        problem = self.problem
        length = int(problem.length[activity])
        cleared = np.minimum(choice.begin + length + problem.gap, self.ends[choice.begin])
        used = np.zeros((problem.places, problem.slots + 1), np.int64)
        np.cumsum(self.place, axis=1, out=used[:, 1:])
        free: Bools = used[choice.place, cleared] == used[choice.place, choice.begin]
        busy = self.audience[problem.audience[activity]].sum(axis=0) > 0
        free &= runs(~busy, length)[choice.begin]
        for begin in self.own[activity]:
            near = np.abs(problem.day[choice.begin] - problem.day[begin]) < problem.apart[activity]
            overlaps = (choice.begin < begin + length) & (begin < choice.begin + length)
            free &= ~(near | overlaps)
        return free

    def helpers(self, activity: int, begin: int) -> NDArray[np.bool_]:
        """Who could help a session then, bool [H]."""
        problem = self.problem
        end, cleared = self.span(activity, begin)
        can = problem.available[:, begin:end].all(axis=1) & (self.turns < problem.most)
        free: Bools = np.logical_and(can, (self.helper[:, begin:cleared] == 0).all(axis=1))
        return free

    def staff(
        self, activity: int, begin: int, liked: frozenset[int] = frozenset()
    ) -> tuple[tuple[int, int], ...] | None:
        """Helpers for a session, by augmenting paths; those liked, then those with the fewest turns first."""
        needs = self.problem.helpers[activity]
        if not needs.any():
            return ()
        can = np.flatnonzero(self.helpers(activity, begin)).tolist()
        can.sort(key=lambda who: (who not in liked, int(self.turns[who]), who))
        seats = [skill for skill in np.flatnonzero(needs).tolist() for _ in range(int(needs[skill]))]
        if len(seats) > len(can):
            return None
        holder: dict[int, int] = {}  # helper -> seat

        def sit(seat: int, tried: set[int]) -> bool:
            for who in can:
                if who in tried or not self.problem.skill[who, seats[seat]]:
                    continue
                tried.add(who)
                if who not in holder or sit(holder[who], tried):
                    holder[who] = seat
                    return True
            return False

        if not all(sit(seat, set()) for seat in range(len(seats))):
            return None
        return tuple(sorted((who, seats[seat]) for who, seat in holder.items()))


def price(weigh: Weights, before: frozenset[tuple[int, int, int]], activity: int, choice: Options) -> Ints:
    """Cost of every option: wishes, and in a repair a credit for what was there before."""
    if not before:
        return choice.cost
    stays = [
        (activity, t, p) in before for t, p in zip(choice.begin.tolist(), choice.place.tolist(), strict=True)
    ]
    cost: Ints = choice.cost - weigh.change * np.array(stays, np.int64)
    return cost
