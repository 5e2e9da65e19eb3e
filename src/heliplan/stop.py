"""When a solve gives up, and how it tells how far it is. The only clock of the library."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from heliplan.fields import real, whole


@dataclass(frozen=True, slots=True)
class Stop:
    """Stop criteria; whichever is reached first ends the solve. ``None`` means: not this one.

    Parameters
    ----------
    seconds : float, optional
        Wall time.
    iterations : int, optional
        Iterations of the engine (what one is, each engine's docstring says). With the same seed and
        iteration limit, and no other criterion reached, a solve gives the same plan on every machine.
    gap : float
        Stop once ``(value - bound) / max(1, |value|)`` is at most this, 0 to 1. 0 asks for a proof.
    stall : int, optional
        Iterations without improvement.
    cancelled : callable, optional
        Polled between iterations; true ends the solve with the best plan so far.

    Raises
    ------
    ValueError
        On a limit that is negative, not finite or of another type; says which field.
    """

    seconds: float | None = None
    iterations: int | None = None
    gap: float = 0.0
    stall: int | None = None
    cancelled: Callable[[], bool] | None = None

    def __post_init__(self) -> None:
        if self.seconds is not None:
            real(self.seconds, "stop.seconds", 0, float("inf"))
        for name in ("iterations", "stall"):
            if getattr(self, name) is not None:
                whole(getattr(self, name), f"stop.{name}", 0, 2**63)
        real(self.gap, "stop.gap", 0, 1)
        if self.cancelled is not None and not callable(self.cancelled):
            raise ValueError(f"stop.cancelled: {self.cancelled!r} is not a function")

    def watch(self) -> Watch:
        """Start the clock."""
        return Watch(self)


MOMENT = 0.5
"""Seconds after the end in which a first plan may still be finished."""


class Watch:
    """A running :class:`Stop`: asked by engines, one per solve."""

    def __init__(self, stop: Stop) -> None:
        self.stop = stop
        self._began = time.perf_counter()
        self._seen_late: float | None = None

    @property
    def seconds(self) -> float:
        """Wall time since the start."""
        return time.perf_counter() - self._began

    @property
    def remaining(self) -> float | None:
        """Seconds left, at least 0; ``None`` when there is no time limit."""
        if self.stop.seconds is None:
            return None
        return max(0.0, self.stop.seconds - self.seconds)

    def share(self, part: float) -> Watch:
        """A watch for a piece of the work: this part (0 to 1) of the time left, all else the same."""
        left = self.remaining
        return replace(self.stop, seconds=None if left is None else left * part).watch()

    def over(self, iteration: int = 0, stalled: int = 0) -> bool:
        """Whether time, iterations, stall or the cancel switch end the solve now."""
        stop = self.stop
        return (
            (stop.iterations is not None and iteration >= stop.iterations)
            or (stop.stall is not None and stalled >= stop.stall)
            or self.late
        )

    @property
    def late(self) -> bool:
        """Whether time is up or the cancel switch is set."""
        stop = self.stop
        return (stop.seconds is not None and self.seconds >= stop.seconds) or (
            stop.cancelled is not None and stop.cancelled()
        )

    @property
    def overdue(self) -> bool:
        """Whether it was late a moment ago already: even a first plan must now be left as it is."""
        if self._seen_late is None and self.late:
            self._seen_late = self.seconds
        return self._seen_late is not None and self.seconds - self._seen_late >= MOMENT

    def close_in_order(self, values: Sequence[int], bounds: Sequence[int]) -> bool:
        """Whether goals in a strict order are each within the gap asked for, up to the first with a gap."""
        for value, bound in zip(values, bounds, strict=True):
            if bound < value:
                return self.close_enough(value, bound)
        return True

    def close_enough(self, value: int, bound: int | None) -> bool:
        """Whether value and bound are within the gap asked for."""
        return bound is not None and value - bound <= self.stop.gap * max(1, abs(value))


@dataclass(frozen=True, slots=True)
class Event:
    """How far a solve is: ``phase`` is a code; ``done`` of ``total`` steps when they can be counted."""

    phase: str
    seconds: float
    value: int | None = None
    bound: int | None = None
    done: int | None = None
    total: int | None = None


class Progress(Protocol):
    """A callback that is handed every :class:`Event`; it must be quick and must not raise."""

    def __call__(self, event: Event) -> None: ...
