"""A timetable, whole or in part, as 0-1 variables, solved by CP-SAT (in part) or HiGHS (whole).

CP-SAT is driven through its protocol buffers: its Python modelling layer imports pandas, which takes
longer than a village's timetable. Only with full linearisation does it prove anything here; HiGHS bounds the
whole table better.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from ortools.sat.python import cp_model_helper as cp

from heliplan.codec import Ints
from heliplan.highs import Floats
from heliplan.mip import Program, ceiling, minimise
from heliplan.stop import Watch
from heliplan.timetable._options import Options, Session, Taken
from heliplan.timetable.problem import ANY, TimetableProblem, Weights


@dataclass(frozen=True, slots=True)
class Answer:
    """Sessions and a bound on the cost (``None``: none in time); whether it is proven that there are none."""

    sessions: list[Session] | None
    bound: int | None
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
        self.upper: list[int] = []
        self.rows: list[tuple[list[int], list[int], int, int]] = []  # variables, weights, low, high
        self.session: dict[tuple[int, int, int], int] = {}
        self.turn: dict[tuple[int, int, int, int], int] = {}  # activity, beginning, helper, skill
        self._cost: dict[int, int] = {}
        self._then: dict[tuple[int, int], int] = {}
        self._missing: dict[int, tuple[int, int]] = {}
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

    def _new(self, most: int = 1, cost: int = 0) -> int:
        self.upper.append(most)
        if cost:
            self._cost[len(self.upper) - 1] = cost
        return len(self.upper) - 1

    def _linear(self, variables: list[int], weights: list[int], low: int, high: int) -> None:
        self.rows.append((variables, weights, low, high))

    def _at_most_one(self, variables: list[int]) -> None:
        if len(variables) > 1:
            self._linear(variables, [1] * len(variables), 0, 1)

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
        self._missing[activity] = missing, wanted
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
            then = self._then[activity, begin] = self._new()
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

    def _start(self, sessions: list[Session]) -> Ints:
        """A value for every variable that these sessions give."""
        values = np.zeros(len(self.upper), np.int64)
        for row in sessions:
            known = [self.session.get((row.activity, row.begin, row.place))]
            known += [self.turn.get((row.activity, row.begin, *turn)) for turn in row.helpers]
            values[[variable for variable in known if variable is not None]] = 1
            if (row.activity, row.begin) in self._then:
                values[self._then[row.activity, row.begin]] = 1
        for activity, (missing, wanted) in self._missing.items():
            values[missing] = wanted - sum(row.activity == activity for row in sessions)
        return values

    def repair(
        self,
        watch: Watch,
        seed: int,
        effort: float | None,
        start: list[Session] | None = None,
        linear: int = 2,
    ) -> Answer:
        """CP-SAT on one thread from these sessions, for at most ``effort`` of its deterministic time.

        ``linear`` is its level of linearisation.
        """
        settings = cp.SatParameters()
        settings.num_workers, settings.linearization_level = 1, linear
        settings.cp_model_probing_level = 0
        settings.random_seed = seed % (2**31 - 1)
        if effort is not None:
            settings.max_deterministic_time = effort
        if watch.remaining is not None:
            settings.max_time_in_seconds = max(0.01, watch.remaining)
        runner = cp.SolveWrapper()
        runner.set_parameters(settings)
        reply = runner.solve(self._proto(start))  # type: ignore[no-untyped-call]  # no stubs in it
        if reply.status == cp.CpSolverStatus.MODEL_INVALID:
            raise RuntimeError("CP-SAT refused the model")
        if reply.status == cp.CpSolverStatus.INFEASIBLE:
            return Answer(None, 0, impossible=True)
        if reply.status not in (cp.CpSolverStatus.OPTIMAL, cp.CpSolverStatus.FEASIBLE):
            return Answer(None, None)
        bound = int(np.ceil(reply.best_objective_bound - 1e-6)) if self._cost else 0
        return Answer(self._sessions(np.array(list(reply.solution))), bound)

    def _proto(self, start: list[Session] | None) -> cp.CpModelProto:
        proto = cp.CpModelProto()
        for most in self.upper:
            proto.variables.add().domain.extend([0, most])
        for variables, factors, low, high in self.rows:
            if (low, high) == (0, 1) and min(factors) == max(factors) == 1:
                proto.constraints.add().at_most_one.literals.extend(variables)
                continue
            linear = proto.constraints.add().linear
            linear.vars.extend(variables)
            linear.coeffs.extend(factors)
            linear.domain.extend([low, high])
        proto.objective.vars.extend(list(self._cost))
        proto.objective.coeffs.extend(list(self._cost.values()))
        if start is not None:
            proto.solution_hint.vars.extend(list(range(len(self.upper))))
            proto.solution_hint.values.extend(self._start(start).tolist())
        return proto

    def prove(self, watch: Watch, seed: int, nodes: int | None, start: list[Session] | None = None) -> Answer:
        """HiGHS from these sessions, until proven or at most ``nodes`` of its tree."""
        sizes = [len(variables) for variables, *_ in self.rows]
        cost = np.zeros(len(self.upper))
        cost[list(self._cost)] = list(self._cost.values())
        program = Program(
            cost=cost,
            upper=np.array(self.upper, float),
            low=np.array([row[2] for row in self.rows], float),
            high=np.array([row[3] for row in self.rows], float),
            row=np.repeat(np.arange(len(self.rows)), sizes),
            column=np.array([variable for row in self.rows for variable in row[0]], np.int64),
            value=np.array([factor for row in self.rows for factor in row[1]], float),
        )
        begin = None if start is None else self._start(start).astype(float)
        done = minimise(program, watch, seed, begin, nodes)
        bound = None if done.bound is None else ceiling(done.bound)
        return Answer(None if done.values is None else self._sessions(done.values), bound, done.impossible)

    def _sessions(self, values: Ints | Floats) -> list[Session]:
        helpers: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
        for (activity, begin, helper, skill), variable in self.turn.items():
            if values[variable] > 0:
                helpers[activity, begin].append((helper, skill))
        return [
            Session(a, t, p, tuple(sorted(helpers[a, t])))
            for (a, t, p), variable in self.session.items()
            if values[variable] > 0
        ]
