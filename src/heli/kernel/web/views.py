"""Pages that belong to no slice: how one wants one's pages, whom to ask, and what went wrong."""

from __future__ import annotations

import sys

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from heli.kernel.lib.faults import Fault, fault_of
from heli.kernel.settings.definitions import COMPLAINTS
from heli.kernel.settings.queries import value_of
from heli.kernel.web.words import PROBLEMS

YEAR = 365 * 24 * 3600


def _back(request: HttpRequest, name: str, value: str) -> HttpResponse:
    """Set the cookie and go back to where the person was: an address of this site, else home."""
    target = request.POST.get("next", "")
    hosts, secure = {request.get_host()}, request.is_secure()
    safe = target.startswith("/") and url_has_allowed_host_and_scheme(target, hosts, require_https=secure)
    response = HttpResponseRedirect(target if safe else "/")
    response.set_cookie(
        name, value, max_age=YEAR, httponly=True, samesite="Lax", secure=settings.LANGUAGE_COOKIE_SECURE
    )
    return response


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Chinese or English from now on."""
    return _back(request, "language", "en" if request.POST.get("language") == "en" else "zh-hans")


@require_POST
def large(request: HttpRequest) -> HttpResponse:
    """Large type from now on, or no more."""
    return _back(request, "large", "1" if request.POST.get("large") == "1" else "0")


@require_GET
def complaints(request: HttpRequest) -> HttpResponse:
    """Whom to ask; nothing is collected."""
    return render(request, "web/complaints.html", {"whom": value_of(COMPLAINTS, timezone.localdate())})


def _problem(request: HttpRequest, code: str, status: int) -> HttpResponse:
    heading, cure = PROBLEMS[code]
    return render(
        request, "web/problem.html", {"code": code, "heading": heading, "cure": cure}, status=status
    )


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """What came cannot be read, or is too much."""
    if isinstance(exception, RequestDataTooBig):
        return too_much_text(request)
    return _problem(request, "400", 400)


def too_large(request: HttpRequest) -> HttpResponse:
    """The file or form is larger than we take."""
    return _problem(request, "413", 413)


def too_much_text(request: HttpRequest) -> HttpResponse:
    """More was typed, or sent, than a form takes."""
    return _problem(request, "413-1", 413)


def length_required(request: HttpRequest) -> HttpResponse:
    """A body that does not say how long it is; browsers always do."""
    return _problem(request, "411", 411)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """What you may see but not do."""
    return _problem(request, "403", 403)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """The form came without the sign that this site made it, mostly because it stood open too long."""
    return _problem(request, "403-1", 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """Not there, or not for you."""
    return _problem(request, "404", 404)


def drawing_too_long(request: HttpRequest) -> HttpResponse:
    """A picture or print that was given up."""
    response = _problem(request, "503", 503)
    response["Retry-After"] = "60"
    return response


def failed(request: HttpRequest) -> HttpResponse:
    """Our fault, or the machine's: no room on the disk (507), no database (503). The page needs neither."""
    fault = fault_of(sys.exc_info()[1])
    code = ("507" if fault is Fault.FULL else "503-1") if fault else "500"
    heading, cure = PROBLEMS[code]
    known: dict[str, object] = {
        "large": getattr(request, "large", False),
        "complaints_url": settings.COMPLAINTS_URL,
    }
    return render(None, "web/failed.html", {"heading": heading, "cure": cure, **known}, status=int(code[:3]))
