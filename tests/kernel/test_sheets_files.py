"""A file that cannot be used is refused in one clear line; nothing in it can crash the reader."""

import datetime
import io
import zipfile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heli.kernel.lib.text import clean, fold, join_han, numeral, without_private
from heli.kernel.sheets.read import SheetError, letter, read_book

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504


def excel(change=None):
    book = openpyxl.Workbook()
    for row in (("门牌号", "户主"), ("上宅弄1号", "陈一鸣")):
        book.active.append(row)
    if change:
        change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def zipped(**parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), data)
    return out.getvalue()


def locked_zip():
    data = bytearray(zipped(xl__workbook_xml="x"))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def far_cell(book):
    book.active["XFD1048576"] = "x"


def wide_and_long(book):
    for row in range(1, 200_000, 900):
        book.active.cell(row, 1, "x")
    for column in range(1, 100, 90):
        book.active.cell(1, column, "x")


WHOLE = excel()
REFUSED = {
    "empty": (b"", "file-empty"),
    "only blanks": (b" \r\n\0\0", "file-empty"),
    "cut off": (excel()[:2000], "file-broken"),
    "the last bytes missing": (excel()[:-30], "file-broken"),
    "a part changed": (excel().replace(b"PK\x03\x04", b"PK\x03\x05", 1), "file-broken"),
    "old Excel, cut off": (OLE + "Workbook".encode("utf-16-le") + b"\0" * 99, "file-broken"),
    "old Office without streams": (OLE, "file-broken"),
    "locked Excel": (OLE + "EncryptedPackage".encode("utf-16-le"), "file-locked"),
    "locked zip": (locked_zip(), "file-locked"),
    "PDF": (b"%PDF-1.7 ...", "file-foreign"),
    "picture": (b"\x89PNG\r\n\x1a\n" + b"\0" * 99, "file-foreign"),
    "Word": (zipped(word__document_xml="x"), "file-foreign"),
    "old Word": (OLE + "WordDocument".encode("utf-16-le"), "file-foreign"),
    "zip of something": (zipped(notes="x"), "file-foreign"),
    "bytes": (bytes(range(256)) * 20, "file-foreign"),
    "web page called Excel": (b"<html><table><tr><td>1</td></tr></table></html>", "file-disguised"),
    "XML called Excel": (b'<?xml version="1.0"?><Workbook/>', "file-disguised"),
    "zip bomb": (zipped(xl__workbook_xml=b"0" * (401 * 2**20)), "file-too-large"),
    "more than anybody can read": (excel(wide_and_long), "sheet-too-large"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_cannot_be_used_is_refused_in_one_line(tmp_path, name):
    data, code = REFUSED[name]
    path = tmp_path / "农户.xlsx"
    path.write_bytes(data)
    with pytest.raises(SheetError) as refused:
        read_book(path)
    assert refused.value.problem.kind.code == code
    assert refused.value.problem.severity == "stop"
    assert len(str(refused.value).splitlines()) == 1
    assert str(tmp_path) not in str(refused.value)


def test_what_is_not_there_is_refused(tmp_path):
    with pytest.raises(SheetError, match="找不到"):
        read_book(tmp_path / "没有.xlsx")
    with pytest.raises(SheetError, match="文件夹"):
        read_book(tmp_path)


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(tmp_path_factory, data):
    assert all(isinstance(text, str) for text in read_or_refuse(tmp_path_factory, data))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.binary(min_size=1, max_size=4))
def test_a_damaged_workbook_is_read_or_refused(tmp_path_factory, place, junk):
    place %= len(WHOLE)
    for data in (WHOLE[:place] + junk + WHOLE[place + len(junk) :], WHOLE[:place]):
        assert all(isinstance(text, str) for text in read_or_refuse(tmp_path_factory, data))


def read_or_refuse(tmp_path_factory, data):
    path = tmp_path_factory.getbasetemp() / "any.xlsx"
    path.write_bytes(data)
    try:
        book = read_book(path)
    except SheetError as refused:
        return [str(refused)]
    return [text for sheet in book.sheets for row in sheet.rows for text in row]


def test_cells_become_the_text_a_person_sees(tmp_path):
    def fill(book):
        book.active.append(
            [3.0, 120.05, True, "　Ａ１\u200b ２ ", datetime.date(1965, 3, 2), datetime.time(5, 30)]
        )
        book.active.append([datetime.timedelta(hours=17, minutes=30), None, "x"])

    path = tmp_path / "a.xlsx"
    path.write_bytes(excel(fill))
    (sheet,) = read_book(path).sheets
    assert list(sheet.rows[2]) == ["3", "120.05", "是", "A1 2", "1965-03-02", "05:30"]
    assert list(sheet.rows[3])[:3] == ["17:30", "", "x"]


def test_errors_uncounted_formulas_and_hidden_sheets_are_said(tmp_path):
    def fill(book):
        book.active["B2"] = "#REF!"
        book.active["A3"] = "=SUM(A1:A2)"
        book.create_sheet("旧").sheet_state = "hidden"

    path = tmp_path / "a.xlsx"
    path.write_bytes(excel(fill))
    book = read_book(path)
    said = [(problem.kind.code, problem.place.row, problem.place.column) for problem in book.problems]
    assert said == [("cell-error", 2, "B"), ("cell-uncounted", 3, ""), ("sheet-hidden", None, "")]
    assert [sheet.name for sheet in book.sheets] == ["Sheet"]


def test_letters_of_columns():
    assert [letter(column) for column in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


def test_text_is_made_comparable():
    assert clean(" Ａ１　\u200bｂ\n") == "A1 b"
    assert join_han("贾　芳 Li") == "贾芳 Li"
    assert fold("門牌 號碼（戶）：") == "门牌号码(户):"
    assert [numeral(text) for text in ("12", "十二", "一百零三", "廿三", "两", "甲")] == [
        12,
        12,
        103,
        23,
        2,
        None,
    ]


@given(st.text(max_size=30))
def test_cleaning_twice_changes_nothing(text):
    assert clean(clean(text)) == clean(text)
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    "secret",
    [
        "13900000001",
        "139-0000-0001",
        "139 0000 0001",
        "+86 139-0000-0001",
        "0579-12345678",
        "33000019900101123X",
    ],
)
def test_private_digits_are_masked(secret):
    masked = without_private(f"电话{secret}，12-2号")
    assert masked == "电话***，12-2号"
