"""Linking on maps of clustered villages: ours beside its peers, each in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from bench.measure import own_peak
from heliplan import Stop
from heliplan.linking import LinkingProblem, Points, check, solve

SIZES = ((290, 50), (10_000, 2_000), (100_000, 20_000))
NEAR = 30
CAP, QUICK_CAP = 120, 2  # seconds of a solve
LOADED = 15  # seconds more for starting, loading and building
ROOT = Path(__file__).resolve().parent.parent
Row = dict[str, Any]


def rows(quick: bool, data: Path) -> Iterator[Row]:  # noqa: ARG001 -- invented maps need no data
    """Every method on every size: value, against ours, status, gap, seconds, peak memory."""
    for households, members in SIZES[: 2 if quick else 3]:
        ours = None
        for name, largest in LARGEST.items():
            if households <= largest:
                row = _measured(name, households, members, QUICK_CAP if quick else CAP)
                ours = ours or row.get("value")
                if ours and row.get("value"):
                    row["of ours"] = round(row["value"] / ours, 4)
                yield row


def _measured(name: str, households: int, members: int, cap: int) -> Row:
    """One method in a fresh process, stopped after ``cap`` seconds and what it takes to start."""
    row: Row = {"what": f"{households} × {members}", "method": name}
    command = [sys.executable, "-m", "bench.linking", name, str(households), str(members), str(cap)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])}
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=cap + (LOADED if cap == CAP else 0),
            env=environment,
            cwd=ROOT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return {**row, "note": f"stopped after {cap} s"}
    if done.returncode:
        return {**row, "note": (done.stderr.strip().splitlines() or ["ended"])[-1]}
    return {**row, **json.loads(done.stdout)}


def village(households: int, members: int) -> LinkingProblem:
    """Homes around centres, members in some of the homes, loads as even as can be; decimetres."""
    rng = np.random.default_rng(5)
    side = 100 * households**0.5
    centre = rng.random((max(4, households // 150), 2)) * side
    spread = side / len(centre) ** 0.5 / 4
    home = centre[rng.integers(0, len(centre), households)] + rng.normal(0, spread, (households, 2))
    place = home[rng.choice(households, members, replace=False)] + rng.normal(0, 10, (members, 2))
    near = Points(np.rint(home).astype(int), np.rint(place).astype(int))
    return LinkingProblem(near, households // members, -(-households // members))


def heli(problem: LinkingProblem, cap: int) -> Row:
    """Ours; the judge agrees with the value, and ``optimal`` means that the bound is equal to it."""
    result = solve(problem, Stop(seconds=cap))
    if result.plan is not None:
        verdict = check(problem, result.plan)
        assert verdict.ok
        assert verdict.value == result.value
    return {"value": result.value, "status": result.status.value, "gap": result.gap, "engine": result.engine}


def by_hand(problem: LinkingProblem) -> Row:
    """Each household, in the order of the book, to the nearest member who still has room."""
    room, value = problem.high.copy(), 0
    for household in range(problem.households):
        way = problem.nearness.table(np.array([household]))[0]
        member = int(np.where(room > 0, way, np.iinfo(np.int64).max).argmin())
        room[member] -= 1
        value += int(way[member])
    return {"value": value, "status": "loads below low not looked at"}


def scipy_lsa(problem: LinkingProblem) -> Row:
    """SciPy's assignment, every member as many times as its load; ``low`` is not asked for."""
    optimize: Any = import_module("scipy.optimize")
    table = problem.nearness.table(np.arange(problem.households))
    table = np.repeat(table, problem.high, axis=1)
    row, column = optimize.linear_sum_assignment(table)
    return {"value": int(table[row, column].sum()), "status": "low not asked for"}


def flow_near(problem: LinkingProblem) -> Row:
    """OR-Tools' min-cost flow on the nearest members of every household."""
    min_cost_flow: Any = import_module("ortools.graph.python.min_cost_flow")
    household, member, cost = _near(problem)
    n, m = problem.nearness.shape
    flow = min_cost_flow.SimpleMinCostFlow()
    flow.add_arcs_with_capacity_and_unit_cost(household, n + member, np.ones(len(cost), np.int64), cost)
    least = -np.full(m, int(cost.max()) * 4 + 1)
    for capacity, price in ((problem.low, least), (problem.high - problem.low, np.zeros(m, np.int64))):
        flow.add_arcs_with_capacity_and_unit_cost(np.arange(n, n + m), np.full(m, n + m), capacity, price)
    flow.set_nodes_supplies(np.append(np.arange(n), n + m), np.append(np.ones(n, np.int64), -n))
    status = flow.solve()
    if status != flow.OPTIMAL:
        return {"status": f"nearest {NEAR}: {status.name}"}
    used = flow.flows(np.arange(len(cost))) > 0
    return {"value": int(cost[used].sum()), "status": f"nearest {NEAR} only"}


def networkx_simplex(problem: LinkingProblem) -> Row:
    """networkx' network simplex on the nearest members; ``low`` is not asked for."""
    networkx: Any = import_module("networkx")
    graph = networkx.DiGraph()
    graph.add_node("all", demand=problem.households)
    for household in range(problem.households):
        graph.add_node(household, demand=-1)
    for household, member, cost in zip(*(part.tolist() for part in _near(problem)), strict=True):
        graph.add_edge(household, ("member", member), capacity=1, weight=cost)
    for member, high in enumerate(problem.high.tolist()):
        graph.add_edge(("member", member), "all", capacity=high, weight=0)
    return {"value": networkx.network_simplex(graph)[0], "status": f"nearest {NEAR} only"}


def _near(problem: LinkingProblem) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(household, member, distance) of the nearest members."""
    spatial: Any = import_module("scipy.spatial")
    near = problem.nearness
    count = min(NEAR, problem.members)
    member = spatial.cKDTree(near.members).query(near.households, k=count)[1].ravel().astype(np.int64)
    household = np.repeat(np.arange(problem.households), count)
    return household, member, near.pairs(household, member)


METHODS: dict[str, Callable[[LinkingProblem], Row]] = {
    "by hand": by_hand,
    "scipy LSA": scipy_lsa,
    "OR-Tools flow": flow_near,
    "networkx": networkx_simplex,
}
LARGEST = {"Heli": 10**6, "by hand": 10**6, "scipy LSA": 10_000, "OR-Tools flow": 10**6, "networkx": 10_000}
"""Up to how many households each method is measured."""


def main(name: str, households: int, members: int, cap: int) -> None:
    """Measure one method in this process and print it as JSON; reading and building are not counted."""
    problem = village(households, members)
    began = time.perf_counter()
    row = heli(problem, cap) if name == "Heli" else METHODS[name](problem)
    row["seconds"], row["CPU s"] = round(time.perf_counter() - began, 3), round(time.process_time(), 1)
    row["MB"] = own_peak()
    print(json.dumps(row))


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
