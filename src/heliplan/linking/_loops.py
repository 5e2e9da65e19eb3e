"""The inner loops for large linking problems: compiled where numba is installed, else interpreted.

The flow graph is contracted to the members and one more node, the *sink*, over which members pass on what
they carry beyond their ``low``. A household at member a that may also go to member b is an arc a → b of
weight ``cost(b) - cost(a)``. Method: primal-dual with shortest paths (Edmonds and Karp, J. ACM 19(2), 1972;
Ahuja, Magnanti and Orlin, "Network Flows", 1993, ch. 9.8), from any prices: the better the prices, the less
is left to do. Import this module only for a large problem: where numba is installed it is loaded here.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from heliplan.codec import Ints
from heliplan.compiled import compiled, compiled_bare
from heliplan.stop import Watch

FAR = 1 << 60
"""A distance above all there are."""

PASSES = 4
"""Passes between two looks at the clock: a fraction of a second on the largest maps."""

Floats = NDArray[np.float64]


class Net(NamedTuple):
    """Candidates of household i: ``head[first[i]:first[i + 1]]`` at ``cost``; at least one each."""

    first: Ints
    head: Ints
    cost: Ints
    low: Ints
    wide: Ints  # high - low


class State(NamedTuple):
    """Where the flow stands; changed in place. Index m stands for the sink."""

    member: Ints  # [n]
    paid: Ints  # [n] the cost of the household's member
    price: Ints  # [m + 1]
    extra: Ints  # [m] what the member passes on to the sink
    excess: Ints  # [m + 1] how many too many, negative: too few


class Room(NamedTuple):
    """Arrays to work in."""

    begin: Ints  # [m + 1] the households of member a: house[begin[a]:begin[a + 1]]
    house: Ints
    dist: Ints
    done: NDArray[np.bool_]
    heap: Ints  # distances
    node: Ints  # and the nodes they belong to
    at: Ints  # the place in ``house`` where the search goes on
    arc: Ints  # and the candidate; -1: the first, -2: the sink comes before it
    stack: Ints
    via: Ints  # the candidate that leads on from the stack's node; -1: none, it leads over the sink


@compiled
def room(n: int, m: int, arcs: int) -> Room:
    """Room for n households, m members and so many candidates."""
    return Room(
        np.zeros(m + 1, np.int64),
        np.zeros(n, np.int64),
        np.zeros(m + 1, np.int64),
        np.zeros(m + 1, np.bool_),
        np.zeros(arcs + 3 * m + 3, np.int64),
        np.zeros(arcs + 3 * m + 3, np.int64),
        np.zeros(m + 1, np.int64),
        np.zeros(m + 1, np.int64),
        np.zeros(m + 2, np.int64),
        np.zeros(m + 2, np.int64),
    )


def settle(net: Net, state: State, work: Room, trust: int, watch: Watch) -> int:
    """Move households until no member has too many or too few, or prices have changed by ``trust``.

    Returns how many households have no place yet: 0 means a least-cost flow on these candidates, with
    ``state.price`` its duals. The clock is looked at every few passes.
    """
    seat(net, state)
    left, spent = advance(net, state, work, trust, PASSES)
    while left and spent < trust and not watch.over():
        left, more = advance(net, state, work, trust - spent, PASSES)
        spent += more
    return left


@compiled_bare
def advance(net: Net, state: State, work: Room, trust: int, passes: int) -> tuple[int, int]:
    """At most so many passes; how many households have no place yet, and by how much prices have changed."""
    spent, left = 0, missing(state)
    while left > 0 and spent < trust and passes > 0:
        by_member(state.member, work)
        reach, found = shortest(net, state, work, left)
        reach = min(reach if found else trust, trust - spent)
        spent += reach
        for a in range(len(state.price)):
            state.price[a] -= min(work.dist[a], reach)
        augment(net, state, work)
        passes -= 1
        left = missing(state)
    return left, spent


@compiled_bare
def missing(state: State) -> int:
    """How many households have no place yet."""
    left = 0
    for a in range(len(state.excess)):
        left += max(0, state.excess[a])
    return left


@compiled_bare
def seat(net: Net, state: State) -> None:
    """Every household to its cheapest candidate at the prices (where it is, if none is cheaper)."""
    member, paid, price, extra, excess = state
    m = len(extra)
    excess[:] = 0
    for i in range(len(member)):
        best = paid[i] + price[member[i]] if member[i] >= 0 else FAR
        for e in range(net.first[i], net.first[i + 1]):
            cost = net.cost[e] + price[net.head[e]]
            if cost < best:
                best = cost
                member[i] = net.head[e]
                paid[i] = net.cost[e]
        excess[member[i]] += 1
    excess[m] = -len(member)
    for j in range(m):
        beyond = 0
        if price[j] > price[m]:
            beyond = net.wide[j]
        elif price[j] == price[m]:
            beyond = min(net.wide[j], max(0, excess[j] - net.low[j]))
        extra[j] = beyond
        excess[j] -= net.low[j] + beyond
        excess[m] += net.low[j] + beyond


@compiled_bare
def by_member(member: Ints, work: Room) -> None:
    """Sort the households by their members into ``work.house``."""
    begin = work.begin
    begin[:] = 0
    for i in range(len(member)):
        begin[member[i]] += 1
    total = 0
    for j in range(len(begin)):
        total += begin[j]
        begin[j] = total
    for i in range(len(member)):
        begin[member[i]] -= 1
        work.house[begin[member[i]]] = i


@compiled_bare
def shortest(net: Net, state: State, work: Room, goal: int) -> tuple[int, bool]:
    """Distances from all who have too many (Dijkstra), until ``goal`` free places are reached.

    Returns the last distance and whether any free place was reached.
    """
    m, dist, size = len(state.extra), work.dist, 0
    for a in range(m + 1):
        dist[a] = FAR
        work.done[a] = False
        if state.excess[a] > 0:
            dist[a] = 0
            size = push(work, size, 0, a)
    reach, seen = 0, 0
    while size > 0 and seen < goal:
        a, size = pop(work, size)
        if work.done[a]:
            continue
        work.done[a] = True
        reach = dist[a]
        seen += max(0, -state.excess[a])
        size = relax(net, state, work, size, a)
    return reach, seen > 0


@compiled_bare
def relax(net: Net, state: State, work: Room, size: int, a: int) -> int:
    """Look along all arcs of node ``a``; returns the new size of the heap."""
    price, extra, dist = state.price, state.extra, work.dist
    m = len(extra)
    if a == m:
        for j in range(m):
            way = dist[m] + price[j] - price[m]
            if extra[j] > 0 and way < dist[j]:
                dist[j] = way
                size = push(work, size, way, j)
        return size
    way = dist[a] + price[m] - price[a]
    if extra[a] < net.wide[a] and way < dist[m]:
        dist[m] = way
        size = push(work, size, way, m)
    for place in range(work.begin[a], work.begin[a + 1]):
        i = work.house[place]
        base = dist[a] - state.paid[i] - price[a]
        for e in range(net.first[i], net.first[i + 1]):
            j = net.head[e]
            way = base + net.cost[e] + price[j]
            if way < dist[j]:
                dist[j] = way
                size = push(work, size, way, j)
    return size


@compiled_bare
def push(work: Room, size: int, key: int, value: int) -> int:
    """Add to the heap; returns its new size."""
    heap, node, at = work.heap, work.node, size
    while at > 0:
        up = (at - 1) >> 1
        if heap[up] <= key:
            break
        heap[at], node[at] = heap[up], node[up]
        at = up
    heap[at], node[at] = key, value
    return size + 1


@compiled_bare
def pop(work: Room, size: int) -> tuple[int, int]:
    """Take the node of the least key; returns it and the heap's new size."""
    heap, node, at = work.heap, work.node, 0
    first, size = node[0], size - 1
    key, value = heap[size], node[size]
    while True:
        down = 2 * at + 1
        if down >= size:
            break
        if down + 1 < size and heap[down + 1] < heap[down]:
            down += 1
        if heap[down] >= key:
            break
        heap[at], node[at] = heap[down], node[down]
        at = down
    heap[at], node[at] = key, value
    return first, size


