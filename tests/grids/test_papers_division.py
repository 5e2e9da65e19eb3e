"""The division table on phone, paper and in Excel: everything stands on it, nothing runs over, no phone."""

import io
import json
import re

import openpyxl
import pytest
from django.utils import translation
from PIL import Image
from pypdf import PdfReader
from tests import papers_samples as samples
from tests.papers_samples import squeezed, text_of

from heli.grids import papers
from heli.kernel.papers.words import name_and_home


def bookmarks(data):
    return [item.title for item in PdfReader(io.BytesIO(data)).outline]


def sizes(pictures):
    return [Image.open(io.BytesIO(picture)).size for picture in pictures]


def book_of(table, tmp_path):
    papers.division_book(table, tmp_path / "division.xlsx")
    return openpyxl.load_workbook(tmp_path / "division.xlsx")


TABLES = {
    "ordinary": samples.full_division(),
    "odd names": samples.division(10, 40, names=list(samples.ODD_NAMES)),
    "empty": samples.division(1, 0, names=["甲"]),
    "nobody": samples.DivisionTable("", samples.DATE, (), ()),
    "no forces": samples.division(5, 27, forces=()),
    "one member": samples.division(1, 6),
    "60 lanes": samples.division(
        30, 180, lanes=tuple(f"{lane}{number}" for lane in samples.LANES for number in range(8))[:60]
    ),
    "400 in a lane": samples.division(1, 400, lanes=("上宅弄",)),
    "long lanes": samples.division(
        6, 30, lanes=("经济开发区标准厂房生活配套区东侧二期", "Longwordwithoutanybreak Road")
    ),
    "long numbers": samples.division(2, 8, lanes=("",)),
    "gaps": samples.division(5, 27, gaps=(("上宅弄90号", "汤甲", "没有名额"), ("", "汤乙", "没有名额"))),
}


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_pictures_are_as_wide_as_a_phone_wants(table):
    for width, height in sizes(papers.division_pictures(table)):
        assert width == 1080
        assert 200 < height < 6000


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_the_print_holds_every_name_and_every_house(table):
    data = papers.division_print(table)
    assert samples.sheets_of(data) <= samples.A4
    text = text_of(data)
    for row in table.rows:
        assert squeezed(name_and_home(row.name)[0]) in text
        for house in row.houses:
            assert squeezed(house.lane + house.number) in text
            assert squeezed(house.head) in text
    for address, head, why in (*table.unlinked, *table.gaps):
        assert squeezed(address or head) in text
        assert squeezed(why) in text
    assert squeezed(table.contact) in text


def test_the_print_has_its_parts_as_bookmarks_and_its_dates():
    data = papers.division_print(samples.full_division())
    assert bookmarks(data) == [
        "青溪村 谁联系哪些户",
        "青溪村 哪户找谁",
        *[f"青溪村 网格划分表·{number}组" for number in (1, 2, 3, 4)],
        "青溪村 网格划分表·总表",
        "青溪村 网格划分表·大字版",
        "青溪村 网格划分表·打勾版",
    ]
    reader = PdfReader(io.BytesIO(data))
    assert reader.metadata.title == "青溪村 网格划分表"
    assert reader.metadata.creation_date.date() == samples.DATE
    for number, page in enumerate(reader.pages, start=1):
        text = page.extract_text()
        assert f"{number} / {len(reader.pages)}" in text
        assert "2026年11月22日" in text
        assert "有变动请找村妇联" in text


