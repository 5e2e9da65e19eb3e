"""How people write weekdays, hours, dates and seasons, and what these words stand for.

``PATTERNS`` is the part of a :class:`~heli.kernel.lib.lexicon.Lexicon` that speaks of time; texts are
folded (:func:`~heli.kernel.lib.text.fold`) beforehand. Hours are minutes from midnight, dates of every year
are ``MM-DD``, dates of one year ``YYYY-MM-DD``; all spans name their first and their last day.
"""

from __future__ import annotations

import calendar
import datetime
import re

from heli.kernel.lib.lexicon import Unread, Word
from heli.kernel.lib.text import NUMERAL, numeral

EVERY_DAY = frozenset(range(1, 8))
WORKDAYS = frozenset(range(1, 6))
WEEKEND = frozenset({6, 7})
MIDNIGHT = 24 * 60

_DAY = "一二三四五六日天1-7"
_WEEK = "(?:周|星期|礼拜)"
_NO_COUNT = r"(?![点时:号次个班组月半刻])(?!(?<=\d)\d)"
_NUMBER = rf"(?:\d{{1,2}}|{NUMERAL}{{1,3}})"
_TO = "(?:至|到|-|~|—)+"
_MORNING = "上午|早上|早晨|清晨|早间|凌晨|早"
_AFTERNOON = "下午|傍晚|晚上|晚间|夜里|夜间|晚班|晚|夜|午后"
_NOON = "中午"


def _clock(name: str) -> str:
    """A time of day; its named parts begin with ``name``."""
    return (
        rf"(?P<{name}_half>{_MORNING}|{_AFTERNOON}|{_NOON})?(?P<{name}_hour>{_NUMBER})"
        rf"(?:[:.](?P<{name}_minute>[0-5]\d)(?!\d)(?::\d\d)?"
        rf"|(?P<{name}_said>[点时])钟?(?P<{name}_tail>半|一刻|三刻|[0-5]?\d分?|{NUMERAL}{{1,3}}分)?)"
    )


_YEAR = r"(?:(?P<%s_year>20\d\d)[年./-])?"


def _date(name: str) -> str:
    return (
        (_YEAR % name)
        + rf"(?P<{name}_month>{_NUMBER})月份?(?:的)?(?:(?P<{name}_day>{_NUMBER})(?:[号日]|(?![\d:.点时]))"
        rf"|(?P<{name}_third>[上中下])旬)?"
    )


_DATE = _date("first")
_DATE_END = rf"(?:(?:次年|翌年|第二年|来年)?{_date('last')}|(?P<same_day>{_NUMBER})[号日])"

PATTERNS = {
    "span": rf"(?:每逢|每|逢|凡)?{_WEEK}(?P<first>[{_DAY}]){_TO}{_WEEK}?(?P<last>[{_DAY}]){_NO_COUNT}",
    "days": rf"(?:每逢|每个?|逢|凡)?{_WEEK}[{_DAY}]{_NO_COUNT}"
    rf"(?:[、,./和及与跟]?(?:每?{_WEEK})?[{_DAY}]{_NO_COUNT}(?![至到~—-]))*",
    "weekend": "(?:每个?)?(?:双休日?|周末|休息天|礼拜末|星期末|周六日)",
    "work": "(?:每个?)?(?:工作日|上班日)|平时|平日|周中",
    "every": "(?:每|整)个?(?:天|日|周|星期)(?![一二三四五六日天]?次)|天天|全周|(?:任何|什么|所有"
    "|全部)(?:时间|时候|时段)",
    "whole": "全天|整天",
    "month_days": rf"每(?:个)?月(?:的)?(?P<days>{_NUMBER}(?:[号日])?(?:(?:{_TO}"
    rf"|[、,./和及])(?:每月)?{_NUMBER}[号日]?)*)(?<=[号日])"
    rf"|(?:每月)?逢(?P<ends>{NUMERAL}(?:[、,和及]?逢?{NUMERAL})*|\d(?:[、,和及]?\d)*)(?:[号日])?(?!\d)"
    "|每(?:个)?月(?:的)?(?P<third>[上中下])旬",
    "date": rf"{_DATE}(?:{_TO}{_DATE_END})?|(?P<from_month>{_NUMBER}){_TO}(?P<to_month>{_NUMBER})月份?",
    "numeric_date": r"(?P<first>20\d\d[-./]\d{1,2}[-./]\d{1,2})(?:(?:至|到|~|—"
    r"|-)(?P<last>20\d\d[-./]\d{1,2}[-./]\d{1,2}))?",
    "season": "(?P<season>春|夏|秋|冬)(?:季|天|令|令时|季节)|暑(?:假|期)(?:期间|里)?",
    "clock": rf"{_clock('from')}(?:{_TO}(?P<next>次日|第二天|翌日|明日)?{_clock('to')})"
    rf"|(?P<bare_from>\d{{1,2}}){_TO}{_clock('upto')}"
    rf"|{_clock('at')}(?P<side>(?:以|之)?[前后]|开始|起)?",
    "early_late": "早晚(?:班|上)?",
    "am": "上午",
    "morning": "早班|早上|早晨|清晨|凌晨|早间|晨间|早",
    "day": "白天|日间|中班|中午|下午|午间|午后|午班|白班|日班|中",
    "night": "夜班|晚班|晚上|晚间|夜间|夜里|傍晚|晚饭后|晚|夜",
}
PERIOD_KINDS = ("early_late", "am", "morning", "day", "night")
"""Kinds of words for a time of day; a slice says which of its own times of day they mean."""

