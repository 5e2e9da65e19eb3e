"""A book of 12,000 households handed in to a running server: read, imported, and both given up half-way."""

from __future__ import annotations

import datetime
import time
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from bench.measure import Peak
from bench.visitor import RUNNING, Page, Reader
from heli.demo.invented import write_invented

Row = dict[str, Any]

MEGABYTES = 1024
"""Of the server, its worker and all their processes together."""
TAKEN = "正在做"
"""What the page of a job says once it waits no longer."""
UNDER_WAY = 10
"""Percent from which on a reading is in the middle of its work."""


def rows(
    name: str, folder: Path, server: int, reader: Reader, villages: Sequence[str], households: int
) -> Iterator[Row]:
    """Hand in a book for the villages at two addresses, then import it; a row for each, whole and stopped."""
    book = folder / "large.xlsx"
    sizes = {"households": households, "members": households // 6, "points": 40}
    write_invented(book, 3, datetime.date.today(), **sizes)
    what = f"{name}: {households:,} households"

    def handed(village: str) -> Page:
        form = reader.get(f"{village}upload/").form("upload/")
        return reader.hand_in(form, "books", book)

    yield {"what": f"{what}, reading stopped", **_stopped(reader, handed(villages[0]), UNDER_WAY)}
    row, upload = _whole(server, reader, handed(villages[0]))
    yield {"what": f"{what}, read", **row}
    for address in dict.fromkeys(upload.links()):
        if "changes" in address:
            preview = reader.get(address)
            kind = address.rpartition("?")[2].replace("&", ", ")
            yield {"what": f"{what}, preview {kind}", "s": round(preview.seconds, 2), "limit s": 0.1}
    row, _page = _whole(server, reader, _imported(reader, upload))
    yield {"what": f"{what}, imported", **row}
    upload = reader.done(handed(villages[1]))
    yield {"what": f"{what}, import stopped", **_stopped(reader, _imported(reader, upload), 0)}


def _imported(reader: Reader, upload: Page) -> Page:
    return reader.post(upload.form("/import/"), confirmed="on")


def _whole(server: int, reader: Reader, asked: Page) -> tuple[Row, Page]:
    """Wait for the job: how long it takes, how its progress moves, how much memory all processes have."""
    peak, began = Peak(server), time.perf_counter()
    steps = [(began, 0)]
    page = asked
    for page in reader.job(asked):
        if (found := RUNNING.search(page.text)) and int(found[1]) != steps[-1][1]:
            steps.append((time.perf_counter(), int(found[1])))
    if page.address.startswith("/job/"):
        raise RuntimeError(f"{page.address}: not done")
    ended = time.perf_counter()
    times = [when for when, _percent in (*steps, (ended, 100))]
    still = max(later - earlier for earlier, later in pairwise(times))
    row = {
        "s": round(ended - began, 1),
        "progress": " ".join(f"{percent} %" for _when, percent in steps) + f", at most {still:.1f} s still",
        "MB": round(peak.stop()),
        "limit MB": MEGABYTES,
    }
    return row, page


def _stopped(reader: Reader, asked: Page, percent: int) -> Row:
    """Stop the job once it runs and is so far: how long until it is over, done or not."""
    began, page = 0.0, asked
    for page in reader.job(asked):
        found = RUNNING.search(page.text)
        if not began and found and TAKEN in page.text and int(found[1]) >= percent:
            began = time.perf_counter()
            reader.follow(reader.post(page.form("/cancel/")))
    done = not page.address.startswith("/job/")
    row = {"s": round(time.perf_counter() - began, 1), "limit s": 2} if began else {}
    return {**row, "note": "it was done before it heard of it"} if done else row
