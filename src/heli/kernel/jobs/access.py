"""Fetch is authorise: the only way a page gets a job."""

from __future__ import annotations

import uuid

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from heli.kernel.access.actor import SYSTEM, Actor
from heli.kernel.access.queries import actor_of
from heli.kernel.access.roles import Verb
from heli.kernel.accounts.models import Account
from heli.kernel.jobs.models import Job
from heli.kernel.lib.errors import DomainError

ACCOUNT_OFF = _("开始这件事的账号已经停用，没有做。请换一个账号再来一次。")
NOT_ALLOWED = _("开始这件事的账号现在没有这项权限，没有做。请管理员看看。")


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


def actor_at_work(account: uuid.UUID | None, verb: Verb, scope: str) -> Actor:
    """Who started a job that runs now; the system, when no account did.

    Raises ``DomainError``: ``kernel.job-account-off`` (the account was switched off since),
    ``kernel.job-not-allowed`` (it may no longer do this in the unit).
    """
    if account is None:
        return SYSTEM
    found = Account.objects.filter(pk=account, is_active=True).first()
    if found is None:
        raise DomainError(
            "kernel.job-account-off", _("开始这件事的账号已经停用，没有做。请换一个账号再来一次。")
        )
    actor = actor_of(found)
    if not actor.may(verb, scope):
        raise DomainError(
            "kernel.job-not-allowed", _("开始这件事的账号现在没有这项权限，没有做。请管理员看看。")
        )
    return actor


def _own(actor: Actor, job: Job) -> bool:
    return actor.account is not None and actor.account == job.account
