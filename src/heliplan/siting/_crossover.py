"""A population of good sets of maximal covering; a child keeps one region of one and the rest of another.

What is good about a set is mostly good by itself in its own part of the map, so two sets are cut along the
edge of a region and put together anew; only what stands at that seam is then annealed (the cut and splice of
Deaven and Ho, *Molecular geometry optimization with a genetic algorithm*, 1995, on the net instead of in
space). Now and then a region of one set alone is annealed anew. A child takes the place of the parent that it
differs from less, so that the population stays varied.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from heliplan.codec import Ints
from heliplan.compiled import compiled, compiled_bare
from heliplan.siting import _anneal
from heliplan.siting._net import Bools, Int32s, Net
from heliplan.siting._parallel import side_by_side

OFFSPRING = 8  #: children made from one state of the population
CUT = 0.2  #: least share of a set's sites that a child has from each parent
HOT = 0.01  #: heat at which a seam begins to cool, as a share of what one site reaches on average
ROUNDS = 10  #: rounds of annealing for each site that may move
ALONE, PATCH = 0.25, 10  #: share of children of one set alone, and the least sites that move in them


@compiled
def region(net: Net, is_open: Bools, centre: int, many: int) -> Bools:
    """The sites around a centre, from cell to cell, until ``many`` open ones are among them."""
    inside, seen = np.zeros(is_open.shape[0], np.bool_), np.zeros(net.weight.shape[0], np.bool_)
    queue = np.empty(is_open.shape[0], np.int64)
    queue[0], inside[centre] = centre, True
    head, tail, met = 0, 1, int(is_open[centre])
    while head < tail and met < many:
        for a in range(net.back_start[queue[head]], net.back_start[queue[head] + 1]):
            i = net.back_point[a]
            if seen[i]:
                continue
            seen[i] = True
            for b in range(net.start[i], net.start[i + 1]):
                j = net.site[b]
                if not inside[j]:
                    inside[j] = True
                    queue[tail] = j
                    tail += 1
                    met += is_open[j]
        head += 1
    return inside


@compiled_bare
def make_up(net: Net, now: _anneal.Reached, locked: Bools, count: int, p: int) -> None:
    """Make ``count`` open sites ``p``: close what loses least, or open what wins most."""
    while count != p:
        best = -1
        for j in range(locked.shape[0]):
            fits = now.open[j] != (count < p) and not locked[j]
            if fits and (best < 0 or (now.score[j] > now.score[best]) == (count < p)):
                best = j
        if count > p:
            now.total[0] -= now.score[best]
            _anneal.close_site(net, now, best)
            count -= 1
        else:
            now.total[0] += now.score[best]
            _anneal.open_site(net, now, best, count)
            count += 1
    _anneal.keep_as_best(now)


@compiled
def reached_times(net: Net, is_open: Bools) -> Int32s:
    """How many of these sites reach each cell."""
    times = np.zeros(net.weight.shape[0], np.int32)
    for j in range(is_open.shape[0]):
        if is_open[j]:
            for k in range(net.back_start[j], net.back_start[j + 1]):
                times[net.back_point[k]] += 1
    return times


@compiled
def seam_of(net: Net, child: Bools, times: Int32s, inside: Bools, inner: Int32s, outer: Int32s) -> Bools:
    """The child's sites that reach a cell which is not reached as often as in the parent they come from."""
    seam = np.zeros(child.shape[0], np.bool_)
    for j in range(child.shape[0]):
        if child[j]:
            before = inner if inside[j] else outer
            for k in range(net.back_start[j], net.back_start[j + 1]):
                if times[net.back_point[k]] != before[net.back_point[k]]:
                    seam[j] = True
                    break
    return seam


@dataclass(slots=True)
class Population:
    """Sets of ``p`` sites, varied and ever better.

    Attributes
    ----------
    locked : bool, shape (sites,)
        Sites that are open in every set.
    one : float
        What one site reaches on average.
    sets, totals : the sets as bool, shape (sites,), and the weight that each reaches.
    barren : int
        Children in a row that were not taken in.
    """

    net: Net
    locked: Bools
    p: int
    one: float
    sets: list[Bools] = field(default_factory=list)
    totals: list[int] = field(default_factory=list)
    barren: int = 0

    def add(self, is_open: Bools, total: int) -> None:
        """Take a set in unless the population has one that reaches as much."""
        if total not in self.totals:
            self.sets.append(is_open.copy())
            self.totals.append(total)

    @property
    def best(self) -> Bools:
        """The set that reaches most."""
        return self.sets[int(np.argmax(self.totals))]

    def crossover(self, random: np.random.Generator) -> int:
        """Some children side by side, taken in where they are better; how many rounds that took."""
        draws = random.integers(2**31, size=(OFFSPRING, 3))
        couples = [self._couple(random) for _ in range(OFFSPRING)]
        children = side_by_side(lambda turn: self._child(couples[turn], draws[turn]), range(OFFSPRING))
        for couple, child in zip(couples, children, strict=True):
            self._take(child, couple)
        return ROUNDS * sum(len(child.movable) for child in children)

    def _couple(self, random: np.random.Generator) -> Ints:
        """Two sets, now and then the same twice."""
        if len(self.sets) < 2 or random.random() < ALONE:
            return np.repeat(random.integers(len(self.sets)), 2)
        return random.choice(len(self.sets), 2, replace=False)

    def _child(self, couple: Ints, draws: Ints) -> _anneal.Reached:
        """A region of one set and the rest of the other, annealed at the seam; of one set, in a region."""
        centre, many, seed = (int(draw) for draw in draws)
        net, first, second = self.net, self.sets[couple[0]], self.sets[couple[1]]
        alone = bool(couple[0] == couple[1])
        least, most = (PATCH, 2 * PATCH) if alone else (int(CUT * self.p), int((1 - CUT) * self.p))
        inside = region(net, first, centre % net.sites, max(1, least + many % (most - least + 1)))
        mixed = np.where(inside, first, second)
        now = _anneal.begin(net, mixed, self.locked, self.p)
        make_up(net, now, self.locked, int(mixed.sum()), self.p)
        if alone:
            change = now.open & inside
        else:
            parents = reached_times(net, first), reached_times(net, second)
            change = seam_of(net, now.open, now.times, inside, *parents)
        now = now._replace(movable=np.flatnonzero(change & ~self.locked))
        heat = _anneal.HOT if alone else HOT
        _anneal.anneal(net, now, ROUNDS * len(now.movable), heat * self.one, _anneal.COLD * self.one, seed)
        return now

    def _take(self, child: _anneal.Reached, couple: Ints) -> None:
        """Let a better child take the place of the parent that it differs from less."""
        differs = [int((child.best & ~self.sets[parent]).sum()) for parent in couple]
        place, total = int(couple[np.argmin(differs)]), int(child.total[1])
        self.barren += 1
        if total > self.totals[place] and total not in self.totals:
            self.sets[place], self.totals[place], self.barren = child.best.copy(), total, 0
