"""What is called otherwise is still the same: drop points, members and houses are known by key."""

import datetime
import importlib
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection
from django.urls import reverse
from tests.plans.planned import made
from tests.plans.publishing import draft, in_force, monday_after

from heli.duties.models import PostRow, Roster, Turn
from heli.grids.models import HouseholdRow
from heli.kernel.access.queries import actor_of
from heli.people.commands import leave
from heli.people.models import MemberRow
from heli.plans.commands.edits import pin
from heli.plans.commands.publish import publish
from heli.plans.commands.upkeep import relink
from heli.plans.models import Run
from heli.plans.queries.differences import between_versions
from heli.plans.queries.publications import in_force as what_holds
from heli.plans.queries.publications import versions

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def rename(world):
    """Every drop point, member and house is called otherwise."""
    for model, field in ((PostRow, "name"), (MemberRow, "name"), (HouseholdRow, "address")):
        for row in model.objects.filter(village=world.village):
            setattr(row, field, f"新{getattr(row, field)}")
            row.save()


def seats(rows):
    return sorted(map(str, rows.values_list("weekday", "slot", "member")))


@pytest.mark.parametrize("runs_are_there", [True, False])
def test_no_seat_changes_hands_when_all_is_called_otherwise(world, actor, today, runs_are_there):
    in_force(world, today - 10 * DAY)
    before = seats(Turn.objects.all())
    links = what_holds(world.village).links
    rename(world)
    if not runs_are_there:
        Run.objects.all().delete()
    run = made(relink(actor, world.village, today))
    assert seats(run.seats) == before
    assert dict(run.links.values_list("household", "member")) == links
    assert not {"plan.previous_turns_lost", "plan.previous_unknown"} & {p["code"] for p in run.problems}
    text = world.client(world.head).get(reverse("publish", kwargs={"key": run.pk})).content.decode()
    assert "和现在一样，没有人变动" in text
    publish(actor, run.pk, run.version, today, monday_after(today), today)
    for kind in ("division", "roster"):
        new, old = versions(world.village, kind)
        assert between_versions(new, old) == []
    table = Roster.objects.order_by("number").last().table
    assert not any(
        seat[2]
        for week in table["weeks"]
        for block in week["blocks"]
        for row in block["rows"]
        for cell in row["cells"]
        for seat in cell["seats"]
    ), "nothing is marked as moved"


def test_a_turn_published_knows_its_drop_point(world, today):
    in_force(world, today)
    found = {turn.post: turn.drop_point_id for turn in Turn.objects.all()}
    assert found == {post.name: post.pk for post in world.posts}


def test_what_cannot_be_kept_is_said(world, actor, today):
    in_force(world, today - 10 * DAY)
    lost = Turn.objects.filter(drop_point=world.posts[1]).exclude(member=None).count()
    PostRow.objects.filter(pk=world.posts[1].pk).update(gone_on=today)
    run = made(relink(actor, world.village, today))
    told = {problem["code"]: problem["params"] for problem in run.problems}
    assert told["plan.previous_turns_lost"] == {"count": lost}


def test_pins_of_somebody_who_left_are_said_to_be_gone(world, actor, today):
    base = draft(world)
    gone = world.members[3]
    theirs = list(base.links.filter(member=gone.pk).values_list("household", flat=True))
    pin(actor, base, base.version, True, links=theirs)
    leave(actor, gone, today)
    run = draft(world, base=Run.objects.get(pk=base.pk))
    told = {problem["code"]: problem["params"] for problem in run.problems}
    assert told["plan.pins_gone"] == {"count": len(theirs)}


def test_the_migration_finds_the_drop_points_of_old_turns(world, today):
    in_force(world, today)
    PostRow.objects.create(village=world.village, name="1号点", order=9, gone_on=today)
    Turn.objects.filter(post="2号点").update(post="三号点")
    Turn.objects.update(drop_point=None)
    move = importlib.import_module("heli.duties.migrations.0007_turns_know_their_drop_points")
    move.find_drop_points(apps, SimpleNamespace(connection=connection))
    assert set(Turn.objects.values_list("post", "drop_point")) == {
        ("1号点", world.posts[0].pk),
        ("三号点", None),
    }
    lost = Turn.objects.filter(drop_point=None).exclude(member=None).count()
    assert lost
    Run.objects.all().delete()
    run = made(relink(actor_of(world.unit_officer), world.village, today))
    told = {problem["code"]: problem["params"] for problem in run.problems}
    assert told["plan.previous_turns_lost"]["count"] >= lost
