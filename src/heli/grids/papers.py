"""The grid division table (网格划分表) as people hold it: pictures, prints, an Excel book.

Pictures and posted sheets carry house numbers and names, never a phone; heads of household stand only on
the sheet to tick by pen and in the book.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import TypedDict

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from heli.grids.queries import DivisionRow, DivisionTable, Force, House
from heli.kernel.papers.render import first_small, pdf, pictures
from heli.kernel.papers.words import (
    breakable,
    date_text,
    ems,
    listed,
    name_and_home,
    told_apart,
    whom_to_ask,
)
from heli.kernel.sheets.write import Sheet, Value, masked, write_book
from heli.people.queries.forces import force_name, letter_text

PARTS = ("houses", "groups", "wall", "pen")
"""What the print is made of."""
SHEET, A4, WALL, PEN = ("houses",), ("groups",), ("wall",), ("pen",)
"""The parts of each file."""

_MEMBERS_A_PICTURE = 30
_MEMBERS_A_SHEET = 90  # of more it is not tried whether one sheet holds them
_PICTURE_LINES = 48  # about 3,000 pixels
_NAMED_GAPS = 6
_PICTURE = "grids/templates/grids/picture.typ"
_COMMA = 0.52  # ems between two numbers
_MARK = 2.4  # ems a change mark takes
_LANE_GAP = 0.9  # ems between two lanes
_LONG_EMS = 3.2  # a name wider than this is set a little smaller
_PLAIN = re.compile(r"(\d+(?:-\d+)*)号?")
_LINE = {"picture": 19.8, "sheet": 13.6, "groups": 21.0, "wall": 19.0}
"""How many ems of house numbers a line holds, by what it is drawn on."""

Names = Mapping[str, tuple[str, str]]
"""Every unique name as name and the least of a home that tells it apart."""

_Section = tuple[str, list[DivisionRow]]


def division_pictures(table: DivisionTable) -> list[bytes]:
    """The table as PNG pictures for a phone, 1,080 pixels wide.

    A long table becomes several pictures of at most 60 members, cut between groups where that can be;
    the first tells the answer, the last carries what stands below the table.
    """
    return pictures(_PICTURE, picture_data(table))


def division_small(table: DivisionTable) -> bytes:
    """The first of these pictures, small."""
    return first_small(_PICTURE, picture_data(table))


def picture_data(table: DivisionTable) -> dict[str, object]:
    """What the pictures say, as plain data for their template; ``pictures`` holds each one's rows."""
    names = told_apart(row.name for row in table.rows)
    parts = _parts(_sections(table))
    count = len(parts)
    return {
        **_facts(table),
        "pictures": [
            {
                "part": f"{number}/{count}" if count > 1 else "",
                "first": number == 1,
                "last": number == count,
                "sections": [_section(names, heading, rows, "picture") for heading, rows in part],
            }
            for number, part in enumerate(parts, start=1)
        ],
    }


def division_print(table: DivisionTable, parts: Sequence[str] = PARTS) -> bytes:
    """The table as an A4 PDF with bookmarks: one sheet with who has which houses on its front and whom a
    house asks on its back (``houses``; a large village takes more), a page or more for each group and the
    overview (``groups``), the wall sheet in large type (``wall``: 28 pt, landscape sheets to hang side by
    side), the sheet to tick by pen (``pen``); or only some of these ``parts``.
    """
    names, sections = told_apart(row.name for row in table.rows), _sections(table)
    return pdf(
        "grids/templates/grids/print.typ",
        {
            **_facts(table),
            "parts": list(parts),
            "lanes": lanes_with_members(table),
            "fits": len(table.rows) <= _MEMBERS_A_SHEET,
            **{
                f"{name}_sections": [_section(names, heading, rows, name) for heading, rows in sections]
                for name in ("sheet", "groups", "wall")
            },
            "overview": [_overview(names, heading, rows) for heading, rows in sections]
            if len(sections) > 1
            else [],
            "pen": [_pen(names, row) for _heading, rows in sections for row in rows if row.houses],
        },
        table.date,
    )


