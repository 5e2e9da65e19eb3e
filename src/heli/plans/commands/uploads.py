"""Hand in a book, correct its cells, import it, take the import back."""

from __future__ import annotations

import datetime
import hashlib
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import ProtectedError
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from heli.duties.models import PostRow, Turn
from heli.grids.models import HouseholdRow, Link
from heli.kernel.access.actor import Actor
from heli.kernel.audit.commands import record
from heli.kernel.files.models import File
from heli.kernel.jobs.commands import start
from heli.kernel.lib.errors import DomainError
from heli.orgs.commands import bump_revision, hold
from heli.orgs.models import Unit
from heli.people.commands import end_service
from heli.people.models import MemberRow, Phone
from heli.plans.models import OPEN, Run, RunState, Upload, UploadState
from heli.plans.queries.compare import Part, compare
from heli.plans.queries.uploads import counts_of, is_empty, preview_of, reading_job, risks
from heli.plans.rules import village_from_json

Json = dict[str, Any]
Seen = tuple[int, int]
"""The preview that somebody looked at: the upload's ``version`` and the village's ``revision``."""
RowT = TypeVar("RowT", HouseholdRow, MemberRow, PostRow)

KEEP_DAYS = 30
"""Days for which a file handed in is kept."""
READ_MEANWHILE = _("您看预览的时候，有人改过这份表，又读了一遍。请看清楚现在的预览，再导入。")
MOST_OPEN = 20
"""Books of a village that may wait to be imported: each holds its files."""
MOST_FIXES = 2000
BATCH = 500
DAY = {"households": "gone_on", "members": "left_on", "posts": "gone_on"}
"""The column that says since when a row is gone."""
_MODELS: dict[str, Any] = {"households": HouseholdRow, "members": MemberRow, "posts": PostRow}


@dataclass(frozen=True, slots=True)
class Handed:
    """A file handed in: the name people gave it (already harmless), its media type, its bytes."""

    name: str
    media_type: str
    data: bytes


@transaction.atomic
def hand_in(
    actor: Actor,
    village: Unit,
    files: Sequence[Handed],
    today: datetime.date,
    instead_of: Upload | None = None,
) -> Upload:
    """Keep the files and have them read. ``instead_of``: its files of other names are handed in with them.

    Raises ``DomainError`` (``plans.upload-too-many``) where :data:`MOST_OPEN` wait to be imported already.
    """
    hold(village)
    if Upload.objects.filter(village=village, state__in=OPEN).count() >= MOST_OPEN:
        many = _("已经有%(most)d份表还没有导入。请先导入，或在下面把不要的删掉，再交新的。")
        raise DomainError("plans.upload-too-many", many, field="books", most=MOST_OPEN)
    until = today + datetime.timedelta(days=KEEP_DAYS)
    kept = [
        File.objects.create(
            name=file.name,
            media_type=file.media_type,
            sha256=hashlib.sha256(file.data).hexdigest(),
            data=file.data,
            keep_until=until,
        )
        for file in files
    ]
    names = {file.name for file in files}
    others = [file for file in (instead_of.files if instead_of else []) if file["name"] not in names]
    mine = [
        {"key": str(row.pk), "name": file.name, "size": len(file.data)}
        for row, file in zip(kept, files, strict=True)
    ]
    several = instead_of is not None and len(instead_of.files) > 1
    upload = Upload(village=village, files=[*(others if several else []), *mine], created_by=actor.name[:80])
    _read(actor, upload)
    facts = {"files": len(upload.files), "bytes": sum(file["size"] for file in upload.files)}
    record(actor, "upload.hand_in", f"upload:{upload.pk}", village.path, **facts)
    return upload


