"""Words that pictures, prints, book and notice of the roster share; which turns a day has."""

from __future__ import annotations

import datetime

from django.utils.translation import gettext as _

from heli.duties.queries import Block, Gap, RosterTable, Row, Seat, Week
from heli.duties.rules import end_words, post_text, slot_text
from heli.kernel.papers.words import date_text, month_day, weekday

DAYS = range(1, 8)


def title(table: RosterTable) -> str:
    """The village and what the table is."""
    name = _("每周值班表") if table.repeats else _("值班表")
    return f"{table.village} {name}".strip()


def turns_on(week: Week, day: int) -> list[tuple[Block, Row, Seat]]:
    """Who stands on a day, by slot and post."""
    return [
        (block, row, seat) for block in week.blocks for row in block.rows for seat in row.cells[day - 1].seats
    ]


def gaps_on(week: Week, day: int) -> list[tuple[Block, Row, int]]:
    """How many seats are empty on a day, by slot and post."""
    return [
        (block, row, row.cells[day - 1].unfilled)
        for block in week.blocks
        for row in block.rows
        if row.cells[day - 1].unfilled
    ]


def period(table: RosterTable) -> str:
    """From when the roster holds, and until when where it does not repeat."""
    if not table.weeks:
        return date_text(table.date)
    first = table.weeks[0].monday
    if table.repeats:
        return _("%(date)s起，每周相同") % {"date": date_text(first)}
    last = table.weeks[-1].monday + datetime.timedelta(days=6)
    return _("%(first)s至%(last)s") % {"first": date_text(first), "last": month_day(last)}


def gap_text(table: RosterTable, gap: Gap) -> str:
    """Which turn is empty, in words."""
    day = weekday(gap.weekday)
    if not table.repeats:
        date = gap.monday + datetime.timedelta(days=gap.weekday - 1)
        day = _("%(date)s %(weekday)s") % {"date": month_day(date), "weekday": day}
    where = _("%(day)s%(slot)s %(post)s") % {
        "day": day,
        "slot": slot_text(gap.slot),
        "post": post_text(gap.post),
    }
    return where if gap.count == 1 else where + _("（空%(count)d个）") % {"count": gap.count}


def week_text(week: Week) -> str:
    """The week's first and last day."""
    last = week.monday + datetime.timedelta(days=6)
    return _("%(first)s至%(last)s") % {"first": date_text(week.monday), "last": month_day(last)}


def dated(week: Week, day: int) -> str:
    """A day of the week with its date."""
    date = month_day(week.monday + datetime.timedelta(days=day - 1))
    return _("%(date)s %(weekday)s") % {"date": date, "weekday": weekday(day)}


def when(block: Block) -> str:
    """When to be there, and the end where it is known."""
    if not block.start:
        return ""
    if block.end:
        return _("%(start)s前到，%(end)s结束") % {
            "start": block.start,
            "end": end_words(block.start, block.end),
        }
    return _("%(start)s前到") % {"start": block.start}
