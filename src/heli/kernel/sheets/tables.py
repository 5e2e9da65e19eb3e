"""Find tables on a sheet by the evidence of their headers and values, wherever and however they stand.

A `Spec` says what a kind of table is made of; `find_tables` gives back every table of the kinds asked for.
Knows nothing of what the tables are about.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from django.utils.translation import gettext_lazy as _

from heli.kernel.lib.text import fold, without_private
from heli.kernel.sheets.evidence import Evidence, is_example
from heli.kernel.sheets.headers import Column, Found, Spec, find_headers, guess_headers
from heli.kernel.sheets.problems import Kind, Place, Problem, Severity
from heli.kernel.sheets.read import Sheet, letter

__all__ = ["Column", "Evidence", "Line", "Row", "Spec", "Table", "find_tables"]

IGNORED = Kind(
    "columns-ignored",
    Severity.LOOK,
    _("这几列没有用到：%(columns)s。"),
    _("如果有用，请把表头改成样表里的叫法。"),
)
GUESSED = Kind(
    "column-guessed",
    Severity.LOOK,
    _("这一列的表头不认识，按内容当作“%(meaning)s”。"),
    _("如果不对，请写上表头。"),
)
SKIPPED = Kind(
    "rows-skipped",
    Severity.LOOK,
    _("第 %(rows)s 行是合计或说明，没有算进去。"),
    _("如果不是，请在这一行补上门牌号或姓名。"),
)

EXAMPLES = Kind(
    "rows-example",
    Severity.LOOK,
    _("第 %(rows)s 行是填写示例或提示，没有算进去。"),
    _("如果不是，请把“例”“示例”这样的字去掉。"),
)

_TOTAL = re.compile(
    r"^(本|全|第?\w{1,4})?[页组村表队区]?(合计|小计|总计|共计|累计|汇总|总数|总户数|总人数|合计数|total|subtotal|sum)\W*\w{0,4}$"
)
_CARRIED = re.compile(
    r"承前|承上|过次|转次|(承|接|过|转|结转|转入)(前|上|次|下|后|续)一?[页頁]|(上|前)[页頁](结转|转来|合计|小计)"
)
"""A sum that is carried from page to page, written above or below its rows."""
_MAY_BE_TOTAL = re.compile("[计計总總汇页頁承过转]|total|sum", re.I)
_DITTO = frozenset(
    "同上 同前 同 上同 同上行 同上一行 〃 \" ″ '' “ ” „ ＂ 〞 〝 ʺ 仝 仝上 々 ,, do ditto ↓".split()
)
"""Marks that mean what stands above."""
MOST_LISTED = 40
"""So many row numbers are said in one problem."""
_RUNS = 2
"""So many values must stand above blanks before a blank is read as the value above."""
_FOOTER = re.compile(
    r"填表|制表|审核|填报|负责人[:(]|统计人|日期[:(]|单位[:(]|盖章|签[字名][:(]|说明[:(]|^注[:(\d]|^备注[:(]|^共\d+户"
)
_SIGNED = re.compile(r"(填表|制表|审核|复核|统计|填报|经办|审批|盖章)(人|单位|时间|日期)?(:|\(|$)")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_COUNT = re.compile(r"共?\d+(户|人|个|名)?")
_FIGURE = re.compile(rf"{_COUNT.pattern}|{_NUMBER.pattern}")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a sheet that is no row of a table: a title, a heading, a footer. Rows count from 1."""

    row: int
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """A data row: its number as Excel counts, and its cells from the table's first column on."""

    number: int
    cells: Sequence[str]


@dataclass(frozen=True, slots=True)
class Table:
    """A table found: what kind, where, its rows, and the sheet's lines above and within it.

    ``columns`` gives for a code the columns it stands in (from 0, within ``Row.cells``); ``headers`` the
    headers as written. Rows that were left out are in ``totals`` (sums) and ``lines`` (all else),
    in ``examples`` those that show how to fill the table in;
    ``titles`` are those of the lines that belong to the next table.
    """

    spec: Spec
    sheet: str
    left: int
    columns: Mapping[str, tuple[int, ...]]
    headers: Sequence[str]
    rows: tuple[Row, ...]
    lines: tuple[Line, ...] = ()
    totals: tuple[int, ...] = ()
    examples: tuple[int, ...] = ()
    titles: tuple[Line, ...] = ()
    problems: tuple[Problem, ...] = field(default=(), compare=False)

    def text(self, row: Row, code: str) -> str:
        """The row's first text under that code, phones and IDs masked; empty where there is none."""
        return without_private(self.figure(row, code))

    def figure(self, row: Row, code: str) -> str:
        """Like `text`, with every digit: for reading a date or coordinates from it, never to keep or show."""
        for column in self.columns.get(code, ()):
            if row.cells[column]:
                return row.cells[column]
        return ""

    def texts(self, row: Row, code: str) -> list[tuple[str, str]]:
        """Every text under that code, masked, each with its column's header."""
        return [
            (self.headers[column], without_private(row.cells[column]))
            for column in self.columns.get(code, ())
            if row.cells[column]
        ]

    def place(self, row: Row, code: str = "") -> Place:
        """Where the row's cell of that code stands in the file."""
        columns = self.columns.get(code, ())
        return Place(self.sheet, row.number, letter(self.left + columns[0]) if columns else "")

    def skipped(self, used: Sequence[Line] = ()) -> list[Problem]:
        """The problems that list the rows left out, but for the lines that were put to use."""
        first = self.rows[0].number if self.rows else 0
        known = {line.row for line in (*used, *self.titles)}
        rows = {line.row for line in self.lines if line.row > first} - known
        return [
            Problem(kind, Place(self.sheet, min(numbers)), {"rows": _listed(numbers)})
            for kind, numbers in ((SKIPPED, rows | set(self.totals)), (EXAMPLES, set(self.examples)))
            if numbers
        ]


