"""Books for the reader's tests, written as text: one line a row, ``|`` between cells, ``# NAME``."""

from __future__ import annotations

import csv
import datetime
import io
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

import openpyxl

from heli.plans.rules import Village
from heli.plans.sheets import read_village

TODAY = datetime.date(2026, 11, 22)

HOUSES = """
# 农户
序号|组别|门牌号|户主|人口|是否出租|租住人数|备注
1|1组|上宅弄1号|陈一鸣|3|否||
2|1组|上宅弄2号|林小青|4|是|6|
3|1组|上宅弄3-1号|王大川|2|否||独居老人
4|2组|溪沿5号|赵春生|5|否||
5|2组|溪沿6号|钱有余|1|否||空房
6|2组|溪沿7号|孙宝琴|4|是|2|
"""
MEMBERS = """
# 网格员
序号|姓名|性别|队伍|年龄|住址|手机号|不便时间|备注
1|周正|男|党员|52|上宅弄2号|10000000001|周一、周二|
2|吴兰|女|村妇联|41|溪沿5号|10000000002||亲属：赵春生
"""
POINTS = """
# 投放点
投放点|位置|早|晚|每班人数
1号点|村口|05:30-07:30|17:30-19:30|1
2号点|桥头|05:30-07:30|17:30-19:30|2
"""
WHOLE = HOUSES + MEMBERS + POINTS


def sheets_of(text: str) -> dict[str, list[list[str]]]:
    """The sheets of a book written as text; ``~`` stands for a line break inside a cell."""
    sheets: dict[str, list[list[str]]] = {}
    rows: list[list[str]] = []
    for line in text.strip("\n").split("\n"):
        if line.startswith("# "):
            rows = sheets.setdefault(line[2:], [])
        elif line or rows:
            rows.append([cell.replace("~", "\n") for cell in line.split("|")])
    return sheets


def value(cell: str) -> str | int | None:
    """A whole number as Excel keeps it, other text as text."""
    return int(cell) if cell.isascii() and cell.isdecimal() and len(cell) < 12 else cell or None


def xlsx(path: Path, text: str, merge: dict[str, list[str]] | None = None) -> Path:
    """Write the book as Excel; ``merge`` names ranges by sheet."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets_of(text).items():
        page = book.create_sheet(name)
        for row in rows:
            page.append([value(cell) for cell in row])
        for span in (merge or {}).get(name, []):
            page.merge_cells(span)
    book.save(path)
    return path


def csv_file(path: Path, text: str, encoding: str = "utf-8", delimiter: str = ",") -> Path:
    """Write the book's only sheet as CSV."""
    (rows,) = sheets_of(text).values()
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    path.write_bytes(out.getvalue().encode(encoding))
    return path


def ods(path: Path, text: str) -> Path:
    """Write the book as OpenDocument, by hand."""
    tables = "".join(
        f'<table:table table:name="{escape(name)}">{"".join(map(_ods_row, rows))}</table:table>'
        for name, rows in sheets_of(text).items()
    )
    spaces = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
        for short, long in (("office", "office"), ("table", "table"), ("text", "text"))
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
            f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>',
        )
        archive.writestr(
            "content.xml",
            f'<?xml version="1.0"?><office:document-content {spaces} office:version="1.2">'
            f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
            "</office:document-content>",
        )
    return path


def _ods_row(row: list[str]) -> str:
    cells = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{escape(cell)}</text:p></table:table-cell>'
        if cell
        else "<table:table-cell/>"
        for cell in row
    )
    return f"<table:table-row>{cells}</table:table-row>"


def read(*paths: Path) -> Village:
    """Read the files as one village, as of a fixed day."""
    return read_village(list(paths), TODAY)


def heads(village: Village) -> list[str]:
    """Address and head of every household."""
    return [f"{row.address.text} {row.head}".strip() for row in village.households]


def codes(village: Village) -> list[str]:
    """The codes of all problems, sorted."""
    return sorted(problem.kind.code for problem in village.problems)
