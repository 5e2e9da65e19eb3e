"""Who stood: by day, from the pen sheet, and as Excel for outside; and the notice of a day."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable, Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from heli.duties import commands, forms, papers
from heli.duties.queries.days import members_on
from heli.duties.queries.notice import table_on
from heli.duties.queries.presences import Duty, duties_between
from heli.duties.sheets import exports
from heli.kernel.access.request import PersonRequest
from heli.kernel.access.roles import Verb
from heli.kernel.lib.errors import DomainError
from heli.kernel.lib.fields import day_from
from heli.kernel.web.access import signed_in
from heli.kernel.web.submit import page
from heli.orgs.access import unit_for
from heli.orgs.models import Unit

_DAY = datetime.timedelta(days=1)
_Maker = Callable[[str, Sequence[Duty], datetime.datetime], bytes]
_BOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _date(request: PersonRequest, default: datetime.date) -> datetime.date:
    text = request.GET.get("date", "")
    return day_from(text) if text else default


def _said(request: PersonRequest, count: int) -> None:
    text = ngettext("保存了，改动%(count)d个班。", "保存了，改动%(count)d个班。", count) % {"count": count}
    messages.success(request, text if count else _("没有改动。"))


@signed_in
@require_http_methods(["GET", "POST"])
def day(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """Tick who stood on one day."""
    village, now = unit_for(request.actor, key, Verb.TICK), timezone.localtime()
    today = now.date()
    date, error = _date(request, today), None
    duties = duties_between(village, date, date)
    if request.method == "POST":
        try:
            entries = forms.day_entries([duty.turn for duty in duties], request.POST, now)
            _said(request, commands.tick(request.actor, village, entries, now))
            return redirect(request.get_full_path())
        except DomainError as refusal:
            error = refusal
    rows = forms.day_rows(duties, now, request.POST if error else None)
    context = {**_around(date, 1, today), **_of(request, village), "rows": rows, "error": error}
    context["unsaid"] = sum(row.unsaid for row in rows)
    context["begun"] = any(row.begun for row in rows)
    context["members"] = members_on(village, date)
    return page(request, "duties/presence.html", context, error)


def _around(date: datetime.date, days: int, today: datetime.date) -> dict[str, object]:
    step = days * _DAY
    return {"date": date, "before": date - step, "after": date + step, "today": today, "future": date > today}


def _of(request: PersonRequest, village: Unit) -> dict[str, object]:
    return {"village": village, "may_pay": request.actor.may(Verb.PUBLISH, village.path)}


@signed_in
@require_http_methods(["GET", "POST"])
def week(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """Tick a week at once, from the sheet that was ticked by pen."""
    village, now = unit_for(request.actor, key, Verb.TICK), timezone.localtime()
    today = now.date()
    date, error = _date(request, today), None
    monday = date - (date.isoweekday() - 1) * _DAY
    duties = duties_between(village, monday, monday + 6 * _DAY)
    if request.method == "POST":
        try:
            entries = forms.week_entries([duty.turn for duty in duties], request.POST, now)
            _said(request, commands.tick(request.actor, village, entries, now))
            return redirect(request.get_full_path())
        except DomainError as refusal:
            error = refusal
    lines = forms.week_lines(duties, today, request.POST if error else None)
    context = {**_around(monday, 7, today), **_of(request, village), "lines": lines, "error": error}
    context["days"] = [monday + number * _DAY for number in range(7)]
    return page(request, "duties/presence_week.html", context, error)


@signed_in
@require_http_methods(["GET", "POST"])
def hours(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """Volunteer hours as Excel."""
    return _export(request, key, "hours", exports.hours_book)


@signed_in
@require_http_methods(["GET", "POST"])
def record(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """The record of duty as Excel."""
    return _export(request, key, "record", exports.record_book)


def _export(request: PersonRequest, key: uuid.UUID, what: str, book: _Maker) -> HttpResponse:
    village = unit_for(request.actor, key, Verb.TICK)
    form = forms.ExportForm(request.POST or None, initial=_last_month())
    if form.is_valid():
        duties = duties_between(village, form.cleaned_data["first"], form.cleaned_data["last"])
        return _book(request, village, what, book(village.name, duties, timezone.localtime()))
    return render(request, "duties/export.html", {"village": village, "form": form, "what": what})


@signed_in
@require_http_methods(["GET", "POST"])
def pay(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """The pay list as Excel, at a rate typed here."""
    village = unit_for(request.actor, key, Verb.PUBLISH)
    form = forms.PayForm(request.POST or None, initial=_last_month())
    if form.is_valid():
        said = form.cleaned_data
        duties = duties_between(village, said["first"], said["last"])
        hourly, today = said["per"] == "hour", timezone.localdate()
        return _book(
            request, village, "pay", exports.pay_book(village.name, duties, said["rate"], hourly, today)
        )
    return render(request, "duties/export.html", {"village": village, "form": form, "what": "pay"})


def _last_month() -> dict[str, datetime.date]:
    """The month before this one: what is handed on is a month that is over."""
    last = timezone.localdate().replace(day=1) - _DAY
    return {"first": last.replace(day=1), "last": last}


def _book(request: PersonRequest, village: Unit, what: str, body: bytes) -> HttpResponse:
    commands.note_export(request.actor, village, what)
    response = HttpResponse(body, content_type=_BOOK)
    response["Content-Disposition"] = f'attachment; filename="{what}.xlsx"'
    return response


@signed_in
@require_safe
def notice(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """The text to paste in the members' chat; tomorrow's, unless another date is asked for."""
    village, today = unit_for(request.actor, key, Verb.TICK), timezone.localdate()
    date = _date(request, today + _DAY)
    table = table_on(village, date)
    context = {**_around(date, 1, today), "village": village, "text": papers.notice(table)}
    context["any"], context["gaps"] = bool(table.posts), sum(cell.unfilled for *_rest, cell in table.cells())
    return render(request, "duties/notice.html", context)
