"""Who looked at somebody: the lines of the audit that only read."""

from __future__ import annotations

import datetime
import uuid
from dataclasses import dataclass

from heli.kernel.accounts.models import Account
from heli.kernel.audit.models import Event

READINGS = ("phone.reveal", "household.read", "member.read")
"""Verbs that only read something about a person."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Somebody looked: when, what (a verb of :data:`READINGS`), who.

    ``name`` is that of the account, empty for a member who looked (``member`` is their key).
    """

    at: datetime.datetime
    verb: str
    name: str
    member: uuid.UUID | None


def readings_of(owner: uuid.UUID) -> list[Reading]:
    """Who read the phone or the record of a member or household, the latest first."""
    subjects = (f"member:{owner}", f"household:{owner}")
    events = list(Event.objects.filter(subject__in=subjects, verb__in=READINGS).order_by("-number"))
    accounts = Account.objects.in_bulk([event.account for event in events if event.account])
    return [
        Reading(
            at=event.at,
            verb=event.verb,
            name=accounts[event.account].get_full_name() if event.account in accounts else "",
            member=event.member,
        )
        for event in events
    ]


def scope_of(owner: uuid.UUID) -> str | None:
    """The path of the unit in which something was last read about a member or household, if ever."""
    subjects = (f"member:{owner}", f"household:{owner}")
    last = Event.objects.filter(subject__in=subjects, verb__in=READINGS).order_by("-number").first()
    return None if last is None else last.scope
