"""Books written as text, made into old Excel files (xls): as little of the format as the tests need."""

from __future__ import annotations

import datetime
import struct
from pathlib import Path

from tests.book_writer import Cell, TextBook, TextSheet

SECTOR = 512
ERRORS = {"#NULL!": 0, "#DIV/0!": 7, "#VALUE!": 15, "#REF!": 23, "#NAME?": 29, "#NUM!": 36, "#N/A": 42}
PLAIN, STRUCK, FIRST_CODE = 0, 1, 2


def write_xls(book: TextBook, path: Path) -> None:
    """Write the book."""
    codes = sorted(
        {code for sheet in book.sheets for row in sheet.rows for cell in row if (code := _code(cell))}
    )
    sheets = [_sheet(sheet, codes) for sheet in book.sheets]
    names = [_text(sheet.name, "<B") for sheet in book.sheets]
    length = len(_globals(codes, names, [0] * len(sheets), book.sheets))
    starts = [length + sum(map(len, sheets[:number])) for number in range(len(sheets))]
    stream = _globals(codes, names, starts, book.sheets) + b"".join(sheets)
    path.write_bytes(_compound(stream.ljust(max(len(stream), 4096), b"\0")))


def _code(cell: Cell) -> str:
    return cell.code or {"date": "yyyy-mm-dd", "time": "h:mm"}.get(cell.kind, "")


def _record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _text(text: str, length: str) -> bytes:
    return struct.pack(length, len(text)) + b"\x01" + text.encode("utf-16-le")


def _globals(codes: list[str], names: list[bytes], starts: list[int], sheets: list[TextSheet]) -> bytes:
    font = struct.pack("<HHHHHBBBB", 200, 0, 0x7FFF, 400, 0, 0, 0, 0, 0) + _text("Arial", "<B")
    struck = font[:2] + struct.pack("<H", 8) + font[4:]
    parts = [_record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0))]
    parts += [_record(0x31, body) for body in (*[font] * 4, struck)]
    parts += [
        _record(0x41E, struct.pack("<H", 164 + number) + _text(code, "<H"))
        for number, code in enumerate(codes)
    ]
    styles = [(0, 0), (5, 0), *((0, 164 + number) for number in range(len(codes)))]
    parts += [_record(0xE0, struct.pack("<HH", *style) + bytes(16)) for style in styles]
    for name, start, sheet in zip(names, starts, sheets, strict=True):
        parts.append(_record(0x85, struct.pack("<IBB", start, int(sheet.hidden), 0) + name))
    return b"".join([*parts, _record(0x0A, b"")])


def _sheet(sheet: TextSheet, codes: list[str]) -> bytes:
    parts = [_record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0))]
    for number, row in enumerate(sheet.rows):
        hidden = 0x20 if number in sheet.hidden_rows else 0
        parts.append(_record(0x208, struct.pack("<HHHHHHI", number, 0, len(row), 255, 0, 0, 0x100 | hidden)))
        parts += [_cell(number, column, cell, codes) for column, cell in enumerate(row)]
    spans = [struct.pack("<HHHH", top, bottom, left, right) for top, left, bottom, right in sheet.merges()]
    parts.append(_record(0xE5, struct.pack("<H", len(spans)) + b"".join(spans)))
    return b"".join([*parts, _record(0x0A, b"")])


def _cell(row: int, column: int, cell: Cell, codes: list[str]) -> bytes:
    code = _code(cell)
    style = STRUCK if cell.struck else FIRST_CODE + codes.index(code) if code else PLAIN
    place = struct.pack("<HHH", row, column, style)
    if cell.kind in ("left", "above") or cell.value == "":
        return b""
    if cell.kind == "error":
        return _record(0x205, place + bytes((ERRORS[cell.value], 1)))
    if cell.kind == "bool":
        return _record(0x205, place + bytes((int(cell.value), 0)))
    if cell.kind == "text":
        return _record(0x204, place + _text(cell.value, "<H"))
    return _record(0x203, place + struct.pack("<d", _number(cell)))


def _number(cell: Cell) -> float:
    if cell.kind == "date":
        return (datetime.date.fromisoformat(cell.value) - datetime.date(1899, 12, 30)).days
    if cell.kind == "time":
        moment = datetime.time.fromisoformat(cell.value)
        return (moment.hour * 60 + moment.minute) / 1440
    return float(cell.value)


def _compound(stream: bytes) -> bytes:
    """The stream in a compound document: header, table of sectors, directory, then the stream."""
    sectors = -(-len(stream) // SECTOR)
    tables = -(-(sectors + 1 + 16) // 127)
    chain = [0xFFFFFFFD] * tables + [0xFFFFFFFE]
    chain += [*range(tables + 2, tables + 1 + sectors), 0xFFFFFFFE]
    table = struct.pack(f"<{len(chain)}I", *chain).ljust(tables * SECTOR, b"\xff")
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    head += bytes(10) + struct.pack("<IIIIIIII", tables, tables, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    head += struct.pack(f"<{tables}I", *range(tables))
    entries = _entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + _entry(
        "Workbook", 2, 0xFFFFFFFF, tables + 1, len(stream)
    )
    return (
        head.ljust(SECTOR, b"\xff")
        + table
        + entries.ljust(SECTOR, b"\0")
        + stream.ljust(sectors * SECTOR, b"\0")
    )


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    text = name.encode("utf-16-le")
    body = text.ljust(64, b"\0") + struct.pack("<HBB", len(text) + 2, kind, 1)
    body += struct.pack("<III", 0xFFFFFFFF, 0xFFFFFFFF, child) + bytes(36)
    return body + struct.pack("<IQ", start, size)