@compiled_bare
def augment(net: Net, state: State, work: Room) -> None:
    """Move households along arcs of weight 0 from who has too many to who has too few, while a way is found.

    Depth first with a mark on every node that leads nowhere. At least one is moved if there is any way.
    """
    m, stack = len(state.extra), work.stack
    for a in range(m + 1):
        work.at[a] = work.begin[a] if a < m else 0
        work.arc[a] = -2
        work.done[a] = False
    for source in range(m + 1):
        while state.excess[source] > 0:
            top = 0
            stack[0] = source
            work.done[source] = True
            while top >= 0 and state.excess[stack[top]] >= 0:
                following = step(net, state, work, top)
                if following < 0:
                    top -= 1
                else:
                    top += 1
                    stack[top] = following
                    work.done[following] = True
            if top < 0:
                break
            carry(net, state, work, top)


@compiled_bare
def step(net: Net, state: State, work: Room, top: int) -> int:
    """The next node over an arc of weight 0 from the top of the stack, -1: there is none (any more)."""
    price, at, arc, done = state.price, work.at, work.arc, work.done
    a, m = work.stack[top], len(state.extra)
    work.via[top] = -1
    if a == m:
        while at[m] < m:
            j = int(at[m])
            if state.extra[j] > 0 and price[j] == price[m] and not done[j]:
                return j
            at[m] += 1
        return -1
    if arc[a] == -2:
        if state.extra[a] < net.wide[a] and price[a] == price[m] and not done[m]:
            return m
        arc[a] = -1
    while at[a] < work.begin[a + 1]:
        i = work.house[at[a]]
        if state.member[i] == a:
            arc[a] = max(arc[a], net.first[i])
            while arc[a] < net.first[i + 1]:
                j = int(net.head[arc[a]])
                if not done[j] and net.cost[arc[a]] + price[j] == state.paid[i] + price[a]:
                    work.via[top] = arc[a]
                    return j
                arc[a] += 1
        at[a] += 1
        arc[a] = -1
    return -1


