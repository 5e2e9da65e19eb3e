"""Where the tables of a sheet begin and which column is which: by header words first, by values next."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from heli.kernel.lib.text import fold
from heli.kernel.sheets.evidence import Evidence, identities, is_example, is_house, phones
from heli.kernel.sheets.grid import Sheet
from heli.kernel.sheets.problems import Kind, Place, Problem, Severity

EXACT, BASE, WEAK, PART = 100.0, 95.0, 70.0, 40.0
"""How sure a header is: the synonym itself; with a unit in brackets; a weak synonym; one contained."""
LIKELY = 0.8
"""The share of fitting values from which an unnamed column is taken for what it looks like."""
MAX_TABLES, MAX_TRIES = 300, 600
"""So many tables may a sheet hold, and so many cells stand in rows that only look like headers."""
SAMPLE = 200
"""How many values are looked at."""
CONFUSED = Kind(
    "sheet-confused",
    Severity.LOOK,
    _("这张表里像表头的行太多，第 %(row)s 行起没有再找新的表，都当作上面一张表的行。"),
    _("请删掉重复的表头；下面如果是另一张表，请移到单独的工作表。"),
)
_NUMBER = re.compile(r"-?\d+(\.\d+)?%?")
_VALUE = re.compile(rf"(?:{_NUMBER.pattern})[人户名个岁]?|\d{{1,2}}:\d{{2}}\D*")
"""What stands below a header and not in it: a number, a count with its unit, a time."""
_BRACKETS = re.compile(r"[(\[{<](.*?)[)\]}>]")
_PARTS = re.compile(r"[()（）\[\]、/／，,;；及和与\s]+")
"""What stands between the parts of a header that names several columns."""
_NOISE = re.compile(r"[\s:.,;*\"'/、]+|^\d+[.、]")


def _words(text: str) -> list[str]:
    return text.split("|") if text else []


@dataclass(frozen=True)
class Column:
    """One column of a kind of table.

    ``names`` are its headers, the usual one first, with ``|`` between; ``weak`` say little about the kind of
    table; words of ``avoid`` rule out a merely contained name. ``weight``: how much it tells the kind.
    ``looks``: what its values look like. ``many``: it may stand in several columns. ``fill``: written only
    where it changes.
    """

    code: str
    names: str
    weak: str = ""
    avoid: str = ""
    weight: float = 1
    looks: Evidence | None = None
    many: bool = False
    fill: bool = False

    @cached_property
    def sure(self) -> dict[str, float]:
        """Folded synonyms and how sure they are; an earlier one is a little surer."""
        strong = {fold(name): EXACT - rank * 0.01 for rank, name in enumerate(_words(self.names))}
        return {**{fold(name): WEAK - rank * 0.01 for rank, name in enumerate(_words(self.weak))}, **strong}

    @cached_property
    def _met(self) -> dict[str, float]:
        return {}

    def match(self, header: str) -> float:
        """How surely a folded header names this column: 0 not at all, 100 its very word."""
        if header not in self._met:
            self._met[header] = self._match(header)
        return self._met[header]

    def _match(self, header: str) -> float:
        base = _NOISE.sub("", _BRACKETS.sub("", header))
        inner = "".join(_BRACKETS.findall(header))
        best = max(
            self.sure.get(_NOISE.sub("", header), 0.0),
            self.sure.get(base, 0.0) * BASE / 100,
            self.sure.get(base + inner, 0.0) * BASE / 100 if inner else 0.0,
        )
        if best or any(word in header for word in _words(self.avoid)):
            return best
        parts = (
            PART * sure / EXACT * (1 + len(name) / len(base))
            for name, sure in self.sure.items()
            if len(name) > 1 and name in base
        )
        return max(parts, default=0.0) if len(base) <= 24 else 0.0


@dataclass(frozen=True, eq=False)
class Spec:
    """A kind of table: its code, what people call it, its columns.

    ``needed``: it is this kind only with all codes of one of these, ``name+home|name+force``. ``key``: a
    row says something only with one of these. ``words`` (with ``|``) in a title or sheet name speak for it.
    """

    code: str
    title: str | Promise
    columns: tuple[Column, ...]
    needed: str
    key: tuple[str, ...]
    words: str = ""

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Every folded synonym."""
        return frozenset(name for column in self.columns for name in column.sure)

    def suffices(self, codes: Iterable[str]) -> bool:
        """Whether these columns make it this kind of table."""
        have = set(codes)
        return any(have.issuperset(need.split("+")) for need in self.needed.split("|"))


