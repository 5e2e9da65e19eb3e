"""The pages of a zone: server time of each, and fifty readers at once on two server processes."""

from __future__ import annotations

import http.client
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.measure import ROOT, heli, memory_of

Row = dict[str, Any]

PAGES = (
    "/zone/",
    "/zone/firms/",
    "{village}",
    "{village}newcomers/",
    "{village}households/",
    "{village}members/",
)
READERS = 50
WORKERS = 2
POSTGRES = Path("/usr/lib/postgresql")


def rows(quick: bool, data: Path) -> Iterator[Row]:  # noqa: ARG001 - all data is invented here
    """Seed, then time every page alone and all together; SQLite first, then PostgreSQL where it is."""
    with tempfile.TemporaryDirectory() as folder:
        yield from _database("SQLite", Path(folder), f"sqlite:///{folder}/heli.sqlite3", quick)
    with postgresql() as address:
        if address is None:
            yield {"what": "PostgreSQL", "note": "no server program here"}
            return
        with tempfile.TemporaryDirectory() as folder:
            yield from _database("PostgreSQL", Path(folder), address, quick)


def _database(name: str, folder: Path, address: str, quick: bool) -> Iterator[Row]:
    os.environ.update(HELI_DATA=str(folder), HELI_DEMO="1", HELI_DATABASE=address)
    for words in (("migrate",), ("createcachetable",), ("collectstatic", "--noinput")):
        heli(*words)
    seeded = heli("seed", *(("--small",) if quick else ()))
    yield {
        "what": f"{name}: seed",
        "s": round(seeded.seconds, 1),
        "limit s": 20,
        "MB": round(seeded.megabytes),
    }
    with _server() as (process, port):
        reader = Reader(port)
        reader.sign_in()
        pages = [page.format(village=reader.village()) for page in PAGES]
        for shown, page in zip(PAGES, pages, strict=True):
            taken = [reader.seconds(page) for _ in range(11 if quick else 31)][1:]
            yield _times(f"{name}: {shown.format(village='/village/…/')}", taken, limit=100)
        yield {**_crowd(name, port, pages, 3 if quick else 15), "MB": round(memory_of(process))}


def _times(what: str, taken: list[float], limit: int | None = None) -> Row:
    ordered = sorted(taken)
    row: Row = {
        "what": what,
        "median ms": round(1000 * statistics.median(ordered)),
        "p95 ms": round(1000 * ordered[int(0.95 * (len(ordered) - 1))]),
        "max ms": round(1000 * ordered[-1]),
    }
    return row if limit is None else {**row, "limit ms": limit}


def _crowd(name: str, port: int, pages: list[str], seconds: int) -> Row:
    """Fifty readers, each asking for one page after the other without a pause."""
    readers = [Reader(port) for _ in range(READERS)]
    first = readers[0]
    first.sign_in()
    for reader in readers:
        reader.cookies = first.cookies
    taken: list[float] = []
    end = time.perf_counter() + seconds
    threads = [
        threading.Thread(target=_read, args=(reader, pages, at, end, taken))
        for at, reader in enumerate(readers)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    row = _times(f"{name}: {READERS} readers, {WORKERS} workers", taken)
    return {**row, "requests/s": round(len(taken) / seconds, 1)}


def _read(reader: Reader, pages: list[str], at: int, end: float, taken: list[float]) -> None:
    while time.perf_counter() < end:
        taken.append(reader.seconds(pages[at % len(pages)]))
        at += 1


class Reader:
    """A browser that keeps its cookies and its connection."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self.cookies: dict[str, str] = {}

    def ask(self, method: str, path: str, body: str = "") -> tuple[int, str]:
        """Send one request; status and text of the answer."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        text = answer.read().decode()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition("=")
            self.cookies[name] = value.split(";", 1)[0]
        return answer.status, text

    def sign_in(self) -> None:
        """As the demo's district admin, who sees everything."""
        _, form = self.ask("GET", "/account/login/")
        found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form)
        token = found[1] if found else ""
        status, _ = self.ask(
            "POST", "/account/login/", f"csrfmiddlewaretoken={token}&login=admin&password=heli-demo"
        )
        if status != 302:
            raise RuntimeError(f"sign-in: {status}")

    def village(self) -> str:
        """The address of the first village on the zone's page."""
        _, text = self.ask("GET", "/zone/")
        found = re.search(r'"(/village/[0-9a-f-]+/)[#"]', text)
        if not found:
            raise RuntimeError("the zone's page names no village")
        return found[1]

    def seconds(self, page: str) -> float:
        """How long a page takes, from asking to the last byte."""
        began = time.perf_counter()
        status, _ = self.ask("GET", page)
        if status != 200:
            raise RuntimeError(f"{page}: {status}")
        return time.perf_counter() - began


@contextmanager
def _server() -> Iterator[tuple[int, int]]:
    """The web server with two worker processes; its process id and port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "heli", "serve", "--port", str(port), "--processes", str(WORKERS)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        for _ in range(600):
            with socket.socket() as trial:
                if trial.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield server.pid, port
    finally:
        server.terminate()
        server.wait(30)


@contextmanager
def postgresql() -> Iterator[str | None]:
    """A PostgreSQL of its own, ended afterwards; None where Debian's is not installed."""
    programs = sorted(POSTGRES.glob("*/bin"))
    if not programs:
        yield None
        return
    root = os.geteuid() == 0
    with tempfile.TemporaryDirectory() as folder:
        data, port = Path(folder) / "data", "54329"
        if root:  # it refuses to run as root
            shutil.chown(folder, "postgres", "postgres")
        as_owner = ["runuser", "-u", "postgres", "--"] if root else []

        def run(program: str, *words: str) -> None:
            command = [*as_owner, str(programs[-1] / program), *words]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=folder)

        run("initdb", "-D", str(data), "-U", "heli", "-A", "trust", "-E", "UTF8", "--no-locale")
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1"
        run("pg_ctl", "-D", str(data), "-w", "-l", f"{folder}/log", "-o", options, "start")
        try:
            run("createdb", "-h", "127.0.0.1", "-p", port, "-U", "heli", "heli")
            yield f"postgresql://heli@127.0.0.1:{port}/heli"
        finally:
            run("pg_ctl", "-D", str(data), "-w", "-m", "fast", "stop")
