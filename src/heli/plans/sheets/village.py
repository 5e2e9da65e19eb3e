"""Read a village's whole book: households, members and posts, from one file or several."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from heli.duties.sheets import POINTS, read_points
from heli.grids.rules import Address, Household, parse_address
from heli.grids.sheets import HOUSEHOLDS, read_households
from heli.kernel.sheets.coordinates import far_off
from heli.kernel.sheets.problems import Kind, Place, Problem, Severity
from heli.kernel.sheets.read import Book, Sheet, read_book
from heli.kernel.sheets.tables import Table, find_tables
from heli.people.rules import Member
from heli.people.sheets import MEMBERS, person, read_members
from heli.plans.rules import Village
from heli.plans.sheets.pins import SEAT_PINS
from heli.plans.sheets.repeats import MOSTLY, Part, household_key, member_key, once, post_key

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
SPECS = (HOUSEHOLDS, MEMBERS, POINTS, SEAT_PINS)
_VILLAGE = re.compile(
    r"(?:.*(?:省|市|县|镇|乡|街道))?([\u4e00-\u9fff]{1,6}?(?:村|社区))(?!民|组|级|口|妇联|两委|四委|干部|庄)"
)
_NOT_A_VILLAGE = re.compile(r"^(本|全|各|我|行政|自然|农|新|老|每|村|中心)村$")


@dataclass(frozen=True, slots=True)
class Reading:
    """A village as read, and the tables it was read from: where something stands, which column is what."""

    village: Village
    tables: tuple[Table, ...]
    homes: tuple[Part[Household], ...]
    people: tuple[Part[Member], ...]


def read_village(paths: Path | Sequence[Path], today: datetime.date) -> Village:
    """Read one village from one file or from several.

    Raises
    ------
    SheetError
        A file cannot be read at all.
    """
    return read_books(
        [read_book(path) for path in ([paths] if isinstance(paths, Path) else paths)], today
    ).village


def read_books(books: Sequence[Book], today: datetime.date, default: str = "") -> Reading:
    """Read one village from opened books; ``default`` is its name when none of them says it."""
    problems = [problem for book in books for problem in book.problems]
    sheets = [(sheet, find_tables(sheet, SPECS)) for book in books for sheet in book.sheets]
    for sheet, found in sheets:
        if not found:
            problems.append(Problem(UNKNOWN_SHEET, Place(sheet.name), {"sheet": sheet.name}))
    tables = _told_apart(sheets)
    name = village_name(books, tables, default)
    return _village(name, tables, problems, today)


def _told_apart(sheets: Sequence[tuple[Sheet, list[Table]]]) -> list[Table]:
    """The tables; of two lists of names and homes alike, the long one is of households, the short of members.

    Only where one of the two kinds is missing. The members must live in the other list's houses.
    """
    lists = [(sheet, at, found[at]) for sheet, found in sheets for at in range(len(found))]
    for missing, instead in ((MEMBERS, HOUSEHOLDS), (HOUSEHOLDS, MEMBERS)):
        alike = sorted(
            (len(table.rows), at) for at, (_sheet, _nth, table) in enumerate(lists) if table.spec is instead
        )
        if len(alike) < 2 or any(table.spec is missing for _sheet, _nth, table in lists):
            continue
        short, long = lists[alike[0][1]], lists[alike[-1][1]]
        sheet, nth, _table = short if missing is MEMBERS else long
        read = find_tables(sheet, (missing,))
        if nth < len(read) and _live_in(short[2], long[2]):
            lists[alike[0][1] if missing is MEMBERS else alike[-1][1]] = (sheet, nth, read[nth])
    return [table for _sheet, _nth, table in lists]


def _live_in(short: Table, long: Table) -> bool:
    """Whether most homes of the short list are houses of the long one, at most half of them."""
    houses, homes = _addresses(long), _addresses(short)
    return 0 < len(homes) * 2 <= len(houses) and len(homes & houses) >= MOSTLY * len(homes)


def _addresses(table: Table) -> set[Address]:
    code = "address" if table.spec is HOUSEHOLDS else "home"
    return {at for row in table.rows if (at := parse_address(table.text(row, code))).lane and at.number}


def _village(name: str, tables: Sequence[Table], problems: list[Problem], today: datetime.date) -> Reading:
    known = _names(tables)
    homes = [
        Part(table, *read_households(table, name, known)) for table in tables if table.spec is HOUSEHOLDS
    ]
    people = [Part(table, *read_members(table, today, known)) for table in tables if table.spec is MEMBERS]
    points = [Part(table, *read_points(table)) for table in tables if table.spec is POINTS]
    rosters = [table.sheet for table in tables if table.spec is SEAT_PINS]
    households, wrong = once(homes, household_key)
    members, amiss = once(people, member_key)
    posts, odd = once(points, post_key)
    problems += (*wrong, *amiss, *odd)
    problems += (Problem(ROSTER_SHEET, Place(sheet), {"sheet": sheet}) for sheet in rosters)
    problems += _missing(households, members, posts)
    households, members = _without_slips(households, members, problems)
    village = Village(name, tuple(households), tuple(members), tuple(posts), tuple(problems))
    return Reading(village, tuple(tables), tuple(homes), tuple(people))


def _names(tables: Sequence[Table]) -> frozenset[str]:
    """The names of all members and heads: what free text may speak of."""
    columns = {HOUSEHOLDS: "head", MEMBERS: "name"}
    return frozenset(
        person(table.text(row, code))
        for table in tables
        for code in [columns.get(table.spec)]
        if code
        for row in table.rows
    ) - {""}


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


def village_name(books: Sequence[Book], tables: Sequence[Table], default: str = "") -> str:
    """The village's name from titles, sheet names and file names, the one said most; else ``default``."""
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
    return found.most_common(1)[0][0] if found else default or str(_("本村"))
