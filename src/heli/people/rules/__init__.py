"""What a member is and when they can stand: pure facts, no file and no database."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass, field
from functools import lru_cache

from heli.kernel.lib.calendar_words import EVERY_DAY
from heli.kernel.lib.text import NUMERAL, fold, join_han, numeral
from heli.kernel.sheets.problems import Place, Understood
from heli.people.rules.sentences import (
    parse_availability,
    parse_days,
    read_availability,
    read_days,
)
from heli.people.rules.times import (
    ALWAYS,
    NEVER,
    Availability,
    Period,
    Times,
    availability_from_json,
    availability_to_json,
)
from heli.people.rules.words import availability_words

Served = tuple[int | None, int | None, int | None]
UNSAID: Served = (None, None, None)
"""Turns stood before, of which the book says nothing: not that there were none."""


@dataclass(frozen=True, slots=True)
class Member:
    """A grid member (网格员) as a book tells of them. Phone numbers are never read into it.

    ``kin``, ``partners`` (to stand with) and ``apart`` (never to stand with) are names as written; ``wishes``
    and ``refused`` are addresses or heads as written (愿联系…, 不愿联系…);
    ``exempt`` is the book's own words for why they do not serve, empty when they do;
    ``seats`` are the codes of the seat kinds the book gives them (duty, volunteer, paid), empty: not said;
    ``served`` counts turns stood before the tables that this system knows (total, early, weekend), each None
    where the book does not say.
    """

    name: str
    home: str = ""
    force: str = ""
    group: str = ""
    age: int | None = None
    lon: float | None = None
    lat: float | None = None
    availability: Availability = Availability()  # noqa: RUF009 - frozen
    leader: bool = False
    occupation: str = ""
    kin: tuple[str, ...] = ()
    wishes: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    partners: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()
    exempt: str = ""
    seats: frozenset[str] = frozenset()
    served: Served = UNSAID
    remark: str = ""
    place: Place = field(default=Place(), compare=False)
    understood: tuple[Understood, ...] = field(default=(), compare=False)


__all__ = [
    "ALWAYS",
    "EVERY_DAY",
    "FORCES",
    "NEVER",
    "UNSAID",
    "Availability",
    "Member",
    "Period",
    "Served",
    "Times",
    "availability_from_json",
    "availability_to_json",
    "availability_words",
    "group_in_address",
    "parse_age",
    "parse_availability",
    "parse_days",
    "parse_group",
    "read_availability",
    "read_days",
]

FORCES = ("村四委干部", "党员", "村民代表", "护村队", "村妇联")
"""The usual five forces, as the template offers them."""

_GROUP = re.compile(rf"第?(\d+|{NUMERAL}+)(?:村民|生产|联户|微)?(小?组|网格|片|队|格)?")
_GROUP_AFTER = re.compile(rf"()(网格|片区?|组|队)第?(\d+|{NUMERAL}+)号?")


@lru_cache(maxsize=10_000)
def parse_group(text: str) -> str:
    """A group's name in one form: ``第1组``, ``一组``, ``1``, ``第一村民小组`` are ``1组``."""
    folded = fold(text)
    match = _GROUP.fullmatch(folded)
    if not match:
        match = _GROUP_AFTER.fullmatch(folded)
        if not match:
            return join_han(text)
        return f"{numeral(match[3])}{match[2]}"
    unit = (match[2] or "组").removeprefix("小")
    return f"{numeral(match[1])}{unit}"


_GROUP_BEFORE = re.compile(rf"(?:^|[村区镇乡道])(第?(?:\d+|{NUMERAL}+)(?:村民|生产)?小?[组队])(?=.)")


def group_in_address(text: str) -> str:
    """The group an address begins with (``石塘村一组前街12号``), in one form; empty when it names none."""
    match = _GROUP_BEFORE.search(fold(text))
    return parse_group(match[1]) if match else ""


AGES = (10, 110)
"""Nobody younger or older stands at a drop point: such a figure is something else, or a slip."""
_AGE = re.compile(rf"(\d{{1,3}}|{NUMERAL}{{1,5}})(?:\.0+)?(?:周?岁)?")
_BORN = re.compile(
    r"(?P<year>(?:19|20)\d\d)(?:年?|[-./年](?P<month>\d{1,2})月?|[-./年](?P<m>\d{1,2})[-./月](?P<d>\d{1,2})日?(?:0?0:00(?::00)?)?"
    r"|(?P<mm>\d\d)(?P<dd>\d\d)?)(?:出?生)?"
)


def parse_age(text: str, today: datetime.date) -> int | None:
    """Whole years from an age (``52``, ``52岁``) or a birth date or month (``1965.03``, ``1965年3月``).

    None for what is neither, for a date that does not exist, and for years outside of :data:`AGES`.
    """
    folded = fold(text)
    if age := _AGE.fullmatch(folded):
        return _plausible(numeral(age[1]))
    born = _BORN.fullmatch(folded)
    if not born:
        return None
    month = int(born["month"] or born["m"] or born["mm"] or 7)
    try:
        birthday = datetime.date(int(born["year"]), month, int(born["d"] or born["dd"] or 1))
    except ValueError:
        return None
    years = today.year - birthday.year - ((today.month, today.day) < (birthday.month, birthday.day))
    return _plausible(years)


def _plausible(years: int | None) -> int | None:
    return years if years is not None and AGES[0] <= years <= AGES[1] else None
