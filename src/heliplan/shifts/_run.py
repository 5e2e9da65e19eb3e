"""One solve on its way: when it ends, what the best plan and bound are, who is told."""

from __future__ import annotations

import numpy as np

from heliplan.shifts._paths import Days
from heliplan.shifts._staff import Staff
from heliplan.stop import Event, Progress, Stop

NEAR, NEAR_COST = 0.005, 3


class Run:
    """Clock, random numbers, incumbent and bound. An iteration is one pricing of all people of a part.

    Attributes
    ----------
    plan : int16 [E, H] or None
        0 for off, s + 1 for shift s.
    value, bound : int or None
    work : int
        People priced so far: what time is measured by where the same run must go the same way everywhere.
    """

    def __init__(self, staff: Staff, stop: Stop, seed: int, progress: Progress | None) -> None:
        self.staff, self.rng = staff, np.random.default_rng(seed)
        self.watch, self._progress = stop.watch(), progress
        staff.late = lambda: self.late
        self.iterations, self._improved, self.work = 0, 0, 0
        self.plan: Days | None = None
        self.value: int | None = None
        self.bound: int | None = None

    @property
    def over(self) -> bool:
        """Whether a limit is reached, or the gap asked for."""
        return self.watch.over(self.iterations, self.iterations - self._improved) or self.proven

    @property
    def proven(self) -> bool:
        """Whether the plan is as close to the bound as asked for."""
        return self.value is not None and self.watch.close_enough(self.value, self.bound)

    @property
    def near(self) -> bool:
        """Whether plan and bound are so near to each other that a proof may be tried."""
        if self.value is None or self.bound is None:
            return False
        return self.value - self.bound <= max(NEAR_COST, NEAR * abs(self.value))

    @property
    def spent(self) -> float:
        """Share of the time limit that is used; 0 without one."""
        limit = self.watch.stop.seconds
        return self.watch.seconds / limit if limit else 0.0

    @property
    def late(self) -> bool:
        """Whether time is up; for a first plan a moment longer, and for what was begun when cancelled."""
        return self.watch.overdue or (self.plan is not None and self.watch.remaining == 0)

    @property
    def timed(self) -> bool:
        """Whether there is a time limit."""
        return self.watch.remaining is not None

    @property
    def seconds_left(self) -> float:
        """Time left; infinite without a limit."""
        left = self.watch.remaining
        return float("inf") if left is None else left

    def tick(self, work: int = 0) -> None:
        """Count an iteration, and the people priced in it."""
        self.iterations += 1
        self.work += work

    def offer(self, plan: Days, phase: str) -> bool:
        """Keep ``plan`` if it is better than the best so far."""
        value = self.staff.value(plan)
        if self.value is not None and value >= self.value:
            return False
        self.plan, self.value, self._improved = plan.copy(), value, self.iterations
        self.tell(phase)
        return True

    def prove(self, bound: int, phase: str) -> None:
        """No plan costs less than ``bound``."""
        bound = max(0, bound if self.value is None else min(bound, self.value))  # no part is below 0
        if self.bound is None or bound > self.bound:
            self.bound = bound
            self.tell(phase)

    def tell(self, phase: str) -> None:
        """Report progress."""
        if self._progress is not None:
            event = Event(phase, self.watch.seconds, self.value, self.bound, self.iterations)
            self._progress(event)
