"""Fetch is authorise: the only way a page gets a plan or a book handed in."""

from __future__ import annotations

import uuid

from django.http import Http404

from heli.kernel.access.actor import Actor
from heli.kernel.access.fetch import refuse_unless
from heli.kernel.access.roles import Verb
from heli.plans.models import LARGE, Run, Upload


def run_for(actor: Actor, key: uuid.UUID, verb: Verb) -> Run:
    """The plan, for an actor who may do ``verb`` in its village.

    Raises ``Http404`` when the actor may not even see the village, ``PermissionDenied`` when they may see but
    not do this.
    """
    run = Run.objects.select_related("village", "base__village").filter(pk=key).first()
    if run is None:
        raise Http404
    refuse_unless(actor, verb, run.village.path)
    return run


def upload_for(actor: Actor, key: uuid.UUID, *large: str) -> Upload:
    """The upload with its village, for an actor who may upload there; ``large`` names the fields to load.

    Raises ``Http404`` when the actor may not even see the village, ``PermissionDenied`` when they may see it
    but not upload.
    """
    found = Upload.objects.select_related("village").defer(*(name for name in LARGE if name not in large))
    upload = found.filter(pk=key).first()
    if upload is None:
        raise Http404
    refuse_unless(actor, Verb.UPLOAD, upload.village.path)
    return upload
