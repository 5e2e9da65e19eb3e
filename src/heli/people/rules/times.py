"""Stretches of time that people name, and when somebody cannot stand: pure facts and their algebra."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from enum import StrEnum
from itertools import product

from heli.kernel.lib.calendar_words import EVERY_DAY, MIDNIGHT
from heli.kernel.lib.lexicon import Unread
from heli.kernel.lib.records import BriefRecord, Json, from_json, to_json


class Period(StrEnum):
    """Time of day as people speak of it: 早, 中 (白天), 晚."""

    EARLY = "early"
    DAY = "day"
    LATE = "late"


Times = frozenset[tuple[int, Period]]
"""Pairs of ISO weekday (1 Monday … 7 Sunday) and period."""

NEVER: Times = frozenset()
ALWAYS: Times = frozenset((day, period) for day in EVERY_DAY for period in Period)

ALL_PERIODS = frozenset(Period)
ALL_HOURS = (0, MIDNIGHT)
MONTH = frozenset(range(1, 32))
USUAL_HOURS = {Period.EARLY: (0, 600), Period.DAY: (600, 960), Period.LATE: (960, MIDNIGHT)}
"""Where a time of day lies, in minutes, when a slot does not say its own hours."""
_MOST = 300  # a text that needs more spells than this is no text about time


class Spell(BriefRecord, frozen=True, omit_defaults=True):
    """A stretch of time: all its parts hold at once.

    Attributes
    ----------
    weekdays : frozenset of int
    periods : frozenset of Period
    hours : (int, int)
        Minutes from midnight, the end not included.
    dates : (str, str)
        First and last day: ``MM-DD`` (every year) or ``YYYY-MM-DD``; empty: open on that side.
    month_days : frozenset of int
    """

    weekdays: frozenset[int] = EVERY_DAY
    periods: frozenset[Period] = ALL_PERIODS
    hours: tuple[int, int] = ALL_HOURS
    dates: tuple[str, str] = ("", "")
    month_days: frozenset[int] = MONTH

    @property
    def weekly(self) -> bool:
        """Whether it comes in every week."""
        return self.dates == ("", "") and self.month_days == MONTH

    @property
    def plain(self) -> bool:
        """Whether weekdays and times of day alone tell it."""
        return self.weekly and self.hours == ALL_HOURS

    @property
    def monthly(self) -> bool:
        """Whether days of the month alone tell it."""
        return self == Spell(month_days=self.month_days)

    def falls_on(self, day: datetime.date | None, weekday: int) -> bool:
        """Whether it touches that day; without a date only what comes in every week does."""
        if weekday not in self.weekdays or (day is None and not self.weekly):
            return False
        return day is None or (day.day in self.month_days and within(day, *self.dates))

    def meets(self, day: datetime.date | None, weekday: int, period: Period, hours: tuple[int, int]) -> bool:
        """Whether somebody who stands then, for ``hours`` (an end above 1440: the next day), touches it."""
        start, end = hours
        here = self.falls_on(day, weekday) and period in self.periods
        if here and start < self.hours[1] and self.hours[0] < max(min(end, MIDNIGHT), start + 1):
            return True
        if end <= MIDNIGHT or self.hours == ALL_HOURS or self.periods != ALL_PERIODS:
            return False
        after = None if day is None else day + datetime.timedelta(days=1)
        return self.falls_on(after, weekday % 7 + 1) and self.hours[0] < end - MIDNIGHT


Region = tuple[Spell, ...]
"""Any of several spells."""

NOWHEN: Region = ()
ANYTIME: Region = (Spell(),)


def within(day: datetime.date, first: str, last: str) -> bool:
    """Whether a date lies in a span as :class:`Spell` has it; over New Year when ``first`` is the later."""
    full, short = day.isoformat(), day.strftime("%m-%d")
    if len(first) == len(last) == len("MM-DD") and first > last:
        return short >= first or short <= last
    return all(
        not bound or (full if len(bound) > len(short) else short).__getattribute__(side)(bound)
        for bound, side in ((first, "__ge__"), (last, "__le__"))
    )


def both(one: Region, other: Region) -> Region:
    """What lies in both regions. Raises ``Unread`` where two spans of dates would have to be crossed."""
    found = [shared for a, b in product(one, other) if (shared := _shared(a, b))]
    if len(found) > _MOST:
        raise Unread("")
    return tuple(dict.fromkeys(found))


def _shared(a: Spell, b: Spell) -> Spell | None:
    if a.dates != b.dates and ("", "") not in (a.dates, b.dates):
        raise Unread("")
    hours = max(a.hours[0], b.hours[0]), min(a.hours[1], b.hours[1])
    shared = Spell(
        a.weekdays & b.weekdays,
        a.periods & b.periods,
        hours,
        b.dates if a.dates == ("", "") else a.dates,
        a.month_days & b.month_days,
    )
    empty = hours[0] >= hours[1] or not (shared.weekdays and shared.periods and shared.month_days)
    return None if empty else shared


def outside(region: Region) -> Region:
    """All time that is not in a region."""
    left = ANYTIME
    for spell in region:
        left = both(left, _around(spell))
    return left


def _around(spell: Spell) -> Region:
    """All time that is not in a spell."""
    (start, end), (first, last) = spell.hours, spell.dates
    parts = [
        Spell(weekdays=EVERY_DAY - spell.weekdays),
        Spell(periods=ALL_PERIODS - spell.periods),
        Spell(hours=(0, start)),
        Spell(hours=(end, MIDNIGHT)),
        Spell(month_days=MONTH - spell.month_days),
    ]
    if first or last:
        before, after = _day_by(first, -1), _day_by(last, 1)
        yearly = len(first) == len("MM-DD")
        parts += (
            [Spell(dates=(after, before))]
            if yearly
            else [Spell(dates=("", before)), Spell(dates=(after, ""))]
        )
    full = [part for part in parts if part.weekdays and part.periods and part.month_days]
    return tuple(part for part in full if part.hours[0] < part.hours[1] and part != Spell())


def _day_by(bound: str, days: int) -> str:
    """The day before or after; a leap year stands for every year."""
    short = len(bound) == len("MM-DD")
    date = datetime.date.fromisoformat(f"2024-{bound}" if short else bound) + datetime.timedelta(days=days)
    return date.strftime("%m-%d") if short else date.isoformat()


def plain_times(region: Region) -> Times:
    """The weekdays and times of day of the spells that are told by these alone."""
    return frozenset(
        pair for spell in region if spell.plain for pair in product(spell.weekdays, spell.periods)
    )


class Availability(BriefRecord, frozen=True, omit_defaults=True):
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
        Texts that were not understood; they are shown, never dropped, and nothing of them is used.
    spells : tuple of Spell
        Other times when they cannot: by the clock, within dates.
    """

    busy: Times = NEVER
    busy_dates: frozenset[int] = frozenset()
    wanted: Times = NEVER
    unread: tuple[str, ...] = ()
    spells: Region = NOWHEN

    @property
    def dated(self) -> bool:
        """Whether some of it does not come in every week, so that a weekly table cannot keep it."""
        return bool(self.busy_dates) or any(not spell.weekly for spell in self.spells)

    def rules_out(
        self, day: datetime.date | None, weekday: int, period: Period, start: str = "", end: str = ""
    ) -> bool:
        """Whether they cannot stand then. ``day`` is ``None`` in a table that is the same every week.

        ``start`` and ``end`` are HH:MM or empty; a slot without hours counts as its time of day usually
        lies.
        """
        if (weekday, period) in self.busy or (day is not None and day.day in self.busy_dates):
            return True
        hours = hours_of(period, start, end)
        return any(spell.meets(day, weekday, period, hours) for spell in self.spells)


def hours_of(period: Period, start: str, end: str) -> tuple[int, int]:
    """Minutes of a slot; an end above 1440 is on the next day, one not said is that of the time of day."""
    usual = USUAL_HOURS[period]
    begin = _minutes(start) if start else usual[0]
    stop = _minutes(end) if end else max(usual[1], begin + 1)
    return begin, stop if stop > begin else stop + MIDNIGHT


def _minutes(hhmm: str) -> int:
    return int(hhmm[:2]) * 60 + int(hhmm[3:5])


def availability_of(region: Region, wanted: Times = NEVER) -> Availability:
    """Busy times sorted into what :class:`Availability` keeps apart."""
    monthly = [spell.month_days for spell in region if spell.monthly and not spell.plain]
    rest = tuple(spell for spell in region if not spell.plain and not spell.monthly)
    return Availability(plain_times(region), frozenset().union(*monthly), wanted, spells=rest)


def availability_to_json(when: Availability) -> Json:
    """Plain lists that :func:`availability_from_json` reads back; empty parts are left out."""
    return to_json(when, sort=True)


def availability_from_json(rows: Mapping[str, object]) -> Availability:
    """See :func:`availability_to_json`."""
    return from_json(rows, Availability)
