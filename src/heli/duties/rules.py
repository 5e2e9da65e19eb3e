"""Posts, slots and seats: pure facts, no file and no database."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from heli.kernel.lib.records import Json, from_json, to_json
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

    @property
    def _span(self) -> tuple[datetime.datetime, datetime.datetime]:
        """Begin and end; an end that is not after the begin is on the next day."""
        midnight = datetime.datetime.combine(self.date, datetime.time())
        begin, end = hours_of(self.period, self.start, self.end)
        return midnight + datetime.timedelta(minutes=begin), midnight + datetime.timedelta(minutes=end)


def busy(when: When, availability: Availability) -> bool:
    """Whether somebody has said that they cannot stand then."""
    return availability.rules_out(when.date, when.date.isoweekday(), when.period, when.start, when.end)


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


def said(stood: bool, member: uuid.UUID | None, stand_in: str) -> str:
    """Who stood, in one text that a form can carry: ``nobody``, ``member:<key>`` or ``family:<name>``."""
    if not stood:
        return NOBODY_CAME
    return f"family:{stand_in}" if stand_in else f"member:{member}"


def heard(text: str) -> tuple[bool, uuid.UUID | None, str]:
    """See :func:`said`. Raises ``ValueError`` for any other text."""
    kind, _colon, rest = text.partition(":")
    if text == NOBODY_CAME:
        return False, None, ""
    if kind == "family" and rest:
        return True, None, rest
    if kind == "member":
        return True, uuid.UUID(rest), ""
    raise ValueError("presence: unknown text")
