"""Changes of a plan by hand: cost first, then done; pins, undo, two people at once."""

import pytest
from django.urls import reverse
from tests.plans.planned import DAY, made, planned

from heli.kernel.audit.models import Event
from heli.plans.models import Edit, Run, RunState
from heli.plans.queries.runs import plan_of
from heliplan import linking, roster


@pytest.fixture
def run(world):
    return planned(world.village, low=1)


@pytest.fixture
def unit(world):
    return world.client(world.unit_officer)


@pytest.fixture
def link(run):
    """A household that could go to somebody else: not a member's own."""
    return run.links.exclude(why__code="own").order_by("household__order").first()


@pytest.fixture
def other(run, link):
    """Another member."""
    return run.links.exclude(member=link.member).order_by("household__order").first().member


def move(client, run, link, member, version=None):
    address = reverse("run_move", args=[run.pk, link.household_id])
    data = {"member": member.pk, "version": run.version if version is None else version}
    return client.post(address, data)


def now(link):
    link.refresh_from_db()
    return link.member_id, link.pinned


def good(run):
    """The stored plan keeps every rule of its problems."""
    plan, _ = plan_of(Run.objects.get(pk=run.pk), DAY)
    assert linking.check(plan.linking.problem, plan.division.plan).ok
    assert roster.check(plan.roster.problem, plan.seats.plan).violations == ()


def test_the_page_says_what_a_move_would_cost(run, unit, link, other):
    page = unit.get(reverse("run_move", args=[run.pk, link.household_id])).text
    assert page.count("换给他（她）") == 3
    assert "每人1–6户" in page
    part = unit.get(reverse("run_move", args=[run.pk, link.household_id]), {"member": other.pk, "part": 1})
    assert other.name in part.text
    assert "<html" not in part.text
    assert now(link)[0] != other.pk


def test_a_household_is_moved_and_pinned(run, unit, link, other):
    assert move(unit, run, link, other).status_code == 302
    assert now(link) == (other.pk, True)
    assert link.why["code"] == "fixed"
    assert Event.objects.get(verb="run.move").facts == {"links": 1, "seats": 0}
    good(run)
    page = unit.get(reverse("run", args=[run.pk])).text
    assert "手工改过1处" in page
    assert f"→ {other.name}" in page


def test_a_move_that_breaks_a_bound_is_refused_with_the_reason(world, unit):
    run = planned(world.village, low=3, high=3)
    link = run.links.exclude(why__code="own").order_by("household__order").first()
    other = run.links.exclude(member=link.member).order_by("household__order").first().member
    answer = unit.post(
        reverse("run_move", args=[run.pk, link.household_id]), {"member": other.pk, "version": 0}, follow=True
    )
    assert "会有 4 户，最多 3 户" in answer.text
    assert now(link) != (other.pk, True)
    assert not Edit.objects.exists()


def test_what_a_bound_forbids_can_be_pinned_and_the_rest_planned_again(world, unit):
    run = planned(world.village, low=3, high=3)
    link = run.links.exclude(why__code="own").order_by("household__order").first()
    other = run.links.exclude(member=link.member).order_by("household__order").first().member
    data = {"keep": "keep", "household": link.household_id, "member": other.pk}
    unit.post(reverse("run_again", args=[run.pk]), data)
    again = made(Run.objects.get(base=run))
    assert now(again.links.get(household=link.household)) == (other.pk, True)
    page = unit.get(reverse("run_changes", args=[again.pk])).text
    assert "2户、" in page
    good(again)


def test_undo_and_redo(run, unit, link, other):
    before = now(link)
    move(unit, run, link, other)
    unit.post(reverse("run_undo", args=[run.pk]), {"version": 1})
    assert now(link) == before
    unit.post(reverse("run_redo", args=[run.pk]), {"version": 2})
    assert now(link) == (other.pk, True)
    unit.post(reverse("run_undo", args=[run.pk]), {"version": 3})
    answer = unit.post(reverse("run_undo", args=[run.pk]), {"version": 4}, follow=True)
    assert "没有什么可以撤销的" in answer.text
    run.refresh_from_db()
    assert (run.version, list(run.edits.values_list("number", "undone"))) == (4, [(1, True)])


