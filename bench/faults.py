"""The web under faults: killed 200 times in the middle of its work and just after it answered, its disk
full, its database restarted, its clock set back, fifty people at once; then forms and uploads made of noise.

What must be true afterwards stands in ``bench/invariants.py``. Everything runs on this machine's own loopback
address, with a bounded number of requests.
"""

from __future__ import annotations

import datetime
import http.client
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scripts import postgres

from bench import fuzz
from bench.measure import ROOT, heli
from bench.served import Served
from bench.visitor import Page, Reader
from heli.demo.invented import write_invented
from heli.demo.staff import PASSWORD

Row = dict[str, Any]
Claim = dict[str, Any]

KILLS = 100
"""Kills on each database; a fifth of them just after an answer."""
KINDS = ("import", "plan", "publish", "swap")
AT_ONCE = 50
_TURN = re.compile(r'"(/turn/([0-9a-f-]{36})/(\d{4}-\d\d-\d\d)/)"')
_OTHER = re.compile(r'<select id="taker".*?</select>', re.DOTALL)
_SEEN = re.compile(r'name="seen" value="([^"]*)"')
_KEY = re.compile(r'value="([0-9a-f-]{36})"')
_LOST = (OSError, http.client.HTTPException, LookupError, RuntimeError)
"""How a request ends whose server is killed; and a page of a job that failed with it."""


_FAR_LEASE = """
import datetime
from django.utils import timezone
from heli.kernel.access.actor import SYSTEM
from heli.kernel.jobs.models import Job
from heli.orgs.models import Kind, Unit
from heli.plans.commands.runs import start_run
from heli.plans.rules import Options
village = Unit.objects.filter(kind=Kind.VILLAGE).first()
run = start_run(SYSTEM, village, Options(timezone.localdate()))
far = timezone.now() + datetime.timedelta(hours=2)
Job.objects.filter(pk=run.job).update(state="running", attempts=1, lease_until=far)
"""


def rows(quick: bool, data: Path) -> Iterator[Row]:  # noqa: ARG001 - all data is invented here
    """All faults on SQLite, then on PostgreSQL where it is installed."""
    with tempfile.TemporaryDirectory() as folder:
        yield from _all("SQLite", Path(folder), f"sqlite:///{folder}/heli.sqlite3", quick)
    yield {"what": "SQLite: disk full", **_full_disk()}
    try:
        with postgres.restartable(durable=True) as server, tempfile.TemporaryDirectory() as folder:
            yield from _all("PostgreSQL", Path(folder), server.address, quick, server)
    except FileNotFoundError:
        yield {"what": "PostgreSQL", "note": "no server program here"}


def _all(
    name: str, folder: Path, address: str, quick: bool, server: postgres.Server | None = None
) -> Iterator[Row]:
    _seed(folder, address)
    with ExitStack() as stack:
        served = stack.enter_context(Served(folder / "server.log"))
        office = Office(served, folder, random.Random(5))
        yield {"what": f"{name}: killed", **_killed(office, 8 if quick else KILLS)}
        yield {"what": f"{name}: {AT_ONCE} at once", **_at_once(office)}
        yield {"what": f"{name}: a lease far ahead, as after a clock set back", **_clock_back(office)}
        if server is not None:
            yield {"what": f"{name}: restarted three times under readers", **_restarted(office, server)}
        for row in fuzz.rows(served, quick):
            yield {**row, "what": f"{name}: {row['what']}"}
        yield {"what": f"{name}: at the end", **_judged(office), "tracebacks": served.tracebacks()}


def _seed(folder: Path, address: str) -> None:
    """A small invented zone in an empty database."""
    os.environ.update(HELI_DATA=str(folder), HELI_DEMO="1", HELI_DATABASE=address)
    for words in (("migrate",), ("createcachetable",), ("seed", "--small")):
        if (done := heli(*words)).code:
            raise RuntimeError(done.output)


