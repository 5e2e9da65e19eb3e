"""Write the audit. Everything that changes or reveals something leaves a line, in the same transaction."""

from __future__ import annotations

from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.utils import timezone

from heli.kernel.access.actor import SYSTEM, Actor
from heli.kernel.audit import seal
from heli.kernel.audit.models import Event, Head
from heli.kernel.audit.seal import era_of
from heli.kernel.lib.registry import audit_words


class WrongKey(ImproperlyConfigured):
    """The key of this installation is not the one that proves the audit so far."""

    def __init__(self) -> None:
        super().__init__(
            "操作记录不是用现在的密钥写的：请放回原来的 audit-key；真的丢了，运行 heli audit rekey。 / "
            "The audit was written with another key: put the right audit-key back, or run heli audit rekey."
        )


def record(actor: Actor, verb: str, subject: str, scope: str, **facts: object) -> Event:
    """Add a line: who did what to which ``subject`` (``kind:key``) in the unit with the path ``scope``.

    ``facts`` are codes, keys and counts; never a phone number or free text about a person.
    Must be called inside the transaction of what it tells of; writers come one after the other.
    Raises ``ValueError`` for a verb that no slice states, ``WrongKey`` when the audit has another key.
    """
    if verb not in audit_words():
        raise ValueError(f"no slice states the verb {verb!r}")
    with transaction.atomic():
        head = _locked_head()
        if not head.fits(seal.key_name()):
            raise WrongKey
        return _write(head, actor, verb, subject, scope, facts)


def record_restore(**facts: object) -> Event:
    """Add the line that a backup was restored, in the database that will take the place of the old one.

    A new era begins: the heads that were kept for the old database do not count for this one. See
    :func:`keep_restored`.
    """
    with transaction.atomic():
        head = _locked_head()
        return _write(head, SYSTEM, "restore", "database:", "", facts, new_era=True)


def keep_restored(event: Event) -> None:
    """The restored database, in which ``event`` stands, has taken its place: keep the head of the new era.

    Not a moment before: until then the heads of the old one count. Raises ``OSError``.
    """
    seal.keep_head(era_of(event), event.number, event.hash)


def rekey() -> Event | None:
    """Go on with a new key after the old one was lost; none when the audit has this key already.

    What the lines until now say can be proved no more, only that none was added, lost or moved since.
    """
    with transaction.atomic():
        head = _locked_head()
        if head.fits(seal.key_name()):
            return None
        facts = {"until": head.number, "hash": head.hash, "former": "lost"}
        return _write(head, SYSTEM, seal.SEALED, "audit:", "", facts)


def _locked_head() -> Head:
    Head.objects.get_or_create(pk=1)
    return Head.objects.select_for_update().get(pk=1)


def _write(
    head: Head,
    actor: Actor,
    verb: str,
    subject: str,
    scope: str,
    facts: dict[str, object],
    *,
    new_era: bool = False,
) -> Event:
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
    event.hash = seal.digest(event)
    event.save(force_insert=True)
    head.number, head.hash, head.key = event.number, event.hash, seal.key_name()
    if new_era:
        head.era = era_of(event)
    head.save(update_fields=("number", "hash", "key", "era"))

    def keep_head() -> None:
        seal.keep_head(head.era, event.number, event.hash)

    if not new_era:
        # what is committed is done: a full disk must not turn it into an error; Django logs it
        transaction.on_commit(keep_head, robust=True)
    return event


def _era(event: Event) -> str:
    return event.hash[:16]
