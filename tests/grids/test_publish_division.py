"""Publishing a division: versions, links that change only where the member changes, exact tables."""

import datetime
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from heli.grids.commands import publish_division
from heli.grids.models import Division, HouseholdRow, Link
from heli.grids.queries import (
    DivisionRow,
    DivisionTable,
    Force,
    House,
    division_from_json,
    division_to_json,
)
from heli.kernel.access.actor import Actor
from heli.kernel.audit.models import Event
from heli.kernel.lib.errors import DomainError
from heli.orgs.commands import bump_revision
from heli.orgs.models import Kind, Unit
from heli.people.models import MemberRow

DAY = datetime.date(2026, 11, 23)
LATER = DAY + datetime.timedelta(days=30)
TABLE = DivisionTable("青溪村", DAY, (), ())
OFFICER = Actor(name="陈美仙")


@pytest.fixture
def village(db):
    return Unit.objects.create(kind=Kind.VILLAGE, name="青溪村")


@pytest.fixture
def houses(village):
    return [HouseholdRow.objects.create(village=village, order=i, address=f"前街{i}号") for i in range(4)]


@pytest.fixture
def members(village):
    return [MemberRow.objects.create(village=village, order=i, name=name) for i, name in enumerate("甲乙丙")]


def held(day):
    """Household order → member name on a day."""
    links = Link.objects.filter(since__lte=day).exclude(until__lte=day)
    return dict(links.values_list("household__order", "member__name"))


def test_it_works(village, houses, members):
    links = {house.pk: members[i % 2].pk for i, house in enumerate(houses)}
    division = publish_division(OFFICER, village, DAY, TABLE, links)
    assert (division.number, division.since, division.until, division.published_by) == (
        1,
        DAY,
        None,
        "陈美仙",
    )
    assert division_from_json(division.table) == TABLE
    assert held(DAY) == {0: "甲", 1: "乙", 2: "甲", 3: "乙"}
    event = Event.objects.get()
    assert (event.verb, event.scope) == ("publish", village.path)
    assert event.facts == {"since": "2026-11-23", "number": 1, "households": 4, "changed": 4}


def test_the_next_version_ends_the_one_before_and_touches_only_what_changes(village, houses, members):
    first = {house.pk: members[0].pk for house in houses}
    publish_division(OFFICER, village, DAY, TABLE, first)
    kept = set(Link.objects.filter(household__in=houses[:2]).values_list("pk", flat=True))
    second = {houses[0].pk: members[0].pk, houses[1].pk: members[0].pk, houses[2].pk: members[2].pk}
    division = publish_division(OFFICER, village, LATER, TABLE, second)
    assert division.number == 2
    assert list(Division.objects.order_by("number").values_list("until", flat=True)) == [LATER, None]
    assert set(Link.objects.filter(household__in=houses[:2]).values_list("pk", flat=True)) == kept
    assert held(LATER - datetime.timedelta(days=1)) == {0: "甲", 1: "甲", 2: "甲", 3: "甲"}
    assert held(LATER) == {0: "甲", 1: "甲", 2: "丙"}
    assert Event.objects.order_by("number").last().facts["changed"] == 2


def test_it_keeps_what_the_village_was_when_it_was_made(village, houses, members):
    bump_revision(village)
    bump_revision(village)
    assert publish_division(OFFICER, village, DAY, TABLE, {}).revision == 2
    assert publish_division(OFFICER, village, DAY, TABLE, {}, revision=1).revision == 1


def test_a_second_version_on_the_same_day_replaces_the_first(village, houses, members):
    publish_division(OFFICER, village, DAY, TABLE, {houses[0].pk: members[0].pk})
    publish_division(OFFICER, village, DAY, TABLE, {houses[0].pk: members[1].pk})
    assert held(DAY) == {0: "乙"}


def test_no_version_begins_before_the_one_in_force(village, houses, members):
    publish_division(OFFICER, village, LATER, TABLE, {houses[0].pk: members[0].pk})
    with pytest.raises(DomainError) as refused:
        publish_division(OFFICER, village, DAY, TABLE, {})
    assert (refused.value.code, refused.value.field) == ("grids.division-earlier", "since")
    assert Division.objects.count() == 1


def test_rows_of_another_village_are_refused(village, houses, members):
    other = Unit.objects.create(kind=Kind.VILLAGE, name="兰塘村")
    house = HouseholdRow.objects.create(village=other, address="后街1号")
    stranger = MemberRow.objects.create(village=other, name="丁")
    for links in ({house.pk: members[0].pk}, {houses[0].pk: stranger.pk}):
        with pytest.raises(ValueError, match="links"):
            publish_division(OFFICER, village, DAY, TABLE, links)
    assert not Division.objects.exists()


def test_many_households_take_no_more_statements_than_few(
    village, houses, members, django_assert_max_num_queries
):
    for i in range(300):
        HouseholdRow.objects.create(village=village, order=i + 10, address=f"后街{i}号")
    every = list(HouseholdRow.objects.values_list("pk", flat=True))
    with django_assert_max_num_queries(20):
        publish_division(OFFICER, village, DAY, TABLE, dict.fromkeys(every, members[0].pk))
    with django_assert_max_num_queries(20):
        publish_division(OFFICER, village, LATER, TABLE, dict.fromkeys(every, members[1].pk))


TEXT = st.text(max_size=6)
FORCE = st.builds(Force, TEXT, TEXT, st.integers(0, 9))
LINE = st.tuples(TEXT, TEXT, TEXT)


def many(what):
    return st.lists(what, max_size=3).map(tuple)


TABLES = st.builds(
    DivisionTable,
    village=TEXT,
    date=st.dates(),
    rows=many(
        st.builds(
            DivisionRow,
            name=TEXT,
            force=st.none() | FORCE,
            group=TEXT,
            home=TEXT,
            houses=many(st.builds(House, TEXT, TEXT, TEXT, TEXT, st.booleans())),
            exempt=TEXT,
        )
    ),
    forces=many(FORCE),
    unlinked=many(LINE),
    exempt=many(st.tuples(TEXT, TEXT)),
    notes=many(TEXT),
    contact=TEXT,
    gaps=many(LINE),
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TABLES)
def test_a_table_kept_is_the_table_read_back(table):
    assert division_from_json(json.loads(json.dumps(division_to_json(table)))) == table
