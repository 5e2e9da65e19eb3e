"""What a job's function gets: its parameters, the means to report progress and to finish exactly once."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from heli.kernel.access.actor import SYSTEM, Actor
from heli.kernel.jobs.models import Job, State


class LostJob(Exception):
    """The job is no longer this process's: its lease lapsed and another took it, or it is over."""


@dataclass(frozen=True, slots=True)
class Work:
    """One job being done. A function of ``Slice.jobs`` takes it and returns the result as plain JSON.

    It must be safe to do again from the start: a worker may die half-way. Raise a ``DomainError`` for a
    refusal that people should read. What must be written once and whole goes inside ``commit``.
    """

    job: uuid.UUID
    params: Mapping[str, object]
    report: Callable[[int, str], None]
    """``report(percent, stage)``: progress for the page."""
    attempt: int = 0
    """Which attempt this is; 0 when the function is called without a worker."""
    actor: Actor = SYSTEM
    """Who started it, with what they are allowed now; the system, for a job that it started itself."""

    @contextmanager
    def commit(self) -> Iterator[None]:
        """A transaction in which the job is this process's and ends as done.

        What is written inside and the job's end are one: either both are there or neither. Raises
        ``LostJob``, and keeps nothing, when another worker took the job or somebody cancelled it: before
        the body runs or after it. In between the job's row is free, for its progress and the wish to cancel.
        The result still is what the function returns.
        """
        mine = Job.objects.filter(pk=self.job, state=State.RUNNING, attempts=self.attempt, cancel=False)
        with transaction.atomic():
            if self.attempt and not mine.exists():
                raise LostJob(str(self.job))
            yield
            done = {"state": State.DONE, "percent": 100, "finished_at": timezone.now()}
            if self.attempt and not mine.update(**done):
                raise LostJob(str(self.job))
