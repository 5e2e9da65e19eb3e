"""The main job: a village's book to the two tables, whole processes; and the hand method beside it."""

from __future__ import annotations

import datetime
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from bench.hand import by_hand, value
from bench.measure import heli
from heli.demo.invented import write_invented
from heli.plans.rules import Options
from heli.plans.tasks import Job, make_plan

DAY = datetime.date(2026, 11, 22)
Row = dict[str, Any]

ZONE_VILLAGES = 29
ZONE_HOUSEHOLDS = 9_500
"""28,500 residents at three a household."""


def rows(quick: bool, data: Path) -> Iterator[Row]:
    """Every measurement as a row: what, size, seconds, megabytes, limits, and what came out."""
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        yield from _samples(here, data.parent / "samples")
        yield from _zone(here, 6 if quick else ZONE_VILLAGES)
        if not quick:
            yield from _large(here)


def _samples(here: Path, samples: Path) -> Iterator[Row]:
    invented = here / "invented-290.xlsx"
    write_invented(invented, 1, DAY)
    books = [samples / "village-290.xlsx", samples / "village-290-xy.xlsx", invented]
    for book in books:
        if not book.exists():
            yield {"what": book.name, "note": f"data not there: {samples.name}/{book.name}"}
            continue
        yield _whole(book, here / book.stem, seconds=3, megabytes=400)
        yield from _against_hand(book)


def _whole(book: Path, out: Path, seconds: float, megabytes: float, *words: str) -> Row:
    taken = heli("tables", book, "-o", out, "--date", DAY.isoformat(), *words)
    row: Row = {
        "what": f"{book.name}: whole process",
        "seconds": round(taken.seconds, 2),
        "limit s": seconds,
        "MB": round(taken.megabytes),
        "limit MB": megabytes,
        "exit": taken.code,
    }
    if taken.code:
        return {**row, "note": taken.output.strip().splitlines()[-1]}
    plan = json.loads((out / "plan.json").read_text(encoding="utf-8"))
    for name in ("division", "roster"):
        part = plan[name]
        row[name] = f"{part['status']}, gap {_percent(part['gap'])}, {part['seconds']:.3f} s"
    return row


def _percent(gap: float | None) -> str:
    return "unknown" if gap is None else f"{100 * gap:.2f} %"


def _against_hand(book: Path) -> Iterator[Row]:
    """Value and loads of the plan and of the hand method, on the same problem."""
    plan = make_plan(Job(book, book.parent, Options(date=DAY)))
    problem, result = plan.linking.problem, plan.division
    if problem is None or result is None or result.plan is None:
        yield {"what": f"{book.name}: by hand", "note": "no division"}
        return
    hand = by_hand(problem)
    for who, member in (("Heli", result.plan.member), ("by hand", hand)):
        loads = np.bincount(member, minlength=problem.members)
        yield {
            "what": f"{book.name}: {who}",
            "value": value(problem, member) // plan.linking.scale,
            "of by hand": round(value(problem, member) / value(problem, hand), 3),
            "loads": f"{loads.min()}–{loads.max()}",
            "below low": int((loads < problem.low).sum()),
            "above high": int((loads > problem.high).sum()),
        }


def _zone(here: Path, villages: int) -> Iterator[Row]:
    """Villages of the zone's size in one call, on one process and on two: the same tables."""
    books = []
    for number in range(villages):
        books.append(here / f"zone-{number:02}.xlsx")
        households = ZONE_HOUSEHOLDS // ZONE_VILLAGES + number % 7 - 3
        write_invented(books[-1], number, DAY, households=households, members=households // 6 + 1)
    plans: list[str] = []
    for processes in (2, 1):
        out = here / f"zone-{processes}"
        taken = heli("tables", *books, "-o", out, "--date", DAY.isoformat(), "--processes", str(processes))
        plans.append(_plans_of(out))
        yield {
            "what": f"{villages} villages of about 327 households, {processes} processes",
            "seconds": round(taken.seconds, 1),
            "limit s": 60 if processes == 2 and villages == ZONE_VILLAGES else None,
            "MB": round(taken.megabytes),
            "exit": taken.code,
            "note": "" if plans[-1] == plans[0] else "another plan than on 2 processes",
        }


def _plans_of(out: Path) -> str:
    """All plans of a run without their times."""
    kept = []
    for path in sorted(out.glob("*/plan.json")):
        plan = json.loads(path.read_text(encoding="utf-8"))
        for part in ("division", "roster"):
            plan[part].pop("seconds")
        kept.append(json.dumps(plan, sort_keys=True))
    return "\n".join(kept)


def _large(here: Path) -> Iterator[Row]:
    book = here / "large.xlsx"
    write_invented(book, 3, DAY, households=12_000, members=2_000, points=40)
    yield _whole(book, here / "large", 120, 2048)
