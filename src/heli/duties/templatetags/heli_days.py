"""Days and times of turns as the pages say them."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _

from heli.duties.queries.days import DayTurn
from heli.duties.rules import end_words
from heli.kernel.papers.words import day_short, day_text

register = template.Library()
register.filter(day_text)
register.filter(day_short)


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
