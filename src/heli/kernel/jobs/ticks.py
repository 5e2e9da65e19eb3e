"""Periodic work: done once each time it is due, however many workers look."""

from __future__ import annotations

import datetime
from collections.abc import Callable

from django.db import transaction

from heli.kernel.jobs.models import Tick


def run_if_due(
    name: str, every: datetime.timedelta, work: Callable[[], object], now: datetime.datetime
) -> bool:
    """Do ``work`` if it was not done for so long; whether it was.

    One conditional update takes it, in the transaction of the work: of two who look at once the second waits
    and finds it done; work that fails is taken back and due again. Work that was never done is due.
    """
    Tick.objects.get_or_create(name=name, defaults={"due_at": now})
    with transaction.atomic():
        taken = Tick.objects.filter(name=name, due_at__lte=now).update(due_at=now + every)
        if taken:
            work()
    return bool(taken)
