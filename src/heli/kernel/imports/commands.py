"""Hand in a book, correct its cells, import it, take the import back."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from msgspec.structs import replace

from heli.kernel.access.actor import Actor
from heli.kernel.audit.commands import record
from heli.kernel.files.commands import keep
from heli.kernel.files.models import File
from heli.kernel.imports.compare import Undo
from heli.kernel.imports.importable import importable
from heli.kernel.imports.models import OPEN, Upload, UploadState
from heli.kernel.imports.preview import counted, kept_parts, shown_part
from heli.kernel.imports.queries import (
    compared,
    counts_of,
    questions_of,
    reading_job,
    risks,
    undo_refusal,
)
from heli.kernel.imports.reading import Fix, Reading
from heli.kernel.imports.writing import put_back, write
from heli.kernel.jobs.commands import start
from heli.kernel.lib.errors import DomainError
from heli.kernel.lib.records import to_json

Seen = tuple[int, str]
"""The preview that somebody looked at: the upload's ``version`` and ``revision``."""

READ_MEANWHILE = _("您看预览的时候，有人改过这份表，又读了一遍。请看清楚现在的预览，再导入。")
NOT_ANSWERED = _("请先回答：名字写法不同的，是不是同一个？")
MOST_OPEN = 20
"""Books of one kind, of one unit, that may wait to be imported: each holds its files."""
MOST_FIXES = 2000


@dataclass(frozen=True, slots=True)
class UploadedBook:
    """A file handed in: the name people gave it (already harmless), its media type, its bytes."""

    name: str
    media_type: str
    data: bytes


@transaction.atomic
def upload_books(
    actor: Actor,
    what: str,
    unit: object,
    files: Sequence[UploadedBook],
    today: datetime.date,
    instead_of: Upload | None = None,
) -> Upload:
    """Keep the files, a unit's book of the kind ``what``, and have them read.

    ``instead_of``: its files of other names are handed in with them.

    Raises ``DomainError`` (``kernel.upload-too-many``) where :data:`MOST_OPEN` wait to be imported already.
    """
    held = importable(what).hold(unit)
    if Upload.objects.filter(what=what, unit=held, state__in=OPEN).count() >= MOST_OPEN:
        many = _("已经有%(most)d份表还没有导入。请先导入，或在下面打开不要的，删掉，再交新的。")
        raise DomainError("kernel.upload-too-many", many, field="books", most=MOST_OPEN)
    kept = [keep("upload", held.path, file.name, file.media_type, file.data, today) for file in files]
    names = {file.name for file in files}
    others = [file for file in (instead_of.files if instead_of else []) if file["name"] not in names]
    mine = [{"key": str(row.pk), "name": row.name, "size": row.size} for row in kept]
    several = instead_of is not None and len(instead_of.files) > 1
    upload = Upload(what=what, unit=held, created_by=actor.name[:80])
    upload.files = [*(others if several else []), *mine]
    _read(actor, upload)
    facts = {"files": len(upload.files), "bytes": sum(file["size"] for file in upload.files)}
    record(actor, "upload.hand_in", f"upload:{upload.pk}", held.path, **facts)
    return upload


@transaction.atomic
def fix_cells(actor: Actor, key: uuid.UUID, version: int, fixes: Sequence[Fix]) -> Upload:
    """Correct cells and read again; a later fix of a cell counts.

    Raises ``DomainError``: ``kernel.upload-changed`` when somebody else corrected in the meantime,
    ``kernel.upload-state`` when there is nothing to correct any more.
    """
    upload = _open(key, version)
    places = {(fix.sheet, fix.row, fix.column): fix for fix in upload.fixed}
    for fix in fixes:
        place = (fix.sheet, fix.row, fix.column)
        places[place] = replace(fix, was=places[place].was) if place in places else fix
    if len(places) > MOST_FIXES:
        raise DomainError("kernel.upload-too-many-fixes", _("改得太多了，请在表里改好，再交一次。"))
    upload.fixes = [to_json(fix) for fix in places.values()]
    _read(actor, upload)
    record(actor, "upload.fix", f"upload:{key}", upload.unit.path, cells=len(fixes))
    return upload


@transaction.atomic
def drop_fix(actor: Actor, key: uuid.UUID, version: int, number: int) -> Upload:
    """Take one correction back and read again. Raises ``DomainError`` like :func:`fix_cells`."""
    upload = _open(key, version)
    if not 0 <= number < len(upload.fixes):
        raise DomainError("kernel.upload-no-fix", _("这一处已经不在了。"))
    upload.fixes = [fix for at, fix in enumerate(upload.fixes) if at != number]
    _read(actor, upload)
    record(actor, "upload.unfix", f"upload:{key}", upload.unit.path)
    return upload


