"""Keep a file; delete files after their time."""

from __future__ import annotations

import datetime
import hashlib

from heli.kernel.files.models import File
from heli.kernel.lib.registry import file_kinds


def keep(kind: str, scope: str, name: str, media_type: str, data: bytes, today: datetime.date) -> File:
    """Keep a file of a kind (``Slice.files``) for the unit with the path ``scope``."""
    days = file_kinds()[kind].keep_days
    return File.objects.create(
        kind=kind,
        scope=scope,
        name=name,
        media_type=media_type,
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        data=data,
        keep_until=None if days is None else today + datetime.timedelta(days=days),
    )


def tidy(today: datetime.date) -> int:
    """Delete the files whose last day is over; how many."""
    over = File.objects.filter(keep_until__lt=today)
    many = over.count()
    over.delete()
    return many
