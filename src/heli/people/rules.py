"""What a member is and when they can stand: pure facts, no file and no database."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Any

from heli.kernel.lib.text import NUMERAL, fold, join_han, numeral
from heli.kernel.sheets.problems import Place


class Period(StrEnum):
    """Time of day as people speak of it: 早, 中 (白天), 晚."""

    EARLY = "early"
    DAY = "day"
    LATE = "late"


Times = frozenset[tuple[int, Period]]
"""Pairs of ISO weekday (1 Monday … 7 Sunday) and period."""

NEVER: Times = frozenset()
ALWAYS: Times = frozenset((day, period) for day in range(1, 8) for period in Period)


@dataclass(frozen=True, slots=True)
class Availability:
    """When somebody can stand, as read from what they wrote.

    Attributes
    ----------
    busy : Times
        Weekday and period when they cannot.
    busy_dates : frozenset of int
        Days of the month when they cannot (每月逢五: 5, 15, 25).
    wanted : Times
        Weekday and period they asked for (愿值早班).
    unread : tuple of str
        Pieces of the text that were not understood; they are shown, never dropped.
    """

    busy: Times = NEVER
    busy_dates: frozenset[int] = frozenset()
    wanted: Times = NEVER
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Member:
    """A grid member (网格员) as a book tells of them. Phone numbers are never read into it.

    ``kin`` and ``partners`` are names as written; ``wishes`` are addresses as written (愿联系…);
    ``exempt`` is the book's own words for why they do not serve, empty when they do;
    ``seats`` are the codes of the seat kinds the book gives them (duty, volunteer, paid), empty: not said;
    ``served`` counts turns stood before (total, early, weekend).
    """

    name: str
    home: str = ""
    force: str = ""
    group: str = ""
    age: int | None = None
    lon: float | None = None
    lat: float | None = None
    availability: Availability = Availability()
    leader: bool = False
    occupation: str = ""
    kin: tuple[str, ...] = ()
    wishes: tuple[str, ...] = ()
    partners: tuple[str, ...] = ()
    exempt: str = ""
    seats: frozenset[str] = frozenset()
    served: tuple[int, int, int] = (0, 0, 0)
    remark: str = ""
    place: Place = field(default=Place(), compare=False)


def availability_to_json(when: Availability) -> dict[str, list[Any]]:
    """Plain lists that :func:`availability_from_json` reads back; empty parts are left out."""
    parts: dict[str, list[Any]] = {
        "busy": sorted([day, period.value] for day, period in when.busy),
        "busy_dates": sorted(when.busy_dates),
        "wanted": sorted([day, period.value] for day, period in when.wanted),
        "unread": list(when.unread),
    }
    return {name: rows for name, rows in parts.items() if rows}


def availability_from_json(rows: Mapping[str, list[Any]]) -> Availability:
    """See :func:`availability_to_json`."""

    def times(name: str) -> Times:
        return frozenset((int(day), Period(period)) for day, period in rows.get(name, ()))

    dates = frozenset(int(day) for day in rows.get("busy_dates", ()))
    return Availability(times("busy"), dates, times("wanted"), tuple(rows.get("unread", ())))


FORCES = ("村四委干部", "党员", "村民代表", "护村队", "村妇联")
"""The usual five forces, as the template offers them."""

EVERY_DAY = frozenset(range(1, 8))
WORKDAYS = frozenset(range(1, 6))
WEEKEND = frozenset({6, 7})

_DAY = "一二三四五六日天1-7"
_WEEK = "周|星期|礼拜|禮拜"
_TOKENS = re.compile(
    rf"(?P<span>(?:{_WEEK})([{_DAY}])(?:至|到|-|~|—)+(?:{_WEEK})?([{_DAY}]))"
    rf"|(?P<days>(?:{_WEEK})[{_DAY}](?:[、,和及与]?(?:{_WEEK})?[{_DAY}](?![点:\d号日]))*)"
    r"|(?P<weekend>双休日?|周末|休息日|礼拜末)"
    r"|(?P<work>工作日|平时|平日|周中)"
    r"|(?P<every>每天|天天|每日|全周|任何时间|所有时间)"
    r"|(?P<whole>全天|整天|一天)"
    r"|(?P<dates>每?月?逢(?!周|星期|礼拜)(?:[一二三四五六七八九十\d]+[、,和及]?)+|每月(?:\d{1,2}[号日]?[、,和及]?)+(?:[号日])?)"
    r"|(?P<early>早晚)"
    r"|(?P<am>上午)"
    r"|(?P<morning>早班|早上|早晨|清晨|凌晨|早间|晨间|早)"
    r"|(?P<day>白天|日间|中班|中午|下午|午间|午后|午班|白班|日班)"
    r"|(?P<night>夜班|晚班|晚上|晚间|夜间|夜里|傍晚|晚饭后|晚|夜)"
    r"|(?P<except>除了?|除去)"
    r"|(?P<only>只有?能?|仅|才能?)"
    r"|(?P<want>愿意?|希望|想要?|最好|优先|喜欢|请排|尽量排|多排)"
    r"|(?P<no>不便|不方便|不行|不可以?|不能|不得|不在|不排|不值|不愿意?|不想|不空|不参加|没空|没有空|没时间|没有时间|没法|无空|无暇|无法|无时间|有事|有课|请假|要上班|上班|打工|务工|外出|值夜|要接|要送|忙)"
    r"|(?P<yes>有空|有时间|可以?|方便|在家|在村|回村|回家|都行|均可|能|空闲|参加|可值|能值)"
    r"|(?P<rest>其他|其它|其余|别的)"
)
_NOTHING = re.compile(
    r"(随时|无特殊(情况|要求)?|无|没有|暂无|都?可以?|都行|均可|都方便|全部?可以?|不限|无限制|无要求|无不便|没有不便|正常|"
    r"(服从|听从?)(组织|村里)?(安排|分配|通知)?|anytime|always|any|none|no|"
    r"都有空|全天(可以?|都行|有空)?|任何时间(都?可以?|都行|均可)?|所有时间都?可以?|随叫随到|ok|n/?a|[-/\\—。无]+)+"
)
_AWAY = re.compile(
    r"(周末|双休日?|周六周?日|星期六星期[日天]|休息日|节假日)(才|可以?|能|会|要|都)*(回|在家|在村|返)"
    r"|(上班|务工|打工)\W?(周末|双休日?|周六周?日)休息?\W?$"
)
_AWAY_ALWAYS = re.compile(
    r"(常年|长期|一直|全年)(在外|外出|不在|外地)|在外(务工|打工|地|经商|工作|读书|上学)|外出(务工|打工|经商)|不在(村|家)"
)
_UNSURE = re.compile(
    r"农忙|采茶|月初|月底|月末|旬|初[一二三四五六七八九十]|十五(?!日|号)|单周|双周|隔周|隔天|隔日|有时|偶尔|暂时|可能|看情况|"
    r"视情况|春|夏|秋|冬|寒|暑|\d+月|[一二三四五六七八九十]月|节|雨|天气|轮|倒班|不定|不固定|单日|双日|单号|双号|时候"
)
_CLAUSE = re.compile(r"[;.\n]|,(?!(?:周|星期|礼拜)?[一二三四五六日天\d](?![\u4e00-\u9fff]{2}))")


@dataclass(slots=True)
class _Said:
    """What a piece of a clause says: its times and the words that judge them.

    ``days`` and ``periods`` are the pair being read; ``inherited``: the verdict is the piece's before.
    """

    times: list[Times] = field(default_factory=list)
    dates: set[int] = field(default_factory=set)
    days: frozenset[int] = frozenset()
    periods: frozenset[Period] = frozenset()
    verdict: str = ""
    inherited: bool = False
    judged: bool = False
    only: bool = False
    apart: bool = False
    others: bool = False

    @property
    def when(self) -> Times:
        """All its times together, turned round when it says 除…外."""
        together = frozenset().union(*self.times) if self.times else ALWAYS if not self.dates else NEVER
        return ALWAYS - together if self.apart else together

    def close(self) -> None:
        """Put the pair being read to the times."""
        if self.days or self.periods:
            self.times.append(_times(self.days or EVERY_DAY, self.periods or frozenset(Period)))
        self.days, self.periods = frozenset(), frozenset()

    def take(self, kind: str, match: re.Match[str]) -> None:
        """One word of time or judgement."""
        if kind in _PERIODS:
            self.periods |= _PERIODS[kind]
        elif kind == "whole":
            self.days = self.days or EVERY_DAY
        elif found := _days(kind, match):
            if self.periods and self.days:  # 周一早、周四晚: a day after a period begins another pair
                self.close()
            self.days |= found
        elif kind == "dates":
            self.dates |= _dates(match[0])
        elif kind in _TURNS:
            setattr(self, _TURNS[kind], True)
        elif kind == "want" or not self.verdict or self.inherited:
            self.verdict, self.inherited = kind, False
            self.judged = bool(self.days or self.periods or self.times)


@lru_cache(maxsize=10_000)
def parse_availability(text: str, free: bool = False) -> Availability:
    """Read when somebody can stand from what they wrote.

    ``free`` says how a bare time is meant: false in a column of inconvenient times (``周一`` is busy), true
    in a column of free times (all but ``周一`` is busy). Words in the text itself (不便, 有空, 只能, 除…外,
    愿值 …) go before that. Dates of the month come from 逢五 (5, 15, 25) or 每月5号. What is not understood
    for sure (农忙, 初一十五, 单双周 …) is returned in ``unread`` and changes nothing.
    """
    folded = _in_chinese(text)
    if not folded or _NOTHING.fullmatch(folded):
        return Availability()
    if _AWAY.search(folded):
        return Availability(busy=ALWAYS - _times(WEEKEND, frozenset(Period)))
    busy: set[tuple[int, Period]] = set()
    open_: set[tuple[int, Period]] = set()
    wanted: set[tuple[int, Period]] = set()
    dates: set[int] = set()
    unread: list[str] = []
    for clause in filter(None, _CLAUSE.split(folded)):
        said = _read(clause)
        if said is None:
            if not _NOTHING.fullmatch(clause):
                unread.append(clause)
            continue
        for piece in said:
            _judge(piece, free, busy, open_, wanted, dates)
    if open_ and (free or not busy):
        busy |= ALWAYS - open_
    return Availability(frozenset(busy), frozenset(dates), frozenset(wanted), tuple(unread))


def _judge(
    said: _Said,
    free: bool,
    busy: set[tuple[int, Period]],
    open_: set[tuple[int, Period]],
    wanted: set[tuple[int, Period]],
    dates: set[int],
) -> None:
    """Put one piece where its own words, or else the column's meaning, say."""
    verdict = said.verdict or ("yes" if free else "no")
    if said.only:
        busy |= ALWAYS - said.when
    elif verdict == "want":
        wanted |= said.when
    elif verdict == "yes":
        open_ |= set() if said.others else said.when
    else:
        busy |= said.when if said.times or not said.dates else NEVER
        dates |= said.dates


