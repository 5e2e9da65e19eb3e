"""What was done: for those who may read the audit."""

from __future__ import annotations

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from heli.kernel.access.request import PersonRequest
from heli.kernel.access.roles import Verb
from heli.kernel.audit import queries
from heli.kernel.lib.fields import DayInput, NumberField
from heli.kernel.lib.registry import audit_words


class FilterForm(forms.Form):
    """Which lines to show."""

    day = forms.DateField(label=_("哪一天"), required=False, widget=DayInput())
    verb = forms.ChoiceField(
        label=_("什么事"),
        required=False,
        choices=lambda: [("", _("全部")), *audit_words().items()],
    )
    before = NumberField(max_value=2**63 - 1, required=False, widget=forms.HiddenInput)


@login_required
@require_GET
def audit(request: PersonRequest) -> HttpResponse:
    """The newest first, of a day and a kind of deed if asked, fifty at a time."""
    if not request.actor.scopes(Verb.READ_AUDIT):
        raise Http404
    form = FilterForm(request.GET or None)
    asked = form.cleaned_data if form.is_valid() else {}
    day, verb = asked.get("day"), asked.get("verb") or ""
    lines, older = queries.page(request.actor, day, verb, asked.get("before"))
    words = audit_words()
    shown = [(line, words.get(line.verb, line.verb)) for line in lines]
    query = request.GET.copy()
    query["before"] = str(older)
    context = {"form": form, "lines": shown, "older": older and query.urlencode(), "day": day}
    return render(request, "audit/audit.html", context)
