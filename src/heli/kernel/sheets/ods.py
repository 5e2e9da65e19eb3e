"""Read an OpenDocument book (ods) in one pass over its XML."""

from __future__ import annotations

import datetime
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from heli.kernel.sheets.grid import Bounds, Grid
from heli.kernel.sheets.numbers import clock_text, date_text, number_text
from heli.kernel.sheets.xml import XmlError, attribute, unprefixed, walk

_SPAN = re.compile(r"P?(?:(\d{1,6})D)?T?(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})(?:[.,]\d+)?S)?")
_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:T(\d\d:\d\d).*)?")
_NUMBERS = re.compile(r"\d+")
_WORD = re.compile(r"[A-Za-z\u2e80-\u9fff]|\d-\d")
_MANY = 1 << 20


@dataclass(slots=True)
class _Cell:
    """A cell while it is read."""

    facts: Mapping[str, str] = field(default_factory=dict)
    covered: bool = False
    error: bool = False
    pieces: list[str] = field(default_factory=list)
    struck: list[str] = field(default_factory=list)


class _Reader:
    """Puts the cells of a document's XML into grids, sheet by sheet."""

    def __init__(self, bounds: Bounds) -> None:
        self.bounds = bounds
        self.sheets: list[tuple[str, Grid | None]] = []
        self.grid: Grid | None = None
        self.row = self.column = self.rows = 0
        self.cell: _Cell | None = None
        self.line: list[tuple[int, int, _Cell]] = []
        self.style = ""
        self.struck_styles: set[str] = set()
        self.hidden_styles: set[str] = set()
        self.spans: list[bool] = []
        self.striking = self.note = self.depth = 0

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        if name in ("annotation", "shapes"):
            self.note += 1
        if self.note:
            return
        if name == "table":
            self._begin_table(attributes)
        elif name == "table-row" and self.depth == 1:
            self._begin_row(attributes)
        elif name in ("table-cell", "covered-table-cell") and self.depth == 1:
            self.cell = _Cell(
                unprefixed(attributes), name == "covered-table-cell", "error" in attributes.values()
            )
        elif self.cell is not None:
            self._inside(name, attributes)
        elif name == "style":
            self.style = attribute(attributes, "name")
        elif name == "text-properties":
            if attribute(attributes, "text-line-through-style") not in ("", "none"):
                self.struck_styles.add(self.style)
        elif name == "table-properties" and attribute(attributes, "display") == "false":
            self.hidden_styles.add(self.style)

    def _begin_table(self, attributes: Mapping[str, str]) -> None:
        self.depth += 1
        if self.depth > 1:
            return
        self.bounds.sheet()
        name = attribute(attributes, "name")
        hidden = attribute(attributes, "style-name") in self.hidden_styles
        self.grid = None if hidden else Grid(name, self.bounds)
        self.sheets.append((name, self.grid))
        self.row = 0

    def _begin_row(self, attributes: Mapping[str, str]) -> None:
        self.column, self.line = 0, []
        self.rows = _repeat(attribute(attributes, "number-rows-repeated"))
        if self.grid and attribute(attributes, "visibility") in ("collapse", "filter"):
            self.grid.hidden.update(range(self.row, self.row + min(self.rows, 100_000)))

    def _inside(self, name: str, attributes: Mapping[str, str]) -> None:
        cell = self.cell
        if cell is None:
            return
        if name == "p":
            cell.pieces.append("\n")
        elif name == "span":
            self.spans.append(attribute(attributes, "style-name") in self.struck_styles)
            self.striking += self.spans[-1]
        elif name in ("s", "tab", "line-break"):
            self.text(" ")

    def text(self, piece: str) -> None:
        """A piece of text."""
        if self.cell is not None and self.cell.pieces and not self.note:
            (self.cell.struck if self.striking else self.cell.pieces).append(piece)

    def end(self, name: str) -> None:
        """An element ends."""
        if name in ("annotation", "shapes"):
            self.note -= 1
        elif self.note:
            return
        elif name == "span" and self.spans:
            self.striking -= self.spans.pop()
        elif name == "table":
            self.depth -= 1
        elif name in ("table-cell", "covered-table-cell") and self.depth == 1 and self.cell is not None:
            count = _repeat(self.cell.facts.get("number-columns-repeated", ""))
            self.line.append((self.column, count, self.cell))
            self.column += count
            self.cell = None
        elif name == "table-row" and self.depth == 1:
            self._keep()

    def _keep(self) -> None:
        """Put the row's cells, as often as the row and each cell are repeated; empty ones cost nothing."""
        if self.grid is not None:
            for column, count, cell in self.line:
                text = "" if cell.covered else _text(cell)
                if text or cell.struck:
                    for row in range(self.row, self.row + self.rows):
                        self._put(self.grid, row, column, count, cell, text)
                self._merge(self.grid, column, cell)
        self.row += self.rows

    def _put(self, grid: Grid, row: int, column: int, count: int, cell: _Cell, text: str) -> None:
        struck = cell.facts.get("style-name", "") in self.struck_styles
        error = cell.error or (text.startswith("#") and "formula" in cell.facts)
        for at in range(column, column + count):
            if struck or cell.struck:
                grid.strike(row, "".join(cell.struck) or text)
            if error:
                grid.fault(row, at, text)
            elif not struck:
                grid.put(row, at, text)

    def _merge(self, grid: Grid, column: int, cell: _Cell) -> None:
        down = _repeat(cell.facts.get("number-rows-spanned", ""))
        across = _repeat(cell.facts.get("number-columns-spanned", ""))
        if down * across > 1:
            grid.merges.append((self.row, column, self.row + down - 1, column + across - 1))


