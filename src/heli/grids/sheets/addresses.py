"""A household's address from the columns of its table: one column or five, two addresses, dates instead."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from heli.grids.rules import Address, parse_address
from heli.kernel.lib.text import MASK, fold, join_han, numeral
from heli.kernel.sheets.numbers import MONTHS
from heli.kernel.sheets.problems import Kind, Problem, Severity
from heli.kernel.sheets.tables import Row, Table

DATE = Kind(
    "household-date",
    Severity.LOOK,
    _("门牌号被 Excel 变成了日期，按“%(address)s”读。"),
    _("请把这一列设成文本格式，重新填写。"),
)
SEVERAL = Kind(
    "household-several-houses",
    Severity.LOOK,
    _("“%(address)s”写了几个门牌号，当一户，按 %(number)s 号算远近。"),
    _("如果是几户，请一户写一行。"),
)
UNREAD = Kind(
    "household-address-unread",
    Severity.LOOK,
    _("“%(address)s”里的“%(text)s”看不懂，只按 %(number)s 号算。"),
    _("请写成“青溪路25号”“青溪路25-2号”这样，其余写在备注里。"),
)

_LIVING = re.compile("居住|现住|现居|实际|常住|暂住|住处|住哪")
_REGISTERED = re.compile("户籍|户口|身份证|原籍|籍贯")
_THE_OTHER = re.compile(
    r"(同|与?户籍)(左|右|上|前)?(户籍|户口)?(所在)?(地址|地|住址)?(相同|一致|同)?|一致|相同|本址|是"
)
_ROOM = re.compile(r"\d+[室号房]?")
_COARSE = re.compile("自然村|片区|地段|路段|地名")
_ROAD = re.compile(r"[路街弄巷]$")
_LANE_UNITS = ("弄", "巷", "街", "路", "区")
_DATES = tuple(
    map(
        re.compile,
        (
            r"(?P<y>\d{4})(?:-|/|\.|年)(?P<m>\d{1,2})(?:-|/|\.|月)(?P<d>\d{1,2})日?(?: 0{1,2}:00(?::00)?)?",
            r"(?P<y>\d{4})(?:-(?=\d\d$)|年)(?P<m>\d{1,2})月?",
            r"(?P<m>\d{1,2})月(?P<d>\d{1,2})日",
            r"(?P<d>\d{1,2})-(?P<name>[a-z]{3})",
            r"(?P<name>[a-z]{3})-(?P<yy>\d\d)",
            r"(?P<m>\d{1,2})月-(?P<yy>\d\d)",
        ),
    )
)
_SHORT_YEARS = (1930, 2029)
"""A spreadsheet takes two digits of a year for one of these."""
_NO_OFFICE = 2010
"""Nobody typed the book before: a whole date of an older year was typed as three numbers."""


def read_address(table: Table, row: Row, lane: str, village: str) -> tuple[Address, list[Problem]]:
    """The row's address and what is wrong with it: of two addresses the one where people live."""
    problems: list[Problem] = []
    best = Address("", 0, 0, "")
    for texts in written(table, row):
        found = _best(table, row, texts, lane, village, problems)
        if found.number:
            best = found
            break
        best = best if best.text else found
    params = {"address": best.text, "number": best.number}
    if best.unread:
        problems.append(Problem(UNREAD, table.place(row, "address"), {**params, "text": best.unread}))
    elif best.several:
        problems.append(Problem(SEVERAL, table.place(row, "address"), params))
    return best, problems


def _best(
    table: Table, row: Row, texts: Sequence[str], lane: str, village: str, problems: list[Problem]
) -> Address:
    """The best-read of several texts about one address: 住址 may say the lane and 门牌 the number."""
    best = Address("", 0, 0, "")
    if len(texts) > 1:
        lane = next((text for text in texts if not parse_address(text).number), lane)
    for text in texts:
        typed = typed_numbers(text)
        if typed:
            problems.append(Problem(DATE, table.place(row, "address"), {"address": typed}))
        found = parse_address(typed or text.replace(MASK, ""), lane, village)
        if not best.text or (bool(found.number), bool(found.lane)) > (bool(best.number), bool(best.lane)):
            best = found
    return best


