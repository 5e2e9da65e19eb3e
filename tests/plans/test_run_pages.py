"""The pages of a plan: who may see and change, what they say, how many queries."""

import importlib
import pkgutil

import pytest
from django.urls import reverse
from tests.plans.planned import planned

from heli.grids.models import HouseholdRow
from heli.kernel.imports.reading import kinds_in
from heli.kernel.lib.keys import new_key
from heli.orgs.commands import bump_revision
from heli.plans.models import Run, RunState
from heli.plans.queries import overview

PAGES = ("run", "run_members", "run_households", "run_roster", "run_map", "run_points")


@pytest.fixture
def run(world):
    return planned(world.village)


@pytest.fixture
def unit(world):
    return world.client(world.unit_officer)


def test_a_plan_is_asked_for_and_leads_to_its_page(world, unit):
    page = unit.get(reverse("plan", args=[world.village.pk]))
    assert "12户要人联系，4名网格员，2个投放点" in page.text
    answer = unit.post(reverse("plan", args=[world.village.pk]), {"mode": "groups", "weeks": 1, "high": 4})
    run = Run.objects.get()
    assert answer.url == reverse("job", args=[run.job])
    assert (run.options["high"], run.created_by) == (4, "村负责人")
    assert "正在排" in unit.get(reverse("run", args=[run.pk])).text


def test_a_wrong_wish_is_said_beside_its_field(world, unit):
    answer = unit.post(
        reverse("plan", args=[world.village.pk]), {"mode": "groups", "weeks": 1, "low": 6, "high": 4}
    )
    assert "“至少”不能多于“最多”。" in answer.text
    assert not Run.objects.exists()


@pytest.mark.parametrize("name", PAGES)
def test_pages_work_and_are_not_for_strangers(world, run, name):
    address = reverse(name, args=[run.pk])
    assert world.client(world.unit_officer).get(address).status_code == 200
    assert world.client(world.leader).get(address).status_code == 200
    assert world.client(world.stranger).get(address).status_code == 404
    assert world.client(world.nobody).get(address).status_code == 302


def test_the_overview_answers_with_gaps_first(world, run, unit):
    page = unit.get(reverse("run", args=[run.pk])).text
    assert "青溪村草稿：12户都有人联系" in page
    assert page.index("先看缺的") < page.index("每人多少") if "先看缺的" in page else "没有缺的" in page
    assert "<dt>联户，一共12</dt>" in page


def test_what_changed_since_is_said_and_planned_again(world, run, unit):
    household = HouseholdRow.objects.get(pk=world.households[0].pk)
    household.pk = household.id = new_key()
    household.address, household.number = "前街99号", 99
    household.save(force_insert=True)
    bump_revision(world.village)
    page = unit.get(reverse("run", args=[run.pk])).text
    assert "过时了" in page
    assert "1 户还没有人联系：前街99号" in page
    answer = unit.post(reverse("run_again", args=[run.pk]), {"keep": "keep"})
    again = Run.objects.get(base=run)
    assert answer.url == reverse("job", args=[again.job])


def test_a_household_is_found_by_lane_and_name(run, unit):
    address = reverse("run_households", args=[run.pk])
    assert "6户各由谁联系" in unit.get(address, {"lane": "前街"}).text
    assert "1户各由谁联系" in unit.get(address, {"name": "沈三省"}).text
    assert "没有这样的户" in unit.get(address, {"name": "无此人"}).text


def test_a_failed_plan_says_why(world, unit):
    run = planned(world.village, low=4, high=4)
    assert run.state == RunState.FAILED
    page = unit.get(reverse("run", args=[run.pk])).text
    assert "每人至少 4 户要有 16 户，只有 12 户。至少改成 3 户就行。" in page
    assert "--low" not in page


def test_pages_speak_english(world, run, unit):
    unit.cookies["language"] = "en"
    for name in PAGES:
        assert unit.get(reverse(name, args=[run.pk])).status_code == 200


def test_comparing_takes_two_plans_of_one_village(world, run, unit):
    other = planned(world.village, run)
    assert "0户、0个班换了人" in unit.get(reverse("run_changes", args=[other.pk])).text
    assert "没有不同" in unit.get(reverse("run_compare", args=[run.pk, other.pk])).text
    assert unit.get(reverse("run_changes", args=[run.pk])).status_code == 404
    foreign = planned(world.other.unit)
    assert unit.get(reverse("run_compare", args=[run.pk, foreign.pk])).status_code == 404


def test_points_are_those_with_coordinates(world, unit):
    world.households[0].lon, world.households[0].lat = 120.1, 29.3
    world.households[0].save()
    run = planned(world.village)
    found = unit.get(reverse("run_points", args=[run.pk])).json()
    assert [feature["geometry"]["coordinates"] for feature in found["features"]] == [[120.1, 29.3]]


def test_every_problem_that_planning_finds_is_told_in_the_readers_language():
    """What is kept of a problem is its code; its words are looked up when it is shown."""
    rooms = [
        importlib.import_module(f"heli.plans.{room}") for room in ("gather", "links", "turns", "queries")
    ]
    modules = [
        importlib.import_module(f"{room.__name__}.{module.name}")
        for room in rooms
        for module in pkgutil.iter_modules(room.__path__)
    ]
    found = set(kinds_in(modules))
    assert len(found) > 20
    assert found - set(overview.KNOWN) == set()
