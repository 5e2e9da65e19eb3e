"""The grid division table (网格划分表) as people hold it: pictures, prints, an Excel book.

Pictures and posted sheets carry house numbers and names, never a phone; heads of household stand only on
the sheet to tick by pen and in the book.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from heli.grids.queries import DivisionRow, DivisionTable, Force, House
from heli.kernel.papers.render import pdf, pictures
from heli.kernel.papers.words import breakable, date_text, ems, listed, name_and_home
from heli.kernel.sheets.write import Sheet, Value, masked, write_book

PARTS = ("groups", "wall", "pen")
"""What the print is made of."""

_MEMBERS_A_PICTURE = 60
_PICTURE_LINES = 124  # about 6,500 pixels: a whole village of fifty members stays one picture
_NUMBERS_A_LINE = 6
_NAMED_GAPS = 6
_GAP = 0.48
_MARK = 1.5  # ems a change mark takes

_Section = tuple[str, list[DivisionRow]]


def division_pictures(table: DivisionTable) -> list[bytes]:
    """The table as PNG pictures for a phone, 1,080 pixels wide.

    A long table becomes several pictures of at most 60 members, cut between groups where that can be;
    the first tells the answer, the last carries what stands below the table.
    """
    return pictures("grids/templates/grids/picture.typ", picture_data(table))


def picture_data(table: DivisionTable) -> dict[str, Any]:
    """What the pictures say, as plain data for their template; ``pictures`` holds each one's rows."""
    parts = _parts(_sections(table))
    count = len(parts)
    return {
        **_facts(table),
        "widths": _widths(table, em=30, name_cap=250, lane_cap=230),
        "pictures": [
            {
                "part": f"{number}/{count}" if count > 1 else "",
                "first": number == 1,
                "last": number == count,
                "sections": [_section(heading, rows) for heading, rows in part],
            }
            for number, part in enumerate(parts, start=1)
        ],
    }


def division_print(table: DivisionTable, parts: Sequence[str] = PARTS) -> bytes:
    """The table as one A4 PDF with bookmarks: a page or more for each group, the overview (``groups``), the
    wall sheet in large type (``wall``: 28 pt, landscape sheets to hang side by side), the sheet to tick by
    pen (``pen``); or only some of these ``parts``.
    """
    sections = [(heading, rows) for heading, rows in _sections(table)]
    return pdf(
        "grids/templates/grids/print.typ",
        {
            **_facts(table),
            "parts": list(parts),
            "widths": _widths(table, em=14, name_cap=118, lane_cap=105),
            "wall_widths": {**_widths(table, em=28, name_cap=122, lane_cap=160), "step": 0},
            "sections": [_section(heading, rows) for heading, rows in sections],
            "overview": [_overview(heading, rows) for heading, rows in sections] if len(sections) > 1 else [],
            "pen": [_pen(row) for _heading, rows in sections for row in rows if row.houses],
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


def _facts(table: DivisionTable) -> dict[str, Any]:
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
        "legend": [{**_badge(force), "name": force.name} for force in table.forces],
        "moved": moved,
        "gaps": [_left_out(*gap) for gap in table.gaps],
        "unlinked": _by_reason((address or head, why) for address, head, why in table.unlinked),
        "exempt": _by_reason(table.exempt),
        "notes": list(table.notes),
        "total": {"members": len(serving), "households": table.households},
        "footer": " ".join(filter(None, [_contact(table.contact), _("本表不含电话。")])),
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
        "pen": _("笔勾表"),
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


def _contact(contact: str) -> str:
    return (
        contact
        if not contact or contact.endswith(("。", ".", "！", "？"))
        else contact + pgettext("full stop", "。")
    )


def _left_out(address: str, head: str, why: str) -> dict[str, str]:
    return {"what": address or head, "why": why}


def _by_reason(named: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    """Lines of (name, reason): those of one reason together, so that thirty empty houses take a few lines."""
    reasons: dict[str, list[str]] = {}
    for name, why in named:
        reasons.setdefault(why, []).append(name)
    return [
        {"what": names[0], "why": why} if len(names) == 1 else {"what": why, "why": listed(names)}
        for why, names in reasons.items()
    ]


def _badge(force: Force) -> dict[str, Any]:
    return {"letter": force.letter, "colour": force.colour}


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
    return _("第%(group)s组") % {"group": group} if group.isdecimal() else group


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
    lanes = [len(list(houses)) for _lane, houses in groupby(row.houses, lambda house: house.lane)]
    return max(sum(-(-count // _NUMBERS_A_LINE) for count in lanes), 1)


def _widths(table: DivisionTable, em: float, name_cap: float, lane_cap: float) -> dict[str, float]:
    """Column widths in points that fit the longest name and lane, up to a cap; longer ones wrap.

    ``step`` is the even width of a house number with its gap: that of nearly all of them.
    """
    names = [name_and_home(row.name) for row in table.rows]
    widest = max((max(ems(name) * 1.05, ems(home) * 0.75) for name, home in names), default=0.0)
    lanes = (ems(lane) for row in table.rows for lane in {house.lane for house in row.houses})
    numbers = sorted(ems(house.number) for row in table.rows for house in row.houses)
    usual = numbers[len(numbers) * 19 // 20] if numbers else 1.0
    return {
        "badge": 1.6 * em if table.forces else 0.0,
        "name": min((max(widest, 3.0) + 0.5) * em, name_cap),
        "lane": min((max(lanes, default=0.0) + 0.5) * em, lane_cap),
        "step": (usual + _GAP) * em,
    }


def _section(heading: str, rows: list[DivisionRow]) -> dict[str, Any]:
    count = {"members": len(rows), "households": sum(len(row.houses) for row in rows)}
    return {
        "heading": heading,
        "summary": _("%(members)d名网格员，%(households)d户") % count if heading else "",
        "rows": [_row(row) for row in rows],
    }


def _row(row: DivisionRow) -> dict[str, Any]:
    return {
        "who": _who(row),
        "force": _badge(row.force) if row.force else None,
        "lanes": [
            {"lane": breakable(lane, 6), "numbers": [_number(house) for house in houses]}
            for lane, houses in groupby(row.houses, lambda house: house.lane)
        ],
    }


def _number(house: House) -> dict[str, Any]:
    need = ems(house.number) + _GAP + (_MARK if house.moved else 0)
    return {"text": breakable(house.number, 12), "moved": house.moved, "ems": need}


def _who(row: DivisionRow) -> dict[str, str]:
    name, home = name_and_home(row.name)
    return {"name": breakable(name, 6), "home": breakable(home, 6)}


def _overview(heading: str, rows: list[DivisionRow]) -> dict[str, Any]:
    return {
        "heading": heading,
        "members": [{**_who(row), "force": _badge(row.force) if row.force else None} for row in rows],
        "households": sum(len(row.houses) for row in rows),
    }


def _pen(row: DivisionRow) -> dict[str, Any]:
    return {
        "who": _who(row),
        "force": _badge(row.force) if row.force else None,
        "households": [
            {"number": breakable(house.lane + house.number, 9), "head": breakable(house.head, 5)}
            for house in row.houses
        ],
    }


def _houses_text(row: DivisionRow) -> str:
    """The member's households in words: ``上宅弄 1号 2号；下宅弄 3号``."""
    lanes = groupby(row.houses, lambda house: house.lane)
    return pgettext("between lanes", "；").join(
        " ".join(filter(None, [lane, *(house.number for house in houses)])) for lane, houses in lanes
    )
