"""Fetch is authorise: the only way a page or a job gets a kept file."""

from __future__ import annotations

import uuid

from django.http import Http404

from heli.kernel.access.actor import Actor
from heli.kernel.access.fetch import refuse_unless
from heli.kernel.access.roles import Verb
from heli.kernel.files.models import File
from heli.kernel.lib.registry import file_kinds


def file_for(actor: Actor, key: uuid.UUID) -> File:
    """The file, for an actor who may get files of its kind from its owner; its bytes are read when asked for.

    Raises ``Http404`` when there is none (any more) or the actor may not even see its owner,
    ``PermissionDenied`` when they may see but not get it.
    """
    row = File.objects.defer("data").filter(pk=key).first()
    kind = file_kinds().get(row.kind) if row else None
    if row is None or kind is None:
        raise Http404
    refuse_unless(actor, Verb(kind.verb), row.scope)
    return row
