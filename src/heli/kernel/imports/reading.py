"""Read what was handed in on the web: a folder in, one JSON document out.

Done by a process of its own (``heli read``), so that a hostile file can fill no memory but that process's and
a fault in a reading library ends nothing else.
"""

from __future__ import annotations

import datetime
import json
import logging
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import ModuleType
from typing import Protocol

from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from msgspec import Struct

from heli.kernel.lib.records import BriefRecord, ListRecord, from_json, to_json
from heli.kernel.lib.text import MASK, clean, without_private
from heli.kernel.sheets import coordinates, files, grid, headers, read, tables
from heli.kernel.sheets.files import SheetError
from heli.kernel.sheets.grid import FAULTY
from heli.kernel.sheets.problems import Kind, Problem, Severity, Understood
from heli.kernel.sheets.read import Book, Sheet, letter, read_book

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


NO_TABLE = Kind(
    "table-not-found",
    Severity.STOP,
    _("没有找到“%(title)s”的表。"),
    _("请对照空的登记表写上表头。"),
)


def kinds_in(modules: Iterable[ModuleType]) -> dict[str, Kind]:
    """The kinds of problem that these modules state, by their code."""
    return {kind.code: kind for module in modules for kind in vars(module).values() if isinstance(kind, Kind)}


KINDS: Mapping[str, Kind] = kinds_in((files, grid, headers, read, tables, coordinates, sys.modules[__name__]))
"""The kinds of problem that any book may have, by their code."""

SHOWN_PROBLEMS = 1000
"""So many problems are kept; who has more mends the book and hands it in again."""
SHOWN_UNDERSTOOD = 1000
"""So many texts that were understood are kept to be looked at."""
SHOWN_CELLS, SHOWN_TEXT = 24, 60
"""So much of a row is shown beside a problem."""


class Fix(Struct, frozen=True):
    """A cell corrected on the page: sheet as shown, row from 1, column's letters, the new text, the old."""

    sheet: str
    row: int
    column: str
    text: str
    was: str = ""


class ReadFile(Struct, frozen=True):
    """A file to read: its path in the folder, and what people call it."""

    path: str
    name: str


class Request(Struct, frozen=True):
    """What ``heli read`` is asked; ``reader`` and ``known`` as ``Importable`` has them."""

    reader: str
    files: tuple[ReadFile, ...]
    fixes: tuple[Fix, ...]
    today: datetime.date
    known: Mapping[str, object]


class Msgid(Struct, frozen=True):
    """A parameter that is a text of ours, to be said in the language of whoever reads it."""

    msgid: str


class BesideCell(ListRecord, frozen=True):
    """A cell of a problem's row: its column's letters and header, its text; ``whole``: that is all of it."""

    column: str
    header: str
    text: str
    whole: bool


Param = None | bool | int | float | str | Msgid


class ReadProblem(Struct, frozen=True):
    """A problem of a book as it is kept: code, place, parameters, the row's cells."""

    code: str
    severity: Severity
    sheet: str
    row: int | None
    column: str
    params: Mapping[str, Param]
    cells: tuple[BesideCell, ...] = ()


class Said(ListRecord, frozen=True):
    """A free text that was read: its cell, what was written, what it was taken to mean."""

    sheet: str
    row: int | None
    column: str
    text: str
    words: str


