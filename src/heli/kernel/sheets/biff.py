"""What the reading library does not tell of an old Excel book (xls): errors, styles, hidden rows, size."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from heli.kernel.sheets.numbers import Style, format_code, shows

_FORMAT, _FONT, _XF, _SHEET, _ROW = 0x41E, 0x31, 0xE0, 0x85, 0x208
_FORMULA, _ERROR, _MANY_NUMBERS, _END = 0x06, 0x205, 0xBD, 0x0A
_CELLS = {_FORMULA, _ERROR, 0x201, 0x203, 0x204, 0x27E, 0xFD, 0xD6}
"""Records that begin with a cell's row, column and style."""
_LOCKED = 0x2F
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}


@dataclass(slots=True)
class Facts:
    """Of one sheet: how far its cells reach, errors and styles worth a look by place, hidden rows."""

    name: str
    height: int = 0
    width: int = 0
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    styles: dict[tuple[int, int], Style] = field(default_factory=dict)
    hidden: set[int] = field(default_factory=set)


class LockedError(ValueError):
    """The book has a password."""


def facts(stream: bytes) -> list[Facts]:
    """Facts of every sheet of a book's stream, in order.

    Raises ``struct.error`` when it is cut off, ``ValueError`` when a sheet begins beyond its end,
    `LockedError` when it has a password.
    """
    codes: dict[int, str] = {}
    fonts: list[bool] = []
    marks: list[tuple[int, int]] = []
    sheets: list[tuple[int, str]] = []
    for kind, body in _records(stream, 0):
        if kind == _LOCKED:
            raise LockedError
        if kind == _FONT:
            fonts.append(bool(struct.unpack_from("<H", body, 2)[0] & 8))
        elif kind == _FORMAT:
            codes[struct.unpack_from("<H", body)[0]] = _text(body[2:], 2)
        elif kind == _XF:
            marks.append(struct.unpack_from("<HH", body))
        elif kind == _SHEET:
            sheets.append((struct.unpack_from("<I", body)[0], _text(body[6:], 1)))
    if any(at >= len(stream) for at, _name in sheets):
        raise ValueError("a sheet begins beyond the end")
    styles = [Style(format_code(code, codes), _struck(fonts, font)) for font, code in marks]
    return [_sheet(stream, at, name, styles) for at, name in sheets]


def _struck(fonts: list[bool], number: int) -> bool:
    at = number - (number > 4)  # there is no font number 4
    return at < len(fonts) and fonts[at]


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """The records of one part of the stream, to its end mark."""
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + length]
        if kind == _END:
            return
        at += 4 + length


def _text(body: bytes, width: int) -> str:
    """A text with its length in so many bytes before it, then a flag for two bytes a character."""
    length = int.from_bytes(body[:width], "little")
    wide = len(body) > width and body[width] & 1
    start = width + 1
    if wide:
        return body[start : start + 2 * length].decode("utf-16-le", "replace")
    return body[start : start + length].decode("latin-1")


def _sheet(stream: bytes, at: int, name: str, styles: list[Style]) -> Facts:
    found = Facts(name)
    telling = {number: style for number, style in enumerate(styles) if style.struck or _says(style.code)}
    for kind, body in _records(stream, at):
        if kind == _ROW:
            row, flags = struct.unpack_from("<H10xI", body)
            if flags & 0x20:
                found.hidden.add(row)
        elif kind == _MANY_NUMBERS:
            row, first = struct.unpack_from("<HH", body)
            for offset in range((len(body) - 6) // 6):
                _cell(found, row, first + offset, struct.unpack_from("<H", body, 4 + 6 * offset)[0], telling)
        elif kind in _CELLS:
            row, column, style = struct.unpack_from("<HHH", body)
            _cell(found, row, column, style, telling)
            if kind == _ERROR and body[7]:
                found.errors[row, column] = _ERRORS.get(body[6], "#")
            elif kind == _FORMULA and body[12:14] == b"\xff\xff" and body[6] == 2:
                found.errors[row, column] = _ERRORS.get(body[8], "#")
    return found


def _cell(found: Facts, row: int, column: int, style: int, telling: dict[int, Style]) -> None:
    found.height, found.width = max(found.height, row + 1), max(found.width, column + 1)
    if style in telling:
        found.styles[row, column] = telling[style]


def _says(code: str) -> bool:
    """Whether a format shows more than a plain number."""
    return shows(code) != "" or '"' in code or "@" in code or not code.isascii()