@transaction.atomic
def fix_cells(actor: Actor, key: uuid.UUID, version: int, fixes: Sequence[Mapping[str, Any]]) -> Upload:
    """Correct cells (``sheet``, ``row``, ``column``, ``was``, ``text``) and read again; a later fix of a cell
    counts.

    Raises ``DomainError``: ``plans.upload-changed`` when somebody else corrected in the meantime,
    ``plans.upload-state`` when there is nothing to correct any more.
    """
    upload = _open(key, version)
    places = {(fix["sheet"], fix["row"], fix["column"]): dict(fix) for fix in upload.fixes}
    for fix in fixes:
        place = (fix["sheet"], fix["row"], fix["column"])
        was = places[place]["was"] if place in places else fix["was"]
        places[place] = {**fix, "was": was}
    if len(places) > MOST_FIXES:
        raise DomainError("plans.upload-too-many-fixes", _("改得太多了，请在表里改好，再交一次。"))
    upload.fixes = list(places.values())
    _read(actor, upload)
    record(actor, "upload.fix", f"upload:{key}", upload.village.path, cells=len(fixes))
    return upload


@transaction.atomic
def drop_fix(actor: Actor, key: uuid.UUID, version: int, number: int) -> Upload:
    """Take one correction back and read again. Raises ``DomainError`` like :func:`fix_cells`."""
    upload = _open(key, version)
    if not 0 <= number < len(upload.fixes):
        raise DomainError("plans.upload-no-fix", _("这一处已经不在了。"))
    upload.fixes = [fix for at, fix in enumerate(upload.fixes) if at != number]
    _read(actor, upload)
    record(actor, "upload.unfix", f"upload:{key}", upload.village.path)
    return upload


@transaction.atomic
def read_again(actor: Actor, key: uuid.UUID) -> Upload:
    """Read the files once more and compare with the village as it is now.

    Raises ``DomainError`` (``plans.upload-busy``) while a job has it in hand, (``plans.upload-state``) once
    imported.
    """
    upload = _held(key)
    if upload.state == UploadState.IMPORTED:
        raise DomainError("plans.upload-state", _("这份表已经导入了。要改，请再交一次。"))
    if reading_job(upload):
        raise DomainError("plans.upload-busy", _("正在读，请等它读完。"))
    _read(actor, upload)
    record(actor, "upload.read_again", f"upload:{key}", upload.village.path)
    return upload


def _held(key: uuid.UUID) -> Upload:
    """The upload as it is now; its village is held until the end of the transaction."""
    village = hold(Upload.objects.values_list("village", flat=True).get(pk=key))
    upload = Upload.objects.get(pk=key)
    upload.village = village
    return upload


def _open(key: uuid.UUID, version: int) -> Upload:
    """The upload, its village held, if it can still be corrected and nobody did since."""
    upload = _held(key)
    if upload.state not in (UploadState.READ, UploadState.REFUSED) or reading_job(upload):
        raise DomainError("plans.upload-state", _("这份表正在读，或者已经导入了，现在改不了。"))
    if upload.version != version:
        raise DomainError(
            "plans.upload-changed", _("刚才有人改过这份表，下面是改后的样子。您填的还在，请核对后再交。")
        )
    return upload


def _read(actor: Actor, upload: Upload) -> None:
    """Save the upload as waiting to be read, and start the job that reads it."""
    upload.version += 1
    upload.state = UploadState.READING
    job = start(
        actor,
        "read_upload",
        upload.village.path,
        upload=str(upload.pk),
        version=upload.version,
        next=reverse("upload", args=[upload.pk]),
    )
    upload.job = job.pk
    upload.save()


@transaction.atomic
def put_away(actor: Actor, key: uuid.UUID) -> None:
    """Delete a book that is not imported, with those of its files that no other upload needs.

    Raises ``DomainError`` (``plans.upload-state``) once it is imported: what came of it must stay known.
    """
    upload = _held(key)
    if upload.state not in OPEN:
        raise DomainError("plans.upload-state", _("这份表已经导入过，不能删。"))
    others = Upload.objects.filter(village=upload.village).exclude(pk=key).values_list("files", flat=True)
    needed = {file["key"] for files in others for file in files}
    File.objects.filter(pk__in={file["key"] for file in upload.files} - needed).delete()
    record(actor, "upload.put_away", f"upload:{key}", upload.village.path)
    upload.delete()


