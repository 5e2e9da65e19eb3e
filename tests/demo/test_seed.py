"""``heli seed``: exact sums, published tables that hold, nothing over what is there."""

import datetime
import io
import random
import re
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Sum

from heli.demo.zone import DEMO, firm_names, people_of, split
from heli.duties.models import Roster, Swap, SwapState, Turn
from heli.duties.queries.days import turns_around, turns_on
from heli.duties.queries.free import hindrance
from heli.grids.models import Division, HouseholdRow, Link, Newcomers
from heli.grids.queries import division_from_json
from heli.kernel.access.models import Grant
from heli.orgs.models import Kind, Unit
from heli.people.models import MemberRow, Phone


def seed(*words):
    said = io.StringIO()
    call_command("seed", "--small", *words, stdout=said)
    return said.getvalue()


@pytest.mark.django_db
def test_it_works():
    said = seed()
    assert "120 户" in said
    assert "360 人" in said
    assert "1200 名" in said
    assert [unit.name for unit in Unit.objects.villages()] == ["上宅村", "兰塘村", "青溪村"]
    assert HouseholdRow.objects.aggregate(all=Sum("people"))["all"] == 360
    assert Newcomers.objects.aggregate(all=Sum("people"))["all"] == 1_200
    assert Unit.objects.filter(kind=Kind.FIRM).count() == 12
    for village in Unit.objects.villages():
        table = division_from_json(Division.objects.get(village=village, until=None).table)
        assert table.village == village.name
        links = Link.objects.filter(household__village=village, until=None)
        assert links.count() == table.households
        roster = Roster.objects.get(village=village, until=None)
        assert roster.since < datetime.date.today()
        assert (
            roster.turns.filter(member__village=village).count() == roster.turns.exclude(member=None).count()
        )
    assert Swap.objects.count() == 2


@pytest.mark.django_db
def test_the_same_seed_gives_the_same_zone():
    def zone():
        with transaction.atomic():
            seed()
            turns = Turn.objects.order_by("roster__village__name", "weekday", "slot", "post", "member__order")
            counts = Newcomers.objects.order_by("address", "people", "employer__name")
            told = (
                list(
                    HouseholdRow.objects.order_by("village__name", "order", "number").values_list(
                        "address", "people"
                    )
                ),
                list(counts.values_list("address", "people", "employer__name")),
                list(turns.values_list("member__name", flat=True)),
                set(Swap.objects.values_list("giver__name", "taker__name", "date")),
            )
            transaction.set_rollback(True)
        return told

    assert zone() == zone()


@pytest.mark.django_db
def test_whoever_took_a_turn_over_is_free_then():
    seed("--seed", "4")
    for swap in Swap.objects.filter(state=SwapState.ACCEPTED).select_related("taker__village"):
        taken = next(turn for turn in turns_on(swap.taker.village, swap.date) if turn.key == swap.turn_id)
        around = turns_around(swap.taker.village, swap.date)
        assert hindrance(swap.taker, taken, around, away=False) == ""
    assert Swap.objects.filter(state=SwapState.ACCEPTED).exists()


@pytest.mark.django_db
def test_the_personal_link_that_is_printed_opens(client):
    said = seed()
    digits = re.search(r"后四位 (\d{4})", said)[1]
    address = re.search(r"http://127.0.0.1:8000(/\S+)", said)[1]
    assert client.post(address, {"digits": digits}).status_code == 302
    assert client.get("/me/").status_code == 200


@pytest.mark.django_db
def test_phones_begin_with_100_and_everyone_has_one():
    seed()
    assert Phone.objects.exclude(number__startswith="100").count() == 0
    assert Phone.objects.count() >= MemberRow.objects.count() + 120


@pytest.mark.django_db
def test_a_database_with_units_is_left_alone():
    Unit.objects.create(kind=Kind.ZONE, name="和溪片区")
    with pytest.raises(CommandError, match="已经有单位"):
        seed()
    assert Unit.objects.count() == 1


@pytest.mark.django_db
def test_accounts_are_made_for_a_demo_alone(settings):
    settings.DEMO = False
    assert "heli-demo" not in seed()
    assert not Grant.objects.exists()


def test_the_demo_zone_adds_up():
    chance = random.Random(7)
    counts = split(chance, DEMO.households, DEMO.villages, spread=0.25)
    assert (sum(counts), DEMO.households * DEMO.people) == (9_500, 28_500)
    assert min(counts) > 50
    houses = [SimpleNamespace(no_link="空房" if at % 9 == 0 else "") for at in range(300)]
    people = people_of(chance, SimpleNamespace(households=houses), 900)
    assert sum(people) == 900
    assert [not count for count in people] == [bool(house.no_link) for house in houses]
    assert len(set(firm_names(chance, DEMO.firms))) == 1_300