@dataclass
class Office:
    """The three villages' head at a browser; what the server acknowledged is kept as claims."""

    served: Served
    folder: Path
    chance: random.Random
    claims: list[Claim] = field(default_factory=list)
    _days: int = 0
    _books: int = 0

    def reader(self) -> Reader:
        """The head of the first village, signed in anew (a killed server ends no session)."""
        reader = Reader(self.served.port, "unit")
        self.home = reader.sign_in("unit", PASSWORD).address
        return reader

    def swap(self, reader: Reader) -> Callable[[], Claim | None]:
        """Somebody else takes a turn of a day that no swap has touched; done when it is called."""
        found: list[tuple[str, str, str]] = []
        while not found:
            self._days += 1
            day = datetime.date.today() + datetime.timedelta(days=self._days)
            page = reader.follow(reader.get(f"{self.home}presence/?date={day}"))
            found = _TURN.findall(page.text)
        address, turn, date = self.chance.choice(found)
        page = reader.follow(reader.get(address))
        takers = _KEY.findall(_OTHER.findall(page.text)[0])
        taker = self.chance.choice(takers)
        form = page.form(address)
        form.fields["seen"] = _SEEN.findall(page.text.split('<select id="taker"')[0])[-1]

        def deed() -> Claim | None:
            answer = reader.post(form, do="give", to=taker)
            return {"what": "swap", "turn": turn, "date": date, "taker": taker} if answer.goes else None

        return deed

    def plan(self, reader: Reader) -> Callable[[], Claim | None]:
        """A plan of both tables is asked for and waited for."""
        form = reader.follow(reader.get(f"{self.home}plan/")).form("plan/")

        def deed() -> Claim | None:
            # all of it anew: what changes nothing could not be published
            asked = reader.post(form, mode="groups", weeks="1", all="on")
            page = reader.done(asked)
            return {"what": "run", "key": _key(page), "states": ["draft", "published", "discarded"]}

        return deed

    def publish(self, reader: Reader) -> Callable[[], Claim | None]:
        """A plan is made, then put in force."""
        draft = self.plan(reader)()
        if draft is None:
            raise LookupError("no draft")
        address = f"/plan/{draft['key']}/publish/"
        form = reader.follow(reader.get(address)).form(address)

        def deed() -> Claim | None:
            answer = reader.post(form)
            return {"what": "run", "key": draft["key"], "states": ["published"]} if answer.goes else None

        return deed

    def import_(self, reader: Reader) -> Callable[[], Claim | None]:
        """A book is handed in, read and imported: a job, as it is large."""
        self._books += 1
        book = self.folder / f"{self._books}.xlsx"
        write_invented(book, self._books % 5, datetime.date.today(), households=90, members=16)
        form = reader.follow(reader.get(f"{self.home}upload/")).form("upload/")
        upload = reader.done(reader.hand_in(form, "books", book))
        form = reader.follow(reader.get(upload.address)).form("/import/")

        def deed() -> Claim | None:
            page = reader.done(reader.post(form, confirmed="on"))
            states = ["imported", "undone"]
            return {"what": "upload", "key": _key(page), "states": states} if page.status == 200 else None

        return deed


def _key(page: Page) -> str:
    return _KEY_IN.findall(page.address)[0]


_KEY_IN = re.compile("[0-9a-f]{8}-[0-9a-f-]{27}")


def _killed(office: Office, kills: int) -> Row:
    """Kill all, one web process, or the worker, at a random moment of a deed or just after its answer."""
    longest = dict.fromkeys(KINDS, 1.0)
    done: dict[str, int] = {}
    for number in range(kills):
        kind = KINDS[number % len(KINDS)]
        after = number % 5 == 4
        deed = _prepared(office, "import_" if kind == "import" else kind)
        wait = None if after else office.chance.random() * longest[kind]
        target = office.chance.choice(("all", "web", "worker")) if not after else "all"
        claim, seconds = _one_kill(office, deed, wait, target)
        if claim is not None:
            office.claims.append(claim)
            longest[kind] = min(longest[kind], 1.2 * seconds)
        office.served.mend()
        what = "just after the answer" if after else f"in {kind}"
        done[what] = done.get(what, 0) + 1
    told = ", ".join(f"{count} {what}" for what, count in sorted(done.items()))
    kept = Counter(claim["what"] for claim in office.claims)
    acknowledged = ", ".join(f"{count} {what}" for what, count in sorted(kept.items()))
    return {"kills": kills, "note": told, "acknowledged": acknowledged, **_judged(office)}


def _prepared(office: Office, kind: str) -> Callable[[], Claim | None]:
    """A deed up to its last press. A web process that dies twice within seconds takes the other with it, and
    nobody listens for a moment: somebody at a browser then tries again."""
    end = time.monotonic() + 60
    while True:
        try:
            deed: Callable[[], Claim | None] = getattr(office, kind)(office.reader())
        except (OSError, http.client.HTTPException):
            if time.monotonic() > end:
                raise
            time.sleep(0.5)
        else:
            return deed


def _one_kill(
    office: Office, deed: Callable[[], Claim | None], wait: float | None, target: str
) -> tuple[Claim | None, float]:
    """Begin the deed and kill ``target`` after ``wait`` seconds (none: when it is answered)."""
    found: list[Claim | None] = [None]
    began, taken = time.perf_counter(), [0.0]

    def run() -> None:
        try:
            found[0] = deed()
        except _LOST:
            return
        taken[0] = time.perf_counter() - began

    thread = threading.Thread(target=run)
    thread.start()
    if wait is not None:
        time.sleep(wait)
        office.served.kill(target)
        if target == "all":
            office.served.mend()
    thread.join(60)
    if wait is None:
        office.served.kill(target)
    return found[0], taken[0] or 1.0


def _judged(office: Office) -> Row:
    """Once every job is over: what is not as it must be."""
    end = time.monotonic() + 120
    while time.monotonic() < end and _jobs_left():
        time.sleep(1)
    claims = office.folder / "claims.json"
    claims.write_text(json.dumps(office.claims))
    told = _in_django(f"from bench.invariants import main\nmain({str(claims)!r})")
    found = json.loads(told)
    return {"violations": len(found), **({"which": "; ".join(found[:5])} if found else {})}


def _jobs_left() -> bool:
    ask = "from heli.kernel.jobs.models import Job\nprint(Job.objects.filter(finished_at=None).count())"
    return _in_django(ask).strip() != "0"


