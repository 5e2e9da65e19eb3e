"""Keep true: who left, is away, is old enough; what then changes is shown before anything is written."""

import datetime

import pytest
from django.urls import reverse
from tests.plans.planned import made
from tests.plans.publishing import draft, in_force, monday_after

from heli.duties.models import Turn
from heli.grids.commands import move_away, move_in, set_empty
from heli.grids.models import Link
from heli.people.commands import end_absence, leave, set_absent
from heli.people.models import MemberRow
from heli.plans.commands.publish import publish
from heli.plans.commands.upkeep import plan_return, relink
from heli.plans.models import Run
from heli.plans.queries.upkeep import nearest, open_items

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def links(village):
    return dict(
        Link.objects.filter(household__village=village, until=None).values_list("household", "member")
    )


def put(actor, run, day):
    publish(actor, run.pk, run.version, day, monday_after(day), day)


def test_all_is_true_after_publishing(world, today):
    in_force(world)
    now = open_items(world.village, today)
    assert (now.to_do, now.orphans, now.published) == (0, (), True)


def test_a_member_leaves_and_only_theirs_change(world, actor, today):
    in_force(world, today - 10 * DAY)
    before = links(world.village)
    gone = world.members[3]
    leave(actor, gone, today)
    now = open_items(world.village, today)
    assert [one.name for one in now.leaving] == [gone.name]
    assert len(now.orphans) == sum(member == gone.pk for member in before.values())
    run = made(relink(actor, world.village, today))
    assert links(world.village) == before, "nothing is written before it is published"
    put(actor, run, today)
    after = links(world.village)
    assert gone.pk not in after.values()
    assert {house: who for house, who in before.items() if who != gone.pk}.items() <= after.items()
    assert not Turn.objects.filter(roster__until=None, member=gone).exists()
    assert open_items(world.village, today).to_do == 0


def test_without_a_plan_of_before_the_tables_in_force_are_kept(world, actor, today):
    in_force(world, today - 10 * DAY)
    before = links(world.village)
    turns = set(Turn.objects.filter(roster__until=None).values_list("weekday", "slot", "post", "member"))
    Run.objects.all().delete()
    run = made(relink(actor, world.village, today))
    put(actor, run, today)
    assert links(world.village) == before
    now = set(Turn.objects.filter(roster__until=None).values_list("weekday", "slot", "post", "member"))
    assert now == turns


def test_somebody_is_ill_and_comes_back_to_the_same_households(world, actor, today):
    in_force(world, today - 10 * DAY)
    ill = world.members[3]
    theirs = {house for house, member in links(world.village).items() if member == ill.pk}
    absence = set_absent(actor, ill, today - 3 * DAY, None, "生病")
    assert [one.name for one in open_items(world.village, today).away] == [ill.name]
    put(actor, made(relink(actor, world.village, today - 3 * DAY)), today - 3 * DAY)
    assert ill.pk not in links(world.village).values()
    end_absence(actor, ill, absence.pk, today)
    assert [one.name for one in open_items(world.village, today).back] == [ill.name]
    put(actor, made(plan_return(actor, ill, absence.pk, today)), today)
    assert {house for house, member in links(world.village).items() if member == ill.pk} >= theirs


def test_seventy_is_shown_and_the_village_decides(world, today):
    in_force(world)
    old = MemberRow.objects.get(pk=world.members[1].pk)
    MemberRow.objects.filter(pk=old.pk).update(born=today.year - 70)
    MemberRow.objects.filter(pk=world.members[0].pk).update(born=today.year - 69)
    now = open_items(world.village, today)
    assert [(one.name, one.age) for one in now.old] == [(old.name, 70)]
    assert now.to_do == 0
    client = world.client(world.head)
    young = client.post(reverse("upkeep_exempt", kwargs={"key": world.members[0].pk}))
    assert (young.status_code, "还不到" in young.content.decode()) == (409, True)
    client.post(reverse("upkeep_exempt", kwargs={"key": old.pk}))
    old.refresh_from_db()
    assert old.exempt == "70岁"
    assert [one.name for one in open_items(world.village, today).exempt] == [old.name]


def test_a_household_moves_in_and_the_nearest_with_room_come_first(world, actor, today):
    in_force(world)
    new = move_in(actor, world.village, {"address": "前街5-2号", "head": "周新来"})
    assert [one.key for one in open_items(world.village, today).orphans] == [new.pk]
    near = nearest(world.village, new.pk, today)
    assert near
    assert [one.room for one in near] == sorted((one.room for one in near), reverse=True)
    url = reverse("household_near", kwargs={"key": new.pk})
    sent = world.client(world.head).post(url, {"member": near[0].member})
    run = made(Run.objects.get(pk=sent["Location"].split("/")[-3]))
    before = links(world.village)
    put(actor, run, today)
    assert links(world.village) == {**before, new.pk: near[0].member}


def test_a_member_of_another_village_cannot_be_chosen(world, actor):
    in_force(world)
    new = move_in(actor, world.village, {"address": "前街5-2号", "head": "周新来"})
    url = reverse("household_near", kwargs={"key": new.pk})
    foreign = world.other.members[0].pk
    assert world.client(world.head).post(url, {"member": foreign}).status_code == 404
    assert world.client(world.head).post(url, {"member": "x"}).status_code == 200
    assert world.client(world.admin).post(url, {"member": foreign}).status_code == 200
    assert Run.objects.filter(state="planning").count() == 0


def test_households_that_are_empty_or_gone_need_nobody(world, actor, today):
    in_force(world, today - 10 * DAY)
    set_empty(actor, world.households[0], "空房")
    move_away(actor, world.households[1], today)
    run = made(relink(actor, world.village, today))
    text = world.client(world.head).get(reverse("publish", kwargs={"key": run.pk})).content.decode()
    assert "空房" in text
    assert "搬走了" in text
    put(actor, run, today)
    assert not {world.households[0].pk, world.households[1].pk} & links(world.village).keys()


def test_the_page_walks_from_leaving_to_what_changes(world, actor, today):
    in_force(world, today - 10 * DAY)
    leave(actor, world.members[3], today)
    client = world.client(world.unit_officer)
    shown = client.get(reverse("upkeep", kwargs={"key": world.village.pk})).content.decode()
    assert world.members[3].name in shown
    sent = client.post(reverse("upkeep_relink", kwargs={"key": world.village.pk}), {"day": today})
    assert client.get(sent["Location"])["Refresh"]
    made(Run.objects.get(pk=sent["Location"].split("/")[-3]))
    assert world.members[3].name in client.get(sent["Location"]).content.decode()
    refused = client.post(reverse("upkeep_relink", kwargs={"key": world.village.pk}), {"day": "31.2."})
    assert refused["Location"] == reverse("upkeep", kwargs={"key": world.village.pk})


def test_the_one_draft_among_two_people_is_kept(world, actor, today):
    in_force(world, today - 10 * DAY)
    leave(actor, world.members[3], today)
    first, second = made(relink(actor, world.village, today)), draft(world, base=Run.objects.last())
    put(actor, first, today)
    assert second.state == "draft"
    assert open_items(world.village, today).to_do == 0
