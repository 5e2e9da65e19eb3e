"""The one writer of Excel books and CSV: what is not a number is text, and stays text."""

from __future__ import annotations

import csv
import datetime
import io
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from heli.kernel.lib.text import without_private

Value = str | int | float | None

MAX_TEXT = 32_767
"""The longest text a cell of an Excel book can hold."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_NUMBER_LIKE = re.compile(r"[+-]?\d+(\.\d+)?")
_BAD_IN_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_INK, _GREEN, _LINE = "#1d2522", "#e7efe9", "#c9d2cc"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: a header and its rows, each as long as the header or shorter.

    ``frozen`` columns on the left stay in sight; ``landscape`` is how it prints.
    """

    name: str
    header: tuple[str, ...]
    rows: Sequence[Sequence[Value]]
    landscape: bool = False
    frozen: int = 0


def write_book(target: Path | BinaryIO, sheets: Sequence[Sheet], title: str, date: datetime.date) -> None:
    """Write an Excel book, ready to read, filter and print on A4 at one page's width.

    Every text is written as text (``=1+1``, ``1-2`` and ``007`` stay as they are, now and when edited);
    only int and float are numbers. Headers are frozen and repeat on each printed page, which carries
    ``title`` and page x/y. The same sheets, title and date give the same bytes.

    Raises ``ValueError`` for a text longer than ``MAX_TEXT`` or a number that is not finite.
    """
    names = _names(sheets)
    with xlsxwriter.Workbook(str(target) if isinstance(target, Path) else target) as book:
        book.set_properties({"title": title, "created": datetime.datetime.combine(date, datetime.time())})
        text = {"font_size": 11, "valign": "vcenter", "text_wrap": True, "border": 1, "border_color": _LINE}
        formats = {
            "text": book.add_format({**text, "num_format": "@"}),
            "number": book.add_format({**text, "align": "center"}),
            "head": book.add_format({**text, "bold": True, "bg_color": _GREEN, "font_color": _INK}),
        }
        for sheet, name in zip(sheets, names, strict=True):
            _write(book.add_worksheet(name), sheet, title, formats)


def masked(sheet: Sheet) -> Sheet:
    """The sheet with every phone, ID or other long run of digits in its texts masked as ``***``."""
    rows = [
        [without_private(value) if isinstance(value, str) else value for value in row] for row in sheet.rows
    ]
    return replace(sheet, rows=rows)


def csv_text(header: Sequence[str], rows: Iterable[Sequence[Value]]) -> str:
    """The rows as CSV with a byte order mark, so that Excel reads Chinese and runs nothing.

    A text that a spreadsheet would take for a formula gets an apostrophe in front; numbers do not.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([_harmless(title) for title in header])
    writer.writerows([_harmless(value) for value in row] for row in rows)
    return "\ufeff" + out.getvalue()


def _harmless(value: Value) -> Value:
    if (
        isinstance(value, str)
        and value.lstrip(" ").startswith(_FORMULA)
        and not _NUMBER_LIKE.fullmatch(value)
    ):
        return "'" + value
    return value


def _write(page: Worksheet, sheet: Sheet, title: str, formats: dict[str, Format]) -> None:
    """Fill one worksheet and set it up for screen and paper."""
    last = max(len(sheet.header) - 1, 0)
    for column, width in enumerate(_widths(sheet)):
        page.set_column(column, column, width, None)
    for column, head in enumerate(sheet.header):
        page.write_string(0, column, head, formats["head"])
    for line, row in enumerate(sheet.rows, start=1):
        for column, value in enumerate(row):
            _put(page, line, column, value, formats)
    page.freeze_panes(1, sheet.frozen)
    if sheet.rows:
        page.autofilter(0, 0, len(sheet.rows), last)
        page.ignore_errors({"number_stored_as_text": f"A1:XFD{len(sheet.rows) + 1}"})
    _set_up_print(page, sheet, title)


def _put(page: Worksheet, line: int, column: int, value: Value, formats: dict[str, Format]) -> None:
    if value is None or value == "":
        page.write_blank(line, column, None, formats["text"])
    elif isinstance(value, str):
        if len(value) > MAX_TEXT:
            raise ValueError(
                f"cell text: longer than {MAX_TEXT} characters (row {line + 1}, column {column + 1})"
            )
        page.write_string(line, column, value, formats["text"])
    else:
        if not math.isfinite(value):
            raise ValueError(f"cell number: not finite (row {line + 1}, column {column + 1})")
        page.write_number(line, column, value, formats["number"])


def _set_up_print(page: Worksheet, sheet: Sheet, title: str) -> None:
    page.set_paper(9)  # A4
    if sheet.landscape:
        page.set_landscape()
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    page.set_margins(left=0.8, right=0.4, top=0.8, bottom=0.6)
    heading = f"{title}　{sheet.name}"[:120].replace("&", "&&")
    page.set_header(f"&L{heading}")
    page.set_footer("&R&P / &N")


def _names(sheets: Sequence[Sheet]) -> list[str]:
    """Sheet names Excel accepts: at most 31 characters, no forbidden sign, none twice."""
    names: list[str] = []
    for number, sheet in enumerate(sheets, start=1):
        name = _BAD_IN_NAME.sub(" ", sheet.name).strip(" '")[:31] or str(number)
        if name.lower() in [other.lower() for other in names]:
            name = f"{name[:27]} {number}"
        names.append(name)
    return names


def _widths(sheet: Sheet) -> list[float]:
    """Column widths in characters that fit Chinese: at least the header, at most half a page."""
    widest = [_width(head) + 3 for head in sheet.header]  # room for the filter's arrow
    for row in sheet.rows:
        for column, value in enumerate(row):
            if value is not None:
                widest[column] = max(widest[column], _width(str(value)))
    return [min(max(width * 1.1 + 1, 6), 60) for width in widest]


def _width(text: str) -> int:
    """How many Latin letters wide the longest line is; a Chinese character counts two."""
    if text.isascii() and "\n" not in text:
        return len(text)
    return max((len(line.encode("utf-8", "replace")) + len(line)) // 2 for line in text.split("\n"))
