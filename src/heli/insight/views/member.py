"""A member's own page."""

from __future__ import annotations

import datetime
import json
import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from heli.duties.access import me as member_for
from heli.insight.access import my_household
from heli.insight.commands import note_own_export, reveal_phone_of
from heli.insight.queries.member import my_page
from heli.insight.queries.own import as_json, own_data
from heli.kernel.access.request import PersonRequest
from heli.kernel.lib.errors import DomainError
from heli.kernel.web.access import signed_in
from heli.kernel.web.submit import form_page, submit
from heli.people.commands import set_absent
from heli.people.forms import AbsenceForm


@signed_in
@never_cache
@require_safe
def me(request: PersonRequest) -> HttpResponse:
    """My next turn, what concerns me, my households. Staff have no such page and go home."""
    if request.actor.member is None:
        return redirect("/")
    moment = timezone.localtime()
    page = my_page(member_for(request.actor, moment.date()), moment)
    today = moment.date()
    words = {"today": today, "tomorrow": today + datetime.timedelta(days=1)}
    return render(request, "insight/me.html", {"page": page, "village": page.member.village, **words})


@signed_in
@never_cache
@require_http_methods(["GET", "POST"])
def absence(request: PersonRequest) -> HttpResponse:
    """The days on which I cannot come."""
    today = timezone.localdate()
    member = member_for(request.actor, today)
    form = AbsenceForm(member, today, request.POST or None)

    def act() -> HttpResponse:
        set_absent(request.actor, member, **form.cleaned_data)
        return redirect("me")

    words = {"title": _("哪几天来不了"), "button": _("记下"), "village": member.village}
    return submit(form, act) or form_page(request, "insight/my_absence.html", form, **words)


@signed_in
@never_cache
@require_POST
def phone(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """A household's phone number, shown this once; the reading is recorded."""
    today = timezone.localdate()
    household = my_household(member_for(request.actor, today), key, today)
    try:
        number = reveal_phone_of(request.actor, household)
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("me")
    return render(request, "insight/phone.html", {"household": household, "number": number})


@signed_in
@never_cache
@require_safe
def data(request: PersonRequest) -> HttpResponse:
    """What Heli holds on me, to read and to print."""
    member = member_for(request.actor, timezone.localdate())
    note_own_export(request.actor, member)
    return render(request, "insight/my_data.html", {"member": member, "parts": own_data(member)})


@signed_in
@never_cache
@require_safe
def data_json(request: PersonRequest) -> HttpResponse:
    """The same as a file for a machine."""
    member = member_for(request.actor, timezone.localdate())
    note_own_export(request.actor, member)
    body = json.dumps(as_json(own_data(member)), ensure_ascii=False, indent=1)
    response = HttpResponse(body, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="heli.json"'
    return response
