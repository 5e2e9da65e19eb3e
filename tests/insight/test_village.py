"""A village's page: its answer, gaps first, the tables as they are; and the counts of newcomers."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from heli.duties.commands import NewTurn, publish_roster
from heli.duties.models import Swap, SwapState, Turn
from heli.duties.queries import RosterTable, Week
from heli.duties.rules import SeatKind
from heli.grids.commands import publish_division
from heli.grids.models import HouseholdRow, Newcomers
from heli.grids.queries import DivisionTable
from heli.insight.queries.village import standing
from heli.kernel.access.actor import SYSTEM
from heli.kernel.audit.models import Event
from heli.orgs.commands import bump_revision
from heli.people.models import Absence, MemberRow

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def this_monday():
    today = timezone.localdate()
    return today - today.weekday() * DAY


def publish(place, monday=None):
    """Both tables of a place: households in turn, one turn a day, the Sunday's empty."""
    monday = monday or this_monday()
    village = place.unit
    links = {house.pk: place.members[at % len(place.members)].pk for at, house in enumerate(place.households)}
    publish_division(SYSTEM, village, monday, DivisionTable(village.name, monday, (), ()), links)
    turns = [
        NewTurn(1, day, "早班", "06:30", "08:30", "1号点", "前街口", SeatKind.DUTY, member)
        for day, member in zip(range(1, 8), [*(m.pk for m in place.members), None, None, None], strict=False)
    ]
    table = RosterTable(village.name, monday, True, (Week(monday, (), ()),), (), ())
    return publish_roster(SYSTEM, village, monday, table, turns[:5] + turns[6:])


def page(world, person=None):
    client = world.client(person or world.unit_officer)
    response = client.get(reverse("village", kwargs={"key": world.village.pk}))
    assert response.status_code == 200
    return response.content.decode()


def test_its_title_is_the_answer(world):
    publish(world.home)
    Turn.objects.filter(member=None).update(member=world.members[0])
    assert "青溪村：12户都有人联系，本周每个班都有人" in page(world)


def test_without_tables_it_says_what_to_do_next(world):
    text = page(world)
    assert "青溪村：12户没有人联系，还没有值班表" in text
    assert "先交名册，再排表" in text


def test_a_village_that_handed_nothing_in_says_so(world):
    HouseholdRow.objects.filter(village=world.village).delete()
    text = page(world)
    assert "青溪村：还没有交名册，还没有值班表" in text
    assert '<dd><a href="#division">没有名册</a></dd>' in text
    assert '<dd><a href="#roster">没有班</a></dd>' in text
    shown = world.client(world.unit_officer).get(reverse("newcomers", kwargs={"key": world.village.pk}))
    assert "青溪村：还没有记过外来务工人员" in shown.content.decode()


def test_gaps_stand_first_with_their_reasons(world):
    publish(world.home)
    member = world.members[0]
    Absence.objects.create(member=member, since=this_monday(), why="生病")
    MemberRow.objects.filter(pk=world.members[1].pk).update(left_on=this_monday())
    bump_revision(world.village)
    text = page(world)
    # Monday's member is ill, Tuesday's has left, Friday's and Sunday's were never found
    # and each of the two has three households
    assert "青溪村：6户没有人联系，本周空4个班" in text
    assert text.count("这天不在") == 1
    assert text.count("已经不当网格员") == 1
    assert text.count("钱望舒不再参加") == 3
    assert text.count("苏晚晴：生病") == 3
    assert "名册改过 1 次" in text
    assert text.index("户没有人联系</h2>") < text.index('id="roster"')


def test_swaps_that_were_accepted_are_applied(world):
    roster = publish(world.home)
    monday = Turn.objects.get(roster=roster, weekday=1)
    Swap.objects.create(
        turn=monday,
        date=this_monday(),
        giver=world.members[0],
        taker=world.members[3],
        state=SwapState.ACCEPTED,
    )
    now = standing(world.village, timezone.localdate())
    assert now.turns[0].name == "程知秋"
    assert "换班" in page(world)


