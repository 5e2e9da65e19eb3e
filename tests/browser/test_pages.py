"""Every page of the access table, as somebody who may open it: both widths, both languages, large type."""

import os

import pytest
from django.urls import reverse
from tests.access_rows import PEOPLE
from tests.access_table import TABLE
from tests.browser.looking import assert_good, assert_touchable, shot

LOOKS = (
    {"width": "desktop", "language": "zh-hans", "large": False},
    {"width": "phone", "language": "en", "large": True},
)
"""Both widths, both languages, both sizes of type; every pair of them would take three times as long."""
ASKED = ("unit_officer", "member", "auditor", "admin", "line", "head", "leader", "nobody")
PAGES = [row for row in TABLE if row.method == "get" and "ok" in row.expected]


def reader(row):
    """Who opens it: the first of those who may."""
    return next(person for person in ASKED if row.expected[PEOPLE.index(person)] == "ok")


@pytest.mark.parametrize("row", PAGES, ids=lambda row: row.name.replace(":", "-"))
def test_a_page_is_good_however_it_is_seen(browse, world, row):
    person = reader(row)
    client = world.clients()[person]
    url = reverse(row.name, kwargs=row.url(world))
    answer = client.get(url)
    if not answer["Content-Type"].startswith("text/html"):
        pytest.skip("a file, not a page")
    name = row.name.replace(":", "-")
    for look in LOOKS:
        page = browse(url, client=client, **look)
        told = f"{name}-{look['width']}-{look['language']}{'-large' if look['large'] else ''}"
        assert_good(page, told, look["large"])
    page = browse(url, client=client, width="phone", js=False)
    assert page.locator("h1").count() == 1
    assert_touchable(page)
    if os.environ.get("HELI_SHOTS"):
        page.emulate_media(media="print")
        shot(page, f"{name}-print")
