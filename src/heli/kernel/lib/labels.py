"""What people call the fields of a record, said once, beside the field."""

from __future__ import annotations

from dataclasses import field, fields
from typing import TypeVar

from django.utils.functional import Promise

T = TypeVar("T")


def labelled(label: Promise, default: T, by_hand: bool = True) -> T:
    """A field of a frozen dataclass with its label; ``by_hand``: people may change it on a page."""
    made: T = field(default=default, metadata={"label": label, "by_hand": by_hand})
    return made


def labels_of(record: type) -> dict[str, Promise]:
    """The labels of a record's fields, by name, in their order."""
    return {each.name: each.metadata["label"] for each in fields(record) if "label" in each.metadata}


def by_hand(record: type) -> tuple[str, ...]:
    """The fields that people may change on a page."""
    return tuple(each.name for each in fields(record) if each.metadata.get("by_hand"))