@dataclass(frozen=True)
class Found:
    """A header found: its rows ``top`` to ``bottom`` and first column ``left`` on the sheet (from 0).

    ``columns`` and ``headers`` count from ``left``; ``guessed`` are columns told by their values alone.
    """

    spec: Spec
    top: int
    bottom: int
    left: int
    headers: tuple[str, ...]
    columns: Mapping[str, tuple[int, ...]]
    score: float
    guessed: Mapping[int, str] = field(default_factory=dict)


def find_headers(sheet: Sheet, specs: Sequence[Spec]) -> tuple[list[Found], list[Problem]]:
    """Every table's header on the sheet, top to bottom; and the problem that says where the search ended.

    It ends where too many rows looked like headers; what stands below are rows of the table above.
    """
    vocabulary, part = _known_words(tuple(specs))
    found: list[Found] = []
    row, height, tries = 0, len(sheet.rows), MAX_TRIES
    while row < height:
        if _may_be_header(sheet.rows[row], vocabulary, part) and not is_example(
            filter(None, sheet.rows[row])
        ):
            if tries < 0 or len(found) >= MAX_TABLES:
                return found, [Problem(CONFUSED, Place(sheet.name, row + 1), {"row": row + 1})]
            tables = _best_stack(sheet, row, specs)
            tries -= 0 if tables else len(sheet.rows[row])
            if tables:
                found += [_with_values(sheet, table) for table in tables]
                row = tables[0].bottom
        row += 1
    return found, []


@lru_cache(maxsize=10)
def _known_words(specs: tuple[Spec, ...]) -> tuple[frozenset[str], re.Pattern[str]]:
    """Every folded synonym of these kinds, and a pattern that finds one within a text."""
    vocabulary: frozenset[str] = frozenset().union(*(spec.vocabulary for spec in specs))
    words = sorted((re.escape(word) for word in vocabulary if len(word) > 1), key=len, reverse=True)
    return vocabulary, re.compile("|".join(words))


def _may_be_header(cells: Sequence[str], vocabulary: frozenset[str], part: re.Pattern[str]) -> bool:
    """A quick look: two different known words; when a value stands among them, the very words."""
    filled = [text for text in cells if text]
    if len(filled) < 2 or len(set(filled)) < 2:
        return False
    if any(_VALUE.fullmatch(text) or is_house(text) for text in filled):
        return sum(text in vocabulary for text in filled) > 1
    hits = 0
    for text in filled:
        folded = fold(text) if len(text) <= 40 else ""
        hits += 2 if folded in vocabulary else 1 if folded and part.search(folded) else 0
    return hits > 1


def _best_stack(sheet: Sheet, top: int, specs: Sequence[Spec]) -> list[Found]:
    """The best reading of one, two or three rows from here on as one header."""
    best: list[Found] = []
    for bottom in range(top, min(top + 3, len(sheet.rows))):
        if bottom > top and not _may_continue(sheet, best, bottom):
            break
        tables = _read_header(sheet, top, bottom, specs)
        if sum(map(_richness, tables)) > sum(map(_richness, best)) + (0.5 if best else 0):
            best = tables
    return best


def _richness(found: Found) -> float:
    return found.score


def _may_continue(sheet: Sheet, best: Sequence[Found], row: int) -> bool:
    """Whether a row can belong to a header above it: words only, and nothing under a complete key header."""
    filled = [(column, text) for column, text in enumerate(sheet.rows[row]) if text]
    if not filled or any(_VALUE.fullmatch(text) or is_house(text) for _column, text in filled):
        return False
    if is_example(text for _column, text in filled):
        return False
    keys = {
        table.left + column
        for table in best
        for code in table.spec.key
        for column in table.columns.get(code, ())
    }
    return not any(column in keys for column, _text in filled)