def division_book(table: DivisionTable, path: Path) -> None:
    """Write the table as an Excel book: a row a member, a row a household, who is left out and why."""
    members: list[Sequence[Value]] = [
        (row.name, _force(row), row.group, row.home, len(row.houses), _houses_text(row))
        for row in table.rows
        if _serves(row)
    ]
    households: list[Sequence[Value]] = [
        (
            house.lane + house.number,
            house.head,
            row.group,
            row.name,
            _force(row),
            house.note,
            _("新") if house.moved else "",
        )
        for row in table.rows
        for house in row.houses
    ]
    left_out = (_("门牌号"), _("户主"), _("原因"))
    sheets = [
        Sheet(
            _("网格划分表"),
            (_("网格员"), _("队伍"), _("组"), _("住址"), _("户数"), _("联系的户")),
            members,
            landscape=True,
            frozen=1,
        ),
        Sheet(
            _("每户一行"),
            (_("门牌号"), _("户主"), _("组"), _("网格员"), _("队伍"), _("为什么"), _("变动")),
            households,
            frozen=1,
        ),
        *([Sheet(_("还没有人联系"), left_out, table.gaps)] if table.gaps else []),
        *([Sheet(_("不用联系的户"), left_out, table.unlinked)] if table.unlinked else []),
        *([Sheet(_("不参加的人"), (_("姓名"), _("原因")), table.exempt)] if table.exempt else []),
    ]
    write_book(path, [masked(sheet) for sheet in sheets], _title(table), table.date)


def _title(table: DivisionTable) -> str:
    return f"{table.village} {_('网格划分表')}".strip()


def _serves(row: DivisionRow) -> bool:
    """Whether the member has a line in the table; the exempt without households stand below it."""
    return bool(row.houses) or not row.exempt


def _force(row: DivisionRow) -> str:
    return row.force.name if row.force else ""


def _facts(table: DivisionTable) -> dict[str, object]:
    """What every sheet of the table says: title, answer, legend, what stands below."""
    serving = [row for row in table.rows if not row.exempt]
    moved = any(house.moved for row in table.rows for house in row.houses)
    return {
        "title": _title(table),
        "author": table.village,
        "date": _("%(date)s起") % {"date": date_text(table.date)},
        "answer": _answer(table),
        "alerts": _alerts(table),
        "facts": [
            *(
                [_("%(count)d户已有人联系") % {"count": table.households}]
                if table.gaps and table.households
                else []
            ),
            *([_("%(count)d名网格员") % {"count": len(serving)}, _load_text(table)] if serving else []),
        ],
        "legend": [{**_badge(force), "name": force_name(force.name)} for force in table.forces],
        "moved": moved,
        "gaps": [_left_out(*gap) for gap in table.gaps],
        "unlinked": _by_reason((address or head, why) for address, head, why in table.unlinked),
        "exempt": _by_reason(table.exempt),
        "notes": [_(note) for note in table.notes if note],  # what Heli wrote, in the reader's language
        "total": {"members": len(serving), "households": table.households},
        "footer": " ".join([whom_to_ask(table.contact), _("本表不含电话。")]),
        "words": _words(table),
    }


def _words(table: DivisionTable) -> dict[str, str]:
    """The labels the templates print."""
    return {
        "new": pgettext("since last time", "新"),
        "changed": _("与上次不同"),
        "nobody": _("暂无联系户"),
        "gaps": _("还没有人联系的户（%(count)d）") % {"count": len(table.gaps)},
        "unlinked": _("不用联系的户（%(count)d）") % {"count": len(table.unlinked)},
        "exempt": _("不参加的人（%(count)d）") % {"count": len(table.exempt)},
        "overview": _("总表"),
        "wall": _("大字版"),
        "wall_how": _("按页码并排贴"),
        "pen": _("打勾版"),
        "who_has": _("谁联系哪些户"),
        "whom_to_find": _("哪户找谁"),
        "find_how": _("先找路名，再找门牌号在哪一段，后面就是联系您家的网格员。"),
        "empty": pgettext("household", "空"),
        "nobody_yet": _("还没有人"),
        "comma": pgettext("between listed items", "、"),
        "unit": pgettext("after house numbers", "号"),
        "pen_how": _("办好一户，打一个勾"),
        "group": _("组"),
        "members": _("网格员"),
        "count": _("人数"),
        "total": _("合计"),
        "households": _("户数"),
        "number": _("门牌号"),
        "head": _("户主"),
        "day": _("日期"),
        "note": _("备注"),
    }


def _answer(table: DivisionTable) -> str:
    if table.gaps:
        return ""
    if not table.households:
        return _("还没有联系的户")
    count = table.households
    return ngettext("%(count)d户都有人联系", "%(count)d户都有人联系", count) % {"count": count}


def _alerts(table: DivisionTable) -> list[str]:
    """What somebody must act on, in a sentence: households without a member."""
    if not table.gaps:
        return []
    named = [address or head for address, head, _why in table.gaps[:_NAMED_GAPS]]
    text = _("%(count)d户还没有人联系：%(which)s") % {"count": len(table.gaps), "which": listed(named)}
    return [text + ("……" if len(table.gaps) > len(named) else "")]


def _load_text(table: DivisionTable) -> str:
    low, high = table.loads
    if low == high:
        return _("每人%(count)d户") % {"count": low}
    return _("每人%(low)d–%(high)d户") % {"low": low, "high": high}


