"""What every page is asked in the browser: accessible, no sideways scroll, large enough to touch, nothing
refused by the content policy; and a picture of it for people to look at."""

from __future__ import annotations

import os
from itertools import product
from pathlib import Path

from playwright.sync_api import Page

WIDTHS = {"desktop": {"width": 1280, "height": 900}, "phone": {"width": 360, "height": 740}}
LOOKS = [
    {"width": width, "language": language, "large": large}
    for width, language, large in product(WIDTHS, ("zh-hans", "en"), (False, True))
]
"""Every way a page is seen: width, language, type."""
AXE = (Path(__file__).parent / "vendor/axe.min.js").read_text("utf-8")
TOUCH = 44
SMALL = """(least) => [...document.querySelectorAll(
    'button, .button, select, textarea, :is(nav, footer) a,' +
    'input:not([type=hidden], [type=checkbox], [type=radio])'
  )]
  .filter((each) => each.checkVisibility({visibilityProperty: true}) && !each.closest('heli-map, .seen-not'))
  .map((each) => [each, each.getBoundingClientRect()])
  .filter(([each, box]) => box.width > 1 && box.height < least - 0.5)
  .map(([each, box]) => `${each.outerHTML.slice(0, 120)}: ${Math.round(box.height)} px`)"""


def name_of(look: dict[str, object]) -> str:
    """A look in a word, for the names of tests and pictures."""
    return f"{look['width']}-{look['language']}{'-large' if look['large'] else ''}"


def listen(page: Page) -> None:
    """Remember what the page complains about: script errors, refusals by the policy, missing files."""
    complaints: list[str] = []
    page.complaints = complaints  # type: ignore[attr-defined]
    page.on("pageerror", lambda error: complaints.append(str(error)))

    def console(message: object) -> None:
        itself = message.location.get("url") == page.url  # type: ignore[attr-defined]
        if message.type in ("error", "warning") and not (itself and "status of 4" in message.text):  # type: ignore[attr-defined]
            complaints.append(message.text)  # type: ignore[attr-defined]

    page.on("console", console)


def shot(page: Page, name: str) -> None:
    """A picture of the whole page in the folder ``HELI_SHOTS``, if that is set."""
    if folder := os.environ.get("HELI_SHOTS"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def assert_accessible(page: Page, large: bool = False) -> None:
    """No violation found by axe-core; in large type contrast is 7 : 1."""
    page.evaluate(AXE)
    options = {"rules": {"color-contrast-enhanced": {"enabled": large}}, "resultTypes": ["violations"]}
    found = page.evaluate("(options) => axe.run(document, options)", options)["violations"]
    told = [
        f"{each['id']}: {each['help']}\n    "
        + "\n    ".join(
            node["html"][:200] + " | " + (node.get("failureSummary") or "").replace("\n", " ")[:300]
            for node in each["nodes"][:3]
        )
        for each in found
    ]
    assert not told, "\n".join(told)


def assert_quiet(page: Page) -> None:
    """No script error, nothing refused by the content policy, no missing file."""
    told = page.complaints  # type: ignore[attr-defined]
    assert not told, "\n".join(told)


def assert_fits(page: Page) -> None:
    """Nothing makes the page scroll sideways."""
    wider = page.evaluate(
        """() => document.documentElement.scrollWidth <= innerWidth ? [] :
        [...document.querySelectorAll('body *')]
          .filter((each) => each.getBoundingClientRect().right > innerWidth + 1 && !each.closest('.wide'))
         .map((each) => each.outerHTML.slice(0, 120)).slice(0, 5)
          .concat(`${document.documentElement.scrollWidth} px`)"""
    )
    assert not wider, "\n".join(wider)


def assert_touchable(page: Page) -> None:
    """What is pressed is at least 44 px high."""
    small = page.evaluate(SMALL, TOUCH)
    assert not small, "\n".join(small)


def assert_good(page: Page, name: str = "", large: bool = False) -> None:
    """All of it, and a picture when a name is given."""
    page.wait_for_load_state()  # a click comes back once the next page begins
    if name:
        shot(page, name)
    assert_fits(page)
    assert_touchable(page)
    assert_accessible(page, large)
    assert_quiet(page)
