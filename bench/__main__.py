"""``python3 run.py bench [--quick] [--only NAME …] [--data DIR]``: run, print Markdown, keep JSON."""

from __future__ import annotations

import argparse
import datetime
import importlib
import json
import os
import platform
import sys
import time
from pathlib import Path
from typing import Any

import django

ROOT = Path(__file__).resolve().parent.parent
PARTS = (
    "tables",
    "reader",
    "linking",
    "roster",
    "division",
    "grouping",
    "shifts",
    "siting",
    "timetable",
    "fairness",
    "starts",
    "growth",
    "web",
    "lists",
    "faults",
)


def main() -> None:
    """Run the parts asked for, one after the other, on a machine that should have nothing else to do."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="at most three minutes: the smaller sizes")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument(
        "--data", type=Path, default=ROOT.parent / "shared" / "bench", help="public research data"
    )
    words = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "heli.config.settings")
    django.setup()
    results: dict[str, list[dict[str, Any]]] = {}
    for name in words.only:
        began = time.perf_counter()
        rows = results.setdefault(name, [])
        for row in importlib.import_module(f"bench.{name}").rows(words.quick, words.data):
            rows.append(row)
            sys.stderr.write(f"{name}: {row}\n")
        sys.stderr.write(f"{name}: {time.perf_counter() - began:.0f} s in all\n")
    for name, rows in results.items():
        sys.stdout.write(f"\n## {name}\n\n{markdown(rows)}\n")
    sys.stdout.write(f"\n{keep(results)}\n")


def markdown(rows: list[dict[str, Any]]) -> str:
    """Rows as a Markdown table; a column is there when any row has it."""
    columns = list(dict.fromkeys(key for row in rows for key in row))
    lines = [columns, ["---"] * len(columns)]
    lines += [["" if row.get(key) is None else str(row[key]) for key in columns] for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def keep(results: dict[str, Any]) -> Path:
    """Write the results as JSON, with what they were measured on."""
    folder = ROOT / "bench" / "results"
    folder.mkdir(exist_ok=True)
    path = folder / f"{datetime.datetime.now():%Y%m%d-%H%M%S}.json"
    machine = {"python": platform.python_version(), "cores": os.cpu_count(), "system": platform.system()}
    path.write_text(json.dumps({"machine": machine, "results": results}, ensure_ascii=False, indent=1) + "\n")
    return path


if __name__ == "__main__":
    main()
