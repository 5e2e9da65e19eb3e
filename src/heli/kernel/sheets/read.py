"""Open a spreadsheet of any form and give its sheets as clean text. Knows nothing of what they are about."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from heli.kernel.lib.text import clean
from heli.kernel.sheets import delimited, ods, xls, xlsx
from heli.kernel.sheets.files import BROKEN, NO_SHEETS, SheetError, Sniffed, sniff
from heli.kernel.sheets.grid import Bounds, Grid, Sheet, letter
from heli.kernel.sheets.problems import Kind, Place, Problem, Severity
from heli.kernel.sheets.xml import XmlError

__all__ = ["Book", "Sheet", "SheetError", "letter", "read_book"]

HIDDEN = Kind(
    "sheet-hidden",
    Severity.LOOK,
    _("工作表“%(sheet)s”是隐藏的，没有读。"),
    _("要用它，请在 Excel 里取消隐藏。"),
)
DAMAGED = Kind(
    "text-damaged",
    Severity.LOOK,
    _("有 %(count)s 处字符坏了，读成了“�”。"),
    _("请在 Excel 或 WPS 里打开，改好后另存为 .xlsx。"),
)
_ZIPPED = {"xlsx": xlsx.read_sheets, "ods": ods.read_sheets}


@dataclass(frozen=True, slots=True)
class Book:
    """A file's visible sheets that hold something, and what was noticed on opening it."""

    name: str
    sheets: tuple[Sheet, ...]
    problems: tuple[Problem, ...] = ()


def read_book(path: Path) -> Book:
    """Read a file, whatever its name says it is.

    Raises
    ------
    SheetError
        It cannot be read; its text says why and what to do, in one line.
    """
    file = sniff(path)
    bounds = Bounds(file.name)
    if file.form == "text":
        grid = Grid(clean(Path(file.name).stem), bounds)
        damaged = delimited.fill(grid, file)
        sheet, problems = grid.finish()
        if damaged:
            problems.append(Problem(DAMAGED, Place(sheet.name), {"count": damaged}))
        return Book(file.name, (sheet,), tuple(problems))
    if file.form in _ZIPPED:
        return _zipped(file, bounds)
    return _book(file, xls.read_sheets(file, bounds), bounds)


def _zipped(file: Sniffed, bounds: Bounds) -> Book:
    try:
        with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
            return _book(file, _ZIPPED[file.form](archive, bounds), bounds)
    except (XmlError, KeyError, zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
        raise SheetError(BROKEN, file=file.name) from error


def _book(file: Sniffed, sheets: Iterable[tuple[str, Grid | None]], bounds: Bounds) -> Book:
    """The book of sheets as they come; one without cells to read is hidden, and said."""
    kept: list[Sheet] = []
    problems: list[Problem] = []
    for name, grid in sheets:
        bounds.sheet()
        if grid is None:
            problems.append(Problem(HIDDEN, Place(name), {"sheet": name}))
            continue
        sheet, found = grid.finish()
        kept.append(sheet)
        problems += found
    if not kept:
        raise SheetError(NO_SHEETS, file=file.name)
    return Book(file.name, tuple(sheet for sheet in kept if sheet.rows), tuple(problems))
