"""A small file that would become a large one, or a long job, is refused or read in part, and says so.

The sizes are such that a reader without these bounds, or one that goes over its input again and again, would
fill the memory or run for minutes.
"""

import datetime
import struct
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from tests.book_writer import WRITERS, parse_book
from tests.corpus import WRITERS as ALL_WRITERS
from tests.plans.written import codes, read

from heli.kernel.sheets.grid import MAX_ROWS, MAX_SHEETS
from heli.kernel.sheets.ole import Ole, OleError
from heli.kernel.sheets.read import SheetError, read_book

BOOK = parse_book("# 农户\n门牌号|户主\n前街1号|谢长庚\n")
ROW = "<table:table-row{}><table:table-cell{}{}</table:table-row>"
CELL = ' office:value-type="string"><text:p>x</text:p></table:table-cell>'


def changed(path: Path, form: str, part: str, change) -> Path:
    """The plain book with one part of its zip changed."""
    WRITERS[form](BOOK, path)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = change(parts[part].decode()).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


def ods(path: Path, rows: str) -> Path:
    return changed(
        path, "ods", "content.xml", lambda xml: xml.replace("</table:table>", f"{rows}</table:table>")
    )


def xlsx(path: Path, rows: str, after: str = "") -> Path:
    return changed(
        path,
        "xlsx",
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace("</sheetData>", f"{rows}</sheetData>{after}"),
    )


def unclosed_cells(path: Path) -> Path:
    return xlsx(path, '<row r="9"><c r="A9" t="s">' + '<c r="A1" t="n" >' * 60_000)


def repeated_text(path: Path) -> Path:
    """One text of 900 characters, kept once, in 20,000 cells."""
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet()
        for row in range(20_000):
            page.write_string(row, 0, "门" * 900)
    return path


def merges_over_merges(path: Path) -> Path:
    cells = "".join(f'<row r="{row}"><c r="CV{row}"><v>1</v></c></row>' for row in range(3, 3000))
    merges = "".join(f'<mergeCell ref="A1:CU{3000 - number}"/>' for number in range(2000))
    return xlsx(path, cells, f"<mergeCells>{merges}</mergeCells>")


def many_rows(path: Path) -> Path:
    path.write_text("门牌号,户主\n" + "前街1号,谢长庚\n" * MAX_ROWS)
    return path


def many_sheets(path: Path) -> Path:
    book = openpyxl.Workbook()
    for number in range(MAX_SHEETS + 1):
        book.create_sheet(str(number))["A1"] = "x"
    book.save(path)
    return path


def far_in_binary(path: Path) -> Path:
    """An xlsb book whose only cell stands in the farthest corner."""
    record = struct.pack("<BBI", 0, 4, 1_048_575) + struct.pack("<BBI", 2, 4, 16_383)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.bin", b"")
        archive.writestr("xl/worksheets/sheet1.bin", record)
    return path


def far_in_old_excel(path: Path) -> Path:
    ALL_WRITERS["xls"](BOOK, path)
    data = path.read_bytes()
    head = struct.pack("<HHH", 1, 1, 0)  # the second row's second cell
    assert data.count(head) == 1
    path.write_bytes(data.replace(head, struct.pack("<HHH", 65_535, 255, 0)))
    return path


