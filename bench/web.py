"""The web at the size of a zone: server time of every kind of page, fifty readers at once, a large book."""

from __future__ import annotations

import datetime
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from scripts import postgres

from bench import uploads
from bench.measure import ROOT, Taken, heli, memory_of
from bench.pages import measured
from bench.visitor import Reader
from heli.demo.invented import write_invented
from heli.demo.staff import PASSWORD

Row = dict[str, Any]

READ = ("", "newcomers/", "households/", "members/")
"""The pages of a village that fifty read at once, beside those of the zone."""
READERS = 50
WORKERS = 2
_LINK = re.compile(r"(\d{4})\D+http://[^/]+(/l/\S+/)")
_VILLAGE = re.compile(r'class="whole" href="(/village/[0-9a-f-]+/)">.*?data-label="户">([\d,]+)<', re.DOTALL)


def rows(quick: bool, data: Path) -> Iterator[Row]:  # noqa: ARG001 - all data is invented here
    """Seed, then walk, crowd and upload; on SQLite, and in the full bench on PostgreSQL where it is."""
    with tempfile.TemporaryDirectory() as folder:
        yield from _database("SQLite", Path(folder), f"sqlite:///{folder}/heli.sqlite3", quick)
    if quick:
        return
    try:
        with postgres.server(durable=True) as address, tempfile.TemporaryDirectory() as folder:
            yield from _database("PostgreSQL", Path(folder), address, quick)
    except FileNotFoundError:
        yield {"what": "PostgreSQL", "note": "no server program here"}


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
        admin = Reader(port, "admin")
        villages = _villages(admin.sign_in("admin", PASSWORD).text)
        walks = _walks(folder, admin, villages, seeded)
        for kind, found in zip(("", " (file)"), measured(process, walks, 3 if quick else 11), strict=True):
            for row in found:
                yield {**row, "what": f"{name}: {row['what']}{kind}"}
        yield {**_crowd(name, admin, villages[0], 3 if quick else 15), "MB": round(memory_of(process))}
        size = 1_500 if quick else 12_000
        yield from uploads.rows(name, folder, process, admin, villages[-2:], size)


def _villages(zone: str) -> list[str]:
    """The addresses of the villages on the zone's page, the one with most households first."""
    found = [(int(count.replace(",", "")), address) for address, count in _VILLAGE.findall(zone)]
    return [address for _count, address in sorted(found, reverse=True)]


def _walks(
    folder: Path, admin: Reader, villages: Sequence[str], seeded: Taken
) -> list[tuple[Reader, list[str]]]:
    """Four people and where they begin: who sees all, in the largest village; the officer and the grid head
    of the first; a member."""
    officer, head, member = (Reader(admin.connection.port, who) for who in ("unit", "head", "member"))
    home = officer.sign_in("unit", PASSWORD).address
    found = _LINK.search(seeded.output)
    if found is None:
        raise RuntimeError(f"no personal link: {seeded.output}")
    return [
        (admin, [*_review(admin, folder, villages[0]), "/zone/"]),
        (officer, [*_review(officer, folder, home), home]),
        (head, [head.sign_in("head", PASSWORD).address]),
        (member, [member.come_by(found[2], found[1]).address]),
    ]


def _review(reader: Reader, folder: Path, village: str) -> list[str]:
    """Make something to look at: two plans of a village and a book handed in; their addresses and its own."""
    draft = reader.done(reader.post(reader.get(f"{village}plan/").form("plan/"), mode="groups", weeks="1"))
    again = reader.done(reader.post(draft.form("/again/"), keep="fresh"))
    book = folder / "book.xlsx"
    write_invented(book, 7, datetime.date.today(), households=500, members=80)
    upload = reader.done(reader.hand_in(reader.get(f"{village}upload/").form("upload/"), "books", book))
    return [village, again.address, upload.address]


def _crowd(name: str, reader: Reader, village: str, seconds: int) -> Row:
    """Fifty readers, each asking for one page after the other without a pause."""
    addresses = ["/zone/", "/zone/firms/", *(village + rest for rest in READ)]
    readers = [Reader(reader.connection.port) for _ in range(READERS)]
    taken: list[float] = []
    end = time.perf_counter() + seconds

    def read(one: Reader, at: int) -> None:
        one.cookies = dict(reader.cookies)
        while time.perf_counter() < end:
            taken.append(1000 * one.follow(one.get(addresses[at % len(addresses)])).seconds)
            at += 1

    threads = [threading.Thread(target=read, args=(one, at)) for at, one in enumerate(readers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    taken.sort()
    return {
        "what": f"{name}: {READERS} readers, {WORKERS} workers",
        "median ms": round(statistics.median(taken)),
        "p95 ms": round(taken[int(0.95 * (len(taken) - 1))]),
        "max ms": round(taken[-1]),
        "requests/s": round(len(taken) / seconds, 1),
    }


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
