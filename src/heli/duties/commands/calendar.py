"""The secret address of a member's calendar feed: make it anew, give it up."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from heli.duties.models import CalendarAddress
from heli.duties.queries.calendar import token_hash
from heli.kernel.access.actor import Actor
from heli.kernel.audit.commands import record
from heli.orgs.commands import hold
from heli.people.models import MemberRow


@transaction.atomic
def make_feed(actor: Actor, member: MemberRow) -> str:
    """A new secret token; the one before no longer works. Only its hash is kept: show it now or never."""
    hold(member.village_id)
    drop_feeds([member.pk])
    token = secrets.token_urlsafe(32)
    CalendarAddress.objects.create(member=member, token_hash=token_hash(token))
    record(actor, "calendar.make", f"member:{member.pk}", member.village.path)
    return token


@transaction.atomic
def drop_feed(actor: Actor, member: MemberRow) -> None:
    """The member's secret address no longer works."""
    hold(member.village_id)
    if drop_feeds([member.pk]):
        record(actor, "calendar.drop", f"member:{member.pk}", member.village.path)


def drop_feeds(members: Sequence[uuid.UUID]) -> list[uuid.UUID]:
    """The secret addresses of these no longer work; whose there were.

    The caller holds the village and writes the audit lines.
    """
    feeds = CalendarAddress.objects.filter(member__in=members, revoked_at=None)
    held = list(feeds.order_by("pk").values_list("member", flat=True))
    feeds.update(revoked_at=timezone.now())
    return held
