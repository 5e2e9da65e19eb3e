"""The weekly roster (每周值班表) as people hold it: pictures, prints, an Excel book, the notice to paste.

Nothing here carries a phone. An empty seat is always drawn, with a sign and a word.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from heli.duties.queries import Block, Cell, Gap, Group, RosterTable, Row, Seat, Week
from heli.duties.rules import SeatKind, end_words
from heli.kernel.lib.text import without_private
from heli.kernel.papers.glyphs import legible
from heli.kernel.papers.render import pdf, pictures
from heli.kernel.papers.words import (
    breakable,
    date_text,
    ems,
    listed,
    month_day,
    name_and_home,
    weekday,
    weekday_short,
)
from heli.kernel.sheets.write import Sheet, Value, masked, write_book

PARTS = ("week", "wall", "pen", "turns")
"""What the print is made of."""

_PICTURE_LINES = 64  # about 3,000 pixels
_CELL_EMS = 3.2  # what a day's column holds in one line in the largest type
_LONG_EMS = 5.5  # a name wider than this is set smaller
_POST_EMS = 3.6
_NAMED_GAPS = 5
_DAYS = range(1, 8)


def roster_pictures(table: RosterTable) -> list[bytes]:
    """The roster as PNG pictures for a phone, 1,080 pixels wide: one a week, more when a week is long."""
    return pictures("duties/templates/duties/picture.typ", picture_data(table))


def picture_data(table: RosterTable) -> dict[str, Any]:
    """What the pictures say, as plain data for their template; ``pictures`` holds each one's grid."""
    drawn: list[dict[str, Any]] = [
        {**_week(table, week), "blocks": [_block(block) for block in part]}
        for week in table.weeks
        for part in _parts(week)
    ] or [{"date": _period(table), "blocks": []}]
    for number, picture in enumerate(drawn, start=1):
        picture["part"] = f"{number}/{len(drawn)}" if len(drawn) > 1 else ""
        picture["first"], picture["last"] = number == 1, number == len(drawn)
    return {**_facts(table), "pictures": drawn}


def roster_print(table: RosterTable, parts: Sequence[str] = PARTS) -> bytes:
    """The roster as one A4 PDF with bookmarks: the week (landscape) and a page a weekday's group (``week``),
    the wall sheet in large type (``wall``: 28 pt), the sheet on which the leader ticks who came (``pen``),
    everybody's turns (``turns``); or only some of these ``parts``.
    """
    return pdf(
        "duties/templates/duties/print.typ",
        {
            **_facts(table),
            "parts": list(parts),
            "weeks": [
                {**_week(table, week), "blocks": [_block(block) for block in week.blocks if block.rows]}
                for week in table.weeks
            ],
            "days": [
                _day(table, week, day)
                for week in table.weeks
                for day in _DAYS
                if _turns(week, day) or _gaps(week, day)
            ],
            "boxes": 4 if table.repeats else 1,
            "loads": [
                {**_who(load.name), "total": load.total, "early": load.early, "weekend": load.weekend}
                for load in table.loads
            ],
        },
        table.date,
    )


def roster_book(table: RosterTable, path: Path) -> None:
    """Write the roster as an Excel book: the grid of each week, a row a seat, groups, turns, gaps."""
    sheets = [
        *_grid_sheets(table),
        _seat_sheet(table),
        _group_sheet(table),
        _load_sheet(table),
        _gap_sheet(table),
    ]
    filled = [sheet for sheet in sheets if sheet.rows] or sheets[:1]
    write_book(path, [masked(sheet) for sheet in filled], _title(table), table.date)


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
        for day in _DAYS
        if _turns(week, day) or _gaps(week, day)
    ]


def _title(table: RosterTable) -> str:
    name = _("每周值班表") if table.repeats else _("值班表")
    return f"{table.village} {name}".strip()


