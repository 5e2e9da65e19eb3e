"""A house number taken apart as people write it: lane, number, and what tells one door from the next."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass, field
from functools import lru_cache

from heli.kernel.lib.text import NUMERAL, fold, join_han, numeral
from heli.people.rules import parse_group


@dataclass(frozen=True, slots=True, order=True)
class Address:
    """A house number taken apart: lane (弄, 路, 区 …), number, sub-number; ``text`` is how it is shown.

    ``上宅弄12-2号`` is lane ``上宅弄``, number 12, sub-number 2. A part that is not there is ``""`` or 0.
    Addresses sort as a postman walks: by lane, number, sub-number. ``several`` says that the text names more
    than one house (``1、2、3号``), of which this is the first; ``unread`` is what of it was not understood.
    """

    lane: str
    number: int
    sub: int
    text: str = field(compare=False)
    several: bool = field(default=False, compare=False)
    unread: str = field(default="", compare=False)


LONGEST = 60
"""A longer text is no address."""
_ADMIN = re.compile(
    r"^(?:(?:\S{2,7}?(?:省|自治区)(?:\S{2,6}?[市州盟])?|\S{2,6}?市(?!场))(?:\S{2,6}?市(?!场))?"
    r"(?:\S{2,6}?[县区旗](?![\d一二三四五六七八九十]))?(?:\S{2,8}?(?:镇|乡|街道|开发区|园区))?(?:\S{2,6}?(?:行政村|村|社区))?"
    r"|\S{2,6}?[县区](?![\d一二三四五六七八九十])\S{2,6}?(?:镇|乡|街道)|\S{2,6}?(?:镇|乡|街道))(?=\S{2,})"
)
_N = rf"(?:(?<!\d)\d{{1,6}}(?!\d)|(?<!{NUMERAL}){NUMERAL}{{1,7}}(?!{NUMERAL}))"
_UNIT = "号楼|号院|号|幢|栋|座|棟|单元|室|楼|层|排|户|房|#"
_GROUP = re.compile(
    rf"(?:[\u3400-\u9fff]{{1,6}}?村(?=第?{_N}(?:村民|生产)?小?[组队]..))?"
    rf"(第?{_N}(?:村民|生产)?小?[组队])"
)
_GROUP_INSIDE = re.compile(rf"\(第?{_N}(?:村民|生产)?小?[组队]\)|第?{_N}(?:村民|生产)小?组")
_BARE = re.compile(r"\d+(-\d+)*")
_SIDES = "东西南北前后左右上下中"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_HOUSES = {
    "老屋": 985, "旧屋": 985, "老房": 985, "旧房": 985, "老宅": 985,
    "新屋": 986, "新房": 986, "新宅": 986,
    "正屋": 987, "正房": 987, "主屋": 987,
    "偏屋": 988, "偏房": 988, "附房": 988, "附屋": 988, "小屋": 988, "厢房": 988, "平房": 988, "辅房": 988,
}  # fmt: skip
"""Words that tell two houses of one number apart, as sub-numbers that no door has."""
_LETTER, _SIDE, _STEM, _ATTACHED, _MAKESHIFT, _LIST, _SPAN = 900, 950, 970, 980, 981, 990, 991
"""Sub-numbers for a letter (901 is A), a side, a heavenly stem, 附, 临, a list and a span of houses."""
_PART = re.compile(
    rf"(?P<range>号?(?:至|到|~)(?=第?{_N}))"
    rf"|(?P<list>号?[、,;和及]+(?=第?{_N}))"
    rf"|(?P<number>{_N})"
    rf"|(?P<unit>{_UNIT})"
    rf"|(?P<side>[{_SIDES}](?:边|侧|面|间|头|首|门|栋|幢|号|屋|房|户|楼|院)?(?![\u3400-\u9fff]))"
    rf"|(?P<stem>[{_STEMS}])"
    r"|(?P<letter>[a-z](?![a-z]))"
    rf"|(?P<house>{'|'.join(_HOUSES)})"
    r"|(?P<attached>附)"
    r"|(?P<filler>[-_/.()\[\]之]|院内|院子|院|内|住宅|民房|自建房|店面|店铺|商铺|门面房?|门店|家|屋)"
)
_START = re.compile(
    rf"(?:no\.?|第|#)?(?P<mark>附|临时?|[{_STEMS}](?=\d))?(?P<first>(?:no\.?|第|#)?(?P<number>{_N}))", re.I
)
_POWER = re.compile(r"\d\.\d+e[+-]")
"""A house number that a spreadsheet took for a power of ten (1E2)."""
_GLUED = re.compile(r"(?<=\d) +(?=\d)")
"""A space between two numbers parts them: 前街12 301 is room 301 of number 12."""
_SURE = re.compile(r"号|幢|栋|座|之|附|单元|室|#|-\d")
_BLOCK = re.compile(rf"[A-Z{_STEMS}{_SIDES}](?:幢|栋|座|楼|区|号楼)")
"""What is a part of a lane or estate and no lane by itself."""
_SEVERAL = re.compile(
    rf"(?<=[号室户幢\d])[、,;和及](?=[\u3400-\u9fff]+?[\d{NUMERAL[1:-1]}])(?!第?{_N}(?:号|[、,;和及]|$))"
)
_OF_LANE = (
    "(?:公路|国道|省道|县道|乡道|路|街|弄|巷|里|桥|院|楼|大院|线|道|库|门|点|苑|园|坊|支|渠|组|队|村|区|小区|地块|片|排|段"
    "|厂|期|社|网格)"
)
"""What follows a number that belongs to the lane's name: 1号路, 新村2区, 3号院."""
_NO_LANE = re.compile(r".[老旧]$|\d改$|^[^()]*\([^)]*$|[/,;、?*|&+]|.或")
"""A lane that ends in a part of the number (前街老12号, 前街8改12号), has half of a bracket or a sign."""
_NAMES_LANE = re.compile(f"号?{_OF_LANE}")
_NEXT_HOUSE = re.compile(rf"(?<!\()(?!{_OF_LANE}|改)[^\d()]*[\u3400-\u9fff]第?{_N}(?:[号弄幢栋座]|-\d|$)")
"""What stands behind a house number when another address begins there."""
_MOST = 2**60


