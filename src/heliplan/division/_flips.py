"""The inner loop of the search: moving nodes between neighbouring grids under cooling.

The code runs compiled on arrays and interpreted on lists; both give the same plan. It works in place on a
:class:`Instance` and :class:`State`, tuples of flat sequences. Import it only when a search runs: where numba
is installed this module loads it.

One *proposal* moves a random node into the grid of a random neighbour; some of those that do not pay go on
from there and move a node of that grid away too (into the first grid: a swap; into a third: a chain),
because with few units in a grid and narrow bounds no single move may be possible. A move is taken if the
grid it leaves still hangs together and the change of cost is below ``temperature`` × an exponential random
number, which is the Metropolis rule. Method: simulated annealing on flips as in Altman and McDonald, "BARD"
(J. Stat. Softw. 42(4), 2011), and swaps as in Ríos-Mercado and Fernández, "A reactive GRASP for a commercial
territory design problem" (Comput. Oper. Res. 36(3), 2009).
"""

from __future__ import annotations

import math
from collections.abc import MutableSequence
from typing import NamedTuple

from heliplan.compiled import COMPILED, compiled_bare

__all__ = ["COMPILED", "DRAWS", "Instance", "State", "anneal", "prepare", "standing"]

DRAWS = 8
"""Uniform random numbers that one proposal takes."""

WALK = 3
"""Steps from a moved node to the node of the same grid that goes on."""

LINEAR, SQUARE = 30.0, 200.0
"""Price of being out of bounds, in mean grid costs: by the share of the mean amount, and its square."""

# lists, or arrays in a compiled run: both are indexed alike
Ints = MutableSequence[int]
Floats = MutableSequence[float]
Bools = MutableSequence[bool]


class Instance(NamedTuple):
    """What does not change during a search. N nodes, K grids, M measures, U units."""

    median: bool
    grids: int
    measures: int
    next_at: Ints  # [N + 1]
    nexts: Ints
    foe_at: Ints  # [N + 1]
    foes: Ints
    unit_at: Ints  # [N + 1]
    units: Ints
    x: Floats  # float [U]
    y: Floats
    unit_weight: Floats  # float [U]
    fixed: Bools  # bool [N]
    before: Ints  # int [N]: last year's grid, -1 for none
    change: Floats  # float [N]: price of a change, in mean grid costs
    amount: Floats  # float [N * M]
    low: Floats  # float [M]
    high: Floats
    per_mean: Floats  # float [M]: 1 / mean amount of a grid
    weight: Floats  # float [N] and first and second moments of the node's units
    weight_x: Floats
    weight_y: Floats
    weight_square: Floats
    per_cost: float  # 1 / mean cost of a grid
    chain: float  # share of the rejected moves that a second move is tried for


class State(NamedTuple):
    """What a search changes. Sums of a grid are kept up to date with every move."""

    grid: Ints  # int [N]
    size: Ints  # int [K]: nodes
    load: Floats  # float [K * M]
    weight: Floats  # float [K]
    weight_x: Floats
    weight_y: Floats
    weight_square: Floats
    cost: Floats  # float [K]
    reach: Floats  # float [U]: cost of the unit's own grid if the unit were its centre (median only)
    head: Ints  # int [K]: first node of the grid's list
    after: Ints  # int [N]
    ahead: Ints  # int [N]
    mark: Ints  # int [N]: number of the last search that saw the node
    queue: Ints  # int [N]
    clock: Ints  # int [1]: number of searches


@compiled_bare
def foes_in(instance: Instance, state: State, node: int, grid: int) -> int:
    """How many of the nodes that must not share a grid with ``node`` lie in ``grid``."""
    found = 0
    for z in range(instance.foe_at[node], instance.foe_at[node + 1]):
        if state.grid[instance.foes[z]] == grid:
            found += 1
    return found


