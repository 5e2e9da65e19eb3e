"""Publishing a roster: versions from a Monday, turns as given, exact tables."""

import datetime
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from heli.duties.commands import NewTurn, publish_roster
from heli.duties.models import Roster, Turn
from heli.duties.queries import (
    Block,
    Cell,
    Gap,
    Group,
    Load,
    RosterTable,
    Row,
    Seat,
    Week,
    roster_from_json,
    roster_to_json,
)
from heli.duties.rules import SeatKind
from heli.kernel.access.actor import Actor
from heli.kernel.audit.models import Event
from heli.kernel.lib.errors import DomainError
from heli.orgs.models import Kind, Unit
from heli.people.models import MemberRow

MONDAY = datetime.date(2026, 11, 23)
LATER = MONDAY + datetime.timedelta(weeks=4)
TABLE = RosterTable("青溪村", MONDAY, True, (Week(MONDAY, (), ()),), (), ())
OFFICER = Actor(name="陈美仙")


@pytest.fixture
def village(db):
    return Unit.objects.create(kind=Kind.VILLAGE, name="青溪村")


def turn(weekday, member):
    return NewTurn(1, weekday, "早", "05:30", "07:30", "1号点", "前街口", SeatKind.DUTY, member)


def test_it_works(village):
    member = MemberRow.objects.create(village=village, name="甲")
    roster = publish_roster(OFFICER, village, MONDAY, TABLE, [turn(1, member.pk), turn(2, None)])
    assert (roster.number, roster.since, roster.until, roster.repeats, roster.weeks) == (
        1,
        MONDAY,
        None,
        True,
        1,
    )
    assert roster_from_json(roster.table) == TABLE
    assert set(Turn.objects.values_list("weekday", "member", "kind")) == {
        (1, member.pk, "duty"),
        (2, None, "duty"),
    }
    assert Event.objects.get().facts == {"since": "2026-11-23", "number": 1, "seats": 2, "empty": 1}


def test_the_next_version_ends_the_one_before_and_keeps_its_turns(village):
    publish_roster(OFFICER, village, MONDAY, TABLE, [turn(1, None)])
    second = publish_roster(OFFICER, village, LATER, TABLE, [turn(3, None)])
    assert second.number == 2
    assert list(Roster.objects.order_by("number").values_list("until", flat=True)) == [LATER, None]
    assert Turn.objects.count() == 2


@pytest.mark.parametrize(
    ("since", "code"),
    [(MONDAY + datetime.timedelta(days=1), "duties.roster-not-monday"), (MONDAY, "duties.roster-earlier")],
)
def test_a_wrong_day_is_refused(village, since, code):
    publish_roster(OFFICER, village, LATER, TABLE, [])
    with pytest.raises(DomainError) as refused:
        publish_roster(OFFICER, village, since, TABLE, [])
    assert refused.value.code == code
    assert Roster.objects.count() == 1


def test_a_member_of_another_village_is_refused(village):
    other = Unit.objects.create(kind=Kind.VILLAGE, name="兰塘村")
    stranger = MemberRow.objects.create(village=other, name="丁")
    with pytest.raises(ValueError, match="turns"):
        publish_roster(OFFICER, village, MONDAY, TABLE, [turn(1, stranger.pk)])
    assert not Roster.objects.exists()


TEXT = st.text(max_size=6)
COUNT = st.integers(0, 99)


def many(what):
    return st.lists(what, max_size=2).map(tuple)


CELL = st.builds(
    Cell, many(st.builds(Seat, TEXT, st.sampled_from(SeatKind), st.booleans())), COUNT, st.booleans()
)
BLOCK = st.builds(Block, TEXT, TEXT, TEXT, many(st.builds(Row, TEXT, many(CELL))))
WEEK = st.builds(Week, st.dates(), many(BLOCK), many(st.builds(Group, COUNT, TEXT, many(TEXT), many(TEXT))))
TABLES = st.builds(
    RosterTable,
    village=TEXT,
    date=st.dates(),
    repeats=st.booleans(),
    weeks=many(WEEK),
    posts=many(st.tuples(TEXT, TEXT)),
    loads=many(st.builds(Load, TEXT, COUNT, COUNT, COUNT)),
    gaps=many(st.builds(Gap, TEXT, TEXT, COUNT, st.dates(), COUNT, TEXT)),
    notes=many(TEXT),
    contact=TEXT,
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TABLES)
def test_a_table_kept_is_the_table_read_back(table):
    assert roster_from_json(json.loads(json.dumps(roster_to_json(table)))) == table
