"""Read the posts (投放点) of a village's book, with their open periods and seats."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from heli.duties.rules import Post, SeatKind, Slot, numbered
from heli.duties.sheets.hours import Hours, hours_words, period_of, read_hours, seasons_named
from heli.kernel.lib.lexicon import Unread
from heli.kernel.lib.text import MASK, fold, join_han
from heli.kernel.sheets.answers import count, is_blank
from heli.kernel.sheets.coordinates import read_coordinates
from heli.kernel.sheets.evidence import times
from heli.kernel.sheets.problems import Kind, Problem, Severity, Understood
from heli.kernel.sheets.tables import Column, Row, Spec, Table
from heli.people.rules import EVERY_DAY, Period, parse_days

NO_NAME = Kind(
    "point-no-name", Severity.LOOK, _("这一行没有投放点的名称，没有算。"), _("请补上名称，或删掉这一行。")
)
NO_SLOTS = Kind(
    "point-no-slots",
    Severity.LOOK,
    _("“%(point)s”没有写开放时间，没法排班。"),
    _("请写上早、晚的时间，例如 05:30-07:30。"),
)
BAD_TIME = Kind(
    "point-time-unread",
    Severity.LOOK,
    _("“%(point)s”的时间写着“%(text)s”，其中“%(piece)s”看不懂，按没写几点算。"),
    _("请写成“05:30-07:30”“周一至周五 5:30-7:30，周末 6:30-8:30”“22:00-次日2:00”这样。"),
)
SEASON = Kind(
    "point-season-assumed",
    Severity.LOOK,
    _("“%(point)s”写了夏季、冬季的时间，没写从哪天到哪天；夏季按5月1日至9月30日、冬季按10月1日至4月30日算。"),
    _("日子不同请写明，例如“5月1日至9月30日 5:30-7:30，10月1日至4月30日 6:00-8:00”。"),
)
BAD_DAYS = Kind(
    "point-days-unread",
    Severity.LOOK,
    _("“%(point)s”的开放日“%(text)s”看不懂，按每天算。"),
    _("请写成“周一至周五”“周一、周三”或“每天”。"),
)
BAD_SEATS = Kind(
    "point-seats-unread", Severity.LOOK, _("“%(point)s”的人数看不懂，按每班 1 人算。"), _("请只写数字。")
)
TWICE = Kind(
    "point-twice",
    Severity.LOOK,
    _("投放点“%(point)s”在第 %(row)s 行已经有了，这一行没有算。"),
    _("请删掉重复的一行，或换个名称。"),
)


def _each_shift(names: str) -> str:
    """The headers, alone and after each shift's name: 早班开始, 晚班义务."""
    shifts = ("", "早班", "早上", "早", "中班", "中", "晚班", "晚上", "晚")
    return "|".join(shift + name for shift in shifts for name in names.split("|"))


def _in_season(names: str) -> str:
    """The headers, alone and with a season or part of the week before them: 夏季早班, 周末开放时间."""
    scopes = ("", "夏季", "冬季", "夏令", "冬令", "夏", "冬", "工作日", "周末", "双休日")
    return "|".join(scope + name for scope in scopes for name in names.split("|"))


