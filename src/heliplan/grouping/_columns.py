"""Small and medium parts: column generation over bodies, proof by enumerating the few that can matter.

For each goal in its order, with the goals before held at their values: the linear relaxation over all
bodies, priced by :mod:`heliplan.grouping._pricing`, gives a bound; a plan of the bodies found so far gives
a value. What still lies between is settled by listing every body whose reduced cost is below the gap
(Baldacci, Christofides & Mingozzi 2008, Math. Program. 115) and solving the partition over those.
"""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray

from heliplan.grouping._levels import Found, Level
from heliplan.grouping._parts import Part
from heliplan.grouping._pricing import Floats, Table, best_bodies, enumerate_bodies
from heliplan.highs import quiet, sure
from heliplan.mip import Program, ceiling, minimise
from heliplan.stop import Watch

MOST_BODIES = 50_000  # listed for a proof; more are not worth the wait
SHARES = (0.05, 0.1, 0.2, 0.4, 0.7, 1.0)  # of the gap: how far the lists go, one after the other


@dataclass(frozen=True, slots=True)
class Body:
    """A column: option, units (seat first), cost at each level."""

    option: int
    units: tuple[int, ...]
    costs: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Prices:
    """Duals with the bound that they prove, and every option's least reduced cost (0 where above)."""

    bound: float
    unit: Floats
    level: Floats
    least: Floats


