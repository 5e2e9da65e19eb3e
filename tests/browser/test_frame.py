"""The frame of every page: menu, switches, sign-in, refusals, complaints."""

import pytest
from tests.browser.looking import LOOKS, assert_good, assert_quiet, name_of, shot

OPEN = {
    "sign-in": "/account/login/",
    "complaints": "/complaints/",
    "not-found": "/no-such-page/",
    "home": "/",
}


@pytest.mark.parametrize("look", LOOKS, ids=name_of)
@pytest.mark.parametrize("name", OPEN)
def test_pages_for_everybody(browse, name, look):
    page = browse(OPEN[name], **look)
    assert_good(page, f"{name}-{name_of(look)}", look["large"])


@pytest.mark.parametrize("js", [True, False], ids=["js", "no-js"])
def test_language_and_large_type_are_switched_on_the_same_page(browse, js):
    page = browse("/complaints/?from=here", width="phone", js=js)
    page.get_by_role("button", name="English").click()
    assert page.url.endswith("/complaints/?from=here")
    assert page.locator("html").get_attribute("lang") == "en"
    page.locator("button[name=large]").click()
    assert page.locator("html").get_attribute("class") == "large"
    assert page.locator("body").evaluate("(body) => getComputedStyle(body).fontSize") == "22px"
    page.get_by_role("button", name="中文").click()
    assert page.locator("html").get_attribute("lang") == "zh-Hans"


def test_the_keyboard_reaches_the_content_at_once_and_is_seen(browse):
    page = browse("/complaints/")
    page.keyboard.press("Tab")
    skip = page.locator(".skip")
    assert skip.evaluate(
        "(link) => link === document.activeElement && link.getBoundingClientRect().left >= 0"
    )
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_paper_gets_the_content_only(browse):
    page = browse("/complaints/")
    page.emulate_media(media="print")
    assert not page.locator("header").is_visible()
    assert page.locator("h1").is_visible()
    shot(page, "complaints-print")
    assert_quiet(page)


@pytest.mark.parametrize("js", [True, False], ids=["js", "no-js"])
@pytest.mark.parametrize("width", ["desktop", "phone"])
def test_one_goes_from_place_to_place_and_finds_a_member(browse, world, width, js):
    """The place switch, the entries, the search, 我的, at both widths and without JavaScript."""
    page = browse("/", client=world.client(world.line), width=width, js=js)
    page.locator("details.place summary").click()
    page.locator("details.place").get_by_role("link", name="青溪村").click()
    page.locator(".entries").get_by_role("link", name="联户").click()
    assert page.locator("h1").inner_text() == "青溪村：联户"
    page.locator("main").get_by_role("link", name="网格员").click()
    assert page.locator(".entries [aria-current]").inner_text() == "联户"
    page.locator(".back a").click()
    if width == "phone":
        page.locator(".find-short").click()
        page.locator("main input[name=q]").fill(world.members[0].name)
        page.locator("main").get_by_role("button", name="找").click()
    else:
        page.locator(".find input[name=q]").fill(world.members[0].name)
        page.locator(".find button").click()
    assert world.members[0].name in page.locator("main .book").last.inner_text()
    assert page.url.endswith("/search/")
    page.locator("details.mine summary").click()
    page.locator("details.mine").get_by_role("button", name="退出").click()
    page.wait_for_load_state()
    assert page.locator(".entries").count() == 0


def test_the_bar_of_entries_hides_nothing_at_the_foot_of_a_phone(browse, world):
    page = browse("/complaints/", client=world.client(world.unit_officer), width="phone")
    bar = page.locator(".entries").bounding_box()
    assert bar["y"] + bar["height"] == 740
    assert 60 <= bar["height"] <= 62
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    foot = page.locator("footer a").first.bounding_box()
    assert foot["y"] + foot["height"] <= bar["y"]


def test_what_is_open_in_the_head_is_closed_by_escape(browse, world):
    page = browse("/complaints/", client=world.client(world.line))
    page.locator("details.place summary").focus()
    page.keyboard.press("Enter")
    assert page.locator("details.place[open]").count() == 1
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    assert page.locator("details.place[open]").count() == 0
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
