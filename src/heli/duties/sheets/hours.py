"""Read the opening times of a drop point: the whole of a cell, or nothing.

Grammar: ``{ scope } hours { hours }`` again and again. A scope is a season, dates, weekdays or a time of day;
it holds for the hours after it until another of its kind; in brackets behind hours it holds for these
(``6:00-8:00(夏)``). ``周日不开`` takes days away.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations

from django.utils.translation import gettext as _

from heli.duties.rules import end_words
from heli.kernel.lib import calendar_words
from heli.kernel.lib.calendar_words import EVERY_DAY, PERIOD_KINDS, clock, dates, hhmm, weekdays
from heli.kernel.lib.lexicon import Lexicon, Unread, Word
from heli.kernel.lib.text import fold
from heli.people.rules import Period
from heli.people.rules.words import dates_words, days_words

_PATTERNS = {
    **{
        kind: calendar_words.PATTERNS[kind]
        for kind in ("span", "days", "weekend", "work", "every", "date", "clock")
    },
    "season": "(?P<season>春|夏|秋|冬)(?:季|天|令时?|时|季节)?",
    **{kind: calendar_words.PATTERNS[kind] for kind in ("am", "morning", "day", "night")},
    "closed": "(?:不|停止?|暂停)(?:开放?|投放|值班|设)?|关闭?|休息?",
    "open": r"[(\[]",
    "close": r"[)\]]",
    "break": "[,;、./和及与|]+|以及|并",
    "filler": "开放|投放|值班|值守|营业|开门|开桶|开|时间|时段|每次|班次?|为|是|从|在|的|:|分别|各",
}
_LEXICON = Lexicon(_PATTERNS)
_ONE_CLOCK = re.compile(r"\d{1,2}[:.点][0-5]?\d?分?")
_BARE_DAYS = re.compile(r"(?<![\u4e00-\u9fff])([一二三四五六日]{2,6})(?=\d{1,2}[:点])")
_BETWEEN = re.compile(r"(?<=[\d分半]) (?=\d)")
_PERIOD = {"am": Period.EARLY, "morning": Period.EARLY, "day": Period.DAY, "night": Period.LATE}
LATE = {Period.EARLY: 0, Period.DAY: 8, Period.LATE: 12}
"""Hours below are meant after noon in a column of that time of day (晚: 5:30 is 17:30)."""
LONGEST = 16 * 60
"""A longer span over midnight, in minutes, is a slip of the pen."""
SEASONS = {"夏": ("05-01", "09-30"), "冬": ("10-01", "04-30")}
"""Summer and winter hours where the book names only these two, so that together they cover the year."""


@dataclass(frozen=True, slots=True)
class Hours:
    """One span of opening: HH:MM (``end`` empty: not said), when it holds, and the time of day if it was
    named.

    ``since`` and ``until`` are ``MM-DD``; both empty: all the year. ``season`` is the bare word they come
    from.
    """

    start: str
    end: str
    weekdays: frozenset[int] = EVERY_DAY
    since: str = ""
    until: str = ""
    period: Period | None = None
    season: str = ""


@dataclass(slots=True)
class _Scope:
    """What holds for the hours to come."""

    days: frozenset[int] | None = None
    dates: tuple[str, str] = ("", "")
    season: str = ""
    period: Period | None = None
    used: bool = False


def read_hours(text: str, period: Period | None = None, header: str = "") -> list[Hours]:
    """The spans of opening in a cell; ``period`` is that of its column, ``header`` may name a season or
    weekdays.

    Knows ``5:30-7:30``, ``5点半至7点半``, ``早5:30、晚17:30``, ``22:00-次日2:00``,
    ``夏季5:30-7:30，冬季6:00-8:00``,
    ``周一至周五5:30-7:30，周末6:30-8:30，周三不开`` and Excel's fraction of a day.

    Raises
    ------
    Unread
        With the part that could not be read.
    """
    lines = text.split(" ")
    stacked = len(lines) == 2 and all(map(_ONE_CLOCK.fullmatch, map(fold, lines)))  # start above end
    folded = fold("-".join(lines) if stacked else _BETWEEN.sub(",", text))
    folded = _BARE_DAYS.sub(r"周\1", folded)
    if re.fullmatch(r"0?\.\d+", folded):
        return [Hours(hhmm(round(float(folded) * calendar_words.MIDNIGHT)), "", period=period)]
    reading = _Reading(period)
    reading.head(header)
    for word in _LEXICON.words(folded):
        reading.take(word)
    return reading.found()


@dataclass(slots=True)
class _Reading:
    """The hours found so far, and the scope for those to come."""

    column: Period | None
    scope: _Scope = field(default_factory=_Scope)
    hours: list[Hours] = field(default_factory=list)
    closed: frozenset[int] = frozenset()
    inside: bool = False
    behind: bool = False
    pending: Word | None = None

    def head(self, header: str) -> None:
        """Take a season or weekdays from a column's header."""
        for kind in ("season", "weekend", "work", "span", "days"):
            pattern = calendar_words.PATTERNS[kind] if kind != "season" else "(?P<season>[夏冬])"
            if match := re.search(pattern, fold(header)):
                parts = {name: part for name, part in match.groupdict().items() if part}
                self._scope(Word(kind, match[0], parts))

    def take(self, word: Word) -> None:
        """One word."""
        if word.kind in ("open", "close"):
            self.inside = word.kind == "open"
            self.behind = self.inside and self.scope.used
        elif word.kind == "clock":
            self._clock(word)
        elif word.kind == "closed":
            if self.scope.days is None or self.scope.season or self.scope.dates != ("", ""):
                raise Unread(word.text)
            self.closed |= self.scope.days
            self.scope, self.pending = _Scope(), None
        elif word.kind not in ("break", "filler"):
            self._scope(word)

    def found(self) -> list[Hours]:
        """All hours, without the weekdays that are closed."""
        if not self.hours or self.pending is not None:
            raise Unread(self.pending.text if self.pending else "")
        left = [replace(each, weekdays=each.weekdays - self.closed) for each in self.hours]
        found = [each for each in left if each.weekdays]
        for one, other in combinations(found, 2):
            if _rivals(one, other):
                raise Unread(f"{other.start}-{other.end}")
        return found

    def _scope(self, word: Word) -> None:
        if self.behind and word.kind not in PERIOD_KINDS:
            self.hours[-1] = _narrowed(self.hours[-1], word)
            return
        if self.scope.used:
            self.scope = _after(self.scope, word)
        self.pending = word
        if word.kind in _PERIOD:
            self.scope.period = _PERIOD[word.kind]
        elif word.kind == "season":
            self.scope.season, self.scope.dates = word.parts["season"], _season(word)
        elif word.kind == "date":
            self.scope.season, self.scope.dates = "", _yearly(word)
        else:
            self.scope.days = (self.scope.days or frozenset()) | weekdays(word)

    def _clock(self, word: Word) -> None:
        period = self.scope.period or self.column
        start, end, side = clock(word, LATE[period] if period else 0)
        if side == "前" or (side and end is not None) or self.behind:
            raise Unread(word.text)
        if end is not None and end > calendar_words.MIDNIGHT and end - start > LONGEST:
            raise Unread(word.text)  # 8:00-6:00: the two changed places, or one of them is wrong
        self.hours.append(
            Hours(
                hhmm(start),
                "" if end is None else hhmm(end),
                self.scope.days or EVERY_DAY,
                *self.scope.dates,
                self.column or _named(self.scope.period, start),
                self.scope.season,
            )
        )
        self.scope.used, self.pending = True, None