def _read_header(sheet: Sheet, top: int, bottom: int, specs: Sequence[Spec]) -> list[Found]:
    width = max(len(sheet.rows[row]) for row in range(top, bottom + 1))
    stacks = _parted(sheet, top, bottom, [_stack(sheet, top, bottom, column) for column in range(width)])
    for blocks in (_by_gaps(stacks), _by_repeats(stacks)):
        if len(blocks) > 1:
            tables = [_block(sheet, top, bottom, stacks, span, specs) for span in blocks]
            if all(tables):
                return [table for table in tables if table]
    whole = _block(sheet, top, bottom, stacks, (0, width), specs)
    return [whole] if whole else []


def _stack(sheet: Sheet, top: int, bottom: int, column: int) -> tuple[str, ...]:
    """The different header texts above a column, top first; merged and left-hand parents count."""
    texts: list[str] = []
    for row in range(top, bottom + 1):
        text = sheet.text(row, column) or sheet.under(row, column)
        if not text and row < bottom and sheet.text(bottom, column) and not sheet.covered:
            text = _parent(sheet, row, bottom, column)
        if text and text not in texts:
            texts.append(text)
    return tuple(texts)


def _parted(sheet: Sheet, top: int, bottom: int, stacks: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The stacks, with the parts of a header that is merged over as many columns (``户主（与户主关系）``)."""
    parted = list(stacks)
    left = 0
    while left < len(stacks):
        alike = range(left + 1, len(stacks))
        right = next((at for at in alike if not _belongs(sheet, top, bottom, stacks, left, at)), len(stacks))
        parts = [part for part in _PARTS.split(stacks[left][-1]) if part] if right - left > 1 else []
        if len(parts) == right - left:
            parted[left:right] = [(*stacks[left][:-1], part) for part in parts]
        left = right
    return parted


def _belongs(
    sheet: Sheet, top: int, bottom: int, stacks: Sequence[tuple[str, ...]], left: int, column: int
) -> bool:
    """Whether a merged header cell that begins at ``left`` covers the column, which says nothing itself."""
    covered = (sheet.covered.get((row, column), ("", -1)) for row in range(top, bottom + 1))
    return stacks[column] == stacks[left] and any(first == left for _text, first in covered)


def _parent(sheet: Sheet, row: int, bottom: int, column: int) -> str:
    """The nearest header to the left in this row, if what lies between has sub-headers too."""
    while column >= 0:
        if not sheet.text(bottom, column):
            return ""
        if sheet.text(row, column):
            return sheet.text(row, column)
        column -= 1
    return ""


def _by_gaps(stacks: Sequence[tuple[str, ...]]) -> list[tuple[int, int]]:
    """Spans of neighbouring columns with headers."""
    spans, start = [], None
    for column, stack in enumerate([*stacks, ()]):
        if stack and start is None:
            start = column
        elif not stack and start is not None:
            spans.append((start, column))
            start = None
    return spans


def _by_repeats(stacks: Sequence[tuple[str, ...]]) -> list[tuple[int, int]]:
    """Spans that each begin with the same header."""
    first = next((stack for stack in stacks if stack), ())
    starts = [column for column, stack in enumerate(stacks) if stack and stack == first]
    return list(zip(starts, [*starts[1:], len(stacks)], strict=True))


def _block(
    sheet: Sheet,
    top: int,
    bottom: int,
    stacks: Sequence[tuple[str, ...]],
    span: tuple[int, int],
    specs: Sequence[Spec],
) -> Found | None:
    """The kind of table that these columns' headers speak for most, if any suffices."""
    left, right = span
    part = stacks[left:right]
    around = fold(sheet.name) + "|" + fold("".join("".join(row) for row in sheet.rows[max(0, top - 3) : top]))
    best: Found | None = None
    for spec in specs:
        columns, score = _assign(part, spec)
        score += 3 * any(fold(word) in around for word in _words(spec.words))
        if not columns or (best is not None and score <= best.score):
            continue
        headers = tuple("".join(stack) for stack in part)
        found = Found(spec, top, bottom, left, headers, columns, score)
        if spec.suffices(columns) or (_is_worded(part, spec) and _suffices_by_values(sheet, found)):
            best = found
    return best


def _is_worded(stacks: Sequence[tuple[str, ...]], spec: Spec) -> bool:
    """Whether the very words of two columns stand there, and no house number: a header of a kind."""
    words = [fold(stack[-1]) for stack in stacks if stack]
    if len(words) * 2 < len(stacks):
        return False
    return sum(word in spec.vocabulary for word in words) > 1 and not any(map(is_house, words))


def _suffices_by_values(sheet: Sheet, found: Found) -> bool:
    return found.spec.suffices(_with_values(sheet, found).columns)


def _assign(stacks: Sequence[tuple[str, ...]], spec: Spec) -> tuple[dict[str, tuple[int, ...]], float]:
    """Each column its code, the surest first; the sum of their weights."""
    claims = sorted(
        (
            (-sure, column, rank)
            for column, stack in enumerate(stacks)
            for rank, wanted in enumerate(spec.columns)
            if (sure := _sureness(stack, wanted)) > 0
        ),
    )
    columns: dict[str, tuple[int, ...]] = {}
    taken: set[int] = set()
    score = 0.0
    for negative, column, rank in claims:
        wanted = spec.columns[rank]
        if column in taken or (wanted.code in columns and not wanted.many):
            continue
        taken.add(column)
        if wanted.code not in columns:
            sure = -negative / EXACT
            score += wanted.weight * sure if -negative > WEAK else min(wanted.weight, 1) * sure
        columns[wanted.code] = tuple(sorted((*columns.get(wanted.code, ()), column)))
    return columns, score


def _sureness(stack: tuple[str, ...], column: Column) -> float:
    """The whole stack's words, or its lowest, or (less sure) the ones above."""
    if not stack:
        return 0.0
    if len(stack) == 1:
        return column.match(fold(stack[0]))
    together = fold("".join(stack))
    whole = column.match(together)
    lowest = column.match(fold(stack[-1]))
    if any(word in together for word in _words(column.avoid)):
        lowest *= 0.3  # 租住 over 人数 is not 人数
    above = max(column.match(fold(text)) for text in stack[:-1])
    return max(whole, lowest - 1 if lowest else 0.0, above * 0.6)


def _with_values(sheet: Sheet, found: Found) -> Found:
    """Also take unnamed columns, and a missing key column of unknown name, by what their values look like."""
    rows = sheet.rows[found.bottom + 1 : found.bottom + 1 + SAMPLE]
    named = {column for columns in found.columns.values() for column in columns}
    columns, guessed = dict(found.columns), {}
    for column in range(len(found.headers)):
        if column in named:
            continue
        values = _values(rows, found.left + column)
        wanted = [
            spec
            for spec in found.spec.columns
            if spec.looks
            and spec.code not in columns
            and not any(word in found.headers[column] for word in _words(spec.avoid))
        ]
        code = _most_like(values, wanted)
        if code:
            columns[code] = (column,)
            guessed[column] = code
    return Found(
        found.spec, found.top, found.bottom, found.left, found.headers, columns, found.score, guessed
    )


def _values(rows: Iterable[Sequence[str]], column: int) -> list[str]:
    return [row[column] for row in rows if column < len(row) and row[column]]


def _most_like(values: Sequence[str], columns: Sequence[Column]) -> str:
    if not values or phones(values) > 0.5 or identities(values) > 0.5:
        return ""
    likely = [(spec.looks(values), -rank, spec.code) for rank, spec in enumerate(columns) if spec.looks]
    best = max(likely, default=(0.0, 0, ""))
    return best[2] if best[0] >= LIKELY else ""


def guess_headers(sheet: Sheet, specs: Sequence[Spec]) -> list[Found]:
    """A table without any header, told by its values alone; at most one a sheet."""
    width = max((len(row) for row in sheet.rows), default=0)
    rows = [row for row in sheet.rows if sum(map(bool, row)) > 1][: SAMPLE * 5]
    best: Found | None = None
    for spec in specs:
        columns: dict[str, tuple[int, ...]] = {}
        for column in range(width):
            values = _values(rows, column)
            open_codes = [wanted for wanted in spec.columns if wanted.looks and wanted.code not in columns]
            code = _most_like(values, open_codes) if len(values) * 2 > len(rows) else ""
            if code:
                columns[code] = (column,)
        around = fold(sheet.name)
        score = len(columns) + 2.0 * any(fold(word) in around for word in _words(spec.words))
        if len(columns) > 1 and spec.suffices(columns) and (best is None or score > best.score):
            guessed = {column: code for code, (column,) in columns.items()}
            best = Found(spec, -1, -1, 0, ("",) * width, columns, score, guessed)
    return [best] if best else []
