"""The siting rows of the bench: what we find, what is proven, in what time and memory, beside the peers.

python bench/siting.py [--quick] [--data ../shared/bench]
"""

from __future__ import annotations

import argparse
import multiprocessing
import re
import resource
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse.csgraph import floyd_warshall

from heliplan import Stop
from heliplan.siting import Goal, Listed, Planar, SitingProblem, Sphere, solve

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT.parent / "shared" / "bench"
Row = dict[str, Any]
AILS_EARTH = 6_378_100.0  #: the radius with which the published city values were computed


def rows(quick: bool, data: Path) -> Iterator[Row]:
    """Measure row after row; what has no data says so.

    Each work runs in a fresh process after a small one of its kind has loaded the compiled loops; seconds
    are wall time of building and solving, memory is the process's peak in MB.
    """
    works = (
        ("pmed", _pmed),
        ("tsplib", _large),
        ("mclp_chen", _covering),
        ("mclp_ails", _cities),
        ("mclp_chen", _all_covered),
        ("cpmp", _capacitated),
    )
    for folder, make in works:
        if (data / folder).is_dir():
            yield from make(quick, data / folder)
        else:
            yield {"work": folder, "status": f"no data: {data / folder} is missing"}


def _pmed(quick: bool, folder: Path) -> Iterator[Row]:
    numbers = range(1, 41, 4) if quick else range(1, 41)
    optima = dict(re.findall(r"pmed(\d+)\s+(\d+)", (folder / "pmedopt.txt").read_text()))
    ours = _apart(_solve_pmed, folder, list(numbers))
    right = sum(value == int(optima[str(number)]) for number, value in ours["values"].items())
    yield {
        "work": f"pmed, {len(numbers)} instances",
        "peer": "published optima",
        "value": f"{ours['proven']} proven, {right} equal",
        "seconds": ours["seconds"],
        "memory": ours["memory"],
    }


def _solve_pmed(folder: Path, numbers: list[int]) -> Row:
    problems = {number: read_pmed(folder / f"pmed{number}.txt") for number in numbers}
    solve(read_pmed(folder / "pmed6.txt"), Stop(seconds=30))
    began = time.perf_counter()
    results = {number: solve(problem, Stop(seconds=60)) for number, problem in problems.items()}
    return {
        "seconds": time.perf_counter() - began,
        "values": {number: result.value for number, result in results.items()},
        "proven": sum(result.status == "optimal" for result in results.values()),
    }


def _large(quick: bool, folder: Path) -> Iterator[Row]:
    works = [("pcb3038", 100, 10), ("d18512", 500, 30), ("100k points", 1000, 120)]
    for name, p, cap in works[:2] if quick else works:
        ours = _apart(_solve_large, folder, name, p, cap)
        yield {"work": f"p-median {name} p {p}, cap {cap} s", "peer": "dense models: out of memory", **ours}


def _solve_large(folder: Path, name: str, p: int, cap: float) -> Row:
    random = np.random.default_rng(1)
    warm = random.random((3000, 2)) * 1000
    solve(SitingProblem(Goal.MEDIAN, Planar(warm, warm), p=300), Stop(seconds=2))
    points = clustered(100_000) if name == "100k points" else read_tsplib(folder / f"{name}.tsp")
    return _measured(lambda: SitingProblem(Goal.MEDIAN, Planar(points, points, 10.0), p=p), cap)


def _covering(quick: bool, folder: Path) -> Iterator[Row]:
    proven = [(100, 10_000, 60), (100, 100_000, 60), (100, 1_000_000, 60), (100, 10_000_000, 120)]
    gaps = [(200, 1_000_000, 60), (500, 1_000_000, 60), (1000, 1_000_000, 60)]
    for sites, points, cap in (proven[:3:2] + gaps[:1]) if quick else proven + gaps:
        radius, p = {100: 5.75, 200: 4.0, 500: 2.5, 1000: 1.75}[sites], sites // 10
        ours = _apart(_solve_covering, folder, sites, points, radius, p, 30 if quick else cap)
        yield {"work": f"cover most, {sites} sites, {points:,} points, radius {radius}, p {p}", **ours}


def _solve_covering(folder: Path, sites: int, points: int, radius: float, p: int, cap: float) -> Row:
    solve(_chen(folder, 100, 30_000, 2.0, 3), Stop(seconds=5))
    problem = _chen(folder, sites, points, radius, p)
    return _measured(lambda: problem, cap)


def _chen(folder: Path, sites: int, points: int, radius: float, p: int) -> SitingProblem:
    places = read_chen(folder, sites)
    random = np.random.default_rng(1001)
    homes = random.random((points, 2)) * 30
    return SitingProblem(
        Goal.COVER_MOST, Planar(homes, places), random.integers(1, 101, points), p=p, radius=radius
    )


def _cities(quick: bool, folder: Path) -> Iterator[Row]:
    files = sorted((folder / "OtimosFinais").glob("*.txt"))
    for file in files[::7] if quick else files:
        name, p, radius = file.stem.split("_")
        best = int(file.read_text().split()[1])
        ours = _apart(_solve_city, folder, name, int(p), float(radius), 20 if quick else 60)
        yield {"work": f"{name} p {p} radius {radius}", "peer": f"published {best}", **ours,
               "ratio": -ours["value"] / best}  # fmt: skip


