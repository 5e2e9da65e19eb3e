"""Delete what nobody needs any more."""

from __future__ import annotations

import datetime

from heli.plans.models import Run, RunState, Upload

KEEP_DAYS = 90


def tidy(today: datetime.date) -> int:
    """Delete uploads, and plans that were never published, after ninety days; how many.

    An upload holds phones and the rows from before its import: it cannot be undone any more then.
    """
    since = today - datetime.timedelta(days=KEEP_DAYS)
    uploads = Upload.objects.filter(created_at__date__lt=since)
    runs = Run.objects.filter(created_at__date__lt=since).exclude(state=RunState.PUBLISHED)
    many = uploads.count() + runs.count()
    uploads.delete()
    runs.delete()
    return many