def _left_out(address: str, head: str, why: str) -> dict[str, str]:
    return {"what": address or head, "why": why}


def _by_reason(named: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    """Lines of (name, reason): those of one reason together, so that thirty empty houses take a few lines."""
    reasons: dict[str, list[str]] = {}
    for name, why in named:
        reasons.setdefault(_("空房") if why == "空房" else why, []).append(name)
    return [
        {"what": names[0], "why": why} if len(names) == 1 else {"what": why, "why": listed(names)}
        for why, names in reasons.items()
    ]


def _badge(force: Force) -> dict[str, object]:
    return {"letter": letter_text(force.letter), "colour": force.colour}


def _sections(table: DivisionTable) -> list[_Section]:
    """The members' lines under their group's heading, groups in the order they first come."""
    groups: dict[str, list[DivisionRow]] = {}
    for row in table.rows:
        if _serves(row):
            groups.setdefault(row.group, []).append(row)
    if len(groups) == 1:
        return [("", rows) for rows in groups.values()]
    return [(_heading(group), rows) for group, rows in groups.items()]


def _heading(group: str) -> str:
    if not group:
        return _("未分组")
    numbered = re.fullmatch(r"第?(\d+)组?", group)
    return _("%(group)s组") % {"group": numbered[1]} if numbered else group


def _parts(sections: Iterable[_Section]) -> list[list[_Section]]:
    """Sections packed into pictures: a group stays whole if it fits one, a longer one is cut."""
    parts: list[list[_Section]] = [[]]
    room = (_MEMBERS_A_PICTURE, _PICTURE_LINES)
    for heading, rows in sections:
        for chunk in _chunks(rows):
            need = (len(chunk), sum(map(_lines, chunk)) + 2)
            if parts[-1] and any(want > left for want, left in zip(need, room, strict=True)):
                parts.append([])
                room = (_MEMBERS_A_PICTURE, _PICTURE_LINES)
            parts[-1].append((heading, chunk))
            room = (room[0] - need[0], room[1] - need[1])
    return parts


def _chunks(rows: list[DivisionRow]) -> Iterator[list[DivisionRow]]:
    """Runs of rows that fit one picture each, about equally long."""
    total = sum(map(_lines, rows))
    count = max(-(-len(rows) // _MEMBERS_A_PICTURE), -(-total // _PICTURE_LINES))
    chunk: list[DivisionRow] = []
    lines = 0
    for row in rows:
        if chunk and (lines + _lines(row) > -(-total // count) or len(chunk) >= -(-len(rows) // count)):
            yield chunk
            chunk, lines = [], 0
        chunk.append(row)
        lines += _lines(row)
    if chunk:
        yield chunk


def _lines(row: DivisionRow) -> int:
    """About how many lines a member takes in a picture."""
    width = sum(run["ems"] + _LANE_GAP for run in _runs(row, "picture"))
    return max(-(-int(width) // int(_LINE["picture"])), 1 + bool(name_and_home(row.name)[1]))


class DrawnNumber(TypedDict):
    """A house number as drawn; ``ems`` is about how wide."""

    text: str
    plain: bool
    moved: bool
    ems: float


class DrawnRun(TypedDict):
    """House numbers of one lane that are not broken; ``whole``: they fit in a line."""

    lane: str
    numbers: list[DrawnNumber]
    last: bool
    ems: float
    whole: bool


def _section(names: Names, heading: str, rows: list[DivisionRow], what: str) -> dict[str, object]:
    households = sum(len(row.houses) for row in rows)
    return {
        "heading": heading,
        "summary": _("%(members)d名网格员，%(households)d户")
        % {"members": len(rows), "households": households},
        "rows": [_row(names, row, what) for row in rows],
    }


def _row(names: Names, row: DivisionRow, what: str) -> dict[str, object]:
    return {
        "who": _who(names, row),
        "force": _badge(row.force) if row.force else None,
        "runs": _runs(row, what),
        "count": str(len(row.houses)),
    }


def _runs(row: DivisionRow, what: str) -> list[DrawnRun]:
    """The member's houses as runs of a lane that are not broken, each short enough for a line.

    A lane that takes more than one line is cut in even runs, so that no number stands alone in a line.
    """
    runs: list[DrawnRun] = []
    for lane, houses in groupby(row.houses, lambda house: house.lane):
        numbers = [_number(house) for house in houses]
        lane_ems = ems(lane) + 0.3 if lane else 0.0
        width = lane_ems + sum(number["ems"] for number in numbers)
        count = min(max(-(-width // _LINE[what]), 1), len(numbers))
        for part in _even(numbers, int(count)):
            first = part[0] is numbers[0]
            need = sum(number["ems"] for number in part) + lane_ems * first
            last = part[-1] is numbers[-1]
            runs.append(
                {
                    "lane": breakable(lane, 12) if first else "",
                    "numbers": part,
                    "last": last,
                    "ems": need,
                    "whole": need <= _LINE[what],
                }
            )
    return runs


def _even(numbers: list[DrawnNumber], count: int) -> Iterator[list[DrawnNumber]]:
    """The numbers in so many runs, each about as wide as the others."""
    share = sum(number["ems"] for number in numbers) / count
    run: list[DrawnNumber] = []
    width = done = 0.0
    for number in numbers:
        if run and width + number["ems"] / 2 > share * (done + 1):
            yield run
            run, done = [], done + 1
        run.append(number)
        width += number["ems"]
    yield run


def _bare(number: str) -> str:
    """A house number without its last word (号): empty when it is something else than a plain number."""
    plain = _PLAIN.fullmatch(number)
    return plain[1] if plain else ""


def _number(house: House) -> DrawnNumber:
    bare = _bare(house.number)
    return {
        "text": breakable(bare or house.number, 12),
        "plain": bool(bare),
        "moved": house.moved,
        "ems": ems(bare or house.number) * 1.05 + _COMMA + (_MARK if house.moved else 0),
    }


def _who(names: Names, row: DivisionRow) -> dict[str, object]:
    name, home = names[row.name]
    return {"name": breakable(name, 4), "home": breakable(home, 4), "long": ems(name) > _LONG_EMS}


def _overview(names: Names, heading: str, rows: list[DivisionRow]) -> dict[str, object]:
    return {
        "heading": heading,
        "members": [{**_who(names, row), "force": _badge(row.force) if row.force else None} for row in rows],
        "households": sum(len(row.houses) for row in rows),
    }


def _pen(names: Names, row: DivisionRow) -> dict[str, object]:
    return {
        "who": _who(names, row),
        "force": _badge(row.force) if row.force else None,
        "households": [
            {"number": breakable(_address_text(house), 9), "head": breakable(house.head, 5)}
            for house in row.houses
        ],
    }


def _address_text(house: House) -> str:
    """A whole address: the lane, then the number as the reader's language writes it."""
    bare = _bare(house.number)
    if not bare:
        return house.lane + house.number
    return _("%(lane)s%(number)s号") % {"lane": house.lane, "number": bare}


def lanes_with_members(table: DivisionTable) -> list[dict[str, object]]:
    """For the back of the sheet: every lane with the stretches of its numbers that one member has.

    A house that nobody has is a stretch without a member. Houses without a lane come last.
    """
    names = told_apart(row.name for row in table.rows)
    houses: dict[str, list[tuple[str, DivisionRow | None]]] = {}
    for row in table.rows:
        for house in row.houses:
            houses.setdefault(house.lane, []).append((house.number, row))
    for address, head, _why in table.gaps:
        lane = max((lane for lane in houses if lane and address.startswith(lane)), key=len, default="")
        houses.setdefault(lane, []).append((address[len(lane) :] or head, None))
    order = sorted(houses, key=lambda lane: not lane)
    return [
        {"lane": breakable(lane, 8) or (_("其他") if len(order) > 1 else ""), "stretches": stretches}
        for lane in order
        if (stretches := _stretches(names, sorted(houses[lane], key=lambda one: _walk(one[0]))))
    ]


def _walk(number: str) -> tuple[list[int], str]:
    """Where a number comes in its lane."""
    return [int(part[:9]) for part in re.findall(r"\d+", number)], number


def _stretches(names: Names, houses: Iterable[tuple[str, DivisionRow | None]]) -> list[dict[str, object]]:
    return [
        {"numbers": _stretch([number for number, _row in some]), "who": _who(names, row) if row else None}
        for row, some in ((row, list(some)) for row, some in groupby(houses, lambda one: one[1]))
    ]


def _stretch(numbers: list[str]) -> str:
    """``1到6号``; two numbers, or such as are no plain numbers, stand side by side."""
    bare = [_bare(number) for number in numbers]
    if not all(bare):
        return listed(numbers)
    if len(bare) == 1:
        return _("%(number)s号") % {"number": bare[0]}
    if len(bare) == 2:
        return _("%(first)s、%(last)s号") % {"first": bare[0], "last": bare[1]}
    return _("%(first)s到%(last)s号") % {"first": bare[0], "last": bare[-1]}


def _houses_text(row: DivisionRow) -> str:
    """The member's households in words: ``上宅弄 1号 2号；下宅弄 3号``."""
    lanes = groupby(row.houses, lambda house: house.lane)
    return pgettext("between lanes", "；").join(
        " ".join(filter(None, [lane, *(house.number for house in houses)])) for lane, houses in lanes
    )