@compiled_bare
def carry(net: Net, state: State, work: Room, top: int) -> None:
    """Move one household along every arc of the stack; its nodes may be passed again."""
    m, stack = len(state.extra), work.stack
    for t in range(top):
        a, j = stack[t], stack[t + 1]
        work.done[a] = False
        if a == m:
            state.extra[j] -= 1
        elif j == m:
            state.extra[a] += 1
        else:
            i = work.house[work.at[a]]
            state.member[i] = j
            state.paid[i] = net.cost[work.via[t]]
    work.done[stack[top]] = False
    state.excess[stack[0]] -= 1
    state.excess[stack[top]] += 1


@compiled
def hurry(net: Net, state: State, work: Room) -> int:
    """Move many households at once on ways that are short, not always the shortest; how many are left over.

    For a good plan when time is up: afterwards the prices are no duals. Every member who has too few takes
    the way by which it was reached first, if nobody on it has been moved in the meantime.
    """
    m = len(state.extra)
    back, house, arc = np.empty(m + 1, np.int64), np.empty(m + 1, np.int64), np.empty(m + 1, np.int64)
    by_member(state.member, work)
    reached = spread(net, state, work, missing(state), (back, house, arc))
    for place in range(reached):
        a = work.stack[place]
        while state.excess[a] < 0 and follow(net, state, a, (back, house, arc)):
            state.excess[a] += 1
    return missing(state)


@compiled_bare
def spread(net: Net, state: State, work: Room, goal: int, ways: tuple[Ints, Ints, Ints]) -> int:
    """As :func:`shortest`, with the way to every node; what would save is taken to cost nothing.

    The nodes reached that have too few are the first in ``work.stack``; returns how many.
    """
    back, house, _ = ways
    m, dist, price, size, seen, reached = len(state.extra), work.dist, state.price, 0, 0, 0
    for a in range(m + 1):
        dist[a], back[a], house[a] = FAR, -1, -1
        work.done[a] = False
        if state.excess[a] > 0:
            dist[a] = 0
            size = push(work, size, 0, a)
    while size > 0 and seen < goal:
        a, size = pop(work, size)
        if work.done[a]:
            continue
        work.done[a] = True
        if state.excess[a] < 0:
            seen -= state.excess[a]
            work.stack[reached] = a
            reached += 1
        if a == m:
            for j in range(m):
                if state.extra[j] > 0:
                    size = lead(work, size, ways, j, (dist[m] + max(0, price[j] - price[m]), m, -1, -1))
            continue
        if state.extra[a] < net.wide[a]:
            size = lead(work, size, ways, m, (dist[a] + max(0, price[m] - price[a]), a, -1, -1))
        for place in range(work.begin[a], work.begin[a + 1]):
            i = work.house[place]
            for e in range(net.first[i], net.first[i + 1]):
                j = net.head[e]
                more = max(0, net.cost[e] + price[j] - state.paid[i] - price[a])
                size = lead(work, size, ways, j, (dist[a] + more, a, i, e))
    return reached


