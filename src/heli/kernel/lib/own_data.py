"""What is held on a member, for themselves: the tables that the slices give."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

Value = str | int | datetime.date | None
"""A date (or moment) is one for people; for a machine it is written as ISO 8601 says."""


@dataclass(frozen=True, slots=True)
class Part:
    """A table: codes for a machine, titles for people, rows of plain values; for people each is a sentence.

    ``clauses`` are the parts of that sentence, with the codes of columns in them (``%(since)s起``); one in
    which a value is empty is left out. Parts of one code that several slices give are one table.
    """

    code: str
    title: str
    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple[Value, ...], ...]
    clauses: tuple[str, ...]

    @property
    def sentences(self) -> list[str]:
        """The rows as sentences, with days and times as people here write them."""
        codes = [code for code, _title in self.columns]
        return [self._sentence(dict(zip(codes, map(_told, row), strict=True))) for row in self.rows]

    def _sentence(self, values: dict[str, str]) -> str:
        empty = [f"%({code})s" for code, value in values.items() if not value]
        return "".join(
            clause % values for clause in self.clauses if not any(code in clause for code in empty)
        )


def _told(value: Value) -> str:
    if isinstance(value, datetime.datetime):
        return f"{date_format(timezone.localtime(value))} {date_format(timezone.localtime(value), 'H:i')}"
    if isinstance(value, datetime.date):
        return date_format(value)
    return "" if value is None else str(value)


def addresses(rows: Iterable[tuple[str, datetime.datetime, bool]]) -> Part:
    """The secret addresses by which a member comes in: what each is, when it was made, whether it is over."""
    return Part(
        "addresses",
        _("进来用的地址"),
        (("what", _("项目")), ("at", _("什么时候做的")), ("state", _("状态"))),
        tuple((what, at, _("停用了") if over else _("在用")) for what, at, over in rows),
        (_("%(what)s，%(at)s做的，%(state)s"),),
    )
