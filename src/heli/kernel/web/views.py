"""Pages that belong to no slice."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """What you may see but not do."""
    return render(request, "web/problem.html", {"code": 403}, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """Not there, or not for you."""
    return render(request, "web/problem.html", {"code": 404}, status=404)


def failed(request: HttpRequest) -> HttpResponse:
    """Our fault."""
    return render(request, "web/problem.html", {"code": 500}, status=500)
