"""Read binary Excel books (xls, xlsb) with the reading library, once their size is known to be bearable."""

from __future__ import annotations

import datetime
import io
import struct
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from heli.kernel.sheets.biff import Facts, LockedError, facts
from heli.kernel.sheets.files import BROKEN, FAR_CELL, LOCKED, MAX_CELLS, SheetError, Sniffed
from heli.kernel.sheets.grid import Bounds, Grid, letter
from heli.kernel.sheets.numbers import (
    Style,
    clock_text,
    date_text,
    number_text,
    shown_number,
    shows,
    text_words,
)
from heli.kernel.sheets.ole import Ole
from heli.kernel.sheets.problems import Place

_PLAIN = Style()


def read_sheets(file: Sniffed, bounds: Bounds) -> Iterator[tuple[str, Grid | None]]:
    """Every worksheet's name with its cells; with nothing for one that is hidden.

    Raises
    ------
    SheetError
        The book is broken, locked or too large.
    """
    try:
        told = _facts(file)
        with CalamineWorkbook.from_filelike(io.BytesIO(file.data)) as book:
            for meta in book.sheets_metadata:
                if meta.typ != SheetTypeEnum.WorkSheet:
                    continue
                if meta.visible != SheetVisibleEnum.Visible:
                    yield meta.name, None
                else:
                    yield meta.name, _grid(book, meta.name, told.get(meta.name) or Facts(meta.name), bounds)
    except (PasswordError, LockedError) as error:
        raise SheetError(LOCKED, file=file.name) from error
    except (
        CalamineError,
        zipfile.BadZipFile,
        struct.error,
        LookupError,
        ArithmeticError,
        OSError,
    ) as error:
        raise SheetError(BROKEN, file=file.name) from error
    except ValueError as error:  # from the library, and `OleError`
        raise SheetError(BROKEN, file=file.name) from error
    except BaseException as error:
        # a panic inside the reading library is no Exception and has no class to name
        if type(error).__name__ == "PanicException":
            raise SheetError(BROKEN, file=file.name) from error
        raise


def _facts(file: Sniffed) -> dict[str, Facts]:
    """What stands in the file beside the values; refused when a sheet reaches out too far.

    The library lays out every sheet as a full rectangle, the empty cells included, before it can be asked.
    """
    old = file.form == "xls"
    found = facts(Ole(file.data).stream("Workbook")) if old else list(_binary_parts(file.data))
    if sum(sheet.height * sheet.width for sheet in found) > MAX_CELLS:
        sheet = max(found, key=lambda sheet: sheet.height * sheet.width)
        cell = f"{letter(sheet.width - 1)}{sheet.height}"
        raise SheetError(FAR_CELL, Place(sheet.name), sheet=sheet.name, cell=cell)
    return {sheet.name: sheet for sheet in found}


def _binary_parts(data: bytes) -> Iterator[Facts]:
    """How far the cells of every part of an xlsb book reach; a part is not named like its sheet."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/") and name.endswith(".bin"):
                yield _reach(name, archive.read(name))


def _reach(name: str, data: bytes) -> Facts:
    found, at = Facts(name), 0
    while at < len(data):
        kind, at = _varying(data, at, 2)
        size, at = _varying(data, at, 4)
        if kind == 0:
            found.height = max(found.height, struct.unpack_from("<I", data, at)[0] + 1)
        elif 1 <= kind <= 11:
            found.width = max(found.width, struct.unpack_from("<I", data, at)[0] + 1)
        at += size
    return found


def _varying(data: bytes, at: int, most: int) -> tuple[int, int]:
    """A number of seven bits a byte, the lowest first, and where it ends."""
    number = 0
    for place in range(most):
        byte = data[at + place] if at + place < len(data) else 0
        number |= (byte & 127) << (7 * place)
        if byte < 128:
            return number, at + place + 1
    return number, at + most


def _grid(book: CalamineWorkbook, name: str, told: Facts, bounds: Bounds) -> Grid:
    found = book.get_sheet_by_name(name)
    grid = Grid(name, bounds, hidden=told.hidden)
    for row, values in enumerate(found.to_python(skip_empty_area=False)):
        for column, value in enumerate(values):
            if value == "" or (row, column) in told.errors:
                continue
            style = told.styles.get((row, column), _PLAIN)
            text = _TURNS[type(value)](value, style.code)
            if style.struck:
                grid.strike(row, text)
            else:
                grid.put(row, column, text)
    for (row, column), value in told.errors.items():
        grid.fault(row, column, value)
    for (top, left), (bottom, right) in found.merged_cell_ranges or ():
        grid.merges.append((top, left, bottom, right))
    return grid


def _worded(text: str, code: str) -> str:
    before, after = text_words(code)
    return f"{before}{text}{after}"


def _number(value: float, code: str) -> str:
    return number_text(value) if shows(code) else shown_number(value, code)


def _clock(span: datetime.timedelta) -> str:
    return clock_text(span.total_seconds() / 86400)


_TURNS: dict[type, Callable[[Any, str], str]] = {
    str: _worded,
    float: _number,
    bool: lambda value, _code: "是" if value else "否",
    datetime.datetime: lambda value, code: date_text(value, shows(code) or "ymdh"),
    datetime.date: lambda value, code: date_text(
        datetime.datetime.combine(value, datetime.time()), shows(code) or "ymd"
    ),
    datetime.time: lambda value, _code: _clock(
        datetime.timedelta(hours=value.hour, minutes=value.minute, seconds=value.second)
    ),
    datetime.timedelta: lambda value, _code: _clock(value),
    int: lambda value, _code: str(value),
}
"""How each type of cell becomes text, under its format's code: all the types that the library gives."""
