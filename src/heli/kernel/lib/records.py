"""Frozen records to JSON and back, and their JSON Schema, by msgspec (docs/decisions/0012-records.md).

A record is a frozen dataclass, or one of the two below where it is kept in a shorter form. What its fields
may hold is read from their types, so a document has one definition: the record.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

import msgspec
from django.utils.translation import gettext_lazy as _

from heli.kernel.lib.errors import DomainError
from heli.kernel.lib.schema import UNREADABLE, schema_of

RecordT = TypeVar("RecordT")

JsonValue = None | bool | int | float | str | Sequence["JsonValue"] | Mapping[str, "JsonValue"]
"""Anything JSON can say."""
Json = dict[str, JsonValue]
"""A JSON object."""

BROKEN = _("这份资料有一处读不懂，没有读：%(where)s（%(why)s）。请用合力写的、没有改过的那一份。")


class ListRecord(msgspec.Struct, frozen=True, array_like=True):
    """A record that is kept as a JSON array of its fields in order, for what a document has by the hundred.

    New fields come last and have a default: a document from before them is read with it.
    """


class BriefRecord(msgspec.Struct, frozen=True, omit_defaults=True):
    """A record of which only the fields that differ from their default are kept."""


def to_json(record: object, *, sort: bool = False) -> Json:
    """Plain JSON values that :func:`from_json` reads back, equal to the record.

    ``sort``: sets and the keys of mappings in order, so that equal records give equal text.
    """
    text = msgspec.json.encode(record, order="deterministic" if sort else None)
    plain: Json = msgspec.json.decode(text)
    return plain


def from_json(document: object, record: type[RecordT], newest: int = 0) -> RecordT:
    """The record a document tells; ``newest`` is its schema number, 0 for a part without one.

    Raises
    ------
    DomainError
        ``kernel.document-unreadable``: as ``schema_of``, or some value is not what the record holds.
    """
    if newest and isinstance(document, Mapping):
        schema_of(document, newest)
    try:
        return msgspec.convert(document, record)
    except msgspec.ValidationError as wrong:
        why, _at, where = str(wrong).partition(" - at ")
        raise DomainError(UNREADABLE, BROKEN, where=where.strip("`") or "$", why=why) from wrong


def json_schema(record: type[object]) -> Json:
    """The JSON Schema of a record's documents; no object in it may hold other fields than those named."""
    schema = msgspec.json.schema(record)
    for part in schema["$defs"].values():
        if "properties" in part:
            part["additionalProperties"] = False
    return to_json({"$schema": "https://json-schema.org/draft/2020-12/schema", **schema})
