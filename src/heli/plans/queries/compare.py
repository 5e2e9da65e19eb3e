"""What a book would change in a village: its rows beside the kept ones, matched, field by field."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import models

from heli.duties.models import PostRow
from heli.duties.rules import Post, slots_to_json
from heli.grids.models import HouseholdRow
from heli.grids.rules import Household, parse_address
from heli.kernel.lib.text import fold
from heli.people.models import MemberRow
from heli.people.rules import Member, availability_to_json
from heli.plans.rules import Village

Values = Mapping[str, Any]
RowT = TypeVar("RowT", HouseholdRow, MemberRow, PostRow)

SILENT: tuple[Any, ...] = (None, "", False, [], {})
"""What a field holds of which a row says nothing."""
APART: Mapping[str, str] = {"lane": "address", "number": "address", "sub": "address"}
"""Fields that are another one taken apart: kept with it, not shown."""
NEVER_SILENT = {"name", "order", "lane", "number", "sub"}


@dataclass(frozen=True, slots=True)
class Change(Generic[RowT]):
    """A kept row and what the book says otherwise: field → (old, new). Back: it was gone, it is there."""

    row: RowT
    at: int
    fields: Mapping[str, tuple[Any, Any]]
    back: bool = False

    @property
    def seen(self) -> dict[str, tuple[Any, Any]]:
        """What is shown of it: neither the place in the book nor an address taken apart."""
        return {name: pair for name, pair in self.fields.items() if name not in {*APART, "order"}}


@dataclass(frozen=True, slots=True)
class Part(Generic[RowT]):
    """One kind of rows: those of the book that are new (values by place), changed ones, gone ones.

    ``silent`` are fields of which the whole book says nothing: they stay as they are. ``spoken`` is false
    when the book has no such rows at all: then none of them is gone.
    """

    spoken: bool
    new: Sequence[tuple[int, Values]]
    changed: Sequence[Change[RowT]]
    gone: Sequence[RowT]
    same: int
    silent: frozenset[str]
    owner: Mapping[int, RowT]

    @property
    def seen(self) -> list[Change[RowT]]:
        """The changed rows that are worth showing: not those that only stand elsewhere in the book."""
        return [change for change in self.changed if change.seen or change.back]


@dataclass(frozen=True, slots=True)
class Comparison:
    """All three kinds."""

    households: Part[HouseholdRow]
    members: Part[MemberRow]
    posts: Part[PostRow]


def compare(book: Village, village: Any, today: datetime.date) -> Comparison:
    """The book against what is kept of the village (a unit) today."""
    return Comparison(
        households=_part(
            HouseholdRow,
            [household_values(row) for row in book.households],
            list(HouseholdRow.objects.filter(village=village)),
            (_house_and_head, _house, _head_and_group),
            today,
        ),
        members=_part(
            MemberRow,
            [member_values(row, today) for row in book.members],
            list(MemberRow.objects.filter(village=village)),
            (_name_and_home, _name),
            today,
        ),
        posts=_part(
            PostRow,
            [post_values(row) for row in book.posts],
            list(PostRow.objects.filter(village=village)),
            (_name,),
            today,
        ),
    )


def household_values(row: Household) -> Values:
    """The household as its table's columns hold it."""
    return {
        "address": row.address.text,
        "lane": row.address.lane,
        "number": min(row.address.number, 2**62),
        "sub": min(row.address.sub, 2**62),
        "head": row.head,
        "group": row.group,
        "people": _few(row.people),
        "let": row.let,
        "tenants": _few(row.tenants),
        "lon": row.lon,
        "lat": row.lat,
        "kin": [*row.kin],
        "wishes": [*row.wishes],
        "refused": [*row.refused],
        "linked": row.linked,
        "no_link": row.no_link,
        "remark": row.remark,
    }


def member_values(row: Member, today: datetime.date) -> Values:
    """The member as its table's columns hold it; an age becomes a year of birth."""
    return {
        "name": row.name,
        "home": row.home,
        "force": row.force,
        "group": row.group,
        "born": None if row.age is None else today.year - row.age,
        "lon": row.lon,
        "lat": row.lat,
        "availability": availability_to_json(row.availability),
        "leader": row.leader,
        "occupation": row.occupation,
        "kin": [*row.kin],
        "wishes": [*row.wishes],
        "refused": [*row.refused],
        "partners": [*row.partners],
        "apart": [*row.apart],
        "exempt": row.exempt,
        "seats": sorted(row.seats),
        "served": [*row.served] if any(row.served) else [],
        "remark": row.remark,
    }


def post_values(row: Post) -> Values:
    """The post as its table's columns hold it."""
    return {
        "name": row.name,
        "where": row.where,
        "lon": row.lon,
        "lat": row.lat,
        "slots": slots_to_json(row.slots),
    }


