"""A plan: asked for, looked at by member, by household, by turn, on the map; compared."""

from __future__ import annotations

import uuid

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from heli.kernel.access.request import PersonRequest
from heli.kernel.access.roles import Verb
from heli.kernel.web.access import signed_in
from heli.orgs.access import unit_for
from heli.plans.access import run_for
from heli.plans.commands.upkeep import relink
from heli.plans.forms.publish import chosen, publish_form
from heli.plans.forms.review import AgainForm, OptionsForm
from heli.plans.queries import overview, shown
from heli.plans.queries.differences import between_runs, by_publishing, first_day
from heli.plans.queries.publications import in_force
from heli.plans.queries.review import Review, review_of
from heli.plans.queries.titles import draft_words, rest_of

PAGE, MEMBERS = 40, 30
"""Rows of households, and of members, on one page."""


@signed_in
@require_http_methods(["GET", "POST"])
def plan(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """Ask for a plan of the village; the plans there are. To change everything is asked twice."""
    verb = Verb.PLAN if request.method == "POST" else Verb.SEE_VILLAGE
    village, today = unit_for(request.actor, key, verb), timezone.localdate()
    runs = shown.runs_of(village)
    wishes = request.POST if "mode" in request.POST else None
    form = OptionsForm(wishes, initial=shown.usual_options(runs))
    if request.method == "POST" and (wishes is None or form.is_valid()):
        options = form.options(today) if wishes else None
        made = relink(request.actor, village, today, options=options, everything="all" in request.POST)
        return redirect("job", key=made.job)
    context = {
        "village": village,
        "form": form,
        "drafts": shown.drafts_of(village, runs),
        "book": shown.book_of(village, today),
        "in_force": in_force(village),
        "confirm": "all" in request.GET,
        "may_plan": request.actor.may(Verb.PLAN, village.path),
    }
    return render(request, "plans/plan.html", context)


@signed_in
@require_GET
def run(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """What a plan comes to: what it changes, gaps first, and the form that puts it in force."""
    found, today = run_for(request.actor, key, Verb.SEE_VILLAGE), timezone.localdate()
    review = review_of(found, today)
    state = shown.job_state(found)
    if state is not None:
        context = {"run": found, "job": state, "conflicts": overview.conflicts(found, review.names)}
        context["problems"] = overview.problems(found)
        return render(request, "plans/run_waiting.html", context)
    now, rest = in_force(found.village), rest_of(found)
    changes = by_publishing(found, now, first_day(found, today))
    context = {
        **_page(request, review),
        "answer": draft_words(found, changes, rest.stale),
        "changes": changes,
        "rest": rest,
        "form": publish_form(found, now, today),
        "figures": overview.figures(review),
        "proofs": overview.proofs(found),
        "problems": overview.problems(found),
        "edits": overview.edits(found, review),
        "undone": found.edits.filter(undone=True).exists(),
        "again": AgainForm(),
        "others": shown.comparable(found),
    }
    return render(request, "plans/run.html", context)


@signed_in
@require_GET
def members(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """Who got what: every member with how much; one of them, opened, with their households and turns."""
    review = review_of(run_for(request.actor, key, Verb.SEE_VILLAGE), timezone.localdate())
    name, opened = request.GET.get("name", "").strip()[:40], chosen(request.GET)
    lines = [line for line in review.members() if name in line.person.label]
    context = {
        **_page(request, review),
        "page": Paginator(lines, MEMBERS).get_page(request.GET.get("page")),
        "name": name,
        "opened": opened,
        "back": request.get_full_path(),
    }
    return render(request, "plans/run_members.html", context)


@signed_in
@require_GET
def households(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """Every household with its member, how far and why; by lane, group or name."""
    review = review_of(run_for(request.actor, key, Verb.SEE_VILLAGE), timezone.localdate())
    asked = {name: request.GET.get(name, "").strip()[:40] for name in ("lane", "group", "name")}
    found = shown.households(review, **asked)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        **_page(request, review),
        "page": page,
        "asked": asked,
        "lanes": shown.lanes(review),
        "groups": shown.groups(review),
    }
    return render(request, "plans/run_households.html", context)


@signed_in
@require_GET
def roster(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """The week's turns; every seat leads to its change."""
    review = review_of(run_for(request.actor, key, Verb.SEE_VILLAGE), timezone.localdate())
    page = Paginator(shown.weeks(review), 1).get_page(request.GET.get("page"))
    return render(request, "plans/run_roster.html", {**_page(request, review), "page": page})


@signed_in
@require_GET
def chart(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """Where everybody's households are: a map with coordinates, else the lanes as strips."""
    review = review_of(run_for(request.actor, key, Verb.SEE_VILLAGE), timezone.localdate())
    lanes = Paginator(shown.strip_pages(shown.strips(review)), 1)
    context = {**_page(request, review), "placed": shown.placed(review)}
    context["page"] = lanes.get_page(request.GET.get("page"))
    return render(request, "plans/run_map.html", context)


@signed_in
@require_GET
def points(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """The points of the map: households with the colour of their member."""
    review = review_of(run_for(request.actor, key, Verb.SEE_VILLAGE), timezone.localdate())
    return JsonResponse(shown.geojson(review), content_type="application/geo+json")


@signed_in
@require_GET
def changes(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """Only what differs from the plan it was made again from."""
    found = run_for(request.actor, key, Verb.SEE_VILLAGE)
    if found.base is None:
        raise Http404
    return _compared(request, found.pk, found.base.pk)


@signed_in
@require_GET
def compare(request: PersonRequest, key: uuid.UUID, other: uuid.UUID) -> HttpResponse:
    """What differs between two plans of one village."""
    return _compared(request, key, other)


def _compared(request: PersonRequest, key: uuid.UUID, other: uuid.UUID) -> HttpResponse:
    found = run_for(request.actor, key, Verb.SEE_VILLAGE)
    against = run_for(request.actor, other, Verb.SEE_VILLAGE)
    if against.village_id != found.village_id:
        raise Http404
    review = review_of(found, timezone.localdate(), against)
    links, turns = between_runs(review)
    context = {
        **_page(request, review),
        "against": against,
        "links": links,
        "turns": turns,
        "page": Paginator([*links, *turns], PAGE).get_page(request.GET.get("page")),
        "figures": shown.figures(found, against),
    }
    return render(request, "plans/run_changes.html", context)


def _page(request: PersonRequest, review: Review) -> dict[str, object]:
    """What every page of a plan knows."""
    run = review.run
    return {
        "run": run,
        "review": review,
        "may_plan": request.actor.may(Verb.PLAN, run.village.path) and overview.is_draft(run),
        "may_publish": request.actor.may(Verb.PUBLISH, run.village.path),
    }
