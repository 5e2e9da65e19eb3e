"""The worker: takes one job at a time and has a child process do it, which it can kill."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import TypeVar

from django.db import Error as DatabaseError
from django.db import connections
from django.utils import timezone

from heli.kernel.jobs import child, commands
from heli.kernel.lib import districts

LOOK = 0.5
"""Seconds between two looks at the queue, at the wish to cancel, and between two writes of progress."""
RENEW = 4.0
"""Seconds after which a lease is renewed even without progress."""

TRIES = 60

AnswerT = TypeVar("AnswerT")

log = logging.getLogger("heli.jobs")


class Doer:
    """The child process, kept warm between jobs."""

    def __init__(self) -> None:
        spawn = multiprocessing.get_context("spawn")
        self.line: Connection
        self.line, theirs = spawn.Pipe()
        self.process: BaseProcess = spawn.Process(target=child.main, args=(theirs,), name="heli-job")
        self.process.start()
        theirs.close()

    def kill(self) -> None:
        """End it and everything it started; it is gone when this returns."""
        pid = self.process.pid
        self.process.kill()
        if pid is not None and hasattr(os, "killpg"):
            # before it leads a group of its own there is nothing else to end
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, signal.SIGKILL)
        self.process.join()
        self.line.close()


@dataclass
class Worker:
    """Does jobs until ``stop`` is set; ``going`` is asked every half second whether to go on."""

    stop: threading.Event = field(default_factory=threading.Event)
    going: Callable[[], bool] = lambda: True
    tick: Callable[[], None] = lambda: None
    _doer: Doer | None = None

    def run(self, *, until_empty: bool = False) -> None:
        """Work. With ``until_empty`` return when nothing waits."""
        try:
            self._doer = Doer()
            while not self._over():
                if not self.one():
                    if until_empty:
                        return
                    self.tick()
                    self.stop.wait(LOOK)
        finally:
            if self._doer is not None:
                self._doer.kill()

    def one(self) -> bool:
        """Do one job of any district; false when there was none."""
        for name in districts.names():
            with districts.chosen(name):
                held = _quietly(partial(commands.take, timezone.now()))
                if held is not None:
                    self._do(name, held)
                    return True
        return False

    def _over(self) -> bool:
        return self.stop.is_set() or not self.going()

    def _do(self, district: str, held: commands.Held) -> None:
        order = child.Order(district, held.job, held.kind, held.params, held.attempt)
        if self._doer is None or not self._doer.process.is_alive():
            self._doer = Doer()
        try:
            self._doer.line.send(order)
            end = self._watch(held, self._doer)
        except (EOFError, OSError):
            self._away()
            _surely(partial(commands.give_back, held, died=True, now=timezone.now()))
            return
        if end is None:
            return
        if end.lost:  # to another worker; or it is ours and cancelled, which the child saw first
            _surely(partial(commands.drop, held, timezone.now()))
        elif end.result is None:
            _surely(partial(commands.fail, held, end.code, end.said, timezone.now()))
        else:
            _surely(partial(commands.finish, held, end.result, timezone.now()))

    def _watch(self, held: commands.Held, doer: Doer) -> child.End | None:
        """Until it ends; none when it was stopped from outside. Raises ``EOFError`` when the child died."""
        news = child.Progress(held.job, 0, "")
        written, renewed, looked = news, time.monotonic(), time.monotonic()
        while True:
            if doer.line.poll(max(0.0, looked + LOOK - time.monotonic())):
                came = doer.line.recv()
                if came.job != held.job:
                    continue
                if isinstance(came, child.End):
                    return came
                news = came
                continue
            looked = time.monotonic()
            if self._over():
                self._away()
                _surely(partial(commands.give_back, held, died=False, now=timezone.now()))
                return None
            if _quietly(partial(commands.is_cancelled, held)):
                self._away()
                _surely(partial(commands.drop, held, timezone.now()))
                return None
            if news != written or looked - renewed > RENEW:
                if _quietly(partial(commands.renew, held, timezone.now(), news.percent, news.stage)) is False:
                    self._away()
                    return None
                written, renewed = news, looked

    def _away(self) -> None:
        if self._doer is not None:
            self._doer.kill()
            self._doer = None


def _quietly(ask: Callable[[], AnswerT]) -> AnswerT | None:
    """The answer; none when the database does not answer just now."""
    try:
        return ask()
    except DatabaseError as error:
        log.warning("database: %s", type(error).__name__)
        connections.close_all()
        return None


def _surely(write: Callable[[], None]) -> None:
    """Write it, trying again while the database does not answer; the lease lapses if it never does."""
    for _attempt in range(TRIES):
        try:
            write()
            return
        except DatabaseError as error:
            log.warning("database: %s", type(error).__name__)
            connections.close_all()
            time.sleep(LOOK)
