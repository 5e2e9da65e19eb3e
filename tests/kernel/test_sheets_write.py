"""The Excel and CSV writer: text stays text, numbers are numbers, the page is ready to print."""

import csv
import datetime
import io

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heli.kernel.sheets.write import MAX_TEXT, Sheet, csv_text, write_book

DATE = datetime.date(2026, 11, 22)
ODD = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "=cmd|'/c calc'!A1",
    "1-2",
    "007",
    "2026-1-2",
    "{=A1}",
    "http://x.cn",
    "  =1",
]


def read(data):
    return openpyxl.load_workbook(io.BytesIO(data))


def write(*sheets, title="青溪村"):
    out = io.BytesIO()
    write_book(out, sheets, title, DATE)
    return out.getvalue()


def test_text_stays_text_and_numbers_are_numbers():
    page = read(write(Sheet("表", ("甲", "乙"), [(text, 3) for text in ODD])))["表"]
    for row, text in zip(page.iter_rows(min_row=2), ODD, strict=True):
        assert (row[0].data_type, row[0].value, row[0].hyperlink) == ("s", text, None)
        assert row[0].number_format == "@"
        assert (row[1].data_type, row[1].value) == ("n", 3)


def test_the_sheet_is_ready_to_filter_and_to_print():
    page = read(write(Sheet("表", ("门牌号", "户主"), [("上宅弄1号", "汤甲")], landscape=True, frozen=1)))[
        "表"
    ]
    assert page.freeze_panes == "B2"
    assert page.auto_filter.ref == "A1:B2"
    assert page.print_title_rows == "$1:$1"
    assert (page.page_setup.paperSize, page.page_setup.orientation) == (9, "landscape")
    assert (page.page_setup.fitToWidth or 1, page.page_setup.fitToHeight) == (1, 0)  # 1 is the default
    assert page.sheet_properties.pageSetUpPr.fitToPage
    assert page.column_dimensions["A"].width > 2 * len("上宅弄1号")


def test_the_same_content_gives_the_same_bytes(tmp_path):
    sheet = Sheet("表", ("甲",), [("一",)])
    assert write(sheet) == write(sheet)
    write_book(tmp_path / "a.xlsx", [sheet], "青溪村", DATE)
    assert (tmp_path / "a.xlsx").read_bytes() == write(sheet)


def test_sheet_names_are_made_fit():
    names = read(write(*[Sheet(name, ("甲",), []) for name in ("a/b", "A*B", "", "长" * 40)])).sheetnames
    assert names == ["a b", "A B 2", "3", "长" * 31]


def test_an_ampersand_in_the_title_is_printed_as_it_is():
    assert read(write(Sheet("表", ("甲",), []), title="A&B"))["表"].oddHeader.left.text == "A&&B　表"


@pytest.mark.parametrize("value", ["长" * (MAX_TEXT + 1), float("nan"), float("inf")])
def test_what_a_cell_cannot_hold_is_refused_by_place(value):
    with pytest.raises(ValueError, match=r"row 2, column 1"):
        write(Sheet("表", ("甲",), [(value,)]))


@given(st.text(st.characters(blacklist_categories=["Cs"]), max_size=20))
def test_csv_never_gives_a_cell_that_begins_a_formula(text):
    out = csv_text(("甲",), [(text,), (-5,)])
    assert out.startswith("\ufeff甲")
    rows = list(csv.reader(io.StringIO(out[1:], newline="")))
    cell = rows[1][0] if rows[1] else ""
    assert cell in {text, "'" + text}
    assert cell == text or text.strip()[:1] in {"", "=", "+", "-", "@"} or text.lstrip(" ")[:1] in "\t\r\n"
    assert not cell.lstrip(" ").startswith(("=", "@", "\t", "\r"))
    assert rows[-1] == ["-5"]


@pytest.mark.parametrize("text", ODD)
def test_csv_marks_every_formula_and_no_plain_number(text):
    cell = next(csv.reader(io.StringIO(csv_text((text,), [])[1:])))[0]
    assert cell == (
        text if text in {"1-2", "007", "2026-1-2", "{=A1}", "http://x.cn", "+1", "-1"} else "'" + text
    )