@transaction.atomic
def read_again(actor: Actor, key: uuid.UUID) -> Upload:
    """Read the files once more and compare with the unit's rows as they are now.

    Raises ``DomainError`` (``kernel.upload-busy``) while a job has it in hand, (``kernel.upload-state``) once
    imported.
    """
    upload = _held(key)
    if upload.state == UploadState.IMPORTED:
        raise DomainError("kernel.upload-state", _("这份表已经导入了。要改，请再交一次。"))
    if reading_job(upload):
        raise DomainError("kernel.upload-busy", _("正在读，请等它读完。"))
    _read(actor, upload)
    record(actor, "upload.read_again", f"upload:{key}", upload.unit.path)
    return upload


def _held(key: uuid.UUID) -> Upload:
    """The upload as it is now; its unit is held until the end of the transaction."""
    what, key_of_unit = Upload.objects.values_list("what", "unit").get(pk=key)
    unit = importable(what).hold(key_of_unit)
    upload = Upload.objects.get(pk=key)
    upload.unit = unit
    return upload


def _open(key: uuid.UUID, version: int) -> Upload:
    """The upload, its unit held, if it can still be corrected and nobody did since."""
    upload = _held(key)
    if upload.state not in (UploadState.READ, UploadState.REFUSED) or reading_job(upload):
        raise DomainError("kernel.upload-state", _("这份表正在读，或者已经导入了，现在改不了。"))
    if upload.version != version:
        raise DomainError(
            "kernel.upload-changed", _("刚才有人改过这份表，下面是改后的样子。您填的还在，请核对后再交。")
        )
    return upload


def _read(actor: Actor, upload: Upload) -> None:
    """Save the upload as waiting to be read, and start the job that reads it."""
    upload.version += 1
    upload.state = UploadState.READING
    job = start(
        actor,
        "read_upload",
        upload.unit.path,
        upload=str(upload.pk),
        version=upload.version,
        next=reverse("upload", args=[upload.pk]),
    )
    upload.job = job.pk
    upload.save()


@transaction.atomic
def put_away(actor: Actor, key: uuid.UUID) -> None:
    """Delete a book that is not imported, with those of its files that no other upload needs.

    Raises ``DomainError`` (``kernel.upload-state``) once it is imported: what came of it must stay known.
    """
    upload = _held(key)
    if upload.state not in OPEN:
        raise DomainError("kernel.upload-state", _("这份表已经导入过，不能删。"))
    others = Upload.objects.filter(unit=upload.unit).exclude(pk=key).values_list("files", flat=True)
    needed = {file["key"] for files in others for file in files}
    File.objects.filter(pk__in={file["key"] for file in upload.files} - needed).delete()
    record(actor, "upload.put_away", f"upload:{key}", upload.unit.path)
    upload.delete()


@transaction.atomic
def keep_reading(key: uuid.UUID, version: int, result: Reading, today: datetime.date) -> bool:
    """Store what the reader found and what an import would change; false: a newer reading was asked for."""
    upload = _held(key)
    if upload.version != version or upload.state != UploadState.READING:
        return False
    if result.refused is not None:
        upload.state, upload.problems = UploadState.REFUSED, [to_json(result.refused)]
        upload.rows, upload.preview, upload.phones, upload.facts = {}, {}, {}, {}
        upload.understood = []
    else:
        kept = to_json(result)
        upload.state, upload.problems = UploadState.READ, kept.get("problems", [])
        upload.rows, upload.phones = kept.get("rows", {}), kept.get("phones", {})
        upload.understood = kept.get("understood", [])
        upload.facts = {
            **result.facts,
            "stop": result.stop,
            "look": len(result.problems) + result.more - result.stop,
            "more": result.more,
        }
        _compare(upload, today)
    upload.save()
    return True


def _compare(upload: Upload, today: datetime.date) -> None:
    """Set what an import would change, against what is kept now."""
    book, found = importable(upload.what), compared(upload, today)
    phones = book.phone_counts(found, upload.phones, upload.unit)
    parts = {rows.code: shown_part(found[rows.code], rows) for rows in book.rows}
    upload.preview = kept_parts(parts, phones)
    upload.revision = book.version_of(upload.unit)
    changes = kept_parts({code: counted(part) for code, part in parts.items()}, phones)
    renamed = [[code, *names] for code, part in parts.items() for names in part.renamed]
    upload.facts = {**upload.facts, "changes": changes, "renamed": renamed}


@transaction.atomic
def answer_renamed(
    actor: Actor, key: uuid.UUID, version: int, answers: Mapping[int, bool], today: datetime.date
) -> Upload:
    """Keep whether names mean the same (place in ``questions_of`` → yes), and compare again.

    Raises ``DomainError``: ``kernel.upload-not-answered`` when nothing was answered, else like
    :func:`fix_cells`.
    """
    upload = _open(key, version)
    questions = questions_of(upload)
    found = {at: same for at, same in answers.items() if 0 <= at < len(questions)}
    if upload.state != UploadState.READ or not found:
        raise DomainError("kernel.upload-not-answered", NOT_ANSWERED)
    kept = {(code, new, old): same for code, new, old, same in upload.same}
    kept |= {(questions[at].code, questions[at].new, questions[at].old): same for at, same in found.items()}
    upload.same = [[*names, same] for names, same in kept.items()]
    upload.version += 1
    _compare(upload, today)
    upload.save()
    counts = {"same": sum(found.values()), "other": len(found) - sum(found.values())}
    record(actor, "upload.answer", f"upload:{key}", upload.unit.path, **counts)
    return upload


