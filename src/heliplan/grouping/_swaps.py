"""The inner loop of annealing: units of neighbouring bodies change places, or one moves over.

The code runs compiled on arrays and interpreted on lists; both give the same plan. It works in place on a
:class:`Instance` and :class:`State`, tuples of flat sequences. Import it only when a search runs: where numba
is installed this module loads it.
"""

from __future__ import annotations

import math
from collections.abc import MutableSequence
from typing import NamedTuple

from heliplan.compiled import COMPILED, compiled_bare

__all__ = ["COMPILED", "DRAWS", "Instance", "State", "anneal", "costs"]

DRAWS = 4
"""Uniform random numbers that one proposal takes."""

FAR = 1e18
"""Cost of a body without a seat that all its units reach."""

# lists, or arrays in a compiled run: both are indexed alike
Ints = MutableSequence[int]
Floats = MutableSequence[float]
Bools = MutableSequence[bool]


class Instance(NamedTuple):
    """What does not change. n units, B bodies with room for R units, C label columns."""

    x: Floats  # float [n]
    y: Floats
    members: Ints  # int [n]
    label: Ints  # int [n * C]
    columns: int
    near_at: Ints  # int [n + 1]: units near each unit
    near: Ints
    threshold: int
    most: int  # R
    reach: float
    kind: Ints  # int [B]: column that joins the body
    common: Ints  # int [B]: its label there
    frozen: Bools  # bool [B]: bodies that stay as they are


class State(NamedTuple):
    """What the search changes."""

    body: Ints  # int [n], -1: in none
    place: Ints  # int [n]: where the unit stands in its body
    unit: Ints  # int [B * R]: the units of each body
    size: Ints  # int [B]
    load: Ints  # int [B]: members
    cost: Floats  # float [B]


@compiled_bare
def cost_of(instance: Instance, state: State, body: int) -> float:
    """Least sum of distances to one of the body's units within reach of all."""
    first = body * instance.most
    last = first + state.size[body]
    best = FAR
    for s in range(first, last):
        seat = state.unit[s]
        total = 0.0
        for z in range(first, last):
            across = instance.x[state.unit[z]] - instance.x[seat]
            down = instance.y[state.unit[z]] - instance.y[seat]
            way = math.floor(math.sqrt(across * across + down * down) + 0.5)
            total += way if way <= instance.reach else FAR
        best = min(best, total)
    return best


@compiled_bare
def costs(instance: Instance, state: State) -> float:
    """Fill the cost of every body; their sum."""
    total = 0.0
    for body in range(len(state.size)):
        state.cost[body] = cost_of(instance, state, body)
        total += state.cost[body]
    return total


@compiled_bare
def fits(instance: Instance, unit: int, body: int) -> bool:
    """Whether a unit has the label that joins a body."""
    return instance.label[unit * instance.columns + instance.kind[body]] == instance.common[body]


@compiled_bare
def put(state: State, unit: int, body: int, slot: int) -> None:
    """Write a unit into a slot of a body."""
    state.unit[slot] = unit
    state.body[unit] = body


@compiled_bare
def anneal(instance: Instance, state: State, draws: Floats, heat: Floats, temperature: float) -> float:
    """Make ``len(heat)`` proposals; returns the change of cost.

    ``draws`` are uniform in [0, 1), ``DRAWS`` for each proposal; ``heat`` is exponential with mean 1.
    """
    count = len(state.body)
    change = 0.0
    for turn in range(len(heat)):
        at = turn * DRAWS
        unit = int(draws[at] * count)
        many = instance.near_at[unit + 1] - instance.near_at[unit]
        here = state.body[unit]
        if many == 0 or here < 0:
            continue
        # the nearer, the likelier
        draw = draws[at + 1]
        there = state.body[instance.near[instance.near_at[unit] + int(draw * draw * many)]]
        if there < 0 or there == here or instance.frozen[here] or instance.frozen[there]:
            continue
        if not fits(instance, unit, there):
            continue
        limit = temperature * heat[turn]
        if state.size[there] < instance.most and draws[at + 2] < 0.5:
            change += moved(instance, state, unit, there, limit)
        else:
            slot = int(draws[at + 3] * state.size[there])
            change += swapped(instance, state, unit, state.unit[there * instance.most + slot], limit)
    return change


@compiled_bare
def swapped(instance: Instance, state: State, one: int, two: int, limit: float) -> float:
    """Let two units change places if that costs less than ``limit``; the change of cost."""
    a = state.body[one]
    b = state.body[two]
    gain = instance.members[two] - instance.members[one]
    if state.load[a] + gain < instance.threshold or state.load[b] - gain < instance.threshold:
        return 0.0
    if not fits(instance, two, a):
        return 0.0
    slot_a = a * instance.most + state.place[one]
    slot_b = b * instance.most + state.place[two]
    put(state, two, a, slot_a)
    put(state, one, b, slot_b)
    cost_a = cost_of(instance, state, a)
    cost_b = cost_of(instance, state, b)
    delta = cost_a + cost_b - state.cost[a] - state.cost[b]
    if delta >= limit:
        put(state, one, a, slot_a)
        put(state, two, b, slot_b)
        return 0.0
    other = state.place[one]
    state.place[one] = state.place[two]
    state.place[two] = other
    state.load[a] += gain
    state.load[b] -= gain
    state.cost[a] = cost_a
    state.cost[b] = cost_b
    return delta


@compiled_bare
def moved(instance: Instance, state: State, unit: int, to: int, limit: float) -> float:
    """Let a unit move into a body with room if that costs less than ``limit``; the change of cost."""
    left = state.body[unit]
    if state.size[left] == 1 or state.load[left] - instance.members[unit] < instance.threshold:
        return 0.0
    slot = left * instance.most + state.place[unit]
    end = left * instance.most + state.size[left] - 1
    last = state.unit[end]
    state.unit[slot] = last
    state.size[left] -= 1
    put(state, unit, to, to * instance.most + state.size[to])
    state.size[to] += 1
    cost_left = cost_of(instance, state, left)
    cost_to = cost_of(instance, state, to)
    delta = cost_left + cost_to - state.cost[left] - state.cost[to]
    if delta >= limit:
        state.size[to] -= 1
        state.size[left] += 1
        state.unit[end] = last
        put(state, unit, left, slot)
        return 0.0
    state.place[last] = state.place[unit]
    state.place[unit] = state.size[to] - 1
    state.load[left] -= instance.members[unit]
    state.load[to] += instance.members[unit]
    state.cost[left] = cost_left
    state.cost[to] = cost_to
    return delta
