"""Open a spreadsheet of any form and give its sheets as clean text. Knows nothing of what they are about."""

from __future__ import annotations

import csv
import datetime
import functools
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _
from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from heli.kernel.lib.text import clean
from heli.kernel.sheets.files import (
    BROKEN,
    FAR_CELL,
    FOREIGN,
    LOCKED,
    MAX_CELLS,
    NO_SHEETS,
    TOO_LARGE,
    SheetError,
    Sniffed,
    sniff,
)
from heli.kernel.sheets.problems import Kind, Place, Problem, Severity

__all__ = ["Book", "Sheet", "SheetError", "letter", "read_book"]

HIDDEN = Kind(
    "sheet-hidden",
    Severity.LOOK,
    _("工作表“%(sheet)s”是隐藏的，没有读。"),
    _("要用它，请在 Excel 里取消隐藏。"),
)
FAULTY = Kind(
    "cell-error",
    Severity.LOOK,
    _("这一格是公式错误（%(value)s），按空白读。"),
    _("请改好公式，或直接填上内容。"),
)
UNCOUNTED = Kind(
    "cell-uncounted",
    Severity.LOOK,
    _("这张表有 %(count)s 格公式没有算出的结果，按空白读。"),
    _("请在 Excel 或 WPS 里打开，保存一次再用。"),
)

FAR = Kind(
    "cells-far",
    Severity.LOOK,
    _("%(cell)s 一带有 %(count)s 格离表格很远，没有读。"),
    _("没用就删掉；有用请移到表格旁边。"),
)
DAMAGED = Kind(
    "text-damaged",
    Severity.LOOK,
    _("有 %(count)s 处字符坏了，读成了“�”。"),
    _("请在 Excel 或 WPS 里打开，改好后另存为 .xlsx。"),
)

Rows = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: every cell as clean text, row 1 and column A first, ragged rows allowed.

    ``covered`` gives, for a cell under a merged range (row and column from 0), the range's text and first
    column.
    """

    name: str
    rows: Rows
    covered: dict[tuple[int, int], tuple[str, int]]

    def text(self, row: int, column: int) -> str:
        """The text at a place counted from 0; empty beyond the edge."""
        cells = self.rows[row]
        return cells[column] if column < len(cells) else ""

    def under(self, row: int, column: int) -> str:
        """The text of the merged range that covers a place; empty when none does."""
        return self.covered.get((row, column), ("", 0))[0]

    def below(self, row: int, column: int) -> str:
        """Like `under`, for a range that begins in this very column: its text holds for every row of it."""
        text, first = self.covered.get((row, column), ("", -1))
        return text if first == column else ""


@dataclass(frozen=True, slots=True)
class Book:
    """A file's visible sheets that hold something, and what was noticed on opening it."""

    name: str
    sheets: tuple[Sheet, ...]
    problems: tuple[Problem, ...] = ()


def letter(column: int) -> str:
    """Excel's letters of a column counted from 0: 0 is A, 26 is AA."""
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def read_book(path: Path) -> Book:
    """Read a file, whatever its name says it is.

    Raises
    ------
    SheetError
        It cannot be read; its text says why and what to do, in one line.
    """
    file = sniff(path)
    if file.form == "text":
        rows = _text_rows(file)
        name = clean(Path(file.name).stem)
        damaged = sum(cell.count("�") for row in rows for cell in row)
        problems = [Problem(DAMAGED, Place(name), {"count": damaged})] if damaged else []
        return Book(file.name, (Sheet(name, rows, {}),), tuple(problems))
    return _workbook(file)