def _read(clause: str) -> list[_Said] | None:
    """The clause's pieces, each closed by its own verdict; None when it is not understood for sure."""
    if _UNSURE.search(clause):
        return None
    if _AWAY_ALWAYS.search(clause) and not re.search(_WEEK + "|周末|双休", clause):
        return [_Said(times=[ALWAYS], verdict="no")]
    pieces = [_Said()]
    for match in _TOKENS.finditer(clause):
        kind = str(match.lastgroup)
        if (
            pieces[-1].judged and kind in _WHEN
        ):  # 早班不行晚班可以: a time after a verdict begins another piece
            pieces.append(_Said(verdict=pieces[-1].verdict, inherited=True))
        pieces[-1].take(kind, match)
    for said in pieces:
        said.close()
    return [said for said in pieces if said.times or said.dates or said.others] or None


_ENGLISH = {
    "monday|mon": "周一",
    "tuesday|tues?": "周二",
    "wednesday|wed": "周三",
    "thursday|thurs?|thu": "周四",
    "friday|fri": "周五",
    "saturday|sat": "周六",
    "sunday|sun": "周日",
    "weekend": "周末",
    "weekday|workday": "工作日",
    "(every ?day|daily)": "每天",
    "(early )?morning|early": "早班",
    "afternoon|noon|daytime": "白天",
    "evening|night|late": "晚班",
    "not (available|free)|unavailable|busy|cannot|can't|away": "没空",
    "available|free": "有空",
    "except": "除",
    "only": "只有",
    "prefers?|wants?|likes?": "愿值",
    "to|until|till|through": "至",
    "and|or|&": "、",
}
_ENGLISH_WORDS = [(re.compile(rf"\b({words})s?\b", re.I), han) for words, han in _ENGLISH.items()]
_LETTERS = re.compile("[a-zA-Z]{2}")
_BARE_DAYS = re.compile(
    rf"([{_DAY}]([、,和及][{_DAY}])+|[一二三四五六日]{{2,6}})(?=$|都?(可|行|能|有|不|没))"
)