def _solve_city(folder: Path, name: str, p: int, radius: float, cap: float) -> Row:
    places, people = read_city(folder / "Instancias" / f"{name}.txt")
    distances = Sphere.anywhere(places, earth=AILS_EARTH)
    solve(SitingProblem(Goal.COVER_MOST, distances, people, p=3, radius=radius / 4), Stop(seconds=3))
    return _measured(lambda: SitingProblem(Goal.COVER_MOST, distances, people, p=p, radius=radius), cap)


def _all_covered(quick: bool, folder: Path) -> Iterator[Row]:
    ours = _apart(_solve_all_covered, folder, 30 if quick else 60)
    yield {"work": "cover all, 2000 points, 500 sites, radius 3", "peer": "spopt + CBC: 34 s, 46", **ours}


def _solve_all_covered(folder: Path, cap: float) -> Row:
    places, random = read_chen(folder, 500), np.random.default_rng(1001)
    homes = random.random((2000, 2)) * 30
    reached = homes[np.hypot(*(homes[:, None] - places).transpose(2, 0, 1)).min(1) <= 3]
    return _measured(lambda: SitingProblem(Goal.COVER_ALL, Planar(reached, places), radius=3), cap)


def _capacitated(quick: bool, folder: Path) -> Iterator[Row]:
    for number in (1, 6) if quick else (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 15, 20):
        problem, best = read_cpmp(folder / "Instances" / f"pmedcap1({number}).txt")
        ours = _apart(_measured_problem, problem, 30 if quick else 60)
        yield {"work": f"pmedcap1({number})", "peer": f"published {best}", **ours,
               "ratio": (ours["value"] or 0) / best}  # fmt: skip


def _measured_problem(problem: SitingProblem, cap: float) -> Row:
    return _measured(lambda: problem, cap)


def _measured(make: Callable[[], SitingProblem], cap: float) -> Row:
    began = time.perf_counter()
    result = solve(make(), Stop(seconds=cap))
    seconds = time.perf_counter() - began
    gap = None if result.gap is None else 100 * result.gap
    return {"value": result.value, "status": str(result.status), "gap %": gap, "seconds": seconds}


def _apart(work: Callable[..., Row], *given: Any) -> Row:
    """Run the work in a process of its own and add its peak memory."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_with_memory, (work, given))


def _with_memory(work: Callable[..., Row], given: tuple[Any, ...]) -> Row:
    row = work(*given)
    return {**row, "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}


def read_pmed(file: Path) -> SitingProblem:
    """A p-median instance of the OR-Library: edges, of repeated ones the last counts."""
    lines = np.loadtxt(file, dtype=int)
    n, _, p = lines[0]
    table = np.full((n, n), np.inf)
    for i, j, length in lines[1:]:
        table[i - 1, j - 1] = table[j - 1, i - 1] = length
    np.fill_diagonal(table, 0)
    return SitingProblem(Goal.MEDIAN, Listed.dense(floyd_warshall(table).astype(int)), p=int(p))


def read_tsplib(file: Path) -> np.ndarray:
    """The coordinates of a TSPLIB file."""
    lines = file.read_text().split("NODE_COORD_SECTION")[1].split("EOF")[0].split("\n")
    return np.array([[float(word) for word in line.split()[1:3]] for line in lines if line.split()])


def clustered(count: int) -> np.ndarray:
    """Half of the points in clusters, half anywhere on a square."""
    random = np.random.default_rng(11)
    centres = random.random((count // 500, 2)) * 1e4
    near = centres[random.integers(0, len(centres), count // 2)] + random.normal(0, 80, (count // 2, 2))
    return np.vstack([near, random.random((count - count // 2, 2)) * 1e4])


def read_chen(folder: Path, sites: int) -> np.ndarray:
    """Facility coordinates, seed 1."""
    return np.loadtxt(folder / f"n{sites}s1.dat", skiprows=1)[:, 1:3]


def read_city(file: Path) -> tuple[np.ndarray, np.ndarray]:
    """Longitudes and latitudes, and demands, of a city file."""
    head, rest = file.read_text().split("NODE_COORD_SECTION")
    count = int(re.findall(r"DIMENSION\s*:\s*(\d+)", head)[0])
    numbers = [float(word) for word in re.findall(r"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?", rest)]
    return np.array(numbers[: 2 * count]).reshape(-1, 2)[:, ::-1], np.array(
        numbers[2 * count : 3 * count], int
    )


def read_cpmp(file: Path) -> tuple[SitingProblem, int]:
    """A capacitated p-median instance and its published value; lengths are cut to whole numbers."""
    words = [int(word) for word in file.read_text().split()]
    best, n, p, capacity = words[1:5]
    table = np.array(words[5 : 5 + 4 * n]).reshape(n, 4)
    apart = table[:, None, 1:3] - table[None, :, 1:3]
    lengths = np.floor(np.hypot(apart[..., 0], apart[..., 1]) + 1e-9).astype(int)
    problem = SitingProblem(
        Goal.MEDIAN, Listed.dense(lengths), p=p, capacities=np.full(n, capacity), demand=table[:, 3]
    )
    return problem, best


COLUMNS = ("work", "peer", "value", "ratio", "status", "gap %", "seconds", "memory")


def _shown(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else "" if value is None else str(value)


def main(words: list[str]) -> None:
    """Print the rows as a Markdown table while they come."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few of the works, three minutes")
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the public instances")
    given = parser.parse_args(words)
    print(f"| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}")
    for row in rows(given.quick, given.data):
        print(f"| {' | '.join(_shown(row.get(column)) for column in COLUMNS)} |", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
