"""With tables in force, planning means the fewest changes, and titles never say two things of one day."""

import datetime
import re

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.plans.planned import made
from tests.plans.publishing import draft, in_force

from heli.grids.commands import move_in
from heli.grids.models import Link
from heli.kernel.access.queries import actor_of
from heli.people.commands import leave
from heli.plans.models import PlannedLink, Run

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture
def unit(world):
    return world.client(world.unit_officer)


def links(world):
    rows = Link.objects.filter(household__village=world.village, until=None)
    return dict(rows.values_list("household", "member"))


def ask(world, client, **data):
    """Press a button of the page on which plans are asked for; the draft that comes of it."""
    answer = client.post(reverse("plan", args=[world.village.pk]), data)
    run = Run.objects.first()
    assert answer.url == reverse("job", args=[run.job])
    return made(run)


def show(client, name, run):
    return client.get(reverse(name, args=[run.pk])).text


def heading(text):
    """The heading of a page."""
    return text.partition("<h1>")[2].partition("</h1>")[0]


def test_without_tables_in_force_it_is_the_first_plan(world, unit):
    run = ask(world, unit)
    assert run.base is None
    assert heading(show(unit, "run", run)).startswith("青溪村草稿：12户都有人联系")


def test_with_tables_in_force_only_what_must_change_changes(world, unit):
    in_force(world, timezone.localdate() - 10 * DAY)
    before = links(world)
    gone = world.members[3]
    leave(actor_of(world.unit_officer), gone, timezone.localdate())
    run = ask(world, unit)
    after = dict(run.links.values_list("household", "member"))
    assert {house: who for house, who in before.items() if who != gone.pk}.items() <= after.items()
    theirs = sum(who == gone.pk for who in before.values())
    title = heading(show(unit, "run", run))
    assert f"会换{theirs}户" in title
    assert heading(show(unit, "publish", run)) == title, "one question, one answer"


def test_wishes_do_not_make_the_plan_a_new_one(world, unit):
    in_force(world, timezone.localdate() - 10 * DAY)
    run = ask(world, unit, mode="groups", weeks=1, low=1, high=5)
    assert run.base is not None
    assert dict(run.links.values_list("household", "member")) == links(world)
    assert run.options["high"] == 5


def test_everything_anew_is_asked_twice_and_says_first_what_may_change(world, unit):
    in_force(world)
    address = reverse("plan", args=[world.village.pk])
    assert 'name="all"' not in unit.get(address).text
    asked = unit.get(address, {"all": "1"}).text
    turns = Run.objects.get().seats.exclude(member=None).count()
    assert f"现在的12户、{turns}个班都可能换人" in asked
    PlannedLink.objects.filter(household=world.households[0].pk).update(pinned=True)
    run = ask(world, unit, all="on")
    assert run.options["fresh"]
    held = run.links.get(household=world.households[0].pk)
    assert (held.pinned, held.member_id) == (True, links(world)[world.households[0].pk])


def test_a_draft_that_changes_nothing_is_not_offered_for_publishing(world, unit):
    in_force(world, timezone.localdate() - 10 * DAY)
    run = ask(world, unit)
    for name in ("run", "publish"):
        text = show(unit, name, run)
        assert "和现在一样，没有人变动" in heading(text)
        assert "不用公布" in text
        assert 'name="links_since"' not in text
        assert reverse("published", args=[world.village.pk]) in text


def test_upkeep_with_nothing_to_do_leads_on(world, unit):
    in_force(world, timezone.localdate() - 10 * DAY)
    text = unit.get(reverse("upkeep", args=[world.village.pk])).text
    assert "不用重新排" in text
    assert "12户都有人联系" in heading(text)
    primary = text.partition("button primary")[2].partition(">")[0]
    assert reverse("members", args=[world.village.pk]) in primary


def test_titles_of_one_minute_do_not_contradict_each_other(world, unit):
    in_force(world, timezone.localdate() - 10 * DAY)
    old = ask(world, unit)
    move_in(actor_of(world.unit_officer), world.village, {"address": "前街5-2号", "head": "周新来"})
    titles = [
        heading(unit.get(reverse(name, args=[world.village.pk])).text)
        for name in ("published", "upkeep", "village")
    ]
    assert all("缺1户" in title for title in titles), titles
    assert len({re.search(r"空(\d+)个班", title)[1] for title in titles}) == 1, titles
    assert "过时" in heading(show(unit, "run", old))
    new = ask(world, unit)
    assert "会换1户" in heading(show(unit, "run", new))
    assert "都有人联系" not in heading(show(unit, "run", new))


def test_older_drafts_are_put_away_and_say_so(world, unit):
    first, second = draft(world), draft(world)
    listed = unit.get(reverse("plan", args=[world.village.pk]))
    assert listed.context["drafts"].now == second
    assert listed.context["drafts"].others == (first,)
    assert "这份草稿是旧的" in show(unit, "run", first)
    assert reverse("run", args=[second.pk]) in show(unit, "run", first)
    assert "这份草稿是旧的" not in show(unit, "run", second)
    in_force(world)
    assert unit.get(reverse("plan", args=[world.village.pk])).context["drafts"].now is None
    assert "公布过新的表" in show(unit, "run", second)
