"""Pages about households: the book, one household, and what changes with it."""

from __future__ import annotations

import uuid

from allauth.core import ratelimit
from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from heli.grids import commands
from heli.grids.access import household_for
from heli.grids.forms import (
    EmptyForm,
    FindMemberForm,
    GoneForm,
    HouseholdForm,
    LetForm,
    NewHouseholdForm,
    SplitForm,
)
from heli.grids.models import HouseholdRow
from heli.grids.queries.front import member_at, villages_with_table
from heli.grids.queries.households import HOUSEHOLDS, households_of
from heli.grids.queries.links import linked_to, responsible_on
from heli.grids.queries.member import member_page
from heli.kernel.access.request import PersonRequest
from heli.kernel.access.roles import Verb
from heli.kernel.web.access import signed_in
from heli.kernel.web.frame import telephone
from heli.kernel.web.lists import list_page
from heli.kernel.web.submit import form_page, submit
from heli.orgs.access import unit_for
from heli.people.access import member_for
from heli.people.commands import open_member


@signed_in
@require_safe
def households(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """The village's households, to find one."""
    village = unit_for(request.actor, key, Verb.SEE_VILLAGE)
    return list_page(
        request,
        HOUSEHOLDS,
        households_of(village, timezone.localdate()),
        lambda found: _("%(village)s：%(count)d户") % {"village": village, "count": found.total},
        template="grids/households.html",
        village=village,
        may_edit=_may_edit(request, village.path),
    )


@signed_in
@require_safe
def household(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """One household: what is known, who is responsible, who was."""
    row = household_for(request.actor, key, Verb.SEE_VILLAGE)
    commands.open_household(request.actor, row)
    links, today = linked_to(row), timezone.localdate()
    (now,) = responsible_on([row], today)
    context = {"household": row, "village": row.village, "links": links, "today": today, "now": now}
    context["may_edit"] = _may_edit(request, row.village.path)
    return render(request, "grids/household.html", context)


@signed_in
@require_safe
def member(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """One grid member: households, turns, load, what happened; the read is written down."""
    row = member_for(request.actor, key, Verb.SEE_VILLAGE)
    open_member(request.actor, row)
    found = member_page(row, timezone.localtime())
    verbs = {"edit": Verb.EDIT, "swap": Verb.SWAP, "reveal": Verb.REVEAL}
    may = {name: request.actor.may(verb, row.village.path) for name, verb in verbs.items()}
    context = {"member": row, "village": row.village, "found": found, "may": may}
    return render(request, "grids/member.html", context)


@signed_in
@require_http_methods(["GET", "POST"])
def household_edit(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """Change what the village knows of a household."""
    row = household_for(request.actor, key, Verb.EDIT)
    form = HouseholdForm(row, request.POST or None)

    def act() -> HttpResponse:
        commands.edit_household(request.actor, row, form.facts, form.cleaned_data["seen"])
        return _told(request, _("%(household)s的情况改好了。") % {"household": row}, row)

    return submit(form, act) or _form_page(request, "grids/household_edit.html", form, row)


@signed_in
@require_http_methods(["GET", "POST"])
def household_new(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """A household moves in."""
    village = unit_for(request.actor, key, Verb.EDIT)
    form = NewHouseholdForm(request.POST or None)

    def act() -> HttpResponse:
        new = commands.move_in(request.actor, village, form.facts)
        return _told(request, _("%(household)s记下了。") % {"household": new}, new, "household_near")

    return submit(form, act) or form_page(request, "grids/household_new.html", form, village=village)


@signed_in
@require_http_methods(["GET", "POST"])
def household_split(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """Part of a household becomes its own."""
    row = household_for(request.actor, key, Verb.EDIT)
    form = SplitForm(row, request.POST or None)

    def act() -> HttpResponse:
        new = commands.split_household(request.actor, row, **form.cleaned_data)
        return _told(request, _("%(head)s户分出来了，记下了。") % {"head": new.head}, new, "household_near")

    return submit(form, act) or _form_page(request, "grids/household_split.html", form, row)


@signed_in
@require_http_methods(["GET", "POST"])
def household_let(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """A house is let, or no longer."""
    row = household_for(request.actor, key, Verb.EDIT)
    form = LetForm(row, request.POST or None)

    def act() -> HttpResponse:
        facts, seen = form.facts, form.cleaned_data["seen"]
        commands.set_let(request.actor, row, bool(facts["let"]), form.cleaned_data["tenants"], seen)
        return _told(request, _("%(household)s记下了。") % {"household": row}, row)

    return submit(form, act) or _form_page(request, "grids/household_let.html", form, row)


@signed_in
@require_http_methods(["GET", "POST"])
def household_empty(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """Nobody lives there, or somebody does again."""
    row = household_for(request.actor, key, Verb.EDIT)
    form = EmptyForm(row, request.POST or None)

    def act() -> HttpResponse:
        why = str(form.facts["no_link"])
        commands.set_empty(request.actor, row, why, form.cleaned_data["seen"])
        told = _("%(household)s记下了。") if why else _("%(household)s又有人住，要有人联系。")
        return _told(request, told % {"household": row}, row)

    return submit(form, act) or _form_page(request, "grids/household_empty.html", form, row)


@signed_in
@require_http_methods(["GET", "POST"])
def household_gone(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """The household moves away, or that was a mistake."""
    row = household_for(request.actor, key, Verb.EDIT)
    form = GoneForm(row, request.POST or None, timezone.localdate())

    def act() -> HttpResponse:
        commands.move_away(request.actor, row, form.first_day, form.cleaned_data["seen"])
        return _told(request, _("%(household)s记下了。") % {"household": row}, row)

    return submit(form, act) or _form_page(request, "grids/household_gone.html", form, row)


@require_http_methods(["GET", "HEAD", "POST"])
def find_member(request: HttpRequest) -> HttpResponse:
    """Who the member of one's own house is, without an account: one name for one house, and not too often.

    What was asked comes in the body and is written down nowhere.
    """
    today, told = timezone.localdate(), ""
    form = FindMemberForm(villages_with_table(today), request.POST or None)
    title, status = _("找我的网格员"), 200
    if form.is_valid():
        if not ratelimit.consume(request, action="find_member"):
            form.add_error(None, _("问得太多了，请过10分钟再来，或者直接问村里。"))
            status = 429
        elif told := member_at(form.cleaned_data["village"], form.cleaned_data["address"], today):
            title = _("您的网格员是%(name)s") % {"name": told}
        else:
            form.add_error("address", _("没有查到。请照门牌写路名和号，或者直接问村里。"))
    context = {"title": title, "form": form, "told": told, "telephone": telephone()}
    return render(request, "grids/find_member.html", context, status=status)


def _told(request: PersonRequest, text: str, row: HouseholdRow, page: str = "household") -> HttpResponse:
    """To a page of the household, where it is said what was done."""
    messages.success(request, text)
    return redirect(page, row.pk)


def _form_page(request: PersonRequest, template: str, form: Form, row: HouseholdRow) -> HttpResponse:
    return form_page(request, template, form, household=row, village=row.village)


def _may_edit(request: PersonRequest, path: str) -> bool:
    return request.actor.may(Verb.EDIT, path)
