"""The inner loop of annealing: units of neighbouring bodies change places, or one moves over.

The code runs compiled on arrays and interpreted on lists; both give the same plan. It works in place on a
:class:`Board` and :class:`State`, tuples of flat sequences. Import it only when a search runs: where numba is
installed this module loads it.
"""

from __future__ import annotations

import math
from collections.abc import MutableSequence
from typing import NamedTuple

from heliplan.compiled import COMPILED, compiled_bare

__all__ = ["COMPILED", "DRAWS", "Board", "State", "anneal", "costs"]

DRAWS = 4
"""Uniform random numbers that one proposal takes."""

FAR = 1e18
"""Cost of a body without a seat that all its units reach."""

# lists, or arrays in a compiled run: both are indexed alike
Ints = MutableSequence[int]
Floats = MutableSequence[float]
Bools = MutableSequence[bool]


class Board(NamedTuple):
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
def cost_of(board: Board, state: State, body: int) -> float:
    """Least sum of distances to one of the body's units within reach of all."""
    first = body * board.most
    last = first + state.size[body]
    best = FAR
    for s in range(first, last):
        seat = state.unit[s]
        total = 0.0
        for z in range(first, last):
            across = board.x[state.unit[z]] - board.x[seat]
            down = board.y[state.unit[z]] - board.y[seat]
            way = math.floor(math.sqrt(across * across + down * down) + 0.5)
            total += way if way <= board.reach else FAR
        best = min(best, total)
    return best


@compiled_bare
def costs(board: Board, state: State) -> float:
    """Fill the cost of every body; their sum."""
    total = 0.0
    for body in range(len(state.size)):
        state.cost[body] = cost_of(board, state, body)
        total += state.cost[body]
    return total


@compiled_bare
def fits(board: Board, unit: int, body: int) -> bool:
    """Whether a unit has the label that joins a body."""
    return board.label[unit * board.columns + board.kind[body]] == board.common[body]


@compiled_bare
def put(state: State, unit: int, body: int, slot: int) -> None:
    """Write a unit into a slot of a body."""
    state.unit[slot] = unit
    state.body[unit] = body


@compiled_bare
def anneal(board: Board, state: State, draws: Floats, heat: Floats, temperature: float) -> float:
    """Make ``len(heat)`` proposals; returns the change of cost.

    ``draws`` are uniform in [0, 1), ``DRAWS`` for each proposal; ``heat`` is exponential with mean 1.
    """
    count = len(state.body)
    change = 0.0
    for turn in range(len(heat)):
        at = turn * DRAWS
        unit = int(draws[at] * count)
        many = board.near_at[unit + 1] - board.near_at[unit]
        here = state.body[unit]
        if many == 0 or here < 0:
            continue
        # the nearer, the likelier
        draw = draws[at + 1]
        there = state.body[board.near[board.near_at[unit] + int(draw * draw * many)]]
        if there < 0 or there == here or board.frozen[here] or board.frozen[there]:
            continue
        if not fits(board, unit, there):
            continue
        limit = temperature * heat[turn]
        if state.size[there] < board.most and draws[at + 2] < 0.5:
            change += moved(board, state, unit, there, limit)
        else:
            slot = int(draws[at + 3] * state.size[there])
            change += swapped(board, state, unit, state.unit[there * board.most + slot], limit)
    return change


@compiled_bare
def swapped(board: Board, state: State, one: int, two: int, limit: float) -> float:
    """Let two units change places if that costs less than ``limit``; the change of cost."""
    a = state.body[one]
    b = state.body[two]
    gain = board.members[two] - board.members[one]
    if state.load[a] + gain < board.threshold or state.load[b] - gain < board.threshold:
        return 0.0
    if not fits(board, two, a):
        return 0.0
    slot_a = a * board.most + state.place[one]
    slot_b = b * board.most + state.place[two]
    put(state, two, a, slot_a)
    put(state, one, b, slot_b)
    cost_a = cost_of(board, state, a)
    cost_b = cost_of(board, state, b)
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
def moved(board: Board, state: State, unit: int, to: int, limit: float) -> float:
    """Let a unit move into a body with room if that costs less than ``limit``; the change of cost."""
    left = state.body[unit]
    if state.size[left] == 1 or state.load[left] - board.members[unit] < board.threshold:
        return 0.0
    slot = left * board.most + state.place[unit]
    end = left * board.most + state.size[left] - 1
    last = state.unit[end]
    state.unit[slot] = last
    state.size[left] -= 1
    put(state, unit, to, to * board.most + state.size[to])
    state.size[to] += 1
    cost_left = cost_of(board, state, left)
    cost_to = cost_of(board, state, to)
    delta = cost_left + cost_to - state.cost[left] - state.cost[to]
    if delta >= limit:
        state.size[to] -= 1
        state.size[left] += 1
        state.unit[end] = last
        put(state, unit, left, slot)
        return 0.0
    state.place[last] = state.place[unit]
    state.place[unit] = state.size[to] - 1
    state.load[left] -= board.members[unit]
    state.load[to] += board.members[unit]
    state.cost[left] = cost_left
    state.cost[to] = cost_to
    return delta
