"""What a village hands in and what is asked for: pure facts, no file and no database."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from heli.duties.rules import Post
from heli.grids.rules import Household
from heli.kernel.sheets.problems import Place, Problem
from heli.people.rules import Member

RowT = TypeVar("RowT")

DEFAULT_LOW = 5
DEFAULT_HIGH = 6


@dataclass(frozen=True, slots=True)
class Village:
    """One village's book, read: its rows and every problem found on the way."""

    name: str
    households: tuple[Household, ...]
    members: tuple[Member, ...]
    posts: tuple[Post, ...]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class LinkPin:
    """A household that people have decided to give to a member: both as written."""

    household: str
    member: str
    home: str = ""
    place: Place = field(default=Place(), compare=False)


@dataclass(frozen=True, slots=True)
class SeatPin:
    """A turn that people have decided to give to a member: slot, post and member as written."""

    weekday: int
    slot: str
    post: str
    member: str
    home: str = ""
    place: Place = field(default=Place(), compare=False)


@dataclass(frozen=True, slots=True)
class Pins:
    """What people have decided beforehand; the plan keeps it."""

    links: tuple[LinkPin, ...] = ()
    seats: tuple[SeatPin, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Options:
    """What is asked of a plan.

    ``low`` and ``high`` bound the households of a member; ``None`` means the default, which is widened
    (and said) where it cannot be kept, while a number given is kept or refused. ``seconds`` is the time
    allowed for each of the two plans. ``date`` is the day the tables are made; the roster begins on the
    Monday that follows, or on the day itself when that is a Monday.
    """

    date: datetime.date
    low: int | None = None
    high: int | None = None
    mode: str = "groups"
    weeks: int = 1
    seed: int = 0
    seconds: float = 30.0
    exempt_age: int | None = None

    @property
    def monday(self) -> datetime.date:
        """The roster's first day."""
        return self.date + datetime.timedelta(days=-self.date.weekday() % 7)


def unique_labels(
    rows: Sequence[RowT], label: Callable[[RowT], str], *tellers: Callable[[RowT], str]
) -> tuple[str, ...]:
    """A label for every row that no other row has.

    Rows whose plain ``label`` is shared are told apart by the first of ``tellers`` that is not empty and
    makes them differ, written in （）; rows that nothing tells apart are numbered in book order.
    """
    labels = [label(row) for row in rows]
    for tell in tellers:
        shared = {text for text, count in Counter(labels).items() if count > 1}
        if not shared:
            break
        labels = [
            f"{text}（{tell(row)}）" if text in shared and tell(row) and not text.endswith("）") else text
            for text, row in zip(labels, rows, strict=True)
        ]
    return _numbered(labels)


def _numbered(labels: Sequence[str]) -> tuple[str, ...]:
    totals, seen = Counter(labels), Counter[str]()
    taken = set(labels)
    numbered = []
    for text in labels:
        seen[text] += 1
        if totals[text] > 1:
            number = seen[text]
            while f"{text}·{number}" in taken:
                number += 1
            text = f"{text}·{number}"  # noqa: PLW2901 - the label grows
            taken.add(text)
        numbered.append(text)
    return tuple(numbered)


def workable_bounds(households: int, members: int, options: Options) -> tuple[int, int]:
    """Load bounds for a member: as asked, a default widened just enough to give every household a member.

    The nearest bounds that work: a default ``high`` rises to ⌈households / members⌉, a default ``low``
    falls to ⌊households / members⌋ and never stands above ``high``. Bounds that were asked for stay.
    """
    even, rest = divmod(households, members) if members else (0, 0)
    high = max(DEFAULT_HIGH, even + (rest > 0)) if options.high is None else options.high
    low = min(DEFAULT_LOW, even, high) if options.low is None else options.low
    if options.high is None:
        high = max(high, low)
    return low, high
