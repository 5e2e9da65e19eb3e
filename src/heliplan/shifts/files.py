"""Reader of the published text format of general employee scheduling (Curtois and Qu 2014).

Sections begin with ``SECTION_NAME``; ``#`` starts a comment; cells are parted by commas, lists within a
cell by ``|``. The shift-request and days-off sections may be left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from heliplan.codec import Ints
from heliplan.shifts.problem import LIMIT, Bools, ShiftsProblem

Row = tuple[int, list[str]]
"""Line number in the file, and the cells."""

_NEEDED = ("HORIZON", "SHIFTS", "STAFF", "COVER")
_FREE = ("DAYS_OFF", "SHIFT_ON_REQUESTS", "SHIFT_OFF_REQUESTS")
_CELLS = {"HORIZON": 1, "SHIFTS": 3, "STAFF": 8, "COVER": 5, "SHIFT_ON_REQUESTS": 4, "SHIFT_OFF_REQUESTS": 4}
_TERMS = ("max_minutes", "min_minutes", "max_run", "min_run", "min_rest", "max_weekends")


@dataclass(frozen=True, slots=True, eq=False)
class Instance:
    """A problem with the names its file uses.

    Attributes
    ----------
    problem : ShiftsProblem
    people, shifts : tuple of str
        Name of each index.
    """

    problem: ShiftsProblem
    people: tuple[str, ...]
    shifts: tuple[str, ...]


def read(text: str) -> Instance:
    """The instance that ``text`` (the content of a file) describes.

    Raises
    ------
    ValueError
        Names section, line and reason.
    """
    sections = _sections(text)
    days = _whole(sections["HORIZON"][0], "HORIZON", 0, 1, 3660)
    shifts = _index(sections["SHIFTS"], "SHIFTS")
    people = _index(sections["STAFF"], "STAFF")
    staff = sections["STAFF"]
    terms: dict[str, Any] = {
        name: [_whole(row, "STAFF", column, 0, LIMIT) for row in staff]
        for column, name in enumerate(_TERMS, start=2)
    }
    required, under, over = _cover(sections["COVER"], shifts, days)
    minutes: Any = [_whole(row, "SHIFTS", 1, 1, LIMIT) for row in sections["SHIFTS"]]
    problem = ShiftsProblem(
        minutes=minutes,
        follows=_follows(sections["SHIFTS"], shifts),
        max_shifts=_most(staff, shifts),
        absent=_absent(sections["DAYS_OFF"], people, days),
        required=required,
        under=under,
        over=over,
        wanted=_requests(sections, "SHIFT_ON_REQUESTS", people, shifts, days),
        unwanted=_requests(sections, "SHIFT_OFF_REQUESTS", people, shifts, days),
        **terms,
    )
    return Instance(problem, tuple(people), tuple(shifts))


def _sections(text: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    name = ""
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip().lstrip("\ufeff")
        if not line or line.startswith("#"):
            continue
        if line.startswith("SECTION_"):
            name = line.removeprefix("SECTION_")
            if name not in _NEEDED + _FREE or name in found:
                raise ValueError(f"line {number}: section {name} is unknown or stands twice")
            found[name] = []
        elif not name:
            raise ValueError(f"line {number}: stands before the first section")
        else:
            cells = [cell.strip() for cell in line.split(",")]
            if len(cells) != _CELLS.get(name, len(cells)):
                raise ValueError(f"{name}, line {number}: {len(cells)} cells, expected {_CELLS[name]}")
            found[name].append((number, cells))
    for needed in _NEEDED:
        if not found.get(needed):
            raise ValueError(f"{needed}: section is missing or empty")
    return {name: found.get(name, []) for name in _NEEDED + _FREE}


def _index(rows: Sequence[Row], section: str) -> dict[str, int]:
    names: dict[str, int] = {}
    for number, cells in rows:
        if not cells[0] or cells[0] in names:
            raise ValueError(f"{section}, line {number}: name {cells[0]!r} is empty or stands twice")
        names[cells[0]] = len(names)
    return names


def _whole(row: Row, section: str, column: int, low: int, high: int) -> int:
    number, cells = row
    try:
        value = int(cells[column])
    except ValueError:
        raise ValueError(f"{section}, line {number}: {cells[column]!r} is not a whole number") from None
    if not low <= value <= high:
        raise ValueError(f"{section}, line {number}: {value} is not between {low} and {high}")
    return value


def _known(name: str, names: Mapping[str, int], section: str, number: int) -> int:
    if name not in names:
        raise ValueError(f"{section}, line {number}: {name!r} is not known")
    return names[name]


def _follows(rows: Sequence[Row], shifts: Mapping[str, int]) -> Bools:
    follows = np.ones((len(shifts), len(shifts)), np.bool_)
    for number, (name, _minutes, never) in rows:
        for other in filter(None, never.split("|")):
            follows[shifts[name], _known(other.strip(), shifts, "SHIFTS", number)] = False
    return follows


def _most(rows: Sequence[Row], shifts: Mapping[str, int]) -> Ints:
    most = np.zeros((len(rows), len(shifts)), np.int64)
    for person, (number, cells) in enumerate(rows):
        for item in filter(None, cells[1].split("|")):
            name, _, count = item.partition("=")
            shift = _known(name.strip(), shifts, "STAFF", number)
            most[person, shift] = _whole((number, [count]), "STAFF", 0, 0, LIMIT)
    return most


def _absent(rows: Sequence[Row], people: Mapping[str, int], days: int) -> Bools:
    absent = np.zeros((len(people), days), np.bool_)
    for row in rows:
        number, cells = row
        person = _known(cells[0], people, "DAYS_OFF", number)
        for column in range(1, len(cells)):
            absent[person, _whole(row, "DAYS_OFF", column, 0, days - 1)] = True
    return absent


def _requests(
    sections: Mapping[str, Sequence[Row]],
    section: str,
    people: Mapping[str, int],
    shifts: Mapping[str, int],
    days: int,
) -> Ints:
    rows = [
        [
            _known(row[1][0], people, section, row[0]),
            _whole(row, section, 1, 0, days - 1),
            _known(row[1][2], shifts, section, row[0]),
            _whole(row, section, 3, 0, LIMIT),
        ]
        for row in sections[section]
    ]
    return np.array(rows, np.int64).reshape(-1, 4)


def _cover(rows: Sequence[Row], shifts: Mapping[str, int], days: int) -> tuple[Ints, Ints, Ints]:
    cover = np.zeros((3, days, len(shifts)), np.int64)
    seen = set()
    for row in rows:
        day = _whole(row, "COVER", 0, 0, days - 1)
        shift = _known(row[1][1], shifts, "COVER", row[0])
        if (day, shift) in seen:
            raise ValueError(f"COVER, line {row[0]}: day {day}, shift {row[1][1]!r} stands twice")
        seen.add((day, shift))
        cover[:, day, shift] = [_whole(row, "COVER", column, 0, LIMIT) for column in (2, 3, 4)]
    return cover[0], cover[1], cover[2]
