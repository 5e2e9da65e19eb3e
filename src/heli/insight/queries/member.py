"""A member's own page: turns, swaps, absences, households, the two tables; and who looked."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from heli.duties.queries.days import DayTurn, turns_about
from heli.duties.queries.free import hindrance
from heli.grids.models import HouseholdRow, Link
from heli.kernel.audit.readings import readings_of
from heli.people.models import Absence, MemberRow, Phone
from heli.plans.queries.home import Published, tables_of

AHEAD = datetime.timedelta(weeks=8)
"""How far the page looks for the next turn and for offers."""

_DAY = datetime.timedelta(days=1)
SHOWN = 6
"""So many turns after the next are shown."""
_SHOWN_LOOKS = 20


@dataclass(frozen=True, slots=True)
class MyTurn:
    """A turn of the member's: ``mine``: they are to stand it; ``others`` stand at the same post then."""

    turn: DayTurn
    mine: bool
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """A turn that the member may take; ``asked``: it was offered to them alone."""

    turn: DayTurn
    asked: bool


@dataclass(frozen=True, slots=True)
class MyHousehold:
    """A household linked to the member; ``phone`` is masked, empty when none is known."""

    key: uuid.UUID
    address: str
    head: str
    phone: str


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody looked at what Heli holds on the member."""

    at: datetime.datetime
    who: str
    what: str


@dataclass(frozen=True, slots=True)
class MyPage:
    """All that the page shows. ``turns`` are those to come, the ``next`` not among them; ``pictures`` the
    published tables."""

    member: MemberRow
    next: MyTurn | None
    turns: tuple[MyTurn, ...]
    offers: tuple[Offer, ...]
    absences: tuple[Absence, ...]
    households: tuple[MyHousehold, ...]
    pictures: tuple[Published, ...]


def my_page(member: MemberRow, moment: datetime.datetime) -> MyPage:
    """The page as it is at ``moment`` (local time); the same number of queries whatever there is."""
    today = moment.date()
    turns = turns_about(member, today - _DAY, today + AHEAD)
    absences = tuple(Absence.objects.filter(member=member).overlapping(today, None).order_by("since"))
    concern = [turn for turn in turns if member.pk in (turn.member, turn.planned)]
    mine = [_mine(member, turn, turns) for turn in concern if not turn.when.past(moment)]
    coming = next((each for each in mine if each.mine), None)
    return MyPage(
        member=member,
        next=coming,
        turns=tuple([each for each in mine if each is not coming][:SHOWN]),
        offers=_offers(member, turns, absences, moment),
        absences=absences,
        households=_households(member, today),
        pictures=tables_of(member.village, today),
    )


def _mine(member: MemberRow, turn: DayTurn, turns: Sequence[DayTurn]) -> MyTurn:
    others = tuple(
        other.stand_in or other.name or ""
        for other in turns
        if other.key != turn.key and not other.gap and (other.when, other.post) == (turn.when, turn.post)
    )
    stands = turn.member == member.pk and not turn.stand_in
    return MyTurn(turn, stands, others)


def _offers(
    member: MemberRow, turns: Sequence[DayTurn], absences: Sequence[Absence], moment: datetime.datetime
) -> tuple[Offer, ...]:
    """What is offered to all or to the member, that they are free for; first what they alone are asked."""
    if member.exempt:
        return ()
    offers = [
        Offer(turn, turn.asked is not None)
        for turn in turns
        if turn.offered and turn.whose != member.pk and turn.asked in (None, member.pk)
        if not turn.when.past(moment)
        if not hindrance(member, turn, turns, any(absence.holds(turn.date) for absence in absences))
    ]
    return tuple(sorted(offers, key=lambda offer: not offer.asked))


def _households(member: MemberRow, today: datetime.date) -> tuple[MyHousehold, ...]:
    held = Link.objects.filter(member=member).on(today)
    rows = list(HouseholdRow.objects.present(today).filter(pk__in=held.values("household")))
    phones = {phone.owner: phone.masked for phone in Phone.objects.filter(owner__in=[row.pk for row in rows])}
    return tuple(MyHousehold(row.pk, str(row), row.head, phones.get(row.pk, "")) for row in rows)


def looks_at(member: MemberRow) -> tuple[Look, ...]:
    """The last readings of the member's phone or record by others, newest first."""
    found = [reading for reading in readings_of(member.pk) if reading.member != member.pk][:_SHOWN_LOOKS]
    members = MemberRow.objects.in_bulk([reading.member for reading in found if reading.member])
    names = {key: row.name for key, row in members.items()}
    return tuple(
        Look(
            reading.at,
            names.get(reading.member, "") if reading.member else reading.name,
            _("看了电话") if reading.verb == "phone.reveal" else _("看了资料"),
        )
        for reading in found
    )
