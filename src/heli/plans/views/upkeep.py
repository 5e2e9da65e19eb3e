"""Keep the published tables true: who changes is shown before anything is written."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from heli.grids.access import household_for
from heli.kernel.access.request import PersonRequest
from heli.kernel.access.roles import Verb
from heli.kernel.lib.errors import DomainError
from heli.kernel.web.access import signed_in
from heli.kernel.web.submit import refused_page
from heli.orgs.access import unit_for
from heli.people.access import member_for
from heli.plans.commands.upkeep import exempt_for_age, plan_return, relink
from heli.plans.forms.publish import RelinkForm, chosen
from heli.plans.queries import upkeep as query
from heli.plans.queries.titles import now_of, upkeep_words


@signed_in
@require_safe
def upkeep(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """What is not true any more of the published tables."""
    village = unit_for(request.actor, key, Verb.SEE_VILLAGE)
    today = timezone.localdate()
    now = query.open_items(village, today)
    context = {
        "village": village,
        "now": now,
        "answer": upkeep_words(now_of(village, today, timezone.localtime()), now.to_do),
        "form": RelinkForm(initial={"day": today}),
        "today": today,
        "may_edit": request.actor.may(Verb.EDIT, village.path),
        "may_plan": request.actor.may(Verb.PLAN, village.path),
    }
    return render(request, "plans/upkeep.html", context)


@signed_in
@require_POST
def upkeep_relink(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """Plan again from what is in force, with the fewest changes."""
    village = unit_for(request.actor, key, Verb.PLAN)
    form = RelinkForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("请写一个日期，例如 2026-11-30。"))
        return redirect("upkeep", village.pk)
    run = relink(request.actor, village, form.cleaned_data["day"])
    return redirect("publish", run.pk)


@signed_in
@require_POST
def upkeep_exempt(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """The village decides that a member who is old enough need not serve."""
    member = member_for(request.actor, key, Verb.EDIT)
    try:
        exempt_for_age(request.actor, member, timezone.localdate())
    except DomainError as refused:
        return refused_page(request, refused, reverse("upkeep", args=[member.village_id]))
    messages.success(request, _("记下了：%(name)s 免。") % {"name": member.name})
    return redirect("upkeep", member.village_id)


@signed_in
@require_POST
def upkeep_return(request: PersonRequest, key: uuid.UUID, absence: uuid.UUID) -> HttpResponse:
    """Somebody is back: plan with the households they had before, with the fewest changes otherwise."""
    member = member_for(request.actor, key, Verb.PLAN)
    run = plan_return(request.actor, member, absence, timezone.localdate())
    return redirect("publish", run.pk) if run else redirect("upkeep", member.village_id)


@signed_in
@require_http_methods(["GET", "POST"])
def household_near(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """Who is near a household and has room; one of them can be chosen."""
    household = household_for(request.actor, key, Verb.PLAN)
    village, today = household.village, timezone.localdate()
    member = chosen(request.POST)
    if member is not None and member_for(request.actor, member, Verb.PLAN).village_id == village.pk:
        run = relink(request.actor, village, today, {household.pk: member})
        return redirect("publish", run.pk)
    near = query.nearest(village, household.pk, today)
    context = {"household": household, "village": village, "near": near}
    return render(request, "plans/household_near.html", context)
