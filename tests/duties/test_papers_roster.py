"""The roster on phone, paper, in Excel and in the chat: every seat is on it, empty ones too, no phone."""

import csv
import io
import re

import openpyxl
import pytest
from PIL import Image
from pypdf import PdfReader
from tests import papers_samples as samples
from tests.papers_samples import squeezed, text_of

from heli.duties import papers
from heli.duties.queries import RosterTable
from heli.kernel.papers.words import name_and_home
from heli.kernel.sheets.write import csv_text

LONG_PLACE = "文化礼堂东侧、老年食堂对面的空地"
TABLES = {
    "ordinary": samples.full_roster(),
    "odd names": samples.roster(posts=2, seats=2, weeks=2, names=list(samples.ODD_NAMES), where=LONG_PLACE),
    "empty": RosterTable("", samples.DATE, True, (), (), ()),
    "no posts": samples.roster(posts=0),
    "14 posts, three slots": samples.roster(posts=14, blocks=3),
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
    titles = [item.title for item in reader.outline]
    days = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"]
    assert titles[0] == "青溪村 每周值班表"
    assert titles[1:8] == [f"青溪村 每周值班表·{day}" for day in days]
    assert titles[8:] == [f"青溪村 每周值班表·{part}" for part in ("大字版", "签到表", "各人次数")]
    assert reader.metadata.title == "青溪村 每周值班表"
    for number, page in enumerate(reader.pages, start=1):
        assert f"{number} / {len(reader.pages)}" in page.extract_text()


def test_the_wall_sheet_is_set_in_at_least_28_points():
    reader = PdfReader(io.BytesIO(papers.roster_print(samples.roster())))
    name = samples.people(50)[5]
    sizes = []
    for page in reader.pages:
        page.extract_text(
            visitor_text=lambda text, _cm, _tm, _font, size: sizes.append(size) if name in text else None
        )
    assert max(sizes) >= 28


def test_the_same_roster_gives_the_same_bytes(tmp_path):
    table = samples.full_roster()
    assert papers.roster_print(table) == papers.roster_print(table)
    assert papers.roster_pictures(table) == papers.roster_pictures(table)


def test_empty_seats_come_first_and_in_their_cell():
    data = papers.picture_data(samples.full_roster())
    assert data["alerts"] == ["还缺2人：周三早 2号点、周日早 2号点"]
    assert data["answer"] == "其余54个班都有人"
    cells = data["pictures"][0]["blocks"][0]["rows"][1]["cells"]
    assert [cell["empty"] for cell in cells] == ["", "", "缺1人", "", "", "", "缺1人"]


def test_changes_kinds_and_closed_posts_are_marked_with_words():
    early, late = papers.picture_data(samples.full_roster())["pictures"][0]["blocks"]
    changed = early["rows"][1]["cells"][4]["seats"][1]
    assert (changed["name"], changed["kind"], changed["moved"]) == ("何喆", "有偿", True)
    assert [cell["closed"] for cell in late["rows"][3]["cells"]] == [False] * 5 + [True] * 2


def test_a_full_week_says_so():
    data = papers.picture_data(samples.roster())
    assert (data["alerts"], data["answer"]) == ([], "一周56个班，都有人")


def test_rotation_gives_a_picture_a_week_with_its_dates():
    first, second, third = papers.picture_data(samples.roster(weeks=3))["pictures"]
    assert [picture["part"] for picture in (first, second, third)] == ["1/3", "2/3", "3/3"]
    assert second["date"] == "2026年11月30日至12月6日"
    assert second["days"][0] == {"name": "周一", "date": "11/30"}


def test_40_points_are_cut_into_several_pictures_without_losing_a_row():
    table = samples.roster(posts=40, seats=2)
    drawn = papers.picture_data(table)["pictures"]
    rows = [
        (block["name"], row["post"])
        for picture in drawn
        for block in picture["blocks"]
        for row in block["rows"]
    ]
    assert rows == [(slot, f"{post}号点") for slot in "早晚" for post in range(1, 41)]
    assert max(sum(len(block["rows"]) for block in picture["blocks"]) for picture in drawn) <= 24


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
