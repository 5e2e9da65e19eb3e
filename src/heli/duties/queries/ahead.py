"""The turns of the days ahead, and what is to be done about those in which nobody comes."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import partial

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy

from heli.duties.queries.days import DayTurn, names_of, turns_between
from heli.duties.queries.free import free_for
from heli.duties.queries.notice import groups_on
from heli.kernel.access.roles import Verb
from heli.kernel.lib.todo import Asked, Cure, Todo, sign_of
from heli.kernel.papers.words import month_day, weekday
from heli.orgs.models import Unit
from heli.people.models import MemberRow
from heli.people.queries.forces import forces_shown

DAYS = 7
"""So many days, today the first, are looked at for turns in which nobody comes."""
BEST = 3
"""So many people are offered for a turn."""
EMPTY = ngettext_lazy("空%(count)d个班", "空%(count)d个班", "count")
FIND = gettext_lazy("找人顶")
_DAY = datetime.timedelta(days=1)


def turns_ahead(village: Unit, today: datetime.date) -> tuple[DayTurn, ...]:
    """The turns of the days ahead with a day before and after, since a turn over midnight meets theirs."""
    return turns_between(village, today - _DAY, today + DAYS * _DAY)


def is_open(turn: DayTurn, moment: datetime.datetime) -> bool:
    """Whether nobody comes to a turn of the days ahead that has not begun yet."""
    soon = turn.date < moment.date() + DAYS * _DAY
    return turn.gap and soon and not turn.when.past(moment)


def todo(asked: Asked) -> Iterable[Todo]:
    """The turns of a village ahead in which nobody comes, each with who is free to take it."""
    if asked.unit is None or not asked.actor.may(Verb.SEE_VILLAGE, asked.unit.path):
        return
    turns = asked.read(turns_ahead, asked.unit, asked.today)
    may = asked.actor.may(Verb.SWAP, asked.unit.path)
    for turn in turns:
        if is_open(turn, asked.moment):
            yield Todo(
                key=f"turn-{turn.date}-{turn.key}",
                sign=sign_of(may),
                what=_("%(turn)s，空") % {"turn": turn_words(turn, asked.today)},
                why=_why(turn),
                address=_address(turn),
                button=str(FIND) if may else "",
                weight=(turn.date - asked.today).days,
                counts=EMPTY,
                cures=partial(cures, asked.unit, turn, turns, asked.today) if may else None,
            )


def turn_words(turn: DayTurn, today: datetime.date) -> str:
    """``明天 周五 早 4号点``; later days by their date."""
    near = {0: _("今天"), 1: _("明天")}.get((turn.date - today).days)
    day = near or month_day(turn.date)
    return f"{day} {weekday(turn.date.isoweekday())} {turn.slot} {turn.post}"


def _why(turn: DayTurn) -> str:
    if turn.planned_name is None:
        return turn.why_text
    why = _("%(name)s：%(why)s") % {"name": turn.planned_name, "why": turn.why_text}
    return _("%(why)s，正在问人") % {"why": why} if turn.offered else why


def _address(turn: DayTurn) -> str:
    return reverse("turn", args=[turn.key, turn.date.isoformat()])


def cures(village: Unit, turn: DayTurn, turns: Sequence[DayTurn], today: datetime.date) -> list[Cure]:
    """Who can take the turn best: reserves of its day first, then who has the fewest turns ahead.

    ``turns`` are those of :func:`turns_ahead`.
    """
    members = list(MemberRow.objects.filter(village=village).serving(turn.date))
    groups, names, shown = groups_on(village, turn.date), names_of(members), forces_shown(members)
    reserves = groups.reserves()
    loads = Counter(one.member for one in turns if one.member and one.date >= today and not one.stand_in)

    def reserve(member: MemberRow) -> bool:
        keys = [key or str(member.pk) for name, key in reserves.items() if key or name == names[member.pk]]
        return str(member.pk) in keys

    free = free_for(village, turn, turns, members)
    best = sorted(free, key=lambda member: (not reserve(member), loads[member.pk], member.order))
    return [
        Cure(
            name=names[member.pk],
            note=_note(reserve(member), loads[member.pk]),
            address=_address(turn),
            button=_("请来顶"),
            fields=(("do", "give"), ("to", str(member.pk)), ("seen", turn.hash), ("home", "1")),
            letter=shown[member.force][0] if member.force else "",
            colour=shown[member.force][1] if member.force else 9,
        )
        for member in best[:BEST]
    ]


def _note(reserve: bool, turns: int) -> str:
    told = ngettext("7天里%(count)d个班", "7天里%(count)d个班", turns) % {"count": turns}
    return _("替补，%(turns)s") % {"turns": told} if reserve else told
