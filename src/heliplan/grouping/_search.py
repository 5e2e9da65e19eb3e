"""The search on parts: first plans, pairs of bodies divided anew, annealing, exact windows, a bound."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np

from heliplan.codec import Ints
from heliplan.grouping._anneal import annealed, fitting
from heliplan.grouping._bound import Relaxation, separate, unreachable
from heliplan.grouping._build import Growing, cut, kept
from heliplan.grouping._columns import Columns
from heliplan.grouping._levels import Found, levels, measure, names
from heliplan.grouping._parts import Joining, Part, window
from heliplan.grouping._pools import Pools, pools
from heliplan.grouping._pricing import FULL, Floats, table
from heliplan.grouping._split import Splitting
from heliplan.grouping.problem import NONE, GroupingProblem, Params, Weights
from heliplan.stop import Watch

WINDOW = 40  # units of a window: solved in a fraction of a second
JOINS = 200_000  # joins that the bound looks at in one go


class Search:
    """The search on one part."""

    def __init__(
        self,
        problem: GroupingProblem,
        joining: Joining,
        part: Part,
        weigh: Weights,
        params: Params,
        seed: int,
    ) -> None:
        self.problem, self.joining, self.part, self.weigh = problem, joining, part, weigh
        self.params, self.seed = params, seed
        self.repair = weigh.change > 0
        self.windows = 0

    def first(self, watch: Watch, fair: float) -> Found:
        """A plan and bounds on covering and bodies, in little time; ``fair`` is this part's share of it."""
        shares = self._shares(watch.share(0.2))
        seat, kind = self._begin(shares, watch)
        if shares is None or not self.cools:  # otherwise the bodies are few, and annealing does the rest
            split = Splitting(self.problem, self.joining, self.part, seat, kind, self.seed)
            split.run(watch.share(0.5 * fair))
            seat, kind = split.seat, split.kind
        return self._found(seat, kind, shares)

    @property
    def cools(self) -> bool:
        """Whether annealing knows all the rules that count here."""
        return fitting(self.problem) and not self.repair

    def cooled(self, plan: Found, watch: Watch, seed: int) -> Found:
        """The plan with shorter ways, as many bodies and as much covered; annealing."""
        seat, kind = annealed(self.problem, self.joining, self.part, plan.seat, plan.kind, watch, seed)
        values = measure(self.part, seat, self._ways(seat, kind), self.weigh)
        return replace(plan, seat=seat, kind=kind, values=values) if values < plan.values else plan

    def opened(self, plan: Found, watch: Watch) -> Found:
        """The plan after windows around bodies, where more may be covered or annealing does not help."""
        if self.cools and plan.bounds[:-1] == plan.values[:-1]:
            return plan
        return self.windowed(plan, watch)

    def _shares(self, watch: Watch) -> Pools | None:
        problem = self.problem
        loose = problem.edges is None and problem.reach is None
        pinned = len(problem.fixed) or len(problem.forbidden)
        if not loose or pinned or self.part.size < 2 or watch.late:
            return None
        return pools(problem, self.part, watch, self.seed)

    def _begin(self, shares: Pools | None, watch: Watch) -> tuple[Ints, Ints]:
        problem, part = self.problem, self.part
        if self.repair:
            seat, kind = kept(problem, self.joining, part)
            return Growing(problem, part, seat, kind).grow(watch)
        if shares is not None:
            return Growing(problem, part, *cut(problem, self.joining, part, shares)).grow(watch)
        nobody = np.full(part.size, NONE)
        return Growing(problem, part, nobody, nobody).grow(watch)

    def _found(self, seat: Ints, kind: Ints, shares: Pools | None) -> Found:
        part, goals = self.part, names(self.part, self.weigh)
        values = dict(zip(goals, measure(part, seat, self._ways(seat, kind), self.weigh), strict=True))
        bounds = dict.fromkeys(goals, 0)
        out = shares.left_out if shares is not None else len(unreachable(self.problem, part))
        bounds["uncovered"] = out
        # a bound on bodies is one only where every goal before is at its own
        if out == values["uncovered"] and not values.get("change") and not values.get("pins"):
            fewest = separate(part, out) if shares is None else shares.fewest
            if self.problem.most is not None:
                fewest = max(fewest, -(-(part.size - out) // self.problem.most))
            bounds["bodies"] = min(fewest, values["bodies"])
        return Found(seat, kind, tuple(values.values()), tuple(bounds.values()), "search")

    def _ways(self, seat: Ints, kind: Ints) -> Ints:
        part = self.part
        ways = np.zeros(part.size, np.int64)
        inside = np.flatnonzero(seat >= 0)
        units, seats = part.units[inside], part.units[seat[inside]]
        ways[inside] = self.joining.way(units, seats, np.maximum(kind[inside], 0))
        return ways

    def windowed(self, plan: Found, watch: Watch) -> Found:
        """The plan after bodies near each other were put together anew, some at a time, in the best way."""
        seat, kind = plan.seat.copy(), plan.kind.copy()
        for centre in self._centres(plan):
            if self.windows >= self.params.windows or watch.over(self.windows):
                break
            self.windows += 1
            self._solve_window(seat, kind, centre, watch)
        values = measure(self.part, seat, self._ways(seat, kind), self.weigh)
        return replace(plan, seat=seat, kind=kind, values=values)

    def _centres(self, plan: Found) -> Ints:
        """Units left out first, then those of small bodies, then by chance."""
        random = np.random.default_rng(self.seed)
        size = np.bincount(plan.seat[plan.seat >= 0], minlength=self.part.size)
        rank = np.where(plan.seat < 0, 0, size[plan.seat])
        return np.lexsort((random.permutation(self.part.size), rank))

    def _solve_window(self, seat: Ints, kind: Ints, centre: int, watch: Watch) -> None:
        units = self._around(seat, centre)
        small = window(self.joining, self.part, units)
        lay = table(small, self.problem.threshold, self.problem.most)
        if lay.cells > FULL or len(units) < 2:
            return
        inside = np.where(seat[units] < 0, NONE, np.searchsorted(units, seat[units]))
        ways = self._ways(seat, kind)[units]
        values = measure(small, inside, ways, self.weigh)
        now = Found(inside, kind[units], values, (0,) * len(values), "search")
        better = Columns(small, levels(small, self.weigh), lay, watch, self.seed).solve(now)
        if better.values < values:
            seat[units] = np.where(better.seat < 0, NONE, units[better.seat])
            kind[units] = better.kind

    def _around(self, seat: Ints, centre: int) -> Ints:
        """Whole bodies (and units left out) near a unit, about ``WINDOW`` units, ascending."""
        part = self.part
        inside = {centre} if seat[centre] < 0 else set(np.flatnonzero(seat == seat[centre]).tolist())
        queue, at = [*inside], 0
        by_unit = self._joins()
        while at < len(queue) and len(inside) < WINDOW:
            for option in by_unit[queue[at]]:
                host = int(part.seat[option])
                body = {host} if seat[host] < 0 else set(np.flatnonzero(seat == seat[host]).tolist())
                fresh = body - inside
                if fresh and len(inside) + len(fresh) <= WINDOW:
                    inside |= fresh
                    queue += sorted(fresh)
            at += 1
        return np.array(sorted(inside))

    def _joins(self) -> list[list[int]]:
        """Options that each unit can join, nearest first."""
        if not hasattr(self, "_by_unit"):
            part = self.part
            order = np.lexsort((part.way, part.unit))
            cuts = np.searchsorted(part.unit[order], np.arange(part.size + 1)).tolist()
            option = part.option[order].tolist()
            self._by_unit = [option[a:b] for a, b in pairwise(cuts)]
        return self._by_unit

    def bounds_distance(self, plan: Found) -> bool:
        """Whether a bound on the distance holds: everything before it is proven."""
        return plan.bounds[:-1] == plan.values[:-1] and plan.bounds[-1] < plan.values[-1]

    def guess(self, plan: Found) -> Floats:
        """Every unit's share of its body's way."""
        ways = self._ways(plan.seat, plan.kind)
        inside = plan.seat >= 0
        sums = np.bincount(plan.seat[inside], ways[inside], self.part.size)
        sizes = np.bincount(plan.seat[inside], minlength=self.part.size)
        share = np.zeros(self.part.size)
        share[inside] = (sums / np.maximum(1, sizes))[plan.seat[inside]]
        return share


def bounded(searches: list[Search], plans: list[Found], watch: Watch) -> list[Found]:
    """The plans with a bound on their distance where one holds; parts are looked at many at once."""
    done = list(plans)
    todo = [at for at, search in enumerate(searches) if search.bounds_distance(plans[at])]
    size = [len(searches[at].part.unit) for at in todo]
    left = sum(size)
    while todo:
        many = 1 + int(np.searchsorted(np.cumsum(size[1:]), JOINS))
        now, todo, work = todo[:many], todo[many:], sum(size[:many])
        size = size[many:]
        problem = searches[now[0]].problem
        relaxation = Relaxation(
            [searches[at].part for at in now],
            problem.threshold,
            problem.most,
            np.array([plans[at].values[-2] for at in now]),
            np.array([int((plans[at].seat < 0).sum()) for at in now]),
        )
        value = np.array([plans[at].values[-1] for at in now])
        price = np.concatenate([searches[at].guess(plans[at]) for at in now])
        found = relaxation.bound(value, price, watch.share(work / left))
        left -= work
        for at, bound in zip(now, found.tolist(), strict=True):
            done[at] = replace(plans[at], bounds=(*plans[at].bounds[:-1], max(bound, plans[at].bounds[-1])))
    return done
