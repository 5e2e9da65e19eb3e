"""Who is free to take a turn."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from heli.duties.queries.days import DayTurn, names_of
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
    those beside it.
    """
    if member.left_on and member.left_on <= turn.date:
        return "left"
    if away:
        return "away"
    if any(_stands(member, other) and other.when.meets(turn.when) for other in turns if other != turn):
        return "on"
    if busy(turn.when, availability_from_json(member.availability)):
        return "busy"
    return "kind" if member.seats and turn.kind.value not in member.seats else ""


def _stands(member: MemberRow, turn: DayTurn) -> bool:
    return turn.member == member.pk and not turn.stand_in


def hindrance_text(code: str) -> str:
    """The hindrance in words; see :func:`hindrance`."""
    words = {
        "left": _("这天已经不当网格员"),
        "away": _("这天请了假"),
        "on": _("这个时间已经有班"),
        "busy": _("说过这个时间没空"),
        "kind": _("不站这种席位"),
    }
    return words.get(code, "")
