"""Lost items: noted, listed, on the village's menu, downloaded as a book, and imported from one."""

from io import BytesIO

import openpyxl
from django.urls import reverse
from heli.lost_items.models import Item
from tests.plans.test_uploads import file_of, finish

from heli.kernel.audit.models import Event
from heli.kernel.imports.models import Upload


def test_a_thing_is_noted_listed_and_handed_out(world):
    client, url = world.client(world.head), reverse("lost_items", args=[world.village.pk])
    new = reverse("lost_item_new", args=[world.village.pk])
    assert new in client.get(url).text
    assert client.post(new, {"what": "钱包", "place": "桥头", "found_on": "2026-11-01"}).status_code == 302
    assert "1件失物" in client.get(url, {"q": "钱"}).text
    assert "0件失物" in client.get(url, {"q": "伞"}).text
    assert Event.objects.filter(verb="item.found").count() == 1
    book = openpyxl.load_workbook(BytesIO(client.get(url, {"as": "xlsx"}).content))
    assert ("钱包", "桥头", "2026-11-01") in list(book.active.values)


def test_a_messy_list_is_read_compared_imported_and_taken_back(world):
    client, url = (
        world.client(world.unit_officer),
        reverse("lost_items_uploads", args=[world.village.pk]),
    )
    Item.objects.create(village=world.village, what="钱包", place="桥头", found_on="2026-11-01")
    rows = [("失物招领登记",), ("序号", "物 品", "拾取地点", "拾取日期")]
    rows += [(1, "雨伞", "村口", "2026-11-03"), (2, "钥匙", "桥头", "上周")]
    assert client.post(url, {"books": [file_of({"登记": rows})]}).status_code == 302
    upload = Upload.objects.get()
    finish(upload)
    page = client.get(reverse("upload", args=[upload.pk])).text
    assert "“上周”不是日期" in page
    seen = {"version": upload.version, "revision": upload.revision, "sure": "on"}
    client.post(reverse("upload_import", args=[upload.pk]), seen)
    assert list(Item.objects.values_list("what", flat=True)) == ["雨伞"]
    client.post(reverse("upload_undo", args=[upload.pk]))
    assert list(Item.objects.values_list("what", flat=True)) == ["钱包"]
