"""Which households have nobody: one answer on every page, in every figure, for every state."""

import datetime
import re

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.insight.test_village import publish

from heli.grids.commands import move_away, move_in, set_empty
from heli.grids.models import HouseholdRow, Link
from heli.grids.queries.links import unlinked, unlinked_on, without_member
from heli.insight.queries.zone import zone_of
from heli.kernel.access.queries import actor_of
from heli.people.commands import leave, set_absent
from heli.plans.queries.upkeep import open_items

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def actor(world):
    return actor_of(world.unit_officer)


def answers(world, today):
    """How many households have nobody, as each page says it."""
    client, key = world.client(world.unit_officer), {"key": world.village.pk}
    zone = zone_of(actor_of(world.line), timezone.localtime())
    line = next(one for one in zone.villages if one.key == world.village.pk)
    rows = client.get(reverse("village", kwargs=key), {"every": 1}).context["rows"].rows
    listed = client.get(reverse("households", kwargs=key), {"show": "nobody"}).context["found"]
    responsible = client.get(reverse("responsible", kwargs=key), {"date": today}).context["households"]
    alone = 0
    for household in HouseholdRow.objects.filter(village=world.village):
        shown = client.get(reverse("household", kwargs={"key": household.pk})).content.decode()
        alone += "这一户现在没有人联系" in shown
    return {
        "village": sum(row.number for row in rows if row.key.startswith("house")),
        "zone": line.unlinked,
        "keep": len(open_items(world.village, today).orphans),
        "list": listed.total,
        "responsible": sum(one.lacking for one in responsible),
        "household": alone,
    }


def test_all_pages_give_one_answer_whatever_happened(world, actor, today):
    publish(world.home)
    assert set(answers(world, today).values()) == {0}
    leave(actor, world.members[1], today)
    assert set(answers(world, today).values()) == {3}, "who left has nobody any more"
    set_absent(actor, world.members[0], today, today, "生病")
    assert set(answers(world, today).values()) == {6}, "who is ill cannot be asked"
    new = move_in(actor, world.village, {"address": "前街5-2号", "head": "周新来"})
    assert set(answers(world, today).values()) == {7}
    set_empty(actor, new, "空房")
    theirs = Link.objects.filter(member=world.members[1]).first().household
    move_away(actor, theirs, today)
    assert set(answers(world, today).values()) == {5}, "empty and gone need nobody"


def test_days_decide_for_all_pages(world, actor, today):
    publish(world.home)
    leave(actor, world.members[1], today + DAY)
    set_absent(actor, world.members[0], today + DAY, today + 2 * DAY, "外出")
    assert len(unlinked_on(world.village, today)) == 0
    assert len(unlinked_on(world.village, today + 2 * DAY)) == 6
    assert len(unlinked_on(world.village, today + 3 * DAY)) == 3


def test_a_table_that_has_not_begun_links_nobody(world, today):
    Link.objects.create(household=world.households[0], member=world.members[0], since=today + DAY)
    told = answers(world, today)
    assert told.pop("village") == 0, "its home leads to the first table"
    assert set(told.values()) == {12}
    assert without_member(today + DAY).filter(village=world.village).count() == 11


def test_somebody_exempt_keeps_their_households_until_a_new_table(world, today):
    publish(world.home)
    world.members[0].exempt = "70岁"
    world.members[0].save()
    assert set(answers(world, today).values()) == {0}


def test_the_household_page_no_longer_names_somebody_who_left(world, actor, today):
    publish(world.home)
    gone = world.members[1]
    household = Link.objects.filter(member=gone).first().household
    client, url = world.client(world.unit_officer), reverse("household", kwargs={"key": household.pk})
    assert f"由{gone.name}联系" in client.get(url).content.decode()
    leave(actor, gone, today)
    shown = client.get(url).content.decode()
    title = re.search(r"<title>(.*?)</title>", shown, re.DOTALL).group(1)
    assert f"由{gone.name}联系" not in shown
    assert f"现在没有人联系：{gone.name}不再参加" in title
    assert unlinked(household, today).why == "left"


def test_a_household_that_is_gone_has_nobody_and_needs_nobody(world, actor, today):
    publish(world.home)
    household = Link.objects.filter(member=world.members[0]).first().household
    move_away(actor, household, today)
    shown = world.client(world.unit_officer).get(reverse("household", kwargs={"key": household.pk}))
    assert "联系</h1>" not in shown.content.decode()
    assert unlinked(household, today) is None
