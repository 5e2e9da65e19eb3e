"""The roster on phone, paper, in Excel and in the chat: every seat is on it, empty ones too, no phone."""

import csv
import io
import json
import re
from collections import Counter
from dataclasses import replace

import openpyxl
import pytest
from django.utils import translation
from msgspec import structs
from PIL import Image
from pypdf import PdfReader
from tests import papers_samples as samples
from tests.papers_samples import squeezed, text_of

from heli.duties import papers
from heli.duties.queries import RosterTable
from heli.kernel.papers.render import ROOT
from heli.kernel.papers.words import name_and_home
from heli.kernel.sheets.write import csv_text

LONG_PLACE = "文化礼堂东侧、老年食堂对面的空地"
TABLES = {
    "ordinary": samples.full_roster(),
    "odd names": samples.roster(posts=2, seats=2, weeks=2, names=list(samples.ODD_NAMES), where=LONG_PLACE),
    "empty": RosterTable("", samples.DATE, True, (), (), ()),
    "no posts": samples.roster(posts=0),
    "14 posts, three slots": samples.roster(posts=14, blocks=3, names=samples.people(9)),
    "12 in a cell": samples.roster(posts=1, seats=12),
}


def seats(table):
    return [
        seat
        for week in table.weeks
        for block in week.blocks
        for row in block.rows
        for cell in row.cells
        for seat in cell.seats
    ]


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_pictures_are_as_wide_as_a_phone_wants(table):
    for picture in papers.roster_pictures(table):
        width, height = Image.open(io.BytesIO(picture)).size
        assert width == 1080
        assert 150 < height < 6000


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_the_print_holds_every_seat_and_post(table):
    data = papers.roster_print(table)
    assert samples.sheets_of(data) <= samples.A4
    text = text_of(data)
    for name in {seat.name for seat in seats(table)} | {load.name for load in table.loads}:
        assert squeezed(name_and_home(name)[0]) in text
    for post, where in table.posts:
        assert squeezed(post) in text
        assert squeezed(where) in text
    for gap in table.gaps:
        assert squeezed(gap.why) in text
    assert not re.search(r"\d{11}", text)


def test_the_print_has_its_parts_as_bookmarks_and_its_pages_numbered():
    reader = PdfReader(io.BytesIO(papers.roster_print(samples.full_roster())))
    titles = [item.title for item in reader.outline if not isinstance(item, list)]
    nested = [item.title for some in reader.outline if isinstance(some, list) for item in some]
    parts = ("各组", "大字版", "打勾版", "各人次数")
    assert titles == ["青溪村 每周值班表", *(f"青溪村 每周值班表·{part}" for part in parts)]
    assert nested == ["周一", "周二", "周三", "周四", "周五", "周六", "周日"]
    assert reader.metadata.title == "青溪村 每周值班表"
    for number, page in enumerate(reader.pages, start=1):
        text = page.extract_text()
        assert f"{number} / {len(reader.pages)}" in text
        assert "2026年11月23日" in text
        assert "换班请先与对方说好" in text


def smallest_name(data):
    """The smallest type in which a plain name stands in a PDF, in points."""
    sizes, names = [], samples.people(50)[2:]

    def look(text, _cm, matrix, _font, size):
        if any(name in text for name in names):
            sizes.append(size * abs(matrix[3] or 1))

    for page in PdfReader(io.BytesIO(data)).pages:
        page.extract_text(visitor_text=look)
    return min(sizes)


def seats_of(day):
    return [seat for row in day["rows"] for cell in row["cells"] for seat in cell["seats"]]


def test_the_same_roster_gives_the_same_bytes(tmp_path):
    table = samples.full_roster()
    assert papers.roster_print(table) == papers.roster_print(table)
    assert papers.roster_pictures(table) == papers.roster_pictures(table)


def test_empty_seats_come_first_and_in_their_cell():
    data = papers.picture_data(samples.full_roster())
    assert data["alerts"] == ["空2个班：周三早 2号点、周日早 2号点"]
    assert data["answer"] == "其余54个班都有人"
    days = data["pictures"][0]["days"]
    assert [day["rows"][0]["cells"][1]["empty"] for day in days] == ["", "", "空", "", "", "", "空"]


def test_a_day_without_a_leader_says_so_where_others_have_one():
    table = samples.full_roster()
    week = table.weeks[0]
    groups = tuple(
        structs.replace(group, leader="") if group.weekday == 6 else group for group in week.groups
    )
    data = papers.picture_data(replace(table, weeks=(replace(week, groups=groups),)))
    assert data["alerts"][1] == "周六缺组长"
    assert [day["no_leader"] for day in data["pictures"][0]["days"]] == ["", "", "", "", "", "缺", ""]
    without = tuple(structs.replace(group, leader="") for group in week.groups)
    data = papers.picture_data(replace(table, weeks=(replace(week, groups=without),)))
    assert not data["pictures"][0]["leaders"]
    assert {day["no_leader"] for day in data["pictures"][0]["days"]} == {""}


