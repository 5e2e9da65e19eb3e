"""Uploads that mean harm, or are only broken: a clear refusal each, quickly, and nothing leaks."""

import datetime
import io
import json
import logging
import random
import time
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.plans.test_uploads import file_of, finish, hand_in, officer, page, rows_of, take  # noqa: F401
from tests.plans.written import HOUSES, MEMBERS, POINTS, csv_file, ods, xlsx

from heli.grids.models import HouseholdRow
from heli.kernel.imports.forms import harmless
from heli.kernel.imports.importable import importable
from heli.kernel.imports.models import Upload
from heli.kernel.imports.reading import read_handed
from heli.kernel.imports.shown import shown_problems
from heli.kernel.lib.records import to_json
from heli.kernel.sheets.write import csv_text
from heli.plans.sheets.village_book import read

TODAY = datetime.date(2026, 11, 22)
WHOLE = HOUSES + MEMBERS + POINTS


def zipped(parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def bomb(sheet):
    """A workbook whose only sheet is ``sheet``."""
    return zipped(
        {
            "xl/workbook.xml": '<workbook><sheets><sheet name="a" r:id="r1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": '<R><Relationship Id="r1" Target="worksheets/s.xml"/></R>',
            "xl/worksheets/s.xml": sheet,
        }
    )


HUGE = b"<worksheet><sheetData>" + b" " * (420 << 20)
NESTED = zipped({f"{n}.zip": zipped({"0": b"\0" * (20 << 20)}) for n in range(8)})
HOSTILE = {
    "huge.xlsx": lambda: bomb(HUGE),
    "filled.xlsx": lambda: bomb(
        b'<worksheet><sheetData><row r="1">' + b"<c ><v>1</v></c>" * 9_000_000 + b"</row></sheetData>"
    ),
    "far.xlsx": lambda: bomb(
        b"<worksheet><sheetData>"
        + b"".join(b'<row r="%d"><c r="XFD%d"><v>1</v></c></row>' % (n, n) for n in range(1, 1_048_576, 900))
        + b"</sheetData></worksheet>"
    ),
    "nested.xlsx": lambda: NESTED,
    "cut.xlsx": lambda: zipped({"xl/workbook.xml": b"a" * 5000})[:200],
    "entities.xlsx": lambda: bomb(
        b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">'
        + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
        + b'] ><worksheet><sheetData><row r="1"><c r="A1"><v>&j;</v></c></row></sheetData></worksheet>'
    ),
    "docx.xlsx": lambda: zipped({"word/document.xml": "<w/>"}),
    "exe.xls": lambda: b"MZ\x90\0" + b"\0" * 4000,
    "page.xls": lambda: b"<!doctype html><table><tr><td>1",
    "drawing.csv": lambda: b'<?xml version="1.0"?><svg onload="alert(1)"/>',
    "locked.xlsx": lambda: (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le")
    ),
    "locked.ods": lambda: zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": "encryption-data",
            "content.xml": "x",
        }
    ),
    "repeats.ods": lambda: zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": '<table:table-row table:number-rows-repeated="999999999">'
            '<table:table-cell table:number-columns-repeated="999"><text:p>a</text:p></table:table-cell>'
            "</table:table-row>",
        }
    ),
    "empty.csv": lambda: b"\0\0 \n",
    "noise.csv": lambda: random.Random(3).randbytes(100_000),
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_quickly_and_in_bounds(world, officer, hand_in, name, caplog):  # noqa: F811
    begun = time.monotonic()
    upload = hand_in(SimpleUploadedFile(name, HOSTILE[name]()))
    assert time.monotonic() - begun < 100
    empty = upload.state == "read" and upload.facts["households"] + upload.facts["members"] == 0
    assert upload.state == "refused" or empty
    assert "heli-read" not in page(officer, upload)
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../etc/x.xlsx", "x.xlsx"),
        ("C:\\Users\\x\\表.xlsx", "表.xlsx"),
        ("a\0b\r\n.xlsx", "ab.xlsx"),
        ("张三13800000000.xlsx", "张三***.xlsx"),
        ("..", "?"),
        ("\u202exslx.exe.csv", "xslx.exe.csv"),
        ("长" * 300 + ".csv", "长" * 80 + ".csv"),
    ],
)
def test_a_name_is_made_harmless(given, shown):
    assert harmless(given) == shown


@pytest.mark.django_db
def test_path_names_in_an_upload_stay_in_the_folder(world, officer, hand_in):  # noqa: F811
    file = file_of(rows_of(world.home))
    file._name = "../../../tmp/青溪村\0.xlsx"
    upload = hand_in(file)
    assert "/" not in upload.files[0]["name"]
    assert upload.state == "read"


