"""What differs between two plans, drafts or published: who has which household, who stands where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

KeyT = TypeVar("KeyT", bound=Hashable)

Place = tuple[int, int, str, str]
"""A place of the roster: week from 1, ISO weekday, slot, drop point (by key, or by name where only that is
known).
"""


@dataclass(frozen=True, slots=True)
class Tables(Generic[KeyT]):
    """Household → member, and who stands where; households and members by key, or by label.

    In both of two that are compared they are known in the same way.
    """

    links: Mapping[KeyT, KeyT]
    turns: Mapping[Place, Sequence[KeyT]]


@dataclass(frozen=True, slots=True)
class LinkChange(Generic[KeyT]):
    """A household whose member is another; ``None``: it had nobody, it has nobody."""

    household: KeyT
    before: KeyT | None
    after: KeyT | None


@dataclass(frozen=True, slots=True)
class TurnChange(Generic[KeyT]):
    """A place where others stand: who stands there no more, who is new there."""

    place: Place
    gone: tuple[KeyT, ...]
    come: tuple[KeyT, ...]


@dataclass(frozen=True, slots=True)
class Differences(Generic[KeyT]):
    """Household by household in the order of the new tables, place by place through the weeks."""

    links: tuple[LinkChange[KeyT], ...] = ()
    turns: tuple[TurnChange[KeyT], ...] = ()


def differences(old: Tables[KeyT], new: Tables[KeyT]) -> Differences[KeyT]:
    """See the class. What was only renamed is the same where it is known by key."""
    links = tuple(
        LinkChange(house, old.links.get(house), new.links.get(house))
        for house in dict.fromkeys((*new.links, *old.links))
        if old.links.get(house) != new.links.get(house)
    )
    turns = []
    for place in sorted(dict.fromkeys((*new.turns, *old.turns)), key=lambda place: place[:2]):
        had, has = Counter(old.turns.get(place, ())), Counter(new.turns.get(place, ()))
        if had != has:
            gone, come = (had - has).elements(), (has - had).elements()
            turns.append(TurnChange(place, tuple(gone), tuple(come)))
    return Differences(links, tuple(turns))


def standing(rows: Iterable[tuple[Place, KeyT | None]]) -> dict[Place, list[KeyT]]:
    """Who stands where; a place with nobody stays empty."""
    found: dict[Place, list[KeyT]] = {}
    for place, who in rows:
        there = found.setdefault(place, [])
        if who is not None:
            there.append(who)
    return found
