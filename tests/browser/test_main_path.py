"""The main job as a village walks it: from its own book to the two published tables."""

import re

import pytest
from playwright.sync_api import expect
from tests.browser.walking import (
    HOUSEHOLDS,
    OFFICER,
    Walker,
    data_words,
    empty_village,
    messy_book,
    sign_in,
)

from heli.duties.models import Roster
from heli.grids.models import HouseholdRow, Link
from heli.kernel.imports.models import Upload
from heli.plans.models import Run

WAYS = {
    "zh-desktop": ({"width": "desktop", "language": "zh-hans", "large": False}, True),
    "en-desktop": ({"width": "desktop", "language": "en", "large": False}, True),
    "zh-phone-no-js": ({"width": "phone", "language": "zh-hans", "large": False}, False),
}


@pytest.mark.parametrize("way", WAYS)
def test_from_a_messy_book_to_the_published_tables(browse, world, tmp_path, way):
    look, js = WAYS[way]
    unit = empty_village(world)
    page = browse("/", js=js, **look)
    walker = Walker(page, look, js, way)
    sign_in(walker, OFFICER)
    expect(page.locator("h1")).to_contain_text(unit.name)
    walker.good("village", data_words(unit))
    hand_in(walker, unit, messy_book(tmp_path / "柳岸村.xlsx"))
    plan(walker, unit)
    review(walker, unit)
    again(walker, unit)
    publish(walker, unit)
    look_at_published(walker, unit)


def hand_in(walker, unit, book):
    """The book is read, a wrong cell mended in its place, what changes seen, the rows taken in."""
    page = walker.page
    walker.follow("联户")
    walker.follow("交名册")
    walker.good("uploads", data_words(unit))
    page.set_input_files("input[type=file]", str(book))
    walker.press("交上去读")
    walker.job()
    wrong = page.locator("input[name^=text][value='好几口']")
    expect(wrong).to_be_visible()
    walker.good("problems", data_words(unit))
    wrong.fill("3")
    walker.press("存下改动，再读一遍")
    walker.job()
    expect(wrong).to_have_count(0)
    walker.good("preview", data_words(unit))
    page.locator("a[href*='part=households&kind=new']").click()
    expect(page.locator("main")).to_contain_text("上宅弄3号")
    page.go_back()
    walker.press("导入")
    page.wait_for_load_state()
    if "/job/" in page.url:
        walker.job()
    walker.good("imported", data_words(unit))
    assert Upload.objects.get().state == "imported"
    assert HouseholdRow.objects.filter(village=unit).count() == HOUSEHOLDS


def plan(walker, unit):
    """Both tables are planned without a wish: the button stands where the import ended."""
    walker.press("排两张表")
    walker.job()
    expect(walker.page).to_have_url(re.compile(r"/plan/[^/]+/$"))
    assert Run.objects.get().links.count() == HOUSEHOLDS


def review(walker, unit):
    """By member, by household, the roster; one household to another member, and one held fast."""
    page = walker.page
    for word in ("总览", "按人看", "按户看", "值班表", "地图"):
        walker.follow(word)
        if word == "地图" and walker.js:
            page.wait_for_timeout(200)
        walker.good(f"review-{word}", data_words(unit))
    walker.follow("按人看")
    page.locator("li[data-drop] > a").filter(has_text="6").first.click()
    chip = page.locator(".opened .house").first
    house = chip.locator("b").inner_text()
    chip.click()
    row = (
        page.locator(".jobs > li")
        .filter(has=page.get_by_role("button", name=walker.word("换给他（她）")))
        .first
    )
    expect(row).to_be_visible()
    walker.good("move", data_words(unit))
    taker = row.locator("b").inner_text()
    walker.press("换给他（她）", row)
    page.locator("li[data-drop] > a").filter(has_text=taker).first.click()
    expect(page.locator(".opened .house", has_text=house).first).to_contain_text("◆")
    walker.good("opened", data_words(unit))
    walker.follow("按户看")
    line = page.locator(".book > li").filter(has_not_text="◆").first
    held = line.locator("b").inner_text()
    line.locator("a").click()
    walker.press("定住")
    page.locator(".back a").first.click()
    expect(page.locator(".book > li").filter(has_text=held).first).to_contain_text("◆")
    walker.follow("总览")
    walker.good("reviewed", data_words(unit))


def again(walker, unit):
    """Planned again from what is held fast; what is different."""
    first = Run.objects.get()
    kept = dict(first.links.filter(pinned=True).values_list("household", "member"))
    assert len(kept) == 2
    page = walker.page
    again = page.locator("details").filter(has_text=walker.word("再排一次")).last
    again.locator("summary").click()
    walker.press("再排一次", again)
    walker.job()
    second = Run.objects.get(base=first)
    assert kept.items() <= dict(second.links.values_list("household", "member")).items()
    walker.follow("改了哪些")
    walker.good("changes", data_words(unit))
    walker.follow("总览")


def publish(walker, unit):
    """In force; nothing before it is."""
    assert not Link.objects.exists()
    walker.good("draft", data_words(unit))
    walker.page.locator("form[action$='/publish/'] button").click()
    expect(walker.page).to_have_url(re.compile("/published/$"))
    assert Link.objects.filter(household__village=unit).count() == HOUSEHOLDS
    assert Roster.objects.filter(village=unit).count() == 1


def look_at_published(walker, unit):
    """The files open, the notice is copied, and it is known who was responsible."""
    page = walker.page
    walker.good("published", data_words(unit))
    files = page.locator(".files a")
    begins = {b"\x89PNG": 0, b"%PDF-": 0, b"PK\x03\x04": 0}
    for address in {files.nth(at).get_attribute("href") for at in range(files.count())}:
        body = page.request.get(address).body()
        begin = next(each for each in begins if body.startswith(each))
        begins[begin] += 1
    assert min(begins.values()) >= 2, "pictures, prints and Excel of both tables"
    with page.expect_download() as download:
        page.get_by_role("link", name="Excel").first.click()
    assert download.value.path().read_bytes().startswith(b"PK")
    if walker.js:
        copy_the_notice(walker)
    walker.follow("某一天由谁负责")
    expect(page.locator(".book > li").first).to_be_visible()
    walker.good("responsible", data_words(unit))
    assert page.locator(".book").last.locator("li").count() == min(HOUSEHOLDS, 20)


def copy_the_notice(walker):
    """What is pasted into the group chat is the notice as it stands there."""
    page = walker.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("main details summary").first.click()
    button = page.locator("button[data-copy='#notice-1']")
    button.click()
    expect(button).to_have_text(walker.word("已复制"))
    assert page.evaluate("navigator.clipboard.readText()") == page.locator("#notice-1").input_value()
