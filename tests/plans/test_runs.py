"""A plan made by the job and put together again from its rows."""

import pytest
from tests.plans.books import save, village
from tests.plans.planned import DAY, made, planned, unit_of

from heli.kernel.access.actor import SYSTEM
from heli.kernel.audit.models import Event
from heli.kernel.jobs.models import Job
from heli.plans.commands.runs import start_run
from heli.plans.models import PlannedLink, PlannedSeat, RunState
from heli.plans.queries import changes, division_table, document, roster_table, summary
from heli.plans.queries.runs import plan_of
from heli.plans.rules import Options
from heli.plans.sheets import read_village

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit(tmp_path):
    return unit_of(read_village([save(tmp_path / "青溪村.xlsx", village())], DAY))


def test_a_run_is_started_with_its_job_and_an_audit_line(unit):
    run = start_run(SYSTEM, unit, Options(DAY))
    assert run.state == RunState.PLANNING
    assert Job.objects.get(pk=run.job).params == {"run": str(run.pk), "next": f"/plan/{run.pk}/"}
    assert Event.objects.get(verb="run.start").subject == f"run:{run.pk}"


def test_a_made_run_is_a_draft_whose_rows_give_the_same_plan_again(unit):
    run = planned(unit)
    assert (run.state, run.links.count(), run.seats.count()) == (RunState.DRAFT, 24, 28)
    plan, keys = plan_of(run, DAY)
    assert {keys.households[h]: keys.members[m] for h, m in plan.links().items()} == dict(
        run.links.values_list("household", "member")
    )
    division, roster = division_table(plan), roster_table(plan)
    assert (division.households, division.loads) == (24, (6, 6))
    assert sum(load.total for load in roster.loads) + sum(gap.count for gap in roster.gaps) == 28
    assert document(plan, roster).division.status == "optimal"
    assert summary(plan, division, roster)


def test_a_job_done_twice_leaves_one_plan(unit):
    run = planned(unit)
    again = made(run)
    assert (again.state, PlannedLink.objects.count(), PlannedSeat.objects.count()) == ("draft", 24, 28)
    assert Event.objects.filter(verb="run.made").count() == 1


def test_what_cannot_be_planned_has_failed_and_says_why(unit):
    run = planned(unit, low=9, high=9)
    assert (run.state, run.links.count(), run.seats.count()) == (RunState.FAILED, 0, 0)
    assert run.facts["conflicts"]["links"][0]["code"] == "too_few_households"


def test_planned_again_from_itself_nothing_changes(unit):
    base = planned(unit)
    run = planned(unit, base)
    plan, _ = plan_of(run, DAY)
    assert changes(plan, roster_table(plan)) == ["与上次相比，0 户换了人，0 个班换了人。"]


def test_pins_hold_when_planned_again(unit):
    base = planned(unit)
    link = base.links.select_related("household").exclude(why__code="own").first()
    other = base.links.exclude(member=link.member).exclude(why__code="own").first()
    seat = base.seats.exclude(member=None).first()
    base.links.filter(pk=other.pk).update(pinned=True)
    base.seats.filter(pk=seat.pk).update(pinned=True)
    run = planned(unit, base, links={link.household_id: other.member_id})
    moved, kept = run.links.get(household=link.household), run.links.get(household=other.household)
    assert (moved.member_id, moved.pinned) == (other.member_id, True)
    assert (kept.member_id, kept.pinned) == (other.member_id, True)
    at = {"week": seat.week, "weekday": seat.weekday, "slot": seat.slot, "post": seat.post}
    assert run.seats.get(**at, member=seat.member).pinned
    differs = dict(base.links.values_list("household", "member"))
    changed = [row for row in run.links.values_list("household", "member") if differs[row[0]] != row[1]]
    assert len(changed) == 2


def test_a_plan_tells_what_it_was_though_the_village_changed(unit):
    run = planned(unit)
    linked = run.links.first()
    type(linked.member).objects.filter(pk=linked.member_id).update(left_on=DAY)
    type(linked.household).objects.filter(pk=linked.household_id).update(no_link="空房")
    household = type(linked.household).objects.first()
    household.address, household.number, household.no_link = "上宅弄99号", 99, ""
    household._state.adding = True
    household.id = type(linked).objects.model().id
    household.save()
    plan, _ = plan_of(run, DAY)
    table = division_table(plan)
    assert table.households == 24
    assert [(where, why) for where, _head, why in table.unlinked] == [("上宅弄99号", "后来的，还没有排")]