def _in_chinese(text: str) -> str:
    """Folded, with English words of time in Chinese, and bare days (``一、三、五``) as weekdays."""
    if _LETTERS.search(text):
        for word, han in _ENGLISH_WORDS:
            text = word.sub(han, text)
        text = re.sub(r"(?<=周.), *(?=周)|(?<=班), *(?=[早晚])", "、", text)
    folded = fold(text)
    return f"周{folded}" if _BARE_DAYS.match(folded) else folded


_PERIODS = {
    "early": frozenset({Period.EARLY, Period.LATE}),
    "am": frozenset({Period.EARLY, Period.DAY}),
    "morning": frozenset({Period.EARLY}),
    "day": frozenset({Period.DAY}),
    "night": frozenset({Period.LATE}),
}


_TURNS = {"except": "apart", "only": "only", "rest": "others"}
_WHEN = frozenset((*_PERIODS, "span", "days", "weekend", "work"))


def _times(days: frozenset[int], periods: frozenset[Period]) -> Times:
    return frozenset((day, period) for day in days for period in periods)


def _days(kind: str, match: re.Match[str]) -> frozenset[int]:
    if kind == "span":
        first, last = _weekday(match[2]), _weekday(match[3])
        if first <= last:
            return frozenset(range(first, last + 1))
        return EVERY_DAY - frozenset(range(last + 1, first))
    if kind == "days":
        return frozenset(_weekday(char) for char in match[0] if char in "一二三四五六日天1234567")
    return {"weekend": WEEKEND, "work": WORKDAYS, "every": EVERY_DAY}.get(kind, frozenset())


