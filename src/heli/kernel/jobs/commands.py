"""Start and cancel jobs; for the worker: take one, hold it, end it.

A job is held by its number of attempts: every write of a worker names it, so that one which lost the job
changes nothing. Waiting jobs are taken village by village in turn, and a village has at most one running,
so that none holds up the others.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count, F, Max, Min, Q, QuerySet
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from heli.kernel.access.actor import Actor
from heli.kernel.audit.commands import record
from heli.kernel.jobs.models import Job, State
from heli.kernel.lib import registry, sql

LEASE = datetime.timedelta(seconds=15)
"""How long a job is a worker's without being renewed."""
ATTEMPTS = 2
"""A job whose worker died is taken up again once."""
OUTAGES = 20
"""So often it is given back because the database was away; after that, it is the job that drives it away."""
AT_A_TIME = 1
"""Jobs of one scope that run at the same time."""
KEEP_DAYS = 90
OPEN = (State.WAITING, State.RUNNING)

BROKEN = _("这件事没有做成，是程序出了错。请再试一次；还不行，请告诉管理员。")
DIED = _("这件事做了两次都中断了，可能是内存不够。请告诉管理员。")


@dataclass(frozen=True, slots=True)
class Held:
    """A job that this worker holds: what to do, and the attempt it holds it by."""

    job: uuid.UUID
    kind: str
    params: Mapping[str, object]
    attempt: int
    scope: str = ""
    account: uuid.UUID | None = None

    def row(self) -> QuerySet[Job]:
        """The job, if it still is this worker's."""
        return Job.objects.filter(pk=self.job, state=State.RUNNING, attempts=self.attempt)

    def committed(self) -> QuerySet[Job]:
        """The job, if this worker's attempt ended it (``Work.commit``)."""
        return Job.objects.filter(pk=self.job, state=State.DONE, attempts=self.attempt)


def start(actor: Actor, kind: str, scope: str, **params: object) -> Job:
    """Put a job in the queue; a worker takes it once the transaction is committed.

    ``kind`` is one that a slice states (``Slice.jobs``); ``scope`` the path of the unit it is for; ``params``
    plain JSON values, among them ``next``: the page to go to when it is done. Raises ``KeyError`` for an
    unknown kind, ``ValueError`` for a member without an account, whose rights could not be
    looked up when it runs.
    """
    registry.job_kinds()[kind]
    if actor.member is not None:
        raise ValueError(f"job {kind}: started without an account")
    return Job.objects.create(kind=kind, scope=scope, params=params, account=actor.account)


def cancel(actor: Actor, job: Job) -> None:
    """Wish that a job end: one that waits ends now, one that runs within a second. One that is over stays."""
    with transaction.atomic():
        # what waits for it, the audit, the job, as in a job's own transaction: two that lock in one order
        # never wait for each other
        rows = Job.objects.filter(pk=job.pk)
        if rows.filter(state=State.WAITING).exists():
            _tell(job)
        record(actor, "job.cancel", f"job:{job.pk}", job.scope, kind=job.kind)
        rows.filter(state__in=OPEN).update(cancel=True)
        rows.filter(state=State.WAITING).update(state=State.CANCELLED, finished_at=timezone.now())


def take(now: datetime.datetime, *, lapsed: bool = True, most: int | None = None) -> Held | None:
    """A job that waits or whose worker died, now this worker's; none when there is nothing to do.

    The scope with the fewest running comes first, then the one that was served longest ago, then its oldest
    job. Of two workers that ask at once, one gets it. A job that died too often or was cancelled ends here.
    ``lapsed`` false: none counts as its worker's death, since the database was away and nobody could renew.
    ``most``: none is taken while so many run. A lease far ahead was written before the clock was set back.
    """
    held_on = Q(state=State.RUNNING)
    if lapsed:
        held_on &= Q(lease_until__gte=now, lease_until__lte=now + 2 * LEASE)
    open_ = Q(state__in=OPEN) & ~held_on
    for scope in _scopes_in_turn(held_on, open_, most):
        for job in Job.objects.filter(open_, scope=scope).order_by("created_at", "pk")[:50]:
            # the condition is judged again by the update itself: it is what makes the taking safe
            mine = Job.objects.filter(open_, pk=job.pk, attempts=job.attempts)
            if job.cancel:
                _end(mine, State.CANCELLED, now)
            elif job.attempts >= ATTEMPTS:
                _end(mine, State.FAILED, now, **_said("kernel.job-died", DIED))
            elif held := _held(mine, job, now, held_on, most):
                return held
            else:
                break  # another worker was first: this scope has had its turn
    return None