@compiled_bare
def hangs_without(instance: Instance, state: State, node: int) -> bool:
    """Whether the grid of ``node`` keeps a node and hangs together when ``node`` leaves it."""
    grid = state.grid[node]
    wanted = 0
    first = -1
    for z in range(instance.next_at[node], instance.next_at[node + 1]):
        if state.grid[instance.nexts[z]] == grid:
            wanted += 1
            first = instance.nexts[z]
    if wanted <= 1:
        return wanted == 1
    state.clock[0] += 1
    now = state.clock[0]
    for z in range(instance.next_at[node], instance.next_at[node + 1]):
        other = instance.nexts[z]
        if state.grid[other] == grid:
            state.mark[other] = -now  # a neighbour still to be found
    state.mark[node] = now
    state.mark[first] = now
    state.queue[0] = first
    done = 0
    seen = 1
    found = 1
    while done < seen:
        here = state.queue[done]
        done += 1
        for z in range(instance.next_at[here], instance.next_at[here + 1]):
            other = instance.nexts[z]
            if state.grid[other] == grid and state.mark[other] != now:
                if state.mark[other] == -now:
                    found += 1
                    if found == wanted:
                        return True
                state.mark[other] = now
                state.queue[seen] = other
                seen += 1
    return False


@compiled_bare
def distance(instance: Instance, one: int, two: int) -> int:
    """Distance of two units, rounded to a whole number."""
    across = instance.x[one] - instance.x[two]
    down = instance.y[one] - instance.y[two]
    return math.floor(math.sqrt(across * across + down * down) + 0.5)


@compiled_bare
def way_to(instance: Instance, node: int, unit: int) -> float:
    """Weight × distance of all units of a node to one unit."""
    total = 0.0
    for z in range(instance.unit_at[node], instance.unit_at[node + 1]):
        inner = instance.units[z]
        if instance.unit_weight[inner] > 0.0:
            total += instance.unit_weight[inner] * distance(instance, inner, unit)
    return total


@compiled_bare
def inertia(weight: float, weight_x: float, weight_y: float, weight_square: float) -> float:
    """Sum of weight × squared distance to the mean, from the moments."""
    if weight <= 0.0:
        return 0.0
    return max(0.0, weight_square - (weight_x * weight_x + weight_y * weight_y) / weight)


@compiled_bare
def inertia_with(instance: Instance, state: State, grid: int, node: int, sign: float) -> float:
    """Inertia of a grid with ``node`` added (+1.0) or taken away (-1.0)."""
    return inertia(
        state.weight[grid] + sign * instance.weight[node],
        state.weight_x[grid] + sign * instance.weight_x[node],
        state.weight_y[grid] + sign * instance.weight_y[node],
        state.weight_square[grid] + sign * instance.weight_square[node],
    )


@compiled_bare
def median_with(instance: Instance, state: State, grid: int, node: int, sign: float) -> float:
    """Median cost of a grid with ``node`` added (+1.0) or taken away (-1.0)."""
    best = math.inf
    here = state.head[grid]
    while here >= 0:
        if here != node:
            for z in range(instance.unit_at[here], instance.unit_at[here + 1]):
                unit = instance.units[z]
                total = state.reach[unit] + sign * way_to(instance, node, unit)
                best = min(best, total)
        here = state.after[here]
    if sign > 0.0:
        for z in range(instance.unit_at[node], instance.unit_at[node + 1]):
            unit = instance.units[z]
            total = way_to(instance, node, unit)
            here = state.head[grid]
            while here >= 0 and total < best:
                total += way_to(instance, here, unit)
                here = state.after[here]
            best = min(best, total)
    return best


@compiled_bare
def cost_with(instance: Instance, state: State, grid: int, node: int, sign: float) -> float:
    """Cost of a grid with ``node`` added (+1.0) or taken away (-1.0)."""
    if instance.median:
        return median_with(instance, state, grid, node, sign)
    return inertia_with(instance, state, grid, node, sign)


@compiled_bare
def excess(instance: Instance, measure: int, load: float) -> float:
    """By what share of the mean an amount is out of bounds."""
    out = max(0.0, instance.low[measure] - load, load - instance.high[measure])
    return out * instance.per_mean[measure]


@compiled_bare
def strain(instance: Instance, measure: int, load: float) -> float:
    """Price of an amount, in mean grid costs."""
    out = excess(instance, measure, load)
    return out * (LINEAR + SQUARE * out)


