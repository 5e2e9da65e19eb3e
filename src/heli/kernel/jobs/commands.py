"""Start and cancel jobs; for the worker: take one, hold it, end it.

A job is held by its number of attempts: every write of a worker names it, so that one which lost the job
changes nothing.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from heli.kernel.access.actor import Actor
from heli.kernel.audit.commands import record
from heli.kernel.jobs.models import Job, State

LEASE = datetime.timedelta(seconds=15)
"""How long a job is a worker's without being renewed."""
ATTEMPTS = 2
"""A job whose worker died is taken up again once."""
KEEP_DAYS = 90

BROKEN = _("这件事没有做成，是程序出了错。请再试一次；还不行，请告诉管理员。")
DIED = _("这件事做了两次都中断了，可能是内存不够。请告诉管理员。")


@dataclass(frozen=True, slots=True)
class Held:
    """A job that this worker holds: what to do, and the attempt it holds it by."""

    job: uuid.UUID
    kind: str
    params: Mapping[str, Any]
    attempt: int

    def row(self) -> QuerySet[Job]:
        """The job, if it still is this worker's."""
        return Job.objects.filter(pk=self.job, state=State.RUNNING, attempts=self.attempt)

    def committed(self) -> QuerySet[Job]:
        """The job, if this worker's attempt ended it (``Work.commit``)."""
        return Job.objects.filter(pk=self.job, state=State.DONE, attempts=self.attempt)


def start(actor: Actor, kind: str, scope: str, **params: Any) -> Job:
    """Put a job in the queue; a worker takes it once the transaction is committed.

    ``kind`` is one of ``settings.JOBS``; ``scope`` the path of the unit it is for; ``params`` plain JSON
    values, among them ``next``: the page to go to when it is done. Raises ``KeyError`` for an unknown kind.
    """
    settings.JOBS[kind]
    return Job.objects.create(kind=kind, scope=scope, params=params, account=actor.account)


def cancel(actor: Actor, job: Job) -> None:
    """Wish that a job end: one that waits ends now, one that runs within a second. One that is over stays."""
    with transaction.atomic():
        # the audit first, as in a job's own transaction: two that lock in one order never wait for each other
        record(actor, "job.cancel", f"job:{job.pk}", job.scope, kind=job.kind)
        over = {"state": State.CANCELLED, "finished_at": timezone.now()}
        Job.objects.filter(pk=job.pk, state__in=(State.WAITING, State.RUNNING)).update(cancel=True)
        Job.objects.filter(pk=job.pk, state=State.WAITING).update(**over)


def take(now: datetime.datetime) -> Held | None:
    """The oldest job that waits or whose worker died, now this worker's; none when there is nothing to do.

    Of two workers that ask at once, one gets it. A job that died too often or was cancelled ends here.
    """
    lapsed = Q(state=State.RUNNING, lease_until__lt=now)
    open_ = Q(state=State.WAITING) | lapsed
    for job in Job.objects.filter(open_).order_by("created_at", "pk")[:50]:
        # the condition is judged again by the update itself: it is what makes the taking safe
        mine = Job.objects.filter(open_, pk=job.pk, attempts=job.attempts)
        if job.cancel:
            mine.update(state=State.CANCELLED, finished_at=now)
        elif job.attempts >= ATTEMPTS:
            mine.update(state=State.FAILED, finished_at=now, **_said("kernel.job-died", DIED))
        elif mine.update(
            state=State.RUNNING, attempts=F("attempts") + 1, lease_until=now + LEASE, percent=0, stage=""
        ):
            return Held(job.pk, job.kind, job.params, job.attempts + 1)
    return None


def renew(held: Held, now: datetime.datetime, percent: int, stage: str) -> bool:
    """Hold it for another while, with its progress; false when it is no longer this worker's."""
    progress = {"percent": max(0, min(100, percent)), "stage": stage[:80]}
    return held.row().update(lease_until=now + LEASE, **progress) == 1 or held.committed().exists()


def is_cancelled(held: Held) -> bool:
    """Whether somebody wishes that it end."""
    return held.row().filter(cancel=True).exists()


def finish(held: Held, result: Mapping[str, Any], now: datetime.datetime) -> None:
    """It is done. One that the function committed itself only gets its result."""
    done = Job.objects.filter(pk=held.job, attempts=held.attempt, state__in=(State.RUNNING, State.DONE))
    done.update(state=State.DONE, percent=100, finished_at=now, result=dict(result))


def fail(held: Held, code: str, texts: Mapping[str, str] | None, now: datetime.datetime) -> None:
    """It cannot be done: the refusal's words in each language, or the general sentence."""
    said = _said(code, BROKEN) if texts is None else _error(code, texts)
    held.row().update(state=State.FAILED, finished_at=now, **said)


def drop(held: Held, now: datetime.datetime) -> None:
    """End it because somebody wished so."""
    held.row().update(state=State.CANCELLED, finished_at=now)


def give_back(held: Held, *, died: bool, now: datetime.datetime) -> None:
    """Let another worker take it: ``died`` counts as an attempt, an orderly stop does not."""
    if not died:
        held.row().update(state=State.WAITING, attempts=F("attempts") - 1, lease_until=None)
    elif held.attempt >= ATTEMPTS:
        held.row().update(state=State.FAILED, finished_at=now, **_said("kernel.job-died", DIED))
    else:
        held.row().update(state=State.WAITING, lease_until=None)


def tidy(today: datetime.date) -> int:
    """Delete jobs ninety days after they ended; how many."""
    since = today - datetime.timedelta(days=KEEP_DAYS)
    return Job.objects.filter(finished_at__date__lt=since).delete()[0]


def in_each_language(text: object) -> dict[str, str]:
    """What a lazy text says, by language."""
    said = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            said[language] = str(text)
    return said


def _said(code: str, text: str | Promise) -> dict[str, Any]:
    return _error(code, in_each_language(text))


def _error(code: str, texts: Mapping[str, str]) -> dict[str, Any]:
    return {"error": texts[settings.LANGUAGE_CODE], "result": {"code": code, "said": dict(texts)}}
