"""Where people begin, all villages side by side, and the firms."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from heli.insight.access import sees_zone
from heli.insight.queries.begin import zone_steps
from heli.insight.queries.village import rows_of
from heli.insight.queries.words import workers_words, zone_words
from heli.insight.queries.zone import (
    FIRMS,
    firm_lines,
    firms_seen_by,
    villages_seen_by,
    workers_seen_by,
    zone_of,
)
from heli.kernel.access.request import PersonRequest
from heli.kernel.access.roles import Verb
from heli.kernel.lib.todo import Asked
from heli.kernel.web.access import signed_in
from heli.kernel.web.frame import front
from heli.kernel.web.lists import list_page


@require_safe
def home(request: PersonRequest) -> HttpResponse:
    """To one's own page: a member's, the one village's, the zone's; without an account, the front."""
    if not request.actor.signed_in:
        return front(request)
    if request.actor.member:
        return redirect("/me/")
    seen = list(villages_seen_by(request.actor)[:2])
    if len(seen) == 1 and not sees_zone(request.actor):
        return redirect("village", key=seen[0].pk)
    if seen or sees_zone(request.actor):
        return redirect("zone")
    return render(request, "insight/nothing.html")


@signed_in
@require_safe
def show(request: PersonRequest) -> HttpResponse:
    """Every village that has a gap, the first or ``every`` one; the others; for who sees more than one."""
    asked, every = Asked(request.actor, None, timezone.localtime()), "every" in request.GET
    zone = asked.read(zone_of, asked.actor, asked.moment)
    if not sees_zone(request.actor) and len(zone.villages) < 2:
        raise Http404
    rows = rows_of(asked, request.GET.get("open", ""), every=every)
    page = {
        "zone": zone,
        "rows": rows,
        "every": every,
        "whole": [(line, request.actor.may(Verb.SEE_VILLAGE, line.path)) for line in zone.whole],
        "answer": zone_words(zone, rows.rows),
        "steps": [] if zone.villages else zone_steps(),
        "sees_zone": sees_zone(request.actor),
    }
    return render(request, "insight/zone.html", page)


@signed_in
@require_safe
def firms(request: PersonRequest) -> HttpResponse:
    """The firms by name, so many people from outside each; a page at a time."""
    if not sees_zone(request.actor):
        raise Http404
    people, unknown = workers_seen_by(request.actor)
    return list_page(
        request,
        FIRMS,
        firms_seen_by(request.actor),
        lambda _found: workers_words(people),
        lambda firms: firm_lines(request.actor, firms),
        template="insight/firms.html",
        unknown=unknown,
    )
