"""Delete files after their time."""

from __future__ import annotations

import datetime

from heli.kernel.files.models import File


def tidy(today: datetime.date) -> int:
    """Delete the files whose last day is over; how many."""
    over = File.objects.filter(keep_until__lt=today)
    many = over.count()
    over.delete()
    return many
