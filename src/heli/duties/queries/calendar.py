"""A member's calendar feed (iCal)."""

from __future__ import annotations

import datetime
import hashlib
import uuid
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Max
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from heli.duties.models import CalendarAddress, Roster, Swap
from heli.duties.queries.days import DayTurn, turns_of
from heli.people.models import MemberRow

WEEKS = 8
"""How far the feed looks ahead."""

_SAME = uuid.UUID("6f1d8a3e-0b5c-5d0e-9c57-2d0a4c3f7b11")


def token_hash(token: str) -> str:
    """What is stored of a secret address."""
    return hashlib.sha256(token.encode()).hexdigest()


def member_of_feed(token: str, today: datetime.date) -> MemberRow | None:
    """Whose feed has that secret address; None when it is unknown or revoked, or they have left."""
    addresses = CalendarAddress.objects.filter(token_hash=token_hash(token), revoked_at=None)
    members = MemberRow.objects.serving(today).filter(pk__in=addresses.values("member"))
    return members.select_related("village").first()


def addresses_in_force() -> dict[uuid.UUID, str]:
    """The names of the members whose secret address is in use, by the key of its row."""
    return dict(CalendarAddress.objects.filter(revoked_at=None).values_list("pk", "member__name"))


def has_feed(member: MemberRow) -> bool:
    """Whether the member has a secret address in use."""
    return CalendarAddress.objects.filter(member=member, revoked_at=None).exists()


def feed_of(member: MemberRow, today: datetime.date) -> tuple[bytes, datetime.datetime]:
    """The feed and when its roster or a swap last changed.

    The turns of the next eight weeks with their swaps; no name, no phone. An unknown end stays unknown.
    """
    last = today + datetime.timedelta(weeks=WEEKS, days=-1)
    changed = _changed(member)
    calendar = Calendar()
    calendar.add("prodid", "-//Heli//duties//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _("我的值班"))
    calendar.add("x-published-ttl", "PT6H")
    for turn in turns_of(member, today, last):
        calendar.add_component(_event(member, turn, changed))
    calendar.add_missing_timezones()
    return calendar.to_ical(), changed


def _changed(member: MemberRow) -> datetime.datetime:
    swaps = Swap.objects.filter(turn__roster__village=member.village)
    dates = [
        Roster.objects.filter(village=member.village).aggregate(at=Max("published_at"))["at"],
        swaps.aggregate(at=Max(Coalesce("settled_at", "offered_at")))["at"],
    ]
    first = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    return max((date for date in dates if date), default=first).replace(microsecond=0)


def _event(member: MemberRow, turn: DayTurn, changed: datetime.datetime) -> Event:
    """One turn; its name stays the same through new versions of the roster."""
    event = Event()
    same = f"{member.pk} {turn.date} {turn.slot} {turn.post}"
    event.add("uid", f"{uuid.uuid5(_SAME, same)}@heli")
    event.add("dtstamp", changed)
    event.add("summary", _("值班：%(slot)s %(post)s") % {"slot": turn.slot, "post": turn.post})
    if turn.where:
        event.add("location", turn.where)
    if not turn.start:
        event.add("dtstart", turn.date)
        return event
    event.add("dtstart", _at(turn.date, turn.start))
    if turn.end:
        over = datetime.timedelta(days=turn.end <= turn.start)
        event.add("dtend", _at(turn.date + over, turn.end))
    return event


def _at(date: datetime.date, time: str) -> datetime.datetime:
    return datetime.datetime.combine(
        date, datetime.time.fromisoformat(time), tzinfo=ZoneInfo(settings.TIME_ZONE)
    )


def body_hash(body: bytes) -> str:
    """The same for the same feed, another for another."""
    return hashlib.sha256(body).hexdigest()[:32]
