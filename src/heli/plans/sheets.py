"""Read a village's whole book: households, members and posts, from one file or several."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from heli.duties.rules import Post
from heli.duties.sheets import POINTS, read_points
from heli.grids.rules import Household
from heli.grids.sheets import HOUSEHOLDS, read_households
from heli.kernel.lib.text import clean, join_han, without_private
from heli.kernel.sheets.coordinates import far_off
from heli.kernel.sheets.evidence import names
from heli.kernel.sheets.problems import Kind, Place, Problem, Severity
from heli.kernel.sheets.read import Book, read_book
from heli.kernel.sheets.tables import Column, Row, Spec, Table, find_tables
from heli.people.rules import Member, parse_days
from heli.people.sheets import MEMBERS, person, read_members
from heli.plans.rules import LinkPin, Pins, SeatPin, Village

NO_HOUSEHOLDS = Kind(
    "no-households",
    Severity.STOP,
    _("没有找到农户表：要有一行表头，写着门牌号和户主。"),
    _("请对照样表（heli template）补上表头。"),
)
NO_MEMBERS = Kind(
    "no-members",
    Severity.STOP,
    _("没有找到网格员表：要有一行表头，写着姓名和住址（或队伍）。"),
    _("请加一张“网格员”工作表；没有网格员，两张表都排不出来。"),
)
NO_POINTS = Kind(
    "no-points",
    Severity.LOOK,
    _("没有找到投放点表，只能做网格划分表，做不了值班表。"),
    _("请加一张“投放点”工作表，写上名称、早晚时间和每班人数。"),
)
UNKNOWN_SHEET = Kind(
    "sheet-unknown",
    Severity.LOOK,
    _("工作表“%(sheet)s”里没有认出农户、网格员或投放点，没有读。"),
    _("如果要用，请对照样表写上表头。"),
)
ROSTER_SHEET = Kind(
    "sheet-roster",
    Severity.LOOK,
    _("工作表“%(sheet)s”是排好的值班表，没有读。"),
    _("要照它排，请另存成一个文件，用 --pins 给出。"),
)
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
        Column("household", "门牌号|门牌号码|门牌|联系户|户址|地址|农户|household|address", weight=3),
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
SPECS = (HOUSEHOLDS, MEMBERS, POINTS, SEAT_PINS)
_VILLAGE = re.compile(
    r"(?:.*(?:省|市|县|镇|乡|街道))?([\u4e00-\u9fff]{1,6}?(?:村|社区))(?!民|组|级|口|妇联|两委|四委|干部|庄)"
)
_NOT_A_VILLAGE = re.compile(r"^(本|全|各|我|行政|自然|农|新|老|每|村|中心)村$")


def read_village(paths: Path | Sequence[Path], today: datetime.date) -> Village:
    """Read one village from one file or from several.

    Raises
    ------
    SheetError
        A file cannot be read at all.
    """
    books = [read_book(path) for path in ([paths] if isinstance(paths, Path) else paths)]
    problems = [problem for book in books for problem in book.problems]
    tables: list[Table] = []
    for book in books:
        for sheet in book.sheets:
            found = find_tables(sheet, SPECS)
            tables += found
            if not found:
                problems.append(Problem(UNKNOWN_SHEET, Place(sheet.name), {"sheet": sheet.name}))
    name = village_name(books, tables)
    return _village(name, tables, problems, today)


def _village(name: str, tables: Sequence[Table], problems: list[Problem], today: datetime.date) -> Village:
    households: list[Household] = []
    members: list[Member] = []
    posts: list[Post] = []
    for table in tables:
        if table.spec is HOUSEHOLDS:
            more, found = read_households(table, name)
            households += more
        elif table.spec is MEMBERS:
            people, found = read_members(table, today)
            members += people
        elif table.spec is POINTS:
            points, found = read_points(table)
            posts += points
        else:
            found = [Problem(ROSTER_SHEET, Place(table.sheet), {"sheet": table.sheet})]
        problems += found
    problems += _missing(households, members, posts)
    households, members = _without_slips(households, members, problems)
    return Village(name, tuple(households), tuple(members), tuple(posts), tuple(problems))


def _missing(
    households: Sequence[object], members: Sequence[object], posts: Sequence[object]
) -> list[Problem]:
    pairs = ((households, NO_HOUSEHOLDS), (members, NO_MEMBERS), (posts, NO_POINTS))
    return [Problem(kind) for rows, kind in pairs if not rows]


def _without_slips(
    households: list[Household], members: list[Member], problems: list[Problem]
) -> tuple[list[Household], list[Member]]:
    """Coordinates far from all the others are reported and not used."""
    rows: list[Household | Member] = [*households, *members]
    places = [(row.lon, row.lat, row.place) for row in rows]
    slips = far_off(places)
    problems += slips.values()
    count = len(households)
    households = [
        replace(row, lon=None, lat=None) if at in slips else row for at, row in enumerate(households)
    ]
    members = [
        replace(row, lon=None, lat=None) if at + count in slips else row for at, row in enumerate(members)
    ]
    return households, members


def village_name(books: Sequence[Book], tables: Sequence[Table]) -> str:
    """The village's name from titles, sheet names and file names, the one said most; else 本村."""
    texts = [
        line.text
        for table in tables
        for line in table.lines
        if not table.rows or line.row < table.rows[0].number
    ]
    texts += [sheet.name for book in books for sheet in book.sheets]
    texts += [Path(book.name).stem for book in books]
    found = Counter(
        match[1] for text in texts if (match := _VILLAGE.search(text)) and not _NOT_A_VILLAGE.match(match[1])
    )
    return found.most_common(1)[0][0] if found else str(_("本村"))


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
            problems += table.problems
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
        LinkPin(join_han(without_private(house)), member, home, table.place(row, "household"))
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
    return person(text), join_han(without_private(home))
