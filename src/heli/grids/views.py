"""Pages about households: the book, one household, and what changes with it."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from heli.grids import commands
from heli.grids.access import household_for
from heli.grids.forms import EmptyForm, GoneForm, HouseholdForm, LetForm, NewHouseholdForm, SplitForm
from heli.grids.queries.households import household_page
from heli.grids.queries.links import linked_to, responsible_on
from heli.kernel.access.roles import Verb
from heli.kernel.lib.errors import DomainError
from heli.kernel.lib.stale import CHANGED, fingerprint
from heli.kernel.web.access import known
from heli.kernel.web.request import PersonRequest
from heli.orgs.access import village_for


@known
def households(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """The village's households, to find one."""
    village = village_for(request.actor, key, Verb.SEE_VILLAGE)
    asked, show = request.GET.get("q", "").strip(), request.GET.get("show", "")
    found = household_page(village, timezone.localdate(), asked, show, request.GET.get("page", "1"))
    context = {"village": village, "page": found, "q": asked, "show": show}
    return render(request, "grids/households.html", {**context, "may_edit": _may_edit(request, village.path)})


@known
def household(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """One household: what is known, who is responsible, who was."""
    row = household_for(request.actor, key, Verb.SEE_VILLAGE)
    commands.open_household(request.actor, row)
    links, today = linked_to(row), timezone.localdate()
    (now,) = responsible_on([row], today)
    context = {"household": row, "village": row.village, "links": links, "today": today, "now": now}
    context["may_edit"] = _may_edit(request, row.village.path)
    return render(request, "grids/household.html", context)


@known
def household_edit(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """Change what the village knows of a household."""
    row = household_for(request.actor, key, Verb.EDIT)
    form = HouseholdForm(row, request.POST or None)
    differences = []
    if form.is_valid():
        try:
            commands.edit_household(request.actor, row, form.facts, form.cleaned_data["seen"])
        except DomainError as refused:
            form.add_error(refused.field or None, str(refused))
            if refused.code == CHANGED:
                differences = form.differences()
                form.data = request.POST.copy()
                form.data["seen"] = fingerprint(form.now)
        else:
            messages.success(request, _("%(household)s的情况改好了。") % {"household": row})
            return redirect("household", row.pk)
    context = {"household": row, "village": row.village, "form": form, "differences": differences}
    return render(request, "grids/household_edit.html", context)


@known
def household_new(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """A household moves in."""
    village = village_for(request.actor, key, Verb.EDIT)
    form = NewHouseholdForm(request.POST or None)
    if form.is_valid():
        try:
            row = commands.move_in(request.actor, village, form.facts)
        except DomainError as refused:
            form.add_error(refused.field or None, str(refused))
        else:
            messages.success(request, _("%(household)s记下了。") % {"household": row})
            return redirect("household_near", row.pk)
    return render(request, "grids/household_new.html", {"village": village, "form": form})


@known
def household_split(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """Part of a household becomes its own."""
    row = household_for(request.actor, key, Verb.EDIT)
    form = SplitForm(request.POST or None)
    if form.is_valid():
        try:
            new = commands.split_household(request.actor, row, **form.cleaned_data)
        except DomainError as refused:
            form.add_error(refused.field or None, str(refused))
        else:
            messages.success(request, _("%(head)s户分出来了，记下了。") % {"head": new.head})
            return redirect("household_near", new.pk)
    context = {"household": row, "village": row.village, "form": form}
    return render(request, "grids/household_split.html", context)


@known
def household_let(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """A house is let, or no longer."""
    row = household_for(request.actor, key, Verb.EDIT)
    let = {True: "yes", False: "no"}.get(row.let)  # type: ignore[arg-type]
    form = LetForm(request.POST or None, initial={"let": let, "tenants": row.tenants})
    if form.is_valid():
        said = form.cleaned_data
        commands.set_let(request.actor, row, said["let"] == "yes", said["tenants"])
        messages.success(request, _("%(household)s记下了。") % {"household": row})
        return redirect("household", row.pk)
    return render(
        request, "grids/household_let.html", {"household": row, "village": row.village, "form": form}
    )


@known
def household_empty(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """Nobody lives there, or somebody does again."""
    row = household_for(request.actor, key, Verb.EDIT)
    if request.method == "POST" and "again" in request.POST:
        commands.set_empty(request.actor, row, "")
        messages.success(request, _("%(household)s又有人住，要有人联系。") % {"household": row})
        return redirect("household", row.pk)
    form = EmptyForm(request.POST or None)
    if form.is_valid():
        commands.set_empty(request.actor, row, form.cleaned_data["why"])
        messages.success(request, _("%(household)s记下了。") % {"household": row})
        return redirect("household", row.pk)
    context = {"household": row, "village": row.village, "form": form}
    return render(request, "grids/household_empty.html", context)


@known
def household_gone(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """The household moves away, or that was a mistake."""
    row = household_for(request.actor, key, Verb.EDIT)
    if request.method == "POST" and "back" in request.POST:
        commands.move_away(request.actor, row, None)
        return redirect("household", row.pk)
    form = GoneForm(request.POST or None, initial={"day": row.gone_on or timezone.localdate()})
    if form.is_valid():
        commands.move_away(request.actor, row, form.cleaned_data["day"])
        messages.success(request, _("%(household)s记下了。") % {"household": row})
        return redirect("household", row.pk)
    context = {"household": row, "village": row.village, "form": form}
    return render(request, "grids/household_gone.html", context)


def _may_edit(request: PersonRequest, path: str) -> bool:
    return request.actor.may(Verb.EDIT, path)
