"""Who gets past the door of a page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import TypeVar

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest
from django.http import HttpResponse

from heli.kernel.access.request import PersonRequest

View = Callable[..., HttpResponse]
Deed = TypeVar("Deed")


def signed_in(view: View) -> View:
    """A page for somebody who is signed in, staff or member; anybody else is sent to sign in and comes back.

    What they may see there is the view's own question (``access`` of its slice).
    """

    @wraps(view)
    def page(request: PersonRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.actor.signed_in:
            return view(request, *args, **kwargs)
        return redirect_to_login(request.get_full_path())

    return page


def deed(request: PersonRequest, deeds: Mapping[str, Deed]) -> Deed:
    """Which of the deeds of a form was asked for, by the value of its button ``do``.

    Raises ``BadRequest`` for any other value: a form never does what nobody pressed.
    """
    try:
        return deeds[request.POST.get("do", "")]
    except KeyError:
        raise BadRequest from None