def test_who_stands_twice_on_a_day_is_marked():
    names = samples.people(8)
    data = papers.picture_data(samples.roster(names=names, posts=8, blocks=2))
    marks = {
        seat["twice"]
        for picture in data["pictures"]
        for day in picture["days"]
        for row in day["rows"]
        for cell in row["cells"]
        for seat in cell["seats"]
    }
    assert marks == {"2班"}
    assert data["signs"]["twice"]
    assert not papers.picture_data(samples.roster())["signs"]["twice"]


def test_people_of_one_name_get_the_least_that_tells_them_apart():
    one_lane = papers.picture_data(samples.roster(names=samples.people(9)))
    homes = {seat["home"] for day in one_lane["pictures"][0]["days"] for seat in seats_of(day)}
    assert homes == {"", "10号", "4-2号"}
    names = ["刘静（祠堂弄12号）", "刘静（后山路3号）"]
    two_lanes = papers.picture_data(samples.roster(names=names))
    homes = {seat["home"] for day in two_lanes["pictures"][0]["days"] for seat in seats_of(day)}
    assert homes == {"祠堂弄", "后山路"}


def test_a_fifth_drop_point_goes_to_a_second_picture_in_the_same_type():
    data = papers.picture_data(samples.roster(posts=5))
    assert [picture["points"] for picture in data["pictures"]] == [
        ["1号点", "2号点"],
        ["3号点", "4号点", "5号点"],
    ]
    wide = papers.picture_data(samples.roster(posts=4))
    assert len(wide["pictures"]) == 1


def test_points_that_open_at_other_times_share_a_line_and_say_their_own():
    table = samples.roster(posts=2, blocks=1)
    week = table.weeks[0]
    early = week.blocks[0]
    blocks = (
        replace(early, rows=early.rows[:1]),
        replace(early, start="6:00", end="7:30", rows=early.rows[1:]),
    )
    data = papers.picture_data(replace(table, weeks=(replace(week, blocks=blocks),)))
    rows = data["pictures"][0]["days"][0]["rows"]
    assert [(row["slot"], row["start"]) for row in rows] == [("早", "")]
    assert [cell["time"] for cell in rows[0]["cells"]] == ["5:30", "6:00–7:30"]


def test_a_point_with_two_slots_of_one_name_keeps_both():
    table = samples.roster(posts=1, blocks=1)
    week = table.weeks[0]
    early = week.blocks[0]
    data = papers.picture_data(
        replace(table, weeks=(replace(week, blocks=(early, replace(early, start="7:00"))),))
    )
    rows = data["pictures"][0]["days"][0]["rows"]
    assert [(row["slot"], row["start"]) for row in rows] == [("早", "5:30"), ("早", "7:00")]


def test_changes_kinds_and_closed_posts_are_marked_with_words():
    days = papers.picture_data(samples.full_roster())["pictures"][0]["days"]
    changed = days[4]["rows"][0]["cells"][1]["seats"][1]
    assert (changed["name"], changed["kind"], changed["moved"]) == ("何喆", "有偿", True)
    assert [day["rows"][1]["cells"][3]["closed"] for day in days] == [False] * 5 + [True] * 2


def test_a_full_week_says_so():
    data = papers.picture_data(samples.roster())
    assert (data["alerts"], data["answer"]) == ([], "一周56个班，都有人")


def test_rotation_gives_a_picture_a_week_with_its_dates():
    first, second, third = papers.picture_data(samples.roster(weeks=3))["pictures"]
    assert [picture["part"] for picture in (first, second, third)] == ["1/3", "2/3", "3/3"]
    assert second["date"] == "2026年11月30日至12月6日"
    assert (second["days"][0]["name"], second["days"][0]["date"]) == ("周一", "11/30")


def test_40_points_are_cut_into_several_pictures_without_losing_a_seat():
    table = samples.roster(posts=40, seats=2)
    drawn = papers.picture_data(table)["pictures"]
    assert max(len(picture["points"]) for picture in drawn) <= 4
    shown = Counter(
        (day["name"], row["slot"], point, seat["name"])
        for picture in drawn
        for day in picture["days"]
        for row in day["rows"]
        for point, cell in zip(picture["points"], row["cells"], strict=True)
        for seat in cell["seats"]
    )
    assert shown.total() == len(seats(table))


def test_a_usual_day_is_one_picture_and_a_long_one_is_cut_between_days():
    assert len(papers.picture_data(samples.roster(blocks=3))["pictures"]) == 1
    drawn = papers.picture_data(samples.roster(posts=1, seats=12))["pictures"]
    assert [len(picture["days"]) for picture in drawn] == [2, 2, 3]