class Reading(BriefRecord, frozen=True, omit_defaults=True, kw_only=True):
    """What a reading gave, as :class:`Found`, or why there is nothing (``refused``).

    ``more`` problems are there than are kept; ``stop`` counts those that must be mended.
    """

    rows: Mapping[str, object] = {}
    facts: Mapping[str, int | str] = {}
    phones: Mapping[str, Mapping[str, str]] = {}
    problems: tuple[ReadProblem, ...] = ()
    understood: tuple[Said, ...] = ()
    more: int = 0
    stop: int = 0
    refused: ReadProblem | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What a slice's reader found in a book.

    ``rows`` is the book in the form that its ``Importable`` takes; ``facts`` its counts, and as ``named`` the
    unit's name, if the book says one; ``tables`` those it was read from.
    """

    rows: Mapping[str, object]
    facts: Mapping[str, int | str]
    problems: Sequence[Problem]
    tables: Sequence[tables.Table]
    understood: Sequence[Understood] = ()
    phones: Mapping[str, Mapping[int, str]] = field(default_factory=dict)


class Reader(Protocol):
    """Reads opened books; ``known`` is what ``Importable.known`` says of the unit."""

    def __call__(self, books: Sequence[Book], today: datetime.date, known: Mapping[str, object], /) -> Found:
        """See the class."""


def tables_of(books: Sequence[Book], spec: tables.Spec) -> tuple[list[tables.Table], list[Problem]]:
    """The tables of one kind in a book, and what is wrong with the book and with them as tables."""
    found = [table for book in books for sheet in book.sheets for table in tables.find_tables(sheet, (spec,))]
    problems = [problem for book in books for problem in book.problems]
    problems += [problem for table in found for problem in (*table.problems, *table.skipped())]
    if not found:
        problems.append(Problem(NO_TABLE, params={"title": spec.title}))
    return found, problems


def read_handed(
    read: Reader,
    paths: Sequence[tuple[Path, str]],
    fixes: Sequence[Fix],
    today: datetime.date,
    known: Mapping[str, object],
) -> Reading:
    """The reading; ``paths`` are the files and what people call them."""
    called = {path.name: shown for path, shown in paths}
    try:
        books = apart([_as_called(read_book(path), shown) for path, shown in paths])
    except SheetError as refused:
        return Reading(refused=_kept(refused.problem, called))
    books = [fixed(book, fixes) for book in books]
    found = read(books, today, known)
    shown = sorted(found.problems, key=lambda problem: problem.severity.value != "stop")
    sheets = {sheet.name: sheet for book in books for sheet in book.sheets}
    return Reading(
        rows=found.rows,
        facts=found.facts,
        phones={
            name: {str(at): number for at, number in numbers.items()}
            for name, numbers in found.phones.items()
        },
        problems=tuple(
            _kept(problem, called, row_beside(problem, sheets, found.tables))
            for problem in shown[:SHOWN_PROBLEMS]
        ),
        understood=tuple(
            Said(each.place.sheet, each.place.row, each.place.column, each.text, each.words)
            for each in found.understood[:SHOWN_UNDERSTOOD]
        ),
        more=max(len(shown) - SHOWN_PROBLEMS, 0),
        stop=sum(problem.severity.value == "stop" for problem in shown),
    )


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


def _kept(problem: Problem, called: Mapping[str, str], cells: tuple[BesideCell, ...] = ()) -> ReadProblem:
    """A problem as it is kept: files by the names people gave them."""
    return ReadProblem(
        problem.kind.code,
        problem.severity,
        without_private(problem.place.sheet),
        problem.place.row,
        problem.place.column,
        {name: _plain(value, called) for name, value in problem.params.items()},
        cells,
    )


def _plain(value: object, called: Mapping[str, str]) -> Param:
    if isinstance(value, Promise):
        return Msgid(str(value))
    if isinstance(value, str):
        return without_private(called.get(value, value))
    return value if isinstance(value, int | float | None) else str(value)


def problem_words(problem: ReadProblem, kind: Kind) -> tuple[str, str]:
    """What is wrong and the cure, in the active language."""
    params = {
        name: gettext(value.msgid) if isinstance(value, Msgid) else value
        for name, value in problem.params.items()
    }
    return str(kind.message) % params, str(kind.cure) % params


def row_beside(
    problem: Problem, sheets: Mapping[str, Sheet], found: Sequence[tables.Table]
) -> tuple[BesideCell, ...]:
    """The cells of the problem's row, phones and IDs masked."""
    sheet, row = sheets.get(problem.place.sheet), problem.place.row
    if sheet is None or row is None or not 1 <= row <= len(sheet.rows):
        return ()
    headers, private = _headers(sheet.name, row, found)
    cells: list[BesideCell] = []
    for at, text in enumerate(sheet.rows[row - 1]):
        marked = letter(at) == problem.place.column
        if not text and not headers.get(at) and not marked:
            continue
        if len(cells) >= SHOWN_CELLS and not marked:
            continue
        shown = MASK if at in private and text else without_private(text)[:SHOWN_TEXT]
        cells.append(BesideCell(letter(at), without_private(headers.get(at, ""))[:20], shown, shown == text))
    if problem.place.column and all(cell.column != problem.place.column for cell in cells):
        at = column_number(problem.place.column)
        cells.append(BesideCell(problem.place.column, headers.get(at, ""), "", True))
    return tuple(cells)


def _headers(sheet: str, row: int, found: Sequence[tables.Table]) -> tuple[dict[int, str], set[int]]:
    """Headers over a row's columns, and the columns that hold phones or IDs."""
    headers: dict[int, str] = {}
    private: set[int] = set()
    for table in _tables_at(sheet, row, found):
        headers |= {table.left + at: header for at, header in enumerate(table.headers)}
        private |= {table.left + at for code in ("phone", "identity") for at in table.columns.get(code, ())}
    return headers, private


def _tables_at(sheet: str, row: int, found: Sequence[tables.Table]) -> Iterator[tables.Table]:
    for table in found:
        if table.sheet == sheet and table.rows and table.rows[0].number <= row <= table.rows[-1].number:
            yield table


def refusal(kind: Kind) -> Reading:
    """A reading that only says why there is none."""
    return Reading(refused=_kept(Problem(kind), {}))


def read_folder(folder: Path) -> None:
    """Read the files that ``request.json`` in the folder names and write ``result.json`` beside it."""
    asked = from_json(json.loads((folder / "request.json").read_text("utf-8")), Request)
    try:
        result = read_handed(
            import_string(asked.reader),
            [(folder / file.path, file.name) for file in asked.files],
            asked.fixes,
            asked.today,
            asked.known,
        )
    except MemoryError:
        result = refusal(TOO_HEAVY)
    except Exception as error:
        logging.getLogger(__name__).error("reader failed: %s", type(error).__name__)
        result = refusal(READER_FAILED)
    (folder / "result.json").write_text(json.dumps(to_json(result), ensure_ascii=False), "utf-8")
