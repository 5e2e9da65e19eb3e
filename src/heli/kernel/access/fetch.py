"""The one answer to "may they have it?": a row, a 404, or a 403."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404

from heli.kernel.access.actor import Actor
from heli.kernel.access.roles import Verb


def refuse_unless(actor: Actor, verb: Verb, path: str | None) -> None:
    """Nothing, when the actor may do ``verb`` in the unit with this path.

    Raises ``Http404`` when there is no such unit (``None``) or the actor may not even see it,
    ``PermissionDenied`` when they may see but not do this.
    """
    if path is not None and actor.may(verb, path):
        return
    if path is not None and actor.may(Verb.SEE_VILLAGE, path):
        raise PermissionDenied
    raise Http404