@transaction.atomic
def keep_reading(key: uuid.UUID, version: int, result: Json, today: datetime.date) -> bool:
    """Store what the reader found and what an import would change; false: a newer reading was asked for."""
    upload = _held(key)
    if upload.version != version or upload.state != UploadState.READING:
        return False
    if "refused" in result:
        upload.state, upload.problems = UploadState.REFUSED, [{**result["refused"], "cells": []}]
        upload.village_rows, upload.preview, upload.phones, upload.facts = {}, {}, {}, {}
        upload.understood = []
    else:
        book = village_from_json(result["village"])
        upload.state, upload.problems = UploadState.READ, result["problems"]
        upload.village_rows, upload.phones = result["village"], result["phones"]
        upload.understood = result["understood"]
        upload.preview = preview_of(book, upload.village, result["phones"], today)
        upload.revision = upload.village.revision
        stop = result["stop"]
        upload.facts = {
            "named": book.name,
            "households": len(book.households),
            "members": len(book.members),
            "posts": len(book.posts),
            "stop": stop,
            "look": len(result["problems"]) + result["more"] - stop,
            "more": result["more"],
            "changes": counts_of(upload.preview),
        }
    upload.save()
    return True


@transaction.atomic
def ask_import(actor: Actor, key: uuid.UUID, seen: Seen, confirmed: bool) -> Upload:
    """Have a job import a large book. Raises ``DomainError`` like :func:`import_rows`."""
    upload = _held(key)
    _may_import(upload, seen, confirmed)
    if reading_job(upload):
        raise DomainError("plans.upload-busy", _("正在导入，请等它做完。"))
    job = start(
        actor,
        "import_upload",
        upload.village.path,
        upload=str(key),
        seen=seen,
        next=reverse("upload", args=[key]),
    )
    upload.job = job.pk
    upload.save(update_fields=["job"])
    return upload


@transaction.atomic
def import_rows(actor: Actor, key: uuid.UUID, seen: Seen, today: datetime.date, confirmed: bool) -> Upload:
    """Make the village's households, members, posts and phones what the book says, as it was previewed.

    Rows the book no longer has are marked gone as of ``today``; nothing is deleted. All or nothing.
    ``seen`` names the preview that was looked at. Raises ``DomainError``: ``plans.upload-state`` (not read,
    imported already), ``plans.upload-changed`` (read anew since), ``plans.upload-out-of-date`` (the village
    changed since), ``plans.upload-nothing-new``, ``plans.upload-not-confirmed`` (many would be gone).
    """
    upload = _held(key)
    village = upload.village
    _may_import(upload, seen, confirmed)
    found = compare(village_from_json(upload.village_rows), village, today)
    undo: Json = {}
    owners: dict[str, dict[int, uuid.UUID]] = {}
    for name in _MODELS:
        undo[name], owners[name] = _write(getattr(found, name), name, village, today)
    phones = _write_phones(upload.phones, owners, village)
    _end_services(actor, village, undo["members"], today)
    bump_revision(village)
    upload.undo = undo
    upload.phones = {"before": phones}
    upload.state = UploadState.IMPORTED
    upload.facts = {**upload.facts, "after": village.revision + 1}
    upload.save(update_fields=["undo", "phones", "state", "facts"])
    counts = {
        f"{name}_{kind}": len(rows) for name in undo for kind, rows in undo[name].items() if kind != "before"
    }
    changed = {f"{name}_changed": len(getattr(found, name).seen) for name in undo}
    record(actor, "upload.import", f"upload:{key}", village.path, **counts, **changed, phones=len(phones))
    return upload


