"""What a kind of job is. The kinds stand in ``settings.JOBS``; functions are named by their import path."""

from __future__ import annotations

from dataclasses import dataclass

from heli.kernel.access.roles import Verb


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of job.

    ``does`` is the function that does it, ``(work) -> result``. ``verb`` is what whoever started it must be
    allowed in the job's scope, still when it runs. ``unfinished``, given the job's key, is called when the
    job failed for good or was cancelled, in the same transaction, so that nothing waits for a job that is
    over; it must leave alone what waits no more. Empty: nothing waits.
    """

    does: str
    verb: Verb
    unfinished: str
