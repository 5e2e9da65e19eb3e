"""Who gets past the door of a page."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse

from heli.kernel.web.request import PersonRequest

View = Callable[..., HttpResponse]


def known(view: View) -> View:
    """A page for somebody who is signed in, staff or member; anybody else is sent to sign in and comes back.

    What they may see there is the view's own question (``access`` of its slice).
    """

    @wraps(view)
    def page(request: PersonRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.actor.known:
            return view(request, *args, **kwargs)
        return redirect_to_login(request.get_full_path())

    return page
