"""Phones beside the rows of a book: read apart from all else, so that nothing that is shown can hold one."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Sequence

from heli.grids.rules import Household
from heli.kernel.sheets.tables import Row, Table
from heli.people.rules import Member
from heli.plans.sheets.repeats import Fact, Part, household_key, member_key
from heli.plans.sheets.village import Reading

_PHONE = re.compile(
    r"(?<!\d)(?:\+?86[- ]?)?1\d{2}[- ]?\d{4}[- ]?\d{4}(?!\d)|(?<!\d)0\d{2,3}[- ]?\d{7,8}(?!\d)"
)
_ANY = re.compile(r"(?<!\d)\d{5,13}(?!\d)")
_GAPS = re.compile(r"[- ]|^(?:\+?86)(?=1\d{10}$)")


def household_phones(reading: Reading) -> dict[int, str]:
    """Phones of households, by their place in the village."""
    return _beside(reading.homes, reading.village.households, household_key, _head)


def member_phones(reading: Reading) -> dict[int, str]:
    """Phones of members, by their place in the village."""
    return _beside(reading.people, reading.village.members, member_key, _name)


def _head(household: Household) -> str:
    return household.head


def _name(member: Member) -> str:
    return member.name


def _beside(
    parts: Sequence[Part[Fact]],
    facts: Sequence[Fact],
    key: Callable[[Fact], Hashable],
    called: Callable[[Fact], str],
) -> dict[int, str]:
    """By place in ``facts``; what stands twice may have its phone on either sheet."""
    by_row: dict[Hashable, str] = {}
    by_key: dict[Hashable, str] = {}
    for part in parts:
        if "phone" not in part.table.columns:
            continue
        rows = {row.number: row for row in part.table.rows}
        for fact in part.facts:
            number = phone_in(part.table, rows[fact.place.row or 0])
            if number:
                by_row.setdefault((fact.place, called(fact)), number)
                by_key.setdefault(key(fact), number)
    by_key.pop(None, None)
    found = {
        at: by_row.get((fact.place, called(fact))) or by_key.get(key(fact)) for at, fact in enumerate(facts)
    }
    return {at: number for at, number in found.items() if number}


def phone_in(table: Table, row: Row) -> str:
    """The row's phone: the first full number of its phone columns, else the first short one; else empty."""
    texts = [row.cells[column] for column in table.columns.get("phone", ()) if row.cells[column]]
    for shape in (_PHONE, _ANY):
        for text in texts:
            if match := shape.search(text):
                return _GAPS.sub("", re.sub(r"[- ]", "", match[0]))
    return ""
