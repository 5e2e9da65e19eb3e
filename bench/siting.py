"""The siting rows of the bench: what we find, what is proven, in what time and memory, beside the peers.

PYTHONPATH=src python -m bench.siting [--quick] [--data ../shared/bench]
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse.csgraph import floyd_warshall

from bench.apart import apart
from bench.siting_peers import PEERS
from heliplan import Stop
from heliplan.result import Result
from heliplan.siting import Goal, Listed, Planar, SitingPlan, SitingProblem, Sphere, check, solve
from heliplan.stop import Event

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT.parent / "shared" / "bench"
Row = dict[str, Any]
AILS_EARTH = 6_378_100.0  #: the radius with which the published city values were computed
REACH = {100: 5.75, 200: 4.0, 500: 2.5, 1000: 1.75}  #: radius by number of sites


def rows(quick: bool, data: Path) -> Iterator[Row]:
    """Measure row after row; what has no data says so.

    Each work runs in a fresh process after a small one of its kind has loaded the compiled loops; seconds
    are wall time of building and solving, memory is the process's peak in MB. Peers get the same problem and
    a cap; ``against`` is our value over theirs (below 1: ours is less; a median, a cost) or, for reached
    weight, theirs over ours, so that at most 1 is always as good or better.
    """
    works = (
        ("pmed", _pmed),
        ("tsplib", _large),
        ("mclp_chen", _covering),
        ("mclp_ails", _cities),
        ("mclp_chen", _all_covered),
        ("cpmp", _capacitated),
    )
    # what is compiled for the first time takes memory and seconds of its own
    kinds = ((Goal.MEDIAN, False), (Goal.COVER_MOST, False), (Goal.MEDIAN, True))[: 2 if quick else 3]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda kind: apart(warm, *kind, cap=120), kinds))
    for folder, make in works:
        if (data / folder).is_dir():
            yield from make(quick, data / folder)
        else:
            yield {"work": folder, "by": f"no data: {data / folder} is missing"}


def _beside(
    work: str,
    cap: float,
    make: Callable[..., SitingProblem],
    *words: Any,
    peers: tuple[str, ...] = (),
    peer_cap: float = 10,
    published: int | None = None,
    until: int | None = None,
) -> Iterator[Row]:
    """Ours, then each peer on the same problem, in processes of their own; ours ends at ``until``."""
    found = apart(ours, make, words, cap, until, cap=cap + 60)
    mine = found["answer"] or {"value": None, "status": "ended"}
    yield {"work": work, "by": "ours", **mine, "MB": found["MB"]}
    if published is not None:
        yield {
            "work": work,
            "by": "published",
            "value": published,
            "against": _ratio(mine["value"], published),
        }
    for name in peers:
        other = apart(theirs, name, make, words, peer_cap, cap=peer_cap)
        answer = other["answer"] or {"value": None, "bound": None, "status": "ended at the cap"}
        gap = _gap(answer["value"], answer["bound"])
        yield {"work": work, "by": name, **answer, "gap %": gap, "seconds": other["seconds"],
               "MB": other["MB"], "against": _ratio(mine["value"], answer["value"])}  # fmt: skip


def _ratio(mine: int | None, other: int | None) -> float | None:
    if not mine or not other:
        return None
    return round(mine / other if mine > 0 else other / mine, 4)


def _gap(value: int | None, bound: int | None) -> float | None:
    return None if value is None or bound is None else round(100 * (value - bound) / max(1, abs(value)), 3)


def theirs(name: str, make: Callable[..., SitingProblem], words: tuple[Any, ...], cap: float) -> Row:
    """A peer's answer."""
    return PEERS[name](make(*words), cap)


def ours(make: Callable[..., SitingProblem], words: tuple[Any, ...], cap: float, goal: int | None) -> Row:
    """Our answer; with a goal the solve ends as soon as its value is reached."""
    problem = make(*words)
    warm(problem.goal, problem.capacities is not None)
    reached: list[float] = []

    def look(event: Event) -> None:
        if event.value is not None and goal is not None and event.value <= goal:
            reached.append(event.seconds)

    began = time.perf_counter()
    result = solve(problem, Stop(seconds=cap, cancelled=lambda: bool(reached)), progress=look)
    seconds = time.perf_counter() - began
    assert result.plan is None or check(problem, result.plan).value == result.value
    gap = None if result.gap is None else round(100 * result.gap, 3)
    return {"value": result.value, "bound": result.bound, "status": str(result.status), "gap %": gap,
            "seconds": round(seconds, 2)}  # fmt: skip


