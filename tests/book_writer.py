"""Books written as text, made into files: a readable source instead of a binary one.

A book is sentences and settings, then sheets::

    Spreadsheets make dates of house numbers.
    as: xlsx ods
    name: 青石村.xlsx

    # 农户
    组别|门牌号|户主|人口
    一组|=date 1932-05-01|谢长庚|3
    ^^|前街2号|'3|=format "共"0"人" 4

Forms: ``xlsx``, ``ods``, ``csv`` (a file a sheet), ``raw`` (the first sheet's lines are the file itself,
``\\xd0`` being a byte) and ``zip`` (each sheet is a file in it).

Settings: ``as`` the forms to write (usually ``xlsx``); ``name`` the file's name; ``encoding`` and
``delimiter`` of csv. A sheet may be ``# NAME (hidden)``, a row may begin with ``[hidden]`` or ``[struck]``.

Cells: a plain number is a number, ``'3`` the text 3; ``~`` is a line break; ``<<`` belongs to the merged cell
on its left, ``^^`` to the one above; ``[struck]`` before a text strikes it through. ``=date 1932-05-01``,
``=month 1932-05-01`` and ``=day 2026-05-01`` (dates that show no day or no year), ``=time 05:30``,
``=bool 1``, ``=error #REF!``, ``=formula A1+1`` (without a kept result), ``=format CODE VALUE``, a number
shown by a format's code, and ``=words CODE TEXT``, a text.
"""

from __future__ import annotations

import csv
import datetime
import io
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import openpyxl
from openpyxl.styles import Font

