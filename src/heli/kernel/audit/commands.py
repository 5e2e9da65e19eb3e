"""Write the audit. Everything that changes or reveals something leaves a line, in the same transaction."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from heli.kernel.access.actor import Actor
from heli.kernel.audit.models import Event, Head
from heli.kernel.audit.queries import digest
from heli.kernel.lib.registry import audit_words


def record(actor: Actor, verb: str, subject: str, scope: str, **facts: Any) -> Event:
    """Add a line: who did what to which ``subject`` (``kind:key``) in the unit with the path ``scope``.

    ``facts`` are codes, keys and counts; never a phone number or free text about a person.
    Must be called inside the transaction of what it tells of; writers come one after the other.
    Raises ``ValueError`` for a verb that no slice states.
    """
    if verb not in audit_words():
        raise ValueError(f"no slice states the verb {verb!r}")
    with transaction.atomic():
        Head.objects.get_or_create(pk=1)
        head = Head.objects.select_for_update().get(pk=1)
        event = Event(
            number=head.number + 1,
            at=timezone.now(),
            account=actor.account,
            member=actor.member,
            verb=verb,
            subject=subject,
            scope=scope,
            facts=facts,
            before=head.hash,
        )
        event.hash = digest(event)
        event.save(force_insert=True)
        head.number, head.hash = event.number, event.hash
        head.save(update_fields=("number", "hash"))
    return event
