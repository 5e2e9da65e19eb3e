"""Division beside its peers: grids of a town, and commercial territory design.

``PYTHONPATH=src:. python bench/division.py --quick`` prints a Markdown table. The data folder is
``../shared/bench`` beside the repository, or what ``--data`` names; the towns are generated and need none.
"""

from __future__ import annotations

import argparse
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from random import seed as draw_from
from typing import Any

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components, minimum_spanning_tree
from scipy.spatial import Delaunay

from bench.apart import GRACE, apart
from heliplan import Status, Stop
from heliplan.division import Compactness, DivisionPlan, DivisionProblem, Params, band, check, solve
from heliplan.executor import Processes

DATA = Path(__file__).resolve().parents[1].parent / "shared" / "bench"
TOLERANCE = 0.05
COLUMNS = ("work", "engine", "seconds", "cpu", "off", "pieces", "cost", "ratio", "gap", "mb", "note")
Row = dict[str, Any]


@dataclass(frozen=True)
class Size:
    """Towns to cut, the seconds we get for each, and the seconds after which a peer is stopped.

    Peers cut the town of the last seed only.
    """

    units: int
    grids: int
    seconds: float
    cap: float
    peers: tuple[str, ...]
    seeds: tuple[int, ...]


QUICK = (
    Size(1_000, 10, 1.0, 30, ("gerrychain", "METIS", "spopt"), (3,)),
    Size(10_000, 100, 5.0, 30, ("METIS",), (3,)),
)
FULL = (
    Size(1_000, 10, 1.0, 60, ("gerrychain", "METIS", "spopt"), (4, 5, 6, 3)),
    Size(10_000, 100, 5.0, 60, ("gerrychain", "METIS", "spopt"), (4, 5, 6, 3)),
    Size(100_000, 1_000, 60.0, 20, ("gerrychain", "METIS"), (3, 5)),
)
TERRITORY_SECONDS = 4.0
SAME = 0.01  #: published values are rounded to this


def town(units: int, grids: int, seed: int = 3) -> DivisionProblem:
    """Clustered buildings, neighbours from a triangulation without its longest edges, 1 to 120 households."""
    random = np.random.default_rng(seed)
    side, clusters, clustered = units**0.5 * 30, max(3, units // 400), int(units * 0.7)
    centres = random.random((clusters, 2)) * side
    near = centres[random.integers(0, clusters, clustered)]
    near = near + random.normal(0, side / clusters**0.5 / 3, (clustered, 2))
    place = np.vstack([near, random.random((units - clustered, 2)) * side])
    place = place + random.normal(0, 0.5, place.shape)
    corners = Delaunay(place).simplices
    edges = np.unique(
        np.sort(np.vstack([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [0, 2]]]), 1), axis=0
    )
    length = np.hypot(*(place[edges[:, 0]] - place[edges[:, 1]]).T)
    tree = minimum_spanning_tree(coo_array((length, edges.T), shape=(units, units)).tocsr()).tocoo()
    kept = edges[length <= np.quantile(length, 0.85)]
    edges = np.unique(np.sort(np.vstack([kept, np.stack([tree.row, tree.col], 1)]), 1), axis=0)
    homes = np.clip(np.rint(random.lognormal(1.6, 1.0, units)), 1, 120).astype(np.int64)
    low, high = band(homes, grids, TOLERANCE)
    return DivisionProblem(np.rint(place * 10).astype(np.int64), edges, homes, grids, low, high)


def judged(problem: DivisionProblem, grid: Any) -> Row:
    """Largest deviation from the mean, pieces beyond one a grid, and inertia in square metres a household."""
    plan = DivisionPlan(np.asarray(grid, np.int64))
    verdict = check(problem, plan)
    mean = problem.measures.sum(axis=0) / problem.grids
    inside = plan.grid[problem.edges[:, 0]] == plan.grid[problem.edges[:, 1]]
    joined = problem.edges[inside]
    matrix = coo_array((np.ones(len(joined)), joined.T), shape=(problem.units, problem.units))
    pieces = connected_components(matrix, directed=False)[0]
    return {
        "off": float((np.abs(verdict.loads - mean) / mean).max()),
        "pieces": pieces - problem.grids,
        "cost": verdict.value / 100 / int(problem.weights.sum()),
    }


