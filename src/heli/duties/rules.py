"""Posts, slots and seats: pure facts, no file and no database."""

from __future__ import annotations

import datetime
import re
import uuid
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import combinations
from typing import Generic, TypeVar

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from heli.kernel.lib.records import Json, from_json, to_json
from heli.kernel.lib.spelling import spelling
from heli.kernel.sheets.problems import Place, Understood
from heli.people.rules import Availability, Period
from heli.people.rules.times import hours_of, within


class SeatKind(StrEnum):
    """What a seat is: 义务 duty, 志愿 volunteer, 有偿 paid. Only volunteer seats give volunteer hours."""

    DUTY = "duty"
    VOLUNTEER = "volunteer"
    PAID = "paid"

    @property
    def label(self) -> str:
        """The word people use."""
        words = {
            "duty": pgettext("seat kind", "义务"),
            "volunteer": pgettext("seat kind", "志愿"),
            "paid": pgettext("seat kind", "有偿"),
        }
        return words[self.value]


@dataclass(frozen=True, slots=True)
class Slot:
    """One open period of a post on every day of ``weekdays``: its name as written, its times as HH:MM.

    ``end`` is empty when the book does not say it: it is never made up. An end that is not after the start is
    on the next day. ``since`` and ``until`` are the first and last day (``MM-DD``) of its season; empty: all
    the year.
    """

    name: str
    period: Period
    start: str = ""
    end: str = ""
    seats: tuple[tuple[SeatKind, int], ...] = ((SeatKind.DUTY, 1),)
    weekdays: frozenset[int] = frozenset(range(1, 8))
    since: str = ""
    until: str = ""

    def opens_on(self, day: datetime.date) -> bool:
        """Whether it is open that day."""
        return day.isoweekday() in self.weekdays and within(day, self.since, self.until)


Counts = tuple[int, int, int]
"""Turns in all, early ones, and those at the weekend."""
Who = TypeVar("Who", bound=Hashable)


@dataclass(frozen=True, slots=True)
class PastTurns(Generic[Who]):
    """How often each member stood in a stretch of the past.

    ``counts`` has everybody whom the roster of that time took into account, also who stood no turn. ``away``
    are those who could not stand at all then, or whom it did not take into account.
    """

    counts: Mapping[Who, Counts]
    away: frozenset[Who] = frozenset()

    @property
    def level(self) -> tuple[float, float, float]:
        """What those who were there stood on average."""
        there = [counts for who, counts in self.counts.items() if who not in self.away]
        if not there:
            return 0, 0, 0
        total, early, weekend = (sum(column) / len(there) for column in zip(*there, strict=True))
        return total, early, weekend


@dataclass(frozen=True, slots=True)
class Post:
    """Where people stand: a waste drop point (投放点) with its open periods."""

    name: str
    where: str = ""
    lon: float | None = None
    lat: float | None = None
    slots: tuple[Slot, ...] = ()
    place: Place = field(default=Place(), compare=False)
    understood: tuple[Understood, ...] = field(default=(), compare=False)


def post_text(name: str) -> str:
    """A drop point's name; one that is only a number in the reader's language."""
    numbered = re.fullmatch(r"(\d+)号(?:点|投放点)", name)
    return _("%(number)s号点") % {"number": numbered[1]} if numbered else name


def slot_text(name: str) -> str:
    """A slot's name; the usual ones in the reader's language."""
    words = {
        "早": pgettext("slot", "早"),
        "中": pgettext("slot", "中"),
        "晚": pgettext("slot", "晚"),
        "早班": pgettext("slot", "早班"),
        "中班": pgettext("slot", "中班"),
        "晚班": pgettext("slot", "晚班"),
    }
    return words.get(name, name)


SEASON = ("since", "until")


def slots_to_json(slots: Sequence[Slot]) -> list[Json]:
    """Plain values that :func:`slots_from_json` reads back; a season only where there is one."""
    return [
        {name: value for name, value in to_json(slot, sort=True).items() if value or name not in SEASON}
        for slot in slots
    ]


def slots_from_json(rows: Sequence[object]) -> tuple[Slot, ...]:
    """See :func:`slots_to_json`."""
    return from_json(rows, tuple[Slot, ...])


def numbered(slots: Sequence[Slot]) -> list[Slot]:
    """Slots of one name that are open on the same day are told apart: 早1, 早2 in the order of their
    hours.
    """
    given = []
    for slot in slots:
        alike = [other for other in slots if other.name == slot.name]
        rivals = [other for other in alike if _same_day(slot, other)]
        several = any(_same_day(a, b) for a, b in combinations(alike, 2))
        before = {other for other in rivals if (other.start, other.end) < (slot.start, slot.end)}
        given.append(replace(slot, name=f"{slot.name}{len(before) + 1}") if several else slot)
    return given


def _same_day(slot: Slot, other: Slot) -> bool:
    """Whether two different slots are open on some day together."""
    if slot == other or not slot.weekdays & other.weekdays:
        return False
    return not (slot.since and other.since) or bool(_season_days(slot) & _season_days(other))


def _season_days(slot: Slot) -> set[int]:
    """The days of a leap year on which a season holds."""
    year = [datetime.date(2024, 1, 1) + datetime.timedelta(days=at) for at in range(366)]
    return {at for at, day in enumerate(year) if within(day, slot.since, slot.until)}


