"""Personal links: made, taken back, opened. Who may do it is asked by the page that calls."""

from __future__ import annotations

import datetime
import hashlib
import hmac
import re
import secrets
import uuid
from dataclasses import dataclass
from enum import StrEnum

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from heli.kernel.access.actor import Actor
from heli.kernel.accounts.models import PersonalLink
from heli.kernel.audit.commands import record
from heli.kernel.lib.errors import DomainError

TRIES = 5
"""Wrong digits after which a link is closed for :data:`CLOSED_FOR`."""
CLOSED_FOR = datetime.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Holder:
    """Whom a link is for: a key, a name, and the path of their unit."""

    key: uuid.UUID
    name: str
    scope: str


class Outcome(StrEnum):
    """What became of an attempt to open a link."""

    OPEN = "open"
    WRONG = "wrong"
    CLOSED = "closed"
    GONE = "gone"


def hash_of(token: str, digits: str = "") -> str:
    """What is stored of a token, or of the digits that go with it.

    The digits are hashed with the token as key: four digits alone would be guessed from any hash.
    """
    if not digits:
        return hashlib.sha256(token.encode()).hexdigest()
    return hmac.new(token.encode(), digits.encode(), hashlib.sha256).hexdigest()


@transaction.atomic
def make_link(actor: Actor, holder: Holder, phone: str, now: datetime.datetime) -> str:
    """A new link; the one before no longer opens. Returns the token, which cannot be found out again.

    The caller holds the unit of the ``holder``: two that make a link for one person come one after the other.
    Refused with ``kernel.link-no-phone`` when the number has fewer than four digits.
    """
    digits = re.sub(r"\D", "", phone)[-4:]
    if len(digits) < 4:
        raise DomainError("kernel.link-no-phone", _("%(name)s 没有手机号，请先补上。"), name=holder.name)
    _revoke(holder.key, now)
    token = secrets.token_urlsafe(32)
    PersonalLink.objects.create(
        subject=holder.key,
        name=holder.name,
        scope=holder.scope,
        token_hash=hash_of(token),
        digits_hash=hash_of(token, digits),
        created_at=now,
    )
    record(actor, "link.made", f"member:{holder.key}", holder.scope)
    return token


@transaction.atomic
def revoke_link(actor: Actor, holder: Holder, now: datetime.datetime) -> bool:
    """Take the link back: it no longer opens, and whoever is in by it is out. False: there was none."""
    if not _revoke(holder.key, now):
        return False
    record(actor, "link.revoked", f"member:{holder.key}", holder.scope)
    return True


@transaction.atomic
def open_link(token: str, digits: str, now: datetime.datetime) -> tuple[Outcome, PersonalLink | None]:
    """Try to open a link; after too many wrong digits it stays closed for an hour, right digits or not."""
    link = PersonalLink.objects.select_for_update().filter(token_hash=hash_of(token), revoked_at=None).first()
    if link is None:
        return Outcome.GONE, None
    if link.closed_until is not None and now < link.closed_until:
        return Outcome.CLOSED, link
    right = hmac.compare_digest(link.digits_hash, hash_of(token, digits or "-"))
    link.failures, link.closed_until = (0 if right else link.failures + 1), None
    if link.failures >= TRIES:
        link.failures, link.closed_until = 0, now + CLOSED_FOR
        record(Actor(member=link.subject), "link.closed", f"member:{link.subject}", link.scope)
    link.save(update_fields=["failures", "closed_until"])
    if right:
        return Outcome.OPEN, link
    return (Outcome.CLOSED if link.closed_until else Outcome.WRONG), link


def living(token: str) -> bool:
    """Whether there is such a link and it was not taken back."""
    return PersonalLink.objects.filter(token_hash=hash_of(token), revoked_at=None).exists()


def with_link(keys: list[uuid.UUID]) -> dict[uuid.UUID, datetime.datetime]:
    """Since when each of these has a link; those without are not in it."""
    return dict(
        PersonalLink.objects.filter(subject__in=keys, revoked_at=None).values_list("subject", "created_at")
    )


def _revoke(key: uuid.UUID, now: datetime.datetime) -> int:
    return PersonalLink.objects.filter(subject=key, revoked_at=None).update(revoked_at=now)
