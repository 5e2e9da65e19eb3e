"""A timetable, whole or in part, as 0-1 variables for CP-SAT.

The solver is driven through its protocol buffers: its Python modelling layer imports pandas, which takes
longer than a village's timetable.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from ortools.sat.python import cp_model_helper as cp

from heliplan.stop import Watch
from heliplan.timetable._options import Options, Session, Taken
from heliplan.timetable.problem import ANY, TimetableProblem, Weights


@dataclass(frozen=True, slots=True)
class Answer:
    """Sessions (``None``: none found in time), a bound on the cost, whether it is proven that there are none."""

    sessions: list[Session] | None
    bound: int
    impossible: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Before:
    """The previous plan: (activity, beginning, place) and (activity, beginning, helper)."""

    sessions: frozenset[tuple[int, int, int]]
    turns: frozenset[tuple[int, int, int]]


class Model:
    """Some activities with some options, beside sessions that stay as they are (``taken``).

    The cost is that of the sessions left unplaced, of wishes not met, less credits for what was there
    before.
    """

    def __init__(
        self,
        problem: TimetableProblem,
        weigh: Weights,
        taken: Taken,
        choices: dict[int, Options],
        before: Before,
    ) -> None:
        self.problem, self.weigh, self.taken, self.before = problem, weigh, taken, before
        self.proto = cp.CpModelProto()
        self.session: dict[tuple[int, int, int], int] = {}
        self.turn: dict[tuple[int, int, int, int], int] = {}  # activity, beginning, helper, skill
        self._cost: dict[int, int] = {}
        self._place: dict[tuple[int, int], list[int]] = defaultdict(list)
        self._audience: dict[tuple[int, int], list[int]] = defaultdict(list)
        self._helper: dict[tuple[int, int], list[int]] = defaultdict(list)
        self._turns: dict[int, list[int]] = defaultdict(list)
        for activity, choice in choices.items():
            self._add(activity, choice)
        for clashes in (self._place, self._audience, self._helper):
            for group in clashes.values():
                self._at_most_one(group)
        for helper, turns in self._turns.items():
            room = int(problem.most[helper] - taken.turns[helper])
            if len(turns) > room:
                self._linear(turns, [1] * len(turns), 0, room)
        self.proto.objective.vars.extend(list(self._cost))
        self.proto.objective.coeffs.extend(list(self._cost.values()))

    @property
    def size(self) -> int:
        """How many variables."""
        return len(self.proto.variables)

    def _new(self, most: int = 1, cost: int = 0) -> int:
        variable = len(self.proto.variables)
        self.proto.variables.add().domain.extend([0, most])
        if cost:
            self._cost[variable] = cost
        return variable

    def _linear(self, variables: Iterable[int], weights: Iterable[int], low: int, high: int) -> None:
        linear = self.proto.constraints.add().linear
        linear.vars.extend(list(variables))
        linear.coeffs.extend(list(weights))
        linear.domain.extend([low, high])

    def _at_most_one(self, variables: list[int]) -> None:
        if len(variables) > 1:
            self.proto.constraints.add().at_most_one.literals.extend(variables)

    def _add(self, activity: int, choice: Options) -> None:
        """An activity: as many sessions as wanted or unplaced, apart from each other."""
        problem = self.problem
        begins: dict[int, list[int]] = defaultdict(list)
        rows = zip(choice.begin.tolist(), choice.place.tolist(), choice.cost.tolist(), strict=True)
        for begin, place, cost in rows:
            credit = self.weigh.change if (activity, begin, place) in self.before.sessions else 0
            variable = self._new(cost=cost - credit)
            self.session[activity, begin, place] = variable
            begins[begin].append(variable)
            _, cleared = self.taken.span(activity, begin)
            for slot in range(begin, cleared):
                self._place[place, slot].append(variable)
        wanted = int(problem.sessions[activity]) - len(self.taken.own[activity])
        missing = self._new(wanted, self.weigh.unplaced)
        here = [variable for group in begins.values() for variable in group]
        self._linear([*here, missing], [1] * (len(here) + 1), wanted, wanted)
        self._keep_apart(activity, begins, wanted)
        for begin, group in begins.items():
            self._people(activity, begin, group)
        self._pin(activity, begins)

    def _keep_apart(self, activity: int, begins: dict[int, list[int]], wanted: int) -> None:
        if wanted < 2:
            return
        problem, apart = self.problem, int(self.problem.apart[activity])
        days: dict[int, list[int]] = defaultdict(list)
        for begin, group in begins.items():
            days[int(problem.day[begin])] += group
        if apart > 0:
            for first in sorted(days):
                window = [day for day in days if first <= day < first + apart]
                self._at_most_one([variable for day in window for variable in days[day]])
            return
        length = int(problem.length[activity])
        for slot in sorted(begins):
            covering = [v for begin, group in begins.items() if begin <= slot < begin + length for v in group]
            self._at_most_one(covering)

    def _people(self, activity: int, begin: int, group: list[int]) -> None:
        """Audience and helpers of the sessions that begin then, wherever they are."""
        problem = self.problem
        audiences = np.flatnonzero(problem.audience[activity]).tolist()
        needs = problem.helpers[activity]
        if not audiences and not needs.any():
            return
        then = group[0]
        if len(group) > 1:
            then = self._new()
            self._linear([then, *group], [-1] + [1] * len(group), 0, 0)
        end, cleared = self.taken.span(activity, begin)
        for audience in audiences:
            for slot in range(begin, end):
                self._audience[audience, slot].append(then)
        can = self.taken.helpers(activity, begin)
        for skill in np.flatnonzero(needs).tolist():
            able = np.flatnonzero(can & problem.skill[:, skill]).tolist()
            turns = [self._turn(activity, begin, helper, skill, cleared) for helper in able]
            self._linear([then, *turns], [-int(needs[skill])] + [1] * len(turns), 0, 0)

    def _turn(self, activity: int, begin: int, helper: int, skill: int, cleared: int) -> int:
        credit = self.weigh.helper_change if (activity, begin, helper) in self.before.turns else 0
        variable = self._new(cost=-credit)
        self.turn[activity, begin, helper, skill] = variable
        self._turns[helper].append(variable)
        for slot in range(begin, cleared):
            self._helper[helper, slot].append(variable)
        return variable

    def _pin(self, activity: int, begins: dict[int, list[int]]) -> None:
        problem = self.problem
        for _, begin, place in problem.fixed[problem.fixed[:, 0] == activity].tolist():
            if begin in self.taken.own[activity]:
                continue
            fitting = begins.get(begin, [])
            if place != ANY:
                known = self.session.get((activity, begin, place))
                fitting = [] if known is None else [known]
            self._linear(fitting, [1] * len(fitting), 1, 1)

    def hint(self, sessions: list[Session]) -> None:
        """Begin with these sessions."""
        values = dict.fromkeys([*self.session.values(), *self.turn.values()], 0)
        for row in sessions:
            key = (row.activity, row.begin, row.place)
            if key in self.session:
                values[self.session[key]] = 1
            for helper, skill in row.helpers:
                turn = self.turn.get((row.activity, row.begin, helper, skill))
                if turn is not None:
                    values[turn] = 1
        self.proto.solution_hint.vars.extend(list(values))
        self.proto.solution_hint.values.extend(list(values.values()))

    def solve(self, watch: Watch, seed: int, effort: float | None) -> Answer:
        """Run CP-SAT on one thread, for at most ``effort`` of its deterministic time."""
        settings = cp.SatParameters()
        settings.num_workers = 1
        settings.random_seed = seed % (2**31 - 1)
        settings.relative_gap_limit = watch.stop.gap
        if effort is not None:
            settings.max_deterministic_time = effort
        if watch.remaining is not None:
            settings.max_time_in_seconds = max(0.01, watch.remaining)
        runner = cp.SolveWrapper()
        runner.set_parameters(settings)
        if watch.stop.cancelled is not None:
            cancelled = watch.stop.cancelled
            runner.add_best_bound_callback(lambda _: runner.stop_search() if cancelled() else None)
        reply = runner.solve(self.proto)
        if reply.status == cp.CpSolverStatus.MODEL_INVALID:
            raise RuntimeError("CP-SAT refused the model")
        if reply.status == cp.CpSolverStatus.INFEASIBLE:
            return Answer(None, 0, impossible=True)
        bound = int(np.ceil(reply.best_objective_bound - 1e-6)) if len(self._cost) else 0
        if reply.status not in (cp.CpSolverStatus.OPTIMAL, cp.CpSolverStatus.FEASIBLE):
            return Answer(None, bound)
        return Answer(self._sessions(reply.solution), bound)

    def _sessions(self, solution: Iterable[int]) -> list[Session]:
        values = list(solution)
        helpers: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
        for (activity, begin, helper, skill), variable in self.turn.items():
            if values[variable]:
                helpers[activity, begin].append((helper, skill))
        return [
            Session(a, t, p, tuple(sorted(helpers[a, t])))
            for (a, t, p), variable in self.session.items()
            if values[variable]
        ]
