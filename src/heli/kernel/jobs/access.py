"""Fetch is authorise: the only way a page gets a job."""

from __future__ import annotations

import uuid

from django.core.exceptions import PermissionDenied
from django.http import Http404

from heli.kernel.access.actor import Actor
from heli.kernel.access.roles import Verb
from heli.kernel.jobs.models import Job


def job_to_see(actor: Actor, key: uuid.UUID) -> Job:
    """The job, for whoever started it or may see the village it is for; else ``Http404``."""
    job = Job.objects.filter(pk=key).first()
    if job is None or not (_own(actor, job) or actor.may(Verb.SEE_VILLAGE, job.scope)):
        raise Http404
    return job


def job_to_cancel(actor: Actor, key: uuid.UUID) -> Job:
    """The job, for whoever started it or may plan for its village; ``PermissionDenied`` for who only sees."""
    job = job_to_see(actor, key)
    if not may_cancel(actor, job):
        raise PermissionDenied
    return job


def may_cancel(actor: Actor, job: Job) -> bool:
    """Whether the page shows the button."""
    return _own(actor, job) or actor.may(Verb.PLAN, job.scope)


def _own(actor: Actor, job: Job) -> bool:
    return actor.account is not None and actor.account == job.account
