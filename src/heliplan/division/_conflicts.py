"""What can be proven impossible without searching, each with its place and number."""

from __future__ import annotations

from collections import deque

import numpy as np

from heliplan.codec import Ints
from heliplan.division._net import Net, melt
from heliplan.division.problem import DivisionProblem
from heliplan.result import Conflict


def rule_conflicts(problem: DivisionProblem) -> tuple[Conflict, ...]:
    """Pins and pairs that contradict each other.

    Codes: ``pins.contradict`` (unit, grid, other, other_grid: one unit, or two of one block);
    ``apart.in_block`` (unit, other, block); ``apart.pinned`` (unit, other, grid).
    """
    return (*_pins(problem), *_apart(problem))


def _pins(problem: DivisionProblem) -> list[Conflict]:
    node = melt(problem.whole)
    first: dict[int, tuple[int, int]] = {}
    found = []
    for unit, grid in problem.pins.tolist():
        other, other_grid = first.setdefault(int(node[unit]), (unit, grid))
        if other_grid != grid:
            params = {"unit": unit, "grid": grid, "other": other, "other_grid": other_grid}
            found.append(Conflict("pins.contradict", params))
    return found


def _apart(problem: DivisionProblem) -> list[Conflict]:
    node = melt(problem.whole)
    pin = {int(node[unit]): grid for unit, grid in problem.pins.tolist()}
    found = []
    for unit, other in problem.apart.tolist():
        one, two = int(node[unit]), int(node[other])
        if one == two:
            params = {"unit": unit, "other": other, "block": int(problem.whole[unit])}
            found.append(Conflict("apart.in_block", params))
        elif one in pin and pin[one] == pin.get(two):
            found.append(Conflict("apart.pinned", {"unit": unit, "other": other, "grid": pin[one]}))
    return found


def bound_conflicts(problem: DivisionProblem, net: Net) -> tuple[Conflict, ...]:
    """Amounts and ways that cannot fit.

    Codes: ``units.too_few`` (nodes, grids); ``total.below``, ``total.above`` (measure, total, needed: all
    grids together); ``unit.too_big`` (unit, measure, amount, high: a unit or its block); ``pins.too_heavy``
    (grid, measure, amount, high); ``pins.cut_off`` (grid, unit, other: no way between them that leaves
    the units of other grids alone); ``part.no_count`` (unit, units, measure, amount: a part of the graph,
    named by its first unit, that no number of grids fits); ``parts.no_count`` (parts, grids, least, most:
    the parts together).
    """
    if net.count < problem.grids:
        return (Conflict("units.too_few", {"nodes": net.count, "grids": problem.grids}),)
    found = [*_totals(problem), *_too_big(problem, net), *_heavy_pins(problem, net), *_cut_off(net)]
    return tuple(found or _parts(problem, net))


def _totals(problem: DivisionProblem) -> list[Conflict]:
    found = []
    for measure, total in enumerate(problem.measures.sum(axis=0).tolist()):
        least, most = int(problem.low[measure]) * problem.grids, int(problem.high[measure]) * problem.grids
        if total < least:
            found.append(Conflict("total.below", {"measure": measure, "total": total, "needed": least}))
        if total > most:
            found.append(Conflict("total.above", {"measure": measure, "total": total, "needed": most}))
    return found


def _too_big(problem: DivisionProblem, net: Net) -> list[Conflict]:
    found = []
    for node, measure in np.argwhere(net.measures > problem.high).tolist():
        amount, high = int(net.measures[node, measure]), int(problem.high[measure])
        params = {"unit": int(net.inside(node)[0]), "measure": measure, "amount": amount, "high": high}
        found.append(Conflict("unit.too_big", params))
    return found


def _heavy_pins(problem: DivisionProblem, net: Net) -> list[Conflict]:
    pinned = np.flatnonzero(net.pin >= 0)
    amounts = np.zeros((problem.grids, net.measures.shape[1]), np.int64)
    np.add.at(amounts, net.pin[pinned], net.measures[pinned])
    return [
        Conflict(
            "pins.too_heavy",
            {"grid": grid, "measure": measure, "amount": int(amounts[grid, measure]), "high": int(high)},
        )
        for grid, measure in np.argwhere(amounts > problem.high).tolist()
        for high in (problem.high[measure],)
    ]


def _cut_off(net: Net) -> list[Conflict]:
    found = []
    for grid in np.unique(net.pin[net.pin >= 0]).tolist():
        pinned = np.flatnonzero(net.pin == grid)
        reached = reach(net, int(pinned[0]), (net.pin < 0) | (net.pin == grid))
        lost = pinned[~reached[pinned]]
        if lost.size:
            unit, other = int(net.inside(int(pinned[0]))[0]), int(net.inside(int(lost[0]))[0])
            found.append(Conflict("pins.cut_off", {"grid": grid, "unit": unit, "other": other}))
    return found


def reach(
    net: Net, origin: int, free: np.ndarray[tuple[int], np.dtype[np.bool_]]
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which nodes can be reached from ``origin`` over free nodes."""
    seen = np.zeros(net.count, bool)
    seen[origin] = True
    queue = deque([origin])
    while queue:
        for other in net.near(queue.popleft()).tolist():
            if free[other] and not seen[other]:
                seen[other] = True
                queue.append(other)
    return seen


def grid_range(problem: DivisionProblem, net: Net, part: Ints) -> tuple[int, int]:
    """Least and most grids that the nodes of one part of the graph can make (least > most: none)."""
    least, most = 1, len(part)
    for low, high, amount in zip(problem.low, problem.high, net.measures[part].sum(axis=0), strict=True):
        if high > 0:
            least = max(least, -(-int(amount) // int(high)))
        if low > 0:
            most = min(most, int(amount) // int(low))
    return least, most


def _parts(problem: DivisionProblem, net: Net) -> list[Conflict]:
    count = int(net.component.max()) + 1
    if count == 1:
        return []
    found, ranges = [], []
    for number in range(count):
        part = np.flatnonzero(net.component == number)
        least, most = grid_range(problem, net, part)
        ranges.append((least, most))
        if least > most:
            short = np.argmin(net.measures[part].sum(axis=0) / np.maximum(problem.low, 1))
            amount = int(net.measures[part].sum(axis=0)[short])
            units = int(sum(len(net.inside(node)) for node in part.tolist()))
            first = int(min(net.inside(node)[0] for node in part.tolist()))
            params = {"unit": first, "units": units, "measure": int(short), "amount": amount}
            found.append(Conflict("part.no_count", params))
    least, most = sum(low for low, _ in ranges), sum(high for _, high in ranges)
    if not found and not least <= problem.grids <= most:
        params = {"parts": count, "grids": problem.grids, "least": least, "most": most}
        found.append(Conflict("parts.no_count", params))
    return found
