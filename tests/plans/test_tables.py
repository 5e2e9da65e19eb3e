"""The whole job, as the village's women's federation head does it: hand in a book, hold the tables."""

import csv
import io
import json
import re
from pathlib import Path

import jsonschema
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from openpyxl import load_workbook
from pypdf import PdfReader
from tests.plans.books import household, member, save, village

from heli.kernel.lib.records import json_schema
from heli.plans.rules.document import PlanDocument

SCHEMA = Path(__file__).resolve().parents[2] / "docs" / "plan-schema.json"
FILES = {
    "青溪村-houses.pdf",
    "青溪村-division.png",
    "青溪村-division.pdf",
    "青溪村-division-wall.pdf",
    "青溪村-division-pen.pdf",
    "青溪村-division.xlsx",
    "青溪村-roster.png",
    "青溪村-roster.pdf",
    "青溪村-roster-wall.pdf",
    "青溪村-roster-pen.pdf",
    "青溪村-roster.xlsx",
    "青溪村-notice.txt",
    "problems.csv",
    "understood.csv",
    "plan.json",
}


def test_it_works(tables, book):
    run = tables(book)
    assert {path.name for path in run.out.iterdir()} == FILES
    assert run.plan["division"]["status"] == run.plan["roster"]["status"] == "optimal"
    assert len(run.links) == 24
    assert set(run.plan["division"]["loads"].values()) == {6}
    assert "24 户都有人联系" in run.said


def test_the_document_keeps_its_schema(tables, book):
    book["农户"].append(household(30, remark="空房"))
    book["网格员"].append(member("卢明", "溪沿9号", remark="因病免"))
    jsonschema.validate(tables(book).plan, json.loads(SCHEMA.read_text("utf-8")))


def test_the_published_schema_is_that_of_the_records():
    assert json.loads(SCHEMA.read_text("utf-8")) == json_schema(PlanDocument), "run scripts/plan_schema.py"


@pytest.mark.parametrize("mode", ["groups", "rotation", "relay"])
def test_every_mode_fills_the_seats(tables, book, mode):
    roster = tables(book, "--mode", mode).plan["roster"]
    assert roster["mode"] == mode
    assert (
        sum(len(slot["seats"]) for slot in roster["slots"])
        + sum(slot["unfilled"] for slot in roster["slots"])
        == 28
    )


def test_small_day_groups_leave_seats_and_say_what_would_help(tables, book):
    run = tables(book)
    assert sum(slot["unfilled"] for slot in run.plan["roster"]["slots"]) > 0
    assert all(slot["why"] for slot in run.plan["roster"]["slots"] if slot["unfilled"])
    assert "plan.groups_too_small" in run.codes
    assert "plan.groups_too_small" not in tables(book, "--mode", "rotation").codes


def test_who_stood_before_comes_later_in_a_rotation(tables, book, tmp_path):
    book["投放点"] = [book["投放点"][0], ("1号点", "上宅弄口", "5:30", "", 1)]
    book["网格员"] = [book["网格员"][0], *(member(name, "上宅弄1号") for name in "甲乙丙丁戊己庚辛壬癸")]
    earlier = tmp_path / "earlier.json"
    turns = {name: {"total": 0, "early": 0, "weekend": 0} for name in "乙丙丁戊己庚辛壬癸"}
    turns["甲"] = {"total": 5, "early": 5, "weekend": 1}
    earlier.write_text(json.dumps({"roster": {"load": turns}}), encoding="utf-8")
    load = tables(book, "--mode", "rotation", "--history", str(earlier)).plan["roster"]["load"]
    assert load["甲"]["total"] == 0
    assert sum(turn["total"] for turn in load.values()) == 7


def test_chinese_file_names(tables, book):
    names = {path.name for path in tables(book, "--names", "zh").out.iterdir()}
    assert names == {
        "青溪村-谁联系哪些户.pdf",
        "青溪村-网格划分表.png",
        "青溪村-网格划分表.pdf",
        "青溪村-网格划分表-大字版.pdf",
        "青溪村-网格划分表-打勾版.pdf",
        "青溪村-网格划分表.xlsx",
        "青溪村-每周值班表.png",
        "青溪村-每周值班表.pdf",
        "青溪村-每周值班表-大字版.pdf",
        "青溪村-每周值班表-打勾版.pdf",
        "青溪村-每周值班表.xlsx",
        "青溪村-值班通知.txt",
        "问题清单.csv",
        "读懂的话.csv",
        "排班结果.json",
    }


