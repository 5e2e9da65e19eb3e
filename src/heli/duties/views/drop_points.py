"""The drop points of a village, changed by hand: what happens to the published roster is said before."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from heli.duties import commands
from heli.duties.access import point_for
from heli.duties.forms.points import CloseForm, PointForm, SlotForms, slot_forms
from heli.duties.models import PostRow
from heli.duties.queries.hours import effect_of, listed_points
from heli.kernel.access.request import PersonRequest
from heli.kernel.access.roles import Verb
from heli.kernel.lib.stale import row_hash
from heli.kernel.web.access import signed_in
from heli.kernel.web.submit import form_page, submit
from heli.orgs.access import unit_for


@signed_in
@require_safe
def drop_points(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """Where people stand and when: one line a drop point."""
    village = unit_for(request.actor, key, Verb.SEE_VILLAGE)
    found = listed_points(village, timezone.localdate())
    may_edit = request.actor.may(Verb.EDIT, village.path)
    context = {"village": village, "points": found, "may_edit": may_edit}
    return render(request, "duties/drop_points.html", context)


@signed_in
@require_http_methods(["GET", "POST"])
def point_new(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """A further drop point."""
    village, today = unit_for(request.actor, key, Verb.EDIT), timezone.localdate()
    form, slots = PointForm(None, today, request.POST or None), slot_forms(None, request.POST or None)

    def act() -> HttpResponse:
        said = form.cleaned_data
        commands.add_point(request.actor, village, said["name"], said["where"], slots.slots, said["since"])
        return _told(request, village.pk)

    done = submit(form, act) if slots.is_valid() else None
    return done or form_page(request, "duties/point.html", form, slots=slots, village=village)


@signed_in
@require_http_methods(["GET", "POST"])
def point(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """Change a drop point: first what that does to the published roster, then the change."""
    row, today = point_for(request.actor, key, Verb.EDIT), timezone.localdate()
    form, slots = PointForm(row, today, request.POST or None), slot_forms(row, request.POST or None)
    effect: dict[str, object] = {}

    def act() -> HttpResponse:
        effect.update(_effect(request, row, form, slots))
        if effect:
            return HttpResponse()
        said = form.cleaned_data
        commands.change_point(
            request.actor, row, said["name"], said["where"], slots.slots, said["since"], said_seen(form)
        )
        return _told(request, row.village_id)

    done = submit(form, act) if slots.is_valid() else None
    context = {"slots": slots, "point": row, "village": row.village, **effect}
    return done if done and not effect else form_page(request, "duties/point.html", form, **context)


def said_seen(form: PointForm | CloseForm) -> str:
    """The hash of what the form was made from."""
    return str(form.cleaned_data["seen"])


def _effect(request: HttpRequest, row: PostRow, form: PointForm, slots: SlotForms) -> dict[str, object]:
    """What is said before the change; nothing when it was said of just this change, or nothing happens."""
    sure = row_hash({"slots": [repr(slot) for slot in slots.slots], "since": form.cleaned_data["since"]})
    found = effect_of(row, slots.slots, form.cleaned_data["since"])
    if found is None or request.POST.get("sure") == sure:
        return {}
    return {"sure": sure, "roster_since": found[0], "effect": found[1]}


@signed_in
@require_http_methods(["GET", "POST"])
def point_close(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """A drop point is no longer there from a day on, or that was a mistake."""
    row, today = point_for(request.actor, key, Verb.EDIT), timezone.localdate()
    form = CloseForm(row, today, request.POST or None)

    def act() -> HttpResponse:
        commands.close_point(request.actor, row, form.first_day, said_seen(form))
        return _told(request, row.village_id)

    context = {"point": row, "village": row.village, "found": effect_of(row, (), row.gone_on or today)}
    return submit(form, act) or form_page(request, "duties/point_close.html", form, **context)


def _told(request: PersonRequest, village: uuid.UUID) -> HttpResponse:
    """Back to the list, where it is said what is to be done next."""
    messages.success(request, _("记下了。公布的值班表先不动，到“有人变动”重新安排，尽量少变。"))
    return redirect("drop_points", village)