def typed_numbers(text: str) -> str:
    """The numbers that somebody typed and a spreadsheet made a date of (``5-32`` became May 1932); else "".

    What is shown of the date tells which: without its year it was month and day, without its day month and
    year. A whole date on the first of a month of the last century was month and year as well (no day 32);
    any other of a year in which no such book was typed was three numbers (``3-2-1``).
    """
    folded = fold(text) if len(text) <= 20 else ""
    match = (
        next((match for shape in _DATES if (match := shape.fullmatch(text.lower()))), None)
        if folded
        else None
    )
    if not match:
        return ""
    said = match.groupdict()
    month = MONTHS.get(said["name"], 0) if said.get("name") else int(said["m"])
    day = int(said.get("d") or 0)
    year = int(said.get("y") or 0)
    if not 1 <= month <= 12 or day > 31 or (year and not _SHORT_YEARS[0] <= year <= 2100):
        return ""
    if said.get("yy"):
        return f"{month}-{int(said['yy'])}"
    if year and not day:
        return f"{month}-{year % 100}"
    first_of_old = day == 1 and year and (year < 2000 or (year, month) == (2029, 2))
    if first_of_old:
        return f"{month}-{year % 100}"
    return f"{year % 100}-{month}-{day}" if year and year < _NO_OFFICE else f"{month}-{day}"


def written(table: Table, row: Row) -> list[list[str]]:
    """What the address columns say: first where people live, then what is not told apart, then the register.

    Building, unit and room in columns of their own are put together.
    """
    ranks: list[list[str]] = [[], [], []]
    for header, text in table.texts(row, "address"):
        rank = 0 if _LIVING.search(header) else 2 if _REGISTERED.search(header) else 1
        if rank != 0 or not _THE_OTHER.fullmatch(fold(text)):
            ranks[rank].append(text)
    ranks[1] = _assembled(table, row, ranks[1])
    if any(ranks[0]) or any(ranks[1]):
        return [texts for texts in ranks[:2] if texts]
    return [texts for texts in ranks if texts]


def _assembled(table: Table, row: Row, texts: list[str]) -> list[str]:
    building, unit, room, sub = (table.text(row, code) for code in ("building", "unit", "room", "sub"))
    if sub and texts:
        texts = [*texts[:-1], f"{texts[-1]}-{sub}"]
    if not building and not unit and not room:
        return texts
    bare = next((text for text in texts if _ROOM.fullmatch(fold(text))), "")
    if bare and room:
        building = _with_unit(bare, "号") + _with_unit(building, "幢")
    elif bare:
        room = bare
    inside = f"{_with_unit(building, '幢')}{_with_unit(unit, '单元')}{room}"
    rest = [text for text in texts if text != bare]
    if room and rest and not building and not unit and parse_address(rest[0]).number:
        return [f"{rest[0]}{_with_unit(room, '室')}", *rest[1:]]
    return [inside, *rest]


def _with_unit(text: str, unit: str) -> str:
    """A bare number or letter with the unit its column means."""
    folded = fold(text)
    bare = numeral(folded) is not None or (len(folded) == 1 and folded.isascii() and folded.isalpha())
    return f"{text}{unit}" if text and bare else text


def lane_of(table: Table, row: Row) -> str:
    """The row's lane; of several columns a road counts before a quarter; ``12`` under 弄 goes behind it."""
    said = table.texts(row, "lane")
    if len(said) < 2:
        return _lane_text(*said[0]) if said else ""
    roads = [(head, text) for head, text in said if not _COARSE.search(head) or _ROAD.search(text)]
    names = [_lane_text(head, text) for head, text in roads or said[:1]]
    whole = names[0]
    for name in names[1:]:
        whole = f"{whole}{name}" if name not in whole else whole
    return whole


def _lane_text(header: str, text: str) -> str:
    unit = next((unit for unit in _LANE_UNITS if unit in header), "")
    return _with_unit(join_han(text), unit) if unit else join_han(text)