def _listed(numbers: Collection[int]) -> str:
    shown = "、".join(map(str, sorted(numbers)[:MOST_LISTED]))
    return f"{shown} …" if len(numbers) > MOST_LISTED else shown


def find_tables(sheet: Sheet, specs: Sequence[Spec]) -> list[Table]:
    """Every table on the sheet of one of these kinds, top to bottom, left to right."""
    found, confused = find_headers(sheet, specs)
    found = found or guess_headers(sheet, specs)
    tables: list[Table] = []
    lines: list[Line] = []
    for header in found:
        if header.top == found[0].top:
            lines = _above(sheet, header)
        end = min((other.top for other in found if other.top > header.top), default=len(sheet.rows))
        table = _table(sheet, header, end, lines, last=end == len(sheet.rows))
        lines = list(dict.fromkeys((*lines, *table.lines)))
        tables.append(table)
    if tables and confused:
        tables[-1] = replace(tables[-1], problems=(*tables[-1].problems, *confused))
    return tables


def _above(sheet: Sheet, found: Found) -> list[Line]:
    """The lines above a table, of each what stands over the table itself, else the whole line."""
    right = found.left + len(found.headers)
    return [
        Line(number + 1, " ".join(filled))
        for number, row in enumerate(sheet.rows[: max(found.top, 0)])
        if (filled := [text for text in row[found.left : right] if text] or [text for text in row if text])
    ]


def _table(sheet: Sheet, found: Found, end: int, above: Sequence[Line], last: bool) -> Table:
    reader = _Reader(sheet, found)
    for number in range(found.bottom + 1, end):
        reader.take(number)
    titles = [] if last else reader.titles_of_next()
    return Table(
        spec=found.spec,
        sheet=sheet.name,
        left=found.left,
        columns=found.columns,
        headers=[without_private(header) for header in found.headers],
        rows=tuple(reader.filled()),
        lines=(*above, *reader.lines),
        totals=tuple(reader.totals),
        examples=tuple(reader.examples),
        titles=tuple(titles),
        problems=tuple(_column_problems(sheet, found, reader.rows)),
    )


