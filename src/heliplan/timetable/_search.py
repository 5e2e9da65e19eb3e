"""A first timetable, hardest activities first; then a few related activities at a time are placed anew."""

from __future__ import annotations

import numpy as np

from heliplan.codec import Ints
from heliplan.stop import Watch
from heliplan.timetable._model import Before, Model
from heliplan.timetable._options import Options, Session, Taken, price
from heliplan.timetable.problem import ANY, TimetableProblem, Weights

TOGETHER = 8  # activities placed anew at a time
MORE = 4  # one more after so many rounds in vain
SHORT_LIST = 60  # options of each that are looked at beside those without wish cost
EFFORT = 0.5  # CP-SAT's deterministic time for one round


class Search:
    """A plan as sessions by activity, with what they take."""

    def __init__(
        self, problem: TimetableProblem, weigh: Weights, choices: list[Options], before: Before, seed: int
    ) -> None:
        self.problem, self.weigh, self.choices, self.before = problem, weigh, choices, before
        self.random = np.random.default_rng(seed)
        self.seed = seed
        self.taken = Taken(problem)
        self.by_activity: list[list[Session]] = [[] for _ in range(problem.activities)]

    @property
    def sessions(self) -> list[Session]:
        """All sessions."""
        return [session for rows in self.by_activity for session in rows]

    def first(self, pinned: list[Session], guide: list[tuple[int, int, int]], watch: Watch) -> None:
        """Pins, then what was there before, then where ``guide`` says (place ``ANY``: any), then activity
        by activity: the cheapest option that is free."""
        for session in pinned:
            self._put(session)
        for activity, begin, place in [*sorted(self.before.sessions), *guide]:
            choice = self.choices[activity]
            here = choice.keep((choice.begin == begin) & ((choice.place == place) | (place == ANY)))
            if len(self.by_activity[activity]) < self.problem.sessions[activity]:
                self._place(activity, here)
        order = np.argsort([len(choice.begin) for choice in self.choices], kind="stable")
        for activity in order.tolist():
            while len(self.by_activity[activity]) < self.problem.sessions[activity]:
                if watch.overdue or not self._place(activity, self.choices[activity]):
                    break

    def take(self, sessions: list[Session]) -> None:
        """Have these sessions instead of all there are, unless they cost more."""
        old, now = self.sessions, self.cost(list(range(self.problem.activities)))
        self._exchange(sessions)
        if self.cost(list(range(self.problem.activities))) > now:
            self._exchange(old)

    def _exchange(self, sessions: list[Session]) -> None:
        for row in self.sessions:
            self.taken.add(row, -1)
        self.by_activity = [[] for _ in range(self.problem.activities)]
        for row in sessions:
            self._put(row)

    def _put(self, session: Session) -> None:
        self.taken.add(session)
        self.by_activity[session.activity].append(session)

    def _place(self, activity: int, choice: Options) -> bool:
        """One session at the cheapest free option for which there are helpers."""
        choice = choice.keep(self.taken.free(activity, choice))
        tried: set[int] = set()
        for at in np.argsort(choice.cost, kind="stable").tolist():
            begin = int(choice.begin[at])
            if begin in tried:
                continue
            liked = frozenset(h for a, t, h in self.before.turns if (a, t) == (activity, begin))
            staff = self.taken.staff(activity, begin, liked)
            if staff is not None:
                self._put(Session(activity, begin, int(choice.place[at]), staff))
                return True
            tried.add(begin)
        return False

    def cost(self, activities: list[int]) -> int:
        """What these activities cost now: unplaced, wishes, less credits for what was there before."""
        total = 0
        for activity in activities:
            rows = self.by_activity[activity]
            total += self.weigh.unplaced * (int(self.problem.sessions[activity]) - len(rows))
            for row in rows:
                total += self._wish(row)
                if (activity, row.begin, row.place) in self.before.sessions:
                    total -= self.weigh.change
                stay = sum((activity, row.begin, helper) in self.before.turns for helper, _ in row.helpers)
                total -= self.weigh.helper_change * stay
        return total

    def _wish(self, row: Session) -> int:
        choice = self.choices[row.activity]
        at = (choice.begin == row.begin) & (choice.place == row.place)
        return int(choice.cost[at][0])

    def wanting(self) -> list[int]:
        """Activities that cost more than they would alone."""
        least = self._least()
        costs = [self.cost([activity]) for activity in range(self.problem.activities)]
        return [activity for activity, cost in enumerate(costs) if cost > least[activity]]

    def _least(self) -> Ints:
        """At least the cost of every activity, int [A]."""
        if not hasattr(self, "_leasts"):
            least = []
            for activity, choice in enumerate(self.choices):
                cost = np.sort(price(self.weigh, self.before.sessions, activity, choice))
                count = int(self.problem.sessions[activity])
                missing = max(0, count - len(cost))
                turns = sum(a == activity for a, _, _ in self.before.turns)
                credit = self.weigh.helper_change * turns
                least.append(int(cost[:count].sum()) + missing * self.weigh.unplaced - credit)
            self._leasts = np.array(least, np.int64)
        return self._leasts

    def round(self, watch: Watch, idle: int) -> bool:
        """Place a few related activities anew, more of them after ``idle`` rounds in vain; whether that
        helped."""
        wanting = self.wanting()
        if not wanting:
            return False
        centre = wanting[int(self.random.integers(len(wanting)))]
        chosen = self._related(centre, TOGETHER + idle // MORE)
        return self.renew(chosen, watch, EFFORT)

    def renew(self, chosen: list[int], watch: Watch, effort: float | None) -> bool:
        """The best places for these activities with all others as they are; whether that helped."""
        now, old = self.cost(chosen), [row for activity in chosen for row in self.by_activity[activity]]
        for row in old:
            self.taken.add(row, -1)
        lists = {activity: self._short_list(activity) for activity in chosen}
        model = Model(self.problem, self.weigh, self.taken, lists, self.before)
        fresh = model.repair(watch, int(self.random.integers(2**31)), effort, old).sessions
        for activity in chosen:
            self.by_activity[activity] = []
        for row in old if fresh is None else fresh:
            self._put(row)
        if self.cost(chosen) > now:
            for activity in chosen:
                for row in self.by_activity[activity]:
                    self.taken.add(row, -1)
                self.by_activity[activity] = []
            for row in old:
                self._put(row)
        return self.cost(chosen) < now

    def _short_list(self, activity: int) -> Options:
        """Free options: the cheapest and some by chance, and all that it has now."""
        choice = self.choices[activity]
        free = choice.keep(self.taken.free(activity, choice))
        if len(free.begin) <= SHORT_LIST:
            return free
        cost = price(self.weigh, self.before.sessions, activity, free)
        rank = np.lexsort((self.random.permutation(len(cost)), cost))
        now = {(row.begin, row.place) for row in self.by_activity[activity]}
        pairs = zip(free.begin.tolist(), free.place.tolist(), strict=True)
        stays = np.array([pair in now for pair in pairs], bool)
        cheap = rank[: SHORT_LIST // 2]
        chance = self.random.choice(len(cost), SHORT_LIST // 2, replace=False)
        return free.keep(np.unique(np.concatenate([cheap, chance, np.flatnonzero(stays)])))

    def _related(self, centre: int, count: int) -> list[int]:
        """The activity, those that sit where it could be better, and a few by chance."""
        problem, choice = self.problem, self.choices[centre]
        cost = price(self.weigh, self.before.sessions, centre, choice)
        best = choice.keep(cost == cost.min(initial=0)) if len(cost) else choice
        rivals: list[int] = []
        if len(best.begin):
            at = int(self.random.integers(len(best.begin)))
            rivals = self._rivals(centre, int(best.begin[at]), int(best.place[at]))
        self.random.shuffle(rivals)
        others = self.random.permutation(problem.activities).tolist()
        return sorted(list(dict.fromkeys([centre, *rivals, *others]))[:count])

    def _rivals(self, activity: int, begin: int, place: int) -> list[int]:
        """Activities with sessions that stand in the way of this option."""
        problem = self.problem
        end, cleared = self.taken.span(activity, begin)
        audience, skills = problem.audience[activity], problem.helpers[activity] > 0
        found = []
        for row in self.sessions:
            row_end, row_cleared = self.taken.span(row.activity, row.begin)
            if row.activity == activity or row.begin >= cleared or begin >= row_cleared:
                continue
            same = row.place == place and place != ANY
            heard = row.begin < end and begin < row_end and (problem.audience[row.activity] & audience).any()
            helped = skills.any() and any(problem.skill[helper, skills].any() for helper, _ in row.helpers)
            if same or heard or helped:
                found.append(row.activity)
        return list(dict.fromkeys(found))
