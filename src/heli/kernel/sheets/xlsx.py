"""Read an Excel book (xlsx) in one pass over its XML."""

from __future__ import annotations

import math
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from heli.kernel.sheets.files import BROKEN, SheetError
from heli.kernel.sheets.grid import Bounds, Grid
from heli.kernel.sheets.numbers import Style, format_code, shown_number, text_words
from heli.kernel.sheets.xml import attribute, walk

_PLACE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
_WORKBOOK = "xl/workbook.xml"
_PLAIN = Style()
_TRUTH = {"1": "是", "0": "否", "true": "是", "false": "否"}


@dataclass(frozen=True, slots=True)
class Found:
    """A sheet of the book: its name, the part that holds it, and whether it is hidden."""

    name: str
    part: str
    hidden: bool


@dataclass(slots=True)
class Shared:
    """What all sheets of a book share: texts (with whether a part of one was struck through) and styles."""

    texts: list[tuple[str, bool]] = field(default_factory=list)
    styles: list[Style] = field(default_factory=list)
    since_1904: bool = False


def sheets_of(archive: zipfile.ZipFile) -> tuple[list[Found], Shared]:
    """The book's worksheets in order, and what they share."""
    names = set(archive.namelist())
    book = _book_part(archive, names)
    targets = _targets(archive, names, book)
    found: list[Found] = []
    taken: set[str] = set()
    shared = Shared()

    def start(name: str, attributes: Mapping[str, str]) -> None:
        if name == "workbookPr":
            shared.since_1904 = attributes.get("date1904", "0") in ("1", "true")
        elif name == "sheet":
            kind, part = targets.get(attribute(attributes, "id"), ("", ""))
            if kind == "worksheet" and part in names and part not in taken:
                taken.add(part)  # a part named twice would be read twice
                hidden = attributes.get("state", "visible") != "visible"
                found.append(Found(attributes.get("name", ""), part, hidden))

    walk(archive.read(book), start)
    for kind, part in targets.values():
        if kind == "sharedStrings" and part in names:
            shared.texts = _texts(archive.read(part))
        elif kind == "styles" and part in names:
            shared.styles = _styles(archive.read(part))
    return found, shared


def _book_part(archive: zipfile.ZipFile, names: set[str]) -> str:
    """The part that lists the sheets; it has its name by custom only."""
    if _WORKBOOK in names:
        return _WORKBOOK
    for kind, part in _targets(archive, names, "").values():
        if kind == "officeDocument" and part in names:
            return part
    raise SheetError(BROKEN, file=posixpath.basename(archive.filename or ""))