@pytest.mark.django_db
def test_what_looks_like_a_formula_or_markup_stays_text(world, officer, hand_in, take):  # noqa: F811
    sheets = rows_of(world.home)
    evil = ("=1+1", '@SUM(A1)"', "<script>alert(1)</script>", "+cmd|' /C calc'!A0", "-2+3")
    sheets["农户"][0] = (*sheets["农户"][0], "备注")
    sheets["农户"] += [
        (f"塘边{n}号", f"贺{text}", "乱写", "否", "", "", text) for n, text in enumerate(evil, start=1)
    ]
    data = csv_text(sheets["农户"][0], sheets["农户"][1:]).encode()
    upload = hand_in(
        SimpleUploadedFile("青溪村.csv", data), file_of({"网格员": rows_of(world.home)["网格员"]})
    )
    text = page(officer, upload)
    text += officer.get(f"/upload/{upload.pk}/changes/?part=households&kind=new").content.decode()
    assert "<script>alert" not in text
    assert take(upload, confirmed="on").status_code == 302
    kept = set(HouseholdRow.objects.filter(address__startswith="塘边").values_list("remark", flat=True))
    assert "=1+1" in kept
    assert csv_text(["a"], [["=1+1"], ["@x"], ["+a"], ["-a"]]).count("'") == 4


@pytest.mark.django_db
def test_another_villages_upload_is_not_there(world, officer, hand_in):  # noqa: F811
    upload = hand_in(file_of(rows_of(world.home)))
    stranger = world.client(world.stranger)
    for word in ("", "changes/"):
        assert stranger.get(f"/upload/{upload.pk}/{word}").status_code == 404
    for word in ("fix", "unfix", "again", "import", "undo"):
        assert stranger.post(f"/upload/{upload.pk}/{word}/").status_code == 404
    other = f"/village/{world.other.unit.pk}/upload/"
    answer = stranger.post(other, {"books": file_of(rows_of(world.other)), "instead_of": str(upload.pk)})
    assert answer.status_code == 404
    assert Upload.objects.count() == 1


def seeds(folder):
    """Small whole books of every form, as bytes by ending."""
    old = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500 + "Workbook".encode("utf-16-le") + b"\x09\x08" * 300
    )
    return {
        "xlsx": xlsx(folder / "a.xlsx", WHOLE).read_bytes(),
        "ods": ods(folder / "a.ods", WHOLE).read_bytes(),
        "csv": csv_file(folder / "a.csv", HOUSES).read_bytes(),
        "gbk": csv_file(folder / "b.csv", HOUSES, "gb18030").read_bytes(),
        "xls": old,
    }


def repacked(chance, data):
    """The zip with one part's content changed: its sums are right, so that it reaches the reader."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = chance.choice(sorted(parts))
    parts[name] = changed(chance, parts[name])
    return zipped(parts)


def changed(chance, data):
    """Some bytes flipped, cut out, put in, doubled."""
    data = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 5, 20))):
        at = chance.randrange(len(data) or 1)
        turn = chance.randrange(5)
        if turn == 0 and data:
            data[at] = chance.randrange(256)
        elif turn == 1:
            del data[at : at + chance.randrange(1, 40)]
        elif turn == 2:
            data[at:at] = chance.randbytes(chance.randrange(1, 20))
        elif turn == 3:
            data[at:at] = data[at : at + chance.randrange(1, 200)]
        else:
            data[at:at] = chance.choice(
                (b"\0", b"<", b'"', b"999999999", b"&#x0;", b"\xff\xfe", b"=", b"0\0")
            )
    return bytes(data)


def fuzz(folder, count, seed=20261122):
    """Read ``count`` changed books; gives back how many were read, refused, failed, and the longest time."""
    chance = random.Random(seed)
    whole = seeds(folder)
    said = {"read": 0, "refused": 0, "slowest": 0.0, "codes": set()}
    for number in range(count):
        form = chance.choice(sorted(whole))
        data = whole[form]
        data = (
            repacked(chance, data)
            if form in ("xlsx", "ods") and chance.random() < 0.7
            else changed(chance, data)
        )
        path = folder / f"1.{form}"
        path.write_bytes(data)
        begun = time.monotonic()
        result = read_handed(read, [(path, f"书{number}.{form}")], (), TODAY, {"name": "青溪村"})
        said["slowest"] = max(said["slowest"], time.monotonic() - begun)
        shown = json.dumps([to_json(row) for row in (*result.problems, result.refused) if row])
        assert "10000000001" not in shown, number
        if result.refused:
            said["refused"] += 1
            said["codes"].add(result.refused.code)
            rows = [result.refused]
        else:
            said["read"] += 1
            rows = result.problems
        assert all(
            problem.message and problem.cure for problem in shown_problems(importable("village"), rows, 0)
        ), number
    return said


def test_fuzzed_books_are_read_or_refused(tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    said = fuzz(tmp_path, 300)
    assert said["read"] > 20
    assert said["refused"] > 20
    assert "10000000001" not in caplog.text


@pytest.mark.slow
def test_ten_thousand_fuzzed_books(tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    said = fuzz(tmp_path, 10_000)
    assert said["slowest"] < 30
    assert "10000000001" not in caplog.text
