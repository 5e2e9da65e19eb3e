"""Put a plan in force; the tables in force and earlier ones; who was responsible on a day."""

from __future__ import annotations

import datetime
import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from heli.kernel.access.request import PersonRequest
from heli.kernel.access.roles import Verb
from heli.kernel.lib.errors import DomainError
from heli.kernel.papers.render import DrawingTooLong
from heli.kernel.web.access import signed_in
from heli.kernel.web.files import file_page
from heli.kernel.web.submit import form_page, refused_page, submit
from heli.kernel.web.views import drawing_too_long
from heli.orgs.access import unit_for
from heli.plans.access import pictures_for, run_for
from heli.plans.commands.publish import NOT_DRAFT, publish, violations
from heli.plans.forms.publish import DayForm, publish_form
from heli.plans.models import Run
from heli.plans.queries import publications as query
from heli.plans.queries.differences import between_versions, by_publishing, first_day
from heli.plans.queries.runs import plan_of
from heli.plans.queries.titles import draft_words, now_of, now_words, rest_of
from heli.plans.tasks.drawings import file_of, notices_from, offers_of

PAGE = 40
"""Differences on one page."""
WAITING = "2"
"""Seconds after which a page that waits for a plan looks again."""


@signed_in
@require_http_methods(["GET", "POST"])
def publish_run(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """What a plan would change, and the button that puts it in force."""
    run = run_for(request.actor, key, Verb.PUBLISH if request.method == "POST" else Verb.PLAN)
    if run.state != "draft":
        return _not_draft(request, run)
    today, now = timezone.localdate(), query.in_force(run.village)
    form = publish_form(run, now, today, request.POST or None)

    def act() -> HttpResponse:
        publish(request.actor, run.pk, today=today, **form.cleaned_data)
        messages.success(request, _("两张表已经公布。"))
        return redirect("published", run.village_id)

    may = request.actor.may(Verb.PUBLISH, run.village.path)
    return submit(form, act) or form_page(
        request,
        "plans/publish.html",
        form,
        may_publish=may,
        most=":" if "every" in request.GET else ":12",
        **_changes(run, now, today),
    )


def _changes(run: Run, now: query.InForce, today: datetime.date) -> dict[str, object]:
    """What would change; rules set aside are looked for only where somebody changed the plan by hand."""
    day = first_day(run, today)
    found, rest = by_publishing(run, now, day), rest_of(run)
    return {
        "run": run,
        "village": run.village,
        "answer": draft_words(run, found, rest.stale),
        "changes": found,
        "rest": rest,
        "broken": violations(plan_of(run, today)[0]) if run.version else [],
        "day": day,
    }


def _not_draft(request: PersonRequest, run: Run) -> HttpResponse:
    """A plan that waits, failed, or was published before."""
    back = reverse("published", args=[run.village_id])
    if request.method == "POST":
        return refused_page(request, DomainError("plans.run-not-draft", NOT_DRAFT), back)
    if run.state == "published":
        return redirect(back)
    page = render(request, "plans/publish_wait.html", {"run": run, "village": run.village})
    if run.state == "planning":
        page["Refresh"] = WAITING
    return page


@signed_in
@require_safe
def published(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """The tables in force, earlier ones below."""
    village = unit_for(request.actor, key, Verb.SEE_VILLAGE)
    today = timezone.localdate()
    tables = [_shown(query.versions(village, kind), today) for kind in query.KINDS]
    tomorrow = today + datetime.timedelta(days=1)
    context = {
        "village": village,
        "tables": [table for table in tables if table],
        "today": today,
        "answer": now_words(now_of(village, today, timezone.localtime())),
        "tomorrow": tomorrow,
        "notices": notices_from(village, tomorrow),
    }
    return render(request, "plans/published.html", context)


def _shown(versions: list[query.Version], today: datetime.date) -> dict[str, object] | None:
    """The version in force (or the next to come) with its files and texts, and all others."""
    if not versions:
        return None
    version = next((one for one in versions if one.holds(today)), versions[0])
    others = [one for one in versions if one is not version]
    return {"version": version, "others": others, "begun": not version.since > today, **_contents(version)}


def _contents(version: query.Version) -> dict[str, object]:
    if version.kind == "division":
        division = query.division_of(version)
        return {"table": division, "files": offers_of(division)}
    roster = query.roster_of(version)
    return {"table": roster, "files": offers_of(roster)}


@signed_in
@require_safe
def publication(request: PersonRequest, key: uuid.UUID, kind: str, number: int) -> HttpResponse:
    """One version: its files, and what is not the same as in the one before."""
    village = unit_for(request.actor, key, Verb.SEE_VILLAGE)
    versions = {one.number: one for one in query.versions(village, kind)}
    if number not in versions:
        raise Http404
    before = versions.get(number - 1)
    version, today = versions[number], timezone.localdate()
    context = {"village": village, "version": version, "before": before, "today": today}
    differing = between_versions(version, before) if before else []
    context["page"] = Paginator(differing, PAGE).get_page(request.GET.get("page"))
    return render(request, "plans/publication.html", {**context, **_contents(version)})


@signed_in
@require_safe
def publication_file(
    request: PersonRequest, key: uuid.UUID, kind: str, number: int, what: str
) -> HttpResponse:
    """One file of a version; drawn when it is first asked for. The pictures are for the members too."""
    picture = what == "small" or what.startswith("picture-")
    village = pictures_for(request.actor, key) if picture else unit_for(request.actor, key, Verb.SEE_VILLAGE)
    version = next((one for one in query.versions(village, kind) if one.number == number), None)
    try:
        kept = file_of(village, version, what) if version else None
    except DrawingTooLong:
        return drawing_too_long(request)
    if kept is None:
        raise Http404
    return file_page(request, kept, save=what == "book" or "save" in request.GET)


@signed_in
@require_safe
def responsible(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """Who was responsible for a household, or for a turn, on a day."""
    village = unit_for(request.actor, key, Verb.SEE_VILLAGE)
    today = timezone.localdate()
    form = DayForm(request.GET if "date" in request.GET else {"date": today, "q": request.GET.get("q", "")})
    context: dict[str, object] = {"village": village, "form": form, "today": today}
    if form.is_valid():
        day, asked = form.cleaned_data["date"], form.cleaned_data["q"]
        found, more = query.responsible_for(village, day, asked)
        context |= {"day": day, "q": asked, "households": found, "more": more}
        context["turns"] = query.stood_on(village, day)
    return render(request, "plans/responsible.html", context)
