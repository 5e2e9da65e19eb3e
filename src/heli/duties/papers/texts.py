"""The text to paste in the members' chat."""

from __future__ import annotations

import datetime

from django.utils.translation import gettext as _

from heli.duties.papers.words import DAYS, dated, gaps_on, turns_on, when
from heli.duties.queries import Cell, RosterTable, Row, Week
from heli.kernel.lib.phrases import join_sentences
from heli.kernel.lib.text import without_private
from heli.kernel.papers.words import listed, weekday


def notice(table: RosterTable) -> str:
    """The text to paste in the members' chat the day before, one for each weekday's group, a rule between.

    Plain text in short lines: who, where, when to be there; the end only when known. A roster that
    repeats names the weekday only, a rotation the date.
    """
    texts = [text for _day, text in notices(table)]
    return "\n\n— — —\n\n".join(texts) + "\n" if texts else _("还没有排好的班。") + "\n"


def notices(table: RosterTable) -> list[tuple[datetime.date, str]]:
    """The same texts one by one, each with its date; of a roster that repeats, the date in its first week."""
    return [
        (week.monday + datetime.timedelta(days=day - 1), without_private(_notice(table, week, day)))
        for week in table.weeks
        for day in DAYS
        if turns_on(week, day) or gaps_on(week, day)
    ]


def brief_notice(table: RosterTable) -> str:
    """The notice of the table of one date in as few lines as tell it; empty when nobody is to stand.

    Where all slots have the same drop points, they are named once and the names follow their order.
    """
    week = table.weeks[0]
    day = next((day for day in DAYS if turns_on(week, day) or gaps_on(week, day)), None)
    if day is None:
        return ""
    slots = [(block, [row for row in block.rows if not row.cells[day - 1].closed]) for block in week.blocks]
    posts = {tuple(row.post for row in rows) for _block, rows in slots}
    once = len(posts) == 1
    lines = [_("【%(day)s值班】%(village)s") % {"day": dated(week, day), "village": table.village}]
    if once:
        lines.append(_("依次是%(posts)s：") % {"posts": listed(posts.pop())})
    for block, rows in slots:
        told = [_brief(row.cells[day - 1], "" if once else row.post) for row in rows]
        lines.append(" ".join(filter(None, [block.name, block.start, join_sentences(told)])))
    leader = next((group.leader for group in week.groups if group.leader), "")
    lines.append(
        _("来不了的请早点告诉组长%(name)s，谢谢大家。") % {"name": leader}
        if leader
        else _("来不了的请早点说一声，谢谢大家。")
    )
    return without_private("\n".join(lines))


def _brief(cell: Cell, post: str) -> str:
    names = [seat.name for seat in cell.seats] + [_("▲空")] * cell.unfilled
    return " ".join(filter(None, [post, listed(names)]))


def _notice(table: RosterTable, week: Week, day: int) -> str:
    """One day's text."""
    heading = (
        _("明天%(weekday)s值班") % {"weekday": weekday(day)}
        if table.repeats
        else _("%(day)s值班") % {"day": dated(week, day)}
    )
    lines = [_("【%(heading)s】%(village)s") % {"heading": heading, "village": table.village}]
    places = dict(table.posts)
    for block in week.blocks:
        rows = [row for row in block.rows if row.cells[day - 1].seats or row.cells[day - 1].unfilled]
        if rows:
            lines += ["", " ".join(filter(None, [block.name, when(block)]))]
            lines += [_notice_line(row, row.cells[day - 1], places.get(row.post, "")) for row in rows]
    group = next((group for group in week.groups if group.weekday == day), None)
    lines.append("")
    if group and group.leader:
        lines.append(_("组长：%(name)s") % {"name": group.leader})
    if group and group.reserves:
        lines.append(_("替补：%(names)s") % {"names": listed(group.reserves)})
    lines.append(
        _("来不了的请早点告诉组长，谢谢大家。")
        if group and group.leader
        else _("来不了的请早点说一声，谢谢大家。")
    )
    return "\n".join(lines)


def _notice_line(row: Row, cell: Cell, where: str) -> str:
    post = _("%(post)s（%(where)s）") % {"post": row.post, "where": where} if where else row.post
    names = [seat.name for seat in cell.seats]
    if cell.unfilled:
        names.append(_("缺%(count)d人") % {"count": cell.unfilled})
    return _("%(post)s：%(names)s") % {"post": post, "names": listed(names)}
