"""Simulated annealing over the bodies of a plan: their number and who is covered stay, ways get shorter.

Kirkpatrick, Gelatt and Vecchi, "Optimization by simulated annealing" (Science 220, 1983).
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from heliplan.codec import Ints
from heliplan.compiled import loops
from heliplan.grouping._build import medoid
from heliplan.grouping._parts import NEVER, Joining, Part
from heliplan.grouping.problem import NONE, GroupingProblem
from heliplan.stop import Watch

if TYPE_CHECKING:
    from heliplan.grouping._swaps import Instance, State

Hold = Callable[[Any], Any]
"""How sequences are held: arrays for compiled loops, lists for interpreted ones (they index faster)."""

LARGEST = 24
"""Most units of a body: the cost of a body is looked at seat by seat."""

SWEEPS, TIMED = 2000, 20_000
"""Sweeps of a cooling, and at most where a clock ends it; each tries as many changes as there are units."""

HOT, COLD = 1.5, 0.15
"""First and last temperature, in mean ways of a unit."""

QUIET = 0.97
"""From this share of a cooling on, only improvements are taken."""

BATCH = 32_768
"""Most proposals between two looks at the clock."""


def fitting(problem: GroupingProblem) -> bool:
    """Whether the loop knows all rules of a problem: labels and distances, bodies that are not large."""
    small = problem.most is not None and problem.most <= LARGEST
    return small and problem.edges is None and problem.point is not None


def annealed(
    problem: GroupingProblem, joining: Joining, part: Part, seat: Ints, kind: Ints, watch: Watch, seed: int
) -> tuple[Ints, Ints]:
    """A plan of a part (local seats and kinds) cooled once; the plan itself where nothing can change."""
    covered = seat >= 0
    if np.unique(seat[covered]).size < 2:
        return seat, kind
    swaps: Any = loops("heliplan.grouping._swaps")  # loads numba, so not before it is needed
    hold: Hold = np.array if swaps.COMPILED else lambda value: np.asarray(value).tolist()
    hosts, body = np.unique(seat[covered], return_inverse=True)
    bodies = np.full(part.size, NONE)
    bodies[covered] = body
    state = _state(swaps, hold, part, problem.most or 0, bodies)
    instance = _instance(swaps, hold, problem, part, bodies, hosts, kind[hosts])
    total = swaps.costs(instance, state)
    mean = max(1.0, total / max(1, int(covered.sum())))
    random = np.random.default_rng(seed)
    best, least, done = np.array(state.body), total, 0.0
    batch = max(64, min(BATCH, 8 * part.size))
    share_of = _schedule(watch)
    while (share := share_of(done)) < 1 and not watch.over(int(done)):
        warm = mean * HOT * (COLD / HOT) ** (share / QUIET) if share < QUIET else 0.0
        draws: Any = random.random(batch * swaps.DRAWS)
        heat: Any = random.exponential(size=batch)
        if not swaps.COMPILED:
            draws, heat = draws.tolist(), heat.tolist()
        total += swaps.anneal(instance, state, draws, heat, warm)
        done += batch / part.size
        if total < least - 0.5:
            best, least = np.array(state.body), total
    return _seated(joining, part, best, kind[hosts])


def _schedule(watch: Watch) -> Callable[[float], float]:
    """What share of a cooling is over, by its sweeps, by those allowed, or by the clock."""
    began, left, allowed = watch.seconds, watch.remaining, watch.stop.iterations
    length = float(SWEEPS if left is None else TIMED)
    if allowed is not None:
        length = min(length, max(1.0, float(allowed)))

    def share(done: float) -> float:
        by_clock = (watch.seconds - began) / left if left else 0.0
        return max(done / length, by_clock)

    return share


def _seated(joining: Joining, part: Part, bodies: Ints, kinds: Ints) -> tuple[Ints, Ints]:
    """Seats and kinds of all units: each body has its seat where the way is least."""
    seat, kind = np.full(part.size, NONE), np.full(part.size, NONE)
    order = np.argsort(bodies, kind="stable")
    cuts = np.searchsorted(bodies[order], np.arange(len(kinds) + 1))
    for body, (low, high) in enumerate(pairwise(cuts.tolist())):
        units = order[low:high]
        seat[units] = medoid(joining, part, units, int(kinds[body]))
        kind[units] = kinds[body]
    return seat, kind


def _state(swaps: Any, hold: Hold, part: Part, most: int, bodies: Ints) -> State:
    covered = np.flatnonzero(bodies >= 0)
    body = bodies[covered]
    size = np.bincount(body)
    order = covered[np.argsort(body, kind="stable")]
    place = np.zeros(part.size, np.int64)
    place[order] = np.arange(len(order)) - np.repeat(np.cumsum(size) - size, size)
    unit = np.full(len(size) * most, NONE)
    unit[bodies[order] * most + place[order]] = order
    load = np.bincount(body, part.members[covered]).astype(np.int64)
    cost = np.zeros(len(size))
    return swaps.State(*map(hold, (bodies, place, unit, size, load, cost)))  # type: ignore[no-any-return]


def _instance(
    swaps: Any, hold: Hold, problem: GroupingProblem, part: Part, bodies: Ints, hosts: Ints, kind: Ints
) -> Instance:
    point, labels = np.asarray(problem.point)[part.units].astype(float), problem.labels[part.units]
    order = np.lexsort((part.way, part.unit))
    bound = np.isin(part.units, np.concatenate([problem.fixed.ravel(), problem.forbidden.ravel()]))
    common = labels[hosts, kind]
    frozen = common < 0
    frozen[bodies[bound & (bodies >= 0)]] = True
    return swaps.Instance(  # type: ignore[no-any-return]  # a module loaded late has no types
        x=hold(point[:, 0]),
        y=hold(point[:, 1]),
        members=hold(part.members),
        label=hold(labels.ravel()),
        columns=labels.shape[1],
        near_at=hold(np.searchsorted(part.unit[order], np.arange(part.size + 1))),
        near=hold(part.seat[part.option[order]]),
        threshold=problem.threshold,
        most=problem.most or 0,
        reach=float(NEVER if problem.reach is None else problem.reach),
        kind=hold(kind),
        common=hold(common),
        frozen=hold(frozen),
    )