@lru_cache(maxsize=50_000)
def parse_address(text: str, lane: str = "", village: str = "") -> Address:
    """Take a house number apart; ``lane`` is used when the text has only a number.

    Knows ``青溪路25号``, ``上宅弄12-2号``, ``12号之2``, ``一百零五号``, ``新村一区3幢2单元501``, ``12号甲``,
    ``附12号``, ``12号东``, ``1、2、3号``; full-width digits and Chinese numerals alike. Province to town, and
    the ``village``'s own name, are left out before a lane. Without a number the whole text is the lane.
    """
    shown = join_han(text)
    folded = _local(fold(_GLUED.sub("-", shown)), village)
    nothing = Address(lane=folded.upper() or lane, number=0, sub=0, text=shown)
    folded, others = _first_of_several(folded)
    door = None if len(folded) > LONGEST or _POWER.search(folded) else _door(folded)
    if door is None:
        return nothing
    own = _without_group(folded[: door.start].strip("-#.,、第(").upper())
    if lane and _BLOCK.fullmatch(own):
        own, shown = f"{fold(lane).upper()}{own}", f"{lane}{shown}"
    unit = "号" if _BARE.fullmatch(shown) else ""
    full = shown if own or not lane else f"{lane}{shown}{unit}"
    sub = _packed([door.sub, _LIST, zlib.crc32(others.encode())]) if others else door.sub
    several = door.several or bool(others)
    unread = door.unread or (own if _NO_LANE.search(own) else "")
    return Address(own or fold(lane).upper(), door.number, sub, full, several, unread)


def _first_of_several(folded: str) -> tuple[str, str]:
    """The first of several addresses with lanes of their own (``前街12号、后街3号``), and the others."""
    parts = _SEVERAL.split(folded, maxsplit=1)
    return (parts[0], parts[1]) if len(parts) > 1 else (folded, "")