def _in_django(script: str) -> str:
    """What a script prints in a process that knows the database."""
    begin = "import django; django.setup()\n"
    environment = {
        **os.environ,
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        "DJANGO_SETTINGS_MODULE": "heli.config.settings",
    }
    done = subprocess.run(
        [sys.executable, "-c", begin + script], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    return done.stdout


def _at_once(office: Office) -> Row:
    """Fifty people give one turn away, and fifty publish one draft, all at one moment: one succeeds.

    Whoever is offered a turn may have one at that time; then nobody succeeds, and another turn is taken.
    """
    found: dict[str, int] = {}
    for kind in ("swap", "swap", "swap", "swap", "publish"):
        if kind == "swap" and found.get("swap 302"):
            continue
        first = office.reader()
        deed = getattr(office, kind)(first)
        form, more = _asked(deed)
        readers = [Reader(office.served.port) for _ in range(AT_ONCE)]
        answers: list[int] = []
        gate = threading.Barrier(AT_ONCE)

        def send(
            one: Reader,
            cookies: dict[str, str] = first.cookies,
            gate: threading.Barrier = gate,
            answers: list[int] = answers,
            form: Any = form,
            more: dict[str, str] = more,
        ) -> None:
            one.cookies = dict(cookies)
            gate.wait()
            answers.append(one.post(form, **more).status)

        threads = [threading.Thread(target=send, args=(one,)) for one in readers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for status in answers:
            found[f"{kind} {status}"] = found.get(f"{kind} {status}", 0) + 1
    told = ", ".join(f"{key}: {count}" for key, count in sorted(found.items()))
    errors = sum(count for key, count in found.items() if key.split()[1].startswith("5"))
    return {"note": told, "answers of 5xx": errors, **_judged(office)}


def _asked(deed: Callable[[], Claim | None]) -> tuple[Any, dict[str, str]]:
    """The form that a deed would send and what it would fill in."""
    held = dict(zip(deed.__code__.co_freevars, deed.__closure__ or (), strict=True))
    more = {"do": "give", "to": held["taker"].cell_contents} if "taker" in held else {}
    return held["form"].cell_contents, more


def _clock_back(office: Office) -> Row:
    """A plan whose job is held by nobody, with a lease that ends in two hours, is made all the same."""
    office.served.kill("all")
    _in_django(_FAR_LEASE)
    began = time.perf_counter()
    office.served.mend()
    while time.perf_counter() < began + 60 and _jobs_left():
        time.sleep(0.5)
    return {"s": round(time.perf_counter() - began, 1), "limit s": 60, **_judged(office)}


def _restarted(office: Office, server: postgres.Server) -> Row:
    """Eight readers without a pause while the database goes away and comes back three times."""
    first = office.reader()
    over, found = threading.Event(), Counter[int]()
    kept = threading.Lock()

    def read() -> None:
        one = Reader(office.served.port)
        one.cookies = dict(first.cookies)
        while not over.is_set():
            status = one.get(office.home).status
            with kept:
                found[status] += 1

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for _time in range(3):
        time.sleep(2)
        server.stop()
        time.sleep(1)
        server.start()
    time.sleep(2)
    over.set()
    for thread in threads:
        thread.join()
    after = Counter(first.get(office.home).status for _ in range(50))
    told = ", ".join(f"{status}: {count}" for status, count in sorted(found.items()))
    return {"note": f"{told}; afterwards {dict(after)}", "answers of 500": found[500], **_judged(office)}


def _full_disk() -> Row:
    """A zone on a disk of its own that is filled: what was acknowledged stays, right sign-ins do not lock."""
    with tempfile.TemporaryDirectory() as place:
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", place], capture_output=True, check=False
        )
        if mounted.returncode:
            return {"note": "no disk of a size of its own can be made here"}
        try:
            folder = Path(place)
            _seed(folder, f"sqlite:///{folder}/heli.sqlite3")
            with tempfile.TemporaryDirectory() as logs, Served(Path(logs) / "server.log") as served:
                return _filled(Office(served, folder, random.Random(7)))
        finally:
            subprocess.run(["umount", "-l", place], check=False)


def _filled(office: Office) -> Row:
    reader = office.reader()
    deeds = [office.swap(reader) for _ in range(40)]
    filler = office.folder / "filler"
    with suppress(OSError), filler.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))
    found: Counter[str] = Counter()
    for deed in deeds:
        claim = deed()
        found["taken" if claim else "refused"] += 1
        if claim:
            office.claims.append(claim)
    for _ in range(12):
        one = Reader(office.served.port)
        form = one.get("/account/login/").form("/account/login/")
        found[f"sign-in {one.post(form, login='unit', password=PASSWORD).status}"] += 1
    filler.unlink()
    office.reader()
    deed = office.swap(reader)
    office.claims += [claim] if (claim := deed()) else []
    told = ", ".join(f"{key}: {count}" for key, count in sorted(found.items()))
    row = {"note": f"{told}; with room again: {'taken' if claim else 'refused'}"}
    return {**row, **_judged(office), "tracebacks": office.served.tracebacks()}