class _Reader:
    """Sorts a table's rows, top to bottom, into data, sums and other lines."""

    def __init__(self, sheet: Sheet, found: Found) -> None:
        self.sheet, self.found = sheet, found
        self.rows: list[Row] = []
        self.lines: list[Line] = []
        self.totals: list[int] = []
        self.sums: dict[int, float] = defaultdict(float)
        self.examples: list[int] = []
        self.keys = [column for code in found.spec.key for column in found.columns.get(code, ())]
        self.looks = [column.looks for column in found.spec.columns if column.code in found.spec.key]
        self.named = {column for columns in found.columns.values() for column in columns}
        self.serial = set(found.columns.get("serial", ()))
        self.heads = [fold(head) for head in found.headers]

    def take(self, number: int) -> None:
        """Sort one row of the sheet (counted from 0)."""
        left, width = self.found.left, len(self.found.headers)
        cells = [*self.sheet.rows[number][left : left + width]]
        cells += [""] * (width - len(cells))
        filled = [column for column, text in enumerate(cells) if text]
        said = [column for column in filled if column not in self.serial or not cells[column].isdecimal()]
        if not said or (said == filled and self._repeats_header(cells, filled)):
            return
        if self._is_total(cells, filled):
            self.totals.append(number + 1)
        elif is_example(cells[column] for column in said):
            self.examples.append(number + 1)
        elif said == filled and self._is_line(cells, filled):
            self.lines.append(Line(number + 1, " ".join(cells[column] for column in filled)))
        else:
            self._add(number, cells)

    def _repeats_header(self, cells: Sequence[str], filled: Sequence[int]) -> bool:
        same = sum(fold(cells[column]) in self.heads[column] for column in filled)
        return len(filled) > 1 and same > len(filled) * 0.7

    def _is_total(self, cells: Sequence[str], filled: Sequence[int]) -> bool:
        others = [column for column in filled if column not in self.serial]
        first = [column for column in filled[:3] if _MAY_BE_TOTAL.search(cells[column])]
        says = next((column for column in first if _says_total(fold(cells[column]))), None)
        if says is not None:
            return all(
                column == says or column not in self.keys or _COUNT.fullmatch(fold(cells[column]))
                for column in filled
            )
        if len(self.rows) < 2 or not all(_FIGURE.fullmatch(fold(cells[column])) for column in others):
            return False
        if any(column in self.keys for column in others):
            return False
        return any(self._is_sum(column, cells[column]) for column in others)

    def _is_sum(self, column: int, text: str) -> bool:
        """Whether the text is the sum of the numbers above it."""
        return _NUMBER.fullmatch(text) is not None and float(text) == self.sums[column] != 0

    def _is_line(self, cells: Sequence[str], filled: Sequence[int]) -> bool:
        if _SIGNED.match(fold(cells[filled[0]])):
            return True
        if all(_FOOTER.search(fold(cells[column])) for column in filled):
            return True
        if len(filled) > 1:
            return False
        column, text = filled[0], cells[filled[0]]
        if column not in self.keys:
            return not (column in self.named and _NUMBER.fullmatch(text))
        return not any(looks and looks([text]) for looks in self.looks)

    def _add(self, number: int, cells: list[str]) -> None:
        if self.sheet.covered:
            left = self.found.left
            cells = [text or self.sheet.below(number, left + column) for column, text in enumerate(cells)]
        for column, text in enumerate(cells):
            if len(text) < 10 and _NUMBER.fullmatch(text):
                self.sums[column] += float(text)
        self.rows.append(Row(number + 1, cells))

    def titles_of_next(self) -> list[Line]:
        """Lines after the last row that are no footers: they announce the next table."""
        last = self.rows[-1].number if self.rows else 0
        return [line for line in self.lines if line.row > last and not _FOOTER.search(fold(line.text))]

    def filled(self) -> Iterator[Row]:
        """The rows; marks that mean "as above" are resolved, and a column that is written only where it
        changes (组别) is filled down."""
        for spec in self.found.spec.columns:
            for column in self.found.columns.get(spec.code, ()):
                texts = [row.cells[column] for row in self.rows]
                filled = _without_dittos(texts, spec.fill)
                if spec.fill and _in_runs(filled):
                    filled = _filled_down(filled)
                if filled != texts:
                    self._set(column, filled)
        return iter(self.rows)

    def _set(self, column: int, texts: Sequence[str]) -> None:
        for index, (row, text) in enumerate(zip(self.rows, texts, strict=True)):
            self.rows[index] = Row(row.number, [*row.cells[:column], text, *row.cells[column + 1 :]])


def _says_total(folded: str) -> bool:
    return _TOTAL.match(folded) is not None or _CARRIED.fullmatch(folded) is not None


def _without_dittos(texts: Sequence[str], through_blanks: bool) -> list[str]:
    """The texts, with what stands above for every mark that means so; ``through_blanks``, if need be."""
    filled: list[str] = []
    above = ""
    for text in texts:
        if text not in _DITTO and (text or not through_blanks):
            above = text
        filled.append(above if text else "")
    return filled


def _in_runs(texts: Sequence[str]) -> bool:
    """Whether a value is written only where it changes: mostly blank, or runs of blanks below values of which
    none stands twice."""
    if not texts or not texts[0]:
        return False
    written = [text for text in texts if text]
    if len(written) < len(texts) * 0.6:
        return True
    runs = sum(bool(text) and not below for text, below in pairwise(texts))
    return runs >= _RUNS and len(set(written)) == len(written)


def _filled_down(texts: Sequence[str]) -> list[str]:
    filled: list[str] = []
    for text in texts:
        filled.append(text or (filled[-1] if filled else ""))
    return filled


def _column_problems(sheet: Sheet, found: Found, rows: Sequence[Row]) -> Iterator[Problem]:
    for column, code in found.guessed.items():
        meaning = next(spec.names.split("|")[0] for spec in found.spec.columns if spec.code == code)
        place = Place(
            sheet.name, found.bottom + 1 if found.bottom >= 0 else None, letter(found.left + column)
        )
        yield Problem(GUESSED, place, {"meaning": meaning})
    used = {column for columns in found.columns.values() for column in columns}
    ignored = [
        without_private(header) or letter(found.left + column)
        for column, header in enumerate(found.headers)
        if column not in used and any(row.cells[column] for row in rows)
    ]
    if ignored:
        place = Place(sheet.name, found.bottom + 1 if found.bottom >= 0 else None)
        yield Problem(IGNORED, place, {"columns": "、".join(ignored)})
