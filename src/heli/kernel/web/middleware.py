"""Who is there, and how they want their pages."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.security import SecurityMiddleware
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from heli.kernel.access.actor import NOBODY, Actor
from heli.kernel.access.queries import actor_of
from heli.kernel.access.request import PersonRequest
from heli.kernel.accounts.models import Account, PersonalLink
from heli.kernel.lib.errors import DomainError
from heli.kernel.lib.schema import UNREADABLE
from heli.kernel.web.links import serving

MEMBER_KEY = "member"
"""Where the session keeps a grid member who came by personal link: ``[key, name, link]``, keys as text."""


class HeadersMiddleware(SecurityMiddleware):
    """Puts the policy headers on every answer, and lets no browser or proxy keep one that is no static file.

    First of all middlewares, so that refusals of the others carry them too; it refuses nothing itself.
    """

    def process_request(self, request: HttpRequest) -> None:
        """Let everything through: Django's own middleware, further in, sends plain HTTP to HTTPS."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """See the class."""
        response = super().process_response(request, response)
        if not request.path_info.startswith(settings.STATIC_URL) or response.status_code >= 400:
            response["Cache-Control"] = "no-store"
        return response


class PersonMiddleware:
    """Puts ``request.actor`` there, activates the language, says ``request.large``."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: PersonRequest) -> HttpResponse:
        """One request."""
        request.actor = _actor(request)
        request.large = request.COOKIES.get("large") == "1"
        language = request.COOKIES.get("language", "zh-hans")
        with translation.override(language if language in ("zh-hans", "en") else "zh-hans"):
            response = self.get_response(request)
            response.setdefault("Content-Language", translation.get_language())
        return response

    def process_exception(self, request: PersonRequest, exception: Exception) -> HttpResponse | None:
        """A stored document that this Heli cannot read is refused in words on every page that needs it."""
        if not isinstance(exception, DomainError) or exception.code != UNREADABLE:
            return None
        told = {"code": "409", "heading": _("这份资料打不开"), "cure": str(exception)}
        return render(request, "web/problem.html", told, status=409)


def _actor(request: HttpRequest) -> Actor:
    if isinstance(request.user, Account):
        return actor_of(request.user)
    if member := request.session.get(MEMBER_KEY):
        key, _name, link = member
        found = serving(uuid.UUID(key), timezone.localdate())
        if found is not None and PersonalLink.objects.filter(pk=link, revoked_at=None).exists():
            return Actor(member=uuid.UUID(key), name=found.name)
        del request.session[MEMBER_KEY]
    return NOBODY
