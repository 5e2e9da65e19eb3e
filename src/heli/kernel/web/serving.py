"""Start the server: what must be ready before, the web processes, the worker beside them."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from heli.kernel.lib import districts

STOP_SECONDS = 10
THREADS = 4
"""Requests that one web process serves at a time."""


def collect_static() -> None:
    """Collect style sheets, scripts and pictures, unless what was collected is newer than all of them."""
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    if manifest.exists() and manifest.stat().st_mtime >= _newest_source():
        return
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)


def _newest_source() -> float:
    found = (storage.path(path) for finder in get_finders() for path, storage in finder.list([]))
    return max((Path(path).stat().st_mtime for path in found), default=0.0)


def waiting_migrations() -> int:
    """How many migrations the chosen district's database lacks."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _let_go() -> None:
    """Close every connection: the web processes are forks, and a connection serves one process."""
    for one in connections.all(initialized_only=True):
        one.close()
        getattr(one, "close_pool", lambda: None)()


def serve(host: str, port: int, processes: int) -> None:
    """Serve until a signal comes; web processes and the worker end with this one, however it ends."""
    _let_go()
    os.environ["HELI_SERVED"] = str(os.getpid())
    worker = _Worker()
    server = Granian(
        "heli.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=processes,
        blocking_threads=THREADS,
        respawn_failed_workers=True,
        respawn_interval=0.5,
        workers_kill_timeout=STOP_SECONDS,
        websockets=False,
        log_access=False,
        log_level=LogLevels.warning,
    )
    try:
        server.serve()
    finally:
        worker.stop()


class _Worker:
    """``heli worker`` beside the server; started again when it dies."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._process = self._start()
        threading.Thread(target=self._mind, daemon=True, name="worker").start()

    def stop(self) -> None:
        """End it in order: the job it does goes back to the queue."""
        self._stopping.set()
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, "-m", "heli", "worker", "--with-parent", str(os.getpid())])

    def _mind(self) -> None:
        while not self._stopping.is_set():
            self._process.wait()
            if not self._stopping.wait(1):
                self._process = self._start()


def districts_without_tables() -> list[str]:
    """The districts whose database lacks migrations."""
    lacking = []
    for name in districts.names():
        with districts.chosen(name):
            if waiting_migrations():
                lacking.append(name)
    return lacking
