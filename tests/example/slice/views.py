"""The page of lost items, and its list as a file."""

from __future__ import annotations

import uuid

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe
from heli.lost_items.commands import note_item
from heli.lost_items.forms import ItemForm
from heli.lost_items.queries import items_of
from heli.lost_items.sheets import items_book

from heli.kernel.access.request import PersonRequest
from heli.kernel.access.roles import Verb
from heli.kernel.web.access import known
from heli.kernel.web.submit import form_page, submit
from heli.orgs.access import unit_for


@known
@require_http_methods(["GET", "POST"])
def items(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """What was found, and a form to note one more."""
    village = unit_for(request.actor, key, Verb.EDIT if request.method == "POST" else Verb.SEE_VILLAGE)
    form = ItemForm(request.POST or None)

    def act() -> HttpResponse:
        note_item(request.actor, village, **form.cleaned_data)
        return redirect("lost_items", village.pk)

    may_edit = request.actor.may(Verb.EDIT, village.path)
    context = {"village": village, "items": items_of(village), "may_edit": may_edit}
    return submit(form, act) or form_page(request, "lost_items/items.html", form, **context)


@known
@require_safe
def book(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """The list as an Excel book."""
    village = unit_for(request.actor, key, Verb.SEE_VILLAGE)
    made = items_book(village.name, items_of(village), timezone.localdate())
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    headers = {"Content-Disposition": 'attachment; filename="items.xlsx"'}
    return HttpResponse(made, content_type=kind, headers=headers)
