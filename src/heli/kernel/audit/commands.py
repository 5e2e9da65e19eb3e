"""Write the audit. Everything that changes or reveals something leaves a line, in the same transaction."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from heli.kernel.access.actor import Actor
from heli.kernel.audit.models import Event

FIRST = "0" * 64


def record(actor: Actor, verb: str, subject: str, scope: str, **facts: Any) -> Event:
    """Add a line: who did what to which ``subject`` (``kind:key``) in the unit with the path ``scope``.

    ``facts`` are codes, keys and counts; never a phone number or free text about a person.
    Must be called inside the transaction of what it tells of.
    """
    with transaction.atomic():
        last = Event.objects.select_for_update().order_by("-number").first()
        event = Event(
            number=1 if last is None else last.number + 1,
            at=timezone.now(),
            account=actor.account,
            member=actor.member,
            verb=verb,
            subject=subject,
            scope=scope,
            facts=facts,
            before=FIRST if last is None else last.hash,
        )
        event.hash = digest(event)
        event.save(force_insert=True)
    return event


def digest(event: Event) -> str:
    """SHA-256 over the row before and all that this row says."""
    said: Mapping[str, Any] = {
        "number": event.number,
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


def _text(key: uuid.UUID | None) -> str:
    return "" if key is None else str(key)
