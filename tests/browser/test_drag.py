"""A household goes to another member: by mouse, by finger, by keyboard; the cost is seen before."""

import re
from collections import Counter

import pytest
from playwright.sync_api import expect
from tests.browser.looking import assert_good
from tests.plans.publishing import draft

from heli.plans.models import Run

WAY = re.compile("[远近]一些|一样近|约\\d+米")
"""What a move would mean, in words."""


@pytest.fixture
def run(world):
    return draft(world)


def chip_and_target(page, run):
    """A household of whoever has most, opened, not their own, and the row of a neighbour in the list."""
    loads = Counter(map(str, run.links.values_list("member", flat=True)))
    rows = page.locator("li[data-drop]")
    keys = [rows.nth(at).get_attribute("data-drop") for at in range(rows.count())]
    most = max(range(len(keys)), key=lambda at: loads[keys[at]])
    rows.nth(most).locator("> a").click()
    chip = page.locator(".opened [data-drag]").filter(has_not_text="自己家").last
    return chip, rows.nth(most + 1 if most + 1 < len(keys) else most - 1)


def holder(run, chip):
    house = re.search("household/([^/]+)/", chip.get_attribute("data-drag"))[1]
    return lambda: str(run.links.get(household=house).member_id)


def middle(box, down=0.5):
    return box["x"] + box["width"] / 2, box["y"] + box["height"] * down


def cost_is_seen(page, holds, before):
    """The cost stands there and nothing has moved."""
    preview = page.locator("#preview")
    expect(preview).to_contain_text(WAY)
    expect(preview).to_be_in_viewport()
    assert holds() == before


def moved(page, run, holds, target, house):
    """It has gone there, is held fast, and can be taken back."""
    page.locator(f"#m{target} > a").click()
    there = page.locator(f"#m{target} .house").filter(has=page.locator(f"text={house}"))
    expect(there.first).to_contain_text("◆")
    assert holds() == target
    assert Run.objects.get(pk=run.pk).version > run.version


def test_by_mouse(browse, world, run):
    page = browse(f"/plan/{run.pk}/members/", client=world.client(world.unit_officer))
    chip, row = chip_and_target(page, run)
    holds, target = holder(run, chip), row.get_attribute("data-drop")
    before, house = holds(), chip.locator("b").inner_text().strip("◆★ ")
    page.mouse.move(*middle(chip.bounding_box()))
    page.mouse.down()
    page.mouse.move(*middle(row.bounding_box()), steps=8)
    cost_is_seen(page, holds, before)
    assert_good(page, "drag-mouse")
    page.mouse.up()
    moved(page, run, holds, target, house)


def test_let_go_nowhere_nothing_moves(browse, world, run):
    page = browse(f"/plan/{run.pk}/members/", client=world.client(world.unit_officer))
    chip, row = chip_and_target(page, run)
    holds = holder(run, chip)
    before = holds()
    page.mouse.move(*middle(chip.bounding_box()))
    page.mouse.down()
    page.mouse.move(*middle(row.bounding_box()), steps=4)
    page.mouse.move(*middle(page.locator("h1").bounding_box()), steps=4)
    page.mouse.up()
    expect(page.locator("#preview")).to_be_hidden()
    assert "/members/" in page.url
    assert holds() == before


def test_by_finger(browse, world, run):
    page = browse(f"/plan/{run.pk}/members/", width="phone", client=world.client(world.unit_officer))
    chip, row = chip_and_target(page, run)
    holds, target = holder(run, chip), row.get_attribute("data-drop")
    before, house = holds(), chip.locator("b").inner_text().strip("◆★ ")
    chip.evaluate("(chip) => scrollTo(0, chip.getBoundingClientRect().top + scrollY - 200)")
    finger = page.context.new_cdp_session(page)

    def touch(kind, *places):
        points = [{"x": x, "y": y} for x, y in places]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    x, y = middle(chip.bounding_box())
    to_x, to_y = middle(row.bounding_box(), 0.1)
    touch("touchStart", (x, y))
    page.wait_for_timeout(450)  # a long press is a drag, a short one scrolls
    for step in range(1, 6):
        touch("touchMove", (x + (to_x - x) * step / 5, y + (to_y - y) * step / 5))
    cost_is_seen(page, holds, before)
    assert_good(page, "drag-finger")
    touch("touchEnd")
    moved(page, run, holds, target, house)


def test_by_keyboard(browse, world, run):
    page = browse(f"/plan/{run.pk}/members/", client=world.client(world.unit_officer))
    chip, _row = chip_and_target(page, run)
    holds = holder(run, chip)
    before, house = holds(), chip.locator("b").inner_text().strip("◆★ ")
    chip.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/move/**")
    expect(page.locator(".jobs > li").first).to_contain_text(WAY)
    for _press in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('button[form=move]')"):
            break
    target = page.evaluate("document.activeElement.value")
    assert holds() == before
    page.keyboard.press("Enter")
    moved(page, run, holds, target, house)
