"""Hand in a book, correct it, look at what it changes, import it, take it back."""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from heli.kernel.access.request import PersonRequest
from heli.kernel.access.roles import Verb
from heli.kernel.lib.errors import DomainError
from heli.kernel.web.access import known
from heli.kernel.web.bodies import takes_files
from heli.kernel.web.submit import page
from heli.orgs.access import unit_for
from heli.orgs.models import Unit
from heli.plans.access import upload_for
from heli.plans.commands import uploads as commands
from heli.plans.forms.upload import (
    ENDINGS,
    MOST_IN_ALL,
    ImportForm,
    UploadForm,
    VersionForm,
    read_fixes,
    typed_texts,
)
from heli.plans.models import OPEN, Upload
from heli.plans.queries import uploads as queries
from heli.plans.queries.upload_words import FIELDS, field_words, value_words
from heli.plans.sheets import write_template
from heli.plans.sheets.shown import shown_fixes, shown_problems, typed_elsewhere, understood_shown

PROBLEMS, ROWS = 30, 100
"""Problems and changed rows on a page."""
LARGE_BOOK = 3000
"""A book of more rows is imported by a job."""


def _may_hand_in(request: PersonRequest, key: uuid.UUID) -> Unit:
    """The village, for whoever may hand in books there."""
    return unit_for(request.actor, key, Verb.UPLOAD)