POINTS = Spec(
    code="points",
    title=_("投放点"),
    columns=(
        Column("serial", "序号|序|编号|No", weight=0),
        Column(
            "name",
            "投放点|投放点名称|点位|点位名称|垃圾投放点|点名|值班点|值守点|定点|站点|岗位|岗点|"
            "投放点编号|点位编号|收集点|垃圾房|桶站|亭房|投放亭|垃圾亭|分类亭|亭子|亭名|集置点|"
            "point|drop point|post",
            weak="名称|点",
            avoid="位置|地址|人数|时间",
            weight=4,
        ),
        Column(
            "where",
            "位置|地址|地点|所在位置|具体位置|详细位置|投放点位置|点位位置|在哪里|在哪|where|location",
            weight=1,
        ),
        Column("slot", "班次|时段|班|班别|值班时段|shift|slot", weight=1),
        Column(
            "early",
            _in_season(
                "早|早班|早上|早班时间|上午|早间|早晨|早上时间|早间开放|早上开放时间|早上开桶|早开桶"
                "|值班时间早|早间时间|"
                "early|morning"
            ),
            avoid="人数",
            weight=2,
            looks=None,
            many=True,
        ),
        Column(
            "day",
            _in_season("中|中班|中午|白天|白班|下午|日班|中班时间|day|noon"),
            avoid="人数",
            weight=2,
            many=True,
        ),
        Column(
            "late",
            _in_season(
                "晚|晚班|晚上|晚班时间|傍晚|晚间|晚上时间|晚间开放|晚上开放时间|晚上开桶|晚开桶|夜班"
                "|值班时间晚|晚间时间|"
                "late|evening"
            ),
            avoid="人数",
            weight=2,
            many=True,
        ),
        Column(
            "open",
            _in_season("开放时间|投放时间|值班时间|时间|值守时间|开放时段|投放时段|开门时间|hours|open"),
            weight=3,
            looks=times,
            many=True,
        ),
        Column("start", _each_shift("开始时间|开始|起始时间|上岗时间|start"), weight=1, many=True),
        Column("end", _each_shift("结束时间|结束|终止时间|下岗时间|end"), weight=1, many=True),
        Column("days", "开放日|值班日|开放日期|星期|周几|开放天|days", weight=1),
        Column(
            "seats",
            "每班人数|人数|每班|值班人数|岗位数|需要人数|每班需人|每班几人|需要几人|要几人|安排人数"
            "|每点人数|几个人|几人|席位|seats|people",
            avoid="志愿|有偿|义务|早|晚",
            weight=4,
        ),
        Column("early_seats", "早班人数|早人数|早上人数", weight=3),
        Column("late_seats", "晚班人数|晚人数|晚上人数", weight=3),
        Column("duty", _each_shift("义务人数|义务|义务岗"), weight=3, many=True),
        Column("volunteer", _each_shift("志愿人数|志愿|志愿者人数|志愿岗|volunteers"), weight=3, many=True),
        Column("paid", _each_shift("有偿人数|有偿|计酬人数|有偿岗|专职人数|paid"), weight=3, many=True),
        Column("kind", "性质|岗位性质|值班性质|席位性质|服务性质|kind", weight=2),
        Column("keeper", "管理员|负责人|责任人|联系人", weight=0),
        Column("phone", "电话|手机|手机号|联系电话|联系方式|phone", weight=0, many=True),
        Column("lon", "经度|东经|lon|lng|longitude", weight=0.5),
        Column("lat", "纬度|北纬|lat|latitude", weight=0.5),
        Column("coordinates", "坐标|经纬度|gps", weight=0.5),
        Column("remark", "备注|说明|remark|note|notes", weight=0.2, many=True),
    ),
    needed="name+early|name+late|name+open|name+seats|name+where|name+start|name+slot",
    key=("name",),
    words="投放点|投放亭|亭房|集置点|点位|值班点|值守点|drop point|points",
)

_CLOSED = ("", "-", "--", "/", "—", "无", "否", "不开", "不开放", "关", "休", "×", "x", "没有", "不设", "停")
_OPEN = ("是", "√", "✓", "✔", "开", "开放", "有", "v", "y", "yes", "1")


def read_points(table: Table) -> tuple[list[Post], list[Problem]]:
    """The posts of one table and what is wrong in it; rows of one name with different slots are one post."""
    posts: dict[str, Post] = {}
    problems: list[Problem] = [*table.problems]
    by_row = "slot" in table.columns or "start" in table.columns
    above = ""
    for row in table.rows:
        name = join_han(table.text(row, "name").replace(MASK, "")) or (above if by_row else "")
        above = name
        if not name:
            problems.append(Problem(NO_NAME, table.place(row, "name")))
            continue
        name = f"{name}号点" if name.isdecimal() else name
        post, found = _post(table, row, name)
        problems += found
        first = posts.get(name)
        if first is None:
            posts[name] = post
        elif by_row and not set(post.slots) & set(first.slots):
            slots = tuple(numbered([*_plain(first.slots), *post.slots]))
            posts[name] = replace(first, slots=slots, understood=(*first.understood, *post.understood))
        else:
            problems.append(Problem(TWICE, table.place(row, "name"), {"point": name, "row": first.place.row}))
    for post in posts.values():
        if not post.slots:
            problems.append(Problem(NO_SLOTS, post.place, {"point": post.name}))
    return list(posts.values()), [*problems, *table.skipped()]


def _plain(slots: Sequence[Slot]) -> list[Slot]:
    """Slots with the names of their times of day, without the numbers."""
    return [replace(slot, name=_names()[slot.period]) for slot in slots]


def _post(table: Table, row: Row, name: str) -> tuple[Post, list[Problem]]:
    lon, lat, problems = read_coordinates(table, row)
    understood: list[Understood] = []
    days = _days(table, row, name, problems)
    slots = [
        replace(slot, weekdays=days if slot.weekdays == EVERY_DAY else slot.weekdays)
        for slot in _slots(table, row, name, problems, understood)
    ]
    post = Post(
        name=name,
        where=join_han(table.text(row, "where")),
        lon=lon,
        lat=lat,
        slots=tuple(slots),
        place=table.place(row),
        understood=tuple(understood),
    )
    return post, problems


def _days(table: Table, row: Row, name: str, problems: list[Problem]) -> frozenset[int]:
    """The weekdays in a column of their own; every day when it says nothing that is understood."""
    text = table.text(row, "days")
    if not text or is_blank(text):
        return EVERY_DAY
    found = parse_days(text)
    if found is None:
        problems.append(Problem(BAD_DAYS, table.place(row, "days"), {"point": name, "text": text}))
    return found or EVERY_DAY


