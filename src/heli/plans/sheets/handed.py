"""Read what was handed in on the web: a folder in, one JSON document out.

Done by a process of its own (``heli read``), so that a hostile file can fill no memory but that process's and
a fault in a reading library ends nothing else.
"""

from __future__ import annotations

import datetime
import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from heli.duties import sheets as duties
from heli.grids import sheets as grids
from heli.grids.sheets import addresses
from heli.grids.sheets import free_text as houses_said
from heli.kernel.lib.text import MASK, clean, without_private
from heli.kernel.sheets import coordinates, files, grid, headers, read, tables
from heli.kernel.sheets.files import SheetError
from heli.kernel.sheets.grid import FAULTY
from heli.kernel.sheets.problems import Kind, Problem, Severity
from heli.kernel.sheets.read import Book, Sheet, letter, read_book
from heli.people import sheets as people
from heli.people.sheets import free_text as members_said
from heli.plans.rules import village_to_json
from heli.plans.sheets import repeats, village
from heli.plans.sheets.phones import household_phones, member_phones
from heli.plans.sheets.village import Reading, read_books

Json = dict[str, Any]

TOO_HEAVY = Kind(
    "reader-too-heavy",
    Severity.STOP,
    _("这些文件读到一半，内存或时间不够了。"),
    _("请只留下要用的工作表，删掉多余的行、列和图片，另存后再交。"),
)
READER_FAILED = Kind(
    "reader-failed",
    Severity.STOP,
    _("读这些文件时出了错，没有读完。"),
    _("请在 Excel 或 WPS 里打开，另存为 .xlsx 再交；还不行，请把这一页告诉管系统的人。"),
)
BROKEN_OFF = Kind(
    "reading-broken-off",
    Severity.STOP,
    _("读到一半停了，或者被取消了。什么都没有改。"),
    _("请再读一遍；还不行，请告诉管理员。"),
)
NO_FILE = Kind(
    "upload-file-gone",
    Severity.STOP,
    _("交来的文件已经过了保存期限，删掉了。"),
    _("请重新交一次。"),
)

_SHEETS = (files, grid, headers, read, tables, coordinates)
KINDS: Mapping[str, Kind] = {
    kind.code: kind
    for module in (*_SHEETS, people, members_said, grids, houses_said, addresses, duties, repeats, village)
    for kind in vars(module).values()
    if isinstance(kind, Kind)
} | {kind.code: kind for kind in (TOO_HEAVY, READER_FAILED, BROKEN_OFF, NO_FILE)}
"""Every kind of problem the reader knows, by its code."""

SHOWN_PROBLEMS = 1000
"""So many problems are kept; who has more mends the book and hands it in again."""
SHOWN_UNDERSTOOD = 1000
"""So many texts that were understood are kept to be looked at."""
SHOWN_CELLS, SHOWN_TEXT = 24, 60
"""So much of a row is shown beside a problem."""


@dataclass(frozen=True, slots=True)
class Fix:
    """A cell corrected on the page: sheet as shown, row from 1, column's letters, the new text."""

    sheet: str
    row: int
    column: str
    text: str


def read_handed(
    paths: Sequence[tuple[Path, str]], fixes: Sequence[Fix], today: datetime.date, name: str
) -> Json:
    """The reading as plain JSON: ``village``, ``phones``, ``problems``, ``understood``, ``more``; or
    ``refused`` alone.

    ``paths`` are the files and what people call them; ``name`` is the village's.
    """
    called = {path.name: shown for path, shown in paths}
    try:
        books = apart([_as_called(read_book(path), shown) for path, shown in paths])
    except SheetError as refused:
        return {"refused": problem_to_json(refused.problem, called)}
    books = [fixed(book, fixes) for book in books]
    reading = read_books(books, today, name)
    shown = sorted(reading.village.problems, key=lambda problem: problem.severity.value != "stop")
    sheets = {sheet.name: sheet for book in books for sheet in book.sheets}
    return {
        "village": village_to_json(reading.village),
        "phones": {
            "households": {str(at): number for at, number in household_phones(reading).items()},
            "members": {str(at): number for at, number in member_phones(reading).items()},
        },
        "problems": [
            problem_to_json(problem, called) | row_beside(problem, sheets, reading)
            for problem in shown[:SHOWN_PROBLEMS]
        ],
        "understood": [
            [each.place.sheet, each.place.row, each.place.column, each.text, each.words]
            for each in reading.village.understood[:SHOWN_UNDERSTOOD]
        ],
        "more": max(len(shown) - SHOWN_PROBLEMS, 0),
        "stop": sum(problem.severity.value == "stop" for problem in shown),
    }


def _as_called(book: Book, shown: str) -> Book:
    """The book under the name people gave its file; a sheet that had the file's name too."""
    stem = clean(Path(shown).stem)
    sheets = [
        replace(sheet, name=stem) if sheet.name == clean(Path(book.name).stem) else sheet
        for sheet in book.sheets
    ]
    return replace(book, name=shown, sheets=tuple(sheets))


def apart(books: Sequence[Book]) -> list[Book]:
    """The books with sheets of one name told apart by their file's name, so that a place is one place."""
    names = [sheet.name for book in books for sheet in book.sheets]
    twice = {name for name in names if names.count(name) > 1}
    taken: set[str] = set()

    def new(book: Book, sheet: Sheet) -> str:
        wanted = f"{clean(Path(book.name).stem)}/{sheet.name}" if sheet.name in twice else sheet.name
        unique, number = wanted, 1
        while unique in taken:
            number += 1
            unique = f"{wanted}·{number}"
        taken.add(unique)
        return unique

    return [
        replace(
            book,
            sheets=tuple(replace(sheet, name=new(book, sheet)) for sheet in book.sheets),
        )
        for book in books
    ]


