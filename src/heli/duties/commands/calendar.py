"""The secret address of a member's calendar feed: make it anew, give it up."""

from __future__ import annotations

import secrets

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
    _revoke(member)
    token = secrets.token_urlsafe(32)
    CalendarAddress.objects.create(member=member, token_hash=token_hash(token))
    record(actor, "calendar.make", f"member:{member.pk}", member.village.path)
    return token


@transaction.atomic
def drop_feed(actor: Actor, member: MemberRow) -> None:
    """The member's secret address no longer works."""
    hold(member.village_id)
    if _revoke(member):
        record(actor, "calendar.drop", f"member:{member.pk}", member.village.path)


def _revoke(member: MemberRow) -> int:
    return CalendarAddress.objects.filter(member=member, revoked_at=None).update(revoked_at=timezone.now())
