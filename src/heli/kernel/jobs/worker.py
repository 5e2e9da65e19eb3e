"""The worker: takes one job at a time, of each district in turn, and has a child process do it, which it can
kill. Several workers may run beside each other.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import TypeVar

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connections
from django.utils import timezone

from heli.kernel.jobs import child, commands
from heli.kernel.lib import districts

LOOK = 0.5
"""Seconds between two looks at the queue, at the wish to cancel, and between two writes of progress."""
RENEW = 4.0
"""Seconds after which a lease is renewed even without progress."""

LONGEST_PAUSE = 5.0
"""Seconds for which a database that does not answer is left alone, at most."""
EACH = 0.05
"""Seconds between two rounds over all districts, for each of them."""

AnswerT = TypeVar("AnswerT")

log = logging.getLogger("heli.jobs")


class ChildProcess:
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
class _Health:
    """Whether a district's database answers this worker; seconds of a clock that only rises."""

    since: float = float("-inf")
    """Since when it has answered each time."""
    pause: float = 0.0
    again: float = float("-inf")
    """When it is asked again after it did not answer."""

    def steady(self, now: float) -> bool:
        """Whether it has answered for as long as a lease: every living worker could renew its own."""
        return not self.pause and now - self.since > commands.LEASE.total_seconds()

    def answered(self, now: float) -> None:
        """It did."""
        if self.pause:
            self.since, self.pause = now, 0.0

    def refused(self, now: float) -> None:
        """It did not: it is left alone for a while, each time longer."""
        self.pause = min(max(self.pause * 2, LOOK), LONGEST_PAUSE)
        self.again = now + self.pause


@dataclass
class Worker:
    """Does jobs until ``stop`` is set; ``going`` is asked every half second whether to go on."""

    stop: threading.Event = field(default_factory=threading.Event)
    going: Callable[[], bool] = lambda: True
    tick: Callable[[], None] = lambda: None
    _child: ChildProcess | None = None
    _health: defaultdict[str, _Health] = field(default_factory=lambda: defaultdict(_Health))
    _endings: list[tuple[str, Callable[[], None]]] = field(default_factory=list)
    """Ends of jobs that the database of their district did not take yet."""
    _turn: int = 0
    """The district that is asked first: the one after the last that had a job."""

    def run(self, *, until_empty: bool = False) -> None:
        """Work. With ``until_empty`` return when nothing waits."""
        try:
            self._child = ChildProcess()
            while not self._over():
                if not self.one():
                    if until_empty and not self._endings:
                        return
                    self.tick()
                    self.stop.wait(max(LOOK, EACH * len(districts.names())))
        finally:
            if self._child is not None:
                self._child.kill()

    def one(self) -> bool:
        """Do one job, of the next district in turn that has one; false when there was none."""
        self._write_endings()
        names = districts.names()
        # one worker is left to the other districts, however many long jobs one of them has
        most = max(1, settings.WORKERS - 1) if len(names) > 1 else None
        for number in range(self._turn, self._turn + len(names)):
            name = names[number % len(names)]
            lapsed = self._health[name].steady(time.monotonic())
            take = partial(commands.take, timezone.now(), lapsed=lapsed, most=most)
            held = self._ask(name, take)
            if held is not None:
                self._turn = (number + 1) % len(names)
                self._do(name, held)
                return True
        return False

    def _over(self) -> bool:
        return self.stop.is_set() or not self.going()

    def _do(self, district: str, held: commands.Held) -> None:
        order = child.Order(
            district, held.job, held.kind, held.params, held.attempt, held.scope, held.account
        )
        if self._child is None or not self._child.process.is_alive():
            self._child = ChildProcess()
        try:
            self._child.line.send(order)
            end = self._watch(district, held, self._child)
        except (EOFError, OSError):
            self._away()
            self._end(district, partial(commands.give_back_broken, held, timezone.now()))
            return
        if end is not None:
            self._end(district, _ending(held, end))

    def _watch(self, district: str, held: commands.Held, child_process: ChildProcess) -> child.End | None:
        """Until it ends; none when it was stopped from outside. Raises ``EOFError`` when the child died."""
        news = child.Progress(held.job, 0, "")
        written, renewed, looked = news, time.monotonic(), time.monotonic()
        while True:
            if child_process.line.poll(max(0.0, looked + LOOK - time.monotonic())):
                came = child_process.line.recv()
                if came.job != held.job:
                    continue
                if isinstance(came, child.End):
                    return came
                news = came
                continue
            looked = time.monotonic()
            self._write_endings()
            if self._over():
                self._away()
                self._end(district, partial(commands.give_back, held))
                return None
            if self._ask(district, partial(commands.is_cancelled, held)):
                self._away()
                self._end(district, partial(commands.drop, held, timezone.now()))
                return None
            if news != written or looked - renewed > RENEW:
                renew = partial(commands.renew, held, timezone.now(), news.percent, news.stage)
                mine = self._ask(district, renew)
                if mine is False:
                    self._away()
                    return None
                if mine:
                    written, renewed = news, looked

    def _away(self) -> None:
        if self._child is not None:
            self._child.kill()
            self._child = None

    def _ask(self, district: str, ask: Callable[[], AnswerT]) -> AnswerT | None:
        """The answer; none when the district's database does not answer just now."""
        health = self._health[district]
        if time.monotonic() < health.again:
            return None
        with districts.activated(district):
            try:
                answer = ask()
            except DatabaseError as error:
                log.warning("database: %s", type(error).__name__)
                connections.close_all()
                health.refused(time.monotonic())
                return None
        health.answered(time.monotonic())
        return answer

    def _end(self, district: str, ending: Callable[[], None]) -> None:
        """Write how a job ended, as soon as the database answers; if it never does, the lease lapses."""
        self._endings.append((district, ending))
        self._write_endings()

    def _write_endings(self) -> None:
        self._endings = [one for one in self._endings if not self._ask(one[0], partial(_written, one[1]))]


def _ending(held: commands.Held, end: child.End) -> Callable[[], None]:
    """What is written when the child says how it ended."""
    now = timezone.now()
    if end.away:
        return partial(commands.give_back_cut_off, held, now)
    if end.again:
        return partial(commands.give_back_broken, held, now)
    if end.lost:  # to another worker; or it is ours and cancelled, which the child saw first
        return partial(commands.drop, held, now)
    if end.result is None:
        return partial(commands.fail, held, end.code, end.said, now)
    return partial(commands.finish, held, end.result, now)


def _written(ending: Callable[[], None]) -> bool:
    ending()
    return True