def _repeat(text: str) -> int:
    """A count that an attribute says; 1 without one, and never more than a sheet has rows."""
    return min(max(int(text), 1), _MANY) if text.isdecimal() and len(text) < 12 else _MANY if text else 1


def _text(cell: _Cell) -> str:
    """What a cell shows: its value, or its displayed text where that says more than the value."""
    facts, shown = cell.facts, "".join(cell.pieces).strip()
    kind = facts.get("value-type", "")
    if kind in ("float", "percentage", "currency"):
        return shown if kind == "float" and _WORD.search(shown) else _number(facts.get("value", ""), shown)
    if kind == "boolean":
        return "是" if facts.get("boolean-value") == "true" else "否"
    if kind == "date":
        return _date(facts.get("date-value", ""), shown)
    if kind == "time":
        return _time(facts.get("time-value", ""), shown)
    return facts.get("string-value") or shown


def _number(value: str, shown: str) -> str:
    try:
        return number_text(float(value))
    except (ValueError, OverflowError):
        return shown


def _time(value: str, shown: str) -> str:
    span = _SPAN.fullmatch(value)
    if not span:
        return shown
    days, hours, minutes, seconds = (int(part or 0) for part in span.groups())
    return clock_text(days + hours / 24 + minutes / 1440 + seconds / 86400)


def _date(value: str, shown: str) -> str:
    """A date as it is shown: without its year as ``5月1日``, without its day as ``2026-05``."""
    match = _DATE.fullmatch(value)
    if not match:
        return shown or value
    year, month, day, clock = match.groups()
    numbers = _NUMBERS.findall(shown)
    if year in numbers:
        numbers.remove(year)
        full = len(numbers) > 1
    elif sorted(map(int, numbers)) == sorted((int(month), int(day))) or numbers == [str(int(day))]:
        return date_text(datetime.datetime(int(year), int(month), int(day)), "md")
    else:
        full = year[2:] not in numbers or len(numbers) > 2
    if not full:
        return f"{year}-{month}"
    return f"{year}-{month}-{day}" + (f" {clock}" if clock and clock != "00:00" else "")


def read_sheets(archive: zipfile.ZipFile, bounds: Bounds) -> Iterator[tuple[str, Grid | None]]:
    """Every sheet's name with its cells; with nothing for one that is hidden.

    Raises ``XmlError``, ``KeyError`` or ``zipfile.BadZipFile`` when the book is broken, ``SheetError`` when
    it is too large.
    """
    reader = _Reader(bounds)
    if "content.xml" not in archive.namelist():
        raise XmlError("no content")
    walk(archive.read("content.xml"), reader.start, reader.end, reader.text)
    yield from reader.sheets
