"""Invented tables for the tests of paper: an ordinary village, and the odd ones."""

import datetime
import io
import random
import re

from pypdf import PdfReader

from heli.duties.queries import Block, Cell, Gap, Group, Load, RosterTable, Row, Seat, Week
from heli.duties.rules import SeatKind
from heli.grids.queries import DivisionRow, DivisionTable, Force, House
from heli.kernel.papers.glyphs import BREAK, legible

DATE = datetime.date(2026, 11, 22)
MONDAY = datetime.date(2026, 11, 23)
FORCES = tuple(
    Force(name, letter, number)
    for number, (name, letter) in enumerate(
        [("村四委干部", "委"), ("党员", "党"), ("村民代表", "代"), ("护村队", "护"), ("村妇联", "妇")]
    )
)
LANES = ("上宅弄", "下宅弄", "塘沿路", "新村一区", "新村二区", "溪沿", "祠堂弄", "青溪路")
ODD_NAMES = (
    "#panic()",
    "*_$@<>\\",
    '"',
    "= 甲",
    "阿卜杜热合曼·买买提·吐尔逊江",
    "Maximiliane Abdurehimovskaya",
    "犇",
    "𬎆",
    "\U0002ebe0甲",
    "喆〇",
)
FAMILY = "汤黄程雷姚冯梁姜杜邓贺林龙金戴于余石楼陆潘钱白何孙胡郑周孔高韦邱罗贾应许吕杨"
GIVEN = (
    "昇平",
    "宝林",
    "玉兰",
    "梓涵",
    "军",
    "明",
    "刚",
    "喆",
    "丽娟",
    "晓东",
    "桂英",
    "雨桐",
    "芳",
    "金凤",
    "国庆",
    "霞",
)


def people(count, rng=None):
    """So many different invented names; the first two are of one name and carry their homes."""
    rng = rng or random.Random(7)
    names = ["贾芳（青溪路10号）", "贾芳（青溪路4-2号）"][:count]
    pairs = [family + given for family in FAMILY for given in GIVEN if family + given != "贾芳"]
    rng.shuffle(pairs)
    while len(names) < count:
        turn, index = divmod(len(names) - 2, len(pairs))
        names.append(pairs[index] + ("" if turn == 0 else f"（{LANES[turn % 8]}{len(names)}号）"))
    return names