def _scopes_in_turn(held_on: Q, open_: Q, most: int | None) -> list[str]:
    """The scopes that have something to do and may have another running, the next one first."""
    counts = {"running": Count("pk", filter=held_on), "oldest": Min("created_at", filter=open_)}
    rows: list[Any] = list(Job.objects.filter(state__in=OPEN).values("scope").annotate(**counts))
    if most is not None and sum(row["running"] for row in rows) >= most:
        return []
    ready = [row for row in rows if row["oldest"] is not None and row["running"] < AT_A_TIME]
    if len(ready) > 1:
        scopes = [row["scope"] for row in ready]
        served = dict(Job.objects.filter(scope__in=scopes).values_list("scope").annotate(Max("started_at")))
        never = datetime.datetime.min.replace(tzinfo=datetime.UTC)
        ready.sort(key=lambda row: (row["running"], served[row["scope"]] or never, row["oldest"]))
    return [row["scope"] for row in ready]


def _held(mine: QuerySet[Job], job: Job, now: datetime.datetime, held_on: Q, most: int | None) -> Held | None:
    fresh = {"lease_until": now + LEASE, "started_at": now, "percent": 0, "stage": ""}
    with transaction.atomic():
        sql.take_turns("jobs.take")
        # counted again: of two workers that counted at once, both would have found room for one more
        running = Job.objects.filter(held_on)
        if running.filter(scope=job.scope).count() >= AT_A_TIME:
            return None
        if most is not None and running.count() >= most:
            return None
        if not mine.update(state=State.RUNNING, attempts=F("attempts") + 1, **fresh):
            return None
    return Held(job.pk, job.kind, job.params, job.attempts + 1, job.scope, job.account)


def renew(held: Held, now: datetime.datetime, percent: int, stage: str) -> bool:
    """Hold it for another while, with its progress; false when it is no longer this worker's."""
    progress = {"percent": max(0, min(100, percent)), "stage": stage[:80]}
    return held.row().update(lease_until=now + LEASE, **progress) == 1 or held.committed().exists()


def is_cancelled(held: Held) -> bool:
    """Whether somebody wishes that it end."""
    return held.row().filter(cancel=True).exists()


def finish(held: Held, result: Mapping[str, object], now: datetime.datetime) -> None:
    """It is done. One that the function committed itself only gets its result."""
    done = Job.objects.filter(pk=held.job, attempts=held.attempt, state__in=(State.RUNNING, State.DONE))
    done.update(state=State.DONE, percent=100, finished_at=now, result=dict(result))


def fail(held: Held, code: str, texts: Mapping[str, str] | None, now: datetime.datetime) -> None:
    """It cannot be done: the refusal's words in each language, or the general sentence."""
    _end(held.row(), State.FAILED, now, **(_said(code, BROKEN) if texts is None else _error(code, texts)))


def drop(held: Held, now: datetime.datetime) -> None:
    """End it because somebody wished so."""
    _end(held.row(), State.CANCELLED, now)


def give_back(held: Held) -> None:
    """Let another worker take it, after an orderly stop: no attempt was made."""
    held.row().update(state=State.WAITING, attempts=F("attempts") - 1, lease_until=None)


def give_back_broken(held: Held, now: datetime.datetime) -> None:
    """Let another worker take it, after this one's process died; the attempt counts."""
    if held.attempt >= ATTEMPTS:
        _end(held.row(), State.FAILED, now, **_said("kernel.job-died", DIED))
    else:
        held.row().update(state=State.WAITING, lease_until=None)


def give_back_cut_off(held: Held, now: datetime.datetime) -> None:
    """Let another worker take it, after the database was away in the middle; the attempt does not count."""
    again = {"attempts": F("attempts") - 1, "outages": F("outages") + 1, "lease_until": None}
    if not held.row().filter(outages__lt=OUTAGES).update(state=State.WAITING, **again):
        _end(held.row(), State.FAILED, now, **_said("kernel.job-cut-off", BROKEN))


def _end(rows: QuerySet[Job], state: State, now: datetime.datetime, **values: object) -> None:
    """End the job that ``rows`` names as not done, and tell what waits for it: both or neither."""
    with transaction.atomic():
        job = rows.first()
        if job is None:
            return
        _tell(job)
        if not rows.update(state=state, finished_at=now, **values):
            transaction.set_rollback(True)  # another worker took it in between: nothing is over


def _tell(job: Job) -> None:
    """Tell what waits for the job that it will not be done."""
    kind = registry.job_kinds().get(job.kind)
    if kind is not None and kind.unfinished:
        import_string(kind.unfinished)(job.pk)


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


def _said(code: str, text: str | Promise) -> dict[str, object]:
    return _error(code, in_each_language(text))


def _error(code: str, texts: Mapping[str, str]) -> dict[str, object]:
    return {"error": texts[settings.LANGUAGE_CODE], "result": {"code": code, "said": dict(texts)}}
