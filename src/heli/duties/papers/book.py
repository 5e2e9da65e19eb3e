"""The roster as an Excel book."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from heli.duties.papers.words import DAYS, title
from heli.duties.queries import Block, Cell, RosterTable, Row, Seat, Week
from heli.duties.rules import end_words
from heli.kernel.papers.words import listed, month_day, weekday, weekday_short
from heli.kernel.sheets.write import Sheet, Value, masked, write_book


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
    write_book(path, [masked(sheet) for sheet in filled], title(table), table.date)


def _grid_sheets(table: RosterTable) -> list[Sheet]:
    """The grid of each week as it hangs on the wall."""
    header = (_("班次"), _("到点时间"), _("投放点"), *[weekday_short(day) for day in DAYS])
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
    for day in DAYS:
        head = (_date_of(table, week.monday, day), weekday(day))
        for block in week.blocks:
            for row in block.rows:
                cell = row.cells[day - 1]
                end = end_words(block.start, block.end)
                slot = (*head, block.name, block.start, end, row.post, places.get(row.post, ""))
                for seat in cell.seats:
                    yield (*slot, seat.name, seat.kind.label, _("新") if seat.moved else "")
                for _seat_number in range(cell.unfilled):
                    yield (*slot, "", "", _("空"))
