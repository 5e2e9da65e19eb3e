"""What a book would change: its rows beside the kept ones, matched, field by field."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from msgspec import Struct

from heli.kernel.lib.spelling import renamings

Values = Mapping[str, object]
"""A row as the columns of its table hold it."""

SILENT: tuple[object, ...] = (None, "", False, [], {})
"""What a field holds of which a row says nothing."""


LISTS = {"new": _("新的 %(count)s 条"), "changed": _("改了 %(count)s 条"), "gone": _("没了 %(count)s 条")}


def equal(_name: str, old: object, new: object) -> bool:
    """Whether a value kept and one read are the same."""
    return bool(old == new)


@dataclass(frozen=True, slots=True)
class Naming:
    """The ``field`` with a name that people write in several ways, all of one ``form``.

    A new row and one that would be gone whose names have one form may be the same: that is asked, once for
    each two names, in the words ``asked`` with ``%(new)s``, ``%(old)s`` and ``%(count)s`` rows.
    """

    field: str
    form: Callable[[str], str]
    asked: str | Promise


Renaming = tuple[str, str]
"""The name in the book, and the one kept."""


@dataclass(frozen=True, kw_only=True)
class Rows:
    """One kind of rows of a book and the table they are kept in.

    ``labels`` are the two fields that name a row, with their headers. ``lists`` are the titles of the lists
    of ``new``, ``changed`` and ``gone`` rows, each with ``%(count)s``. ``keys`` say which row of the book is
    which one kept, the surest first. ``gone`` is the date column that says since when a row is gone; without
    one, such rows are deleted. ``hidden`` fields are not shown: those that another field (their value)
    determines, or that follow from the book itself (an empty value). ``alike`` says whether a value kept and
    one read, of a field, are the same. ``related`` are the foreign keys among the fields. ``watched``: when
    many are gone, the import must be confirmed. ``naming``: rows that are called otherwise are asked about.
    """

    code: str
    model: type[models.Model]
    title: str | Promise
    labels: Mapping[str, str | Promise]
    keys: Sequence[Callable[[Values], Hashable]]
    lists: Mapping[str, str | Promise] = field(default_factory=lambda: LISTS)
    gone: str = ""
    hidden: Mapping[str, str] = field(default_factory=dict)
    always: frozenset[str] = frozenset()
    """Fields that count even where the whole book says nothing of them."""
    alike: Callable[[str, object, object], bool] = equal
    related: tuple[str, ...] = ()
    unit: str = "village"
    watched: bool = True
    naming: Naming | None = None


class Undo(Struct, frozen=True):
    """What an import did to one kind of rows: keys of new ones, values from before by key, keys gone."""

    created: tuple[str, ...]
    before: Mapping[str, Mapping[str, object]]
    gone: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A kept row and what the book says otherwise: field → (old, new). Back: it was gone, it is there.

    ``seen`` is what is shown of it: not the fields that are hidden.
    """

    row: models.Model
    at: int
    fields: Mapping[str, tuple[object, object]]
    seen: Mapping[str, tuple[object, object]]
    back: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of rows: those of the book that are new (values by place), changed ones, gone ones.

    ``silent`` are fields of which the whole book says nothing: they stay as they are. ``spoken`` is false
    when the book has no such rows at all: then none of them is gone. ``renamed`` are names that may mean
    the same, with the number of rows of the book under each.
    """

    spoken: bool
    new: Sequence[tuple[int, Values]]
    changed: Sequence[Change]
    gone: Sequence[models.Model]
    same: int
    silent: frozenset[str]
    owner: Mapping[int, models.Model]
    renamed: Mapping[Renaming, int] = field(default_factory=dict)

    @property
    def seen(self) -> list[Change]:
        """The changed rows that are worth showing: not those that only stand elsewhere in the book."""
        return [change for change in self.changed if change.seen or change.back]


def compare(
    rows: Rows,
    book: list[Values],
    unit: object,
    today: datetime.date,
    others: Iterable[Renaming] = (),
) -> Part:
    """The book's rows of one kind against those that are kept of the unit today; see :class:`Part`.

    Rows whose names may mean the same are the same, but for those names of which somebody said that they are
    two: ``others``.
    """
    kept: list[models.Model] = list(
        rows.model._default_manager.filter(**{rows.unit: unit}).select_related(*rows.related)
    )
    there = [row for row in kept if not _left(row, rows, today)]
    former = [row for row in kept if _left(row, rows, today)]
    if not book:
        return Part(False, (), (), (), len(there), frozenset(), {})
    book = [_within(rows.model, values) for values in book]
    names, silent = tuple(book[0]), _silent(rows, book)
    pairs, renamed = _all_matched(rows, book, [_values(row, names) for row in there], set(others))
    owner = {at: there[place] for at, place in pairs.items()}
    rest = [at for at in range(len(book)) if at not in owner]
    again = _matched([book[at] for at in rest], [_values(row, names) for row in former], rows.keys[:1])
    back = {rest[at]: former[place] for at, place in again.items()}
    changed, same = [], 0
    for at, row in sorted({**owner, **back}.items()):
        fields = _differing(row, book[at], silent, rows)
        if fields or at in back:
            seen = {name: pair for name, pair in fields.items() if name not in rows.hidden}
            changed.append(Change(row, at, fields, seen, at in back))
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
        renamed=renamed,
    )


def _silent(rows: Rows, book: Sequence[Values]) -> frozenset[str]:
    """The fields of which the whole book says nothing."""
    asked = [name for name in book[0] if name not in rows.always and name not in rows.hidden]
    return frozenset(name for name in asked if all(values[name] in SILENT for values in book))


def _left(row: models.Model, rows: Rows, today: datetime.date) -> bool:
    day = getattr(row, rows.gone) if rows.gone else None
    return day is not None and day <= today


def _values(row: models.Model, names: Sequence[str]) -> Values:
    return {name: getattr(row, name) for name in names}


def _all_matched(
    rows: Rows, book: Sequence[Values], kept: Sequence[Values], others: set[Renaming]
) -> tuple[dict[int, int], Mapping[Renaming, int]]:
    """Place in the book → place among the kept: as they are called, then under the names they had.

    And the names that may mean the same, whether somebody said so or not.
    """
    pairs, naming = _matched(book, kept, rows.keys), rows.naming
    if naming is None:
        return pairs, {}
    new = [at for at in range(len(book)) if at not in pairs]
    gone = sorted(set(range(len(kept))) - set(pairs.values()))
    counts = Counter(str(book[at][naming.field]) for at in new)
    found = renamings(counts, (str(kept[at][naming.field]) for at in gone), naming.form)
    renamed = {(name, before): counts[name] for name, before in found.items()}
    old = {name: before for name, before in renamed if (name, before) not in others}
    called = [
        {**book[at], naming.field: old.get(str(book[at][naming.field]), book[at][naming.field])} for at in new
    ]
    again = _matched(called, [kept[at] for at in gone], rows.keys)
    return {**pairs, **{new[at]: gone[place] for at, place in again.items()}}, renamed


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


def _differing(
    row: models.Model, values: Values, silent: frozenset[str], rows: Rows
) -> dict[str, tuple[object, object]]:
    found = {}
    for name, new in values.items():
        old = getattr(row, name)
        if (rows.hidden.get(name) or name) in silent or rows.alike(name, old, new):
            continue
        found[name] = (old, new)
    return found


def _within(model: type[models.Model], values: Values) -> Values:
    """Texts no longer than their column."""
    lengths = _lengths(model)
    return {
        name: value[: lengths.get(name)] if isinstance(value, str) else value
        for name, value in values.items()
    }


@cache
def _lengths(model: type[models.Model]) -> Mapping[str, int]:
    """The longest text each column holds."""
    return {
        field.name: field.max_length for field in model._meta.concrete_fields if field.max_length is not None
    }
