"""Hand in a book, correct it, look at what it changes, import it, take it back."""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from heli.kernel.access.request import PersonRequest
from heli.kernel.access.roles import Verb
from heli.kernel.imports import commands, queries
from heli.kernel.imports.access import upload_for
from heli.kernel.imports.forms import (
    ENDINGS,
    MOST_IN_ALL,
    ImportForm,
    UploadForm,
    VersionForm,
    read_answers,
    read_fixes,
    typed_texts,
)
from heli.kernel.imports.importable import Importable, importable
from heli.kernel.imports.models import OPEN, Upload, UploadState
from heli.kernel.imports.preview import KINDS, ShownChange
from heli.kernel.imports.shown import shown_fixes, shown_problems, typed_elsewhere, understood_shown
from heli.kernel.lib.errors import DomainError
from heli.kernel.lib.records import to_json
from heli.kernel.sheets.template import write_pages
from heli.kernel.web.access import signed_in
from heli.kernel.web.bodies import takes_files
from heli.kernel.web.submit import page

PROBLEMS, ROWS = 7, 50
"""Problems and changed rows on a page."""
LARGE_BOOK = 3000
"""A book of more rows is imported by a job."""


def _may_hand_in(request: PersonRequest, key: uuid.UUID, what: str) -> object:
    """The unit, for whoever may hand in books there."""
    return importable(what).unit_for(request.actor, key, Verb.UPLOAD)


@takes_files(MOST_IN_ALL, _may_hand_in)
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: PersonRequest, key: uuid.UUID, what: str) -> HttpResponse:
    """The unit's uploads of one kind of book, and the form for the next."""
    book, unit, form = importable(what), _may_hand_in(request, key, what), UploadForm()
    if request.method == "POST":
        form = UploadForm(request.POST, request.FILES)
        if form.is_valid():
            instead, today = _instead_of(request, what, key), timezone.localdate()
            try:
                return _to_job(
                    commands.upload_books(request.actor, what, unit, form.handed(), today, instead)
                )
            except DomainError as refused:
                form.add_error(refused.field, str(refused))
    status = 400 if form.is_bound else 200
    words = {"village": unit, "book": book, "form": form, "uploads": queries.last_uploads(what, key)}
    words |= {"template": f"{book.address}_template", "endings": ENDINGS, "step": 1}
    return render(request, "imports/uploads.html", words, status=status)


def _to_job(upload: Upload) -> HttpResponse:
    return redirect(f"/job/{upload.job}/")


def _instead_of(request: PersonRequest, what: str, unit: uuid.UUID) -> Upload | None:
    """The upload a corrected file belongs to, if the form names one of this kind and unit."""
    try:
        key = uuid.UUID(request.POST.get("instead_of", ""))
    except ValueError:
        return None
    upload = upload_for(request.actor, key)
    return upload if (upload.what, upload.unit_id) == (what, unit) else None


@signed_in
@require_GET
def template(request: PersonRequest, key: uuid.UUID, what: str) -> HttpResponse:
    """An empty book to fill in; with ``?example=1`` a filled one, with ``?kept=1`` what is kept."""
    unit, book = _may_hand_in(request, key, what), importable(what)
    example, kept = request.GET.get("example") == "1", request.GET.get("kept") == "1" and book.kept_name
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.xlsx"
        pages = book.pages if example or kept else [page.empty for page in book.pages]
        if kept:
            pages = [replace(page, rows=rows) for page, rows in zip(pages, book.kept(unit), strict=True)]
        write_pages(path, pages)
        data = path.read_bytes()
    name = str(kept or (example and book.example_name) or book.file_name)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    headers = {"Content-Disposition": content_disposition_header(True, name) or "attachment"}
    return HttpResponse(data, content_type=kind, headers=headers)


@signed_in
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
    rows, at, pages = queries.page_of(upload.found, asked, PROBLEMS)
    book = importable(upload.what)
    shown = shown_problems(book, rows, (at - 1) * PROBLEMS, typed or {})
    words = {
        **_upload(request, upload),
        "problems": shown,
        "understood": understood_shown(upload.said),
        "typed_elsewhere": typed_elsewhere(shown, typed or {}),
        "page": at,
        "pages": pages,
        "fixes": shown_fixes(upload.fixed),
        **_preview(book, upload),
        "job": queries.reading_job(upload),
        "refused": refused,
        "form": UploadForm(),
    }
    return page(request, "imports/upload.html", words, refused)


def _upload(request: PersonRequest, upload: Upload) -> dict[str, object]:
    """What every page of an upload shows of it."""
    book = importable(upload.what)
    counted = book.counted(upload.facts) if "stop" in upload.facts else ""
    told = {"upload": upload, "village": upload.unit, "book": book, "counted": counted}
    follows = book.next_step is not None and request.actor.may(book.next_step.verb, upload.unit.path)
    kept = queries.undo_refusal(upload) if upload.state == UploadState.IMPORTED else None
    told |= {"step": queries.step_of(upload), "may_go_on": follows, "kept_because": kept}
    return {**told, "open": upload.state in OPEN}


