"""The book a village fills in: what is written into it is read from it, to the last word."""

import openpyxl
import pytest
from tests.plans.written import heads, read

from heli.plans.sheets import write_template
from heli.plans.sheets.template import EXAMPLE


def test_the_example_reads_without_any_problem(tmp_path):
    path = tmp_path / "登记表.xlsx"
    write_template(path, example=True)
    village = read(path)
    assert village.problems == ()
    assert heads(village) == [f"{row[2]} {row[3]}" for row in EXAMPLE["农户"]]
    assert [row.name for row in village.members] == [row[1] for row in EXAMPLE["网格员"]]
    assert [row.name for row in village.posts] == [row[0] for row in EXAMPLE["投放点"]]
    assert [row.no_link for row in village.households if row.no_link] == ["空房"]
    assert [row.exempt for row in village.members if row.exempt] == ["因病免"]


def test_the_empty_book_has_drop_downs_notes_and_text_for_phones(tmp_path):
    path = tmp_path / "登记表.xlsx"
    write_template(path, example=False)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["农户", "网格员", "投放点"]
    lists = {
        cell.value: rule.formula1
        for page in book
        for rule in page.data_validations.dataValidation
        if rule.type == "list"
        for cell in [page.cell(1, min(span.min_col for span in rule.sqref.ranges))]
    }
    assert {"是否出租", "队伍", "组别", "性质"} <= set(lists)
    phone = next(cell for cell in book["网格员"][1] if cell.value == "手机号")
    assert book["网格员"].column_dimensions[phone.column_letter].number_format == "@"
    assert all(page.freeze_panes == "A2" for page in book)
    codes = {problem.kind.code for problem in read(path).problems}
    assert codes == {"no-households", "no-members", "no-points"}


def test_a_file_that_cannot_be_written_is_said(tmp_path):
    with pytest.raises(OSError, match="No such file"):
        write_template(tmp_path / "没有" / "登记表.xlsx", example=False)
