"""Read the audit: a page of it, and whether the chain is whole."""

from __future__ import annotations

import datetime
import hashlib
import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import Max
from django.utils import timezone

from heli.kernel.access.actor import Actor
from heli.kernel.access.roles import Verb
from heli.kernel.accounts.models import Account
from heli.kernel.audit.models import Event, Head

FIRST = "0" * 64
"""What the first line carries as the hash before it."""
SWAPS = 500
"""So many lines at most are tried for having changed places; beyond, they are called changed."""


class Fault(StrEnum):
    """What is wrong with a line."""

    CHANGED = "changed"
    MISSING = "missing"
    MOVED = "moved"
    LOOSE = "loose"  # whole in itself, but it does not follow from the line before
    EXTRA = "extra"  # written past ``record``


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault of the chain: the number of the line."""

    number: int
    fault: Fault


def digest(event: Event, number: int | None = None) -> str:
    """SHA-256 over the row before and all that this row says; as if it had another ``number``, if given."""
    said: Mapping[str, Any] = {
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
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def verify() -> tuple[int, list[Finding]]:
    """How many lines the chain has, and what is wrong with it, by number; nothing is written.

    May run while others write: lines that come later are not looked at.
    """
    top = Event.objects.aggregate(top=Max("number"))["top"] or 0
    head = Head.objects.filter(pk=1).first() or Head()
    faults = [Finding(number, Fault.EXTRA) for number in range(head.number + 1, top + 1)[:SWAPS]]
    before, expected, wrong, count = FIRST, 1, [], 0
    sound = True
    for event in Event.objects.filter(number__lte=head.number).order_by("number").iterator(2000):
        count += 1
        faults += [Finding(number, Fault.MISSING) for number in range(expected, event.number)[:SWAPS]]
        gap = event.number != expected
        whole = digest(event) == event.hash
        if not whole:
            wrong.append(event)
        elif event.before != before and sound and not gap:
            faults.append(Finding(event.number, Fault.LOOSE))
        before, expected, sound = event.hash, event.number + 1, whole
    faults += [Finding(number, Fault.MISSING) for number in range(expected, head.number + 1)[:SWAPS]]
    if expected == head.number + 1 and before != head.hash and sound:
        faults.append(Finding(head.number, Fault.LOOSE))
    faults += _changed(wrong)
    return count, sorted(faults, key=lambda finding: finding.number)


def _changed(wrong: Sequence[Event]) -> Iterable[Finding]:
    """Which of them only changed places with others of them."""
    numbers = [event.number for event in wrong][:SWAPS]
    for event in wrong:
        moved = any(digest(event, number) == event.hash for number in numbers)
        yield Finding(event.number, Fault.MOVED if moved else Fault.CHANGED)


@dataclass(frozen=True, slots=True)
class Line:
    """One line for the page: no key, no facts. ``who`` is an account's name, empty for a member."""

    number: int
    at: datetime.datetime
    who: str
    by_member: bool
    verb: str


def page(
    actor: Actor, day: datetime.date | None, verb: str, before: int | None, size: int = 50
) -> tuple[list[Line], int | None]:
    """The newest lines that the actor may read, of a day and a verb if given, older than ``before``; and the
    ``before`` of the next page, none at the end."""
    found = Event.objects.filter(actor.within(Verb.READ_AUDIT, "scope"))
    if day is not None:
        start = timezone.make_aware(datetime.datetime.combine(day, datetime.time()))
        found = found.filter(at__gte=start, at__lt=start + datetime.timedelta(days=1))
    if verb:
        found = found.filter(verb=verb)
    if before is not None:
        found = found.filter(number__lt=before)
    events = list(found.order_by("-number")[: size + 1])
    more = events[size - 1].number if len(events) > size else None
    keys = {event.account for event in events if event.account}
    names = {account.pk: account.get_full_name() for account in Account.objects.filter(pk__in=keys)}
    lines = [
        Line(
            event.number,
            event.at,
            names.get(event.account, "") if event.account else "",
            event.member is not None,
            event.verb,
        )
        for event in events[:size]
    ]
    return lines, more


def _text(key: uuid.UUID | None) -> str:
    return "" if key is None else str(key)
