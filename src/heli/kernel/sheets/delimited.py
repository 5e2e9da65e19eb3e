"""Read a text file (csv, tsv, text saved by Excel): its encoding, its delimiter, its cells."""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections import Counter

from django.utils.translation import gettext_lazy as _

from heli.kernel.sheets.files import BROKEN, FOREIGN, TOO_LARGE, SheetError, Sniffed
from heli.kernel.sheets.grid import Grid

MAX_BYTES = 30 * 2**20
"""A larger text file holds more rows than may be read."""
DELIMITERS = ",\t;|，；"
_SAMPLE = 60
_SAID = re.compile(r'"?sep=(.)"?\s*', re.I)


def fill(grid: Grid, file: Sniffed) -> int:
    """Put the file's cells into the grid; gives how many characters in it are damaged.

    Raises
    ------
    SheetError
        It is no text, is broken, or is too large.
    """
    if len(file.data) > MAX_BYTES:
        raise SheetError(TOO_LARGE, file=file.name)
    text = _decoded(file)
    lines = io.StringIO(text, newline="")
    first = 0
    said = _SAID.fullmatch(text[: text.find("\n") + 1])
    if said:
        lines.readline()
        first = 1
    try:
        for number, row in enumerate(
            csv.reader(lines, delimiter=said[1] if said else delimiter(text)), first
        ):
            for column, cell in enumerate(row):
                if cell:
                    grid.put(number, column, _plain(cell))
    except csv.Error as error:
        raise SheetError(BROKEN, file=file.name) from error
    return text.count("�")


def delimiter(text: str) -> str:
    """The sign between the cells: the one that cuts most of the first lines into equally many.

    A sign that only stands within cells (``、`` lists, ``；`` in remarks) cuts some lines and not others.
    """
    best, chosen = 0.0, ","
    for sign in DELIMITERS:
        try:
            rows = list(itertools.islice(csv.reader(io.StringIO(text, newline=""), delimiter=sign), _SAMPLE))
        except csv.Error:
            continue
        widths = Counter(len(row) for row in rows if any(row))
        width, often = max(widths.items(), key=lambda item: (item[0] > 1, item[1]), default=(1, 0))
        score = often / max(widths.total(), 1) * (1 - 0.5 / width) if width > 1 else 0.0
        if score > best:
            best, chosen = score, sign
    return chosen


def _plain(cell: str) -> str:
    """Without the marks that programs add so that Excel takes a number as text: ``="001"``, ``'001``."""
    if cell.startswith('="') and cell.endswith('"'):
        return cell[2:-1]
    return cell.removeprefix("'")


def _decoded(file: Sniffed) -> str:
    """The text of a file in UTF-8, UTF-16 or GB 18030; a few broken characters are borne with."""
    data = file.data
    encodings = ["utf-8-sig", "gb18030"]
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif data[1:200:2].count(0) > len(data[1:200:2]) // 4:
        encodings = ["utf-16-le"]
    elif data[0:200:2].count(0) > len(data[0:200:2]) // 4:
        encodings = ["utf-16-be"]
    texts = [data.decode(encoding, "replace") for encoding in encodings]
    text = min(texts, key=lambda text: text.count("�"))
    odd = sum(char < " " and char not in "\t\r\n\f\v" for char in text[:4000])
    if odd <= len(text[:4000]) // 50 and text.count("�") <= len(text) // 50:
        return text.replace("\0", "")
    raise SheetError(FOREIGN, file=file.name, what=_("别的格式"))