def warm(goal: Goal, crowded: bool = False) -> None:
    """Load the compiled loops of a goal, with capacities or without; all-covered has none."""
    random = np.random.default_rng(1)
    places = random.random((3000, 2)) * 1000
    if crowded:
        few = Planar(places[:60], places[:60])
        solve(SitingProblem(goal, few, p=5, capacities=[15] * 60), Stop(seconds=3, iterations=1))
    elif goal is Goal.MEDIAN:
        solve(SitingProblem(goal, Planar(places, places), p=300), Stop(seconds=3))
        solve(SitingProblem(goal, Planar(places[:200], places[:200]), p=5), Stop(seconds=3))
    elif goal is Goal.COVER_MOST:
        homes = random.random((30_000, 2)) * 1000
        solve(SitingProblem(goal, Planar(homes, places[:100]), p=5, radius=80), Stop(seconds=3))


def _pmed(quick: bool, folder: Path) -> Iterator[Row]:
    numbers = range(1, 41, 8) if quick else range(1, 41)
    optima = dict(re.findall(r"pmed(\d+)\s+(\d+)", (folder / "pmedopt.txt").read_text()))
    found = apart(_solve_pmed, folder, list(numbers), cap=120)
    mine = found["answer"]
    right = sum(value == int(optima[str(number)]) for number, value in mine["values"].items())
    yield {
        "work": f"pmed, {len(numbers)} instances in all",
        "by": "ours",
        "status": f"{mine['proven']} proven, {right} equal the published optima",
        "seconds": mine["seconds"],
        "MB": found["MB"],
    }
    for number, peers in ((1, ("spopt, CBC", "HiGHS")),) if quick else ((6, tuple(PEERS)), (16, ("HiGHS",))):
        yield from _beside(f"pmed{number}", 60, read_pmed, folder / f"pmed{number}.txt", peers=peers)


def _solve_pmed(folder: Path, numbers: list[int]) -> Row:
    warm(Goal.MEDIAN)
    seconds, values, proven = 0.0, {}, 0
    for number in numbers:
        # one problem at a time is in memory: that of the last number is gone when the next is read
        taken, result = _timed(read_pmed(folder / f"pmed{number}.txt"))
        seconds += taken
        values[number], proven = result.value, proven + (result.status == "optimal")
    return {"seconds": round(seconds, 2), "values": values, "proven": proven}


def _timed(problem: SitingProblem) -> tuple[float, Result[SitingPlan]]:
    began = time.perf_counter()
    result = solve(problem, Stop(seconds=60))
    return time.perf_counter() - began, result


def _large(quick: bool, folder: Path) -> Iterator[Row]:
    """No peer: a dense model of 3,038 points has 9 million pairs and needs gigabytes."""
    for name, p, cap in (("pcb3038", 100, 10), ("d18512", 500, 30), ("100k points", 1000, 120))[
        : 1 if quick else 3
    ]:
        yield from _beside(f"p-median {name} p {p}, cap {cap} s", 4 if quick else cap, large, folder, name, p)


def large(folder: Path, name: str, p: int) -> SitingProblem:
    """A median on many points, each of which may be a site; lengths in tenths."""
    points = clustered(100_000) if name == "100k points" else read_tsplib(folder / f"{name}.tsp")
    return SitingProblem(Goal.MEDIAN, Planar(points, points, 10.0), p=p)


def _covering(quick: bool, folder: Path) -> Iterator[Row]:
    sizes = [(100, 10_000, 60), (100, 100_000, 60), (100, 1_000_000, 60), (100, 10_000_000, 60)]
    sizes += [(200, 1_000_000, 60), (500, 1_000_000, 60), (1000, 1_000_000, 60), (1000, 1_000_000, 300)]
    for sites, points, cap in sizes[:1] if quick else sizes:
        radius, p = REACH[sites], sites // 10
        work = f"cover most, {sites} sites, {points:,} points, radius {radius}, p {p}, cap {cap} s"
        peers = () if points > 10_000 or quick else tuple(PEERS)
        yield from _beside(work, cap, town, folder, sites, points, radius, p, peers=peers)


