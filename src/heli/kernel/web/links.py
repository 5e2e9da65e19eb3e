"""Personal links: made, taken back, opened. Who may do it is asked by the page that calls."""

from __future__ import annotations

import datetime
import hashlib
import hmac
import re
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from heli.kernel.access.actor import Actor
from heli.kernel.accounts.models import PersonalLink
from heli.kernel.audit.commands import record
from heli.kernel.lib import registry
from heli.kernel.lib.errors import DomainError
from heli.kernel.lib.registry import Serving

TRIES = 5
"""Wrong digits after which a link is closed for a time, then for a longer one, then for good."""
CLOSED_FOR = (datetime.timedelta(hours=1), datetime.timedelta(hours=24))
"""How long it stays closed the first and the second time; the third time it is revoked."""
DIGITS = 4


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


def hash_of(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def serving(key: uuid.UUID, day: datetime.date) -> Serving | None:
    """The member with this key, if they serve on that day; ``phone`` is their number in force, or empty.

    A kernel knows no members: who is one says the slice that states ``serving_member``.
    """
    return registry.serving_member()(key, day)


def last_digits(phone: str) -> str:
    """The digits that open a link; empty when the number has fewer than four."""
    digits = re.sub(r"\D", "", phone)[-DIGITS:]
    return digits if len(digits) == DIGITS else ""


@transaction.atomic
def make_link(actor: Actor, holder: Holder, phone: str, now: datetime.datetime) -> str:
    """A new link; the one before no longer opens. Returns the token, which cannot be found out again.

    The caller holds the unit of the ``holder``: two that make a link for one person come one after the other.
    Refused with ``kernel.link-no-phone`` when the number has fewer than four digits.
    """
    if not last_digits(phone):
        raise DomainError("kernel.link-no-phone", _("%(name)s 没有手机号，请先补上。"), name=holder.name)
    _revoke(holder.key, now)
    token = secrets.token_urlsafe(32)
    PersonalLink.objects.create(
        subject=holder.key,
        name=holder.name,
        scope=holder.scope,
        token_hash=hash_of(token),
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


def revoke_links(keys: Sequence[uuid.UUID], now: datetime.datetime) -> list[uuid.UUID]:
    """Take the links of these back, inside a command that writes the audit lines; whose there were."""
    links = PersonalLink.objects.filter(subject__in=keys, revoked_at=None)
    held = list(links.order_by("pk").select_for_update().values_list("subject", flat=True))
    links.update(revoked_at=now)
    return held


@transaction.atomic
def open_link(token: str, digits: str, now: datetime.datetime) -> tuple[Outcome, PersonalLink | None]:
    """Try to open a link with the last four digits of its holder's phone in force.

    After five wrong ones it stays closed for an hour, right digits or not, then for a day, and the third
    time it is revoked: the village's page says so. A link whose holder does not serve that day is gone.
    """
    link = PersonalLink.objects.select_for_update().filter(token_hash=hash_of(token), revoked_at=None).first()
    member = link and serving(link.subject, timezone.localtime(now).date())
    wanted = last_digits(member.phone) if member else ""
    if link is None or not wanted:
        return Outcome.GONE, None
    if link.closed_until is not None and now < link.closed_until:
        return Outcome.CLOSED, link
    right = hmac.compare_digest(wanted.encode(), digits.encode())
    link.closed_until = None
    if right:
        link.failures = link.closings = 0
    else:
        _count_failure(link, now)
    link.save(update_fields=["failures", "closed_until", "closings", "revoked_at", "locked_out"])
    if link.locked_out:
        return Outcome.GONE, None
    return (Outcome.OPEN if right else Outcome.CLOSED if link.closed_until else Outcome.WRONG), link


def _count_failure(link: PersonalLink, now: datetime.datetime) -> None:
    """Count wrong digits; close the link, or revoke it, when they are too many. Does not save it."""
    link.failures += 1
    if link.failures < TRIES:
        return
    link.failures, link.closings = 0, link.closings + 1
    if link.closings <= len(CLOSED_FOR):
        link.closed_until = now + CLOSED_FOR[link.closings - 1]
        verb = "link.closed"
    else:
        link.revoked_at, link.locked_out = now, True
        verb = "link.locked_out"
    record(Actor(member=link.subject), verb, f"member:{link.subject}", link.scope)


def place_of(token: str, day: datetime.date) -> str | None:
    """The name of the village whose link it is; none when there is no such link, it was taken back, or its
    holder does not serve on that day."""
    link = PersonalLink.objects.filter(token_hash=hash_of(token), revoked_at=None).first()
    member = serving(link.subject, day) if link else None
    return member.place if member else None


def locked_out(scope: str) -> set[uuid.UUID]:
    """Who of a unit has no link because theirs was revoked after too many wrong digits."""
    links = PersonalLink.objects.filter(scope=scope)
    living = links.filter(revoked_at=None).values("subject")
    return set(links.filter(locked_out=True).exclude(subject__in=living).values_list("subject", flat=True))


def with_link(keys: list[uuid.UUID]) -> dict[uuid.UUID, datetime.datetime]:
    """Since when each of these has a link; those without are not in it."""
    return dict(
        PersonalLink.objects.filter(subject__in=keys, revoked_at=None).values_list("subject", "created_at")
    )


def _revoke(key: uuid.UUID, now: datetime.datetime) -> int:
    return PersonalLink.objects.filter(subject=key, revoked_at=None).update(revoked_at=now)
