"""Problems as the upload page shows them: words, the row's cells, the cell to correct."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from heli.kernel.imports.importable import Importable
from heli.kernel.imports.reading import KINDS, Fix, ReadProblem, Said, problem_words
from heli.kernel.lib.records import to_json
from heli.kernel.lib.text import without_private
from heli.kernel.sheets.problems import Severity

MOST_READINGS = 300


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell beside a problem: its column's letters and header, its text; ``marked``: this is the one."""

    column: str
    header: str
    text: str
    marked: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """One problem on the page. ``place`` is its cell for the form; ``initial``: its input at first.

    ``grid``: lines of boxes (value, words, ticked), where ticking can say what was meant.
    """

    number: int
    severity: Severity
    message: str
    cure: str
    sheet: str
    row: int | None
    column: str
    cells: tuple[Cell, ...]
    place: str
    initial: str
    typed: str
    chosen: str
    grid: tuple[tuple[str, tuple[tuple[str, str, bool], ...]], ...] = ()
    until: str = ""

    @property
    def may_fix(self) -> bool:
        """Whether there is a cell to correct in place."""
        return self.row is not None and bool(self.cells)

    @property
    def where(self) -> str:
        """The cell as Excel calls it: C12; the row alone when the column is not known."""
        return "" if self.row is None else f"{self.column}{self.row}"


def shown_problems(
    book: Importable[Any],
    rows: Sequence[ReadProblem],
    first: int,
    typed: Mapping[str, Sequence[str]] | None = None,
) -> list[Shown]:
    """Stored problems in the active language, numbered from ``first``; ``typed`` is what stood in a form."""
    return [_shown(book, row, number, typed or {}) for number, row in enumerate(rows, start=first)]


def _shown(book: Importable[Any], row: ReadProblem, number: int, typed: Mapping[str, Sequence[str]]) -> Shown:
    kind = KINDS.get(row.code) or book.kinds[row.code]
    message, cure = problem_words(row, kind)
    place = json.dumps([row.sheet, row.row, row.column], ensure_ascii=False)
    whole = [cell.text for cell in row.cells if cell.column == row.column and cell.whole]
    initial = whole[0] if whole else ""
    chosen, text, *choices = typed.get(place, ("", initial))
    ticked, until = (choices[0].split(), choices[1]) if choices else ([], "")
    return Shown(
        number=number,
        severity=kind.severity,
        message=message,
        cure=cure,
        sheet=row.sheet,
        row=row.row,
        column=row.column,
        cells=tuple(
            Cell(cell.column, cell.header, cell.text, cell.column == row.column) for cell in row.cells
        ),
        place=place,
        initial=initial,
        typed=text,
        chosen=chosen,
        grid=_grid(book, row.code, ticked),
        until=until,
    )


def _grid(
    book: Importable[Any], code: str, ticked: Sequence[str]
) -> tuple[tuple[str, tuple[tuple[str, str, bool], ...]], ...]:
    if book.ticks is None or code not in book.ticks.codes:
        return ()
    return tuple(
        (title, tuple((value, words, value in ticked) for value, words in boxes))
        for title, boxes in book.ticks.grid()
    )


def typed_elsewhere(shown: Sequence[Shown], typed: Mapping[str, Sequence[str]]) -> list[str]:
    """What was typed into cells that are no problem any more: ``农户 C3: 34``, phones and IDs masked."""
    places = {problem.place: problem.initial for problem in shown}
    return [
        f"{_cell(place, column)}: {without_private(text)}"
        for place, (column, text, *_choices) in typed.items()
        if place not in places and text
    ]


def _cell(place: str, column: str) -> str:
    try:
        sheet, row, own = json.loads(place)
    except ValueError:
        return "?"
    return f"{without_private(str(sheet))} {own or column}{row}"


@dataclass(frozen=True, slots=True)
class Reading:
    """A free text that was read: its cell, what was written, what it was taken to mean."""

    where: str
    text: str
    words: str


def understood_shown(rows: Sequence[Said]) -> list[Reading]:
    """Stored readings of free texts for the page; at most ``MOST_READINGS``."""
    return [
        Reading(f"{said.sheet} {said.column}{said.row or ''}", said.text, said.words)
        for said in rows[:MOST_READINGS]
    ]


def shown_fixes(fixes: Sequence[Fix]) -> list[dict[str, object]]:
    """The cells corrected so far, phones and IDs masked."""
    return [
        {**to_json(fix), "was": without_private(fix.was), "text": without_private(fix.text), "number": number}
        for number, fix in enumerate(fixes)
    ]