def town(folder: Path, sites: int, points: int, radius: float, p: int) -> SitingProblem:
    """People anywhere on the square of a published set of sites."""
    random = np.random.default_rng(1001)
    homes = random.random((points, 2)) * 30
    distances = Planar(homes, read_chen(folder, sites))
    return SitingProblem(Goal.COVER_MOST, distances, random.integers(1, 101, points), p=p, radius=radius)


def _cities(quick: bool, folder: Path) -> Iterator[Row]:
    """The peer is the best published value; a solve ends when it is reached."""
    files = sorted((folder / "OtimosFinais").glob("*.txt"))
    for file in files[7:8] if quick else files:
        best = int(file.read_text().split()[1])
        yield from _beside(
            file.stem, 5 if quick else 60, city, folder, file.stem, published=-best, until=-best
        )


def city(folder: Path, stem: str) -> SitingProblem:
    """``name_p_radius`` of a published city value."""
    name, p, radius = stem.split("_")
    places, people = read_city(folder / "Instancias" / f"{name}.txt")
    distances = Sphere.anywhere(places, earth=AILS_EARTH)
    return SitingProblem(Goal.COVER_MOST, distances, people, p=int(p), radius=float(radius))


def _all_covered(quick: bool, folder: Path) -> Iterator[Row]:
    if quick:
        return  # its proof alone takes a third of the quick part
    peers = ("spopt, CBC", "HiGHS", "CP-SAT")
    yield from _beside("cover all, 2000 points, 500 sites, radius 3", 60, all_covered, folder, peers=peers)


def all_covered(folder: Path) -> SitingProblem:
    """Everybody who has a site within reach must be reached."""
    places, random = read_chen(folder, 500), np.random.default_rng(1001)
    homes = random.random((2000, 2)) * 30
    reached = homes[np.hypot(*(homes[:, None] - places).transpose(2, 0, 1)).min(1) <= 3]
    return SitingProblem(Goal.COVER_ALL, Planar(reached, places), radius=3)


def _capacitated(quick: bool, folder: Path) -> Iterator[Row]:
    if quick:
        return  # its loops take ten seconds to compile
    for number in (1, 6, 11, 15, 20):
        file = folder / "Instances" / f"pmedcap1({number}).txt"
        peers = ("CP-SAT",) if number == 6 else ()
        best = read_cpmp(file)[1]
        yield from _beside(file.stem, 20, capacitated, file, peers=peers, published=best)


def capacitated(file: Path) -> SitingProblem:
    """A capacitated p-median instance."""
    return read_cpmp(file)[0]


def read_pmed(file: Path) -> SitingProblem:
    """A p-median instance of the OR-Library: edges, of repeated ones the last counts."""
    lines = np.loadtxt(file, dtype=int)
    n, _, p = lines[0]
    table = np.full((n, n), np.inf)
    for i, j, length in lines[1:]:
        table[i - 1, j - 1] = table[j - 1, i - 1] = length
    np.fill_diagonal(table, 0)
    lengths = floyd_warshall(table, overwrite=True)
    return SitingProblem(Goal.MEDIAN, Listed.dense(lengths), p=int(p))


def read_tsplib(file: Path) -> np.ndarray:
    """The coordinates of a TSPLIB file."""
    lines = file.read_text().split("NODE_COORD_SECTION")[1].split("EOF")[0].split("\n")
    return np.array([[float(word) for word in line.split()[1:3]] for line in lines if line.split()])


def clustered(count: int) -> np.ndarray:
    """Half of the points in clusters, half anywhere on a square."""
    random = np.random.default_rng(11)
    centres = random.random((max(1, count // 500), 2)) * 1e4
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


COLUMNS = ("work", "by", "value", "bound", "status", "gap %", "seconds", "MB", "against")


def _shown(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else "" if value is None else str(value)


def main(words: list[str]) -> None:
    """Print the rows as a Markdown table while they come."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one small work of each kind")
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the public instances")
    given = parser.parse_args(words)
    print(f"| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}")
    for row in rows(given.quick, given.data):
        print(f"| {' | '.join(_shown(row.get(column)) for column in COLUMNS)} |", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
