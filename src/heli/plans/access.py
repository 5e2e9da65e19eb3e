"""Fetch is authorise: the only way a page gets a plan."""

from __future__ import annotations

import uuid

from django.core.exceptions import PermissionDenied
from django.http import Http404

from heli.kernel.access.actor import Actor
from heli.kernel.access.roles import Verb
from heli.plans.models import Run


def run_for(actor: Actor, key: uuid.UUID, verb: Verb) -> Run:
    """The plan, for an actor who may do ``verb`` in its village.

    Raises ``Http404`` when the actor may not even see the village, ``PermissionDenied`` when they may see but
    not do this.
    """
    run = Run.objects.select_related("village", "base__village").filter(pk=key).first()
    if run is None:
        raise Http404
    if actor.may(verb, run.village.path):
        return run
    if actor.may(Verb.SEE_VILLAGE, run.village.path):
        raise PermissionDenied
    raise Http404
