"""Write a book to fill in: columns with drop-downs and notes, empty or with rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import xlsxwriter
from django.utils.functional import Promise
from django.utils.translation import gettext
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

ROWS = 1000
"""How many rows are made ready for filling in."""


@dataclass(frozen=True)
class Field:
    """A column to fill in: header, width, the note that pops up, and its drop-down's choices."""

    header: str
    width: int
    note: str | Promise = ""
    choices: tuple[str, ...] = ()
    number: bool = False


@dataclass(frozen=True)
class Page:
    """A sheet to fill in, with the rows that it has already: text and numbers as its fields say."""

    name: str
    fields: Sequence[Field]
    rows: Sequence[Sequence[str | int]] = ()

    @property
    def empty(self) -> Page:
        """The sheet without its rows."""
        return replace(self, rows=())


def write_pages(path: Path, pages: Sequence[Page]) -> None:
    """Write the book. Raises ``OSError`` when the file cannot be written."""
    try:
        with xlsxwriter.Workbook(str(path)) as book:
            looks = _looks(book)
            for page in pages:
                sheet = book.add_worksheet(page.name)
                _columns(sheet, page.fields, looks)
                for line, row in enumerate(page.rows, start=1):
                    _fill(sheet, line, row, page.fields, looks)
    except xlsxwriter.exceptions.FileCreateError as error:
        raise error.args[0] if isinstance(error.args[0], OSError) else OSError(str(error)) from error


def _looks(book: xlsxwriter.Workbook) -> dict[str, Format]:
    return {
        "head": book.add_format({"bold": True, "bg_color": "#e7efe9", "border": 1, "align": "center"}),
        "text": book.add_format({"num_format": "@"}),
        "number": book.add_format({"num_format": "0"}),
    }


def _columns(page: Worksheet, fields: Sequence[Field], looks: dict[str, Format]) -> None:
    """Headers, widths, number or text form, notes and drop-downs."""
    for column, each in enumerate(fields):
        page.set_column(column, column, each.width, looks["number" if each.number else "text"])
        page.write_string(0, column, each.header, looks["head"])
        if each.choices:
            page.data_validation(1, column, ROWS, column, _choices(each))
        elif each.note:
            tip = {"input_title": each.header, "input_message": str(each.note)}
            page.data_validation(1, column, ROWS, column, {"validate": "any", **tip})
    page.freeze_panes(1, 0)
    page.set_row(0, 22)
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)


def _choices(each: Field) -> dict[str, object]:
    """A drop-down that also lets another word in: the book is theirs."""
    tip = {"input_title": each.header, "input_message": str(each.note)} if each.note else {}
    return {"validate": "list", "source": list(each.choices), "error_type": "information", **tip,
            "error_title": each.header, "error_message": gettext("单子里没有这个词，可以照写。")}  # fmt: skip


def _fill(
    page: Worksheet, line: int, row: Sequence[str | int], fields: Sequence[Field], looks: dict[str, Format]
) -> None:
    for column, (value, each) in enumerate(zip(row, fields, strict=True)):
        if isinstance(value, int):
            page.write_number(line, column, value, looks["number"])
        elif value:
            page.write_string(line, column, value, looks["number" if each.number else "text"])