class Columns:
    """The column generation of one part."""

    def __init__(self, part: Part, goals: list[Level], lay: Table, watch: Watch, seed: int) -> None:
        self.part, self.goals, self.lay, self.watch, self.seed = part, goals, lay, watch, seed
        self.bodies: dict[tuple[int, tuple[int, ...]], Body] = {}
        self.rounds = 0

    def solve(self, start: Found) -> Found:
        """Improve and prove ``start`` level by level."""
        chosen = self._bodies_of(start)
        bounds: list[int] = []
        proven = True
        for depth in range(len(self.goals)):
            held = self._value(chosen)[:depth]
            bound, chosen = self._level(depth, held, chosen)
            value = self._value(chosen)[depth]
            bounds.append(min(bound, value) if proven else 0)
            proven = proven and bound >= value
        seat, kind = np.full(self.part.size, -1), np.full(self.part.size, -1)
        for body in chosen:
            units = list(body.units)
            seat[units] = self.part.seat[body.option]
            kind[units] = self.part.kind[body.option]
        return Found(seat, kind, self._value(chosen), tuple(bounds), "columns")

    def _level(self, depth: int, held: tuple[int, ...], chosen: list[Body]) -> tuple[int, list[Body]]:
        value = self._value(chosen)[depth]
        prices = self._relax(depth, held, value)
        if prices is None:
            return 0, chosen
        bound = max(0, ceiling(prices.bound))
        if bound >= value or self.watch.over(self.rounds):
            return bound, chosen
        return self._settle(depth, held, prices, chosen)

    def _settle(
        self, depth: int, held: tuple[int, ...], prices: Prices, chosen: list[Body]
    ) -> tuple[int, list[Body]]:
        """Partitions over ever longer lists of bodies, until no better plan can hold another."""
        bound = max(0, ceiling(prices.bound))
        for share in SHARES:
            value = self._value(chosen)[depth]
            slack = share * (value - 1 - prices.bound)
            listed = self._listed(depth, prices, slack)
            if self.watch.over(self.rounds):
                break
            if listed is None:  # at least the best of the bodies found on the way
                chosen, _ = self._partition(depth, held, list(self.bodies.values()), chosen)
                break
            chosen, best = self._partition(depth, held, listed, chosen)
            value = self._value(chosen)[depth]
            if slack >= value - 1 - prices.bound:
                return max(bound, min(best, value)), chosen
            if bound >= value:
                break
        return bound, chosen

    def _relax(self, depth: int, held: tuple[int, ...], value: int) -> Prices | None:
        """Column generation until the bound reaches the value or no body improves; the best prices."""
        master = _Master(self, depth, held)
        best: Prices | None = None
        while not self.watch.over(self.rounds):
            self.rounds += 1
            unit, level, linear = master.duals()
            prices, fresh = self._price(depth, held, unit, level)
            if best is None or prices.bound > best.bound:
                best = prices
            if linear is None or not fresh or ceiling(best.bound) >= min(value, ceiling(linear)):
                break
            master.add(fresh)
        return best

    def _price(
        self, depth: int, held: tuple[int, ...], unit: Floats, level: Floats
    ) -> tuple[Prices, list[Body]]:
        unit = np.minimum(unit, self.goals[depth].left_out - level @ self._left_out(depth))
        base, price = self._reduced(depth, unit, level)
        value, taken = best_bodies(self.lay, base, price)
        least = np.full(self.part.size, 0.0)  # one body a seat
        np.minimum.at(least, self.part.seat, value)
        bound = float(unit.sum() + level @ np.array(held, float) + least.sum())
        fresh = []
        for option in np.flatnonzero(value < -1e-6).tolist():
            body = self._body(option, tuple(np.flatnonzero(taken[option]).tolist()))
            if self._remember(body):
                fresh.append(body)
        return Prices(bound, unit, level, least), fresh

    def _left_out(self, depth: int) -> Floats:
        """Cost of leaving each unit out at each level before, [depth, n]."""
        costs = [goal.left_out for goal in self.goals[:depth]]
        return np.array(costs, float).reshape(depth, self.part.size)

    def _reduced(self, depth: int, unit: Floats, level: Floats) -> tuple[Floats, Floats]:
        """Reduced cost of every seat [H] and of every join in the table [H, L]."""
        goal = self.goals[depth]
        base = goal.body - unit[self.part.seat]
        join = goal.join - unit[self.part.unit]
        for dual, before in zip(level.tolist(), self.goals[:depth], strict=True):
            base, join = base - dual * before.body, join - dual * before.join
        padded = np.append(join, 0.0)
        return base, padded[np.where(self.lay.unit >= 0, self.lay.join, len(join))]

    def _listed(self, depth: int, prices: Prices, spare: float) -> list[Body] | None:
        """Every body that a plan within ``spare`` of the bound can hold; ``None``: too many."""
        base, price = self._reduced(depth, prices.unit, prices.level)
        slack = spare + prices.least[self.part.seat] + 1e-4
        found = enumerate_bodies(self.lay, base, price, slack, MOST_BODIES)
        return None if found is None else [self._body(option, columns) for option, columns in found]

    def _partition(
        self, depth: int, held: tuple[int, ...], bodies: list[Body], chosen: list[Body]
    ) -> tuple[list[Body], int]:
        """The best plan of these bodies (or the chosen ones), and a bound on plans of these bodies."""
        pool = list({(body.option, body.units): body for body in [*chosen, *bodies]}.values())
        program = self._program(depth, held, pool)
        start = np.zeros(len(program.cost))
        start[: len(chosen)] = 1.0
        covered = {unit for body in chosen for unit in body.units}
        start[[len(pool) + unit for unit in range(self.part.size) if unit not in covered]] = 1.0
        done = minimise(program, self.watch, self.seed, start)
        bound = 0 if done.bound is None else ceiling(done.bound)
        if done.values is None:
            return chosen, bound
        better = [pool[at] for at in np.flatnonzero(done.values[: len(pool)] > 0.5).tolist()]
        for body in better:
            self._remember(body)
        now, then = self._value(better), self._value(chosen)
        return (better if now[: depth + 1] <= then[: depth + 1] else chosen), bound

    def _program(self, depth: int, held: tuple[int, ...], pool: list[Body]) -> Program:
        n, goals = self.part.size, self.goals
        sizes = np.array([len(body.units) for body in pool], np.int64)
        column = np.concatenate([np.repeat(np.arange(len(pool)), sizes), np.arange(n) + len(pool)])
        row = np.concatenate([[unit for body in pool for unit in body.units], np.arange(n)]).astype(np.int64)
        value = [np.ones(len(row))]
        rows, columns = [row], [column]
        for place in range(depth):
            costs = _costs(pool, place, goals[place])
            at = np.flatnonzero(costs)
            rows.append(np.full(len(at), n + place))
            columns.append(at)
            value.append(costs[at])
        high = np.concatenate([np.ones(n), np.array(held, float)])
        return Program(
            cost=_costs(pool, depth, goals[depth]),
            upper=np.ones(len(pool) + n),
            low=np.concatenate([np.ones(n), np.full(depth, -np.inf)]),
            high=high,
            row=np.concatenate(rows),
            column=np.concatenate(columns),
            value=np.concatenate(value),
        )

    def _bodies_of(self, plan: Found) -> list[Body]:
        """The columns that a plan uses."""
        seats, kinds = self.part.seat.tolist(), self.part.kind.tolist()
        by_seat = {at: option for option, at in enumerate(zip(seats, kinds, strict=True))}
        alone = {seat: option for option, seat in enumerate(seats)}
        chosen = []
        for seat in np.unique(plan.seat[plan.seat >= 0]).tolist():
            inside = set(np.flatnonzero(plan.seat == seat).tolist()) - {seat}
            # nobody joins a body of one unit, so that it may be told of a column that lists none
            option = by_seat[seat, int(plan.kind[seat])] if inside else alone[seat]
            columns = tuple(i for i, unit in enumerate(self.lay.unit[option].tolist()) if unit in inside)
            body = self._body(option, columns)
            self._remember(body)
            chosen.append(body)
        return chosen

    def _remember(self, body: Body) -> bool:
        key = (body.option, body.units)
        return self.bodies.setdefault(key, body) is body

    def _body(self, option: int, columns: tuple[int, ...]) -> Body:
        lay = self.lay
        joins = lay.join[option, list(columns)]
        units = (int(self.part.seat[option]), *sorted(lay.unit[option, list(columns)].tolist()))
        costs = tuple(int(goal.body[option] + goal.join[joins].sum()) for goal in self.goals)
        return Body(option, units, costs)

    def _value(self, chosen: list[Body]) -> tuple[int, ...]:
        out = np.ones(self.part.size, bool)
        out[[unit for body in chosen for unit in body.units]] = False
        return tuple(
            sum(body.costs[place] for body in chosen) + int(goal.left_out[out].sum())
            for place, goal in enumerate(self.goals)
        )