@compiled_bare
def gain(instance: Instance, state: State, node: int, grid: int, push: float) -> float:
    """Change of cost, in mean grid costs, when ``node`` moves into ``grid``."""
    left = state.grid[node]
    many = instance.measures
    bounds = 0.0
    for m in range(many):
        amount = instance.amount[node * many + m]
        from_load = state.load[left * many + m]
        to_load = state.load[grid * many + m]
        bounds += strain(instance, m, from_load - amount) - strain(instance, m, from_load)
        bounds += strain(instance, m, to_load + amount) - strain(instance, m, to_load)
    bounds += LINEAR * (foes_in(instance, state, node, grid) - foes_in(instance, state, node, left))
    shape = cost_with(instance, state, left, node, -1.0) - state.cost[left]
    shape += cost_with(instance, state, grid, node, 1.0) - state.cost[grid]
    delta = push * bounds + shape * instance.per_cost
    before = instance.before[node]
    if before == left:
        delta += instance.change[node]
    elif before == grid:
        delta -= instance.change[node]
    return delta


@compiled_bare
def unlink(state: State, node: int) -> None:
    """Take a node out of its grid's list."""
    ahead = state.ahead[node]
    after = state.after[node]
    if ahead >= 0:
        state.after[ahead] = after
    else:
        state.head[state.grid[node]] = after
    if after >= 0:
        state.ahead[after] = ahead


@compiled_bare
def link(state: State, node: int, grid: int) -> None:
    """Put a node at the head of a grid's list."""
    first = state.head[grid]
    state.after[node] = first
    state.ahead[node] = -1
    if first >= 0:
        state.ahead[first] = node
    state.head[grid] = node


@compiled_bare
def add_ways(instance: Instance, state: State, grid: int, node: int, sign: float) -> None:
    """Bring ``reach`` of a grid's units up to date with a node that comes (+1.0) or goes (-1.0)."""
    here = state.head[grid]
    while here >= 0:
        for z in range(instance.unit_at[here], instance.unit_at[here + 1]):
            unit = instance.units[z]
            state.reach[unit] += sign * way_to(instance, node, unit)
        here = state.after[here]


@compiled_bare
def own_ways(instance: Instance, state: State, grid: int, node: int) -> None:
    """Set ``reach`` of the units of a node from all that its grid's list holds."""
    for z in range(instance.unit_at[node], instance.unit_at[node + 1]):
        unit = instance.units[z]
        total = 0.0
        here = state.head[grid]
        while here >= 0:
            total += way_to(instance, here, unit)
            here = state.after[here]
        state.reach[unit] = total


@compiled_bare
def best_centre(instance: Instance, state: State, grid: int) -> float:
    """Least ``reach`` of a grid's units."""
    best = math.inf
    here = state.head[grid]
    while here >= 0:
        for z in range(instance.unit_at[here], instance.unit_at[here + 1]):
            best = min(best, state.reach[instance.units[z]])
        here = state.after[here]
    return best


@compiled_bare
def count_in(instance: Instance, state: State, grid: int, node: int, sign: float) -> None:
    """Bring the sums of a grid up to date with a node that comes or goes."""
    many = instance.measures
    for m in range(many):
        state.load[grid * many + m] += sign * instance.amount[node * many + m]
    state.weight[grid] += sign * instance.weight[node]
    state.weight_x[grid] += sign * instance.weight_x[node]
    state.weight_y[grid] += sign * instance.weight_y[node]
    state.weight_square[grid] += sign * instance.weight_square[node]


@compiled_bare
def move(instance: Instance, state: State, node: int, grid: int) -> None:
    """Move ``node`` into ``grid``."""
    left = state.grid[node]
    count_in(instance, state, left, node, -1.0)
    count_in(instance, state, grid, node, 1.0)
    state.size[left] -= 1
    state.size[grid] += 1
    if instance.median:
        unlink(state, node)
        state.grid[node] = grid
        add_ways(instance, state, left, node, -1.0)
        add_ways(instance, state, grid, node, 1.0)
        link(state, node, grid)
        own_ways(instance, state, grid, node)
        state.cost[left] = best_centre(instance, state, left)
        state.cost[grid] = best_centre(instance, state, grid)
    else:
        state.grid[node] = grid
        for k in (left, grid):
            state.cost[k] = inertia(
                state.weight[k], state.weight_x[k], state.weight_y[k], state.weight_square[k]
            )


@compiled_bare
def allowed(instance: Instance, state: State, node: int, grid: int) -> bool:
    """Whether a node may be proposed for a grid at all (contiguity is tested last, it costs most)."""
    return state.grid[node] != grid and not instance.fixed[node]


