"""Delete what nobody needs any more."""

from __future__ import annotations

import datetime

from heli.plans.models import Run, RunState

KEEP_DAYS = 90


def tidy(today: datetime.date) -> int:
    """Delete plans that were never published, after ninety days; how many."""
    since = today - datetime.timedelta(days=KEEP_DAYS)
    runs = Run.objects.filter(created_at__date__lt=since).exclude(state=RunState.PUBLISHED)
    many = runs.count()
    runs.delete()
    return many
