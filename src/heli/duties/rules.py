"""Posts, slots and seats: pure facts, no file and no database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.utils.translation import pgettext

from heli.kernel.sheets.problems import Place
from heli.people.rules import Period


class SeatKind(StrEnum):
    """What a seat is: 义务 duty, 志愿 volunteer, 有偿 paid. Only volunteer seats give volunteer hours."""

    DUTY = "duty"
    VOLUNTEER = "volunteer"
    PAID = "paid"

    @property
    def label(self) -> str:
        """The word people use."""
        words = {
            "duty": pgettext("seat kind", "义务"),
            "volunteer": pgettext("seat kind", "志愿"),
            "paid": pgettext("seat kind", "有偿"),
        }
        return words[self.value]


@dataclass(frozen=True, slots=True)
class Slot:
    """One open period of a post on every day of ``weekdays``: its name as written, its times as HH:MM.

    ``end`` is empty when the book does not say it: it is never made up.
    """

    name: str
    period: Period
    start: str = ""
    end: str = ""
    seats: tuple[tuple[SeatKind, int], ...] = ((SeatKind.DUTY, 1),)
    weekdays: frozenset[int] = frozenset(range(1, 8))


@dataclass(frozen=True, slots=True)
class Post:
    """Where people stand: a waste drop point (投放点) with its open periods."""

    name: str
    where: str = ""
    lon: float | None = None
    lat: float | None = None
    slots: tuple[Slot, ...] = ()
    place: Place = field(default=Place(), compare=False)


def slots_to_json(slots: Sequence[Slot]) -> list[dict[str, Any]]:
    """Plain values that :func:`slots_from_json` reads back."""
    return [
        {
            "name": slot.name,
            "period": slot.period.value,
            "start": slot.start,
            "end": slot.end,
            "seats": [[kind.value, count] for kind, count in slot.seats],
            "weekdays": sorted(slot.weekdays),
        }
        for slot in slots
    ]


def slots_from_json(rows: Sequence[Mapping[str, Any]]) -> tuple[Slot, ...]:
    """See :func:`slots_to_json`."""
    return tuple(
        Slot(
            name=str(row["name"]),
            period=Period(row["period"]),
            start=str(row["start"]),
            end=str(row["end"]),
            seats=tuple((SeatKind(kind), int(count)) for kind, count in row["seats"]),
            weekdays=frozenset(int(day) for day in row["weekdays"]),
        )
        for row in rows
    )