def gerrychain(problem: DivisionProblem) -> Any:
    """Recursive tree partition; some draws never end, so all begin from one seed."""
    draw_from(1)
    chain, partition = import_module("gerrychain"), import_module("gerrychain.partition")
    graph = import_module("networkx").Graph()
    graph.add_nodes_from((unit, {"pop": int(homes)}) for unit, homes in enumerate(problem.weights))
    graph.add_edges_from(map(tuple, problem.edges.tolist()))
    mean = problem.weights.sum() / problem.grids
    part = partition.recursive_tree_part(
        chain.Graph.from_networkx(graph), range(problem.grids), mean, "pop", TOLERANCE
    )
    return [part[unit] for unit in range(problem.units)]


def metis(problem: DivisionProblem) -> Any:
    """K-way partition with its contiguity option."""
    pymetis = import_module("pymetis")
    both = np.concatenate([problem.edges, problem.edges[:, ::-1]])
    both = both[np.lexsort((both[:, 1], both[:, 0]))]
    at = np.searchsorted(both[:, 0], np.arange(problem.units + 1))
    options = pymetis.Options(contig=1, ufactor=30, seed=1)
    weights = problem.weights.tolist()
    return pymetis.part_graph(
        problem.grids,
        xadj=at.tolist(),
        adjncy=both[:, 1].tolist(),
        vweights=weights,
        options=options,
        recursive=False,
    )[1]


def spopt(problem: DivisionProblem) -> Any:
    """Ward with contiguity: the region method of spopt that scales; it knows no balance."""
    geopandas, weights = import_module("geopandas"), import_module("libpysal.weights")
    region = import_module("spopt.region")
    near: dict[int, list[int]] = {unit: [] for unit in range(problem.units)}
    for one, two in problem.edges.tolist():
        near[one].append(two)
        near[two].append(one)
    x, y = problem.points.T
    frame = geopandas.GeoDataFrame({"x": x, "y": y}, geometry=geopandas.points_from_xy(x, y))
    model = region.WardSpatial(frame, weights.W(near, silence_warnings=True), ["x", "y"], problem.grids)
    model.solve()
    return model.labels_


PEERS: dict[str, Callable[[DivisionProblem], Any]] = {
    "gerrychain": gerrychain,
    "METIS": metis,
    "spopt": spopt,
}


def peer(name: str, units: int, grids: int, seed: int) -> Row:
    """One peer on one town."""
    problem = town(units, grids, seed)
    began = time.perf_counter()
    try:
        row = judged(problem, PEERS[name](problem))
    except ImportError as missing:
        return {"note": f"not installed: {missing.name}"}
    return {**row, "seconds": time.perf_counter() - began}


def ours(units: int, grids: int, seed: int, seconds: float) -> Row:
    """Our solve of one town."""
    solve(town(200, 4), Stop(iterations=5), params=Params(exact_units=0))  # load and compile
    problem = town(units, grids, seed)
    began = time.process_time()
    result = solve(problem, Stop(seconds=seconds), seed=1, params=Params(sweeps=10**6))
    row = {"seconds": result.seconds, "cpu": time.process_time() - began}
    if result.plan is None:
        why = result.conflicts[0]
        proof = "proven that no plan exists" if result.status is Status.INFEASIBLE else str(result.status)
        return {**row, "note": f"{proof}: {why.code} {dict(why.params)}"}
    return {**row, **judged(problem, result.plan.grid), "gap": result.gap}


def _apart(work: Callable[..., Row], *words: Any, cap: float) -> Row:
    """The row of a process of its own, with its memory; or a note that it was stopped."""
    began = time.perf_counter()
    done = apart(work, *words, cap=cap - GRACE)
    late = time.perf_counter() - began >= cap
    note = f"stopped after {cap:.0f} s" if late else "ended without an answer"
    return {**(done["answer"] or {"note": note}), "mb": done["MB"]}


def town_rows(size: Size) -> Iterator[Row]:
    """Ours on every town, on the last beside each peer; the ratio is that to gerrychain's cost."""
    work, last = f"grids {size.units:,} / {size.grids:,}", size.seeds[-1]
    shape = (size.units, size.grids)
    found = [(name, last, _apart(peer, name, *shape, last, cap=size.cap)) for name in size.peers]
    for seed in size.seeds:
        row = _apart(ours, *shape, seed, size.seconds, cap=size.seconds + 2 * GRACE)
        found.append(("heliplan", seed, row))
    base = next((row.get("cost") for name, _, row in found if name == "gerrychain"), None)
    for name, seed, row in found:
        ratio = row["cost"] / base if base and "cost" in row and seed == last else None
        yield {"work": f"{work}, town {seed}", "engine": name, "ratio": ratio, **row}