SEASONS = {
    "春": ("03-01", "05-31"),
    "夏": ("06-01", "08-31"),
    "秋": ("09-01", "11-30"),
    "冬": ("12-01", "02-29"),
    "暑": ("07-01", "08-31"),
}


def weekday(char: str) -> int:
    """ISO weekday of a character such as ``三``, ``日``, ``3``."""
    return 7 if char in "日天" else int(char) if char.isdecimal() else "一二三四五六".index(char) + 1


def weekdays(word: Word) -> frozenset[int]:
    """The ISO weekdays that a word names; empty when it is no word for weekdays."""
    if word.kind == "span":
        first, last = weekday(word.parts["first"]), weekday(word.parts["last"])
        return frozenset((first + step - 1) % 7 + 1 for step in range((last - first) % 7 + 1))
    if word.kind == "days":
        return frozenset(weekday(char) for char in word.text if char in "一二三四五六日天1234567")
    return {"weekend": WEEKEND, "work": WORKDAYS, "every": EVERY_DAY}.get(word.kind, frozenset())


def month_days(word: Word) -> frozenset[int]:
    """Days of the month: 逢五 is every day that ends in five, 每月5号 only the fifth. Raises ``Unread``."""
    if third := word.parts.get("third"):
        return frozenset(range(*{"上": (1, 11), "中": (11, 21), "下": (21, 32)}[third]))
    found: set[int] = set()
    if ends := word.parts.get("ends"):
        for piece in re.findall(rf"\d|{NUMERAL}+", ends):
            whole = "十" in piece and piece != "十"
            for part in [piece] if whole else piece:
                number = numeral(part) or 0
                found |= {number} if whole else {number, number + 10, number + 20}
    else:
        for first, last in re.findall(rf"({_NUMBER})[号日]?(?:{_TO}({_NUMBER}))?", word.parts["days"]):
            start = numeral(first) or 0
            found |= set(range(start, ((numeral(last) or 0) if last else start) + 1))
    found = {day for day in found if day <= 31} if word.parts.get("ends") else found
    if not found or not all(1 <= day <= 31 for day in found):
        raise Unread(word.text)
    return frozenset(found)


def dates(word: Word) -> tuple[str, str]:
    """First and last day of a date, month, season or span of them. Raises ``Unread`` for impossible ones."""
    if word.kind == "season":
        return SEASONS[word.parts.get("season", "暑")]
    try:
        if word.kind == "numeric_date":
            first = _iso(word.parts["first"])
            last = _iso(word.parts.get("last", word.parts["first"]))
        elif "from_month" in word.parts:
            first = _day(word, word.parts["from_month"], "", "", False)
            last = _day(word, word.parts["to_month"], "", "", True)
        else:
            first, last = _dates(word)
    except ValueError:
        raise Unread(word.text) from None
    if len(first) == len(last) == len("2026-01-01") and first > last:
        raise Unread(word.text)
    return first, last


def _iso(text: str) -> str:
    year, month, day = map(int, re.split(r"[-./]", text))
    return datetime.date(year, month, day).isoformat()


