"""Long work, done by a worker beside the server."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from heli.kernel.lib.rows import Row


class State(models.TextChoices):
    """Where a job is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Job(Row):
    """One piece of work: ``kind`` names the function (``Slice.jobs``), ``params`` what it gets.

    ``percent`` and ``stage`` are its progress, ``result`` what it returned, ``error`` the sentence for
    people when it failed. A worker holds it until ``lease_until``; one that dies lets it lapse, and the job
    is taken up again once (``attempts`` ≤ 2). ``outages``: how often it was given back because the database
    was away. ``started_at`` is when it was last taken, ``cancel`` is somebody's wish that it end.
    """

    kind = models.CharField(max_length=40)
    params = models.JSONField(default=dict)
    scope = models.CharField(max_length=255, db_index=True)
    account = models.UUIDField(null=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING, db_index=True)
    percent = models.PositiveSmallIntegerField(default=0)
    stage = models.CharField(max_length=80, blank=True)
    result = models.JSONField(default=dict)
    error = models.TextField(blank=True)
    cancel = models.BooleanField(default=False)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    outages = models.PositiveSmallIntegerField(default=0)
    started_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)


class Tick(models.Model):
    """Periodic work, by name, and when it is due again; see ``ticks.run_if_due``."""

    name = models.CharField(max_length=40, primary_key=True)
    due_at = models.DateTimeField()