REFUSED = {
    "more rows than a district has households": (many_rows, "file-too-many-rows"),
    "a thousand million rows by repeating one": (
        lambda path: ods(path, ROW.format(' table:number-rows-repeated="1000000000"', "", CELL)),
        "file-too-many-rows",
    ),
    "a row of a million cells by repeating one": (
        lambda path: ods(path, ROW.format("", ' table:number-columns-repeated="9000000"', CELL) * 4),
        "file-too-large",
    ),
    "rows that never end": (lambda path: ods(path, "<table:table-row>" * 60_000), "file-broken"),
    "cells that never end": (unclosed_cells, "file-broken"),
    "a long text in many cells": (repeated_text, "file-too-large"),
    "merged cells over merged cells": (merges_over_merges, "file-too-large"),
    "hundreds of sheets": (many_sheets, "file-too-many-sheets"),
    "a far cell of a binary book": (far_in_binary, "sheet-too-large"),
    "a far cell of an old book": (far_in_old_excel, "sheet-too-large"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_would_grow_is_refused(tmp_path, name):
    write, code = REFUSED[name]
    with pytest.raises(SheetError) as refused:
        read_book(write(tmp_path / "农户.xlsx"))
    assert refused.value.problem.kind.code == code


def test_empty_rows_cost_nothing(tmp_path):
    gap = ROW.format(' table:number-rows-repeated="1000000000"', "/>", "")
    book = read_book(ods(tmp_path / "a.ods", gap + ROW.format("", "", CELL)))
    assert [problem.kind.code for problem in book.problems] == ["cells-far"]
    assert [len(sheet.rows) for sheet in book.sheets] == [2]


def test_a_cell_far_to_the_right_is_left_out(tmp_path):
    path = xlsx(tmp_path / "a.xlsx", '<row r="3"><c r="XFD3"><v>1</v></c></row>')
    book = read_book(path)
    assert [(problem.kind.code, problem.place.column) for problem in book.problems] == [("cells-far", "XFD")]


def test_a_sheet_that_is_listed_again_and_again_is_read_once(tmp_path):
    def list_often(xml):
        at, end = xml.index("<sheet "), xml.index("/>", xml.index("<sheet ")) + 2
        return xml[:at] + xml[at:end] * 100_000 + xml[end:]

    book = read_book(changed(tmp_path / "a.xlsx", "xlsx", "xl/workbook.xml", list_often))
    assert len(book.sheets) == 1


def test_headers_without_end_are_not_searched_without_end(tmp_path):
    path = tmp_path / "农户.csv"
    path.write_text(
        "门牌号,户主,人口\n" + "备注,备注说明,其他,说明,编号,序号\n" * 3000 + "前街1号,谢长庚,3\n"
    )
    assert "sheet-confused" in codes(read(path))


def test_headings_sums_and_lines_without_end_are_read_once(tmp_path):
    """Each of these rows was compared with all the rows above it."""
    path = tmp_path / "农户.csv"
    groups = "".join(f"{number}组,,,\n,前街{number}号,户主,3\n" for number in range(1, 6000))
    figures = "".join(f",,,{number}\n" for number in range(1, 6000))
    path.write_text("组别,门牌号,户主,人口\n" + groups + figures)
    village = read(path)
    assert len(village.households) == 5999
    assert village.households[-1].group == "5999组"


@pytest.mark.parametrize("at", [30, 44, 48, 60, 68, 76, 512, 516, 520])
def test_an_old_file_whose_tables_are_damaged_is_read_or_refused(tmp_path, at):
    path = tmp_path / "a.xls"
    ALL_WRITERS["xls"](BOOK, path)
    data = bytearray(path.read_bytes())
    for value in (0, 1, 2, 0x7FFFFFFF):
        struct.pack_into("<I", data, at, value)
        path.write_bytes(data)
        assert read_or_code(path) in ("", "file-broken", "file-no-sheets")


def read_or_code(path: Path) -> str:
    try:
        read_book(path)
    except SheetError as refused:
        return refused.problem.kind.code
    return ""


def test_a_circle_of_sectors_ends(tmp_path):
    path = tmp_path / "a.xls"
    ALL_WRITERS["xls"](BOOK, path)
    data = bytearray(path.read_bytes())
    first = struct.unpack_from("<I", data, 512 * 2 + 128 + 116)[0]
    struct.pack_into("<I", data, 512 + 4 * (first + 1), first)
    with pytest.raises(OleError):
        Ole(bytes(data)).stream("Workbook")


def test_shared_texts_in_runs_are_put_together_without_what_is_struck(tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        page, struck, bold = (
            book.add_worksheet(),
            book.add_format({"font_strikeout": True}),
            book.add_format(),
        )
        page.write_rich_string(0, 0, "前街", bold, "12", "号", struck, "3号")
        page.write_string(1, 0, "前街13号")
        page.write_string(2, 0, "前街14号", struck)
        page.write_formula(3, 0, "=A2", None, "0")
    book = read_book(path)
    assert [row[0] for row in book.sheets[0].rows] == ["前街12号", "前街13号", "", "0"]
    assert [(problem.kind.code, problem.params["count"]) for problem in book.problems] == [
        ("cells-struck", 2)
    ]


def test_a_date_since_1904_is_the_date_shown(tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path), {"date_1904": True}) as book:
        day = datetime.datetime(1976, 5, 1)
        book.add_worksheet().write_datetime(0, 0, day, book.add_format({"num_format": "yyyy-mm-dd"}))
    assert read_book(path).sheets[0].rows[0][0] == "1976-05-01"
