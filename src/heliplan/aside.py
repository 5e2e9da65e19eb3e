"""HiGHS in a process of its own, which can be ended at any moment: for models that it may work on unheard.

While HiGHS presolves or solves the relaxation at the root it hears nothing (see :mod:`heliplan.highs`), on
large models for many seconds. There it runs in a process of its own that tells of every better solution and
bound; when time is up or the cancel switch is set, the process is ended and what it told so far counts.

``python -m heliplan.aside`` is that process. It is started anew for each model, as a program and not as a
copy of this process: that works from any thread, with any main module, on every system.
"""

from __future__ import annotations

import os
import pickle
import queue
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from typing import IO, Any

import numpy as np

from heliplan.highs import Floats, Found, State, Task, Teller, run
from heliplan.stop import Stop, Watch

LARGE = 5_000  #: entries of the matrix up to which HiGHS is never unheard for long
LOOK = 0.1  #: seconds between two looks at the clock and the cancel switch


def solved(task: Task, watch: Watch, seed: int = 0, teller: Teller | None = None) -> Found:
    """As :func:`heliplan.highs.run`, but a large model ends within a moment of its limits.

    Raises
    ------
    RuntimeError
        If HiGHS refuses a call, or its process died.
    """
    endless = watch.remaining is None and watch.stop.cancelled is None
    if endless or len(task.entries.values) < LARGE or not sys.executable:
        return run(task, watch, seed, teller)
    known = task.known if task.known is not None and task.keeps(task.known) else None
    if known is not None and watch.late:
        return Found(State.kInterrupt, known, -np.inf)
    return _Aside(task, watch, seed).found(teller, known)


class _Aside:
    """The other process, seen from here: a thread hands it the task and takes what it tells."""

    def __init__(self, task: Task, watch: Watch, seed: int) -> None:
        self.task, self.watch, self.seed = task, watch, seed
        self.news: queue.SimpleQueue[Any] = queue.SimpleQueue()
        # the same modules from the same places
        places = {**os.environ, "PYTHONPATH": os.pathsep.join(place or os.curdir for place in sys.path)}
        self.process = subprocess.Popen(
            [sys.executable, "-m", __name__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=places
        )
        order = (task, watch.remaining, seed)
        self.talk = threading.Thread(target=self._talk, args=(order,), daemon=True, name="highs")
        self.talk.start()

    def found(self, teller: Teller | None, known: Floats | None) -> Found:
        """What it finds; when ``watch`` ends it, the best it told of or what is known."""
        heard, began = _Heard(teller, known), True
        try:
            # a first solution is waited for a moment longer
            while not (self.watch.overdue if heard.best is None else self.watch.late):
                with suppress(queue.Empty):
                    what, told = self.news.get(timeout=LOOK)
                    if what == "found":
                        return Found(*told)
                    if what == "failed" and not heard.begun:
                        began = False
                        break
                    if what == "failed":
                        raise RuntimeError(f"HiGHS in a process of its own: {told}")
                    heard.hear(what, *told)
        finally:
            self._end()
        if not began:
            # no process can be started here, as in a program that brings its own Python
            return run(self.task, self.watch, self.seed, teller)
        return Found(State.kInterrupt, heard.best, heard.bound)

    def _talk(self, order: Any) -> None:
        into, out = self.process.stdin, self.process.stdout
        assert into is not None  # noqa: S101 - both are pipes; narrows the type
        assert out is not None  # noqa: S101
        try:
            pickle.dump(order, into, pickle.HIGHEST_PROTOCOL)
            into.flush()
            while True:
                self.news.put(pickle.load(out))  # noqa: S301 - from our own process
        except (EOFError, OSError, pickle.UnpicklingError):
            self.news.put(("failed", f"it ended with {self.process.wait()}"))

    def _end(self) -> None:
        self.process.kill()
        self.process.wait()
        self.talk.join()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with suppress(OSError):  # what was not sent yet is of no use any more
                    pipe.close()


class _Heard:
    """The best that was told of, handed on."""

    def __init__(self, teller: Teller | None, best: Floats | None) -> None:
        self.teller, self.best, self.bound = teller or Teller(), best, -np.inf
        self.begun = False

    def hear(self, what: str, *told: Any) -> None:
        """One piece of news."""
        self.begun = True
        if what == "better":
            self.best = told[0]
            self.teller.better(*told)
        elif what == "raised":
            self.bound = told[0]
            self.teller.raised(*told)


class _Line(Teller):
    """The line from the other process to the one that started it."""

    def __init__(self, out: IO[bytes]) -> None:
        self.out = out

    def say(self, what: str, told: Any) -> None:
        """One piece of news."""
        pickle.dump((what, told), self.out, pickle.HIGHEST_PROTOCOL)
        self.out.flush()

    def better(self, values: Floats, cost: float) -> None:
        """See :class:`Teller`."""
        self.say("better", (values, cost))

    def raised(self, bound: float) -> None:
        """See :class:`Teller`."""
        self.say("raised", (bound,))


def main() -> None:
    """Be the other process: one task, then the end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who interrupts the solve ends this as well
    line = _Line(os.fdopen(os.dup(1), "wb"))
    os.dup2(2, 1)  # whatever else is printed must not come between
    task, seconds, seed = pickle.load(sys.stdin.buffer)  # noqa: S301 - from the process that started this one
    line.say("begun", ())
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    try:
        found = run(task, Stop(seconds=seconds).watch(), seed, line)
    except (RuntimeError, MemoryError) as wrong:
        line.say("failed", str(wrong) or type(wrong).__name__)
        return
    line.say("found", (found.state, found.values, found.bound))


def _leave_with_parent() -> None:
    """Nothing more is ever said on this pipe; it closes when the other side is gone."""
    os.read(0, 1)
    os._exit(1)


if __name__ == "__main__":
    main()
