"""The homes: a gap is filled in two clicks where it stands, and nobody scrolls far."""

import datetime

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from tests.browser.looking import LOOKS, assert_good, name_of
from tests.insight.test_village import publish, this_monday

from heli.duties.models import Turn
from heli.duties.queries.days import turns_on

DAY = datetime.timedelta(days=1)
HIGHEST = 1600
"""Pixels of a village's home on a phone."""


def with_gaps(world):
    """Both tables in force, tomorrow's turn nobody's, one household without a member."""
    publish(world.home, this_monday() - 7 * DAY)
    Turn.objects.filter(member=None).update(member=world.members[0])
    tomorrow = timezone.localdate() + DAY
    Turn.objects.filter(weekday=tomorrow.isoweekday()).update(member=None)
    world.households[0].links.all().delete()
    return tomorrow


@pytest.mark.parametrize("look", LOOKS, ids=name_of)
def test_homes_are_good_however_they_are_seen(browse, world, look):
    with_gaps(world)
    pages = {
        "unit": ("/", world.client(world.unit_officer)),
        "line": ("/", world.client(world.line)),
        "me": ("/", world.member_client(world.members[0])),
    }
    for who, (address, client) in pages.items():
        page = browse(address, client=client, **look)
        assert_good(page, f"home-{who}-{name_of(look)}", look["large"])
        if who == "unit":
            page.locator(".gaps a[href*='open=']").first.click()
            assert_good(page, f"home-open-{name_of(look)}", look["large"])


@pytest.mark.parametrize("js", [True, False])
def test_a_gap_is_filled_in_two_clicks_from_home(browse, world, js):
    tomorrow = with_gaps(world)
    page = browse("/", client=world.client(world.unit_officer), width="phone", js=js)
    if js:
        assert page.evaluate("document.documentElement.scrollHeight") <= HIGHEST
    page.locator(".gaps > li", has_text="明天").get_by_role("link").click()
    page.locator(".cure button").first.click()
    expect(page.locator("h1")).not_to_contain_text("空")
    assert not any(turn.gap for turn in turns_on(world.village, tomorrow))
