"""A village's page: its answer, gaps first, the tables as they are; and the counts of newcomers."""

import datetime
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from heli.duties.commands import NewTurn, publish_roster
from heli.duties.models import Roster, Swap, SwapState, Turn
from heli.duties.queries import RosterTable, Week
from heli.duties.queries.ahead import cures, turns_ahead
from heli.duties.queries.days import turns_on
from heli.duties.rules import SeatKind
from heli.grids.commands import publish_division
from heli.grids.models import Division, HouseholdRow, Newcomers
from heli.grids.queries import DivisionTable
from heli.kernel.access.actor import SYSTEM
from heli.kernel.audit.models import Event
from heli.kernel.papers.words import weekday
from heli.orgs.commands import bump_revision
from heli.people.models import Absence, MemberRow
from heli.plans.models import Drawing, Run

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


def page(world, person=None, query="", village=None):
    client = world.client(person or world.unit_officer)
    response = client.get(reverse("village", kwargs={"key": (village or world.village).pk}) + query)
    assert response.status_code == 200
    return response.content.decode().partition("<main")[2]


def gap_on(world, day):
    """Nobody comes on a day: its turn is nobody's."""
    Turn.objects.filter(weekday=day.isoweekday()).update(member=None)
    return Turn.objects.filter(weekday=day.isoweekday()).first()


@pytest.fixture
def full(world):
    """Both tables are in force; every household and every turn has somebody."""
    publish(world.home, this_monday() - 7 * DAY)
    Turn.objects.filter(member=None).update(member=world.members[0])
    sunday = Turn.objects.filter(weekday=1).get()
    sunday.pk, sunday.weekday, sunday._state.adding = None, 6, True
    sunday.save(force_insert=True)
    return world


def test_its_title_is_the_answer(full):
    assert "每户都有人联系，7天里每个班都有人；今天1个班都有人</h1>" in page(full)


def test_gaps_stand_in_the_title_and_first_with_their_reasons(full):
    tomorrow = timezone.localdate() + DAY
    gap_on(full, tomorrow)
    MemberRow.objects.filter(pk=full.members[1].pk).update(left_on=this_monday())
    full.households[0].links.all().delete()
    bump_revision(full.village)
    text = page(full)
    # one household has nobody, and the three of the member who left
    assert "缺4户" in text.partition("</h1>")[0]
    assert re.search(r"空\d+个班", text.partition("</h1>")[0])
    assert text.count("钱望舒不再参加") >= 1
    assert "前街1号没有人联系" in text
    assert f"明天 {weekday(tomorrow.isoweekday())} 早班 1号点，空" in text
    assert "排班时没有人" in text
    assert "名册改过1次" in text
    assert text.index('class="gaps"') < text.index('class="day"')


def test_a_gap_is_filled_in_two_clicks_from_home(full):
    tomorrow = timezone.localdate() + DAY
    seat = gap_on(full, tomorrow)
    client, home = full.client(full.unit_officer), reverse("village", args=[full.village.pk])
    first = client.get(home).content.decode()
    assert 'class="cure"' not in first
    (open_it,) = re.findall(rf'href="(\?open=turn-{tomorrow}-{seat.pk})#', first)
    second = client.get(home + open_it)
    rows = second.context["rows"]
    assert second.content.decode().count('class="cure"') == 1
    best = rows.cures[0]
    answer = client.post(best.address, dict(best.fields))
    assert answer["Location"] == home
    (turn,) = turns_on(full.village, tomorrow)
    assert (turn.name, turn.gap) == (best.name, False)
    assert "空" not in client.get(home).content.decode().partition("</h1>")[0].partition("<h1>")[2]


def test_the_best_for_a_turn_are_reserves_then_those_with_the_fewest_turns(full):
    tomorrow = timezone.localdate() + DAY
    gap_on(full, tomorrow)
    first, second, third, fourth = full.members
    Turn.objects.exclude(weekday=tomorrow.isoweekday()).update(member=first)
    Turn.objects.filter(weekday=(tomorrow + 3 * DAY).isoweekday()).update(member=second)
    Absence.objects.create(member=fourth, since=tomorrow, until=tomorrow + DAY, why="有事")
    turns = turns_ahead(full.village, timezone.localdate())
    (gap,) = [turn for turn in turns if turn.date == tomorrow]
    offered = [one.name for one in cures(full.village, gap, turns, timezone.localdate())]
    assert offered == [third.name, second.name, first.name]
    roster = Roster.objects.get()
    roster.table["weeks"][0]["groups"] = [[tomorrow.isoweekday(), "", [], [first.name]]]
    roster.save()
    offered = cures(full.village, gap, turns, timezone.localdate())
    assert [one.name for one in offered] == [first.name, third.name, second.name]
    assert offered[0].note.startswith("替补")


def test_who_could_take_a_turn_is_asked_only_for_the_row_that_is_open(full):
    client, home = full.client(full.unit_officer), reverse("village", args=[full.village.pk])

    def asked(**query):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(home, query).status_code == 200
        return len(queries)

    without = asked()
    tomorrow = timezone.localdate() + DAY
    seat = gap_on(full, tomorrow)
    assert asked() == without
    assert asked(open=f"turn-{tomorrow}-{seat.pk}") > without