@compiled_bare
def lead(
    work: Room, size: int, ways: tuple[Ints, Ints, Ints], j: int, step: tuple[int, int, int, int]
) -> int:
    """Note a way to node j (length, node before, household, candidate) if shorter; the heap's new size."""
    way, before, i, e = step
    if way < work.dist[j]:
        back, house, arc = ways
        work.dist[j], back[j], house[j], arc[j] = way, before, i, e
        size = push(work, size, way, j)
    return size


@compiled_bare
def follow(net: Net, state: State, end: int, ways: tuple[Ints, Ints, Ints]) -> bool:
    """Move one household along every arc of the way to ``end``, if all are still where they were."""
    back, house, arc = ways
    m, a = len(state.extra), end
    while back[a] >= 0:
        before = back[a]
        if a == m:
            free = state.extra[before] < net.wide[before]
        elif before == m:
            free = state.extra[a] > 0
        else:
            free = state.member[house[a]] == before
        if not free:
            return False
        a = before
    if state.excess[a] <= 0:
        return False
    state.excess[a] -= 1
    a = end
    while back[a] >= 0:
        before = back[a]
        if a == m:
            state.extra[before] += 1
        elif before == m:
            state.extra[a] -= 1
        else:
            state.member[house[a]] = a
            state.paid[house[a]] = net.cost[arc[a]]
        a = before
    return True


def cheapest_few(
    home: Floats, place: Floats, tree: tuple[Ints, Ints, Floats], price: Floats, found: Ints
) -> Floats:
    """The members of least rounded distance + price of each household, cheapest first, into ``found``.

    ``tree`` is what :func:`heliplan.linking._near.tree` gives for ``place``. Returns what they cost.
    """
    order, cut, _ = tree
    least, cost = np.full(2 * (len(cut) - 1), np.inf), np.full(found.shape, np.inf)
    lowest(order, cut, price, least)
    look_in_tree((home, place, price), tree, least, (found, cost), (np.empty(128, np.int64), np.empty(128)))
    return cost


@compiled_bare
def look_in_tree(
    places: tuple[Floats, Floats, Floats],
    tree: tuple[Ints, Ints, Floats],
    least: Floats,
    few: tuple[Ints, Floats],
    work: tuple[Ints, Floats],
) -> None:
    """What :func:`cheapest_few` does, given the least price within every node and a stack to work in."""
    home, place, price = places
    order, cut, box = tree
    found, cost = few
    stack, bound = work
    leaves, count = len(cut) - 1, found.shape[1]
    for i in range(len(home)):
        x, y, top = home[i, 0], home[i, 1], 0
        stack[0], bound[0] = 1, -np.inf
        while top >= 0:
            v = stack[top]
            top -= 1
            if bound[top + 1] >= cost[i, count - 1]:
                continue
            if v >= leaves:
                for p in range(cut[v - leaves], cut[v - leaves + 1]):
                    j = order[p]
                    way = np.rint(np.sqrt((x - place[j, 0]) ** 2 + (y - place[j, 1]) ** 2))
                    insert(found[i], cost[i], j, way + price[j])
                continue
            one, two = 2 * v, 2 * v + 1
            below, above = away(box[one], x, y) + least[one], away(box[two], x, y) + least[two]
            if below < above:  # what is nearer goes on top of the stack
                one, two, below, above = two, one, above, below
            stack[top + 1], bound[top + 1] = one, below
            stack[top + 2], bound[top + 2] = two, above
            top += 2


@compiled_bare
def lowest(order: Ints, cut: Ints, price: Floats, least: Floats) -> None:
    """Fill in the least price within every node of the tree; ``least`` is infinite before."""
    leaves = len(cut) - 1
    for leaf in range(leaves):
        for p in range(cut[leaf], cut[leaf + 1]):
            least[leaves + leaf] = min(least[leaves + leaf], price[order[p]])
    for v in range(leaves - 1, 0, -1):
        least[v] = min(least[2 * v], least[2 * v + 1])


@compiled_bare
def away(box: Floats, x: float, y: float) -> float:
    """A lower bound on the rounded distance to the box (left, bottom, right, top)."""
    across = max(0.0, box[0] - x, x - box[2])
    down = max(0.0, box[1] - y, y - box[3])
    return float(np.sqrt(across * across + down * down) - 0.51)


@compiled_bare
def insert(found: Ints, cost: Floats, member: int, value: float) -> None:
    """Put a member into a row of the cheapest, if it is one of them."""
    at = len(found) - 1
    if value >= cost[at]:
        return
    while at > 0 and cost[at - 1] > value:
        cost[at] = cost[at - 1]
        found[at] = found[at - 1]
        at -= 1
    cost[at] = value
    found[at] = member
