"""The cells of a sheet as a file gives them: gathered one by one within bounds, then laid out as a sheet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from heli.kernel.lib.text import clean
from heli.kernel.sheets.files import (
    FAR_CELL,
    MAX_CELLS,
    TOO_LARGE,
    TOO_MANY_ROWS,
    TOO_MANY_SHEETS,
    SheetError,
)
from heli.kernel.sheets.problems import Kind, Place, Problem, Severity

MAX_ROWS = 40_000
"""So many rows with something in them a file may have, all sheets together."""
MAX_CHARACTERS = 10_000_000
"""So much text a file may hold: one long text may stand in every cell and cost the file nothing."""
MAX_TEXT = 1_000
"""A longer cell is no value of a table; it is not read, and said."""
_SHOWN_FAULTS = 20

FAULTY = Kind(
    "cell-error",
    Severity.LOOK,
    _("这一格是公式错误（%(value)s），按空白读。"),
    _("请改好公式，或直接填上内容。"),
)
MORE_FAULTY = Kind(
    "cell-errors-more",
    Severity.LOOK,
    _("这张表另有 %(count)s 格公式错误，按空白读。"),
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
LONG = Kind(
    "cell-long",
    Severity.LOOK,
    _("这一格有 %(count)s 个字，太长，没有读。"),
    _("请只写要用的内容，其余另存一个文件。"),
)
HIDDEN_ROWS = Kind(
    "rows-hidden",
    Severity.LOOK,
    _("这张表有 %(count)s 行是隐藏的（第 %(rows)s 行），也读了。"),
    _("不要的请删掉，不要隐藏；要的请取消隐藏或清除筛选，好核对。"),
)
STRUCK = Kind(
    "cells-struck",
    Severity.LOOK,
    _("这张表有 %(count)s 格划了删除线（第 %(rows)s 行），划掉的字没有读。"),
    _("作废的请删掉；还要用的请去掉删除线。"),
)

MAX_COLUMNS = 500
"""A table has no more; farther out stand only stray cells."""
MAX_SHEETS = 300
"""So many sheets a file may have."""
_WIDTH = 15
"""A row costs as much as so many cells, however few it has."""
_ROWS_APART, _COLUMNS_APART = 1000, 100
"""Cells beyond so many empty rows or columns do not belong to the tables."""
_WHOLE = re.compile(r"-?\d{1,9}\.0{1,9}")
"""A whole number as a program wrote it that knows only fractions."""

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


def letter(column: int) -> str:
    """Excel's letters of a column counted from 0: 0 is A, 26 is AA."""
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


@dataclass(slots=True)
class Bounds:
    """What a file may still hold, all its sheets together."""

    file: str
    rows: int = MAX_ROWS
    cells: int = MAX_CELLS
    characters: int = MAX_CHARACTERS
    sheets: int = MAX_SHEETS

    def sheet(self) -> None:
        """Count a sheet."""
        self.sheets -= 1
        if self.sheets < 0:
            raise SheetError(TOO_MANY_SHEETS, file=self.file, most=MAX_SHEETS)

    def row(self) -> None:
        """Count a row with something in it."""
        self.rows -= 1
        if self.rows < 0:
            raise SheetError(TOO_MANY_ROWS, file=self.file, most=MAX_ROWS)

    def cell(self, text: str) -> None:
        """Count a cell with something in it."""
        self.cells -= 1
        self.characters -= len(text)
        if self.cells < 0 or self.characters < 0:
            raise SheetError(TOO_LARGE, file=self.file)

    def laid_out(self, cells: int) -> bool:
        """Whether so many cells, the empty ones between included, may be laid out; they are counted."""
        self.cells -= cells
        return self.cells >= 0


