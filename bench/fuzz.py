"""Noise for every form and for the upload: no answer of 500, no traceback."""

from __future__ import annotations

import csv
import datetime
import io
import random
import secrets
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.pages import kind_of, walk
from bench.served import Served
from bench.visitor import Form, Reader
from heli.demo.invented import write_invented
from heli.demo.staff import PASSWORD

Row = dict[str, Any]

FORMS = 5_000
UPLOADS = 5_000
"""On each database."""
TOGETHER = 10
"""Files of one upload."""
PEOPLE = ("admin", "unit", "head", "leader", "line", "auditor")
KEPT = ("/logout/", "/password/", "/off/", "/account/")
"""Forms that would end the session of who sends them, or the account of somebody who is needed later."""
NOISE = (
    "",
    " ",
    "0",
    "-1",
    "9" * 20,
    "9" * 400,
    "1e308",
    "NaN",
    "١٢٣",
    "１２３",
    "\x00",
    "a\x00b",
    "\ud800",
    "\u202e",
    "😀" * 50,
    "是" * 100_000,
    "<script>alert(1)</script>",
    "=HYPERLINK(1)",
    "' OR 1=1 --",
    "{{ 7 }}",
    "%s%n%(name)s",
    "../../../etc/passwd",
    "0000-00-00",
    "9999-12-31",
    "2026-02-30",
    "25:61",
    "[]",
    "null",
    "true",
    "00000000-0000-0000-0000-000000000000",
    "ffffffff-ffff-ffff-ffff-fffffffffffff",
)
ENDINGS = ("xlsx", "xls", "ods", "csv", "txt")
CELLS = (
    "",
    "12号甲",
    "一○五号",
    "2026-02-30",
    "９９９９９９９９９９９９９９９９９９９９９号",
    "=1+1",
    "#REF!",
    "周一至周五晚上除外",
    "是" * 40_000,
    "\u200b",
    "5-32",
    "1e400",
    "-0",
    "同上",
)


def rows(served: Served, quick: bool) -> Iterator[Row]:
    """A row for the forms, one for the uploads."""
    chance = random.Random(3)
    yield {"what": "noise in every form", **_forms(served, chance, 300 if quick else FORMS)}
    yield {"what": "noise handed in", **_uploads(served, chance, 100 if quick else UPLOADS)}


def _forms(served: Served, chance: random.Random, requests: int) -> Row:
    """Walk all pages as everybody, then send each form again and again with noise in its fields."""
    before = served.tracebacks()
    found: list[tuple[Reader, Form]] = []
    for who in PEOPLE:
        reader = Reader(served.port, who)
        home = reader.sign_in(who, PASSWORD).address
        known: set[str] = set()
        for _kind, page in walk(reader, [home, "/"]):
            for form in page.forms():
                kind = f"{form.method} {kind_of(form.action)} {sorted(form.fields)}"
                if kind not in known and not any(part in form.action for part in KEPT):
                    known.add(kind)
                    found.append((reader, form))
    answers: Counter[int] = Counter()
    for number in range(requests):
        reader, form = found[number % len(found)]
        answers[reader.ask(_noisy(chance, form)).status] += 1
    return {"forms": len(found), **_told(answers), "tracebacks": served.tracebacks() - before}


def _noisy(chance: random.Random, form: Form) -> Form:
    """Some of its fields filled with noise, left out, or added; the mark against forged requests stays."""
    fields = dict(form.fields)
    for name in [*fields, "page", "q", "date", "day", "do"]:
        if name != "csrfmiddlewaretoken" and chance.random() < 0.5:
            if chance.random() < 0.1:
                fields.pop(name, None)
            else:
                fields[name] = chance.choice(NOISE)
    return Form(form.method, form.action, fields)


def _uploads(served: Served, chance: random.Random, count: int) -> Row:
    """Hand in spoilt books, some together, one upload after the other; each is read by a worker, then put
    away."""
    before = served.tracebacks()
    reader = Reader(served.port, "unit")
    home = reader.sign_in("unit", PASSWORD).address
    form = reader.get(f"{home}upload/").form("upload/")
    answers: Counter[int] = Counter()
    read = 0
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "whole.xlsx"
        write_invented(whole, 1, datetime.date.today(), households=12, members=4)
        files = 0
        while files < count:
            paths = [Path(folder) / f"book{number}.{chance.choice(ENDINGS)}" for number in range(TOGETHER)]
            for path in paths:
                path.write_bytes(_spoilt(chance, whole.read_bytes()))
            files += len(paths)
            page = reader.hand_in(form, "books", *paths)
            answers[page.status] += 1
            if page.goes.startswith("/job/"):
                for seen in reader.job(page):
                    answers[seen.status] += seen.status >= 500
                read += 1
                answers[reader.post(seen.form("/away/")).status] += 1
    return {
        "files": files,
        "uploads read": read,
        **_told(answers),
        "tracebacks": served.tracebacks() - before,
    }


def _spoilt(chance: random.Random, whole: bytes) -> bytes:
    """The book with bytes changed, cut off, cells of noise; or a table of noise; or noise alone."""
    kind = chance.randrange(5)
    if kind == 0:
        data = bytearray(whole)
        for _ in range(chance.randint(1, 40)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        return bytes(data)
    if kind == 1:
        return whole[: chance.randrange(len(whole))]
    if kind == 2:
        return _with_cells(chance, whole)
    if kind == 3:
        out = io.StringIO()
        writer = csv.writer(out)
        head = ["门牌号", "户主", "家庭人口", "姓名", "投放点", "不便时间", "备注"]
        writer.writerow(chance.sample(head, chance.randint(1, len(head))))
        for _ in range(chance.randint(0, 30)):
            writer.writerow([chance.choice(CELLS) for _ in range(chance.randint(0, 9))])
        return out.getvalue().encode(chance.choice(("utf-8", "utf-8-sig", "gb18030", "utf-16")), "replace")
    return secrets.token_bytes(chance.randint(0, 2000))


def _with_cells(chance: random.Random, whole: bytes) -> bytes:
    """The same book with noise in the place of some of its shared strings."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as book, zipfile.ZipFile(out, "w") as spoilt:
        for name in book.namelist():
            data = book.read(name)
            if name.endswith("sharedStrings.xml"):
                parts = data.split(b"<t>")
                for place in range(1, len(parts)):
                    if chance.random() < 0.1:
                        _old, end = parts[place].split(b"</t>", 1)
                        text = chance.choice(CELLS).replace("&", "&amp;").replace("<", "&lt;")
                        parts[place] = text.encode() + b"</t>" + end
                data = b"<t>".join(parts)
            spoilt.writestr(name, data)
    return out.getvalue()


def _told(answers: Counter[int]) -> Row:
    told = ", ".join(f"{status}: {count}" for status, count in sorted(answers.items()))
    return {"requests": answers.total(), "answers of 5xx": _errors(answers), "note": told}


def _errors(answers: Counter[int]) -> int:
    """Answers of 500 and above that are no plain refusal: 503 and 507 say what stands in the way."""
    return sum(count for status, count in answers.items() if status >= 500 and status not in (503, 507))