def test_names_are_set_large_enough_for_a_phone_and_for_a_wall():
    assert smallest_name(papers.roster_print(samples.roster(), papers.WALL)) >= 28
    source = (ROOT / "duties/templates/duties/picture.typ").read_text("utf-8")
    grid = (ROOT / "duties/templates/duties/grid.typ").read_text("utf-8")
    names, long = (
        float(re.search(r"week\(part, (\d+)pt", source)[1]),
        float(re.search(r"(0\.\d+) \* size } else \{ size", grid)[1]),
    )
    assert names * long >= 34


def test_english_pictures_have_english_words():
    with translation.override("en"):
        data = papers.picture_data(samples.full_roster())
    own = set(
        "".join(name for row in seats(samples.full_roster()) for name in row.name)
        + "青溪村祠堂门口有变动请找换班"
    )
    shown = json.dumps({**data, "notes": [], "gaps": [], "footer": ""}, ensure_ascii=False)
    leaders = "".join(samples.people(50))
    assert set(re.findall("[\u4e00-\u9fff]", shown)) - own - set(leaders) == set()
    assert data["pictures"][0]["points"][0] == "Point 1"


def test_turns_stand_in_the_order_given_not_as_a_ranking(tmp_path):
    table = samples.roster()
    papers.roster_book(table, tmp_path / "roster.xlsx")
    page = openpyxl.load_workbook(tmp_path / "roster.xlsx")["各人次数"]
    assert [row[0].value for row in page.iter_rows(min_row=2)] == [load.name for load in table.loads]


def test_the_book_has_the_grid_a_row_a_seat_and_what_is_empty(tmp_path):
    table = samples.full_roster()
    papers.roster_book(table, tmp_path / "roster.xlsx")
    book = openpyxl.load_workbook(tmp_path / "roster.xlsx")
    assert book.sheetnames == ["每周值班表", "每个席位一行", "各组", "各人次数", "还缺的人"]
    grid = [cell.value for cell in book["每周值班表"][3]]
    assert grid[:3] == ["早", "5:30", "2号点"]
    assert (grid[5], grid[7], grid[9]) == ("▲缺1人", "钱芳\n何喆 ◆新", "欧阳宝林\n▲缺1人")
    assert book["每周值班表"]["I9"].value == "—"
    assert book["每个席位一行"].max_row == 1 + len(seats(table)) + 2
    cells = [str(cell.value) for page in book for row in page.iter_rows() for cell in row]
    assert not any("电话" in cell or "手机" in cell for cell in cells)
    assert not re.search(r"\d{11}", "".join(cells))


def test_formula_like_names_stay_text_in_the_book_and_in_csv(tmp_path):
    table = samples.roster(posts=1, names=["=1+1", "@A1"])
    papers.roster_book(table, tmp_path / "roster.xlsx")
    page = openpyxl.load_workbook(tmp_path / "roster.xlsx")["每个席位一行"]
    assert {(row[7].data_type, row[7].value) for row in page.iter_rows(min_row=2)} == {
        ("s", "=1+1"),
        ("s", "@A1"),
    }
    assert next(csv.reader(io.StringIO(csv_text(("=1+1", "@A1"), [])[1:]))) == ["'=1+1", "'@A1"]


def test_the_notice_says_who_where_and_when_for_each_day():
    text = papers.notice(samples.full_roster())
    days = text.split("\n\n— — —\n\n")
    assert len(days) == 7
    assert days[2].startswith("【明天周三值班】青溪村\n")
    lines = days[2].splitlines()
    assert lines[2] == "早 5:30前到"
    assert lines[3] == "1号点（祠堂门口）：韦梓涵"
    assert lines[4] == "2号点（祠堂门口）：缺1人"
    assert "晚 17:30前到，19:00结束" in lines
    assert any(line.startswith("组长：") for line in lines)
    assert lines[-1] == "来不了的请早点告诉组长，谢谢大家。"
    assert not re.search(r"\d{7}", text)
    assert max(map(len, text.splitlines())) < 40


def test_the_notice_of_a_rotation_names_the_date():
    days = papers.notice(samples.roster(weeks=2)).split("\n\n— — —\n\n")
    assert len(days) == 14
    assert days[0].startswith("【11月23日 周一值班】青溪村")


def test_a_roster_without_turns_says_so():
    assert papers.notice(TABLES["empty"]) == "还没有排好的班。\n"
    assert papers.picture_data(TABLES["empty"])["answer"] == "还没有排班"


def test_a_phone_in_a_remark_never_gets_out(tmp_path):
    phone = "13800000000"
    table = samples.roster(posts=1, names=["甲", f"乙{phone}"], where=phone, notes=(phone,), contact=phone)
    papers.roster_book(table, tmp_path / "roster.xlsx")
    book = openpyxl.load_workbook(tmp_path / "roster.xlsx")
    cells = "".join(str(cell.value) for page in book for row in page.iter_rows() for cell in row)
    for text in (cells, text_of(papers.roster_print(table)), papers.notice(table)):
        assert "乙***" in text
        assert not re.search(r"\d{7}", text)