def _dates(word: Word) -> tuple[str, str]:
    part = word.parts.get
    year, month = part("first_year", ""), word.parts["first_month"]
    first = _day(word, month, part("first_day", ""), part("first_third", ""), False, year)
    if same := part("same_day"):
        return first, _day(word, month, same, "", True, year)
    if last := part("last_month"):
        ends = part("last_year", "") or year
        return first, _day(word, last, part("last_day", ""), part("last_third", ""), True, ends)
    return first, _day(word, month, part("first_day", ""), part("first_third", ""), True, year)


def _day(word: Word, month: str, day: str, third: str, last: bool, year: str = "") -> str:
    """The first or last day that a month, a third of it or a day in it has."""
    m = numeral(month) or 0
    if not 1 <= m <= 12:
        raise Unread(word.text)
    length = calendar.monthrange(int(year or 2024), m)[1]
    bounds = {"上": (1, 10), "中": (11, 20), "下": (21, length)}.get(third, (1, length))
    d = (numeral(day) or 0) if day else bounds[last]
    if not 1 <= d <= length:
        raise Unread(word.text)
    return f"{year}-{m:02d}-{d:02d}" if year else f"{m:02d}-{d:02d}"


def clock(word: Word, late: int | None = None) -> tuple[int, int | None, str]:
    """Start, end (``None``: not said) and side (``前``, ``后``, empty) of a time of day, in minutes.

    An end before its start is on the next day (above 1440). Hours below ``late`` are meant after noon
    (a column 晚 that says 5:30); ``None``: only words say so, and a bare ``7点`` (morning or evening?) is
    refused.

    Raises
    ------
    Unread
        For hours that do not exist, or where it is not sure which half of the day is meant.
    """
    part = word.parts.get
    said = part("side") or ""
    side = said and (said[-1] if said[-1] in "前后" else "后")
    if bare := part("bare_from"):
        end, half = _minutes(word, "upto", late, "")
        start, noon = int(bare) * 60, MIDNIGHT // 2
        evening = late == noon // 60 and not half  # 晚5-7点, 晚10-2点
        meant = half == "noon" or start < (late or 0) * 60
        if start < noon and (evening or (meant and start + noon < end)):
            start += noon
            end = end if end > start else _minutes(word, "upto", 0, "")[0]
        return start, _after(start, end), side
    if part("at_hour"):
        return _minutes(word, "at", late, "")[0], None, side
    start, half = _minutes(word, "from", late, "")
    if part("next"):
        return start, _minutes(word, "to", 0, "")[0] % MIDNIGHT + MIDNIGHT, side
    end, _half = _minutes(word, "to", late, half)
    if end <= start and not part("to_half"):
        end = _minutes(word, "to", 0, "")[0]  # 晚10点至2点: the half of the day does not go on
    return start, _after(start, end), side


def _after(start: int, end: int) -> int:
    return end if end > start else end + MIDNIGHT


def _minutes(word: Word, name: str, late: int | None, before: str) -> tuple[int, str]:
    """Minutes from midnight, and the half of the day that goes on to hold for the end of a span."""
    part = word.parts.get
    said = part(f"{name}_half") or ""
    half = _half(said) or before
    hour = numeral(word.parts[f"{name}_hour"])
    tail = part(f"{name}_tail") or ""
    digits = (part(f"{name}_minute") or tail).removesuffix("分")
    minute = {"半": 30, "一刻": 15, "三刻": 45}.get(tail, (numeral(digits) or 0) if digits else 0)
    if hour is None or minute > 59 or hour * 60 + minute > MIDNIGHT:
        raise Unread(word.text)
    if not half and late is None and part(f"{name}_said") and 1 <= hour <= 12:
        raise Unread(word.text)  # 7点: morning or evening?
    afternoon = {"noon": 12, "midday": 3, "": late or 0}.get(half, 0)
    if hour < min(afternoon, 12):
        hour += 12
    return hour * 60 + minute, half


def _half(said: str) -> str:
    """The half of the day that a word before an hour means."""
    if said == _NOON:
        return "midday"
    if said in _AFTERNOON.split("|"):
        return "noon"
    return "morning" if said in _MORNING.split("|") else ""


def hhmm(minutes: int) -> str:
    """``HH:MM``; what lies on the next day begins at 00:00 again."""
    minutes = minutes % MIDNIGHT if minutes > MIDNIGHT else minutes
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
