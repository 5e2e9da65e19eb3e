"""The weekly roster (每周值班表) as people hold it: pictures, prints, an Excel book, the notice to paste.

Nothing here carries a phone. An empty seat is always drawn, with a sign and a word.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from heli.duties.papers.book import roster_book
from heli.duties.papers.grid import Drawer, DrawnDay
from heli.duties.papers.texts import notice, notices
from heli.duties.papers.words import DAYS, dated, gap_text, gaps_on, period, title, turns_on
from heli.duties.queries import RosterTable
from heli.duties.rules import post_text
from heli.kernel.papers.render import first_small, pdf, pictures
from heli.kernel.papers.words import listed, weekday, whom_to_ask

__all__ = [
    "A4",
    "PARTS",
    "PEN",
    "WALL",
    "notice",
    "notices",
    "picture_data",
    "roster_book",
    "roster_pictures",
    "roster_print",
]

PARTS = ("week", "turns", "wall", "pen")
"""What the print is made of."""
A4, WALL, PEN = ("week", "turns"), ("wall",), ("pen",)
"""The parts of each file."""

_POINTS_A_PICTURE = 4
"""A further drop point goes to another picture: the type is never smaller."""
_PICTURE_LINES = 72  # about 3,500 pixels
_POINTS_UPRIGHT, _POINTS_ACROSS = 5, 8  # on A4
_NAMED_GAPS = 5
_PICTURE = "duties/templates/duties/picture.typ"


def roster_pictures(table: RosterTable) -> list[bytes]:
    """The roster as PNG pictures for a phone, 1,080 pixels wide: days down, at most four drop points across.

    One a week; more when there are more drop points, or when the days are long.
    """
    return pictures(_PICTURE, picture_data(table))


def roster_small(table: RosterTable) -> bytes:
    """The first of these pictures, small."""
    return first_small(_PICTURE, picture_data(table))


def picture_data(table: RosterTable) -> dict[str, object]:
    """What the pictures say, as plain data for their template; ``pictures`` holds each one's grid."""
    drawer = Drawer(table)
    drawn: list[dict[str, object]] = [
        {**sheet, "days": days}
        for sheet in drawer.sheets(_POINTS_A_PICTURE)
        for days in _day_runs(sheet["days"])
    ] or [{"date": period(table), "points": [], "days": [], "leaders": False}]
    for number, picture in enumerate(drawn, start=1):
        picture["part"] = f"{number}/{len(drawn)}" if len(drawn) > 1 else ""
        picture["first"], picture["last"] = number == 1, number == len(drawn)
    return {**_facts(drawer), "pictures": drawn}


def roster_print(table: RosterTable, parts: Sequence[str] = PARTS) -> bytes:
    """The roster as an A4 PDF with bookmarks: the week and each weekday's group (``week``), everybody's turns
    (``turns``), the wall sheet in large type (``wall``: 28 pt), the sheet on which the leader ticks who came
    (``pen``); or only some of these ``parts``.
    """
    drawer = Drawer(table)
    across = max((len(drawer.columns(week)) for week in table.weeks), default=0) > _POINTS_UPRIGHT
    return pdf(
        "duties/templates/duties/print.typ",
        {
            **_facts(drawer),
            "parts": list(parts),
            "across": across,
            "weeks": list(drawer.sheets(_POINTS_ACROSS if across else _POINTS_UPRIGHT)),
            "walls": list(drawer.sheets(_POINTS_A_PICTURE)),
            "groups": [
                drawer.group(week, day)
                for week in table.weeks
                for day in DAYS
                if turns_on(week, day) or gaps_on(week, day)
            ],
            "boxes": 4 if table.repeats else 1,
            "loads": [
                {**drawer.who(load.name), "total": load.total, "early": load.early, "weekend": load.weekend}
                for load in table.loads
            ],
        },
        table.date,
    )


