"""Form fields used in every slice: a day, and several names in a line."""

from __future__ import annotations

import datetime
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils.translation import gettext as _

MOST = 2**31 - 1
"""The largest number of a PostgreSQL ``integer``."""
FIRST_DAY, LAST_DAY = datetime.date(2000, 1, 1), datetime.date(2199, 12, 31)
_SEPARATOR = re.compile(r"[、,，;；\s]+")


class DayInput(forms.DateInput):
    """A day, picked or typed. Browsers take a date only as ``2026-11-23``, whatever the language."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class DayField(forms.DateField):
    """A day between ``FIRST_DAY`` and ``LAST_DAY``; the only field for days in our forms."""

    widget = DayInput

    def to_python(self, value: str | datetime.date | None) -> datetime.date | None:
        """The day. Raises ``ValidationError`` for what is none or lies beyond these."""
        day = super().to_python(value)
        if day is not None and not FIRST_DAY <= day <= LAST_DAY:
            raise ValidationError(_("日期要在2000年到2199年之间。"), code="far")
        return day


def day_of(text: str) -> datetime.date | None:
    """A day written as YYYY-MM-DD; None for anything that ``DayField`` refuses."""
    try:
        day = datetime.date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST_DAY <= day <= LAST_DAY else None


def day_from(text: str) -> datetime.date:
    """A day out of an address. Raises ``Http404`` for anything that ``DayField`` refuses."""
    day = day_of(text)
    if day is None:
        raise Http404
    return day


class NumberField(forms.IntegerField):
    """A whole number that every column for numbers can hold; the only field for numbers in our forms."""

    def __init__(self, *, max_value: int = MOST, **words: Any) -> None:
        super().__init__(max_value=max_value, **words)


class NamesField(forms.CharField):
    """Several names or house numbers in one line, with 、 between them."""

    def prepare_value(self, value: object) -> object:
        """A list as a line."""
        return "、".join(map(str, value)) if isinstance(value, list | tuple) else value

    def to_python(self, value: object) -> Any:
        """A line as a list, each name once."""
        return list(dict.fromkeys(filter(None, _SEPARATOR.split(super().to_python(value) or ""))))
