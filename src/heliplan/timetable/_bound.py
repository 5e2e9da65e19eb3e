"""What no timetable can do better, and times and places that come near it.

A linear program over all activities at once: which sessions take place, at which times, and in which place
if only one place costs as little. Other places, and helpers, are counted and not told apart.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from heliplan.codec import Ints
from heliplan.fields import Bools
from heliplan.mip import Program, ceiling, minimise
from heliplan.stop import Watch
from heliplan.timetable._options import Options, day_ends, price
from heliplan.timetable.explain import possible_sessions
from heliplan.timetable.problem import ANY, TimetableProblem, Weights

FINE = 60_000  # options each with a column of its own
SOME = 1e-6  # a share of a session above this is told


@dataclass(frozen=True, slots=True)
class Ease:
    """``bound`` on the cost (``None``: not known in time), and ``guide``, rows of (activity, beginning,
    place or ``ANY``), those that are surest first."""

    bound: int | None
    guide: list[tuple[int, int, int]]


def impossible(problem: TimetableProblem, choices: list[Options]) -> Ints:
    """Sessions of every activity that cannot take place even if it were alone, int [A]."""
    there = [possible_sessions(problem, activity, choice) for activity, choice in enumerate(choices)]
    missing: Ints = np.maximum(0, problem.sessions - np.array(there, np.int64))
    return missing


def short_of(problem: TimetableProblem, missing: Ints) -> int:
    """Sessions without room beside ``missing``: for want of helpers' turns, by skill and over all skills, or
    for want of hours in all places together."""
    count = problem.sessions - missing
    limits = [(needed, int(problem.most[able].sum())) for able, needed in _crews(problem)]
    most = 0
    for needed, there in [*limits, (problem.length, int(problem.opening.sum()))]:
        over = int((needed * count).sum()) - there
        heaviest = -np.sort(-np.repeat(needed, count))  # the sessions that free the most turns
        if over > 0:
            most = max(most, 1 + int(np.searchsorted(heaviest.cumsum(), over)))
    return most


def wishes_at_least(choices: list[Options], placed: Ints, short: int) -> int:
    """What wishes cost at least if of the sessions of every activity that may take place ``short`` do not."""
    least = [np.sort(choice.cost)[:count] for choice, count in zip(choices, placed.tolist(), strict=True)]
    costs = np.sort(np.concatenate([np.zeros(0, np.int64), *least]))
    return int(costs[: max(0, len(costs) - short)].sum())


def _crews(problem: TimetableProblem) -> list[tuple[Bools, Ints]]:
    """(who has it, how many every activity needs of it) for each skill, and for all skills together."""
    skills = range(problem.skill.shape[1])
    crews = [(problem.skill[:, skill], problem.helpers[:, skill]) for skill in skills]
    anyone: Bools = np.logical_or.reduce(problem.skill, axis=1)
    return [*crews, (anyone, problem.helpers.sum(axis=1))]


def ease(
    problem: TimetableProblem,
    weigh: Weights,
    choices: list[Options],
    before: frozenset[tuple[int, int, int]],
    watch: Watch,
    seed: int,
) -> Ease:
    """Solve the linear program; costs as in :class:`heliplan.timetable._model.Model`, helpers' credits aside.

    An activity has a column for its sessions unplaced, one for the dearest options of every beginning, and
    one for each of the others; with more than ``FINE`` of them, one for those of one beginning and cost.
    """
    return _Relaxed(problem, weigh, choices, before).solve(watch, seed)


class _Relaxed:
    """Columns side by side (``activity``, ``begin``, ``place``), rows family by family."""

    def __init__(
        self,
        problem: TimetableProblem,
        weigh: Weights,
        choices: list[Options],
        before: frozenset[tuple[int, int, int]],
    ) -> None:
        self.problem = problem
        costs = [price(weigh, before, activity, choice) for activity, choice in enumerate(choices)]
        fine = sum(int((cost < cost.max(initial=0)).sum()) for cost in costs) <= FINE
        columns = [np.zeros((4, 0), np.int64)]
        columns += [_columns(activity, choices[activity], cost, fine) for activity, cost in enumerate(costs)]
        self.activity, self.begin, self.place, cost = np.concatenate(columns, axis=1)
        self.count = len(self.activity)
        self.cost = np.concatenate([cost, np.full(problem.activities, weigh.unplaced)]).astype(float)
        self.length = problem.length[self.activity]
        self.ends = self.begin + self.length
        self.cleared = np.minimum(self.ends + problem.gap, day_ends(problem)[self.begin])
        self.blocks: list[tuple[Ints, Ints, Ints]] = []  # row, column, weight
        self.low: list[float] = []
        self.high: list[float] = []
        self._wanted()
        self._apart()
        self._places()
        self._people()
        self._pins()

    def _rows(self, keys: Ints, columns: Ints, weights: Ints, most: Ints | int) -> None:
        """One row for every different key: the sum of its columns is at most ``most`` [keys] or all alike."""
        known, first, row = np.unique(keys, return_index=True, return_inverse=True)
        self.blocks.append((row + len(self.high), columns, weights))
        self.high += np.broadcast_to(most, keys.shape)[first].astype(float).tolist()
        self.low += [-np.inf] * len(known)

    def _each(self, ends: Ints, chosen: Bools) -> tuple[Ints, Ints]:
        """(column, slot) for every slot from beginning to end of the chosen columns."""
        columns = np.flatnonzero(chosen)
        lengths = (ends - self.begin)[columns]
        column = np.repeat(columns, lengths)
        steps = np.arange(len(column)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        return column, self.begin[column] + steps

    def _wanted(self) -> None:
        """As many sessions as wanted or unplaced."""
        everything = np.arange(len(self.cost))
        who = np.concatenate([self.activity, np.arange(self.problem.activities)])
        self._rows(who, everything, np.ones_like(everything), self.problem.sessions[who])
        self.low = self.high.copy()

    def _apart(self) -> None:
        """Sessions of one activity do not overlap, and are on days far enough from each other."""
        problem = self.problem
        several = problem.sessions[self.activity] > 1
        column, slot = self._each(self.ends, several)
        self._rows(self.activity[column] * problem.slots + slot, column, np.ones_like(column), 1)
        day, apart = problem.day[self.begin], problem.apart[self.activity]
        for first in np.unique(problem.day).tolist():
            columns = np.flatnonzero(several & (day >= first) & (day < first + apart))
            self._rows(self.activity[columns], columns, np.ones_like(columns), 1)

    def _places(self) -> None:
        """One session in a place, and no more in all than there are places."""
        problem = self.problem
        column, slot = self._each(self.cleared, self.place != ANY)
        self._rows(self.place[column] * problem.slots + slot, column, np.ones_like(column), 1)
        column, slot = self._each(self.ends, np.ones(self.count, bool))
        self._rows(slot, column, np.ones_like(column), problem.opening.sum(axis=0)[slot])

    def _people(self) -> None:
        """One session at a time for an audience; helpers there, and their turns."""
        problem = self.problem
        for audience in problem.audience.T:
            column, slot = self._each(self.ends, audience[self.activity])
            self._rows(slot, column, np.ones_like(column), 1)
        for able, needed in _crews(problem):
            need = needed[self.activity]
            column, slot = self._each(self.ends, need > 0)
            self._rows(slot, column, need[column], problem.available[able].sum(axis=0)[slot])
            column = np.flatnonzero(need)
            self._rows(np.zeros_like(column), column, need[column], problem.most[able].sum())

    def _pins(self) -> None:
        for pin in self.problem.fixed.tolist():
            fits = np.ones(self.count, bool)
            for field, want in zip((self.activity, self.begin, self.place), pin, strict=True):
                fits &= (field == want) | (want == ANY) | (field == ANY)
            columns = np.flatnonzero(fits)
            self._rows(np.zeros_like(columns), columns, np.ones_like(columns), len(columns))
            if len(columns):
                self.low[-1] = 1.0

    def solve(self, watch: Watch, seed: int) -> Ease:
        """Bound and guide."""
        row, column, value = (np.concatenate([block[i] for block in self.blocks]) for i in range(3))
        upper = np.concatenate([np.ones(self.count), self.problem.sessions])
        low, high = np.array(self.low), np.array(self.high)
        program = Program(self.cost, upper, low, high, row, column, value.astype(float), relaxed=True)
        done = minimise(program, watch, seed)
        if done.values is None or done.bound is None:
            return Ease(None, [])
        share = done.values[: self.count]
        order = np.argsort(-share, kind="stable")
        order = order[share[order] > SOME]
        told = (self.activity[order], self.begin[order], self.place[order])
        return Ease(ceiling(done.bound), list(zip(*(side.tolist() for side in told), strict=True)))


def _columns(activity: int, choice: Options, cost: Ints, fine: bool) -> Ints:
    """(activity, beginning, place, cost) [4, N]; what is taken together has ``ANY`` place."""
    alone = (cost < cost.max(initial=0)) & fine
    kinds = np.stack([choice.begin, cost, np.where(alone, choice.place, ANY)])
    (begin, prices, _), first, counts = np.unique(kinds, axis=1, return_index=True, return_counts=True)
    place = np.where(counts > 1, ANY, choice.place[first])
    return np.stack([np.full(len(begin), activity), begin, place, prices])
