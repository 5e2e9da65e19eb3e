"""Fetch is authorise: the only way a page gets a member."""

from __future__ import annotations

import uuid

from django.core.exceptions import PermissionDenied
from django.http import Http404

from heli.kernel.access.actor import Actor
from heli.kernel.access.roles import Verb
from heli.people.models import MemberRow


def member_for(actor: Actor, key: uuid.UUID, verb: Verb) -> MemberRow:
    """The member with their village, for an actor who may do ``verb`` there.

    Raises ``Http404`` when the actor may not even see the village, ``PermissionDenied`` when they may see
    but not do this.
    """
    member = MemberRow.objects.filter(pk=key).select_related("village").first()
    if member is None:
        raise Http404
    if actor.may(verb, member.village.path):
        return member
    if actor.may(Verb.SEE_VILLAGE, member.village.path):
        raise PermissionDenied
    raise Http404