def test_a_household_without_anybody_is_offered_to_the_nearest(full):
    house = full.households[0]
    house.links.all().delete()
    client, home = full.client(full.unit_officer), reverse("village", args=[full.village.pk])
    opened = client.get(home, {"open": f"house-{house.pk}"})
    best = opened.context["rows"].cures[0]
    assert len(opened.context["rows"].cures) == 3
    answer = client.post(best.address, dict(best.fields))
    assert answer.status_code == 302
    assert Run.objects.get(state="planning").options["links"] == {str(house.pk): dict(best.fields)["member"]}


def test_nothing_is_missing_before_its_hour(full):
    """Of a turn that nobody ticked nothing is said before it begins; afterwards, that it was not written."""
    Turn.objects.update(start="23:59", end="")
    assert "没记" not in page(full)
    Turn.objects.update(start="00:00", end="")
    assert "○ 没记" in page(full)


def test_a_gap_whose_hour_is_past_is_not_to_be_filled(full):
    today = timezone.localdate()
    gap_on(full, today)
    Turn.objects.update(start="00:00", end="")
    text = page(full)
    assert "今天1个班，空1个" in text.partition("</h1>")[0]
    assert f"open=turn-{today}-" not in text
    Turn.objects.update(start="23:59", end="")
    assert f"open=turn-{today}-" in page(full)


def test_red_stands_only_where_the_reader_can_act(full):
    gap_on(full, timezone.localdate() + DAY)
    assert "▲" in page(full)
    text = page(full, full.line).partition("<pre")[0]
    assert "▲" not in text
    assert "△" in text
    assert "?open=" not in text
    full.client(full.line).get(
        reverse("village", args=[full.village.pk]), {"open": "turn-x"}
    )  # an unknown row opens nothing


def test_at_most_five_rows_and_a_way_to_all(full):
    Turn.objects.update(member=None, start="23:59")
    text = page(full)
    assert text.count('class="what"') == 5
    assert "还有2件" in text
    assert page(full, query="?every=1").count('class="what"') == 7


def test_without_tables_it_says_what_to_do_next(world):
    text = page(world)
    assert "青溪村：名册有了，现在排表</h1>" in text
    assert text.count("button primary") == 1
    assert f'<a class="button primary" href="{reverse("plan", args=[world.village.pk])}">' in text
    assert 'class="gaps"' not in text


def test_a_village_that_handed_nothing_in_begins_there(world):
    HouseholdRow.objects.filter(village=world.village).delete()
    text = page(world)
    assert "青溪村：先交名册</h1>" in text
    assert f'<a class="button primary" href="{reverse("uploads", args=[world.village.pk])}">' in text
    assert "button primary" not in page(world, world.leader)
    shown = world.client(world.unit_officer).get(reverse("newcomers", kwargs={"key": world.village.pk}))
    assert "青溪村：还没有记过外来务工人员" in shown.content.decode()


def test_tables_to_come_are_to_be_sent_to_the_group(world):
    publish(world.home, this_monday() + 7 * DAY)
    text = page(world)
    assert "两张表公布了，" in text.partition("</h1>")[0]
    assert text.count('class="done"') == 4
    assert f'<a class="button primary" href="{reverse("published", args=[world.village.pk])}">' in text


def test_swaps_that_were_accepted_are_applied(full):
    today = timezone.localdate()
    Turn.objects.update(start="23:59", end="")
    (turn,) = turns_on(full.village, today)
    taker = next(one for one in full.members if one.pk != turn.member)
    Swap.objects.create(
        turn_id=turn.key, date=today, giver_id=turn.member, taker=taker, state=SwapState.ACCEPTED
    )
    text = page(full)
    assert f"{taker.name} <small>◆ 换来的" in text


def test_the_week_is_shown_day_by_day(full):
    client, address = full.client(full.line), reverse("village_week", args=[full.village.pk])
    text = client.get(address).content.decode()
    assert text.count('class="day"') == 7
    assert "· 今天" in text
    assert "没有班" in client.get(address, {"date": "2001-01-01"}).content.decode()
    assert client.get(address, {"date": "1号"}).status_code == 404


def test_a_household_that_needs_nobody_is_no_gap(full):
    HouseholdRow.objects.create(village=full.village, order=99, address="后河99号", no_link="空房")
    assert "后河99号" not in page(full)


def test_a_roster_whose_weeks_are_over_says_so(world):
    roster = publish(world.home, this_monday() - 21 * DAY)
    type(roster).objects.update(repeats=False, weeks=2)
    text = page(world)
    assert "值班表已经到期</h1>" in text
    assert "值班表的几周已经过完" in text


def test_who_may_only_look_sees_no_button_that_would_be_refused(full):
    bump_revision(full.village)
    text = page(full, full.line)
    assert reverse("upkeep", kwargs={"key": full.village.pk}) not in text
    assert reverse("presence", kwargs={"key": full.village.pk}) not in text
    assert "名册改过" not in text


def test_both_tables_stand_as_small_pictures_that_are_drawn_once(full):
    text = page(full)
    client = full.client(full.line)
    for kind in ("division", "roster"):
        address = reverse("publication_file", args=[full.village.pk, kind, 1, "small"])
        assert f'src="{address}"' in text
        first = client.get(address)
        assert first["Content-Type"] == "image/png"
        assert len(first.content) < 60_000
        kept = Drawing.objects.get(what="small", publication=_key(kind))
        assert client.get(address).content == bytes(kept.file.data)
    assert Drawing.objects.count() == 2


def _key(kind):
    return (Division if kind == "division" else Roster).objects.get().pk


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