@dataclass(frozen=True, slots=True)
class Effect:
    """What other opening times do to a published roster: seats of turns that no longer open, that open at
    another hour, and that open without a turn in the roster."""

    closed: int = 0
    moved: int = 0
    new: int = 0

    def __bool__(self) -> bool:
        return bool(self.closed or self.moved or self.new)


def effect_on(turns: Sequence[tuple[int, str, str, str]], slots: Sequence[Slot], weeks: int) -> Effect:
    """The effect of ``slots`` on the turns of one drop point: weekday, name, start and end of each seat, in
    so many weeks. Seasons do not count: a turn is open when it is open at some time of the year."""
    hours: dict[tuple[int, str], set[tuple[str, str]]] = {}
    for slot in slots:
        for weekday in slot.weekdays:
            hours.setdefault((weekday, slot.name), set()).add((slot.start, slot.end))
    closed = sum((weekday, name) not in hours for weekday, name, _start, _end in turns)
    moved = sum(
        (weekday, name) in hours and (start, end) not in hours[weekday, name]
        for weekday, name, start, end in turns
    )
    there = {(weekday, name) for weekday, name, _start, _end in turns}
    new = sum(
        sum(count for _kind, count in slot.seats) * weeks
        for slot in slots
        for weekday in slot.weekdays
        if (weekday, slot.name) not in there
    )
    return Effect(closed, moved, new)


@dataclass(frozen=True, slots=True)
class When:
    """When a seat is to be filled: its slot on a date; times are HH:MM or empty."""

    date: datetime.date
    slot: str
    start: str = ""
    end: str = ""

    @property
    def period(self) -> Period:
        """The time of day, by the slot's name, else by when it begins."""
        words = {"早": Period.EARLY, "中": Period.DAY, "晚": Period.LATE}
        named = [period for word, period in words.items() if word in self.slot]
        if named:
            return named[0]
        return Period.EARLY if self.start < "10" else Period.DAY if self.start < "16" else Period.LATE

    def past(self, moment: datetime.datetime) -> bool:
        """Whether it has begun at ``moment`` (local time); without a time, only when its day is over."""
        if self.date != moment.date() or not self.start:
            return self.date < moment.date()
        return self.start <= moment.strftime("%H:%M")

    def meets(self, other: When) -> bool:
        """Whether nobody can stand both: the same slot of a day, or times that overlap, over midnight too."""
        if self.date == other.date and (
            self.slot == other.slot or (self.start and self.start == other.start)
        ):
            return True
        if not (self.start and self.end and other.start and other.end):
            return False
        (begin, end), (start, stop) = self._span, other._span
        return begin < stop and start < end

    def without_rest(self, other: When) -> bool:
        """Whether one is late in the evening before the other early in the morning."""
        first, second = sorted((self, other), key=lambda when: when.date)
        next_day = second.date - first.date == datetime.timedelta(days=1)
        return next_day and first.period is Period.LATE and second.period is Period.EARLY

    @property
    def _span(self) -> tuple[datetime.datetime, datetime.datetime]:
        """Begin and end; an end that is not after the begin is on the next day."""
        midnight = datetime.datetime.combine(self.date, datetime.time())
        begin, end = hours_of(self.period, self.start, self.end)
        return midnight + datetime.timedelta(minutes=begin), midnight + datetime.timedelta(minutes=end)


def busy(when: When, availability: Availability) -> bool:
    """Whether somebody has said that they cannot stand then."""
    return availability.rules_out(when.date, when.date.isoweekday(), when.period, when.start, when.end)


_POINT = re.compile("号?(?:生活)?(?:垃圾)?(?:分类|集中|定时|定点)*(?:投放|收集)?(?:点位?|站|亭|房)$")


def point_spelling(name: str) -> str:
    """One form for a drop point's name: ``一号点``, ``1号投放点`` and ``1号`` are ``1``."""
    form = spelling(name)
    return _POINT.sub("", form).removesuffix("号") or form


def end_words(start: str, end: str) -> str:
    """The end of a slot as people read it: ``次日02:00`` when it lies on the next day."""
    return _("次日%(time)s") % {"time": end} if start and end and end <= start else end


def hours(start: str, end: str) -> float | None:
    """Real hours from HH:MM to HH:MM, to two places; over midnight counts on. None when one is unknown."""
    if not start or not end:
        return None
    begin, stop = (int(text[:2]) * 60 + int(text[3:5]) for text in (start, end))
    return round((stop - begin) % (24 * 60) / 60, 2)


NOBODY_CAME = "nobody"
"""What :func:`said` gives when nobody stood."""


def encode_presence(stood: bool, member: uuid.UUID | None, stand_in: str) -> str:
    """Who stood, in one text that a form can carry: ``nobody``, ``member:<key>`` or ``family:<name>``."""
    if not stood:
        return NOBODY_CAME
    return f"family:{stand_in}" if stand_in else f"member:{member}"


def parse_presence(text: str) -> tuple[bool, uuid.UUID | None, str]:
    """See :func:`said`. Raises ``ValueError`` for any other text."""
    kind, _colon, rest = text.partition(":")
    if text == NOBODY_CAME:
        return False, None, ""
    if kind == "family" and rest:
        return True, None, rest
    if kind == "member":
        return True, uuid.UUID(rest), ""
    raise ValueError("presence: unknown text")
