"""Who is free to take a turn."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from heli.duties.queries.days import DayTurn, missing_between, names_of
from heli.duties.rules import busy
from heli.orgs.models import Unit
from heli.people.models import Absence, MemberRow
from heli.people.rules import availability_from_json


@dataclass(frozen=True, slots=True)
class Candidate:
    """A member who may take a turn; ``why`` says in a code what stands against it, empty: nothing."""

    key: uuid.UUID
    name: str
    why: str = ""

    @property
    def why_text(self) -> str:
        """The hindrance in words."""
        return hindrance_text(self.why)


def candidates(village: Unit, turn: DayTurn, turns: Iterable[DayTurn]) -> tuple[Candidate, ...]:
    """Every serving member but the one whose turn it is, in book order; ``turns`` those around it."""
    members = list(MemberRow.objects.filter(village=village).serving(turn.date))
    names, away, stands = names_of(members), absent(village, turn.date), list(turns)
    return tuple(
        Candidate(member.pk, names[member.pk], hindrance(member, turn, stands, member.pk in away))
        for member in members
        if member.pk != turn.whose
    )


def free_for(
    village: Unit, turn: DayTurn, turns: Iterable[DayTurn], members: Iterable[MemberRow]
) -> list[MemberRow]:
    """Those of the members who may take the turn: nothing stands against it, and none is exempt."""
    away, beside = absent(village, turn.date), [one for one in turns if abs((one.date - turn.date).days) < 2]
    return [
        member
        for member in members
        if member.pk != turn.whose
        and not member.exempt
        and not hindrance(member, turn, beside, member.pk in away)
    ]


def absent(village: Unit, day: datetime.date) -> frozenset[uuid.UUID]:
    """The members who are away on a day."""
    spans = Absence.objects.filter(member__village=village).on(day)
    return frozenset(spans.values_list("member", flat=True))


def hindrance(member: MemberRow, turn: DayTurn, turns: Iterable[DayTurn], away: bool) -> str:
    """What stands against the member taking the turn; empty: nothing.

    ``left``: no longer serves; ``away``: absent that day; ``on``: has another turn then; ``busy``: has
    said they cannot; ``kind``: does not sit in seats of this kind. ``turns`` are all of that day and of
    those beside it; the one that is given in return for the turn does not count.
    """
    if member.left_on and member.left_on <= turn.date:
        return "left"
    if away:
        return "away"
    others = [other for other in turns if other != turn and not _given_for(other, turn)]
    if any(_stands(member, other) and other.when.meets(turn.when) for other in others):
        return "on"
    if busy(turn.when, availability_from_json(member.availability)):
        return "busy"
    return "kind" if member.seats and turn.kind.value not in member.seats else ""


def _given_for(other: DayTurn, turn: DayTurn) -> bool:
    back = turn.in_return
    return back is not None and (back.key, back.date) == (other.key, other.date)


def _stands(member: MemberRow, turn: DayTurn) -> bool:
    return turn.member == member.pk and not turn.stand_in


def hindrance_text(code: str) -> str:
    """The hindrance in words; see :func:`hindrance`."""
    words = {
        "left": _("这天已经不当网格员"),
        "away": _("这天请了假"),
        "on": _("这个时间已经有班"),
        "busy": _("说过这个时间没空"),
        "kind": _("不站这种班"),
        "twice": _("这天就有两个班了"),
        "rest": _("头天晚上、第二天早上都有班，歇不过来"),
    }
    return words.get(code, "")


def exchange_hindrance(
    member: MemberRow, takes: DayTurn, gives: DayTurn, turns: Iterable[DayTurn], away: bool
) -> str:
    """What stands against the member taking one turn and giving another for it; empty: nothing.

    As :func:`hindrance`; and ``twice``: they would stand two turns that day, ``rest``: a late turn and an
    early one on the next morning. ``turns`` are all of the day of ``takes`` and of those beside it.
    """
    left = [turn for turn in turns if turn not in (takes, gives)]
    if why := hindrance(member, takes, left, away):
        return why
    mine = [turn.when for turn in left if _stands(member, turn)]
    if any(when.date == takes.date for when in mine):
        return "twice"
    return "rest" if any(when.without_rest(takes.when) for when in mine) else ""


def exchanges(
    village: Unit, turn: DayTurn, turns: Sequence[DayTurn], moment: datetime.datetime
) -> tuple[DayTurn, ...]:
    """The turns of others for which this one can be exchanged, those nearest in time first; three queries.

    ``turns`` are those of :func:`heli.duties.queries.days.turns_to_exchange`. Both members must be free for
    the turn that they take.
    """
    first, last = min(each.date for each in turns), max(each.date for each in turns)
    missing = missing_between([village.pk], first, last)
    members = {row.pk: row for row in MemberRow.objects.filter(village=village, exempt="")}
    giver = members.get(turn.whose) if turn.whose else None
    if giver is None:
        return ()
    stands: dict[uuid.UUID, list[DayTurn]] = {key: [] for key in members}
    for each in turns:
        if each.member in stands:
            stands[each.member].append(each)

    def fits(member: MemberRow, takes: DayTurn, gives: DayTurn) -> bool:
        away = bool(missing.why(member.pk, takes.date))
        return not exchange_hindrance(member, takes, gives, stands[member.pk], away)

    found = [
        other
        for other in turns
        if other.member in members and other.member != giver.pk and other.swap is None
        if not other.when.past(moment)
        and fits(giver, other, turn)
        and fits(members[other.member], turn, other)
    ]
    return tuple(sorted(found, key=lambda other: (abs(other.date - turn.date), other.date, other.start)))
