"""A request as views get it."""

from __future__ import annotations

from django.http import HttpRequest

from heli.kernel.access.actor import Actor


class PersonRequest(HttpRequest):
    """A request with who is there and whether they want large type; see ``PersonMiddleware``."""

    actor: Actor
    large: bool