@transaction.atomic
def ask_import(actor: Actor, key: uuid.UUID, seen: Seen, confirmed: bool) -> Upload:
    """Have a job import a large book. Raises ``DomainError`` like :func:`import_rows`."""
    upload = _held(key)
    _may_import(upload, seen, confirmed)
    if reading_job(upload):
        raise DomainError("kernel.upload-busy", _("正在导入，请等它做完。"))
    job = start(
        actor,
        "import_upload",
        upload.unit.path,
        upload=str(key),
        seen=seen,
        next=reverse("upload", args=[key]),
    )
    upload.job = job.pk
    upload.save(update_fields=["job"])
    return upload


@transaction.atomic
def import_rows(actor: Actor, key: uuid.UUID, seen: Seen, today: datetime.date, confirmed: bool) -> Upload:
    """Make the unit's rows and phones what the book says, as it was previewed. All or nothing.

    Rows the book no longer has are marked gone as of ``today``, where their table knows since when; there
    nothing is deleted. ``seen`` names the preview that was looked at. Raises ``DomainError``:
    ``kernel.upload-state`` (not read, imported already), ``kernel.upload-changed`` (read anew since),
    ``kernel.upload-out-of-date`` (the rows changed since), ``kernel.upload-nothing-new``,
    ``kernel.upload-not-answered`` (names may mean the same), ``kernel.upload-not-confirmed`` (many would be
    gone).
    """
    upload = _held(key)
    _may_import(upload, seen, confirmed)
    book, unit = importable(upload.what), upload.unit
    found = compared(upload, today)
    undo: dict[str, Undo] = {}
    owners: dict[str, dict[int, uuid.UUID]] = {}
    for rows in book.rows:
        undo[rows.code], owners[rows.code] = write(found[rows.code], rows, unit, today)
    phones = book.written(actor, unit, undo, owners, upload.phones, today)
    upload.undo = {name: to_json(part) for name, part in undo.items()}
    upload.phones = {"before": phones}
    upload.state = UploadState.IMPORTED
    upload.facts = {**upload.facts, "after": book.version_of(book.hold(unit))}
    upload.save(update_fields=["undo", "phones", "state", "facts"])
    counts = {f"{name}_created": len(part.created) for name, part in undo.items()}
    counts |= {f"{name}_gone": len(part.gone) for name, part in undo.items()}
    changed = {f"{name}_changed": len(found[name].seen) for name in undo}
    record(actor, "upload.import", f"upload:{key}", unit.path, **counts, **changed, phones=len(phones))
    return upload


def _may_import(upload: Upload, seen: Seen, confirmed: bool) -> None:
    if upload.state != UploadState.READ:
        raise DomainError("kernel.upload-state", _("这份表还没有读好，或者已经导入过了。"))
    version, revision = seen
    if upload.version != version:
        raise DomainError("kernel.upload-changed", READ_MEANWHILE)
    if not upload.revision == revision == importable(upload.what).version_of(upload.unit):
        raise DomainError(
            "kernel.upload-out-of-date", _("看过预览以后，村里的资料又改过。请重新对比，看清楚再导入。")
        )
    counts = counts_of(upload)
    if counts is None or counts.empty:
        raise DomainError("kernel.upload-nothing-new", _("和现在的资料一样，不用导入。"))
    if any(question.same is None for question in questions_of(upload)):
        raise DomainError("kernel.upload-not-answered", NOT_ANSWERED)
    if risks(upload) and not confirmed:
        raise DomainError(
            "kernel.upload-not-confirmed",
            _("请先看清楚下面的提醒，勾上“看清楚了”再导入。"),
            field="confirmed",
        )


@transaction.atomic
def undo_import(actor: Actor, key: uuid.UUID) -> Upload:
    """Put the unit's rows back to what they were before this import.

    Raises the ``DomainError`` of ``undo_refusal``, and ``kernel.upload-in-use`` where a row that is to be
    deleted is used elsewhere.
    """
    upload = _held(key)
    book, unit = importable(upload.what), upload.unit
    if refusal := undo_refusal(upload):
        raise refusal
    put_back(book.rows, upload.undone, unit)
    book.undone(actor, unit, upload.undone, upload.phones["before"], timezone.localdate())
    upload.state, upload.undo, upload.phones = UploadState.UNDONE, {}, {}
    upload.save(update_fields=["state", "undo", "phones"])
    record(actor, "upload.undo", f"upload:{key}", unit.path)
    return upload