def houses(count, lanes=LANES):
    """So many houses in walking order, some with a sub-number."""
    a_lane = -(-count // len(lanes))
    return [
        House(
            lane, f"{number}-{number % 3 + 1}号" if number % 9 == 4 else f"{number}号", head=f"户主{number}"
        )
        for lane in lanes
        for number in range(1, a_lane + 1)
    ][:count]


def division(members=50, households=290, groups=0, names=None, lanes=LANES, forces=FORCES, **more):
    """A division table: each member gets the next few houses of the walk."""
    names = names or people(members)
    walk, rows, start = houses(households, lanes), [], 0
    for number, name in enumerate(names):
        end = start + households // members + (number < households % members)
        group = f"{number * groups // members + 1}组" if groups else ""
        force = forces[number % len(forces)] if forces else None
        rows.append(DivisionRow(name, force, group, "", tuple(walk[start:end])))
        start = end
    return DivisionTable(
        **{"village": "青溪村", "date": DATE, "rows": tuple(rows), "forces": tuple(forces), **more}
    )


def full_division():
    """An ordinary village with all there can be: groups, changes, gaps, empty houses, exempt members."""
    table = division(
        groups=4,
        unlinked=(
            ("溪沿38号", "罗甲", "空房"),
            ("祠堂弄39号", "", "全家长期外出"),
            ("青溪路40号", "应乙", "空房"),
        ),
        exempt=(("石宝林", "75岁"), ("韦玉兰", "身体不便")),
        notes=("远近按巷子、门牌号和组来算。", "网格员自己家由自己联系。"),
        contact="有变动请找村妇联。",
    )
    first = table.rows[0]
    moved = tuple(
        House(house.lane, house.number, house.head, moved=place == 2)
        for place, house in enumerate(first.houses)
    )
    rows = (DivisionRow(first.name, first.force, first.group, first.home, moved), *table.rows[1:])
    return DivisionTable(
        table.village,
        table.date,
        rows,
        table.forces,
        table.unlinked,
        table.exempt,
        table.notes,
        table.contact,
    )


def roster(posts=4, blocks=2, seats=1, weeks=1, names=None, where="", **more):
    """A roster: every seat gets the next name."""
    names = names or people(50)
    times = [("早", "5:30", ""), ("晚", "17:30", "19:00"), ("中", "11:30", "")]
    made, turn = [], 0
    for number in range(weeks):
        grids = []
        for name, start, end in times[:blocks]:
            rows = []
            for post in range(1, posts + 1):
                cells = []
                for _day in range(7):
                    cells.append(
                        Cell(
                            tuple(
                                Seat(names[(turn + seat) % len(names)], SeatKind.DUTY)
                                for seat in range(seats)
                            )
                        )
                    )
                    turn += seats
                rows.append(Row(f"{post}号点", tuple(cells)))
            grids.append(Block(name, start, end, tuple(rows)))
        groups = tuple(
            Group(day, names[day % len(names)], tuple(names[day::7]), tuple(names[day + 20 : day + 21]))
            for day in range(1, 8)
        )
        made.append(Week(MONDAY + datetime.timedelta(weeks=number), tuple(grids), groups))
    loads = tuple(Load(name, 1 + place % 2, place % 2, place % 3 // 2) for place, name in enumerate(names))
    places = tuple((f"{post}号点", where) for post in range(1, posts + 1))
    return RosterTable(
        **{
            "village": "青溪村",
            "date": DATE,
            "repeats": weeks == 1,
            "weeks": tuple(made),
            "posts": places,
            "loads": loads,
            **more,
        }
    )


def full_roster():
    """A week with an empty seat, a closed cell, a changed seat, two in a cell, a paid one, notes."""
    table = roster(
        where="祠堂门口",
        notes=("每月5、15、25日，林雨桐不便，请提前换班。",),
        contact="换班请先与对方说好，再告诉组长。",
    )
    week = table.weeks[0]
    early, late = week.blocks
    cells = list(early.rows[1].cells)
    cells[2] = Cell((), 1)
    cells[4] = Cell((Seat("钱芳", SeatKind.DUTY), Seat("何喆", SeatKind.PAID, moved=True)))
    cells[6] = Cell((Seat("欧阳宝林", SeatKind.VOLUNTEER),), 1)
    rows = (early.rows[0], Row("2号点", tuple(cells)), *early.rows[2:])
    shut = Row(
        "4号点",
        tuple(Cell(closed=True) if day in {5, 6} else cell for day, cell in enumerate(late.rows[3].cells)),
    )
    blocks = (
        Block(early.name, early.start, early.end, rows),
        Block(late.name, late.start, late.end, (*late.rows[:3], shut)),
    )
    gaps = (
        Gap("2号点", "早", 3, MONDAY, 1, "周三早上没有人有空"),
        Gap("2号点", "早", 7, MONDAY, 1, "周日早上只有1人有空"),
    )
    return RosterTable(
        table.village,
        table.date,
        True,
        (Week(week.monday, blocks, week.groups),),
        table.posts,
        table.loads,
        gaps,
        table.notes,
        table.contact,
    )


def text_of(data):
    """All letters of a PDF, without the spaces and breaks of its layout."""
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)
    return squeezed(text).replace(BREAK, "")


def squeezed(text):
    """The text as it is drawn, without its spaces."""
    return re.sub(r"\s", "", legible(text))


def sheets_of(data):
    """The sizes of a PDF's pages in points."""
    return {tuple(round(side) for side in page.mediabox[2:]) for page in PdfReader(io.BytesIO(data)).pages}


A4 = {(595, 842), (842, 595)}
