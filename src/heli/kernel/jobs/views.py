"""How far a job is."""

from __future__ import annotations

import uuid

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_POST

from heli.kernel.access.request import PersonRequest
from heli.kernel.jobs import access, commands
from heli.kernel.jobs.models import Job, State


@login_required
@require_GET
def job(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """Stage and percent while it runs; then on to what it made."""
    found = access.job_to_see(request.actor, key)
    if found.state == State.DONE and _next(found):
        return redirect(_next(found))
    context = {
        "job": found,
        "running": found.state in (State.WAITING, State.RUNNING),
        "sentence": found.result.get("said", {}).get(get_language(), found.error),
        "may_cancel": access.may_cancel(request.actor, found) and not found.cancel,
        "back": _next(found),
    }
    response = render(request, "jobs/job.html", context)
    response["Cache-Control"] = "no-store"
    return response


@login_required
@require_POST
def cancel(request: PersonRequest, key: uuid.UUID) -> HttpResponse:
    """End it."""
    found = access.job_to_cancel(request.actor, key)
    commands.cancel(request.actor, found)
    return redirect("job", key=found.pk)


def _next(found: Job) -> str:
    """Where to go when it is over: what the starter said, if it is an address of ours."""
    address = found.params.get("next", "")
    return address if url_has_allowed_host_and_scheme(address, None) and address.startswith("/") else ""