def _preview(book: Importable[Any], upload: Upload) -> dict[str, object]:
    """What an import would change, in counts."""
    counts, questions = queries.counts_of(upload), queries.questions_of(upload)
    return {
        "parts": _parts(book, counts) if counts else [],
        "phones": counts.phones if counts else None,
        "questions": questions,
        "asking": any(question.same is None for question in questions),
        "empty": counts.empty if counts else True,
        "stale": upload.revision != book.version_of(upload.unit),
        "risks": queries.risks(upload),
    }


def _parts(book: Importable[Any], counts: queries.Counts) -> list[dict[str, object]]:
    return [
        {
            **to_json(counts.parts[rows.code]),
            "code": rows.code,
            "title": rows.title,
            "silent": [book.fields[name] for name in counts.parts[rows.code].silent if name in book.fields],
        }
        for rows in book.rows
    ]


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 9 else 1


@signed_in
@require_GET
def changes(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """One list of the preview: the new, changed or gone households, members or posts."""
    upload = upload_for(request.actor, key, "preview")
    book, kind = importable(upload.what), request.GET.get("kind", "")
    part = book.part(request.GET.get("part", ""))
    if part is None or kind not in KINDS or not upload.preview:
        return redirect("upload", key)
    listed = queries.preview_of(upload, part.code).rows(kind)
    found, page, pages = queries.page_of(listed, _number(request.GET.get("page")), ROWS)
    words = {
        **_upload(request, upload),
        "part": part.code,
        "headers": list(part.labels.values()),
        "kind": kind,
        "title": str(part.lists[kind]) % {"count": len(listed)},
        "rows": [_change(book, row) for row in found],
        "page": page,
        "pages": pages,
    }
    return render(request, "imports/upload_changes.html", words)


def _change(book: Importable[Any], row: ShownChange) -> dict[str, object]:
    words = [
        (book.fields[name], book.value_words(name, old), book.value_words(name, new))
        for name, old, new in row.fields
    ]
    return {"label": row.label, "back": row.back, "fields": words}


@signed_in
@require_POST
def fix(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """Cells corrected on the page."""
    upload = upload_for(request.actor, key, "problems")
    form = VersionForm(request.POST)
    try:
        fixes = read_fixes(request.POST, importable(upload.what).ticks, timezone.localdate())
        version = form.cleaned_data["version"] if form.is_valid() else -1
        upload = commands.fix_cells(request.actor, key, version, fixes)
    except DomainError as refused:
        return _page(request, upload, refused, typed=typed_texts(request.POST))
    return _to_job(upload)


@signed_in
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


@signed_in
@require_POST
def answer(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """Whether names that are written in two ways mean the same."""
    upload = upload_for(request.actor, key, "problems")
    form = VersionForm(request.POST)
    version = form.cleaned_data["version"] if form.is_valid() else -1
    try:
        commands.answer_renamed(request.actor, key, version, read_answers(request.POST), timezone.localdate())
    except DomainError as refused:
        return _page(request, upload, refused)
    return redirect("upload", key)


@signed_in
@require_POST
def again(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """Read again and compare with the village as it is now."""
    upload = upload_for(request.actor, key, "problems")
    try:
        upload = commands.read_again(request.actor, key)
    except DomainError as refused:
        return _page(request, upload, refused)
    return _to_job(upload)


@signed_in
@require_POST
def import_upload(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """Import what was previewed; a large book by a job."""
    upload = upload_for(request.actor, key, "problems")
    form = ImportForm(request.POST)
    seen = (form.cleaned_data["version"], form.cleaned_data["revision"]) if form.is_valid() else (-1, "")
    confirmed = form.is_valid() and form.cleaned_data["confirmed"]
    try:
        if sum(upload.facts.get(rows.code, 0) for rows in importable(upload.what).rows) > LARGE_BOOK:
            return _to_job(commands.ask_import(request.actor, key, seen, confirmed))
        commands.import_rows(request.actor, key, seen, timezone.localdate(), confirmed)
    except DomainError as refused:
        return _page(request, upload, refused)
    return redirect("upload", key)


@signed_in
@require_POST
def undo(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """Take the import back."""
    upload = upload_for(request.actor, key, "problems")
    try:
        commands.undo_import(request.actor, key)
    except DomainError as refused:
        return _page(request, upload, refused)
    return redirect("upload", key)


@signed_in
@require_POST
def away(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """Delete a book that is not imported."""
    upload = upload_for(request.actor, key, "problems")
    try:
        commands.put_away(request.actor, key)
    except DomainError as refused:
        return _page(request, upload, refused)
    return redirect(importable(upload.what).address, upload.unit.pk)
