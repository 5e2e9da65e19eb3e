"""Fetch is authorise: the only way a page gets a unit."""

from __future__ import annotations

import uuid

from django.core.exceptions import PermissionDenied
from django.http import Http404

from heli.kernel.access.actor import Actor
from heli.kernel.access.roles import Verb
from heli.orgs.models import Unit


def village_for(actor: Actor, key: uuid.UUID, verb: Verb) -> Unit:
    """The village, for an actor who may do ``verb`` in it.

    Raises ``Http404`` when the actor may not even see it, ``PermissionDenied`` when they may see but not
    do this.
    """
    village = Unit.objects.villages().filter(pk=key).first()
    if village is None:
        raise Http404
    if actor.may(verb, village.path):
        return village
    if actor.may(Verb.SEE_VILLAGE, village.path):
        raise PermissionDenied
    raise Http404
