"""What holds for a time: from a day until another, with one meaning for all tables and one filter.

``since`` is the first day. ``until`` is the first day on which it no longer holds (none: it still does).
People are told the last day instead: ``last_day``. No other file compares the two columns.
"""

from __future__ import annotations

import datetime
from typing import Self, TypeVar

from django.db import models
from django.db.models import F, Q

ONE_DAY = datetime.timedelta(days=1)

STILL = Q(until=None)
"""Which rows have no end: for constraints."""

DatedT = TypeVar("DatedT", bound="models.Model")


def day_after(last: datetime.date | None) -> datetime.date | None:
    """The ``until`` of what holds up to and including ``last``; none when no last day is known."""
    return None if last is None else last + ONE_DAY


class Span:
    """Anything with the two days: a row, or a record made from one."""

    __slots__ = ()

    since: datetime.date
    until: datetime.date | None

    def holds(self, day: datetime.date) -> bool:
        """Whether it holds on the day."""
        return self.since <= day and (self.until is None or day < self.until)

    def over(self, day: datetime.date) -> bool:
        """Whether it has ended by the day: it holds neither then nor later."""
        return self.until is not None and self.until <= day

    @property
    def last_day(self) -> datetime.date | None:
        """The last day on which it holds; none while no end is known."""
        return None if self.until is None else self.until - ONE_DAY

    def days(self, first: datetime.date, last: datetime.date) -> list[datetime.date]:
        """The days from ``first`` to ``last``, both included, on which it holds."""
        start = max(first, self.since)
        stop = last if self.until is None else min(last, self.until - ONE_DAY)
        return [start + number * ONE_DAY for number in range((stop - start).days + 1)]


class DatedQuerySet(models.QuerySet[DatedT]):
    """Many dated rows."""

    def on(self, day: datetime.date) -> Self:
        """Those that hold on the day."""
        return self.overlapping(day, day)

    def overlapping(self, first: datetime.date, last: datetime.date | None) -> Self:
        """Those that hold on any day from ``first`` to ``last``, both included; no ``last``: or later.

        A row that ended on the day it began held on no day, and is never among them.
        """
        begun = Q() if last is None else Q(since__lte=last)
        return self.filter(begun, STILL | Q(until__gt=first) & Q(until__gt=F("since")))

    def still(self) -> Self:
        """Those without an end, whether they have begun or not: of what is published, the latest."""
        return self.filter(STILL)


class Dated(Span, models.Model):
    """A table of rows that hold for a time."""

    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        abstract = True