DATE_CODES = {"month": "mmm-yy", "day": 'm"月"d"日"'}
NUMBER = re.compile(r"-?\d{1,11}(\.\d+)?")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: ``kind`` is text, number, date, time, bool, error, formula, or a merge (left, above)."""

    kind: str
    value: Any = ""
    code: str = ""
    struck: bool = False


@dataclass(slots=True)
class TextSheet:
    """A sheet: its rows of cells, and which of them are hidden (row numbers from 0)."""

    name: str
    hidden: bool = False
    rows: list[list[Cell]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)

    def merges(self) -> list[tuple[int, int, int, int]]:
        """Merged ranges: top, left, bottom, right (from 0, inclusive)."""
        found = []
        for top, row in enumerate(self.rows):
            for left, cell in enumerate(row):
                if cell.kind in ("left", "above"):
                    continue
                right, bottom = left, top
                while right + 1 < len(row) and row[right + 1].kind == "left":
                    right += 1
                while bottom + 1 < len(self.rows) and self._kind(bottom + 1, left) == "above":
                    bottom += 1
                if (bottom, right) != (top, left):
                    found.append((top, left, bottom, right))
        return found

    def _kind(self, row: int, column: int) -> str:
        cells = self.rows[row]
        return cells[column].kind if column < len(cells) else ""


@dataclass(frozen=True, slots=True)
class TextBook:
    """A book: what it shows, its settings and sheets."""

    about: str
    settings: dict[str, str]
    sheets: list[TextSheet]

    @property
    def forms(self) -> list[str]:
        """The forms it is written in."""
        return self.settings.get("as", "xlsx").split()


Writer = Callable[[TextBook, Path], None]


def parse_book(text: str) -> TextBook:
    """The book that the text describes."""
    about, settings = [], {}
    sheets: list[TextSheet] = []
    for line in text.strip("\n").split("\n"):
        if line.startswith("# "):
            name = line[2:].removesuffix(" (hidden)")
            sheets.append(TextSheet(name, hidden=name != line[2:]))
        elif sheets:
            _add_row(sheets[-1], line)
        elif setting := re.fullmatch(r"(as|name|encoding|delimiter): (.+)", line):
            settings[setting[1]] = setting[2]
        elif line:
            about.append(line)
    for sheet in sheets:
        while sheet.rows and not any(cell.value for cell in sheet.rows[-1]):
            sheet.rows.pop()
    return TextBook(" ".join(about), settings, sheets)


def _add_row(sheet: TextSheet, line: str) -> None:
    sheet.lines.append(line)
    mark = re.match(r"\[(hidden|struck)\] ?(?=.*\|)", line)
    if mark and mark[1] == "hidden":
        sheet.hidden_rows.add(len(sheet.rows))
    cells = line[mark.end() :] if mark else line
    struck = mark is not None and mark[1] == "struck"
    sheet.rows.append([_cell(text, struck) for text in cells.split("|")])


def _cell(text: str, struck: bool) -> Cell:
    if text in ("<<", "^^"):
        return Cell({"<<": "left", "^^": "above"}[text])
    if text.startswith("[struck]"):
        text, struck = text.removeprefix("[struck]"), True
    if text.startswith("="):
        kind, _gap, rest = text[1:].partition(" ")
        if kind in ("format", "words"):
            code, _gap, value = rest.rpartition(" ")
            return Cell("number", float(value), code) if kind == "format" else Cell("text", value, code)
        if kind in DATE_CODES:
            return Cell("date", rest, DATE_CODES[kind])
        return Cell(kind, rest, struck=struck)
    if NUMBER.fullmatch(text):
        return Cell("number", float(text) if "." in text else int(text), struck=struck)
    return Cell("text", text.removeprefix("'").replace("~", "\n"), struck=struck)


def write_files(book: TextBook, form: str, folder: Path, writers: Mapping[str, Writer]) -> list[Path]:
    """Write the book in one of its forms; csv is a file a sheet."""
    if form == "csv":
        return [_write_csv(book, sheet, folder) for sheet in book.sheets]
    path = folder / book.settings.get("name", f"book.{form}")
    writers[form](book, path)
    return [path]


def _moment(cell: Cell) -> datetime.datetime | datetime.time:
    if cell.kind == "time":
        return datetime.time.fromisoformat(cell.value)
    return datetime.datetime.fromisoformat(cell.value)


def _write_xlsx(book: TextBook, path: Path) -> None:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for sheet in book.sheets:
        page = made.create_sheet(sheet.name)
        page.sheet_state = "hidden" if sheet.hidden else "visible"
        for number, row in enumerate(sheet.rows, start=1):
            page.row_dimensions[number].hidden = number - 1 in sheet.hidden_rows
            for column, cell in enumerate(row, start=1):
                _fill_xlsx(page.cell(number, column), cell)
        for top, left, bottom, right in sheet.merges():
            page.merge_cells(
                start_row=top + 1, start_column=left + 1, end_row=bottom + 1, end_column=right + 1
            )
    made.save(path)


def _fill_xlsx(target: Any, cell: Cell) -> None:
    if cell.kind in ("left", "above") or cell.value == "":
        return
    if cell.kind in ("date", "time"):
        target.value = _moment(cell)
    elif cell.kind == "bool":
        target.value = cell.value == "1"
    elif cell.kind == "formula":
        target.value = f"={cell.value}"
    else:
        target.value = cell.value
        if cell.kind == "text":
            target.data_type = "s"
    if cell.code:
        target.number_format = cell.code
    if cell.struck:
        target.font = Font(strike=True)


def _write_csv(book: TextBook, sheet: TextSheet, folder: Path) -> Path:
    out = io.StringIO()
    lines = csv.writer(out, delimiter=book.settings.get("delimiter", ",").replace("tab", "\t"))
    lines.writerows([str(cell.value) for cell in row] for row in sheet.rows)
    path = folder / f"{sheet.name}.csv"
    path.write_bytes(out.getvalue().encode(book.settings.get("encoding", "utf-8")))
    return path


def _write_ods(book: TextBook, path: Path) -> None:
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    names = ("office", "table", "text", "style", "calcext")
    spaces = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in names)
    tables = "".join(map(_ods_table, book.sheets))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", kind)
        archive.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
            f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>',
        )
        archive.writestr(
            "content.xml",
            f'<?xml version="1.0"?><office:document-content {spaces} office:version="1.2">'
            "<office:automatic-styles>"
            '<style:style style:name="struck" style:family="table-cell">'
            '<style:text-properties style:text-line-through-style="solid"/></style:style>'
            '<style:style style:name="away" style:family="table">'
            '<style:table-properties table:display="false"/></style:style>'
            "</office:automatic-styles>"
            f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
            "</office:document-content>",
        )


def _ods_table(sheet: TextSheet) -> str:
    spans = {(top, left): (bottom - top + 1, right - left + 1) for top, left, bottom, right in sheet.merges()}
    rows = []
    for number, row in enumerate(sheet.rows):
        cells = "".join(_ods_cell(cell, spans.get((number, at))) for at, cell in enumerate(row))
        hidden = ' table:visibility="collapse"' if number in sheet.hidden_rows else ""
        rows.append(f"<table:table-row{hidden}>{cells}</table:table-row>")
    style = ' table:style-name="away"' if sheet.hidden else ""
    return f'<table:table table:name="{escape(sheet.name)}"{style}>{"".join(rows)}</table:table>'


def _ods_cell(cell: Cell, span: tuple[int, int] | None) -> str:
    if cell.kind in ("left", "above"):
        return "<table:covered-table-cell/>"
    spanned = (
        f' table:number-rows-spanned="{span[0]}" table:number-columns-spanned="{span[1]}"' if span else ""
    )
    style = ' table:style-name="struck"' if cell.struck else ""
    if cell.value == "":
        return f"<table:table-cell{spanned}/>"
    value, shown = _ods_value(cell)
    lines = "".join(f"<text:p>{escape(line)}</text:p>" for line in shown.split("\n"))
    return f"<table:table-cell{spanned}{style} {value}>{lines}</table:table-cell>"


def _ods_value(cell: Cell) -> tuple[str, str]:
    """The attributes that carry the value, and the text shown."""
    if cell.kind == "number":
        literal = re.sub(r'"([^"]*)"|0', lambda part: part[1] or f"{cell.value:g}", cell.code) or str(
            cell.value
        )
        return f'office:value-type="float" office:value="{cell.value}"', literal
    if cell.kind == "date":
        year, month, day = cell.value.split("-")
        shown = {"mmm-yy": f"{month}-{year[2:]}", 'm"月"d"日"': f"{int(month)}月{int(day)}日"}
        return f'office:value-type="date" office:date-value="{cell.value}"', shown.get(cell.code, cell.value)
    if cell.kind == "time":
        hours, minutes = cell.value.split(":")
        return f'office:value-type="time" office:time-value="PT{hours}H{minutes}M00S"', cell.value
    if cell.kind == "bool":
        said = "true" if cell.value == "1" else "false"
        return f'office:value-type="boolean" office:boolean-value="{said}"', said.upper()
    if cell.kind == "error":
        return 'office:value-type="string" table:formula="of:=[.A1]" calcext:value-type="error"', cell.value
    return 'office:value-type="string"', cell.value


def _raw(sheet: TextSheet) -> bytes:
    """The lines as bytes; an escaped byte is that byte."""
    parts = re.split(r"\\x([0-9a-f]{2})", "\n".join(sheet.lines).strip("\n"))
    return b"".join(bytes.fromhex(part) if place % 2 else part.encode() for place, part in enumerate(parts))


def _write_raw(book: TextBook, path: Path) -> None:
    path.write_bytes(_raw(book.sheets[0]))


def _write_zip(book: TextBook, path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for sheet in book.sheets:
            archive.writestr(sheet.name, _raw(sheet))


WRITERS: dict[str, Writer] = {
    "xlsx": _write_xlsx,
    "ods": _write_ods,
    "raw": _write_raw,
    "zip": _write_zip,
}
"""How a book becomes a file of each form (csv is a file a sheet)."""
