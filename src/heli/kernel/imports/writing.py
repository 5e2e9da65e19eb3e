"""Write what a comparison found, so that it can be put back."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterator, Mapping, Sequence

from django.db import models
from django.db.models import ProtectedError
from django.utils.translation import gettext_lazy as _

from heli.kernel.imports.compare import Part, Rows, Undo
from heli.kernel.lib.errors import DomainError

BATCH = 500
"""Rows or keys in one statement."""


def write(part: Part, rows: Rows, unit: object, today: datetime.date) -> tuple[Undo, dict[int, uuid.UUID]]:
    """Write one kind of rows; gives back how to undo it, and the key of every row of the book."""
    made = [(at, rows.model(**{rows.unit: unit}, **values)) for at, values in part.new]
    before: dict[str, Mapping[str, object]] = {}
    for change in part.changed:
        fields = [*change.fields, *([rows.gone] if change.back else [])]
        before[str(change.row.pk)] = _kept(change.row, fields)
        for name in fields:
            setattr(change.row, name, change.fields[name][1] if name in change.fields else None)
    for row in part.gone:
        before[str(row.pk)] = _kept(row, [rows.gone] if rows.gone else _names(rows))
        if rows.gone:
            setattr(row, rows.gone, today)
    rows.model._default_manager.bulk_create([row for _at, row in made], batch_size=BATCH)
    overwrite(rows.model, [*(change.row for change in part.changed), *(part.gone if rows.gone else ())])
    gone = [str(row.pk) for row in part.gone]
    if not rows.gone:
        _delete(rows.model, gone)
    keys = {at: row.pk for at, row in (*made, *part.owner.items())}
    return Undo(tuple(str(row.pk) for _at, row in made), before, tuple(gone)), keys


def put_back(kinds: Sequence[Rows], undo: Mapping[str, Undo], unit: object) -> None:
    """Make the rows what they were before ``write``: ``undo`` is what it gave back, by kind of rows.

    Raises ``DomainError`` (``kernel.upload-in-use``) where something rests on a row that is to be deleted.
    """
    for rows in kinds:
        kept: dict[str, models.Model] = {}
        for keys in batches(list(undo[rows.code].before)):
            kept.update({str(row.pk): row for row in rows.model._default_manager.filter(pk__in=keys)})
        for key, values in undo[rows.code].before.items():
            row = kept.setdefault(key, rows.model(pk=uuid.UUID(key), **{rows.unit: unit}))
            for name, old in values.items():
                field = rows.model._meta.get_field(name)
                setattr(row, field.attname, field.to_python(old))  # type: ignore[union-attr]
        overwrite(rows.model, list(kept.values()))
    try:
        for rows in kinds:
            _delete(rows.model, undo[rows.code].created)
    except ProtectedError:
        raise DomainError("kernel.upload-in-use", _("导入的人或户已经用在别处，不能撤销。")) from None


def overwrite(model: type[models.Model], rows: Sequence[models.Model]) -> None:
    """Write whole rows, there already or not: one statement a batch, which ``bulk_update`` cannot."""
    names = [field.name for field in model._meta.concrete_fields if not field.primary_key]
    model._default_manager.bulk_create(
        rows, batch_size=BATCH, update_conflicts=True, update_fields=names, unique_fields=["id"]
    )


def batches(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    """The keys in pieces that any database takes in one statement."""
    for at in range(0, len(keys), BATCH):
        yield keys[at : at + BATCH]


def _names(rows: Rows) -> list[str]:
    return [
        field.name
        for field in rows.model._meta.concrete_fields
        if not field.primary_key and field.name != rows.unit
    ]


def _kept(row: models.Model, names: Sequence[str]) -> dict[str, object]:
    """The values of these fields in the form that JSON holds and ``to_python`` reads."""
    values = {name: getattr(row, row._meta.get_field(name).attname) for name in names}  # type: ignore[union-attr]
    return {
        name: str(value) if isinstance(value, datetime.date | uuid.UUID) else value
        for name, value in values.items()
    }


def _delete(model: type[models.Model], keys: Sequence[str]) -> None:
    for some in batches(keys):
        model._default_manager.filter(pk__in=some).delete()