def _slots(
    table: Table, row: Row, name: str, problems: list[Problem], understood: list[Understood]
) -> list[Slot]:
    """The open periods from the columns of times, whichever there are."""
    slots: list[Slot] = []
    assumed = False

    def cell(code: str, header: str, text: str, period: Period | None) -> list[Slot]:
        nonlocal assumed
        try:
            found = read_hours(text, period, header)
        except Unread as wrong:
            params = {"point": name, "text": text, "piece": wrong.piece or text}
            problems.append(Problem(BAD_TIME, table.place(row, code), params))
            return [Slot(_names()[period], period)] if period else []
        assumed = assumed or bool(seasons_named(found))
        understood.append(Understood(table.place(row, code), text, hours_words(found)))
        return [_slot(each, period) for each in found]

    for code, period in (("early", Period.EARLY), ("day", Period.DAY), ("late", Period.LATE)):
        for header, text in table.texts(row, code):
            if fold(text) in _OPEN:
                slots.append(Slot(_names()[period], period))
            elif fold(text) not in _CLOSED:
                slots += cell(code, header, text, period)
    for header, text in table.texts(row, "open") if not slots else ():
        slots += cell("open", header, text, None)
    slots = slots or _from_rows(table, row, cell)
    if assumed:
        problems.append(Problem(SEASON, table.place(row), {"point": name}))
    seated = [replace(slot, seats=_seats(table, row, name, slot.period, problems)) for slot in slots]
    return numbered(seated)


def _from_rows(
    table: Table, row: Row, cell: Callable[[str, str, str, Period | None], list[Slot]]
) -> list[Slot]:
    """One row a slot: its name in 班次, its times in 开始 and 结束."""
    period = _period_in(table.text(row, "slot"))
    ends = table.texts(row, "end")
    slots: list[Slot] = []
    for at, (header, start) in enumerate(table.texts(row, "start")):
        end = ends[at][1] if at < len(ends) else ""
        slots += cell("start", header, f"{start}-{end}" if end else start, _period_in(header) or period)
    if not slots and period:
        return [Slot(_names()[period], period)]
    return slots


def _period_in(text: str) -> Period | None:
    """The time of day a text names first by rank; None when it names none."""
    folded = fold(text)
    return next((found for word, found in _PERIOD_WORDS if word in folded), None)


_PERIOD_WORDS = (
    ("早", Period.EARLY),
    ("上午", Period.EARLY),
    ("中", Period.DAY),
    ("白", Period.DAY),
    ("下午", Period.DAY),
    ("晚", Period.LATE),
    ("夜", Period.LATE),
)


def _names() -> dict[Period, str]:
    return {Period.EARLY: _now("早"), Period.DAY: _now("中"), Period.LATE: _now("晚")}


def _slot(hours: Hours, period: Period | None) -> Slot:
    period = period or period_of(hours)
    return Slot(
        _names()[period],
        period,
        hours.start,
        hours.end,
        weekdays=hours.weekdays,
        since=hours.since,
        until=hours.until,
    )


def _seats(
    table: Table, row: Row, name: str, period: Period, problems: list[Problem]
) -> tuple[tuple[SeatKind, int], ...]:
    """How many seats of which kind one slot has; one duty seat when nothing is said."""
    own = {Period.EARLY: "early_seats", Period.LATE: "late_seats"}.get(period, "")
    said = table.text(row, own) or table.text(row, "seats")
    total = _seat_count(said)
    if said and total is None:
        problem = Problem(
            BAD_SEATS, table.place(row, own if table.text(row, own) else "seats"), {"point": name}
        )
        if problem not in problems:
            problems.append(problem)
    kinds = {kind: _seat_count(_of_shift(table, row, kind.value, period)) for kind in SeatKind}
    if any(kinds.values()):
        named = sum(count or 0 for count in kinds.values())
        if kinds[SeatKind.DUTY] is None and total is not None and total > named:
            kinds[SeatKind.DUTY] = total - named
        return tuple((kind, count) for kind, count in kinds.items() if count)
    return _of_kind(fold(table.text(row, "kind")), 1 if total is None else total)


def _of_shift(table: Table, row: Row, code: str, period: Period) -> str:
    """The row's text in the shift's own column of that code (晚班志愿), else in the one for all shifts."""
    said = [(_period_in(header), text) for header, text in table.texts(row, code)]
    return next((text for told, text in said if told in (period, None)), "")


def _of_kind(text: str, total: int) -> tuple[tuple[SeatKind, int], ...]:
    """The seats by a text such as 志愿, or 1名有偿、1名志愿."""
    words = {"义务": SeatKind.DUTY, "志愿": SeatKind.VOLUNTEER, "有偿": SeatKind.PAID, "计酬": SeatKind.PAID}
    named = [
        (kind, _seat_count(match[1]) or 1)
        for word, kind in words.items()
        for match in [re.search(rf"(\d*)[名人个]?{word}", text)]
        if match
    ]
    if not named:
        return ((SeatKind.DUTY, total),) if total else ()
    if len(named) == 1:
        return ((named[0][0], total),) if total else ()
    return tuple(named)


def _seat_count(text: str) -> int | None:
    """A number of seats in one slot: at most 50."""
    number = count(text)
    return number if number is not None and number <= 50 else None