def test_the_same_table_gives_the_same_bytes(tmp_path):
    table = samples.full_division()
    assert papers.division_print(table) == papers.division_print(table)
    assert papers.division_pictures(table) == papers.division_pictures(table)
    papers.division_book(table, tmp_path / "a.xlsx")
    papers.division_book(table, tmp_path / "b.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_the_picture_says_the_answer_first():
    data = papers.picture_data(samples.full_division())
    assert (data["answer"], data["alerts"]) == ("290户都有人联系", [])
    assert data["facts"] == ["50名网格员", "每人5–6户"]


def test_gaps_come_before_the_answer_and_are_named():
    data = papers.picture_data(TABLES["gaps"])
    assert data["alerts"] == ["2户还没有人联系：上宅弄90号、汤乙"]
    assert data["answer"] == ""
    assert data["facts"][0] == "27户已有人联系"


def test_a_long_table_is_cut_at_groups_into_pictures_of_at_most_30_members():
    table = samples.division(200, 1160, groups=8)
    data = papers.picture_data(table)
    drawn = [
        [row["who"]["name"] for section in part["sections"] for row in section["rows"]]
        for part in data["pictures"]
    ]
    assert [name for part in drawn for name in part] == [name_and_home(row.name)[0] for row in table.rows]
    assert max(map(len, drawn)) <= 30
    assert [part["part"] for part in data["pictures"]] == [f"{number}/8" for number in range(1, 9)]
    headings = [section["heading"] for part in data["pictures"] for section in part["sections"]]
    assert headings == [f"{number}组" for number in range(1, 9)]  # none is cut in two


def test_a_long_group_is_cut_between_members():
    data = papers.picture_data(samples.division(130, 700))
    counts = [sum(len(section["rows"]) for section in part["sections"]) for part in data["pictures"]]
    assert sum(counts) == 130
    assert max(counts) <= 30
    assert max(counts) - min(counts) <= 10


def test_exempt_members_have_no_line_but_stand_below():
    table = samples.division(3, 12, exempt=(("丁", "75岁"),))
    rows = (*table.rows, samples.DivisionRow("丁", None, "", "", (), exempt="75岁"))
    table = samples.DivisionTable(table.village, table.date, rows, table.forces, exempt=table.exempt)
    data = papers.picture_data(table)
    assert [row["who"]["name"] for row in data["pictures"][0]["sections"][0]["rows"]] == [
        "贾芳",
        "贾芳",
        table.rows[2].name,
    ]
    assert data["exempt"] == [{"what": "丁", "why": "75岁"}]
    assert data["facts"] == ["3名网格员", "每人4户"]


def test_pictures_and_posted_sheets_carry_no_head_of_household():
    assert "户主1" not in str(papers.picture_data(samples.full_division()))


def test_the_book_has_a_row_a_member_a_row_a_household_and_who_is_left_out(tmp_path):
    table = samples.full_division()
    book = book_of(table, tmp_path)
    assert book.sheetnames == ["网格划分表", "每户一行", "不用联系的户", "不参加的人"]
    assert book["网格划分表"].max_row == 1 + len(table.rows)
    assert [cell.value for cell in book["每户一行"][2]] == [
        "上宅弄1号",
        "户主1",
        "1组",
        table.rows[0].name,
        "村四委干部",
        None,
        None,
    ]
    assert book["每户一行"].max_row == 1 + table.households
    assert [cell.value for cell in book["不用联系的户"][2]] == ["溪沿38号", "罗甲", "空房"]
    assert [cell.value for cell in book["不参加的人"][2]] == ["石宝林", "75岁"]


def test_text_that_looks_like_a_formula_stays_text(tmp_path):
    names = ["=1+1", "@SUM(A1)", "+甲", "-乙"]
    page = book_of(samples.division(4, 8, names=names), tmp_path)["网格划分表"]
    assert [(row[0].data_type, row[0].value) for row in page.iter_rows(min_row=2)] == [
        ("s", name) for name in names
    ]


def test_no_header_asks_for_a_phone_and_no_phone_in_a_remark_gets_out(tmp_path):
    phone = "13800000000"
    table = samples.division(
        2,
        6,
        names=["甲", f"乙{phone}"],
        unlinked=(("溪沿38号", "", f"空房，电话{phone}"),),
        notes=(phone,),
        contact=phone,
    )
    cells = [str(cell.value) for page in book_of(table, tmp_path) for row in page.iter_rows() for cell in row]
    titles = [str(cell.value) for page in book_of(table, tmp_path) for cell in page[1]]
    text = text_of(papers.division_print(table))
    assert not any("电话" in title or "手机" in title for title in titles)
    assert "***" in "".join(cells)
    assert "***" in text
    assert not re.search(r"\d{7}", "".join(cells) + text)


def runs_of(table):
    data = papers.picture_data(table)
    return [
        run
        for part in data["pictures"]
        for section in part["sections"]
        for row in section["rows"]
        for run in row["runs"]
    ]


def test_a_seventh_number_takes_a_second_line_with_others_never_alone():
    wide = tuple(samples.House("新村一区", f"{number}-12号") for number in range(101, 108))
    row = samples.DivisionRow("甲", None, "", "", wide)
    runs = runs_of(samples.DivisionTable("青溪村", samples.DATE, (row,), ()))
    assert [number["text"] for run in runs for number in run["numbers"]] == [
        f"{n}-12" for n in range(101, 108)
    ]
    assert [len(run["numbers"]) for run in runs] == [3, 4]
    assert [run["lane"] for run in runs] == ["新村一区", ""]


@pytest.mark.parametrize(
    ("number", "text", "plain"),
    [("12号", "12", True), ("34-2号", "34-2", True), ("3幢2单元501", "3幢2单元501", False)],
)
def test_house_numbers_run_in_with_one_word_at_the_end(number, text, plain):
    row = samples.DivisionRow("甲", None, "", "", (samples.House("上宅弄", number),))
    (run,) = runs_of(samples.DivisionTable("青溪村", samples.DATE, (row,), ()))
    assert [(one["text"], one["plain"]) for one in run["numbers"]] == [(text, plain)]


def test_an_ordinary_village_is_one_sheet_of_two_sides():
    data = papers.division_print(samples.full_division(), papers.SHEET)
    reader = PdfReader(io.BytesIO(data))
    assert len(reader.pages) == 2
    front, back = (re.sub(r"\s", "", page.extract_text()) for page in reader.pages)
    assert "谁联系哪些户" in front
    assert "哪户找谁" in back
    for row in samples.full_division().rows:
        name = name_and_home(row.name)[0]
        assert name in front
        assert name in back


def test_the_back_says_whom_a_house_asks_in_walking_order_and_who_has_nobody():
    rows = (
        samples.DivisionRow(
            "甲", None, "", "", tuple(samples.House("上宅弄", f"{n}号") for n in (10, 1, 2, 3))
        ),
        samples.DivisionRow(
            "乙", None, "", "", (samples.House("上宅弄", "2-1号"), samples.House("", "丙家"))
        ),
    )
    gaps = (("上宅弄4号", "", "没有人"),)
    table = samples.DivisionTable("青溪村", samples.DATE, rows, (), gaps=gaps)
    lanes = papers.lanes_with_members(table)
    told = [
        (lane["lane"], [(it["numbers"], it["who"] and it["who"]["name"]) for it in lane["stretches"]])
        for lane in lanes
    ]
    assert told == [
        ("上宅弄", [("1、2号", "甲"), ("2-1号", "乙"), ("3号", "甲"), ("4号", None), ("10号", "甲")]),
        ("其他", [("丙家", "乙")]),
    ]


def test_english_pictures_have_english_words():
    with translation.override("en"):
        data = papers.picture_data(samples.full_division())
    shown = json.dumps({**data, "notes": [], "unlinked": [], "exempt": []}, ensure_ascii=False)
    own = set("".join([*samples.people(50), *samples.LANES, "青溪村妇联号"]))
    assert set(re.findall("[\u4e00-\u9fff]", shown)) - own == set()
    assert [entry["letter"] for entry in data["legend"]] == ["C", "P", "R", "G", "W"]
    assert data["footer"].startswith("For changes ask 村妇联.")
