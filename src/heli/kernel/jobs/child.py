"""The process that does jobs, one after the other. Its worker may kill it at any moment."""

from __future__ import annotations

import os
import queue
import signal
import threading
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection


@dataclass(frozen=True, slots=True)
class Order:
    """Worker to child: do this."""

    district: str
    job: uuid.UUID
    kind: str
    params: Mapping[str, object]
    attempt: int
    scope: str
    account: uuid.UUID | None


@dataclass(frozen=True, slots=True)
class Progress:
    """Child to worker: how far it is."""

    job: uuid.UUID
    percent: int
    stage: str


@dataclass(frozen=True, slots=True)
class End:
    """Child to worker: how it ended. ``said`` are a refusal's words by language; ``lost``: another has it;
    ``again``: the database refused in a way that another attempt may not meet, ``away``: it was not there."""

    job: uuid.UUID
    result: Mapping[str, object] | None = None
    code: str = ""
    said: Mapping[str, str] | None = None
    lost: bool = False
    again: bool = False
    away: bool = False


class WorkerPipe:
    """The line to the worker. A thread listens, hands on progress a few times a second, and ends the process
    when the worker is gone."""

    def __init__(self, line: Connection) -> None:
        self.orders: queue.SimpleQueue[Order] = queue.SimpleQueue()
        self._line, self._lock = line, threading.Lock()
        self._news: Progress | None = None
        threading.Thread(target=self._listen, daemon=True, name="line").start()

    def report(self, news: Progress) -> None:
        """Progress to hand on soon; only the latest counts."""
        self._news = news

    def end(self, end: End) -> None:
        """Say how it ended, at once."""
        self._news = None
        self._send(end)

    def _listen(self) -> None:
        try:
            while True:
                if self._line.poll(0.3):
                    self.orders.put(self._line.recv())
                if (news := self._news) is not None:
                    self._news = None
                    self._send(news)
        except (EOFError, OSError):
            _leave()

    def _send(self, what: Progress | End) -> None:
        with self._lock:
            self._line.send(what)


def main(line: Connection) -> None:
    """Do what comes over the line until it is closed."""
    if hasattr(os, "setsid"):
        os.setsid()  # so that helpers the job starts end with it
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    from heli.kernel.lib.console import prepare  # noqa: PLC0415 - a new process: the slices come first

    prepare()
    from django.conf import settings  # noqa: PLC0415 - as above
    from django.urls import set_script_prefix  # noqa: PLC0415 - as above
    from django.utils import translation  # noqa: PLC0415 - as above

    set_script_prefix("/")
    translation.activate(settings.LANGUAGE_CODE)
    from heli.kernel.jobs.attempt import attempt  # noqa: PLC0415 - as above

    told = WorkerPipe(line)
    while True:
        told.end(attempt(told.orders.get(), told.report))


def _leave() -> None:
    """The worker is gone: go too, with everything that was started."""
    if hasattr(os, "killpg"):
        os.killpg(0, signal.SIGKILL)
    os._exit(1)
