"""Books handed in, as their pages show them."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.utils.translation import gettext_lazy as _

from heli.kernel.imports.compare import Part, compare
from heli.kernel.imports.importable import importable
from heli.kernel.imports.models import LARGE, Upload, UploadState
from heli.kernel.imports.preview import PartCount, ShownPart, parts_in
from heli.kernel.jobs.models import Job, State
from heli.kernel.lib.errors import DomainError
from heli.kernel.lib.records import from_json

RowT = TypeVar("RowT")

NOT_IMPORTED = _("这份表没有导入，不用撤销。")
LATER_CHANGES = _("导入以后，村里的资料又改过，不能整个撤销。请改一份表再交，或逐条改。")
RISKY_SHARE = 0.2
"""From this share of rows gone on, an import must be confirmed: it may be the wrong book."""


def last_uploads(what: str, unit: uuid.UUID, most: int = 30) -> list[Upload]:
    """The unit's last uploads of one kind of book, newest first."""
    return list(Upload.objects.filter(what=what, unit=unit).defer(*LARGE)[:most])


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
        book.refuse_undo(upload.unit, upload.undone, after)
    except DomainError as refused:
        return refused
    return None


def compared(upload: Upload, today: datetime.date) -> dict[str, Part]:
    """The book against what is kept of the unit today, by kind of rows."""
    book = importable(upload.what)
    values = book.values(upload.rows, upload.unit, today)
    two = [(code, (new, old)) for code, new, old, same in upload.same if not same]
    return {
        rows.code: compare(
            rows, values[rows.code], upload.unit, today, [names for code, names in two if code == rows.code]
        )
        for rows in book.rows
    }


@dataclass(frozen=True, slots=True)
class Question:
    """Whether a name in the book and one that is kept mean the same; ``same`` is the answer, if there is one.

    ``asked`` says it in words.
    """

    code: str
    new: str
    old: str
    asked: str
    same: bool | None


def questions_of(upload: Upload) -> list[Question]:
    """Which names in the book may mean others that are kept, in a fixed order."""
    book = importable(upload.what)
    answers = {(code, new, old): same for code, new, old, same in upload.same}
    return [
        Question(
            code,
            new,
            old,
            str(rows.naming.asked) % {"new": new, "old": old, "count": count},
            answers.get((code, new, old)),
        )
        for code, new, old, count in upload.facts.get("renamed", ())
        for rows in [book.part(code)]
        if rows is not None and rows.naming is not None
    ]


def preview_of(upload: Upload, code: str) -> ShownPart:
    """What importing the book would change in one kind of rows."""
    return from_json(upload.preview[code], ShownPart)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows of every kind, by kind of rows; how many phones are new and changed."""

    parts: Mapping[str, PartCount]
    phones: Mapping[str, int]

    @property
    def empty(self) -> bool:
        """Whether an import would change nothing that is shown."""
        parts = self.parts.values()
        return not any(part.new or part.changed or part.gone for part in parts) and not any(
            self.phones.values()
        )


def counts_of(upload: Upload) -> Counts | None:
    """What importing the book would change, in counts; none while it is not compared."""
    kept = upload.facts.get("changes")
    return Counts(*parts_in(kept, PartCount)) if kept else None


def risks(upload: Upload) -> list[str]:
    """Why an import must be confirmed: ``gone`` (many rows gone), ``name`` (another unit's name)."""
    counts = counts_of(upload)
    if counts is None:
        return []
    found = set()
    for rows in importable(upload.what).rows:
        part = counts.parts[rows.code]
        there = part.gone + part.changed + part.same
        if rows.watched and there and part.gone > max(RISKY_SHARE * there, 2):
            found.add("gone")
    named, called = upload.facts.get("named", ""), upload.unit.name
    if named and named not in called and called not in named:
        found.add("name")
    return sorted(found)


def page_of(rows: Sequence[RowT], page: int, size: int) -> tuple[Sequence[RowT], int, int]:
    """One page of a list, its number (from 1, brought within bounds), and how many there are."""
    pages = max(-(-len(rows) // size), 1)
    page = min(max(page, 1), pages)
    return rows[(page - 1) * size : page * size], page, pages