class _Master:
    """The restricted linear program, kept warm while columns come."""

    def __init__(self, columns: Columns, depth: int, held: tuple[int, ...]) -> None:
        self.columns, self.depth = columns, depth
        n = columns.part.size
        self.highs = quiet(columns.watch, columns.seed)
        program = columns._program(depth, held, list(columns.bodies.values()))
        lp = program.task().relaxed().lp()
        lp.col_upper_ = np.full(len(program.cost), np.inf)
        sure(self.highs.passModel(lp), "passModel")
        self.size = n

    def duals(self) -> tuple[Floats, Floats, float | None]:
        """Prices of units and of held levels, and the value of the relaxation (``None``: no time)."""
        sure(self.highs.run(), "run")
        if self.highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            n = self.size
            return np.zeros(n), np.zeros(self.depth), None
        dual: NDArray[np.float64] = np.asarray(self.highs.getSolution().row_dual)
        value = self.highs.getInfo().objective_function_value
        return dual[: self.size].copy(), np.minimum(0.0, dual[self.size :]), value

    def add(self, fresh: list[Body]) -> None:
        """Take in new bodies."""
        depth, n = self.depth, self.size
        index: list[int] = []
        value: list[float] = []
        start = []
        for body in fresh:
            start.append(len(index))
            held = [(n + place, body.costs[place]) for place in range(depth) if body.costs[place]]
            index += [*body.units, *(row for row, _ in held)]
            value += [*([1.0] * len(body.units)), *(float(cost) for _, cost in held)]
        count = len(fresh)
        costs = np.array([body.costs[depth] for body in fresh], float)
        sure(
            self.highs.addCols(
                count,
                costs,
                np.zeros(count),
                np.full(count, np.inf),
                len(index),
                np.array(start, np.int32),
                np.array(index, np.int32),
                np.array(value),
            ),
            "addCols",
        )


def _costs(pool: list[Body], place: int, goal: Level) -> Floats:
    """Cost of each column at a level: the bodies, then the units left out."""
    return np.concatenate([np.array([body.costs[place] for body in pool], float), goal.left_out])
