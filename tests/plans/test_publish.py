"""Putting a plan in force: whole or not at all, by one person, never out of date."""

import datetime

import pytest
from django.utils import timezone
from tests.plans.publishing import draft, in_force, monday_after

from heli.duties.models import Roster, Turn
from heli.grids.models import Division, Link
from heli.kernel.access.queries import actor_of
from heli.kernel.audit.models import Event
from heli.kernel.lib.errors import DomainError
from heli.orgs.commands import bump_revision
from heli.people.commands import leave
from heli.plans.commands import publish as module
from heli.plans.commands.publish import publish
from heli.plans.models import PlannedLink, Run, RunState
from heli.plans.queries.differences import between_versions
from heli.plans.queries.publications import KINDS, responsible_for, stood_on, versions

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def refusal(world, run, version=None, since=None):
    since = since or timezone.localdate()
    version = run.version if version is None else version
    with pytest.raises(DomainError) as refused:
        publish(actor_of(world.unit_officer), run.pk, version, since, monday_after(since), since)
    assert Division.objects.count() == Roster.objects.count() == 0
    return refused.value.code


def test_it_works(world):
    run = in_force(world)
    today = timezone.localdate()
    division, roster = Division.objects.get(), Roster.objects.get()
    assert run.state == RunState.PUBLISHED
    assert (division.number, division.since, division.published_by) == (1, today, "村负责人")
    assert roster.since == monday_after(today)
    assert roster.table["weeks"][0]["monday"] == roster.since.isoformat()
    planned = dict(run.links.values_list("household", "member"))
    assert dict(Link.objects.filter(until=None).values_list("household", "member")) == planned
    assert len(planned) == 12
    assert Turn.objects.filter(roster=roster).count() == run.seats.count()
    assert {turn.start for turn in Turn.objects.all()} == {"06:30", "18:00"}
    assert {"publish", "run.publish"} <= set(Event.objects.values_list("verb", flat=True))


def test_a_second_person_is_told(world):
    run = in_force(world)
    with pytest.raises(DomainError) as refused:
        publish(actor_of(world.admin), run.pk, run.version, timezone.localdate(), timezone.localdate(), None)
    assert refused.value.code == "plans.run-not-draft"
    assert Division.objects.count() == Roster.objects.count() == 1


def test_a_plan_changed_since_it_was_looked_at_is_refused(world):
    run = draft(world)
    Run.objects.filter(pk=run.pk).update(version=3)
    assert refusal(world, run) == "plans.run-changed"


def test_a_plan_that_is_out_of_date_is_refused(world):
    run = draft(world)
    bump_revision(world.village)
    assert refusal(world, run) == "plans.run-out-of-date"


def test_nobody_gets_a_part_when_they_serve_no_more(world):
    today = timezone.localdate()
    leave(actor_of(world.unit_officer), world.members[0], today + 30 * DAY)
    run = draft(world)
    assert refusal(world, run, since=today + 40 * DAY) == "plans.member-leaves"


def test_a_broken_plan_is_refused(world):
    run = draft(world)
    PlannedLink.objects.filter(run=run).update(member=world.members[0])  # twelve, six at most
    assert refusal(world, run) == "plans.run-broken"


def test_what_people_decided_by_hand_may_be_published(world):
    run = draft(world)
    PlannedLink.objects.filter(run=run).update(member=world.members[0], pinned=True)
    Run.objects.filter(pk=run.pk).update(version=1)
    today = timezone.localdate()
    publish(actor_of(world.unit_officer), run.pk, 1, today, monday_after(today), today)
    assert set(Link.objects.values_list("member", flat=True)) == {world.members[0].pk}


def test_when_the_second_table_fails_nothing_is_published(world, monkeypatch):
    run = draft(world)

    def fails(*_given):
        raise RuntimeError("half-way")

    monkeypatch.setattr(module, "publish_roster", fails)
    today = timezone.localdate()
    with pytest.raises(RuntimeError, match="half-way"):
        publish(actor_of(world.unit_officer), run.pk, run.version, today, monday_after(today), today)
    assert Division.objects.count() == Link.objects.count() == 0
    assert Run.objects.get(pk=run.pk).state == RunState.DRAFT


def test_versions_say_from_when_until_when_by_whom_and_what_changed(world):
    first = timezone.localdate() - 20 * DAY
    in_force(world, first)
    leave(actor_of(world.unit_officer), world.members[3], first + 10 * DAY)
    second = first + 10 * DAY
    in_force(world, second)
    for kind in KINDS:
        new, old = versions(world.village, kind)
        assert (new.number, old.number) == (2, 1)
        assert old.until == new.since
        assert new.until is None
        found = between_versions(new, old)
        assert any(one.before == world.members[3].name for one in found)
        assert world.members[3].name not in {one.after for one in found}


def test_who_was_responsible_on_any_day(world):
    first = timezone.localdate() - 20 * DAY
    in_force(world, first)
    old = Link.objects.filter(member=world.members[3]).select_related("household")
    house = old[0].household
    second = first + 10 * DAY
    leave(actor_of(world.unit_officer), world.members[3], second)
    in_force(world, second)
    before, _more = responsible_for(world.village, second - DAY, house.address)
    after, _more = responsible_for(world.village, second, house.address)
    assert [one.member for one in before if one.household == house.pk] == [world.members[3].name]
    assert [one.member for one in after if one.household == house.pk] != [world.members[3].name]
    never, _more = responsible_for(world.village, first - DAY, house.address)
    assert {one.member for one in never} == {""}


def test_who_stood_on_a_day(world):
    in_force(world, timezone.localdate() - 20 * DAY)
    turns = stood_on(world.village, timezone.localdate())
    assert len(turns) == 4
    assert {one.came for one in turns} == {None}