def territory(path: Path) -> DivisionProblem:
    """A 2DU instance: coordinates in ten-thousandths, three measures, distance to the best centre."""
    words = path.read_text().split()
    units = int(words[0])
    table = np.array(words[1 : 1 + 7 * units], float).reshape(units, 7)
    at = 1 + 7 * units
    count = int(words[at])
    edges = np.array(words[at + 1 : at + 1 + 2 * count], np.int64).reshape(count, 2)
    grids, tolerance = int(words[at + 1 + 2 * count]), float(words[at + 3 + 2 * count])
    measures = table[:, 3:6].astype(np.int64)
    low, high = band(measures, grids, tolerance)
    return DivisionProblem(
        np.rint(table[:, 1:3] * 10**4).astype(np.int64),
        edges,
        measures,
        grids,
        low,
        high,
        weights=np.ones(units, np.int64),
        compactness=Compactness.MEDIAN,
    )


def territory_row(work: tuple[Path, float]) -> Row:
    """Ours on one instance beside the best value known for it, both as sums of distances."""
    path, best = work
    began = time.process_time()
    result = solve(territory(path), Stop(seconds=TERRITORY_SECONDS), seed=1, params=Params(sweeps=3000))
    row = {"work": _name(path), "engine": "heliplan", "seconds": result.seconds, "gap": result.gap}
    row["cpu"] = time.process_time() - began
    if result.value is None:
        return {**row, "note": str(result.status)}
    cost = result.value / 10**4
    proof = ", proven optimal" if result.status is Status.OPTIMAL else ""
    return {**row, "off": 0.0, "pieces": 0, "cost": cost, "ratio": cost / best, "note": f"ALNS {best}{proof}"}


def territory_rows(folder: Path, quick: bool) -> Iterator[Row]:
    """Ours beside the results that lie with the instances (an ALNS; not proven best), two at a time."""
    known = dict(re.findall(r"(\S+)\s*= \(0,0,([\d.]+)\)", (folder / "data.txt").read_text()))
    paths = sorted((folder / "input_edited").glob("*.dat"))[:: 70 if quick else 1]
    works = [(path, float(known[_name(path)])) for path in paths if _name(path) in known]
    better = equal = proven = 0
    for row, (_, best) in zip(Processes(2).map(territory_row, works), works, strict=True):
        yield row
        less = best - row.get("cost", np.inf)
        better += less > SAME
        equal += abs(less) <= SAME
        proven += abs(less) <= SAME and "proven" in row["note"]
    worse = len(works) - better - equal
    yield {
        "work": f"territory, {len(works)} instances",
        "note": f"better {better}, equal {equal} ({proven} of them proven optimal), worse or none {worse}",
    }


def _name(path: Path) -> str:
    return path.name.removesuffix("-edited.dat")


def rows(quick: bool, data: Path) -> Iterator[Row]:
    """Every line of the bench; what cannot run is a line with a note.

    Keys: work, engine, seconds, cpu (seconds of one core), off (largest deviation from the mean), pieces
    (beyond one a grid), cost (square metres a household; for territories the sum of distances), ratio (to
    gerrychain's cost; for territories to the ALNS's), gap, mb (peak memory), note.
    """
    for size in QUICK if quick else FULL:
        yield from town_rows(size)
    folder = data / "territory_2du"
    if folder.is_dir():
        yield from territory_rows(folder, quick)
    else:
        yield {"work": "territory", "note": f"data missing: {folder}"}


def _shown(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:,.3f}" if isinstance(value, float) else str(value)


def main() -> None:
    """Print the table as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--data", type=Path, default=DATA)
    given = parser.parse_args()
    print("| " + " | ".join(COLUMNS) + " |\n|" + "---|" * len(COLUMNS), flush=True)
    for row in rows(given.quick, given.data):
        print("| " + " | ".join(_shown(row.get(column)) for column in COLUMNS) + " |", flush=True)


if __name__ == "__main__":
    main()