def _day_runs(days: Sequence[DrawnDay]) -> Iterator[list[DrawnDay]]:
    """Runs of days of one picture each: all seven, or about equally many where they are long."""
    lines = sum(row["lines"] for day in days for row in day["rows"])
    count = min(max(-(-lines // _PICTURE_LINES), 1), len(days))
    for number in range(count):
        yield list(days[len(days) * number // count : len(days) * (number + 1) // count])


def _facts(drawer: Drawer) -> dict[str, object]:
    """What every sheet of the roster says: title, answer, what stands below."""
    table = drawer.table
    seats = [seat for *_place, cell in table.cells() for seat in cell.seats]
    return {
        "title": title(table),
        "author": table.village,
        "date": period(table),
        "alerts": _alerts(drawer),
        "answer": _answer(table, len(seats)),
        "reserves": _reserves(drawer),
        "gaps": _gaps_by_reason(table),
        "posts": [{"what": post_text(name), "why": where} for name, where in table.posts if where],
        "notes": list(table.notes),
        "signs": {
            "empty": bool(_empty_seats(table)),
            "moved": any(seat.moved for seat in seats),
            "twice": drawer.somebody_twice,
            "homes": drawer.somebody_told_apart,
        },
        "footer": " ".join([whom_to_ask(table.contact), _("本表不含电话。")]),
        "words": _words(),
    }


def _gaps_by_reason(table: RosterTable) -> list[dict[str, str]]:
    """Which turns are empty and why, those of one reason together."""
    reasons: dict[str, list[str]] = {}
    for gap in table.gaps:
        reasons.setdefault(gap.why, []).append(gap_text(table, gap))
    return [{"what": listed(turns), "why": why} for why, turns in reasons.items()]


def _words() -> dict[str, str]:
    """The labels the templates print."""
    return {
        "new": pgettext("since last time", "新"),
        "changed": _("与上次不同"),
        "empty": pgettext("turn", "空"),
        "nobody_yet": _("还没有人"),
        "twice": _("写着“2班”的，同一天站两个班"),
        "homes": _("同名的人，写着住哪里"),
        "closed": _("不开放"),
        "leader": _("组长"),
        "reserve": _("替补"),
        "gaps": _("还空着的班"),
        "posts": _("投放点在哪里"),
        "groups": _("各组"),
        "wall": _("大字版"),
        "pen": _("打勾版"),
        "pen_how": _("由组长打勾；有人代班，写上代班人"),
        "fair": _("各人次数"),
        "fair_how": _("按名册顺序，不分先后"),
        "name": _("姓名"),
        "post": _("投放点"),
        "where": _("地点"),
        "when": _("时间"),
        "day": _("日期"),
        "stand_in": _("代班人"),
        "total": _("合计"),
        "early": _("早班"),
        "weekend": _("周末"),
    }


def _reserves(drawer: Drawer) -> list[dict[str, object]]:
    """Who can step in, by day."""
    return [
        {
            "day": weekday(group.weekday) if drawer.table.repeats else dated(week, group.weekday),
            "names": [drawer.who(name) for name in group.reserves],
        }
        for week in drawer.table.weeks
        for group in week.groups
        if group.reserves
    ]


def _answer(table: RosterTable, filled: int) -> str:
    empty = _empty_seats(table)
    if not filled and not empty:
        return _("还没有排班")
    if empty:
        return _("其余%(count)d个班都有人") % {"count": filled} if filled else ""
    if table.repeats:
        return _("一周%(count)d个班，都有人") % {"count": filled}
    return ngettext("%(count)d个班，都有人", "%(count)d个班，都有人", filled) % {"count": filled}


def _empty_seats(table: RosterTable) -> int:
    return sum(cell.unfilled for *_place, cell in table.cells())


def _alerts(drawer: Drawer) -> list[str]:
    """What somebody must act on: how many turns are empty, and where; which day's group has no leader."""
    table, alerts = drawer.table, []
    if count := _empty_seats(table):
        which = listed(gap_text(table, gap) for gap in table.gaps[:_NAMED_GAPS])
        more = "……" if len(table.gaps) > _NAMED_GAPS else ""
        text = ngettext("空%(count)d个班：%(which)s", "空%(count)d个班：%(which)s", count)
        bare = ngettext("空%(count)d个班", "空%(count)d个班", count)
        alerts.append((text if which else bare) % {"count": count, "which": which} + more)
    days = [
        weekday(group.weekday) if table.repeats else dated(week, group.weekday)
        for week in table.weeks
        for group in week.groups
        if drawer.leads
        and not group.leader
        and (turns_on(week, group.weekday) or gaps_on(week, group.weekday))
    ]
    if days:
        more = "……" if len(days) > len(DAYS) else ""
        alerts.append(_("%(days)s缺组长") % {"days": listed(days[: len(DAYS)]) + more})
    return alerts