def _rivals(one: Hours, other: Hours) -> bool:
    """Whether of two hours of a time of day one holds always and the other at times: instead, or besides?"""
    scopes = [(each.weekdays, each.since) for each in (one, other)]
    alike = period_of(one) is period_of(other) and bool(one.weekdays & other.weekdays)
    return (
        alike
        and scopes[0] != scopes[1]
        and ("" in (one.since, other.since) or one.weekdays != other.weekdays)
    )


def period_of(hours: Hours) -> Period:
    """The time of day of hours: the one named, else by when they begin (before 10:00, before 16:00,
    later).
    """
    return hours.period or (
        Period.EARLY if hours.start < "10" else Period.DAY if hours.start < "16" else Period.LATE
    )


def _named(period: Period | None, start: int) -> Period | None:
    """The time of day that the text named, where the hours do not lie elsewhere (早9:00 is early,
    早14:00 is not).
    """
    return period if period is not Period.EARLY or start < calendar_words.MIDNIGHT // 2 else None


def _after(scope: _Scope, word: Word) -> _Scope:
    """What goes on to hold when another scope begins behind hours: the season for weekdays, nothing for
    a season.
    """
    if word.kind in ("season", "date"):
        return _Scope()
    kept = replace(scope, used=False, period=None)
    return kept if word.kind in _PERIOD else replace(kept, days=None)


def _narrowed(hours: Hours, word: Word) -> Hours:
    """Hours with a scope in brackets behind them."""
    if word.kind == "season":
        since, until = _season(word)
        return replace(hours, since=since, until=until, season=word.parts["season"])
    if word.kind == "date":
        since, until = _yearly(word)
        return replace(hours, since=since, until=until, season="")
    return replace(hours, weekdays=weekdays(word))


def _season(word: Word) -> tuple[str, str]:
    season = word.parts["season"]
    if season not in SEASONS:
        raise Unread(word.text)  # when spring and autumn begin here is not known
    return SEASONS[season]


def _yearly(word: Word) -> tuple[str, str]:
    first, last = dates(word)
    if len(first) != len("MM-DD") or len(last) != len("MM-DD"):
        raise Unread(word.text)  # hours of one year only: nobody writes opening times so
    return first, last


def seasons_named(hours: Iterable[Hours]) -> list[str]:
    """The bare words for seasons whose first and last day the book does not say."""
    return sorted({each.season for each in hours if each.season})


def parse_spans(text: str, late: bool = False) -> list[tuple[str, str]]:
    """Start and end of the spans in a cell; empty when it is not understood. ``late``: a column 晚."""
    try:
        return [(each.start, each.end) for each in read_hours(text, Period.LATE if late else None)]
    except Unread:
        return []


def hours_words(found: Sequence[Hours]) -> str:
    """What was understood of opening times, in plain words."""
    words = []
    for each in found:
        end = end_words(each.start, each.end)
        span = f"{each.start}–{end}" if end else _("%(time)s起") % {"time": each.start}
        season = dates_words(each.since, each.until) if each.since else ""
        days = "" if each.weekdays == EVERY_DAY and season else days_words(each.weekdays)
        words.append(" ".join(filter(None, (season, days, span))))
    return _("；").join(words)
