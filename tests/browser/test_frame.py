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
