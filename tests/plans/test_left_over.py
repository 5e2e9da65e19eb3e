"""Bounds that hold not every household: as many as fit are linked, and the rest is named everywhere."""

from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from tests.plans.planned import DAY, planned
from tests.plans.publishing import in_force

from heli.grids.models import Division, HouseholdRow
from heli.grids.queries import division_from_json
from heli.grids.queries.links import unlinked_on
from heli.plans.models import Run, RunState
from heli.plans.queries import changes, division_table, roster_table
from heli.plans.queries.runs import plan_of

SAID = "24 户要人联系，每人最多 2 户只够 8 户"


def test_the_tables_name_whoever_found_no_room_and_the_bound_that_would_do(tables, book):
    run = tables(book, "--high", "2")
    division = run.plan["division"]
    assert (division["status"], len(division["links"]), len(division["unlinked"])) == ("optimal", 8, 16)
    assert set(division["loads"].values()) == {2}
    assert division["conflicts"] == [SAID + "。可用 --high 6。"]
    assert {row["why"] for row in division["unlinked"]} == {"网格员都满了，每人最多 2 户"}
    assert "16 户没有人联系，8 户有人联系" in run.said
    assert "plan.not_all_linked" in run.codes
    sheet = load_workbook(run.out / "青溪村-division.xlsx")["还没有人联系"]
    rows = [row for row in sheet.iter_rows(values_only=True) if row[-1] == "网格员都满了，每人最多 2 户"]
    assert sorted(row[0] for row in rows) == sorted(row["household"] for row in division["unlinked"])


def test_with_the_bound_that_would_do_nobody_is_left_over(tables, book):
    run = tables(book, "--high", "6")
    assert (len(run.plan["division"]["links"]), run.plan["division"]["unlinked"]) == (24, [])
    assert len(tables(book, "--high", "5").plan["division"]["links"]) == 20


def test_a_stored_plan_still_knows_who_found_no_room(world):
    run = planned(world.village, high=2)
    assert (run.state, run.links.count(), len(run.facts["left_over"])) == (RunState.DRAFT, 8, 4)
    plan, _ = plan_of(run, DAY)
    assert (len(plan.left_over()), plan.division.status) == (4, "optimal")
    table = division_table(plan)
    assert [why for *_who, why in table.gaps] == ["网格员都满了，每人最多 2 户"] * 4
    assert not table.unlinked
    again = planned(world.village, run, high=2)
    plan, _ = plan_of(again, DAY)
    assert changes(plan, roster_table(plan))[0].startswith("与上次相比，0 户换了人")


def test_the_pages_say_it(world):
    run = planned(world.village, high=2)
    client = world.client(world.unit_officer)
    page = client.get(reverse("run", args=[run.pk])).text
    assert "4 户还没有人联系" in page
    assert "每人最多 3 户就够" in page
    assert "重新排就会有人" not in page
    house = run.facts["left_over"][0]
    move = reverse("run_move", args=[run.pk, house])
    assert move in page
    page = client.get(move).text
    assert "还没有人联系，给谁" in page
    assert page.count("会有 3 户，最多 2 户") == 4


def test_who_is_left_over_takes_a_place_that_came_free_and_it_can_be_undone(world):
    run = planned(world.village, high=2)
    freed = run.links.exclude(why__code="own").first()
    member = freed.member
    HouseholdRow.objects.filter(pk=freed.household_id).delete()
    client, house = world.client(world.unit_officer), run.facts["left_over"][0]
    move = {"member": member.pk, "version": run.version}
    assert client.post(reverse("run_move", args=[run.pk, house]), move).status_code == 302
    link = run.links.get(household=house)
    assert (link.member, link.pinned, link.distance > 0) == (member, True, True)
    assert len(plan_of(Run.objects.get(pk=run.pk), DAY)[0].left_over()) == 3
    client.post(reverse("run_undo", args=[run.pk]), {"version": run.version + 1})
    assert not run.links.filter(household=house).exists()


def test_published_the_gaps_stand_below_the_table_and_who_has_nobody_is_known(world):
    run = in_force(world, high=2)
    table = division_from_json(Division.objects.get().table)
    assert (table.households, len(table.gaps)) == (8, 4)
    left = {str(one.key) for one in unlinked_on(world.village, timezone.localdate())}
    assert left == set(run.facts["left_over"])
