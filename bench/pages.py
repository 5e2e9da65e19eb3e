"""Every kind of page that somebody can reach, one of each, and how long the server takes for it.

From asking to the last byte, on the same machine; beside it the processor time of the server's processes,
which says how much of that is work when the machine has other things to do.
"""

from __future__ import annotations

import re
import statistics
from collections import deque
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from bench.measure import cpu_of
from bench.visitor import HTML, Page, Reader

Row = dict[str, Any]

LIMIT = 100
"""Milliseconds of a page."""
_KEY = re.compile(
    r"(?<=/)[0-9a-f]{8}-[0-9a-f-]{27}(?=[/.])|(?<=/)\d[\d-]*(?=/)|(?<=/l/)[^/]+|(?<=/cal/)[^.]+"
)
_WORD = re.compile("[a-z_]+")
_OFF = ("/static/", "/account/logout/")
"""Not walked: files that are cached for good, and the way out."""


def kind_of(address: str) -> str:
    """An address without what makes it one of many: keys, numbers, dates, names.

    >>> kind_of("/village/0199e0f4-5a3c-7d1e-8f00-3b2a1c0d9e8f/households/?lane=前街&page=2")
    '/village/…/households/?lane=…&page=…'
    >>> kind_of("/upload/0199e0f4-5a3c-7d1e-8f00-3b2a1c0d9e8f/changes/?part=members&kind=new")
    '/upload/…/changes/?kind=new&part=members'
    """
    parts = urlsplit(address)
    asked = sorted(parse_qsl(parts.query, keep_blank_values=True))
    words = [f"{name}={value if _WORD.fullmatch(value) or not value else '…'}" for name, value in asked]
    return "?".join(filter(None, (_KEY.sub("…", parts.path), "&".join(words))))


def walk(reader: Reader, first: Sequence[str]) -> Iterator[tuple[str, Page]]:
    """Follow links from the first addresses; one page or file of every kind, with its kind."""
    waiting = deque(first)
    known = {kind_of(address) for address in first}
    while waiting:
        page = reader.get(waiting.popleft())
        if page.status == 200:
            yield kind_of(page.address), page
        elif not page.goes:
            raise RuntimeError(f"{reader.who}: {page.address}: {page.status}")
        for link in [page.goes] if page.goes else page.links():
            address = link.split("#", 1)[0]
            kind = kind_of(address)
            if address.startswith("/") and not address.startswith(_OFF) and kind not in known:
                known.add(kind)
                waiting.append(address)


def measured(
    server: int, walks: Sequence[tuple[Reader, Sequence[str]]], times: int
) -> tuple[list[Row], list[Row]]:
    """Pages and files, slowest first: of each kind a row, for whom of the readers it takes longest."""
    pages: dict[str, Row] = {}
    files: dict[str, Row] = {}
    for reader, first in walks:
        for kind, page in walk(reader, first):
            before = cpu_of(server)
            taken = [1000 * reader.get(page.address).seconds for _ in range(times)]
            row = {
                "what": kind,
                "who": reader.who,
                "median ms": round(statistics.median(taken)),
                "max ms": round(max(taken)),
                "CPU ms": round(1000 * (cpu_of(server) - before) / times),
            }
            rows = pages if page.kind == HTML else files
            if kind not in rows or rows[kind]["median ms"] < row["median ms"]:
                rows[kind] = row
    slowest = [
        sorted(rows.values(), key=lambda row: (-row["median ms"], row["what"])) for rows in (pages, files)
    ]
    return [{**row, "limit ms": LIMIT} for row in slowest[0]], slowest[1]