def _few(number: int | None) -> int | None:
    return None if number is None else min(number, 99_999)


def _house(values: Values) -> Hashable:
    if not values["number"]:
        return fold(values["address"]) or None
    group = "" if values["lane"] else values["group"]
    return (values["lane"], values["number"], values["sub"], group)


def _house_and_head(values: Values) -> Hashable:
    house = _house(values)
    return (house, values["head"]) if house or values["head"] else None


def _head_and_group(values: Values) -> Hashable:
    return (values["head"], values["group"]) if values["head"] else None


def _name(values: Values) -> Hashable:
    return str(values["name"])


def _name_and_home(values: Values) -> Hashable:
    at = parse_address(values["home"]) if values["home"] else None
    return (values["name"], (at.lane[-4:], at.number, at.sub) if at else None)


def _part(
    model: type[RowT],
    book: list[Values],
    kept: list[RowT],
    keys: Sequence[Callable[[Values], Hashable]],
    today: datetime.date,
) -> Part[RowT]:
    """Match and tell apart; see :class:`Part`."""
    there = [row for row in kept if not _left(row, today)]
    former = [row for row in kept if _left(row, today)]
    if not book:
        return Part(False, (), (), (), len(there), frozenset(), {})
    book = [_within(model, values) for values in book]
    names = tuple(book[0])
    silent = frozenset(
        name for name in names if name not in NEVER_SILENT and all(values[name] in SILENT for values in book)
    )
    pairs = _matched(book, [_values(row, names) for row in there], keys)
    owner = {at: there[place] for at, place in pairs.items()}
    rest = [at for at in range(len(book)) if at not in owner]
    again = _matched([book[at] for at in rest], [_values(row, names) for row in former], keys[:1])
    back = {rest[at]: former[place] for at, place in again.items()}
    changed, same = [], 0
    for at, row in sorted({**owner, **back}.items()):
        fields = _differing(row, {**book[at], "order": at}, silent)
        if fields or at in back:
            changed.append(Change(row, at, fields, at in back))
        same += not fields and at not in back
    found = {row.pk for row in owner.values()}
    return Part(
        spoken=True,
        new=[(at, book[at]) for at in rest if at not in back],
        changed=changed,
        gone=[row for row in there if row.pk not in found],
        same=same,
        silent=silent,
        owner={**owner, **back},
    )


def _left(row: HouseholdRow | MemberRow | PostRow, today: datetime.date) -> bool:
    day = row.left_on if isinstance(row, MemberRow) else row.gone_on
    return day is not None and day <= today


def _values(row: models.Model, names: Sequence[str]) -> Values:
    return {name: getattr(row, name) for name in names}


def _matched(
    book: Sequence[Values], kept: Sequence[Values], keys: Sequence[Callable[[Values], Hashable]]
) -> dict[int, int]:
    """Place in the book → place among the kept, surest key first.

    Rows that share the first key are paired in order; by a weaker key only rows that it names alone.
    """
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for rank, key in enumerate(keys):
        left = [(key(values), at) for at, values in enumerate(kept) if at not in taken]
        open_ = [(key(values), at) for at, values in enumerate(book) if at not in pairs]
        counts, asked = Counter(name for name, _at in left), Counter(name for name, _at in open_)
        places: dict[Hashable, list[int]] = {}
        for name, at in left:
            places.setdefault(name, []).append(at)
        for name, at in open_:
            alone = rank == 0 or counts[name] == asked[name] == 1
            if name is not None and alone and places.get(name):
                pairs[at] = places[name].pop(0)
                taken.add(pairs[at])
    return pairs


def _differing(row: models.Model, values: Values, silent: frozenset[str]) -> dict[str, tuple[Any, Any]]:
    found = {}
    for name, new in values.items():
        old = getattr(row, name)
        if APART.get(name, name) in silent or _alike(name, old, new):
            continue
        found[name] = (old, new)
    return found


def _alike(name: str, old: Any, new: Any) -> bool:
    """The same value; a year of birth made from an age may be off by one, which depends on the day."""
    if old == new:
        return True
    if name == "born" and None not in (old, new):
        return bool(abs(old - new) <= 1)
    if name in ("lon", "lat") and None not in (old, new):
        return bool(abs(old - new) < 1e-6)
    if name in ("served", "seats", "slots", "kin", "wishes", "refused", "partners", "apart"):
        return not old and not new
    return False


def _within(model: type[models.Model], values: Values) -> Values:
    """Texts no longer than their column."""
    return {
        name: value[: LENGTHS[model].get(name)] if isinstance(value, str) else value
        for name, value in values.items()
    }


LENGTHS: Mapping[type[models.Model], dict[str, int]] = {
    model: {
        field.name: field.max_length for field in model._meta.concrete_fields if field.max_length is not None
    }
    for model in (HouseholdRow, MemberRow, PostRow)
}
"""The longest text each column holds."""