def fixed(book: Book, fixes: Sequence[Fix]) -> Book:
    """The book with the cells corrected on the page; a fix of a cell that is not there does nothing."""
    sheets = []
    done = {(fix.sheet, fix.row, fix.column) for fix in fixes}
    for sheet in book.sheets:
        rows: list[Sequence[str]] = list(sheet.rows)
        for fix in fixes:
            column = column_number(fix.column)
            if fix.sheet != sheet.name or not 1 <= fix.row <= len(rows) or not 0 <= column < 1000:
                continue
            cells = [*rows[fix.row - 1]]
            cells += [""] * (column + 1 - len(cells))
            cells[column] = clean(fix.text)
            rows[fix.row - 1] = cells
        sheets.append(replace(sheet, rows=rows))
    problems = [
        problem
        for problem in book.problems
        if problem.kind is not FAULTY
        or (problem.place.sheet, problem.place.row, problem.place.column) not in done
    ]
    return replace(book, sheets=tuple(sheets), problems=tuple(problems))


def column_number(letters: str) -> int:
    """The place of a column, A is 0; -1 for what are no column's letters."""
    number = 0
    for char in letters[:4]:
        if not "A" <= char <= "Z":
            return -1
        number = number * 26 + ord(char) - 64
    return number - 1


def problem_to_json(problem: Problem, called: Mapping[str, str]) -> Json:
    """Its code, place and parameters: plain values, files by the names people gave them."""
    return {
        "code": problem.kind.code,
        "severity": problem.severity.value,
        "sheet": without_private(problem.place.sheet),
        "row": problem.place.row,
        "column": problem.place.column,
        "params": {name: _plain(value, called) for name, value in problem.params.items()},
    }


def _plain(value: object, called: Mapping[str, str]) -> Any:
    if isinstance(value, Promise):
        return {"msgid": str(value)}
    if isinstance(value, str):
        return without_private(called.get(value, value))
    return value if isinstance(value, int | float | None) else str(value)


def _worded(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    text: str = value["msgid"]
    return gettext(text)


def problem_from_json(row: Json) -> tuple[str, str]:
    """What is wrong and the cure, in the active language."""
    kind = KINDS[row["code"]]
    params = {name: _worded(value) for name, value in row["params"].items()}
    return str(kind.message) % params, str(kind.cure) % params


def row_beside(problem: Problem, sheets: Mapping[str, Sheet], reading: Reading) -> Json:
    """The cells of the problem's row, each ``[letters, header, text, whole]``, phones and IDs masked.

    ``whole``: the text is all that the cell holds.
    """
    sheet, row = sheets.get(problem.place.sheet), problem.place.row
    if sheet is None or row is None or not 1 <= row <= len(sheet.rows):
        return {"cells": []}
    headers, private = _headers(sheet.name, row, reading)
    cells: list[list[Any]] = []
    for at, text in enumerate(sheet.rows[row - 1]):
        marked = letter(at) == problem.place.column
        if not text and not headers.get(at) and not marked:
            continue
        if len(cells) >= SHOWN_CELLS and not marked:
            continue
        shown = MASK if at in private and text else without_private(text)[:SHOWN_TEXT]
        cells.append([letter(at), without_private(headers.get(at, ""))[:20], shown, shown == text])
    if problem.place.column and all(cell[0] != problem.place.column for cell in cells):
        at = column_number(problem.place.column)
        cells.append([problem.place.column, headers.get(at, ""), "", True])
    return {"cells": cells}


def _headers(sheet: str, row: int, reading: Reading) -> tuple[dict[int, str], set[int]]:
    """Headers over a row's columns, and the columns that hold phones or IDs."""
    headers: dict[int, str] = {}
    private: set[int] = set()
    for table in _tables_at(sheet, row, reading):
        headers |= {table.left + at: header for at, header in enumerate(table.headers)}
        private |= {table.left + at for code in ("phone", "identity") for at in table.columns.get(code, ())}
    return headers, private


def _tables_at(sheet: str, row: int, reading: Reading) -> Iterator[tables.Table]:
    for table in reading.tables:
        if table.sheet == sheet and table.rows and table.rows[0].number <= row <= table.rows[-1].number:
            yield table


def refusal(kind: Kind) -> Json:
    """A reading that only says why there is none."""
    return {"refused": problem_to_json(Problem(kind), {})}


def read_folder(folder: Path) -> None:
    """Read the files that ``request.json`` in the folder names and write ``result.json`` beside it."""
    asked = json.loads((folder / "request.json").read_text("utf-8"))
    try:
        result = read_handed(
            [(folder / file["path"], file["name"]) for file in asked["files"]],
            [Fix(fix["sheet"], fix["row"], fix["column"], fix["text"]) for fix in asked["fixes"]],
            datetime.date.fromisoformat(asked["today"]),
            asked["village"],
        )
    except MemoryError:
        result = refusal(TOO_HEAVY)
    except Exception as error:
        logging.getLogger(__name__).error("reader failed: %s", type(error).__name__)
        result = refusal(READER_FAILED)
    (folder / "result.json").write_text(json.dumps(result, ensure_ascii=False), "utf-8")
