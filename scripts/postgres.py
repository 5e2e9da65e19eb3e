"""A PostgreSQL server of one's own for as long as something runs: in a temporary folder, on a free port, with
a password by chance. Standard library only; used by ``run.py test`` and ``bench/web.py``, by hand:
``python3 scripts/postgres.py COMMAND …`` runs the command with ``HELI_DATABASE`` set.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MAKE = ("-U", "heli", "-A", "scram-sha-256", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8")
USUAL = ("max_connections=60",)
QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
"""For what need not outlive a power cut."""


def programs() -> Path | None:
    """The folder with ``initdb`` and ``postgres``: on the path, or where Debian keeps the newest."""
    if found := shutil.which("initdb"):
        return Path(found).parent
    kept = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    return max(kept, key=lambda path: float(path.parent.name), default=None)


class Server:
    """A PostgreSQL server in a folder of its own, which can be stopped and started again."""

    def __init__(self, where: Path, folder: Path, durable: bool) -> None:
        self._where, self._folder, self._data = where, folder, folder / "data"
        # PostgreSQL refuses to run as root
        root = hasattr(os, "geteuid") and os.geteuid() == 0
        self._other: dict[str, str] = {"user": "postgres"} if root else {}
        self._process: subprocess.Popen[bytes] | None = None
        word, port = secrets.token_hex(16), _free_port()
        self.address = f"postgresql://heli:{word}@127.0.0.1:{port}/postgres"
        here = (f"port={port}", "listen_addresses=127.0.0.1", f"unix_socket_directories={folder}")
        self._options = (*USUAL, *(() if durable else QUICK), *here)
        self._make(word)

    def _make(self, word: str) -> None:
        (self._folder / "word").write_text(word)
        if self._other:
            shutil.chown(self._folder, "postgres")
            shutil.chown(self._folder / "word", "postgres")
        made = subprocess.run(
            [self._where / "initdb", "-D", self._data, *MAKE, f"--pwfile={self._folder / 'word'}"],
            **self._other,  # type: ignore[arg-type]
            cwd=self._folder,
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode != 0:
            raise RuntimeError(made.stderr.strip())

    def start(self) -> None:
        """Start it; it takes connections when this returns. Raises ``RuntimeError`` when it does not."""
        options = (part for option in self._options for part in ("-c", option))
        self._process = subprocess.Popen(
            [self._where / "postgres", "-D", self._data, *options],
            **self._other,  # type: ignore[arg-type]
            cwd=self._folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        _wait(self._process, self._data / "postmaster.pid")

    def stop(self) -> None:
        """Stop it at once; whoever is connected is cut off."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(30)
            self._process = None


@contextmanager
def restartable(*, durable: bool = False) -> Iterator[Server]:
    """A server that runs; it and its folder are gone afterwards.

    ``durable``: it writes as an office's does, through to the disk; a figure is worth nothing without.
    Raises ``FileNotFoundError`` when PostgreSQL is not installed, ``RuntimeError`` when it does not start.
    """
    where = programs()
    if where is None:
        raise FileNotFoundError("initdb")
    folder = Path(tempfile.mkdtemp(prefix="heli-postgres-"))
    try:
        one = Server(where, folder, durable)
        try:
            one.start()
            yield one
        finally:
            one.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def server(*, durable: bool = False) -> Iterator[str]:
    """The same for who only needs its address, as ``HELI_DATABASE`` takes it."""
    with restartable(durable=durable) as one:
        yield one.address


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _wait(process: subprocess.Popen[bytes], status: Path) -> None:
    """Until it says that it is ready: the last line of its own file."""
    for _ in range(300):
        if process.poll() is not None:
            break
        if status.exists() and "ready" in status.read_text().splitlines()[-1:][0]:
            return
        time.sleep(0.1)
    raise RuntimeError("PostgreSQL does not start")


def main() -> int:
    """Run the command with a server of its own."""
    with server() as address:
        environment = {**os.environ, "HELI_DATABASE": address}
        return subprocess.run(sys.argv[1:], env=environment, check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main())
