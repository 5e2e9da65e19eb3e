"""A grid member by personal link, on a phone in large type; the next one takes the turn; the leader ticks."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from tests.browser.looking import assert_good
from tests.duties.swaps import every_day, seat_of, soon

from heli.duties.models import Presence, Swap, SwapState
from heli.grids.models import Link
from heli.kernel.access.actor import SYSTEM
from heli.kernel.audit.models import Event
from heli.kernel.web.links import Holder, make_link
from heli.people.models import Phone

PHONE = {"width": "phone", "large": True}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_member_shows_a_phone_and_finds_somebody_for_a_turn(browse, world, language):
    say = {"zh-hans": 0, "en": 1}[language]
    seats = every_day(world)
    for household in world.households[:3]:
        Link.objects.create(household=household, member=world.members[0], since=soon(-1))
    first = world.members[0]
    page = come_in(browse, first, language)
    assert_good(page, f"me-{language}", large=True)
    house = world.households[1]
    number = Phone.objects.get(owner=house.pk).number
    expect(page.locator("main")).not_to_contain_text(number)
    page.locator(f"form[action$='{house.pk}/phone/'] button, form[action*='{house.pk}'] button").first.click()
    expect(page.locator("main")).to_contain_text(number)
    assert_good(page, f"me-phone-{language}", large=True)
    assert number not in page.url
    assert Event.objects.filter(subject__contains=str(house.pk)).exists()
    page.locator("main a.button").click()
    day = soon()
    page.locator(f"a[href*='{day.isoformat()}']").last.click()
    ask = page.get_by_role("button", name=("谁都行，问大家", "Anybody: ask everybody")[say])
    expect(ask).to_be_visible()
    assert_good(page, f"me-turn-{language}", large=True)
    ask.click()
    expect(page.locator("main .note").first).to_be_visible()
    assert_good(page, f"me-offered-{language}", large=True)
    swap = Swap.objects.get()
    assert (swap.turn_id, swap.date) == (seat_of(seats, day).pk, day)

    other = browse("/me/", client=world.member_client(world.members[1]), language=language, **PHONE)
    expect(other.locator("main .gaps").first).to_contain_text(first.name)
    assert_good(other, f"me-asked-{language}", large=True)
    other.get_by_role("button", name=("我去", "I will go")[say], exact=True).click()
    other.wait_for_load_state()
    swap.refresh_from_db()
    assert (swap.state, swap.taker_id) == (SwapState.ACCEPTED, world.members[1].pk)
    page.goto("/me/")
    expect(page.locator("main")).to_contain_text(world.members[1].name)
    assert_good(page, f"me-swapped-{language}", large=True)


def come_in(browse, member, language):
    """By the link on the slip, with the last four digits of one's own phone; wrong ones are refused."""
    number = Phone.objects.get(owner=member.pk).number
    token = make_link(SYSTEM, Holder(member.pk, member.name, member.village.path), number, timezone.now())
    page = browse(f"/l/{token}/", language=language, **PHONE)
    assert_good(page, f"link-{language}", large=True)
    page.locator("input[name=digits]").fill("0000")
    page.locator("main form button").click()
    expect(page.locator(".errorlist")).to_be_visible()
    assert_good(page, f"link-wrong-{language}", large=True)
    page.locator("input[name=digits]").fill(number[-4:])
    page.locator("main form button").click()
    expect(page).to_have_url(re.compile("/me/$"))
    return page


@pytest.mark.parametrize("js", [True, False])
def test_the_leader_ticks_who_stood(browse, world, js):
    every_day(world)
    day = soon(-1)
    page = browse(
        f"/village/{world.village.pk}/presence/?date={day.isoformat()}",
        client=world.client(world.leader),
        js=js,
        **PHONE,
    )
    if js:
        assert_good(page, "presence", large=True)
    for number, said in enumerate(("来了", "没人来")):
        row = page.locator("ul.jobs > li").nth(number)
        row.locator("summary").first.click()
        row.get_by_label(said, exact=True).check()
    page.get_by_role("button", name="存", exact=True).click()
    page.wait_for_load_state()
    assert set(Presence.objects.values_list("date", "stood")) == {(day, True), (day, False)}
    if js:
        assert_good(page, "presence-ticked", large=True)
