"""The list of lost items, and the page on which one is noted."""

from __future__ import annotations

import uuid

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from heli.lost_items.commands import note_item
from heli.lost_items.forms import ItemForm
from heli.lost_items.queries import ITEMS, items_of

from heli.kernel.access.request import PersonRequest
from heli.kernel.access.roles import Verb
from heli.kernel.web.access import signed_in
from heli.kernel.web.lists import list_page
from heli.kernel.web.submit import form_page, submit
from heli.orgs.access import unit_for


@signed_in
@require_safe
def items(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """What was found, to find one."""
    village = unit_for(request.actor, key, Verb.SEE_VILLAGE)
    return list_page(
        request,
        ITEMS,
        items_of(village),
        lambda found: _("%(village)s：%(count)d件失物") % {"village": village, "count": found.total},
        template="lost_items/items.html",
        village=village,
        may_edit=request.actor.may(Verb.EDIT, village.path),
        may_upload=request.actor.may(Verb.UPLOAD, village.path),
    )


@signed_in
@require_http_methods(["GET", "POST"])
def item_new(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """Note one more."""
    village = unit_for(request.actor, key, Verb.EDIT)
    form = ItemForm(request.POST or None)

    def act() -> HttpResponse:
        note_item(request.actor, village, **form.cleaned_data)
        return redirect("lost_items", village.pk)

    title = _("%(village)s：记一件失物") % {"village": village}
    return submit(form, act) or form_page(request, "web/form.html", form, village=village, title=title)
