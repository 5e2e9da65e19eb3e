"""Fetch is authorise: the only way a page gets a plan."""

from __future__ import annotations

import uuid

from django.http import Http404

from heli.kernel.access.actor import Actor
from heli.kernel.access.fetch import row_for
from heli.kernel.access.roles import Verb
from heli.orgs.access import unit_for
from heli.orgs.models import Unit
from heli.people.models import MemberRow
from heli.plans.models import Run


def run_for(actor: Actor, key: uuid.UUID, verb: Verb) -> Run:
    """The plan, for an actor who may do ``verb`` in its village. Raises as ``row_for``."""
    return row_for(actor, verb, Run.objects.filter(pk=key).select_related("village", "base__village"))


def pictures_for(actor: Actor, key: uuid.UUID) -> Unit:
    """The village whose published tables the actor may see as pictures: a member those of their own village.

    Raises ``Http404`` for a member of another one; for others as ``unit_for``.
    """
    if actor.member is None:
        return unit_for(actor, key, Verb.SEE_VILLAGE)
    own = MemberRow.objects.filter(pk=actor.member, village=key).select_related("village").first()
    if own is None:
        raise Http404
    return own.village
