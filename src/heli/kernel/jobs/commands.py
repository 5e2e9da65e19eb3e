"""Start, cancel and take up jobs."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import transaction

from heli.kernel.access.actor import Actor
from heli.kernel.audit.commands import record
from heli.kernel.jobs.models import Job


def start(actor: Actor, kind: str, scope: str, **params: Any) -> Job:
    """Put a job in the queue; a worker takes it once the transaction is committed.

    ``kind`` is one of ``settings.JOBS``; ``scope`` the path of the unit it is for; ``params`` plain JSON
    values. Raises ``KeyError`` for an unknown kind.
    """
    settings.JOBS[kind]
    return Job.objects.create(kind=kind, scope=scope, params=params, account=actor.account)


def cancel(actor: Actor, job: Job) -> None:
    """Wish that a job end; the worker ends it within a second. A job that is over stays as it is."""
    with transaction.atomic():
        Job.objects.filter(pk=job.pk).update(cancel=True)
        record(actor, "job.cancel", f"job:{job.pk}", job.scope, kind=job.kind)