def _weekday(char: str) -> int:
    return 7 if char in "日天" else int(char) if char.isdecimal() else "一二三四五六".index(char) + 1


def _dates(text: str) -> frozenset[int]:
    """Days of the month: 逢五 is every day that ends in five, 每月5号 only the fifth."""
    found: set[int] = set()
    for piece in re.findall(r"\d+|[一二三四五六七八九十]+", text):
        for part in piece if "逢" in text and "十" not in piece else [piece]:
            number = numeral(part) or 0
            found |= {number, number + 10, number + 20} if "逢" in text and number <= 10 else {number}
    return frozenset(day for day in found if 1 <= day <= 31)


def parse_days(text: str) -> frozenset[int] | None:
    """The weekdays a text names (``周一至周五``, ``每天``); None when it names none."""
    found: frozenset[int] = frozenset()
    folded = fold(text)
    for match in _TOKENS.finditer(folded):
        found |= _days(str(match.lastgroup), match)
    if re.search("除", folded):
        found = EVERY_DAY - found
    return found or None


_GROUP = re.compile(rf"第?(\d+|{NUMERAL}+)(?:村民|生产|联户|微)?(小?组|网格|片|队|格)?")
_GROUP_AFTER = re.compile(rf"()(网格|片区?|组|队)第?(\d+|{NUMERAL}+)号?")


@lru_cache(maxsize=10_000)
def parse_group(text: str) -> str:
    """A group's name in one form: ``第1组``, ``一组``, ``1``, ``第一村民小组`` are ``1组``."""
    folded = fold(text)
    match = _GROUP.fullmatch(folded)
    if not match:
        match = _GROUP_AFTER.fullmatch(folded)
        if not match:
            return join_han(text)
        return f"{numeral(match[3])}{match[2]}"
    unit = (match[2] or "组").removeprefix("小")
    return f"{numeral(match[1])}{unit}"


_GROUP_BEFORE = re.compile(rf"(?:^|[村区镇乡道])(第?(?:\d+|{NUMERAL}+)(?:村民|生产)?小?[组队])(?=.)")


def group_in_address(text: str) -> str:
    """The group an address begins with (``石塘村一组前街12号``), in one form; empty when it names none."""
    match = _GROUP_BEFORE.search(fold(text))
    return parse_group(match[1]) if match else ""


def parse_age(text: str, today: datetime.date) -> int | None:
    """Whole years from an age (``52``, ``52岁``) or a birth date or month (``1965.03``, ``1965年3月``)."""
    folded = fold(text)
    age = re.fullmatch(r"(\d{1,3})(岁|周岁)?", folded)
    if age:
        return int(age[1]) if int(age[1]) <= 120 else None
    born = re.match(r"(19\d\d|20\d\d)(?:[-./年]?(\d{1,2}))?(?:[-./月]?(\d{1,2}))?", folded)
    if not born:
        return None
    year, month, day = int(born[1]), int(born[2] or 7), int(born[3] or 1)
    years = today.year - year - ((today.month, today.day) < (month, day))
    return years if 0 <= years <= 120 else None
