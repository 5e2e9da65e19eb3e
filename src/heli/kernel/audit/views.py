"""What was done: for those who may read the audit."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from heli.kernel.access.request import PersonRequest
from heli.kernel.access.roles import Verb
from heli.kernel.audit.queries import AUDIT, lines_of, lines_seen_by
from heli.kernel.lib.lists import find

LINES = 40
"""Of a page: five screens of a phone."""


@login_required
@require_GET
def audit(request: PersonRequest) -> HttpResponse:
    """The newest first, of a day and a kind of deed if asked."""
    if not request.actor.scopes(Verb.READ_AUDIT):
        raise Http404
    found = find(
        request.GET,
        AUDIT,
        lines_seen_by(request.actor),
        lambda events: lines_of(request.actor, events),
        LINES,
    )
    return render(request, "audit/audit.html", {"found": found, "title": _("谁在什么时候做了什么")})
