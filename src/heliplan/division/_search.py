"""The annealing engine: from a start partition, through one or more coolings, to the best plan met."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from heliplan.codec import Ints
from heliplan.compiled import loops
from heliplan.division._instance import instance_of, mean_cost, state_of
from heliplan.division._level import Levelling
from heliplan.division._net import Net, components, main_grid, net_of
from heliplan.division._start import begin, mend, renamed
from heliplan.division.problem import DivisionProblem, Params, change_weight
from heliplan.stop import Event, Progress, Stop, Watch

if TYPE_CHECKING:
    from heliplan.division._flips import Instance, State

HOT, COLD = 4.0, 0.04
"""First and last temperature of a cooling, in one node's share of the mean cost of a grid."""

QUIET = 0.97
"""From this share of a cooling on, only improvements are taken."""

BATCH = 65_536
"""Most proposals between two looks at the clock."""

OUT = 0.3
"""Share of the grids that may be out of bounds when a cooling begins; it falls to none."""

STRICT = 0.5
"""From this share of a cooling on, no grid should be out of bounds."""

LEVELS = (STRICT, 0.6, 0.7, 0.8, 0.9, QUIET, 1.0)
"""Shares of a cooling at which grids that are still out of bounds are levelled."""

STEP, CHEAP, DEAR = 1.05, 0.01, 10.0
"""How fast the price of being out of bounds follows, and its limits."""

JUDGING = 0.3
"""Of a time limit, this share of what the start took is left for judging the plan."""

BEGIN = 2e-4
"""Seconds for each node that a time limit must have left for a round start to be made."""

TRIES = 4
"""Coolings without limits: one, but so many while no plan within the bounds is found."""


def load() -> None:
    """Load the loops, and compile them where numba is installed and this machine has not done so before."""
    place, measures = np.array([[0, 0], [1, 0], [9, 0], [10, 0]]), np.ones(4, np.int64)
    edges = np.array([[0, 1], [1, 2], [2, 3]])
    tiny = DivisionProblem(place, edges, measures, 2, measures[:1], 3 * measures[:1])
    Search(tiny, net_of(tiny), np.full(4, -1), Params(sweeps=1), Stop().watch(), 0).run(None)


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """A partition by node, how far it is out of bounds (0.0: nowhere), and its value to the search."""

    grid: Ints
    out: float
    value: float


