"""Keep processes running: one that ends is started again, at once the first time, later each time after."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

FIRST_PAUSE = 0.2
LONGEST_PAUSE = 5.0
"""Seconds before a process is started again: doubled with each end, up to the longest."""
STEADY = 30.0
"""A process that ran for so many seconds is sound: the pauses begin anew."""
LOOK = 0.1


@dataclass
class Process:
    """One ``heli`` command that is to run all the time."""

    words: Sequence[str]
    stop_seconds: float
    """How long it may take to end in order."""
    _running: subprocess.Popen[bytes] | None = None
    _pause: float = 0.0
    _started: float = field(default=0.0)
    _next: float = 0.0

    def look(self, now: float) -> None:
        """Start it if it does not run and its pause is over; ``now`` is of a clock that only rises."""
        if self._running is not None and self._running.poll() is not None:
            self._running = None
            sound = now - self._started >= STEADY
            self._pause = FIRST_PAUSE if sound or not self._pause else min(self._pause * 2, LONGEST_PAUSE)
            self._next = now + self._pause
        if self._running is None and now >= self._next:
            self._running = subprocess.Popen([sys.executable, "-m", "heli", *self.words])
            self._started = now

    def ask_to_end(self) -> None:
        """Send the signal to end in order."""
        if self._running is not None:
            self._running.terminate()

    def wait(self, until: float) -> None:
        """Return when it is gone; killed if it still runs at ``until``."""
        if self._running is None:
            return
        try:
            self._running.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            self._running.kill()
            self._running.wait()


def keep_running(processes: Sequence[Process]) -> None:
    """Keep all of them running until SIGTERM or SIGINT comes, then end them in order.

    They are new programs, never forks of this process: what it has loaded or drawn cannot harm them. If this
    process is killed, each of them sees that its parent is gone and ends by itself.
    """
    told: list[int] = []
    before = {name: signal.signal(name, lambda name, _: told.append(name)) for name in _SIGNALS}
    try:
        while not told:
            for process in processes:
                process.look(time.monotonic())
            time.sleep(LOOK)
    finally:
        for process in processes:
            process.ask_to_end()
        until = time.monotonic() + max(process.stop_seconds for process in processes)
        for process in processes:
            process.wait(until)
        for name, handler in before.items():
            signal.signal(name, handler)


_SIGNALS = (signal.SIGINT, signal.SIGTERM)
