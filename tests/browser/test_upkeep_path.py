"""The tables are kept true: a member leaves, the fewest change, only that is shown, then it is published."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from tests.browser.looking import assert_good
from tests.browser.walking import do_jobs
from tests.plans.publishing import in_force

from heli.grids.models import Link
from heli.plans.models import Run, RunState


@pytest.mark.parametrize("width", ["desktop", "phone"])
def test_a_member_leaves_and_only_their_households_change(browse, world, width):
    in_force(world)
    gone = max(world.members, key=lambda member: Link.objects.filter(member=member).count())
    theirs = {link.household.address for link in Link.objects.filter(member=gone).select_related("household")}
    page = browse(
        f"/village/{world.village.pk}/upkeep/", width=width, client=world.client(world.unit_officer)
    )
    assert_good(page, f"keep-true-{width}")
    page.get_by_role("link", name="谁请假、不再参加").click()
    page.get_by_role("link", name=gone.name, exact=True).click()
    assert_good(page, f"keep-member-{width}")
    page.locator("main a[href$='/leave/']").click()
    page.locator("input[name=day]").fill(timezone.localdate().isoformat())
    page.get_by_role("button", name="存", exact=True).click()
    expect(page).to_have_url(re.compile("/upkeep/$"))
    expect(page.locator("h1")).to_contain_text(re.compile(f"缺{len(theirs)}户"))
    assert_good(page, f"keep-gone-{width}")
    page.get_by_role("button", name="重新排，尽量少动").click()
    expect(page.locator("h1")).to_contain_text("正在排")
    assert_good(page, f"keep-waiting-{width}")
    do_jobs()
    expect(page.get_by_role("button", name="公布", exact=True)).to_be_visible(timeout=15_000)
    changed = page.locator(".book").first.locator("b")
    assert set(map(str.strip, changed.all_inner_texts())) == theirs
    assert gone.name in page.locator(".book").first.inner_text()
    assert Run.objects.filter(state=RunState.PUBLISHED).count() == 1
    assert_good(page, f"keep-changes-{width}")
    page.get_by_role("button", name="公布", exact=True).click()
    expect(page).to_have_url(re.compile("/published/$"))
    assert_good(page, f"keep-published-{width}")
    assert Run.objects.filter(state=RunState.PUBLISHED).count() == 2
    assert not Link.objects.filter(member=gone, until=None).exists()
    page.goto(f"/village/{world.village.pk}/upkeep/")
    expect(page.locator("h1")).not_to_contain_text("缺")