def test_whom_to_ask_stands_on_every_page(tables, book):
    run = tables(book, "--contact", "村妇联林主任")
    for path in run.out.glob("*.pdf"):
        for page in PdfReader(path).pages:
            assert "有变动请找村妇联林主任" in page.extract_text(), path.name


def test_english_words(tables, book):
    run = tables(book, "--lang", "en")
    assert "all 24 households have a member" in run.said
    assert {"own house", "nearest"} <= {link["why"] for link in run.plan["division"]["links"]}
    assert (
        "Leader" in (run.out / "青溪村-notice.txt").read_text("utf-8")
        or run.plan["roster"]["groups"][0]["leader"] == ""
    )
    for name, title in (("division", "Grid division table"), ("roster", "Weekly roster")):
        files = [f"青溪村-{name}.pdf", f"青溪村-{name}-wall.pdf", f"青溪村-{name}-pen.pdf"]
        files += ["青溪村-houses.pdf"] if name == "division" else []
        pages = (page for file in files for page in PdfReader(run.out / file).pages)
        text = "".join(page.extract_text() for page in pages)
        assert title in text
        # every Chinese character that stands there is the book's own: none is a word of ours
        own = {
            *"青溪村",
            *(char for rows in book.values() for row in rows for cell in row for char in str(cell)),
        }
        assert set(re.findall("[\u4e00-\u9fff]", text)) - own == set()


def test_no_phone_in_anything_written(tables, book):
    book["农户"][5] = household(5, remark="电话 13800138000")
    run = tables(book)
    for path in run.out.iterdir():
        text = path.read_bytes().decode("utf-8", "ignore")
        if path.suffix == ".pdf":
            text = "".join(page.extract_text() for page in PdfReader(path).pages)
        if path.suffix == ".xlsx":
            cells = (cell for sheet in load_workbook(path) for row in sheet.iter_rows() for cell in row)
            text = " ".join(str(cell.value) for cell in cells)
        assert "10012345678" not in text, path.name
        assert "13800138000" not in text, path.name


def test_namesakes_are_told_apart_by_their_home(tables, book):
    book["网格员"][1] = member("贾芳", "上宅弄1号")
    loads = tables(book).plan["division"]["loads"]
    assert {"贾芳（上宅弄1号）", "贾芳（上宅弄7号）"} <= set(loads)


def test_a_member_is_linked_to_their_own_house(tables, book):
    run = tables(book)
    for name, home in (("林喆", "上宅弄1号"), ("何犇", "下宅弄1号")):
        assert run.links[home] == name


def test_an_empty_house_is_listed_with_the_reason(tables, book):
    book["农户"][3] = household(3, remark="空房")
    plan = tables(book).plan["division"]
    assert plan["unlinked"] == [{"household": "上宅弄3号", "why": "空房"}]
    assert len(plan["links"]) == 23


def test_kin_and_wishes_of_both_sides_count(tables, book):
    book["农户"][2] = household(2, head="尹伟")
    book["网格员"][4] = member("应超", "下宅弄7号", remark="亲属：尹伟")
    book["农户"][1 + 13] = household(2, "下宅弄", "第2组", remark="希望由贾芳联系")
    run = tables(book)
    why = {link["household"]: (link["member"], link["why"]) for link in run.plan["division"]["links"]}
    assert why["上宅弄2号"] == ("应超", "亲属")
    assert why["下宅弄2号"] == ("贾芳", "愿联系")


def test_exempt_members_are_named_with_the_reason(tables, book):
    book["网格员"][1] = member("林喆", "上宅弄1号", remark="因病免")
    book["网格员"][2] = member("贾芳", "上宅弄7号", age=70)
    plan = tables(book, "--exempt-age", "70").plan
    assert {row["member"]: row["why"] for row in plan["division"]["exempt"]} == {
        "林喆": "因病免",
        "贾芳": "满70岁",
    }
    assert plan["input"]["exempt"] == 2
    assert set(plan["division"]["loads"]) == {"何犇", "应超"}


