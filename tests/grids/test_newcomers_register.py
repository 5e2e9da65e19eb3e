"""The newcomers' register as a book: messy headers, doubles, unknown firms; preview, import, undo, export."""

import datetime
import io
import json

import openpyxl
import pytest
from django.utils import timezone
from tests.plans.test_uploads import file_of, finish

from heli.grids.models import Newcomers
from heli.kernel.audit.models import Event
from heli.kernel.imports.importable import importable
from heli.kernel.imports.models import Upload
from heli.kernel.lib.registry import importables
from heli.orgs.models import Kind, Unit

pytestmark = pytest.mark.django_db

MESSY = {
    "外来人员": [
        ("青溪村外来务工人员登记（2026年）",),
        ("序　号", "暂住地址", "用工单位", "登记人数（人）", "登记人"),
        ("１", "前街 ３号", "恒丰　竹业", "１２人", "甲"),
        ("2", "前街5号", "", "四", "甲"),
        ("3", "前街3号", "恒丰竹业", "15", "乙"),
        ("4", "后河9号", "没有这家厂", "7", "乙"),
        ("5", "塘边1号", "恒丰竹业", "好几个", "乙"),
        ("合计", "", "", "38", ""),
    ]
}


@pytest.fixture
def firm(world):
    return Unit.objects.create(kind=Kind.FIRM, name="恒丰竹业", parent=world.village.parent)


@pytest.fixture
def officer(world):
    return world.client(world.unit_officer)


@pytest.fixture
def hand_in(world, officer):
    def go(sheets):
        answer = officer.post(f"/village/{world.village.pk}/newcomers/upload/", {"books": [file_of(sheets)]})
        assert answer.status_code == 302, answer.content.decode()
        upload = Upload.objects.first()
        finish(upload)
        return upload

    return go


def send(officer, upload, **fields):
    seen = {"version": upload.version, "revision": upload.revision}
    return officer.post(f"/upload/{upload.pk}/import/", {**seen, **fields})


def counts(village):
    rows = Newcomers.objects.filter(village=village)
    return sorted(rows.values_list("address", "employer__name", "people"), key=str)


def kept(world, address, employer, people):
    day = datetime.date(2026, 1, 5)
    return Newcomers.objects.create(
        village=world.village, address=address, employer=employer, people=people, counted_on=day
    )


def test_a_messy_register_is_read_previewed_imported_and_undone(world, firm, officer, hand_in):
    kept(world, "前街5号", None, 9)
    kept(world, "老屋1号", firm, 3)
    before = list(Newcomers.objects.order_by("pk").values())
    upload = hand_in(MESSY)
    found = [(problem["code"], problem["row"], problem["column"]) for problem in upload.problems]
    assert ("newcomers-unread", 7, "D") in found
    assert ("newcomers-firm-unknown", 6, "C") in found
    assert ("newcomers-twice", 5, "") in found
    changes = upload.facts["changes"]["newcomers"]
    assert (changes["new"], changes["changed"], changes["gone"]) == (2, 1, 1)
    text = officer.get(f"/upload/{upload.pk}/").content.decode()
    assert "3 处、26 人读好了" in text
    assert "企业名单里没有“没有这家厂”" in text
    listed = officer.get(f"/upload/{upload.pk}/changes/?part=newcomers&kind=changed").content.decode()
    assert "<del>9</del> → <ins>4</ins>" in listed
    gone = officer.get(f"/upload/{upload.pk}/changes/?part=newcomers&kind=gone").content.decode()
    assert "老屋1号" in gone
    assert "恒丰竹业" in gone
    assert send(officer, upload).status_code == 302
    assert counts(world.village) == [("前街3号", "恒丰竹业", 15), ("前街5号", None, 4), ("后河9号", None, 7)]
    assert set(Newcomers.objects.values_list("counted_on", flat=True)) == {timezone.localdate()}
    event = Event.objects.get(verb="upload.import")
    assert (event.facts["newcomers_created"], event.facts["newcomers_gone"]) == (2, 1)
    world.village.refresh_from_db()
    assert world.village.revision == 0, "no plan is out of date"
    assert officer.post(f"/upload/{upload.pk}/undo/").status_code == 302
    assert list(Newcomers.objects.order_by("pk").values()) == before
    assert Event.objects.filter(verb="upload.undo").exists()


def test_a_cell_is_corrected_on_the_page(world, firm, officer, hand_in):
    upload = hand_in(MESSY)
    place = json.dumps(["外来人员", 7, "D"], ensure_ascii=False)
    typed = {"version": upload.version, "place.0": place, "initial.0": "好几个", "text.0": "6"}
    assert officer.post(f"/upload/{upload.pk}/fix/", typed).status_code == 302
    finish(upload)
    assert "newcomers-unread" not in [problem["code"] for problem in upload.problems]
    assert ["塘边1号", "恒丰竹业", 6] in upload.rows["newcomers"]


def test_a_count_typed_since_the_preview_or_the_import_is_not_overwritten(world, firm, officer, hand_in):
    upload = hand_in(MESSY)
    typed = kept(world, "前街5号", None, 9)
    assert send(officer, upload).status_code == 409
    assert counts(world.village) == [("前街5号", None, 9)]
    officer.post(f"/upload/{upload.pk}/again/")
    finish(upload)
    assert send(officer, upload).status_code == 302
    Newcomers.objects.filter(pk=typed.pk).update(people=5)
    assert officer.post(f"/upload/{upload.pk}/undo/").status_code == 409
    assert len(counts(world.village)) == 3


def test_what_is_kept_is_handed_out_in_the_columns_that_are_read(world, firm, officer, hand_in):
    kept(world, "前街3号", firm, 15)
    kept(world, "前街5号", None, 4)
    url = f"/village/{world.village.pk}/newcomers/upload/template/"
    empty, filled = (
        openpyxl.load_workbook(io.BytesIO(officer.get(url + asked).content)).active
        for asked in ("", "?kept=1")
    )
    rows = [[cell.value or "" for cell in row] for row in filled.iter_rows()]
    assert rows == [
        [cell.value for cell in empty[1]],
        ["前街3号", "恒丰竹业", 15],
        ["前街5号", "", 4],
    ]
    upload = hand_in({"新居民": rows})
    assert upload.problems == []
    assert "不用导入" in officer.get(f"/upload/{upload.pk}/").content.decode()


def test_a_book_of_another_kind_says_so(world, officer, hand_in):
    upload = hand_in({"电话": [("姓名", "电话"), ("甲", "1")]})
    assert [problem["code"] for problem in upload.problems] == ["table-not-found"]


def test_the_books_of_one_kind_are_no_books_of_another(world, officer, hand_in):
    upload = hand_in(MESSY)
    assert f"/upload/{upload.pk}/" not in officer.get(f"/village/{world.village.pk}/upload/").content.decode()


def test_every_importable_holds_the_unit_by_the_one_command(world):
    assert {*importables()} == {"village", "newcomers"}
    for what in importables():
        assert importable(what).hold(world.village.pk) == world.village
