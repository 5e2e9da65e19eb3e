"""Which characters the bundled font can draw, and what is drawn for those it cannot."""

from __future__ import annotations

import struct
import unicodedata
from functools import cache
from pathlib import Path

FONTS = Path(__file__).resolve().parent / "fonts"
FAMILY = "Noto Sans SC"

BREAK = "\u200b"
"""Where a long word may be broken: drawn as nothing, kept by `legible`."""

_SELECTORS = frozenset([*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)])


def missing_glyphs(text: str) -> set[str]:
    """The characters of ``text`` the bundled font has no glyph for. Characters without ink do not count."""
    return {char for char in set(text) - _drawn() if char.isprintable() and ord(char) not in _SELECTORS}


def legible(text: str) -> str:
    """The text as it can be drawn: composed, without control characters, a missing glyph as 〔U+2ABCD〕.

    A blank box is never drawn: who reads 〔U+2ABCD〕 can look the character up and write it in by hand.
    """
    if not text.isprintable():
        text = "".join(_shown(char) for char in text)
    missing = missing_glyphs(text)
    if not missing:
        return text
    text = unicodedata.normalize("NFC", text)
    for char in missing_glyphs(text):
        text = text.replace(char, f"〔U+{ord(char):04X}〕")
    return text


def _shown(char: str) -> str:
    if char.isprintable() or char == BREAK:
        return char
    return " " if char.isspace() else ""


@cache
def _drawn() -> frozenset[str]:
    """All characters with a glyph, from the font's format 12 character map (OpenType, table ``cmap``)."""
    data = (FONTS / "NotoSansSC-Regular.ttf").read_bytes()
    (tables,) = struct.unpack_from(">H", data, 4)
    records = (struct.unpack_from(">4sIII", data, 12 + 16 * index) for index in range(tables))
    cmap = next(offset for tag, _, offset, _ in records if tag == b"cmap")
    (subtables,) = struct.unpack_from(">H", data, cmap + 2)
    drawn: set[str] = set()
    for index in range(subtables):
        (offset,) = struct.unpack_from(">I", data, cmap + 8 + 8 * index)
        if struct.unpack_from(">H", data, cmap + offset) == (12,):
            (groups,) = struct.unpack_from(">I", data, cmap + offset + 12)
            first = cmap + offset + 16
            for start, end, _ in struct.iter_unpack(">III", data[first : first + 12 * groups]):
                drawn.update(map(chr, range(start, end + 1)))
    return frozenset(drawn)
