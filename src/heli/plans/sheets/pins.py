"""Read what people have decided beforehand: households and turns given to members."""

from __future__ import annotations

import re
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from heli.kernel.lib.text import clean, join_han
from heli.kernel.sheets.evidence import houses, names
from heli.kernel.sheets.problems import Kind, Place, Problem, Severity
from heli.kernel.sheets.read import read_book
from heli.kernel.sheets.tables import Column, Row, Spec, Table, find_tables
from heli.people.rules import parse_days
from heli.people.sheets import person
from heli.plans.rules import LinkPin, Pins, SeatPin

NO_PINS = Kind(
    "no-pins",
    Severity.STOP,
    _("文件 %(file)s 里没有认出要照办的安排。"),
    _("请写上表头：门牌号、网格员；或星期、班次、投放点、姓名。"),
)
PIN_UNREAD = Kind(
    "pin-unread",
    Severity.LOOK,
    _("这一行不完整，没有照办。"),
    _("请填上门牌号和网格员；或星期、班次、投放点和姓名。"),
)

_PIN_MEMBER = Column(
    "member",
    "网格员|姓名|网格员姓名|联系人|值班人|值班人员|人员|成员|member|name",
    avoid="电话|住址|户主",
    weight=2,
    looks=names,
)
_PIN_HOME = Column("home", "网格员住址|住址|家庭住址|住处|网格员门牌|home", weight=1)
LINK_PINS = Spec(
    code="link-pins",
    title=_("指定的联系户"),
    columns=(
        Column(
            "household",
            "门牌号|门牌号码|门牌|联系户|户址|地址|农户|household|address",
            weight=3,
            looks=houses,
        ),
        _PIN_MEMBER,
        _PIN_HOME,
        Column("head", "户主|户主姓名|head"),
    ),
    needed="household+member",
    key=("household", "member"),
    words="划分|联系户",
)
SEAT_PINS = Spec(
    code="seat-pins",
    title=_("指定的班"),
    columns=(
        Column("weekday", "星期|周几|星期几|值班日|日期|weekday|day", weight=3, fill=True),
        Column("slot", "班次|时段|班别|slot|shift", weight=3, fill=True),
        Column("post", "投放点|点位|投放点名称|值班点|post|point", weight=3, fill=True),
        _PIN_MEMBER,
        _PIN_HOME,
    ),
    needed="weekday+post+member|weekday+slot+member",
    key=("member",),
    words="值班表|排班",
)


def read_pins(path: Path) -> Pins:
    """What people have decided beforehand: households given to members, turns given to members.

    A member may carry the home in brackets, as the tables show namesakes: ``贾芳（青溪路2号）``.

    Raises
    ------
    SheetError
        The file cannot be read at all.
    """
    book = read_book(path)
    problems = list(book.problems)
    links: list[LinkPin] = []
    seats: list[SeatPin] = []
    for sheet in book.sheets:
        for table in find_tables(sheet, (LINK_PINS, SEAT_PINS)):
            problems += (*table.problems, *table.skipped())
            for row in table.rows:
                pins = _link_pins(table, row) if table.spec is LINK_PINS else _seat_pins(table, row)
                links += [pin for pin in pins if isinstance(pin, LinkPin)]
                seats += [pin for pin in pins if isinstance(pin, SeatPin)]
                if not pins:
                    problems.append(Problem(PIN_UNREAD, table.place(row)))
    if not links and not seats:
        problems.append(Problem(NO_PINS, Place(), {"file": book.name}))
    return Pins(tuple(links), tuple(seats), tuple(problems))


def _link_pins(table: Table, row: Row) -> list[LinkPin]:
    member, home = _member(table, row, table.text(row, "member"))
    houses = re.split(r"[、,，;；]", table.text(row, "household"))
    return [
        LinkPin(join_han(house), member, home, table.place(row, "household"))
        for house in houses
        if house.strip() and member
    ]


def _seat_pins(table: Table, row: Row) -> list[SeatPin]:
    written = table.text(row, "weekday")
    days = parse_days(written) or parse_days(f"周{written}") or ()
    slot, post = join_han(table.text(row, "slot")), join_han(table.text(row, "post"))
    pins = []
    for text in re.split(r"[、,，;；]", table.text(row, "member")):
        member, home = _member(table, row, text)
        if member:
            place = table.place(row, "member")
            pins += [SeatPin(day, slot, post, member, home, place) for day in sorted(days)]
    return pins


def _member(table: Table, row: Row, text: str) -> tuple[str, str]:
    """A member's name and home, the home from its own column or from brackets after the name."""
    inside = re.search(r"[(（](.+?)[)）]", clean(text))
    home = table.text(row, "home") or (inside[1] if inside else "")
    return person(text), join_han(home)
