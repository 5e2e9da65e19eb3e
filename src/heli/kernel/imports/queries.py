"""Books handed in, as their pages show them."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from heli.kernel.imports.compare import Part, Rows, compare
from heli.kernel.imports.importable import Importable, importable
from heli.kernel.imports.models import LARGE, Upload, UploadState
from heli.kernel.jobs.models import Job, State
from heli.kernel.lib.errors import DomainError

Json = dict[str, Any]

NOT_IMPORTED = _("这份表没有导入，不用撤销。")
LATER_CHANGES = _("导入以后，村里的资料又改过，不能整个撤销。请改一份表再交，或逐条改。")
KINDS = ("new", "changed", "gone")
RISKY_SHARE = 0.2
"""From this share of rows gone on, an import must be confirmed: it may be the wrong book."""


def last_uploads(book: Importable, unit: Any, most: int = 30) -> list[Upload]:
    """The unit's last uploads of one kind of book, newest first."""
    return list(Upload.objects.filter(what=book.what, unit=unit).defer(*LARGE)[:most])


def step_of(upload: Upload) -> int:
    """Which step is to be done now: 1 upload, 2 look at what was read, 3 import, 4 what follows."""
    if upload.state == UploadState.IMPORTED:
        return 4
    return 3 if upload.state == UploadState.READ and not upload.facts.get("stop") else 2


def reading_job(upload: Upload) -> Job | None:
    """The job that still has the upload in hand: waiting or running."""
    if upload.job is None:
        return None
    return Job.objects.filter(pk=upload.job, state__in=(State.WAITING, State.RUNNING)).first()


def undo_refusal(upload: Upload) -> DomainError | None:
    """Why its import cannot be undone; none when it can: the page offers only what the command does.

    Codes: ``kernel.upload-state`` (not imported), ``kernel.upload-later-changes`` (changed or imported
    since), or the importable's own (something rests on it).
    """
    book, after = importable(upload.what), str(upload.facts.get("after"))
    if upload.state != UploadState.IMPORTED:
        return DomainError("kernel.upload-state", NOT_IMPORTED)
    if book.version_of(upload.unit) != after:
        return DomainError("kernel.upload-later-changes", LATER_CHANGES)
    try:
        book.refuse_undo(upload.unit, upload.undo, after)
    except DomainError as refused:
        return refused
    return None


def compared(upload: Upload, today: datetime.date) -> dict[str, Part]:
    """The book against what is kept of the unit today, by kind of rows."""
    book = importable(upload.what)
    values = book.values(upload.rows, upload.unit, today)
    return {rows.code: compare(rows, values[rows.code], upload.unit, today) for rows in book.rows}


def preview_of(upload: Upload, today: datetime.date) -> Json:
    """What importing the book would change, as plain JSON: labels and values before and after, no phones."""
    book, found = importable(upload.what), compared(upload, today)
    shown = {rows.code: _shown(found[rows.code], rows) for rows in book.rows}
    return {**shown, "phones": book.phone_counts(found, upload.phones, upload.unit)}


def _shown(part: Part, rows: Rows) -> Json:
    return {
        "spoken": part.spoken,
        "new": [[_plain(values[key]) for key in rows.labels] for _at, values in part.new],
        "changed": [
            [
                _label(change.row, rows),
                change.back,
                [[field, _plain(old), _plain(new)] for field, (old, new) in change.seen.items()],
            ]
            for change in part.seen
        ],
        "gone": [_label(row, rows) for row in part.gone],
        "same": part.same + len(part.changed) - len(part.seen),
        "silent": sorted(part.silent),
    }


def _label(row: Any, rows: Rows) -> list[Any]:
    return [_plain(getattr(row, key)) for key in rows.labels]


def _plain(value: Any) -> Any:
    """The value as JSON holds it: a row that is named by another one is its name."""
    return str(value) if isinstance(value, Model | datetime.date) else value


def counts_of(preview: Json) -> Json:
    """How many of every kind: ``{"households": {"new": 3, …}, …, "phones": {…}}``."""
    return {
        name: part
        if name == "phones"
        else {
            **{kind: len(part[kind]) for kind in KINDS},
            **{fact: part[fact] for fact in ("same", "spoken", "silent")},
        }
        for name, part in preview.items()
    }


def is_empty(counts: Json) -> bool:
    """Whether an import would change nothing that is shown."""
    return not any(
        part[kind] for name, part in counts.items() if name != "phones" for kind in KINDS
    ) and not any(counts["phones"].values())


def risks(upload: Upload) -> list[str]:
    """Why an import must be confirmed: ``gone`` (many rows gone), ``name`` (another unit's name)."""
    counts = upload.facts.get("changes")
    if not counts:
        return []
    found = set()
    for rows in importable(upload.what).rows:
        part: Mapping[str, int] = counts[rows.code]
        there = part["gone"] + part["changed"] + part["same"]
        if rows.watched and there and part["gone"] > max(RISKY_SHARE * there, 2):
            found.add("gone")
    named, called = upload.facts.get("named", ""), upload.unit.name
    if named and named not in called and called not in named:
        found.add("name")
    return sorted(found)


def page_of(rows: Sequence[Any], page: int, size: int) -> tuple[Sequence[Any], int, int]:
    """One page of a list, its number (from 1, brought within bounds), and how many there are."""
    pages = max(-(-len(rows) // size), 1)
    page = min(max(page, 1), pages)
    return rows[(page - 1) * size : page * size], page, pages