def _workbook(file: Sniffed) -> Book:
    problems: list[Problem] = []
    data, faults = _scan_xlsx(file) if file.form == "xlsx" else (file.data, {})
    if file.form == "ods":
        _refuse_repeats(file)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            sheets = []
            for meta in book.sheets_metadata:
                if meta.typ != SheetTypeEnum.WorkSheet:
                    continue
                if meta.visible != SheetVisibleEnum.Visible:
                    problems.append(Problem(HIDDEN, Place(meta.name), {"sheet": meta.name}))
                    continue
                sheets.append(_sheet(book, meta.name))
                problems += faults.get(meta.name, ())
    except PasswordError as error:
        raise SheetError(LOCKED, file=file.name) from error
    except (CalamineError, OSError, ValueError, OverflowError) as error:
        raise SheetError(BROKEN, file=file.name) from error
    except BaseException as error:
        # a panic inside the reading library is no Exception and has no class to name
        if type(error).__name__ == "PanicException":
            raise SheetError(BROKEN, file=file.name) from error
        raise
    if not sheets:
        raise SheetError(NO_SHEETS, file=file.name)
    return Book(file.name, tuple(sheet for sheet in sheets if sheet.rows), tuple(problems))


def _sheet(book: CalamineWorkbook, name: str) -> Sheet:
    found = book.get_sheet_by_name(name)
    if found.total_height * found.total_width > MAX_CELLS:
        cell = f"{letter(found.total_width - 1)}{found.total_height}"
        raise SheetError(FAR_CELL, Place(name), sheet=name, cell=cell)
    turns = _TURNS
    rows = [[turns[type(value)](value) for value in row] for row in found.to_python(skip_empty_area=False)]
    return Sheet(clean(name), rows, _covered(rows, found.merged_cell_ranges or ()))


def _number(value: float) -> str:
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def _moment(value: datetime.datetime) -> str:
    return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ", "minutes")


def _clock(span: datetime.timedelta) -> str:
    minutes = round(
        span.total_seconds() / 60
    )  # Excel keeps 5:30 as a fraction that may fall short by a second
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


_TURNS: dict[type, Callable[[Any], str]] = {
    str: clean,
    float: _number,
    bool: lambda value: "是" if value else "否",
    datetime.datetime: _moment,
    datetime.time: lambda value: _clock(
        datetime.timedelta(hours=value.hour, minutes=value.minute, seconds=value.second)
    ),
    datetime.timedelta: _clock,
    datetime.date: datetime.date.isoformat,
    int: str,
}
"""How each type of cell becomes text: all the types that the reading library gives."""


def _covered(
    rows: Rows, merges: Iterable[tuple[tuple[int, int], tuple[int, int]]]
) -> dict[tuple[int, int], tuple[str, int]]:
    """Cells under a merged range, with the range's text and first column."""
    covered = {}
    height = len(rows)
    for (top, left), (bottom, right) in merges:
        if top >= height or (bottom - top + 1) * (right - left + 1) > MAX_CELLS:
            continue
        text = rows[top][left] if left < len(rows[top]) else ""
        if not text:
            continue
        for row in range(top, min(bottom, height - 1) + 1):
            for column in range(left, min(right, len(rows[row]) - 1) + 1):
                if (row, column) != (top, left):
                    covered[row, column] = (text, left)
    return covered


_CORNER = re.compile(rb'\br="([A-Z]{1,3})(?=\d)')
_LAST_ROW = re.compile(rb'<(?:\w+:)?row [^>]*?\br="(\d{1,7})"')
_ROW = re.compile(rb'<((?:\w+:)?row) [^>]*?\br="(\d{1,7})"[^>]*?(?:/>|>.*?</\1>)', re.S)
_CELL = re.compile(rb'<((?:\w+:)?c) [^>]*?\br="([A-Z]{1,3})(\d{1,7})"([^>/]*)>(.*?)</\1>', re.S)
_ANY_CELL = re.compile(rb'<((?:\w+:)?c) [^>]*?\br="([A-Z]{1,3})\d{1,7}"[^>]*?(?:/>|>.*?</\1>)', re.S)
_FORMULA = re.compile(rb"<(?:\w+:)?f\b")
_VALUE = re.compile(rb"<(?:\w+:)?v>(.*?)</(?:\w+:)?v>")
_NAME = re.compile(rb"<(?:\w+:)?sheet\b[^>]*>")
_ROWS_APART, _COLUMNS_APART = 1000, 100
"""Cells beyond so many empty rows or columns do not belong to the tables."""
_ATTRIBUTE = re.compile(rb'([\w:]+)="([^"]*)"')