def _local(folded: str, village: str) -> str:
    """Without province to town, the village's own name, and a group in brackets or behind."""
    folded = _ADMIN.sub("", folded)
    if village and folded.startswith(village) and len(folded) > len(village) + 1:
        folded = folded[len(village) :]
    inside = _find_group(folded)
    return folded[: inside.start()] + folded[inside.end() :] if inside else folded


def _find_group(folded: str) -> re.Match[str] | None:
    """The group in brackets, or behind a lane."""
    return _GROUP_INSIDE.search(folded, 0 if folded.startswith("(") else 1) if folded else None


def group_inside(text: str) -> str:
    """The group that stands behind or within an address (``前街15号（3组）``), in one form; else empty."""
    inside = _find_group(fold(text))
    return parse_group(inside[0].strip("()")) if inside else ""


def _without_group(lane: str) -> str:
    """A lane without the group written before it (``一组前街``); a group alone stands for the lane."""
    group = _GROUP.match(lane)
    if not group:
        return lane
    rest = lane[group.end() :]
    return rest if len(rest) > 1 else lane if rest else parse_group(group[1])


@dataclass(frozen=True, slots=True)
class _Door:
    start: int
    number: int
    sub: int
    several: bool = False
    unread: str = ""


def _door(text: str) -> _Door | None:
    """The house number in a text: the first place that is surely one, or from which all is understood.

    A number of the lane's name (1号路, 3号院) is none; of two houses (前街12号 后街3号) it is the first.
    """
    at = 0
    while match := _START.search(text, at):
        door = _read(text, match)
        sure = _SURE.match(text, match.end()) and not _NAMES_LANE.match(text, match.end())
        if door and (sure or not door.unread):
            return door
        at = match.end()
    return None


def _read(text: str, match: re.Match[str]) -> _Door | None:
    """The house number that begins at a match, and what tells it from its neighbours."""
    number = numeral(match["number"])
    if number is None or (number == 0 and match["number"] != "0"):
        return None
    codes = [_mark(match["mark"] or "")]
    at, before, several = match.end(), "", False
    while part := _PART.match(text, at):
        kind = part.lastgroup or ""
        if kind in ("list", "range") or _is_span(before, part, text, number):
            codes.append(_LIST if kind == "list" else _SPAN)
            several = True
        codes.append(_code(kind, part[0]))
        at, before = part.end(), part[0]
    unread = text[at:].strip("()")
    sub = _packed([code for code in codes if code])
    if unread:
        sub = _packed([sub, zlib.crc32(unread.encode())])
        if _NEXT_HOUSE.match(text, at):
            several, unread = True, ""
    return _Door(match.start(), number, sub, several, unread)


def _mark(text: str) -> int:
    """What stands before a house number: 临1号, 附12号, 甲12号; 0 when nothing does."""
    if not text:
        return 0
    return _STEM + _STEMS.index(text) if text in _STEMS else _ATTACHED if text == "附" else _MAKESHIFT


def _is_span(before: str, part: re.Match[str], text: str, number: int) -> bool:
    """``1号-3号`` is a span of houses; ``12号-2`` and ``1-3号`` are one door."""
    if part["filler"] != "-" or before != "号":
        return False
    after = re.compile(rf"({_N})号$").match(text, part.end())
    return after is not None and (numeral(after[1]) or 0) > number


def _code(kind: str, text: str) -> int:
    """What a part adds to the sub-number; 0 for what says nothing (号, 院, a sign)."""
    if kind == "number":
        return numeral(text) or 0
    if kind == "letter":
        return _LETTER + ord(text) - ord("a") + 1
    if kind == "side":
        return _SIDE + _SIDES.index(text[0])
    if kind == "stem":
        return _STEM + _STEMS.index(text)
    return _HOUSES.get(text, 0)


def _packed(codes: list[int]) -> int:
    """Several numbers in one, so that different doors stay different; it fits into 64 bits."""
    sub = 0
    for code in codes:
        sub = sub * 10_000 + code
    return sub if sub <= _MOST else _MOST - sub % (2**59 - 55)
