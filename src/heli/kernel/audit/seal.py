"""What stands outside the database: the key that proves a line, and a file of the heads that were reached.

Whoever has the database and neither of the two can change nothing without being found out (docs/audit.md).
"""

from __future__ import annotations

import datetime
import hashlib
import hmac
import json
import os
import re
import uuid
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.utils import timezone

from heli.kernel.lib import districts

SEALED = "audit.sealed"
"""The verb of the line from which on lines are proved with this key; its ``facts`` say what was before."""
HEAD_LINE = re.compile(r"([0-9a-f]{16}|-) (\d{1,18}) ([0-9a-f]{64}) \S+")


class SaidEvent(Protocol):
    """What a line says; an ``Event``, of today or of a migration."""

    number: int
    at: datetime.datetime
    account: uuid.UUID | None
    member: uuid.UUID | None
    verb: str
    subject: str
    scope: str
    facts: object
    before: str


@cache
def _derived(secret: str, purpose: str) -> bytes:
    return hmac.digest(secret.encode(), f"heli {purpose}".encode(), "sha256")


def prove(data: bytes, purpose: str) -> str:
    """HMAC-SHA-256 of the data under the key of this installation; each purpose has a key of its own."""
    return hmac.new(_derived(settings.AUDIT_KEY, purpose), data, hashlib.sha256).hexdigest()


def key_name() -> str:
    """Sixteen digits by which the key is told from others; they do not give it away."""
    return prove(b"", "name")[:16]


def _said(event: SaidEvent, number: int | None) -> bytes:
    said: Mapping[str, object] = {
        "number": event.number if number is None else number,
        "at": event.at.isoformat(),
        "account": _text(event.account),
        "member": _text(event.member),
        "verb": event.verb,
        "subject": event.subject,
        "scope": event.scope,
        "facts": event.facts,
        "before": event.before,
    }
    return json.dumps(said, sort_keys=True, ensure_ascii=False).encode()


def digest(event: SaidEvent, number: int | None = None) -> str:
    """The proof over the line before and all that this one says; as if it had the ``number``, if given."""
    return prove(_said(event, number), "audit")


def plain_digest(event: SaidEvent, number: int | None = None) -> str:
    """The same without a key, as lines had it before there was one: anybody can work it out."""
    return hashlib.sha256(_said(event, number)).hexdigest()


def era_of(restore: SaidEvent) -> str:
    """The name of the era that begins with the line of a restore."""
    return digest(restore)[:16]


def heads_file() -> Path:
    """Where the heads of the chosen district are kept: one line each, added and never changed."""
    return Path(settings.AUDIT_HEADS) / f"audit-heads-{districts.current()}"


def keep_head(era: str, number: int, proof: str) -> None:
    """Add a head to the file, after its transaction was committed. Raises ``OSError``.

    One write of one short line at the end: several processes never mix theirs. A process that dies before
    it leaves a gap, which is no fault: only what stands in the file must stand in the database.
    """
    line = f"{era or '-'} {number} {proof} {timezone.now():%Y-%m-%dT%H:%M:%SZ}\n".encode()
    file = os.open(heads_file(), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        if os.write(file, line) != len(line):
            raise OSError(f"{heads_file().name}: a line was cut off")
    finally:
        os.close(file)


def kept_heads() -> dict[str, dict[int, str]]:
    """By era, in the order in which they began: the proof of each line that was a head.

    An era ends with a restore. Lines that are cut off or are none are left out.
    """
    eras: dict[str, dict[int, str]] = {}
    if not heads_file().exists():
        return eras
    with heads_file().open(encoding="ascii", errors="replace") as file:
        for line in file:
            if found := HEAD_LINE.fullmatch(line.rstrip("\n")):
                era, number, proof = found.groups()
                kept = eras.setdefault("" if era == "-" else era, {})
                # two proofs for one number: the chain was put back and went on; the first one is missed
                kept.setdefault(int(number), proof)
    return eras


def _text(key: uuid.UUID | None) -> str:
    return "" if key is None else str(key)
