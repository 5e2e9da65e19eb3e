"""One grid member as the village sees them: households, turns, load, what happened."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heli.duties.models import Swap, SwapState
from heli.duties.queries.days import DayTurn, turns_between
from heli.duties.queries.presences import Tick, ticks
from heli.duties.rules import post_text, slot_text
from heli.grids.models import HouseholdRow, Link
from heli.kernel.lib.dated import ONE_DAY
from heli.kernel.lib.phrases import join_clauses
from heli.kernel.papers.words import month_day
from heli.kernel.web.links import with_link
from heli.people.models import Absence, MemberRow, Phone
from heli.people.queries.members import why_away
from heli.people.rules import availability_from_json, availability_words

WEEKS = 4
"""This week and those after it."""
EVENTS = 8
"""So many of the last things that happened."""


@dataclass(frozen=True, slots=True)
class MemberTurn:
    """A turn of the member: ``theirs``, or somebody else stands it. ``past``: it has begun."""

    turn: DayTurn
    theirs: bool
    past: bool
    tick: Tick | None


@dataclass(frozen=True, slots=True)
class Happened:
    """What happened on a day, in words."""

    day: datetime.date
    text: str


@dataclass(frozen=True, slots=True)
class MemberPage:
    """All that the page shows. ``this_week`` counts turns that the member stands from Monday to Sunday,
    ``four_weeks`` those of :data:`WEEKS`."""

    title: str
    households: Sequence[HouseholdRow]
    turns: Sequence[MemberTurn]
    this_week: int
    four_weeks: int
    absences: Sequence[Absence]
    phone: str
    linked_at: datetime.datetime | None
    availability: str
    happened: Sequence[Happened]

    @property
    def gaps(self) -> list[MemberTurn]:
        """The turns to come at which nobody comes."""
        return [each for each in self.turns if each.turn.gap and not each.past]


def member_page(member: MemberRow, moment: datetime.datetime) -> MemberPage:
    """The page as it is at ``moment`` (local time); the same number of queries whatever there is."""
    today = moment.date()
    monday = today - (today.isoweekday() - 1) * ONE_DAY
    held = Link.objects.filter(member=member).on(today)
    households = list(HouseholdRow.objects.present(today).filter(pk__in=held.values("household")))
    turns = _turns(member, monday, moment)
    absences = list(Absence.objects.filter(member=member).order_by("-since"))
    standing = [each.turn.date for each in turns if each.theirs]
    week = sum(day < monday + 7 * ONE_DAY for day in standing)
    phone = Phone.objects.filter(owner=member.pk).first()
    return MemberPage(
        title=_title(member, len(households), week, absences, today),
        households=households,
        turns=turns,
        this_week=week,
        four_weeks=len(standing),
        absences=[absence for absence in absences if not absence.over(today)],
        phone="" if phone is None else phone.masked,
        linked_at=with_link([member.pk]).get(member.pk),
        availability=availability_words(availability_from_json(member.availability)),
        happened=_happened(member, absences, today),
    )


def _turns(member: MemberRow, monday: datetime.date, moment: datetime.datetime) -> list[MemberTurn]:
    last = monday + (7 * WEEKS - 1) * ONE_DAY
    ticked = ticks(member.village, monday, last)
    return [
        MemberTurn(
            turn,
            turn.member == member.pk and not turn.stand_in,
            turn.when.past(moment),
            ticked.get((turn.key, turn.date)),
        )
        for turn in turns_between(member.village, monday, last)
        if member.pk in (turn.member, turn.planned)
    ]


def _title(
    member: MemberRow, households: int, week: int, absences: Sequence[Absence], today: datetime.date
) -> str:
    """The answer of the page: 苏金凤：7户，本周2班，12月4日请假."""
    said = [
        ngettext("%(count)d户", "%(count)d户", households) % {"count": households},
        ngettext("本周%(count)d班", "本周%(count)d班", week) % {"count": week},
    ]
    away = min((absence for absence in absences if not absence.over(today)), key=_since, default=None)
    if member.left_on is not None:
        said.append(_("%(day)s起不再参加") % {"day": month_day(member.left_on)})
    elif away is not None:
        said.append(_away(away))
    elif member.exempt:
        said.append(member.exempt)
    return _("%(name)s：%(said)s") % {"name": member.name, "said": join_clauses(said)}


def _since(absence: Absence) -> datetime.date:
    return absence.since


def _away(absence: Absence) -> str:
    if absence.last_day is None:
        return _("%(day)s起请假") % {"day": month_day(absence.since)}
    if absence.last_day == absence.since:
        return _("%(day)s请假") % {"day": month_day(absence.since)}
    days = {"since": month_day(absence.since), "last": month_day(absence.last_day)}
    return _("%(since)s到%(last)s请假") % days


def _happened(member: MemberRow, absences: Sequence[Absence], today: datetime.date) -> list[Happened]:
    """The last things that happened, the newest first; two queries."""
    found = [*_links(member, today), *_swaps(member)]
    found += [
        Happened(absence.since, join_clauses((_away(absence), why_away(absence.why)))) for absence in absences
    ]
    return sorted(found, key=lambda one: one.day, reverse=True)[:EVENTS]


def _links(member: MemberRow, today: datetime.date) -> Iterator[Happened]:
    links = Link.objects.filter(member=member).order_by("-since").values_list("since", "until")[:500]
    began: dict[datetime.date, int] = {}
    ended: dict[datetime.date, int] = {}
    for since, until in links:
        began[since] = began.get(since, 0) + 1
        if until is not None and until <= today:
            ended[until] = ended.get(until, 0) + 1
    for day, count in began.items():
        yield Happened(day, ngettext("开始联系%(count)d户", "开始联系%(count)d户", count) % {"count": count})
    for day, count in ended.items():
        yield Happened(day, ngettext("不再联系%(count)d户", "不再联系%(count)d户", count) % {"count": count})


def _swaps(member: MemberRow) -> Iterator[Happened]:
    swaps = Swap.objects.filter(Q(giver=member) | Q(taker=member), state=SwapState.ACCEPTED)
    for swap in swaps.select_related("giver", "taker", "turn").order_by("-date")[:EVENTS]:
        told = {"turn": f"{slot_text(swap.turn.slot)} {post_text(swap.turn.post)}"}
        if swap.taker_id == member.pk and swap.giver is None:
            text = _("顶了%(turn)s") % told
        elif swap.taker_id == member.pk and swap.giver is not None:
            text = _("替%(name)s站了%(turn)s") % {**told, "name": swap.giver.name}
        else:
            text = _("%(turn)s由%(name)s替") % {
                **told,
                "name": swap.stand_in or getattr(swap.taker, "name", ""),
            }
        yield Happened(swap.date, text)