@compiled_bare
def neighbour(instance: Instance, node: int, draw: float) -> int:
    """A random neighbour; the node itself where it has none."""
    first = instance.next_at[node]
    count = instance.next_at[node + 1] - first
    if count == 0:
        return node
    return instance.nexts[first + int(draw * count)]


@compiled_bare
def strolled(instance: Instance, state: State, node: int, draws: Floats, at: int) -> int:
    """A node of the same grid a few random steps away."""
    here = node
    for step in range(WALK):
        there = neighbour(instance, here, draws[at + step])
        if state.grid[there] == state.grid[node]:
            here = there
    return here


@compiled_bare
def anneal(
    instance: Instance, state: State, draws: Floats, heat: Floats, temperature: float, push: float
) -> int:
    """Make ``len(heat)`` proposals; returns how many were taken.

    ``draws`` are uniform in [0, 1), ``DRAWS`` for each proposal; ``heat`` is exponential with mean 1.
    """
    count = len(instance.fixed)
    taken = 0
    for turn in range(len(heat)):
        at = turn * DRAWS
        node = int(draws[at] * count)
        grid = state.grid[neighbour(instance, node, draws[at + 1])]
        if not allowed(instance, state, node, grid):
            continue
        limit = temperature * heat[turn]
        delta = gain(instance, state, node, grid, push)
        if delta < limit:
            if hangs_without(instance, state, node):
                move(instance, state, node, grid)
                taken += 1
        elif draws[at + 2] < instance.chain and chained(
            instance, state, node, grid, draws, at + 3, delta, limit, push
        ):
            taken += 2
    return taken


@compiled_bare
def chained(
    instance: Instance,
    state: State,
    node: int,
    grid: int,
    draws: Floats,
    at: int,
    delta: float,
    limit: float,
    push: float,
) -> bool:
    """Move ``node`` into ``grid`` and another node on from there, if both together pay; whether they did."""
    entry = neighbour(instance, node, draws[at])
    if state.grid[entry] != grid:
        return False
    other = strolled(instance, state, entry, draws, at + 1)
    target = state.grid[neighbour(instance, other, draws[at + 4])]
    if target == grid or not allowed(instance, state, other, target):
        return False
    if not hangs_without(instance, state, node):
        return False
    left = state.grid[node]
    move(instance, state, node, grid)
    # the first move may have taken the neighbour through which the second would have entered its grid
    if touches(instance, state, other, target) and allowed(instance, state, other, target):
        both = delta + gain(instance, state, other, target, push)
        if both < limit and hangs_without(instance, state, other):
            move(instance, state, other, target)
            return True
    move(instance, state, node, left)
    return False


@compiled_bare
def touches(instance: Instance, state: State, node: int, grid: int) -> bool:
    """Whether ``node`` has a neighbour in ``grid``."""
    for z in range(instance.next_at[node], instance.next_at[node + 1]):
        if state.grid[instance.nexts[z]] == grid:
            return True
    return False


@compiled_bare
def prepare(instance: Instance, state: State) -> None:
    """Fill every sum of a state from its ``grid``."""
    for node in range(len(state.grid)):
        grid = state.grid[node]
        state.size[grid] += 1
        count_in(instance, state, grid, node, 1.0)
        link(state, node, grid)
    for k in range(instance.grids):
        if instance.median:
            here = state.head[k]
            while here >= 0:
                own_ways(instance, state, k, here)
                here = state.after[here]
            state.cost[k] = best_centre(instance, state, k)
        else:
            state.cost[k] = inertia(
                state.weight[k], state.weight_x[k], state.weight_y[k], state.weight_square[k]
            )


@compiled_bare
def standing(instance: Instance, state: State) -> tuple[float, float, int]:
    """How good a state is: how far out of bounds, compactness and change in mean grid costs, grids out.

    Out of bounds are the shares of the mean amount by which grids are, and 1 for every pair of nodes that
    must not share a grid but do.
    """
    out = 0.0
    value = 0.0
    grids = 0
    for k in range(instance.grids):
        value += state.cost[k] * instance.per_cost
        here = 0.0
        for m in range(instance.measures):
            here += excess(instance, m, state.load[k * instance.measures + m])
        out += here
        if here > 0.0:
            grids += 1
    for node in range(len(state.grid)):
        if instance.before[node] >= 0 and instance.before[node] != state.grid[node]:
            value += instance.change[node]
        out += 0.5 * foes_in(instance, state, node, state.grid[node])
    return out, value, grids
