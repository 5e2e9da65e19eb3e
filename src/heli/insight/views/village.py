"""A village's home and its week, and the counts of people from outside who live there."""

from __future__ import annotations

import datetime
import uuid
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from heli.grids.commands import count_newcomers
from heli.insight.access import newcomers_for
from heli.insight.forms import CountForm
from heli.insight.queries.begin import steps
from heli.insight.queries.newcomers import newcomers_at
from heli.insight.queries.village import home_of, week_from
from heli.insight.queries.words import home_words, week_words
from heli.kernel.access.request import PersonRequest
from heli.kernel.access.roles import Verb
from heli.kernel.lib.errors import DomainError
from heli.kernel.lib.fields import day_from
from heli.kernel.lib.todo import Asked
from heli.kernel.web.access import signed_in
from heli.kernel.web.submit import page
from heli.orgs.access import unit_for
from heli.orgs.models import Unit

WEEK = datetime.timedelta(weeks=1)


@signed_in
@require_safe
def show(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """What is to be done, the first rows or ``every`` one; who stands today and tomorrow; the two tables."""
    village = unit_for(request.actor, key, Verb.SEE_VILLAGE)
    asked, every = Asked(request.actor, village, timezone.localtime()), "every" in request.GET
    home = home_of(asked, request.GET.get("open", ""), every=every)
    context = {
        "village": village,
        "home": home,
        "rows": home.rows,
        "every": every,
        "answer": home_words(home),
        "steps": [] if home.begun else steps(home, request.actor),
        "today": asked.today,
        "may": _may(request, village),
    }
    return render(request, "insight/village.html", context)


@signed_in
@require_safe
def week(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """Who stands this week, or that of another ``date``."""
    village, moment = unit_for(request.actor, key, Verb.SEE_VILLAGE), timezone.localtime()
    day = day_from(request.GET["date"]) if "date" in request.GET else moment.date()
    monday = day - datetime.timedelta(days=day.weekday())
    days = week_from(village, monday, moment)
    turns = [stands.turn for _day, table in days for stands in table.turns]
    context = {
        "village": village,
        "days": days,
        "answer": week_words(monday, turns),
        "before": monday - WEEK,
        "after": monday + WEEK,
        "today": moment.date(),
        "may": _may(request, village),
    }
    return render(request, "insight/week.html", context)


@signed_in
@require_safe
def newcomers(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """People from outside by address and employer; small counts are told exactly to who counts."""
    village = unit_for(request.actor, key, Verb.SEE_VILLAGE)
    places = newcomers_at(village)
    context = {
        "village": village,
        "places": places,
        "people": sum(place.people for place in places),
        "may": _may(request, village),
    }
    return render(request, "insight/newcomers.html", context)


@signed_in
@require_http_methods(["GET", "POST"])
def count(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """Count people at an address that was not counted before."""
    village = unit_for(request.actor, key, Verb.EDIT)
    form = CountForm(village, request.POST or None)
    return _counted(request, village, form)


@signed_in
@require_http_methods(["GET", "POST"])
def recount(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """Change a count."""
    row = newcomers_for(request.actor, key, Verb.EDIT)
    before = {
        "address": row.address,
        "employer": row.employer.name if row.employer else "",
        "people": row.people,
        "seen": row.people,
    }
    form = CountForm(row.village, request.POST or None, initial=before, again=True)
    return _counted(request, row.village, form)


def _counted(request: PersonRequest, village: Unit, form: CountForm) -> HttpResponse:
    """Save what was typed; a refusal stands beside its field and nothing typed is lost."""
    refusal = None
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            count_newcomers(request.actor, village, today=timezone.localdate(), **said)
        except DomainError as refused:
            form.see(int(str(refused.params["now"])))
            form.add_error(refused.field, str(refused))
            refusal = refused
        else:
            messages.success(request, _("记下了：%(address)s，%(people)s 人。") % said)
            return redirect("newcomers", key=village.pk)
    status = HTTPStatus.BAD_REQUEST if form.is_bound else HTTPStatus.OK
    return page(request, "insight/count.html", {"village": village, "form": form}, refusal, status)


def _may(request: PersonRequest, village: Unit) -> dict[str, bool]:
    """What the actor may do here, by verb: a page shows no button that would be refused."""
    return {verb.value: request.actor.may(verb, village.path) for verb in Verb}
