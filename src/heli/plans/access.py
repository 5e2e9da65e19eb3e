"""Fetch is authorise: the only way a page gets a plan."""

from __future__ import annotations

import uuid

from heli.kernel.access.actor import Actor
from heli.kernel.access.fetch import row_for
from heli.kernel.access.roles import Verb
from heli.plans.models import Run


def run_for(actor: Actor, key: uuid.UUID, verb: Verb) -> Run:
    """The plan, for an actor who may do ``verb`` in its village. Raises as ``row_for``."""
    return row_for(actor, verb, Run.objects.filter(pk=key).select_related("village", "base__village"))
