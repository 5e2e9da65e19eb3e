"""What is held on a member, for themselves: the tables that the slices give."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

Value = str | int | None


@dataclass(frozen=True, slots=True)
class Part:
    """A table: codes for a machine, titles for people, rows of plain values.

    Parts of one code that several slices give are one table.
    """

    code: str
    title: str
    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple[Value, ...], ...]


def date_text(date: datetime.date | None) -> str:
    """A date as a value; empty for none."""
    return date.isoformat() if date else ""


def addresses(rows: Iterable[tuple[str, datetime.datetime, bool]]) -> Part:
    """The secret addresses by which a member comes in: what each is, when it was made, whether it is over."""
    return Part(
        "addresses",
        _("进来用的地址"),
        (("what", _("项目")), ("at", _("什么时候做的")), ("state", _("状态"))),
        tuple((what, at.isoformat(), _("停用了") if over else _("在用")) for what, at, over in rows),
    )
