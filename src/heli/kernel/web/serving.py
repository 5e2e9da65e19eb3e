"""Start the server: what must be ready before, the web processes, the workers beside them."""

from __future__ import annotations

import os
import socket
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from heli.kernel.audit.queries import fits_key, was_done
from heli.kernel.lib import districts
from heli.kernel.lib.parents import leave_with_parent
from heli.kernel.web.supervise import Process, keep_running

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


def serve(host: str, port: int, processes: int) -> None:
    """Serve until a signal comes; the web processes and the workers end with this one, however it ends.

    Raises ``OSError`` when the address is taken or not one of this machine's.
    """
    with socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET):
        pass  # asked now: the web processes would only end again and again
    mine = ("--with-parent", str(os.getpid()))
    web = ("web", "--host", host, "--port", str(port), "--processes", str(processes), *mine)
    workers = [Process(("worker", *mine), STOP_SECONDS) for _ in range(settings.WORKERS)]
    keep_running([Process(web, STOP_SECONDS + 2), *workers])


def serve_web(host: str, port: int, processes: int, parent: int) -> None:
    """The web processes alone: they end with a signal, or when the process ``parent`` is gone.

    Granian replaces a web process that dies, but gives all up when the new one dies within seconds too:
    ``serve`` then starts it anew.
    """
    leave_with_parent(parent)
    os.environ["HELI_SERVED"] = str(os.getpid())
    Granian(
        "heli.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=processes,
        blocking_threads=THREADS,
        blocking_threads_idle_timeout=600,  # a thread's end ends its connection
        respawn_failed_workers=True,
        respawn_interval=0.5,
        workers_kill_timeout=STOP_SECONDS,
        websockets=False,
        log_access=False,
        log_level=LogLevels.warning,
    ).serve()


def seeded_districts() -> list[str]:
    """The districts whose database holds an invented zone, with accounts that everybody knows."""
    seeded = []
    for name in districts.names():
        with districts.activated(name):
            if was_done("seed"):
                seeded.append(name)
    return seeded


def districts_with_another_key() -> list[str]:
    """The districts whose audit was written with another key than this installation's."""
    other = []
    for name in districts.names():
        with districts.activated(name):
            if not fits_key():
                other.append(name)
    return other


def districts_without_tables() -> list[str]:
    """The districts whose database lacks migrations."""
    lacking = []
    for name in districts.names():
        with districts.activated(name):
            if waiting_migrations():
                lacking.append(name)
    return lacking
