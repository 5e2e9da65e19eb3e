"""What importing a book would change, as it is kept to be shown: labels and values, no phones."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TypeVar

from django.db.models import Model
from msgspec import Struct

from heli.kernel.imports.compare import Part, Rows
from heli.kernel.lib.records import BriefRecord, Json, ListRecord, from_json, to_json

PartT = TypeVar("PartT")
KINDS = ("new", "changed", "gone")
PHONES = "phones"
Label = tuple[object, ...]
"""The values that name a row."""


class ShownChange(ListRecord, frozen=True):
    """A kept row that changes: field, value before and after; ``back``: it was gone and is there again."""

    label: Label
    back: bool
    fields: tuple[tuple[str, object, object], ...]


class ShownPart(BriefRecord, frozen=True, omit_defaults=True):
    """One kind of rows; see ``compare.Part``."""

    spoken: bool
    new: tuple[Label, ...]
    changed: tuple[ShownChange, ...]
    gone: tuple[Label, ...]
    same: int
    silent: tuple[str, ...]
    renamed: tuple[tuple[str, str, int], ...] = ()

    def rows(self, kind: str) -> tuple[ShownChange, ...]:
        """The rows of one of ``KINDS``."""
        if kind == "changed":
            return self.changed
        return tuple(ShownChange(label, False, ()) for label in (self.new if kind == "new" else self.gone))


class PartCount(Struct, frozen=True):
    """How many rows of each of ``KINDS``, and how many stay the ``same``."""

    new: int
    changed: int
    gone: int
    same: int
    spoken: bool
    silent: tuple[str, ...]


def shown_part(part: Part, rows: Rows) -> ShownPart:
    """What is shown of a comparison."""
    changed = (
        ShownChange(
            _label(change.row, rows),
            change.back,
            tuple((field, _plain(old), _plain(new)) for field, (old, new) in change.seen.items()),
        )
        for change in part.seen
    )
    return ShownPart(
        spoken=part.spoken,
        new=tuple(tuple(_plain(values[key]) for key in rows.labels) for _at, values in part.new),
        changed=tuple(changed),
        gone=tuple(_label(row, rows) for row in part.gone),
        same=part.same + len(part.changed) - len(part.seen),
        silent=tuple(sorted(part.silent)),
        renamed=tuple((new, old, count) for (new, old), count in part.renamed.items()),
    )


def _label(row: Model, rows: Rows) -> Label:
    return tuple(_plain(getattr(row, key)) for key in rows.labels)


def _plain(value: object) -> object:
    """The value as JSON holds it: a row that is named by another one is its name."""
    return str(value) if isinstance(value, Model | datetime.date) else value


def counted(part: ShownPart) -> PartCount:
    """How many there are."""
    counts = (len(part.new), len(part.changed), len(part.gone), part.same)
    return PartCount(*counts, part.spoken, part.silent)


def kept_parts(parts: Mapping[str, ShownPart | PartCount], phones: Mapping[str, int]) -> Json:
    """Parts by kind of rows, and how many phones are new and changed, in one JSON object."""
    return {**{code: to_json(part) for code, part in parts.items()}, PHONES: dict(phones)}


def parts_in(kept: Mapping[str, object], record: type[PartT]) -> tuple[dict[str, PartT], dict[str, int]]:
    """See :func:`kept_parts`."""
    parts = {code: from_json(part, record) for code, part in kept.items() if code != PHONES}
    return parts, from_json(kept[PHONES], dict[str, int])
