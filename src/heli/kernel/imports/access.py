"""Fetch is authorise: the only way a page gets a book handed in."""

from __future__ import annotations

import uuid

from heli.kernel.access.actor import Actor
from heli.kernel.access.fetch import row_for
from heli.kernel.access.roles import Verb
from heli.kernel.imports.models import LARGE, Upload


def upload_for(actor: Actor, key: uuid.UUID, *large: str) -> Upload:
    """The upload with its unit, for an actor who may upload there; ``large`` names the fields to load.

    Raises as ``row_for``.
    """
    found = Upload.objects.filter(pk=key).select_related("unit")
    rows = found.defer(*(name for name in LARGE if name not in large))
    return row_for(actor, Verb.UPLOAD, rows, path=lambda upload: upload.unit.path)
