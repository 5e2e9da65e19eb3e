"""Delete what no longer lets anybody in."""

from __future__ import annotations

import datetime

from django.contrib.sessions.models import Session
from django.utils import timezone

from heli.kernel.accounts.models import PersonalLink

KEEP_DAYS = 90


def tidy(today: datetime.date) -> int:
    """Delete sessions that ran out, and personal links ninety days after they were revoked; how many."""
    sessions = Session.objects.filter(expire_date__lt=timezone.now())
    links = PersonalLink.objects.filter(revoked_at__date__lt=today - datetime.timedelta(days=KEEP_DAYS))
    return sessions.delete()[0] + links.delete()[0]