class Search:
    """One solve by annealing. An iteration is one sweep: as many proposals as there are nodes.

    ``known`` is a partition within the bounds, by node, if there is one.
    """

    def __init__(
        self,
        problem: DivisionProblem,
        net: Net,
        before: Ints,
        params: Params,
        watch: Watch,
        seed: int,
        known: Ints | None = None,
    ) -> None:
        self._problem, self._net = problem, net
        self._before, _ = main_grid(problem, net, before)
        self._params, self.watch = params, watch
        self._random = np.random.default_rng(seed)
        self._flips: Any = loops("heliplan.division._flips")  # loads numba, so not before it is needed
        self._sweeps = self._stalled = 0.0
        self._pieces = 0  # what a start could not join stays apart during its cooling
        first = self._begun(known)
        self._first, self._turn = first, 0
        self._instance: Instance = instance_of(
            self._flips,
            problem,
            net,
            before,
            change_weight(problem, params),
            1.0 / mean_cost(problem, net, first),
        )
        self._best = Found(first, float("inf"), float("inf"))
        self._began = watch.seconds
        if known is not None:
            self._state(known)  # the best so far
        self._push = 1.0  # times the price of being out of bounds
        self._grids_out = 0

    def run(self, progress: Progress | None, enough: Callable[[Ints], bool] | None = None) -> Ints:
        """Cool until the stop criteria; without any, until one cooling ends within the bounds. It may be
        asked again, with another ``watch``.

        ``enough`` is asked of the best partition after each cooling, and ends it too.

        Gives the grid of each node in the best partition met.
        """
        begun = self._turn
        while self._turn == begun or not self._over(self._turn):
            self._cool(self._start(self._turn), self._hot(self._turn), progress)
            self._turn += 1
            if enough is not None and enough(self._best.grid):
                break
        return self._best.grid

    @property
    def _repairs(self) -> bool:
        return bool((self._before >= 0).any())

    def _begun(self, known: Ints | None) -> Ints:
        """Where the first cooling starts: from a plan that is known already where time is short."""
        if self._repairs:
            return self._mended()
        left = self.watch.remaining
        if known is not None and left is not None and left < BEGIN * self._net.count:
            return known
        return begin(self._problem, self._net, self._random)

    def _mended(self) -> Ints:
        return mend(self._problem, self._net, self._before, self._random)

    def _over(self, turn: int) -> bool:
        stop = self.watch.stop
        if stop.seconds is None and stop.iterations is None and stop.stall is None:
            return turn >= (TRIES if self._best.out > 0 else 1) or self.watch.over()
        return self.watch.over(int(self._sweeps), int(self._stalled))

    def _start(self, turn: int) -> Ints:
        """Where a cooling starts: afresh, or from the best so far every other time."""
        if turn == 0:
            return self._first
        if turn % 2 and np.isfinite(self._best.out):
            return self._best.grid
        fresh = begin(self._problem, self._net, self._random)
        return renamed(fresh, self._net, self._before, self._problem.grids) if self._repairs else fresh

    def _hot(self, turn: int) -> float:
        """First temperature: lower where the start is worth keeping."""
        if self._repairs:
            return HOT / 8
        return HOT / 2 if turn % 2 else HOT

    def _cool(self, grid: Ints, hot: float, progress: Progress | None) -> None:
        state = self._state(grid)
        if self._best.out > 0:
            self._levelled(state)  # a plan in hand, if time is short
        levels = list(LEVELS)
        batch = max(256, min(BATCH, 2 * self._net.count))
        share_of = self._schedule()
        per_node = self._problem.grids / self._net.count
        while (share := share_of()) < 1 and not self.watch.over(int(self._sweeps), int(self._stalled)):
            warm = per_node * hot * (COLD / hot) ** (share / QUIET)
            self._batch(state, batch, warm if share < QUIET else 0.0)
            self._steer(share)
            if share >= levels[0]:
                levels.pop(0)
                state = self._levelled(state) if self._grids_out else state
            if progress is not None:
                progress(Event("cooling", self.watch.seconds, done=int(100 * share), total=100))

    def _state(self, grid: Ints) -> State:
        """A state from a partition; it is looked at once."""
        state = state_of(self._flips, self._problem, self._net, grid)
        self._flips.prepare(self._instance, state)
        parts = components(self._net.next_at, self._net.nexts, grid)
        self._pieces = int(parts.max()) + 1 - self._problem.grids
        self._look(state)
        return state

    def _levelled(self, state: State) -> State:
        """The state after :class:`Levelling`."""
        levelling = Levelling(self._problem, self._net, np.array(state.grid), self._before, self._random)
        levelling.run(self.watch)
        return self._state(levelling.grid)

    def _schedule(self) -> Any:
        """A function that tells how much of a cooling that begins now is over: by sweeps or by the clock."""
        stop, began, clock = self.watch.stop, self._sweeps, self.watch.seconds
        left = float("inf") if stop.iterations is None else stop.iterations - began
        length = max(1.0, min(float(self._params.sweeps), left))
        remaining = self.watch.remaining
        if remaining is not None:
            remaining -= min(remaining, JUDGING * self._began)

        def share() -> float:
            by_clock = 0.0 if not remaining else (self.watch.seconds - clock) / remaining
            return max((self._sweeps - began) / length, by_clock)

        return share

    def _steer(self, share: float) -> None:
        """Strategic oscillation: being out of bounds costs more while more grids are out than now wished."""
        wished = OUT * max(0.0, 1.0 - share / STRICT)
        step = STEP if self._grids_out > wished * self._problem.grids else 1.0 / STEP
        self._push = min(DEAR, max(CHEAP, self._push * step)) if share < QUIET else DEAR

    def _batch(self, state: State, count: int, temperature: float) -> None:
        draws: Any = self._random.random(count * self._flips.DRAWS)
        heat: Any = self._random.exponential(size=count)
        if not self._flips.COMPILED:
            draws, heat = draws.tolist(), heat.tolist()
        self._flips.anneal(self._instance, state, draws, heat, temperature, self._push)
        swept = count / self._net.count
        self._sweeps += swept
        self._stalled = 0.0 if self._look(state) else self._stalled + swept

    def _look(self, state: State) -> bool:
        """Keep the state if it is the best so far; whether it is."""
        out, value, self._grids_out = self._flips.standing(self._instance, state)
        out = self._pieces + (0.0 if out < 1e-12 else out)
        if (out, value) >= (self._best.out, self._best.value - 1e-9):
            return False
        self._best = Found(np.array(state.grid, np.int64), out, value)
        return True