def _end_services(actor: Actor, village: Unit, undo: Json, today: datetime.date) -> None:
    """End what the members can do whom an import, or its undoing, makes gone, bring back or takes away.

    Who comes back gets a new link, as anybody who begins; so what let them in before ends all the same.
    """
    keys = [*undo["gone"], *(key for key, values in undo["before"].items() if DAY["members"] in values)]
    end_service(actor, village, [uuid.UUID(key) for key in dict.fromkeys([*keys, *undo["created"]])], today)


def _may_import(upload: Upload, seen: Seen, confirmed: bool) -> None:
    if upload.state != UploadState.READ:
        raise DomainError("plans.upload-state", _("这份表还没有读好，或者已经导入过了。"))
    version, revision = seen
    if upload.version != version:
        raise DomainError("plans.upload-changed", READ_MEANWHILE)
    if not upload.revision == revision == upload.village.revision:
        raise DomainError(
            "plans.upload-out-of-date", _("看过预览以后，村里的资料又改过。请重新对比，看清楚再导入。")
        )
    if is_empty(upload.facts["changes"]):
        raise DomainError("plans.upload-nothing-new", _("和现在的资料一样，不用导入。"))
    if risks(upload) and not confirmed:
        raise DomainError(
            "plans.upload-not-confirmed", _("请先看清楚下面的提醒，勾上“看清楚了”再导入。"), field="confirmed"
        )


def _write(
    part: Part[Any], name: str, village: Unit, today: datetime.date
) -> tuple[Json, dict[int, uuid.UUID]]:
    """Write one kind of rows; gives back how to undo it, and the key of every row of the book."""
    model, day = _MODELS[name], DAY[name]
    made = [(at, model(village=village, order=at, **values)) for at, values in part.new]
    before: dict[str, Json] = {}
    for change in part.changed:
        before[str(change.row.pk)] = {field: old for field, (old, _new) in change.fields.items()}
        for field, (_old, new) in change.fields.items():
            setattr(change.row, field, new)
        if change.back:
            before[str(change.row.pk)][day] = getattr(change.row, day).isoformat()
            setattr(change.row, day, None)
    for row in part.gone:
        last = getattr(row, day)
        before[str(row.pk)] = {day: last.isoformat() if last else None}
        setattr(row, day, today)
    model.objects.bulk_create([row for _at, row in made], batch_size=BATCH)
    _overwrite(model, [*(change.row for change in part.changed), *part.gone])
    keys = {at: row.pk for at, row in (*made, *part.owner.items())}
    created = [str(row.pk) for _at, row in made]
    return {"created": created, "before": before, "gone": [str(row.pk) for row in part.gone]}, keys


def _overwrite(model: Any, rows: Sequence[Any]) -> None:
    """Write whole rows that are there already: one statement a batch, which ``bulk_update`` cannot."""
    columns = [field.attname for field in model._meta.concrete_fields if not field.primary_key]
    names = [field.name for field in model._meta.concrete_fields if field.attname in columns]
    model.objects.bulk_create(
        rows, batch_size=BATCH, update_conflicts=True, update_fields=names, unique_fields=["id"]
    )


def _write_phones(
    phones: Mapping[str, Any], owners: Mapping[str, Mapping[int, uuid.UUID]], village: Unit
) -> dict[str, str | None]:
    """Write the phones; gives back by owner the number from before, none where there was none."""
    wanted = {
        owners[name][int(at)]: number
        for name in ("households", "members")
        for at, number in phones.get(name, {}).items()
        if int(at) in owners[name]
    }
    kept = {phone.owner: phone for phone in Phone.objects.filter(village=village)}
    new = [
        Phone(owner=owner, village=village, number=number)
        for owner, number in wanted.items()
        if owner not in kept
    ]
    before: dict[str, str | None] = {str(phone.owner): None for phone in new}
    changed = []
    for owner, number in wanted.items():
        if owner in kept and kept[owner].number != number:
            before[str(owner)] = kept[owner].number
            kept[owner].number = number
            changed.append(kept[owner])
    Phone.objects.bulk_create(new, batch_size=BATCH)
    _overwrite(Phone, changed)
    return before