@dataclass(slots=True)
class Grid:
    """The cells of one sheet while it is read. Rows and columns count from 0."""

    name: str
    bounds: Bounds
    cells: dict[int, dict[int, str]] = field(default_factory=dict)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden: set[int] = field(default_factory=set)
    struck: list[int] = field(default_factory=list)
    uncounted: list[int] = field(default_factory=list)
    faults: list[tuple[int, int, str]] = field(default_factory=list)
    long: list[tuple[int, int, int]] = field(default_factory=list)

    def put(self, row: int, column: int, text: str) -> None:
        """Keep a cell's text; blanks are not kept."""
        text = clean(text)
        if not text:
            return
        if len(text) > MAX_TEXT:
            self.long.append((row, column, len(text)))
            return
        if _WHOLE.fullmatch(text):
            text = text.partition(".")[0]
        line = self.cells.get(row)
        if line is None:
            self.bounds.row()
            line = self.cells[row] = {}
        self.bounds.cell(text)
        line[column] = text

    def fault(self, row: int, column: int, value: str) -> None:
        """Note a cell that holds an error of a formula."""
        self.bounds.cell(value)
        self.faults.append((row, column, value))

    def strike(self, row: int, text: str) -> None:
        """Note a text that is struck through; it is not read."""
        if text.strip():
            self.bounds.cell("")
            self.struck.append(row)

    def finish(self) -> tuple[Sheet, list[Problem]]:
        """The sheet laid out as a rectangle, and what was noticed.

        Raises
        ------
        SheetError
            What belongs together reaches farther out than anybody can read.
        """
        problems = [*self._faulty(), *self._noticed()]
        bottom = max(self.cells, default=-1) + 1
        right = max((max(line) for line in self.cells.values()), default=-1) + 1
        if bottom * max(right, _WIDTH) > MAX_CELLS or right > MAX_COLUMNS:
            bottom, right, far = self._without_far()
            problems += far
        if right > MAX_COLUMNS or not self.bounds.laid_out(bottom * max(right, _WIDTH)):
            cell = f"{letter(right - 1)}{bottom}"
            raise SheetError(FAR_CELL, Place(self.name), sheet=self.name, cell=cell)
        covered = self._covered(bottom, right)
        rows = []
        for number in range(bottom):
            row = [""] * right
            for column, text in self.cells.get(number, {}).items():
                if column < right:
                    row[column] = text
            rows.append(row)
        return Sheet(clean(self.name), rows, covered), problems

    def _covered(self, bottom: int, right: int) -> dict[tuple[int, int], tuple[str, int]]:
        """Cells under a merged range, with its text and first column; what they hold themselves is unseen."""
        covered = {}
        for top, left, to_row, to_column in self.merges:
            text = self.cells.get(top, {}).get(left, "") if top < bottom else ""
            low, last = min(to_row, bottom - 1), min(to_column, right - 1)
            if not text or low < top or last < left:
                continue
            if not self.bounds.laid_out((low - top + 1) * (last - left + 1)):
                raise SheetError(TOO_LARGE, file=self.bounds.file)
            for row in range(top, low + 1):
                for column in range(left, last + 1):
                    if (row, column) != (top, left):
                        covered[row, column] = (text, left)
                        self.cells.get(row, {}).pop(column, None)
        return covered

    def _without_far(self) -> tuple[int, int, list[Problem]]:
        """Where the tables end below and on the right, and the problem that names what lies beyond."""
        bottom = _end(self.cells, _ROWS_APART)
        right = _end({column for line in self.cells.values() for column in line}, _COLUMNS_APART)
        far = [
            (row, column)
            for row, line in self.cells.items()
            for column in line
            if row >= bottom or column >= right
        ]
        if not far:
            return bottom, right, []
        row, column = min(far)
        place = Place(self.name, row + 1, letter(column))
        return bottom, right, [Problem(FAR, place, {"cell": f"{place.column}{row + 1}", "count": len(far)})]

    def _faulty(self) -> list[Problem]:
        faults = sorted(self.faults)
        problems = [
            Problem(FAULTY, Place(self.name, row + 1, letter(column)), {"value": value})
            for row, column, value in faults[:_SHOWN_FAULTS]
        ]
        if more := faults[_SHOWN_FAULTS:]:
            problems.append(Problem(MORE_FAULTY, Place(self.name, more[0][0] + 1), {"count": len(more)}))
        return problems

    def _noticed(self) -> list[Problem]:
        problems = [
            Problem(LONG, Place(self.name, row + 1, letter(column)), {"count": count})
            for row, column, count in self.long[:_SHOWN_FAULTS]
        ]
        if self.uncounted:
            place = Place(self.name, self.uncounted[-1] + 1)
            problems.append(Problem(UNCOUNTED, place, {"count": len(self.uncounted)}))
        for kind, rows, count in (
            (HIDDEN_ROWS, self.hidden & self.cells.keys(), 0),
            (STRUCK, set(self.struck), len(self.struck)),
        ):
            if rows:
                params = {"count": count or len(rows), "rows": spans(row + 1 for row in rows)}
                problems.append(Problem(kind, Place(self.name, min(rows) + 1), params))
        return problems


def spans(numbers: Iterable[int]) -> str:
    """Whole numbers in words, neighbours as a span: ``3–5、9``; at most eight, then ``等``."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    said = "、".join(str(low) if low == high else f"{low}–{high}" for low, high in runs[:8])
    return f"{said} …" if len(runs) > 8 else said


def _end(numbers: Iterable[int], apart: int) -> int:
    """One past the last of the numbers (from 0) before a gap of more than ``apart``."""
    end = 0
    for number in sorted(numbers):
        if number + 1 - end > apart:
            break
        end = number + 1
    return max(end, 1)
