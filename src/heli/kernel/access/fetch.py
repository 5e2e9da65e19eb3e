"""The one answer to "may they have it?": a row, a 404, or a 403."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import TypeVar

from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404

from heli.kernel.access.actor import Actor
from heli.kernel.access.roles import Verb

RowT = TypeVar("RowT", bound=Model)


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


def row_for(
    actor: Actor,
    verb: Verb,
    rows: QuerySet[RowT],
    path: Callable[[RowT], str] = attrgetter("village.path"),
) -> RowT:
    """The row, for an actor who may do ``verb`` in its unit. ``rows`` are those with its key; ``path`` finds
    the path of the unit.

    Raises ``Http404`` when there is none or the actor may not even see the unit, ``PermissionDenied`` when
    they may see but not do this.
    """
    row = rows.first()
    if row is None:
        raise Http404
    refuse_unless(actor, verb, path(row))
    return row