@transaction.atomic
def undo_import(actor: Actor, key: uuid.UUID) -> Upload:
    """Put the village's rows back to what they were before this import.

    Raises ``DomainError``: ``plans.upload-state`` (not imported), ``plans.upload-later-changes`` (changed or
    imported since), ``plans.upload-in-use`` (a plan or a published table rests on it).
    """
    upload = _held(key)
    village = upload.village
    if upload.state != UploadState.IMPORTED:
        raise DomainError("plans.upload-state", _("这份表没有导入，不用撤销。"))
    if village.revision != upload.facts["after"]:
        raise DomainError(
            "plans.upload-later-changes",
            _("导入以后，村里的资料又改过，不能整个撤销。请改一份表再交，或逐条改。"),
        )
    _refuse_planned(upload, village)
    for name, model in _MODELS.items():
        _put_back(model, upload.undo[name], DAY[name])
    _put_back_phones(upload.phones["before"], village)
    _delete_created(upload)
    _end_services(actor, village, upload.undo["members"], timezone.localdate())
    bump_revision(village)
    upload.state, upload.undo, upload.phones = UploadState.UNDONE, {}, {}
    upload.save(update_fields=["state", "undo", "phones"])
    record(actor, "upload.undo", f"upload:{key}", village.path)
    return upload


def _refuse_planned(upload: Upload, village: Unit) -> None:
    """Refuse when a plan or a published table rests on what the import brought."""
    planned = DomainError(
        "plans.upload-in-use",
        _("导入以后已经排过表，有表用着这些人和户，不能撤销。请先放弃那份草稿；已发布的，请改一份表再交。"),
    )
    living = (RunState.PLANNING, RunState.DRAFT, RunState.PUBLISHED)
    if Run.objects.filter(village=village, revision__gte=upload.facts["after"], state__in=living).exists():
        raise planned
    houses = {uuid.UUID(key) for key in upload.undo["households"]["created"]}
    members = {uuid.UUID(key) for key in upload.undo["members"]["created"]}
    linked = Link.objects.filter(household__village=village).values_list("household", "member")
    turned = (
        Turn.objects.filter(roster__village=village).exclude(member=None).values_list("member", flat=True)
    )
    if any(house in houses or member in members for house, member in linked) or members.intersection(turned):
        raise planned


def _put_back(model: Any, undo: Json, day: str) -> None:
    rows = {}
    for keys in _batches(list(undo["before"])):
        rows.update({str(row.pk): row for row in model.objects.filter(pk__in=keys)})
    for key, values in undo["before"].items():
        for name, old in values.items():
            value = datetime.date.fromisoformat(old) if name == day and old else old
            setattr(rows[key], name, value)
    _overwrite(model, list(rows.values()))


def _put_back_phones(before: Mapping[str, str | None], village: Unit) -> None:
    kept = {str(phone.owner): phone for phone in Phone.objects.filter(village=village)}
    changed = []
    for owner, number in before.items():
        if number is not None and owner in kept:
            kept[owner].number = number
            changed.append(kept[owner])
    _overwrite(Phone, changed)
    for owners in _batches([owner for owner, number in before.items() if number is None]):
        Phone.objects.filter(owner__in=owners).delete()


def _delete_created(upload: Upload) -> None:
    try:
        for name in ("households", "members", "posts"):
            for keys in _batches(upload.undo[name]["created"]):
                _MODELS[name].objects.filter(pk__in=keys).delete()
    except ProtectedError:
        raise DomainError("plans.upload-in-use", _("导入的人或户已经用在别处，不能撤销。")) from None


def _batches(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    """The keys in pieces that any database takes in one statement."""
    for at in range(0, len(keys), BATCH):
        yield keys[at : at + BATCH]