def test_age_alone_exempts_nobody(tables, book):
    book["网格员"][2] = member("贾芳", "上宅弄7号", age=72)
    assert "贾芳" in tables(book).plan["division"]["loads"]


def test_default_bounds_are_widened_and_said(tables, book):
    run = tables(village(households=48, members=4))
    assert run.plan["division"]["high"] == 12
    assert "plan.bounds_widened" in run.codes


def test_a_lower_bound_that_was_asked_for_is_kept_or_refused_with_the_one_that_would_do(tables, book):
    run = tables(book, "--low", "7", "--high", "9")
    assert run.plan["division"]["status"] == "infeasible"
    assert "--low 6" in run.plan["division"]["conflicts"][0]
    assert len(run.plan["division"]["unlinked"]) == 24
    assert run.plan["roster"]["status"] == "optimal"
    assert tables(book, "--low", "6", "--high", "9").plan["division"]["status"] == "optimal"


def test_without_points_the_division_is_still_made(tables, book):
    del book["投放点"]
    run = tables(book)
    assert run.plan["division"]["status"] == "optimal"
    assert run.plan["roster"]["status"] == "missing"
    assert not list(run.out.glob("*roster*"))
    assert any(problem["severity"] == "stop" for problem in run.plan["problems"])


def test_without_households_the_roster_is_still_made(tables, book):
    del book["农户"]
    run = tables(book)
    assert run.plan["division"]["status"] == "missing"
    assert run.plan["roster"]["status"] == "optimal"


def test_without_members_it_says_so_and_ends_with_2(tables, book, tmp_path):
    del book["网格员"]
    with pytest.raises(CommandError) as refused:
        tables(book)
    assert refused.value.returncode == 2
    plan = json.loads((tmp_path / "out" / "plan.json").read_text("utf-8"))
    assert plan["input"] == {"households": 24, "members": 0, "points": 2, "exempt": 0}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        b"PK\x03\x04broken",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"%PDF-1.7",
        b"\x89PNG\r\n\x1a\n",
    ],
)
def test_a_file_that_is_no_book_is_one_clear_line(tables, tmp_path, content):
    path = tmp_path / "broken.xlsx"
    path.write_bytes(content)
    with pytest.raises(CommandError) as refused:
        tables(path)
    assert refused.value.returncode == 2
    assert len(str(refused.value).splitlines()) == 1


