"""Days and times as the pages say them."""

from __future__ import annotations

import datetime

from django import template
from django.utils.translation import gettext as _

from heli.duties.queries.days import DayTurn
from heli.duties.rules import end_words
from heli.kernel.papers.words import month_day, weekday, weekday_short

register = template.Library()


@register.filter
def day_text(date: datetime.date) -> str:
    """A date with its weekday: 11月23日 周一."""
    return _("%(date)s %(weekday)s") % {"date": month_day(date), "weekday": weekday(date.isoweekday())}


@register.filter
def day_short(date: datetime.date) -> str:
    """A date for a narrow column: 周一 11/23."""
    return f"{weekday_short(date.isoweekday())} {date.month}/{date.day}"


@register.filter
def time_text(turn: DayTurn) -> str:
    """When to be there, and the end where it is known."""
    if not turn.start:
        return ""
    if not turn.end:
        return _("%(start)s前到") % {"start": turn.start}
    return _("%(start)s前到，%(end)s结束") % {
        "start": turn.start,
        "end": end_words(turn.start, turn.end),
    }


@register.filter
def over(start: str, end: str) -> str:
    """The end of a slot that begins at ``start``."""
    return end_words(start, end)
