"""``heli worker``: does what waits in the queue, beside the server."""

from __future__ import annotations

import datetime
import logging
import signal
import threading
import time

from django.core.management import call_command
from django.core.management.base import CommandParser
from django.db import Error as DatabaseError
from django.utils import timezone

from heli.kernel.jobs.models import Job
from heli.kernel.jobs.ticks import run_if_due
from heli.kernel.jobs.worker import Worker
from heli.kernel.lib import districts
from heli.kernel.lib.console import HeliCommand
from heli.kernel.lib.parents import with_parent

DAY = datetime.timedelta(days=1)
EVERY = 60.0
"""Seconds between two looks whether periodic work is due; the first comes so long after the start."""


class Command(HeliCommand):
    """See the module."""

    help = "做排队的事（导入、排表） / do the jobs that wait (imports, plans)"

    def add_arguments(self, parser: CommandParser) -> None:
        """The words of the command line."""
        parser.add_argument("--until-empty", action="store_true", help="做完就停 / stop when nothing waits")
        alone = "启动它的程序没了就停 / stop when the program that started it is gone"
        parser.add_argument("--with-parent", type=int, metavar="PID", help=alone)

    def handle(self, *_args: object, until_empty: bool, **words: object) -> None:
        """Work until a signal comes."""
        parent = words["with_parent"]
        if until_empty:
            for district in districts.names():
                with districts.activated(district):
                    Job.objects.exists()  # nobody starts this one again when the database is away
        stop = threading.Event()
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, lambda *_: stop.set())
        going = with_parent(parent) if isinstance(parent, int) else (lambda: True)
        Worker(stop, going, _Ticks()).run(until_empty=until_empty)


class _Ticks:
    """Looks once a minute, in each district, whether periodic work is due."""

    def __init__(self) -> None:
        self._next = time.monotonic() + EVERY

    def __call__(self) -> None:
        """Asked often; see the class."""
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + EVERY
        for name in districts.names():
            try:
                with districts.activated(name):
                    run_if_due("tidy", DAY, lambda: call_command("tidy"), timezone.now())
            except DatabaseError as error:
                logging.getLogger("heli.jobs").warning("tidy: %s", type(error).__name__)