def test_pins_of_one_and_of_all_a_member_has(run, unit, link):
    address = reverse("run_pin", args=[run.pk])
    unit.post(address, {"version": 0, "household": link.household_id, "pinned": "on"})
    assert now(link)[1]
    unit.post(address, {"version": 1, "member": link.member_id, "pinned": "on"})
    assert not run.links.filter(member=link.member, pinned=False).exists()
    assert not run.seats.filter(member=link.member, pinned=False).exists()
    unit.post(address, {"version": 2, "household": link.household_id})
    assert not now(link)[1]
    good(run)


def test_two_people_at_once_the_second_is_told_and_keeps_their_change(world, run, unit, link, other):
    head = world.client(world.head)
    third = run.links.exclude(member__in=[link.member, other]).order_by("household__order").first().member
    assert move(unit, run, link, other, 0).status_code == 302
    answer = move(head, run, link, third, 0)
    assert answer.status_code == 409
    assert f"村负责人：{link.household}：{link.member.name} → {other.name}" in answer.text
    assert f"{link.household} 移给 {third.name}" in answer.text
    assert now(link)[0] == other.pk
    again = head.post(answer.request["PATH_INFO"], {"member": third.pk, "version": 1})
    assert again.status_code == 302
    assert now(link)[0] == third.pk


def test_a_seat_goes_to_somebody_else_or_stays_empty(run, unit):
    seat = run.seats.exclude(member=None).first()
    address = reverse("run_seat", args=[run.pk, seat.pk])
    assert "先空着" in unit.get(address).text
    unit.post(address, {"version": 0, "empty": "on"})
    seat.refresh_from_db()
    assert (seat.member_id, seat.pinned) == (None, False)
    page = unit.get(reverse("run", args=[run.pk])).text
    assert "先看缺的" in page
    good(run)


def test_turns_are_swapped_and_day_groups_stay_whole(run, unit):
    seats = list(run.seats.exclude(member=None))
    one = seats[0]
    two = next(seat for seat in seats if seat.weekday != one.weekday and seat.member_id != one.member_id)
    address = reverse("run_seat", args=[run.pk, one.pk])
    part = unit.get(address, {"other": two.pk, "part": 1}).text
    before = one.member_id, two.member_id
    answer = unit.post(address, {"version": 0, "other": two.pk}, follow=True)
    one.refresh_from_db()
    two.refresh_from_db()
    if "不能这样换" in part:
        assert "便" in answer.text
        assert (one.member_id, two.member_id) == before
    else:
        assert (two.member_id, one.member_id) == before
        assert one.pinned
    good(run)


def test_a_turn_that_somebody_cannot_take_is_refused(world, run, unit):
    member = world.members[0]
    member.availability = {"busy": [[day, period] for day in range(1, 8) for period in ("early", "late")]}
    member.save()
    seat = run.seats.exclude(member=member).exclude(member=None).first()
    answer = unit.post(
        reverse("run_seat", args=[run.pk, seat.pk]), {"version": 0, "member": member.pk}, follow=True
    )
    assert "不便" in answer.text
    assert not Edit.objects.exists()


def test_who_may_only_look_changes_nothing(world, run, link, other):
    assert move(world.client(world.leader), run, link, other).status_code == 403
    assert move(world.client(world.stranger), run, link, other).status_code == 404
    assert move(world.client(world.nobody), run, link, other).status_code == 302
    for name in ("run_pin", "run_undo", "run_redo", "run_again", "run_discard"):
        assert world.client(world.leader).post(reverse(name, args=[run.pk])).status_code == 403
        assert world.client(world.stranger).post(reverse(name, args=[run.pk])).status_code == 404
    assert not Edit.objects.exists()


def test_forged_keys_are_not_found(world, run, unit, link, other):
    foreign = world.other.households[0].pk
    assert unit.get(reverse("run_move", args=[run.pk, foreign])).status_code == 404
    stranger = world.other.members[0]
    assert move(unit, run, link, stranger).status_code == 404
    seat = run.seats.first()
    address = reverse("run_seat", args=[run.pk, seat.pk])
    assert unit.post(address, {"version": 0, "member": stranger.pk}).status_code == 404
    assert unit.post(address, {"version": 0, "other": link.pk}).status_code == 404
    assert unit.get(reverse("run_seat", args=[run.pk, link.pk])).status_code == 404


def test_a_draft_put_away_changes_no_more(run, unit, link, other):
    unit.post(reverse("run_discard", args=[run.pk]), {"version": 0})
    run.refresh_from_db()
    assert run.state == RunState.DISCARDED
    answer = unit.post(
        reverse("run_move", args=[run.pk, link.household_id]), {"member": other.pk, "version": 0}, follow=True
    )
    assert "已经不能改了" in answer.text