def _facts(table: RosterTable) -> dict[str, Any]:
    """What every sheet of the roster says: title, answer, what stands below."""
    seats = [
        seat
        for week in table.weeks
        for block in week.blocks
        for row in block.rows
        for cell in row.cells
        for seat in cell.seats
    ]
    kinds = {seat.kind for seat in seats} - {SeatKind.DUTY}
    return {
        "title": _title(table),
        "author": table.village,
        "date": _period(table),
        "alerts": _alerts(table),
        "answer": _answer(table, len(seats)),
        "kinds": [{"sign": _kind_sign(kind), "name": kind.label} for kind in SeatKind if kind in kinds],
        "moved": any(seat.moved for seat in seats),
        "gaps": [{"what": _gap_text(table, gap), "why": gap.why} for gap in table.gaps],
        "posts": [{"what": name, "why": where} for name, where in table.posts if where],
        "notes": list(table.notes),
        "footer": " ".join(filter(None, [_sentence(table.contact), _("本表不含电话。")])),
        "words": _words(),
    }


def _words() -> dict[str, str]:
    """The labels the templates print."""
    return {
        "new": pgettext("since last time", "新"),
        "changed": _("与上次不同"),
        "leader": _("组长"),
        "reserve": _("替补"),
        "gaps": _("还缺人的班"),
        "posts": _("投放点在哪里"),
        "week": _("周表"),
        "groups": _("各组"),
        "wall": _("大字版"),
        "wall_how": _("按页码并排贴"),
        "pen": _("签到表"),
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


def _period(table: RosterTable) -> str:
    if not table.weeks:
        return date_text(table.date)
    first = table.weeks[0].monday
    if table.repeats:
        return _("%(date)s起，每周相同") % {"date": date_text(first)}
    last = table.weeks[-1].monday + datetime.timedelta(days=6)
    return _("%(first)s至%(last)s") % {"first": date_text(first), "last": month_day(last)}


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
    return sum(
        cell.unfilled
        for week in table.weeks
        for block in week.blocks
        for row in block.rows
        for cell in row.cells
    )


def _alerts(table: RosterTable) -> list[str]:
    """What somebody must act on: how many seats are empty, and where."""
    count = _empty_seats(table)
    if not count:
        return []
    which = listed(_gap_text(table, gap) for gap in table.gaps[:_NAMED_GAPS])
    more = "……" if len(table.gaps) > _NAMED_GAPS else ""
    text = _("还缺%(count)d人：%(which)s") if which else _("还缺%(count)d人")
    return [text % {"count": count, "which": which} + more]


def _gap_text(table: RosterTable, gap: Gap) -> str:
    day = weekday(gap.weekday) if table.repeats else _date_of(table, gap.monday, gap.weekday)
    where = _("%(day)s%(slot)s %(post)s") % {"day": day, "slot": gap.slot, "post": gap.post}
    return where if gap.count == 1 else where + _("（缺%(count)d人）") % {"count": gap.count}


def _sentence(text: str) -> str:
    return text if not text or text.endswith(("。", ".", "！", "？")) else text + pgettext("full stop", "。")


def _kind_sign(kind: SeatKind) -> str:
    """The short word beside a name whose seat is not plain duty."""
    return "" if kind is SeatKind.DUTY else kind.label


def _week(table: RosterTable, week: Week) -> dict[str, Any]:
    """One week's heading, days, leaders and reserves, for the grid."""
    groups = {group.weekday: group for group in week.groups}
    return {
        "date": _period(table) if table.repeats else _week_text(week),
        "days": [
            {"name": weekday_short(day), "date": "" if table.repeats else _short(week, day)} for day in _DAYS
        ],
        "leaders": _of_groups(groups, lambda group: [group.leader] if group.leader else []),
        "reserves": _of_groups(groups, lambda group: group.reserves),
    }


def _of_groups(groups: dict[int, Group], names: Any) -> list[list[dict[str, Any]]]:
    """For each day the names picked from its group; nothing at all when no day has any."""
    picked = [[_who(name) for name in names(groups[day])] if day in groups else [] for day in _DAYS]
    return picked if any(picked) else []


def _week_text(week: Week) -> str:
    last = week.monday + datetime.timedelta(days=6)
    return _("%(first)s至%(last)s") % {"first": date_text(week.monday), "last": month_day(last)}


def _short(week: Week, day: int) -> str:
    date = week.monday + datetime.timedelta(days=day - 1)
    return f"{date.month}/{date.day}"


def _block(block: Block) -> dict[str, Any]:
    return {
        "name": breakable(block.name, 2),
        "start": block.start,
        "end": end_words(block.start, block.end),
        "rows": [
            {"post": breakable(row.post, _POST_EMS), "cells": [_cell(cell) for cell in row.cells]}
            for row in block.rows
        ],
    }


def _cell(cell: Cell) -> dict[str, Any]:
    return {
        "closed": cell.closed,
        "seats": [_seat(seat) for seat in cell.seats],
        "empty": _("缺%(count)d人") % {"count": cell.unfilled} if cell.unfilled else "",
    }


def _seat(seat: Seat) -> dict[str, Any]:
    return {**_who(seat.name), "kind": _kind_sign(seat.kind), "moved": seat.moved}


def _who(name: str) -> dict[str, Any]:
    name, home = name_and_home(name)
    return {
        "name": breakable(name, _CELL_EMS),
        "home": breakable(home, _CELL_EMS),
        "long": ems(legible(without_private(name))) > _LONG_EMS,
    }


def _parts(week: Week) -> list[list[Block]]:
    """A week's blocks packed into pictures; a block too long for one is cut between posts."""
    parts: list[list[Block]] = [[]]
    room = _PICTURE_LINES
    for block in week.blocks:
        for rows in _chunks(block.rows):
            need = sum(map(_lines, rows))
            if parts[-1] and need > room:
                parts.append([])
                room = _PICTURE_LINES
            parts[-1].append(Block(block.name, block.start, block.end, rows))
            room -= need
    return parts


def _chunks(rows: tuple[Row, ...]) -> Iterator[tuple[Row, ...]]:
    """Runs of rows that fit one picture each, about equally long."""
    total = sum(map(_lines, rows))
    share = -(-total // max(-(-total // _PICTURE_LINES), 1))
    chunk: list[Row] = []
    for row in rows:
        if chunk and sum(map(_lines, chunk)) + _lines(row) > share + 1:
            yield tuple(chunk)
            chunk = []
        chunk.append(row)
    if chunk:
        yield tuple(chunk)


def _lines(row: Row) -> int:
    """About how many lines a post's row takes in the grid."""
    return 1 + max((len(cell.seats) + bool(cell.unfilled) for cell in row.cells), default=1)


def _turns(week: Week, day: int) -> list[tuple[Block, Row, Seat]]:
    """Who stands on a day, by slot and post."""
    return [
        (block, row, seat) for block in week.blocks for row in block.rows for seat in row.cells[day - 1].seats
    ]


def _gaps(week: Week, day: int) -> list[tuple[Block, Row, int]]:
    """How many seats are empty on a day, by slot and post."""
    return [
        (block, row, row.cells[day - 1].unfilled)
        for block in week.blocks
        for row in block.rows
        if row.cells[day - 1].unfilled
    ]


def _day(table: RosterTable, week: Week, day: int) -> dict[str, Any]:
    """One weekday's group: its leader, its seats by slot and post, its reserves."""
    group = next((group for group in week.groups if group.weekday == day), None)
    places = dict(table.posts)
    return {
        "heading": weekday(day) if table.repeats else _dated(week, day),
        "leader": _who(group.leader) if group and group.leader else None,
        "reserves": [_who(name) for name in group.reserves] if group else [],
        "blocks": [
            {
                "name": block.name,
                "when": _when(block),
                "rows": [
                    {"post": row.post, "where": places.get(row.post, ""), **_cell(row.cells[day - 1])}
                    for row in block.rows
                    if not row.cells[day - 1].closed
                ],
            }
            for block in week.blocks
        ],
    }


def _dated(week: Week, day: int) -> str:
    date = month_day(week.monday + datetime.timedelta(days=day - 1))
    return _("%(date)s %(weekday)s") % {"date": date, "weekday": weekday(day)}


def _when(block: Block) -> str:
    """When to be there, and the end where it is known."""
    if not block.start:
        return ""
    if block.end:
        return _("%(start)s前到，%(end)s结束") % {
            "start": block.start,
            "end": end_words(block.start, block.end),
        }
    return _("%(start)s前到") % {"start": block.start}


def _notice(table: RosterTable, week: Week, day: int) -> str:
    """One day's text."""
    heading = (
        _("明天%(weekday)s值班") % {"weekday": weekday(day)}
        if table.repeats
        else _("%(day)s值班") % {"day": _dated(week, day)}
    )
    lines = [_("【%(heading)s】%(village)s") % {"heading": heading, "village": table.village}]
    places = dict(table.posts)
    for block in week.blocks:
        rows = [row for row in block.rows if row.cells[day - 1].seats or row.cells[day - 1].unfilled]
        if rows:
            lines += ["", " ".join(filter(None, [block.name, _when(block)]))]
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


def _grid_sheets(table: RosterTable) -> list[Sheet]:
    """The grid of each week as it hangs on the wall."""
    header = (_("班次"), _("到点时间"), _("投放点"), *[weekday_short(day) for day in _DAYS])
    return [
        Sheet(
            _("每周值班表") if table.repeats else _("%(date)s起一周") % {"date": month_day(week.monday)},
            header,
            [_grid_row(block, row) for block in week.blocks for row in block.rows],
            landscape=True,
            frozen=3,
        )
        for week in table.weeks
    ]


def _seat_sheet(table: RosterTable) -> Sheet:
    """A row a seat, to filter and to count."""
    when = (_("日期"), _("星期"), _("班次"), _("到点时间"), _("结束时间"))
    header = (*when, _("投放点"), _("地点"), _("姓名"), _("性质"), _("变动"))
    lines = [line for week in table.weeks for line in _seat_lines(table, week)]
    return Sheet(_("每个席位一行"), header, lines, landscape=True)


def _group_sheet(table: RosterTable) -> Sheet:
    lines = [
        (
            _date_of(table, week.monday, group.weekday),
            weekday(group.weekday),
            group.leader,
            listed(group.members),
            listed(group.reserves),
        )
        for week in table.weeks
        for group in week.groups
    ]
    header = (_("日期"), _("星期"), _("组长"), _("组员"), _("替补"))
    return Sheet(_("各组"), header, lines, landscape=True)


def _load_sheet(table: RosterTable) -> Sheet:
    lines = [(load.name, load.total, load.early, load.weekend) for load in table.loads]
    return Sheet(_("各人次数"), (_("姓名"), _("合计"), _("早班"), _("周末")), lines, frozen=1)


def _gap_sheet(table: RosterTable) -> Sheet:
    lines = [
        (
            _date_of(table, gap.monday, gap.weekday),
            weekday(gap.weekday),
            gap.slot,
            gap.post,
            gap.count,
            gap.why,
        )
        for gap in table.gaps
    ]
    header = (_("日期"), _("星期"), _("班次"), _("投放点"), _("缺几人"), _("原因"))
    return Sheet(_("还缺的人"), header, lines)


def _date_of(table: RosterTable, monday: datetime.date, day: int) -> str:
    return "" if table.repeats else (monday + datetime.timedelta(days=day - 1)).isoformat()


def _grid_row(block: Block, row: Row) -> Sequence[Value]:
    return (block.name, block.start, row.post, *map(_cell_text, row.cells))


def _cell_text(cell: Cell) -> str:
    if cell.closed:
        return "—"
    lines = [_name_text(seat) for seat in cell.seats]
    if cell.unfilled:
        lines.append("▲" + _("缺%(count)d人") % {"count": cell.unfilled})
    return "\n".join(lines)


def _name_text(seat: Seat) -> str:
    return seat.name + (f" ◆{pgettext('since last time', '新')}" if seat.moved else "")


def _seat_lines(table: RosterTable, week: Week) -> Iterator[Sequence[Value]]:
    """A line for each seat of the week in walking order of days, an empty one without a name."""
    places = dict(table.posts)
    for day in _DAYS:
        head = (_date_of(table, week.monday, day), weekday(day))
        for block in week.blocks:
            for row in block.rows:
                cell = row.cells[day - 1]
                slot = (
                    *head,
                    block.name,
                    block.start,
                    end_words(block.start, block.end),
                    row.post,
                    places.get(row.post, ""),
                )
                for seat in cell.seats:
                    yield (*slot, seat.name, seat.kind.label, _("新") if seat.moved else "")
                for _seat_number in range(cell.unfilled):
                    yield (*slot, "", "", _("缺人"))