@takes_files(MOST_IN_ALL, _may_hand_in)
@known
@require_http_methods(["GET", "HEAD", "POST"])
def hand_in(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """The village's uploads, and the form for the next."""
    village = _may_hand_in(request, key)
    form = UploadForm()
    if request.method == "POST":
        form = UploadForm(request.POST, request.FILES)
        if form.is_valid():
            instead, today = _instead_of(request, village), timezone.localdate()
            try:
                return _to_job(commands.hand_in(request.actor, village, form.handed(), today, instead))
            except DomainError as refused:
                form.add_error(refused.field, str(refused))
    status = 400 if form.is_bound else 200
    words = {"village": village, "form": form, "uploads": queries.last_uploads(village), "endings": ENDINGS}
    words["open"] = OPEN
    return render(request, "plans/uploads.html", words, status=status)


def _to_job(upload: Upload) -> HttpResponse:
    return redirect(f"/job/{upload.job}/")


def _instead_of(request: PersonRequest, village: Unit) -> Upload | None:
    """The upload a corrected file belongs to, if the form names one of this village."""
    try:
        key = uuid.UUID(request.POST.get("instead_of", ""))
    except ValueError:
        return None
    upload = upload_for(request.actor, key)
    return upload if upload.village_id == village.pk else None


@known
@require_GET
def template(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """An empty book to fill in; with ``?example=1`` a filled one."""
    _may_hand_in(request, key)
    example = request.GET.get("example") == "1"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.xlsx"
        write_template(path, example=example)
        data = path.read_bytes()
    name = _("登记表-例子.xlsx") if example else _("登记表.xlsx")
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    headers = {"Content-Disposition": content_disposition_header(True, name) or "attachment"}
    return HttpResponse(data, content_type=kind, headers=headers)


@known
@require_GET
def show(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """What was found in the book, and what an import would change."""
    upload = upload_for(request.actor, key, "problems", "understood")
    return _page(request, upload)


def _page(
    request: PersonRequest,
    upload: Upload,
    refused: DomainError | None = None,
    typed: Mapping[str, Sequence[str]] | None = None,
) -> HttpResponse:
    """The page of an upload; after a refusal with what was typed."""
    asked = _number(request.POST.get("page") or request.GET.get("page"))
    rows, at, pages = queries.page_of(upload.problems, asked, PROBLEMS)
    shown = shown_problems(rows, (at - 1) * PROBLEMS, typed or {})
    words = {
        "upload": upload,
        "village": upload.village,
        "problems": shown,
        "understood": understood_shown(upload.understood),
        "typed_elsewhere": typed_elsewhere(shown, typed or {}),
        "page": at,
        "pages": pages,
        "fixes": shown_fixes(upload.fixes),
        **_preview(upload),
        "job": queries.reading_job(upload),
        "may_undo": queries.may_undo(upload),
        "refused": refused,
        "form": UploadForm(),
    }
    return page(request, "plans/upload.html", words, refused)


def _preview(upload: Upload) -> dict[str, Any]:
    """What an import would change, in counts."""
    counts = upload.facts.get("changes")
    return {
        "parts": _parts(counts) if counts else [],
        "phones": counts["phones"] if counts else None,
        "empty": queries.is_empty(counts) if counts else True,
        "stale": upload.revision != upload.village.revision,
        "risks": queries.risks(upload),
    }


def _parts(counts: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {**counts[code], "code": code, "title": title, "silent": field_words(counts[code]["silent"])}
        for code, title in (("households", _("农户")), ("members", _("网格员")), ("posts", _("投放点")))
    ]


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 9 else 1


@known
@require_GET
def changes(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """One list of the preview: the new, changed or gone households, members or posts."""
    upload = upload_for(request.actor, key, "preview")
    part, kind = request.GET.get("part", ""), request.GET.get("kind", "")
    if part not in queries.PARTS or kind not in queries.KINDS or not upload.preview:
        return redirect("upload", key)
    found, page, pages = queries.page_of(upload.preview[part][kind], _number(request.GET.get("page")), ROWS)
    rows = [_change(row) for row in found] if kind == "changed" else [{"label": row} for row in found]
    words = {
        "upload": upload,
        "village": upload.village,
        "part": part,
        "kind": kind,
        "count": len(upload.preview[part][kind]),
        "rows": rows,
        "page": page,
        "pages": pages,
    }
    return render(request, "plans/upload_changes.html", words)


def _change(row: list[Any]) -> dict[str, Any]:
    label, back, fields = row
    words = [(FIELDS[name], value_words(name, old), value_words(name, new)) for name, old, new in fields]
    return {"label": label, "back": back, "fields": words}


@known
@require_POST
def fix(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """Cells corrected on the page."""
    upload = upload_for(request.actor, key, "problems")
    form = VersionForm(request.POST)
    try:
        fixes = read_fixes(request.POST, timezone.localdate())
        version = form.cleaned_data["version"] if form.is_valid() else -1
        upload = commands.fix_cells(request.actor, key, version, fixes)
    except DomainError as refused:
        return _page(request, upload, refused, typed=typed_texts(request.POST))
    return _to_job(upload)


@known
@require_POST
def unfix(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """One correction taken back."""
    upload = upload_for(request.actor, key, "problems")
    form = VersionForm(request.POST)
    try:
        number = form.cleaned_data["number"] if form.is_valid() else None
        version = form.cleaned_data["version"] if form.is_valid() else -1
        upload = commands.drop_fix(request.actor, key, version, -1 if number is None else number)
    except DomainError as refused:
        return _page(request, upload, refused)
    return _to_job(upload)


@known
@require_POST
def again(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """Read again and compare with the village as it is now."""
    upload = upload_for(request.actor, key, "problems")
    try:
        upload = commands.read_again(request.actor, key)
    except DomainError as refused:
        return _page(request, upload, refused)
    return _to_job(upload)


@known
@require_POST
def take(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """Import what was previewed; a large book by a job."""
    upload = upload_for(request.actor, key, "problems")
    form = ImportForm(request.POST)
    seen = (form.cleaned_data["version"], form.cleaned_data["revision"]) if form.is_valid() else (-1, -1)
    confirmed = form.is_valid() and form.cleaned_data["confirmed"]
    try:
        if sum(upload.facts.get(part, 0) for part in queries.PARTS) > LARGE_BOOK:
            return _to_job(commands.ask_import(request.actor, key, seen, confirmed))
        commands.import_rows(request.actor, key, seen, timezone.localdate(), confirmed)
    except DomainError as refused:
        return _page(request, upload, refused)
    return redirect("upload", key)


@known
@require_POST
def undo(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """Take the import back."""
    upload = upload_for(request.actor, key, "problems")
    try:
        commands.undo_import(request.actor, key)
    except DomainError as refused:
        return _page(request, upload, refused)
    return redirect("upload", key)


@known
@require_POST
def away(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """Delete a book that is not imported."""
    upload = upload_for(request.actor, key, "problems")
    try:
        commands.put_away(request.actor, key)
    except DomainError as refused:
        return _page(request, upload, refused)
    return redirect("uploads", upload.village.pk)
