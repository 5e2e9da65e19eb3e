"""What no timetable can do better: sessions with no room even alone, and wishes that compete."""

from __future__ import annotations

import numpy as np

from heliplan.codec import Ints
from heliplan.mip import Program, ceiling, minimise
from heliplan.stop import Watch
from heliplan.timetable._options import Options, day_ends, runs
from heliplan.timetable.explain import possible_sessions
from heliplan.timetable.problem import TimetableProblem

LARGEST = 60_000  # options in the program; with more there is no bound from it


def impossible(problem: TimetableProblem, choices: list[Options]) -> Ints:
    """Sessions of every activity that cannot take place even if it were alone, int [A]."""
    there = [possible_sessions(problem, activity, choice) for activity, choice in enumerate(choices)]
    missing: Ints = np.maximum(0, problem.sessions - np.array(there, np.int64))
    return missing


def helpers_short(problem: TimetableProblem, missing: Ints) -> int:
    """Sessions without room for want of helpers' turns beside ``missing``: by skill, and over all skills."""
    count = problem.sessions - missing
    families = [problem.skill[:, skill] for skill in range(problem.skill.shape[1])]
    needs = [problem.helpers[:, skill] for skill in range(problem.skill.shape[1])]
    most = 0
    for able, needed in zip(
        [*families, problem.skill.any(axis=1)], [*needs, problem.helpers.sum(axis=1)], strict=True
    ):
        over = int((needed * count).sum()) - int(problem.most[able].sum())
        heaviest = -np.sort(-np.repeat(needed, count))  # the sessions that free the most turns
        if over > 0:
            most = max(most, 1 + int(np.searchsorted(heaviest.cumsum(), over)))
    return most


def wishes(problem: TimetableProblem, choices: list[Options], missing: Ints, watch: Watch, seed: int) -> int:
    """At least the cost of wishes if all sessions but ``missing`` take place.

    A linear program over the options that save something: a session may be elsewhere at full cost,
    whether there is room or not; places, audiences and the number of helpers by skill are kept.
    """
    return _Wishes(problem, choices, missing).bound(watch, seed)


class _Wishes:
    """Rows are collected as keys and numbered at the end."""

    def __init__(self, problem: TimetableProblem, choices: list[Options], missing: Ints) -> None:
        self.problem, self.ends = problem, day_ends(problem)
        self.full = 0
        self.saving: list[Ints] = []
        self.rows: list[tuple[Ints, Ints]] = []
        self.room: list[float] = []
        self.weight: list[Ints] = []
        self._entries: dict[str, list[tuple[Ints, Ints, Ints]]] = {"place": [], "audience": [], "skill": []}
        count = problem.sessions - missing
        self.count = 0
        self._own: list[tuple[Ints, int]] = []
        for activity, choice in enumerate(choices):
            worst = int(choice.cost.max(initial=0))
            self.full += worst * int(count[activity])
            good = choice.keep(choice.cost < worst)
            if len(good.begin):
                self._add(activity, good, worst, int(count[activity]))

    def _add(self, activity: int, good: Options, worst: int, count: int) -> None:
        problem, length = self.problem, int(self.problem.length[activity])
        columns = np.arange(self.count, self.count + len(good.begin))
        self.count += len(columns)
        self.saving.append(worst - good.cost)
        self._own.append((columns, count))
        for step in range(length + problem.gap):
            slot = good.begin + step
            there = slot < self.ends[good.begin]
            self._enter("place", columns[there], good.place[there] * problem.slots + slot[there], 1)
            if step >= length:
                continue
            for audience in np.flatnonzero(problem.audience[activity]).tolist():
                self._enter("audience", columns, audience * problem.slots + slot, 1)
            for skill in np.flatnonzero(problem.helpers[activity]).tolist():
                needed = int(problem.helpers[activity, skill])
                self._enter("skill", columns, skill * problem.slots + slot, needed)

    def _enter(self, family: str, columns: Ints, keys: Ints, weight: int) -> None:
        self._entries[family].append((keys, columns, np.full(len(columns), weight)))

    def bound(self, watch: Watch, seed: int) -> int:
        """The full cost less what can be saved at most; 0 if that is not known in time."""
        if not self.count:
            return self.full
        if self.count > LARGEST:
            return 0
        blocks, high, base = [], [], 0
        for place, (columns, count) in enumerate(self._own):
            blocks.append((np.full(len(columns), place), columns, np.ones(len(columns))))
            high.append(float(count))
        base = len(high)
        for family, entries in self._entries.items():
            if not entries:
                continue
            keys, columns, weight = (np.concatenate([entry[i] for entry in entries]) for i in range(3))
            known, rows = np.unique(keys, return_inverse=True)
            blocks.append((rows + base, columns, weight.astype(float)))
            high += self._rooms(family, known)
            base += len(known)
        row, column, value = (np.concatenate([block[i] for block in blocks]) for i in range(3))
        program = Program(
            cost=-np.concatenate(self.saving).astype(float),
            upper=np.ones(self.count),
            low=np.full(base, -np.inf),
            high=np.array(high),
            row=row,
            column=column,
            value=value,
            relaxed=True,
        )
        done = minimise(program, watch, seed)
        return 0 if done.bound is None else max(0, self.full + ceiling(done.bound))

    def _rooms(self, family: str, keys: Ints) -> list[float]:
        """How much there is of each: one session in a place or for an audience, so many helpers."""
        if family != "skill":
            return [1.0] * len(keys)
        problem = self.problem
        there = problem.skill.T.astype(np.int64) @ runs(problem.available, 1).astype(np.int64)
        rooms: list[float] = there.ravel()[keys].astype(float).tolist()
        return rooms
