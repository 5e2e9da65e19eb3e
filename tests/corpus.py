"""The corpus: a folder of ``tests/books`` is a small book written as text, and what it must be read as.

``book.txt`` begins with sentences that say what the book shows, and settings (``as: xlsx ods``). Then come
the sheets, ``# NAME`` and a line a row with ``|`` between cells (``tests/book_writer.py`` says all signs).
``expected.json`` says what is right: ``households``, ``members`` and ``points`` as lists of rows (a row names
the fields that are compared), ``problems`` and ``understood`` as lists of lines, ``village`` its name; or
``refused``, the code of the problem for which the file is not read at all. What it leaves out is not
compared, but problems are compared always.

``python3 -m tests.corpus NAME`` prints what a book is read as, and what differs.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import django
from tests import book_writer
from tests.book_writer import TextBook, parse_book, write_files
from tests.old_excel import write_xls
from tests.plans.written import TODAY

from heli.kernel.sheets.files import SheetError
from heli.kernel.sheets.problems import Problem
from heli.plans.rules import Village
from heli.plans.sheets import read_village

WRITERS = {**book_writer.WRITERS, "xls": write_xls}
FOLDER = Path(__file__).parent / "books"
ABSENT = {"no-households": "households", "no-members": "members", "no-points": "points"}
"""Problems that say that a kind of table is not there: compared only where that kind is expected."""
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Case:
    """A book of the corpus in one form (``xlsx``, ``ods`` …), and what it must be read as."""

    name: str
    form: str
    book: TextBook
    expected: Json

    def __str__(self) -> str:
        return f"{self.name}-{self.form}"

    def read(self, folder: Path) -> Json:
        """Write the book into the folder, read it, and give what came of it."""
        paths = write_files(self.book, self.form, folder, WRITERS)
        try:
            return outcome(read_village(paths, TODAY))
        except SheetError as refused:
            return {"refused": refused.problem.kind.code}

    def differences(self, found: Json) -> list[str]:
        """What was read otherwise than expected, a line each."""
        return list(_differences(self.expected, found))


def cases() -> list[Case]:
    """Every book in every form that it names, sorted."""
    found = []
    for folder in sorted(path.parent for path in FOLDER.glob("*/book.txt")):
        book = parse_book((folder / "book.txt").read_text(encoding="utf-8"))
        expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
        found += [Case(folder.name, form, book, expected) for form in book.forms]
    return found


def outcome(village: Village) -> Json:
    """All that was read, as plain values."""
    return {
        "village": village.name,
        "households": [_household(row) for row in village.households],
        "members": [_member(row) for row in village.members],
        "points": [_point(row) for row in village.posts],
        "problems": sorted(map(_line, village.problems)),
        "understood": sorted(map(str, getattr(village, "understood", ()))),
    }


def _household(row: Any) -> Json:
    address = row.address
    return {
        "address": address.text,
        "lane": address.lane,
        "number": address.number,
        "sub": address.sub,
        **_fields(row, "head group people let tenants kin wishes linked no_link remark lon lat"),
    }


def _member(row: Any) -> Json:
    when = row.availability
    return {
        **_fields(row, "name home force group age leader occupation kin wishes partners exempt remark"),
        "busy": sorted(f"{day}{period.value}" for day, period in when.busy),
        "wanted": sorted(f"{day}{period.value}" for day, period in when.wanted),
        "busy_dates": sorted(when.busy_dates),
        "served": list(row.served),
    }


def _point(row: Any) -> Json:
    slots = [
        f"{slot.period.value} {slot.start}-{slot.end} {sum(count for _kind, count in slot.seats)}"
        for slot in row.slots
    ]
    return {"name": row.name, "where": row.where, "slots": slots}


def _fields(row: Any, names: str) -> Json:
    values = {name: getattr(row, name) for name in names.split()}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


def _line(problem: Problem) -> str:
    """A problem as code and place: ``household-date 农户!C4``."""
    place = problem.place
    where = f"{place.sheet}!{place.column}{place.row or ''}".rstrip("!")
    return f"{problem.kind.code} {where}".strip()


def _differences(expected: Json, found: Json) -> Iterator[str]:
    if "refused" in expected or "refused" in found:
        if expected.get("refused") != found.get("refused"):
            yield f"refused: {found.get('refused')}, expected {expected.get('refused')}"
        return
    absent = {code for code, key in ABSENT.items() if key not in expected}
    said = [line for line in found["problems"] if line.split()[0] not in absent]
    if said != sorted(expected.get("problems", [])):
        yield f"problems: {said}, expected {sorted(expected.get('problems', []))}"
    if "understood" in expected and found["understood"] != sorted(expected["understood"]):
        yield f"understood: {found['understood']}, expected {sorted(expected['understood'])}"
    if "village" in expected and found["village"] != expected["village"]:
        yield f"village: {found['village']}, expected {expected['village']}"
    for key in ("households", "members", "points"):
        if key in expected:
            yield from _rows_apart(key, expected[key], found[key])


def _rows_apart(key: str, expected: list[Json], found: list[Json]) -> Iterator[str]:
    if len(expected) != len(found):
        yield f"{key}: {len(found)}, expected {len(expected)}: {[next(iter(row.values())) for row in found]}"
        return
    for number, (right, row) in enumerate(zip(expected, found, strict=True), start=1):
        for name, value in right.items():
            if row[name] != value:
                yield f"{key} {number} {name}: {row[name]!r}, expected {value!r}"


def _print(name: str) -> None:
    for case in cases():
        if case.name == name:
            with tempfile.TemporaryDirectory() as folder:
                found = case.read(Path(folder))
            print(case, json.dumps(found, ensure_ascii=False, indent=1))  # noqa: T201 - for a person at a shell
            print("\n".join(case.differences(found)))  # noqa: T201


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "heli.config.files")
    django.setup()
    _print(sys.argv[1])
