"""Lost items: noted, listed, on the village's menu, and as a file that is read again."""

from io import BytesIO

import openpyxl
from django.urls import reverse

from heli.kernel.audit.models import Event


def test_a_thing_is_noted_listed_and_handed_out(world):
    client, url = world.client(world.head), reverse("lost_items", args=[world.village.pk])
    assert url in client.get(reverse("village", args=[world.village.pk])).content.decode()
    assert client.post(url, {"what": "钱包", "place": "桥头", "found_on": "2026-11-01"}).status_code == 302
    assert "钱包" in client.get(url).content.decode()
    assert Event.objects.filter(verb="item.found").count() == 1
    book = client.get(reverse("lost_items_book", args=[world.village.pk])).content
    rows = list(openpyxl.load_workbook(BytesIO(book)).active.values)
    assert rows[1] == ("钱包", "桥头", "2026-11-01")
