"""Whom a written name means: members by name and home, households by house number or head."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from functools import cached_property
from typing import TypeVar

from heli.grids.rules import Address, parse_address
from heli.plans.rules import Labels, Village

Key = TypeVar("Key", bound=Hashable)


class Names:
    """Looks names up in one village; every answer is the list of all that are meant, in book order."""

    def __init__(self, village: Village, labels: Labels) -> None:
        self._village = village
        self._members = _index((member.name, i) for i, member in enumerate(village.members))
        self._member_labels = {label: i for i, label in enumerate(labels.members)}
        self._house_labels = {label: i for i, label in enumerate(labels.households)}

    @cached_property
    def _heads(self) -> dict[str, list[int]]:
        return _index((household.head, i) for i, household in enumerate(self._village.households))

    @cached_property
    def _houses(self) -> dict[Address, list[int]]:
        return _index((at, i) for i, at in self._numbered)

    @cached_property
    def _numbers(self) -> dict[tuple[str, int], list[int]]:
        return _index(((at.lane, at.number), i) for i, at in self._numbered)

    @property
    def _numbered(self) -> Iterator[tuple[int, Address]]:
        for i, household in enumerate(self._village.households):
            if household.address.number:
                yield i, household.address

    def members(self, name: str, home: str = "") -> list[int]:
        """Members of that label, or of that name; with ``home``, only those who live there."""
        if name in self._member_labels:
            return [self._member_labels[name]]
        meant = self._members.get(name, [])
        if home:
            at = self._at(home)
            meant = [i for i in meant if self._at(self._village.members[i].home) == at]
        return meant

    def houses(self, name: str) -> list[int]:
        """Households of that label, at that house number (no sub-number: all of them), or of that head."""
        if name in self._house_labels:
            return [self._house_labels[name]]
        at = self._at(name)
        found = self._houses.get(at) or ([] if at.sub else self._numbers.get((at.lane, at.number), []))
        return found or self.heads(name)

    def _at(self, text: str) -> Address:
        return parse_address(text, village=self._village.name)

    def heads(self, name: str) -> list[int]:
        """Households whose head has that name."""
        return self._heads.get(name, [])

    def living_at(self, at: Address) -> list[int]:
        """Households at exactly that address."""
        return self._houses.get(at, [])


def _index(pairs: Iterable[tuple[Key, int]]) -> dict[Key, list[int]]:
    """The rows of each key, in their order."""
    found: dict[Key, list[int]] = defaultdict(list)
    for key, i in pairs:
        found[key].append(i)
    return found


def nearest(meant: list[int], how_far: Callable[[int], int]) -> int:
    """Of several that are meant, the nearest; of equals, the first in the book."""
    return min(meant, key=lambda i: (how_far(i), i))


def own_houses(village: Village, names: Names, homes: dict[int, Address]) -> dict[int, int]:
    """Household → the first member (of ``homes``: member → address) who lives in it.

    Where several households share one house number, a member's own is the one of the member's group, then
    the one whose head has the member's name, else the first.
    """
    own: dict[int, int] = {}
    for i, home in homes.items():
        there = names.living_at(home)
        group = village.members[i].group
        there = [house for house in there if group and village.households[house].group == group] or there
        namesake = [house for house in there if village.households[house].head == village.members[i].name]
        for house in (namesake or there)[:1]:
            own.setdefault(house, i)
    return own
