"""Form fields used in every slice: a day, and several names in a line."""

from __future__ import annotations

import re
from typing import Any

from django import forms

MOST = 2**31 - 1
"""The largest number of a PostgreSQL ``integer``."""
_SEPARATOR = re.compile(r"[、,，;；\s]+")


class DayInput(forms.DateInput):
    """A day, picked or typed. Browsers take a date only as ``2026-11-23``, whatever the language."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class NumberField(forms.IntegerField):
    """A whole number that every column for numbers can hold; the only field for numbers in our forms."""

    def __init__(self, *, max_value: int = MOST, **words: Any) -> None:
        super().__init__(max_value=max_value, **words)


class NamesField(forms.CharField):
    """Several names or house numbers in one line, with 、 between them."""

    def prepare_value(self, value: Any) -> Any:
        """A list as a line."""
        return "、".join(map(str, value)) if isinstance(value, list | tuple) else value

    def to_python(self, value: Any) -> Any:
        """A line as a list, each name once."""
        return list(dict.fromkeys(filter(None, _SEPARATOR.split(super().to_python(value) or ""))))
