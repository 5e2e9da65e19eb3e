"""What a job's function gets: its parameters and the means to report progress."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Work:
    """One job being done. A function of ``settings.JOBS`` takes it and returns the result as plain JSON.

    It must be safe to do again from the start: a worker may die half-way. Raise a ``DomainError`` for a
    refusal that people should read.
    """

    job: uuid.UUID
    params: Mapping[str, Any]
    report: Callable[[int, str], None]
    """``report(percent, stage)``: progress for the page."""