def test_a_folder_without_a_book_is_one_clear_line(tables, tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(CommandError, match="没有表格文件"):
        tables(tmp_path / "empty")


def test_problems_go_to_a_csv_with_place_and_cure(tables, book):
    book["网格员"][1] = member("林喆", "上宅弄1号", remark="亲属：没有这人")
    run = tables(book)
    with (run.out / "problems.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["轻重", "工作表", "行", "列", "问题", "怎么改"]
    assert any(row[1] == "网格员" and row[2] == "2" and "没有这人" in row[4] and row[5] for row in rows[1:])


def test_what_begins_like_a_formula_stays_text(tables, book):
    book["农户"][4] = household(4, head="@伟")
    run = tables(book)
    cells = [
        cell
        for sheet in load_workbook(run.out / "青溪村-division.xlsx")
        for row in sheet.iter_rows()
        for cell in row
        if cell.value == "@伟"
    ]
    assert cells
    assert all(cell.data_type == "s" for cell in cells)


def test_a_character_that_the_font_lacks_is_said(tables, book):
    book["网格员"][1] = member("林\U0002abcd", "上宅弄1号")
    run = tables(book)
    assert "plan.rare_character" in run.codes
    assert any("U+2ABCD" in problem["message"] for problem in run.plan["problems"])


def test_pins_are_kept(tables, book, tmp_path):
    pins = save(tmp_path / "pins.xlsx", {"固定": [("门牌号", "网格员"), ("下宅弄12号", "林喆")]})
    assert tables(book, "--pins", str(pins)).links["下宅弄12号"] == "林喆"


def test_a_leaver_moves_as_few_households_as_can_be(tables, book, tmp_path):
    first = tables(village(households=20, members=4), "--low", "4", "--high", "7")
    before = first.links
    kept = tmp_path / "before.json"
    kept.write_text(json.dumps(first.plan), encoding="utf-8")
    rows = village(households=20, members=4)
    del rows["网格员"][2]
    run = tables(rows, "--low", "4", "--high", "7", "--previous", str(kept))
    moved = {house for house, name in run.links.items() if before[house] != name}
    assert moved == {house for house, name in before.items() if name == "贾芳"}
    assert f"{len(moved)} 户换了人" in run.said


def test_a_name_written_otherwise_than_in_the_last_plan_is_the_same_and_it_is_said(tables, tmp_path):
    first = tables(village(households=20, members=4))
    kept = tmp_path / "before.json"
    kept.write_text(json.dumps(first.plan), encoding="utf-8")
    rows = village(households=20, members=4)
    rows["投放点"] = [(row[0].replace("1号点", "一号投放点"), *row[1:]) for row in rows["投放点"]]
    rows["农户"] = [
        [cell.replace("8号", "八号") if isinstance(cell, str) else cell for cell in row]
        for row in rows["农户"]
    ]
    run = tables(rows, "--previous", str(kept))
    assert run.links["下宅弄八号"] == first.links["下宅弄8号"]
    again = json.loads(
        json.dumps(run.plan["roster"]["slots"]).replace(*map(json.dumps, ("一号投放点", "1号点")))
    )
    assert again == first.plan["roster"]["slots"]
    assert {"plan.point_renamed", "plan.house_renamed"} <= set(run.codes)
    assert not {"plan.previous_turns_lost", "plan.previous_unknown"} & set(run.codes)


def test_the_same_book_gives_the_same_bytes(tables, book):
    first = {path.name: path.read_bytes() for path in tables(book).out.iterdir()}
    second = {path.name: path.read_bytes() for path in tables(book).out.iterdir()}
    first.pop("plan.json"), second.pop("plan.json")  # it holds the seconds taken
    assert first == second


def test_several_books_give_the_same_on_one_process_and_on_two(tmp_path, book):
    books = [
        save(tmp_path / f"{name}.xlsx", village(households=n)) for name, n in (("东村", 24), ("西村", 20))
    ]
    plans = []
    for processes in ("1", "2"):
        out = tmp_path / processes
        call_command(
            "tables", *map(str, books), "-o", str(out), "--processes", processes, stdout=io.StringIO()
        )
        plans.append(
            [
                json.loads((out / book.stem / "plan.json").read_text("utf-8"))["division"]["links"]
                for book in books
            ]
        )
    assert plans[0] == plans[1]
    assert all(plans[0])


def test_an_earlier_run_leaves_nothing_behind(tables, book):
    run = tables(book)
    # a further picture, what a Heli wrote that did not yet put the village first, and a file of somebody else
    for name in ("青溪村-division-2.png", "division.png", "roster-2.png", "notice.txt", "my-division.png"):
        (run.out / name).write_bytes(b"old")
    del book["投放点"]
    assert {path.name for path in tables(book).out.iterdir()} == {
        "my-division.png",
        "青溪村-houses.pdf",
        "青溪村-division.png",
        "青溪村-division.pdf",
        "青溪村-division-wall.pdf",
        "青溪村-division-pen.pdf",
        "青溪村-division.xlsx",
        "problems.csv",
        "understood.csv",
        "plan.json",
    }


def test_a_folder_of_csv_files_is_one_village(tmp_path, book, tables):
    folder = tmp_path / "双溪村"
    folder.mkdir()
    for name, rows in book.items():
        text = "\n".join(",".join("" if cell is None else str(cell) for cell in row) for row in rows)
        (folder / f"{name}.csv").write_bytes(text.encode("gb18030"))
    run = tables(folder)
    assert len(run.links) == 24
    assert run.plan["roster"]["status"] == "optimal"