def _scan_xlsx(file: Sniffed) -> tuple[bytes, dict[str, list[Problem]]]:
    """Look into the sheets' XML before opening: leave out far cells, note errors and uncounted formulas.

    The reading library lays out every sheet as a full rectangle and says nothing of error cells. Gives back
    the file to open and the problems by sheet.
    """
    problems: dict[str, list[Problem]] = {}
    trimmed: dict[str, bytes] = {}
    with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
        for name, part in _parts(archive):
            xml = archive.read(part)
            if xml.count(b"<c ") > MAX_CELLS:
                raise SheetError(TOO_LARGE, file=file.name)
            problems[name] = []
            if _corner(xml) > MAX_CELLS:
                trimmed[part], far = _without_far_cells(name, xml)
                problems[name] += far
            problems[name] += _faults(name, xml) if b't="e"' in xml or _FORMULA.search(xml) else []
        return (_repacked(archive, trimmed) if trimmed else file.data), problems


def _repacked(archive: zipfile.ZipFile, changed: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as copy:
        for part in archive.namelist():
            copy.writestr(part, changed.get(part) or archive.read(part))
    return out.getvalue()


_ODS_ROW = re.compile(rb"<table:table-row\b([^>]*)(?<!/)>(.*?)</table:table-row>", re.S)
_ODS_CELL = re.compile(rb"<table:table-cell\b([^>]*)(?<!/)>")
_ROWS_REPEATED = re.compile(rb'number-rows-repeated="(\d{1,9})"')
_COLUMNS_REPEATED = re.compile(rb'number-columns-repeated="(\d{1,9})"')


def _refuse_repeats(file: Sniffed) -> None:
    """Refuse an OpenDocument book whose repeated cells would fill the memory; empty repeats cost nothing."""
    with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
        xml = archive.read("content.xml") if "content.xml" in archive.namelist() else b""
    cells = 0
    for facts, inner in _ODS_ROW.findall(xml):
        filled = _ODS_CELL.findall(inner)
        width = sum(int(match[1]) if (match := _COLUMNS_REPEATED.search(cell)) else 1 for cell in filled)
        cells += width * (int(match[1]) if (match := _ROWS_REPEATED.search(facts)) else 1)
    if cells > MAX_CELLS:
        raise SheetError(TOO_LARGE, file=file.name)


def _parts(archive: zipfile.ZipFile) -> list[tuple[str, str]]:
    """Sheet names and the parts that hold them."""
    there = set(archive.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= there:
        return []
    targets = {}
    for match in re.finditer(rb"<Relationship\b[^>]*>", archive.read("xl/_rels/workbook.xml.rels")):
        facts = dict(_ATTRIBUTE.findall(match[0]))
        target = facts.get(b"Target", b"").decode("utf-8", "replace").lstrip("/")
        targets[facts.get(b"Id")] = target if target.startswith("xl/") else f"xl/{target}"
    pairs = []
    for match in _NAME.finditer(archive.read("xl/workbook.xml")):
        facts = dict(_ATTRIBUTE.findall(match[0]))
        key = next((value for word, value in facts.items() if word.endswith(b":id")), None)
        part = targets.get(key, "")
        if part in there:
            pairs.append((_unescape(facts.get(b"name", b"").decode("utf-8", "replace")), part))
    return pairs


def _unescape(text: str) -> str:
    for entity, char in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        text = text.replace(entity, char)
    return text


def _corner(xml: bytes) -> int:
    """How many cells the rectangle holds in which the library would lay the sheet out."""
    right = max(map(_column, set(_CORNER.findall(xml))), default=1)
    return right * max(map(int, set(_LAST_ROW.findall(xml))), default=1)


def _column(letters: bytes) -> int:
    """The number of a column, A is 1."""
    return functools.reduce(lambda number, char: number * 26 + char - 64, letters, 0)


def _without_far_cells(name: str, xml: bytes) -> tuple[bytes, list[Problem]]:
    """The sheet without what lies far out, and the problem that names it if there is something in it.

    Refused when what is left is still too large.
    """
    filled = [(int(row), _column(column)) for _tag, column, row, _attributes, _inner in _CELL.findall(xml)]
    bottom = _end({row for row, _column in filled}, _ROWS_APART)
    right = _end({column for _row, column in filled}, _COLUMNS_APART)
    if bottom * right > MAX_CELLS:
        raise SheetError(FAR_CELL, Place(name), sheet=name, cell=f"{letter(right - 1)}{bottom}")
    xml = _ROW.sub(lambda match: match[0] if int(match[2]) <= bottom else b"", xml)
    xml = _ANY_CELL.sub(lambda match: match[0] if _column(match[2]) <= right else b"", xml)
    far = [(row, column) for row, column in filled if row > bottom or column > right]
    if not far:
        return xml, []
    row, column = min(far)
    place = Place(name, row, letter(column - 1))
    return xml, [Problem(FAR, place, {"cell": f"{place.column}{row}", "count": len(far)})]


def _end(numbers: set[int], apart: int) -> int:
    """The last of the numbers before a gap of more than ``apart``."""
    last = 0
    for number in sorted(numbers):
        if number - last > apart:
            break
        last = number
    return max(last, 1)


def _faults(name: str, xml: bytes) -> list[Problem]:
    problems, uncounted, last = [], 0, b""
    for _tag, column, row, attributes, inner in _CELL.findall(xml):
        if b't="e"' in attributes:
            value = _VALUE.search(inner)
            shown = value[1].decode("utf-8", "replace") if value else "#"
            problems.append(Problem(FAULTY, Place(name, int(row), column.decode()), {"value": shown}))
        elif _FORMULA.search(inner) and b"<is>" not in inner and not (_VALUE.search(inner) or [b""])[0]:
            uncounted, last = uncounted + 1, row
    if uncounted:
        problems.append(Problem(UNCOUNTED, Place(name, int(last)), {"count": uncounted}))
    return problems


def _text_rows(file: Sniffed) -> Rows:
    text = _decoded(file)
    sample = text[:20000]
    delimiter = max("\t,;，|", key=lambda sign: sample.count(sign) + (0.5 if sign == "," else 0))
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise SheetError(BROKEN, file=file.name) from error
    if sum(map(len, rows)) > MAX_CELLS:
        raise SheetError(FAR_CELL, sheet=file.name, cell=str(len(rows)))
    return [[clean(_plain(cell)) for cell in row] for row in rows]


def _plain(cell: str) -> str:
    """Without the marks that programs add so that Excel takes a number as text: ``="001"``, ``'001``."""
    if cell.startswith('="') and cell.endswith('"'):
        return cell[2:-1]
    return cell.removeprefix("'")


def _decoded(file: Sniffed) -> str:
    """The text of a file in UTF-8, UTF-16 or GB 18030; a few broken characters are borne with."""
    data = file.data
    encodings = ["utf-8-sig", "gb18030"]
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif data[1:200:2].count(0) > len(data[1:200:2]) // 4:
        encodings = ["utf-16-le"]
    elif data[0:200:2].count(0) > len(data[0:200:2]) // 4:
        encodings = ["utf-16-be"]
    texts = [data.decode(encoding, "replace") for encoding in encodings]
    text = min(texts, key=lambda text: text.count("�"))
    odd = sum(char < " " and char not in "\t\r\n\f\v" for char in text[:4000])
    if odd <= len(text[:4000]) // 50 and text.count("�") <= len(text) // 50:
        return text.replace("\0", "")
    raise SheetError(FOREIGN, file=file.name, what=_("别的格式"))
