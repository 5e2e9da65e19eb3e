"""Excel for outside: volunteer hours, the pay list, the record of duty. No phone, no ranking."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from io import BytesIO

from django.utils.translation import gettext as _

from heli.duties.queries.presences import Duty
from heli.duties.rules import SeatKind, hours
from heli.kernel.papers.words import weekday
from heli.kernel.sheets.write import Sheet, Value, masked, write_book


def hours_book(village: str, duties: Sequence[Duty], moment: datetime.datetime) -> bytes:
    """Volunteer hours, a line a turn: only volunteer seats that a member really stood.

    Turns whose end is not known stand on a sheet of their own: their hours cannot be said.
    """
    stood = _stood(duties, SeatKind.VOLUNTEER)
    header = (_("姓名"), _("日期"), _("地点"), _("内容"), _("开始"), _("结束"), _("实际小时"), _("确认人"))
    known = [duty for duty in stood if _hours(duty) is not None]
    unknown = [duty for duty in stood if _hours(duty) is None]
    sheets = [Sheet(_("志愿服务时长"), header, [_hours_line(duty) for duty in known], landscape=True)]
    if unknown:
        lines = [
            (*_hours_line(duty)[:6], _("没有写几点结束，算不出"), duty.tick.by)
            for duty in unknown
            if duty.tick
        ]
        sheets.append(Sheet(_("算不出时长的班"), header, lines, landscape=True))
    return _book(sheets, _("%(village)s 志愿服务时长") % {"village": village}, moment.date())


def pay_book(
    village: str, duties: Sequence[Duty], rate: Decimal, hourly: bool, today: datetime.date
) -> bytes:
    """The pay list: only paid seats that a member really stood, at the rate given, a line a turn and a sum
    for each. By the hour, turns whose end is not known have no sum: it is written beside them.
    """
    lines: list[Sequence[Value]] = []
    sums: dict[str, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0), Decimal(0)])
    for duty in _stood(duties, SeatKind.PAID):
        took, name = _hours(duty), duty.tick.name if duty.tick else ""
        factor = Decimal(1) if not hourly else None if took is None else Decimal(str(took))
        pay = None if factor is None else (rate * factor).quantize(Decimal("0.01"))
        said = _("没有写几点结束，算不出") if pay is None else ""
        lines.append((name, *_place(duty), took, float(rate), None if pay is None else float(pay), said))
        sums[name] = [sums[name][0] + 1, sums[name][1] + Decimal(str(took or 0)), sums[name][2] + (pay or 0)]
    unit = _("每小时（元）") if hourly else _("每班（元）")
    header = (
        _("姓名"),
        _("日期"),
        _("地点"),
        _("内容"),
        _("开始"),
        _("结束"),
        _("小时"),
        unit,
        _("应付（元）"),
        _("说明"),
    )
    totals = [(name, int(turns), float(took), float(pay)) for name, (turns, took, pay) in sums.items()]
    sheets = [
        Sheet(_("有偿值班明细"), header, lines, landscape=True),
        Sheet(_("应付合计"), (_("姓名"), _("班数"), _("小时"), _("应付（元）")), totals),
    ]
    return _book(sheets, _("%(village)s 有偿值班") % {"village": village}, today)


def record_book(village: str, duties: Sequence[Duty], moment: datetime.datetime) -> bytes:
    """The record of duty: every turn, who was to stand, who stood. Nobody misses a turn before it begins."""
    when = (_("日期"), _("星期"), _("班"), _("开始"), _("结束"), _("投放点"))
    header = (*when, _("性质"), _("应到"), _("实到"), _("记录人"))
    sheet = Sheet(_("值班记录"), header, [_record_line(duty, moment) for duty in duties], landscape=True)
    return _book([sheet], _("%(village)s 值班记录") % {"village": village}, moment.date())


def _stood(duties: Sequence[Duty], kind: SeatKind) -> list[Duty]:
    """Turns in seats of that kind that a member stood: nobody's hours are somebody else's."""
    return [
        duty
        for duty in duties
        if duty.turn.kind is kind and duty.tick and duty.tick.stood and duty.tick.member
    ]


def _hours(duty: Duty) -> float | None:
    return hours(duty.turn.start, duty.turn.end)


def _place(duty: Duty) -> tuple[str, ...]:
    turn = duty.turn
    where = _("%(post)s（%(where)s）") % {"post": turn.post, "where": turn.where} if turn.where else turn.post
    content = _("投放点值班（%(slot)s）") % {"slot": turn.slot}
    return turn.date.isoformat(), where, content, turn.start, turn.end


def _hours_line(duty: Duty) -> tuple[Value, ...]:
    tick = duty.tick
    return (tick.name if tick else "", *_place(duty), _hours(duty), tick.by if tick else "")


def _record_line(duty: Duty, moment: datetime.datetime) -> tuple[Value, ...]:
    turn, tick = duty.turn, duty.tick
    day = (turn.date.isoformat(), weekday(turn.weekday), turn.slot, turn.start, turn.end, turn.post)
    due = turn.stand_in or turn.name or _("空")
    unsaid = _("没记") if turn.when.past(moment) else _("还没到")
    return (*day, turn.kind.label, due, tick.text if tick else unsaid, tick.by if tick else "")


def _book(sheets: Sequence[Sheet], title: str, today: datetime.date) -> bytes:
    target = BytesIO()
    write_book(target, [masked(sheet) for sheet in sheets], title, today)
    return target.getvalue()
