"""What a member is and when they can stand: pure facts, no file and no database."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from heli.kernel.sheets.problems import Place


class Period(StrEnum):
    """Time of day as people speak of it: 早, 中 (白天), 晚."""

    EARLY = "early"
    DAY = "day"
    LATE = "late"


Times = frozenset[tuple[int, Period]]
"""Pairs of ISO weekday (1 Monday … 7 Sunday) and period."""

NEVER: Times = frozenset()
ALWAYS: Times = frozenset((day, period) for day in range(1, 8) for period in Period)


@dataclass(frozen=True, slots=True)
class Availability:
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
        Pieces of the text that were not understood; they are shown, never dropped.
    """

    busy: Times = NEVER
    busy_dates: frozenset[int] = frozenset()
    wanted: Times = NEVER
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Member:
    """A grid member (网格员) as a book tells of them. Phone numbers are never read into it.

    ``kin`` and ``partners`` are names as written; ``wishes`` are addresses as written (愿联系…);
    ``exempt`` is the book's own words for why they do not serve, empty when they do;
    ``seats`` are the codes of the seat kinds the book gives them (duty, volunteer, paid), empty: not said;
    ``served`` counts turns stood before (total, early, weekend).
    """

    name: str
    home: str = ""
    force: str = ""
    group: str = ""
    age: int | None = None
    lon: float | None = None
    lat: float | None = None
    availability: Availability = Availability()
    leader: bool = False
    occupation: str = ""
    kin: tuple[str, ...] = ()
    wishes: tuple[str, ...] = ()
    partners: tuple[str, ...] = ()
    exempt: str = ""
    seats: frozenset[str] = frozenset()
    served: tuple[int, int, int] = (0, 0, 0)
    remark: str = ""
    place: Place = field(default=Place(), compare=False)
