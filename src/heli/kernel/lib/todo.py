"""What is to be done: the rows from which the home of every role is made, as the slices give them."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

from django.utils.functional import Promise

Answer = TypeVar("Answer")


class Sign(StrEnum):
    """What stands before a row: whether anything is to be done about it, and by whom."""

    ACT = "▲"  # whoever reads it can act
    OTHERS = "△"  # somebody else has to act
    WAIT = "○"  # nothing is to be done yet


@dataclass(frozen=True, slots=True)
class Asked:
    """Which ``Actor`` asks what is to be done, in which ``unit`` (none: in all that they see), and when.

    ``moment`` is local time. What is read for one row is there for the next: see :meth:`read`.
    """

    actor: Any
    unit: Any
    moment: datetime.datetime
    _answers: dict[Any, Any] = field(default_factory=dict, compare=False)

    @property
    def today(self) -> datetime.date:
        """The day on which they ask."""
        return self.moment.date()

    def read(self, query: Callable[..., Answer], *words: Any) -> Answer:
        """What the query answers; it is asked once, whoever needs it."""
        at = query, words
        if at not in self._answers:
            self._answers[at] = query(*words)
        found: Answer = self._answers[at]
        return found


@dataclass(frozen=True, slots=True)
class Cure:
    """Somebody who can mend what a row says: a form of one button. ``fields`` is what it carries.

    ``letter`` and ``colour`` are those of their team.
    """

    name: str
    note: str
    address: str
    button: str
    fields: tuple[tuple[str, str], ...]
    letter: str = ""
    colour: int = 9


@dataclass(frozen=True, slots=True)
class Todo:
    """A row: ``what`` is to be done and ``why``, the page where it is done and the words of its button.

    ``key`` names the row in addresses. Rows stand by ``weight``, the smallest first: days until it matters.
    ``counts`` are the words for ``number`` of them in a title (``缺%(count)d户``); none: the title leaves the
    row out. ``cures``: who can mend it, asked for only when the row is opened; its button then opens it.
    """

    key: str
    sign: Sign
    what: str
    why: str = ""
    address: str = ""
    button: str = ""
    weight: int = 0
    number: int = 1
    counts: Promise | None = None
    cures: Callable[[], Sequence[Cure]] | None = None

    @property
    def opens(self) -> bool:
        """Whether it can be opened. A template asks this, since to name ``cures`` there would call it."""
        return self.cures is not None


def sign_of(may: bool) -> Sign:
    """Of what somebody must do about something: whoever reads it, if they ``may``."""
    return Sign.ACT if may else Sign.OTHERS


def counted(rows: Sequence[Todo]) -> list[str]:
    """The clauses of a title: so many of each kind, in the order in which the kinds first stand."""
    kinds = {id(row.counts): row.counts for row in rows if row.counts is not None}
    numbers = {kind: sum(row.number for row in rows if row.counts is words) for kind, words in kinds.items()}
    return [words % {"count": numbers[kind]} for kind, words in kinds.items()]
