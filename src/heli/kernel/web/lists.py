"""A list as a page, and as an Excel book."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header

from heli.kernel.access.request import PersonRequest
from heli.kernel.audit.commands import record
from heli.kernel.lib.lists import Found, List, find, lines, narrowed
from heli.kernel.sheets.write import Sheet, masked, write_book

RowT = TypeVar("RowT", bound=Model)

BOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST = 100_000
"""Rows of an Excel book."""


def list_page(
    request: PersonRequest,
    list_: List,
    rows: QuerySet[RowT],
    title: Callable[[Found], str],
    shown: Callable[[Sequence[RowT]], Sequence[object]] = lambda rows: rows,
    template: str = "web/list.html",
    **context: object,
) -> HttpResponse:
    """The page of a list that the query asks for, with ``title`` as its heading; see ``find``.

    With ``as=xlsx`` all that was searched and filtered as an Excel book, and a line in the audit. The rows
    are those that the actor may see: who calls this has asked.
    """
    if request.GET.get("as") == "xlsx":
        scope = str(getattr(context.get("village"), "path", ""))
        return _book(request, list_, shown(list(narrowed(request.GET, list_, rows)[:MOST])), scope)
    found = find(request.GET, list_, rows, shown)
    return render(request, template, {"found": found, "title": title(found), **context})


def _book(request: PersonRequest, list_: List, rows: Sequence[object], scope: str) -> HttpResponse:
    header = tuple(str(column.label) for column in list_.columns if column.exported)
    sheet = masked(Sheet(str(list_.label), header, list(lines(list_, rows)), landscape=True))
    made = io.BytesIO()
    write_book(made, [sheet], str(list_.label), timezone.localdate())
    record(request.actor, "list.exported", f"list:{list_.name}", scope, rows=len(rows))
    answer = HttpResponse(made.getvalue(), content_type=BOOK)
    name = f"{list_.label}-{timezone.localdate():%Y-%m-%d}.xlsx"
    answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    answer["Cache-Control"] = "no-store"
    return answer