def test_a_household_that_needs_nobody_is_no_gap(world):
    publish(world.home)
    HouseholdRow.objects.create(village=world.village, order=99, address="后河99号", no_link="空房")
    assert standing(world.village, timezone.localdate()).unlinked == ()


def test_a_roster_whose_weeks_are_over_says_so(world):
    roster = publish(world.home, this_monday() - 21 * DAY)
    type(roster).objects.update(repeats=False, weeks=2)
    assert "值班表已经到期" in page(world)


def test_who_may_only_look_sees_no_button_that_would_be_refused(world):
    publish(world.home)
    text = page(world, world.line)
    assert reverse("keep", kwargs={"key": world.village.pk}) not in text
    assert reverse("member_edit", kwargs={"key": world.members[0].pk}) not in text


@pytest.fixture
def counted(world):
    return Newcomers.objects.create(
        village=world.village, address="前街1号", employer=world.firm, people=3, counted_on="2026-11-01"
    )


def newcomers(world, person):
    return world.client(person).get(reverse("newcomers", kwargs={"key": world.village.pk})).content.decode()


def test_small_counts_are_told_exactly_only_to_who_counts(world, counted):
    assert "&lt;5</td>" in newcomers(world, world.line).replace("<5", "&lt;5")
    assert ">3</td>" not in newcomers(world, world.line)
    assert ">3</td>" in newcomers(world, world.unit_officer)


def test_addresses_stand_as_a_postman_walks(world, counted):
    for address in ("前街12号", "前街3号"):
        Newcomers.objects.create(
            village=world.village, address=address, people=5, counted_on=counted.counted_on
        )
    page = newcomers(world, world.unit_officer)
    assert page.index("前街1号") < page.index("前街3号") < page.index("前街12号")


def test_an_address_is_counted(world):
    client = world.client(world.head)
    url = reverse("newcomers_count", kwargs={"key": world.village.pk})
    answer = client.post(url, {"address": "后河 9号", "employer": "云溪纺织", "people": 7})
    assert answer.status_code == 302
    row = Newcomers.objects.get()
    assert (row.address, row.employer, row.people) == ("后河 9号", world.firm, 7)
    event = Event.objects.get(verb="newcomers.count")
    assert event.facts == {"before": 0, "now": 7}


def test_nought_takes_the_count_away(world, counted):
    url = reverse("newcomers_recount", kwargs={"key": counted.pk})
    assert world.client(world.unit_officer).post(url, {"people": 0, "seen": 3}).status_code == 302
    assert not Newcomers.objects.exists()


def test_the_second_of_two_who_count_is_told_and_keeps_what_they_typed(world, counted):
    url = reverse("newcomers_recount", kwargs={"key": counted.pk})
    client = world.client(world.unit_officer)
    Newcomers.objects.update(people=8)
    answer = client.post(url, {"people": 5, "seen": 3})
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "已经改成 8 人" in text
    assert 'value="5"' in text
    assert client.post(url, {"people": 5, "seen": 8}).status_code == 302
    assert Newcomers.objects.get().people == 5


@pytest.mark.parametrize(
    ("said", "cure"),
    [
        ({"address": "后河9号", "people": 4, "employer": "没有的厂"}, "企业名单里没有"),
        ({"address": "", "people": 4}, ""),
        ({"address": "后河9号", "people": -1}, ""),
    ],
)
def test_what_cannot_be_counted_is_refused_beside_its_field(world, said, cure):
    url = reverse("newcomers_count", kwargs={"key": world.village.pk})
    answer = world.client(world.unit_officer).post(url, said)
    assert answer.status_code == 400
    assert "errorlist" in answer.content.decode()
    assert cure in answer.content.decode()
    assert not Newcomers.objects.exists()