def _targets(archive: zipfile.ZipFile, names: set[str], of: str) -> dict[str, tuple[str, str]]:
    """What a part refers to, by id: the kind of the target and its part."""
    folder, name = posixpath.split(of)
    listing = posixpath.join(folder, "_rels", f"{name}.rels")
    found: dict[str, tuple[str, str]] = {}

    def start(tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "Relationship":
            target = attributes.get("Target", "")
            part = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
            kind = posixpath.basename(attributes.get("Type", ""))
            found[attributes.get("Id", "")] = (kind, posixpath.normpath(part))

    if listing in names:
        walk(archive.read(listing), start)
    return found


class _Runs:
    """Gathers a text in runs; phonetic guides and runs struck through are left out."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Begin another text."""
        self.pieces: list[str] = []
        self.struck = self.left_out = False
        self._guide = self._open = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        if name == "t":
            self._open = not self._guide
        elif name == "rPh":
            self._guide = True
        elif name == "r":
            self.struck = False
        elif name == "strike":
            self.struck = attributes.get("val", "1") not in ("0", "false")

    def end(self, name: str) -> None:
        """An element ends."""
        if name == "t":
            self._open = False
        elif name == "rPh":
            self._guide = False
        elif name == "r":
            self.struck = False

    def text(self, piece: str) -> None:
        """A piece of text."""
        if self._open and self.struck:
            self.left_out = True
        elif self._open:
            self.pieces.append(piece)


def _texts(data: bytes) -> list[tuple[str, bool]]:
    """The shared texts, each with whether a part of it was struck through and left out."""
    texts: list[tuple[str, bool]] = []
    runs = _Runs()

    def start(name: str, attributes: Mapping[str, str]) -> None:
        if name == "si":
            runs.clear()
        else:
            runs.start(name, attributes)

    def end(name: str) -> None:
        if name == "si":
            texts.append(("".join(runs.pieces), runs.left_out))
        else:
            runs.end(name)

    walk(data, start, end, runs.text)
    return texts


def _styles(data: bytes) -> list[Style]:
    """How cells are shown, by the number that a cell names."""
    codes: dict[int, str] = {}
    fonts: list[bool] = []
    styles: list[Style] = []
    inside = [""]

    def start(name: str, attributes: Mapping[str, str]) -> None:
        if name in ("fonts", "cellXfs", "cellStyleXfs", "dxfs", "numFmts"):
            inside[0] = name
        elif name == "numFmt" and inside[0] == "numFmts":
            codes[_int(attributes.get("numFmtId"))] = attributes.get("formatCode", "")
        elif name == "font" and inside[0] == "fonts":
            fonts.append(False)
        elif name == "strike" and inside[0] == "fonts" and fonts:
            fonts[-1] = attributes.get("val", "1") not in ("0", "false")
        elif name == "xf" and inside[0] == "cellXfs":
            font = _int(attributes.get("fontId"))
            struck = font < len(fonts) and fonts[font]
            styles.append(Style(format_code(_int(attributes.get("numFmtId")), codes), struck))

    walk(data, start)
    return styles


def _int(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else 0


@lru_cache(maxsize=20_000)
def column_of(letters: str) -> int:
    """The number of a column from 0: A is 0, AA is 26."""
    number = 0
    for char in letters:
        number = number * 26 + ord(char) - 64
    return number - 1


class _SheetReader:
    """Puts the cells of one sheet's XML into a grid, as they come."""

    def __init__(self, grid: Grid, shared: Shared) -> None:
        self.grid, self.shared = grid, shared
        self.row = self.column = -1
        self.kind, self.style = "n", _PLAIN
        self.value: list[str] = []
        self.formula = self.open = False
        self.runs = _Runs()

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        if name == "c":
            self._begin(attributes)
        elif name == "v":
            self.open = True
        elif name == "row":
            said = _int(attributes.get("r"))
            self.row = said - 1 if said else self.row + 1
            self.column = -1
            if attributes.get("hidden") in ("1", "true"):
                self.grid.hidden.add(self.row)
        elif name == "f":
            self.formula = True
        elif name == "mergeCell":
            self._merge(attributes.get("ref", ""))
        elif self.kind == "inlineStr":
            self.runs.start(name, attributes)

    def _begin(self, attributes: Mapping[str, str]) -> None:
        place = _PLACE.fullmatch(attributes.get("r", ""))
        self.column = column_of(place[1]) if place else self.column + 1
        self.kind = attributes.get("t", "n")
        style = attributes.get("s")
        at = _int(style) if style else 0
        self.style = self.shared.styles[at] if at < len(self.shared.styles) else _PLAIN
        self.value = []
        self.formula = self.open = False
        if self.kind == "inlineStr":
            self.runs.clear()

    def _merge(self, ref: str) -> None:
        corners = [_PLACE.fullmatch(corner) for corner in ref.split(":")]
        if len(corners) == 2 and corners[0] and corners[1]:
            (left, top), (right, bottom) = ((column_of(at[1]), int(at[2]) - 1) for at in corners if at)
            self.grid.merges.append((top, left, bottom, right))

    def text(self, piece: str) -> None:
        """A piece of text."""
        if self.open:
            self.value.append(piece)
        elif self.kind == "inlineStr":
            self.runs.text(piece)

    def end(self, name: str) -> None:
        """An element ends."""
        if name == "v":
            self.open = False
        elif name == "c":
            self._keep("".join(self.value))
            self.kind = "n"
        elif self.kind == "inlineStr":
            self.runs.end(name)

    def _keep(self, value: str) -> None:
        if self.kind == "e":
            self.grid.fault(self.row, self.column, value or "#")
            return
        text, struck = self._text(value)
        if self.formula and not value:
            self.grid.uncounted.append(self.row)
        if self.style.struck:
            self.grid.strike(self.row, text)
            return
        if struck:
            self.grid.strike(self.row, "~")
        self.grid.put(self.row, self.column, text)

    def _text(self, value: str) -> tuple[str, bool]:
        """The cell's text, and whether a part of it is struck through."""
        if self.kind == "inlineStr":
            return self._worded("".join(self.runs.pieces)), self.runs.left_out
        if self.kind == "s":
            at = _int(value)
            text, struck = self.shared.texts[at] if value and at < len(self.shared.texts) else ("", False)
            return self._worded(text), struck
        if self.kind == "n":
            return self._number(value), False
        if self.kind == "b":
            return _TRUTH.get(value, value), False
        if self.kind == "d":
            return value.removesuffix("T00:00:00").replace("T", " "), False
        return self._worded(value), False

    def _number(self, value: str) -> str:
        try:
            number = float(value)
        except ValueError:
            return value
        if not math.isfinite(number):
            return value
        return shown_number(number, self.style.code, self.shared.since_1904)

    def _worded(self, text: str) -> str:
        if not text or "@" not in self.style.code:
            return text
        before, after = text_words(self.style.code)
        return f"{before}{text}{after}"


def read_sheets(archive: zipfile.ZipFile, bounds: Bounds) -> Iterator[tuple[str, Grid | None]]:
    """Every worksheet's name with its cells; with nothing for one that is hidden.

    Raises ``XmlError``, ``KeyError`` or ``zipfile.BadZipFile`` when the book is broken, ``SheetError`` when
    it is too large.
    """
    found, shared = sheets_of(archive)
    for sheet in found:
        if sheet.hidden:
            yield sheet.name, None
            continue
        grid = Grid(sheet.name, bounds)
        reader = _SheetReader(grid, shared)
        walk(archive.read(sheet.part), reader.start, reader.end, reader.text)
        yield sheet.name, grid
