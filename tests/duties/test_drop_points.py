"""Drop points added, changed and closed by hand; the published roster's part in it is said before."""

import pytest
from django.urls import reverse
from tests.duties.rosters import roster, turn
from tests.duties.swaps import DAY, monday, soon

from heli.duties.models import FormerHours, PostRow, Turn
from heli.duties.queries.hours import slots_on
from heli.kernel.audit.models import Event
from heli.orgs.models import Unit
from heli.plans.queries.rows import village_of

pytestmark = pytest.mark.django_db
EARLY = {"name": "早班", "start": "05:30", "end": "07:30", "duty": "1"}
ALL = [str(day) for day in range(1, 8)]


@pytest.fixture
def head(world):
    return world.client(world.head)


def typed(slots, name="5号点", where="上宅弄口", since=None, kept=0, **more):
    data = {"name": name, "where": where, "since": (since or soon(0)).isoformat(), **more}
    data |= {"slot-TOTAL_FORMS": str(len(slots)), "slot-INITIAL_FORMS": str(kept)}
    for at, slot in enumerate(slots):
        given = {"weekdays": ALL, **slot}
        data |= {f"slot-{at}-{field}": value for field, value in given.items()}
    return data


def add(world, head, *slots, **more):
    return head.post(reverse("point_new", args=[world.village.pk]), typed(slots, **more))


def change(head, point, *slots, **more):
    page = reverse("point", args=[point.pk])
    seen = more.pop("seen", None) or head.get(page).context["form"]["seen"].value()
    return head.post(page, typed(slots, **{"name": point.name, "where": "", "kept": 1, "seen": seen, **more}))


def hours(slots):
    return [(slot.name, slot.start, slot.end, sorted(slot.weekdays)) for slot in slots]


def test_it_works(world, head):
    before = Unit.objects.get(pk=world.village.pk).revision
    assert add(world, head, EARLY).status_code == 302
    made = PostRow.objects.get(name="5号点")
    (slot,) = slots_on(world.village, soon(0))[made.pk]
    assert (slot.start, slot.end, slot.period.value) == ("05:30", "07:30", "early")
    assert (made.where, made.begins_on) == ("上宅弄口", soon(0))
    assert Unit.objects.get(pk=world.village.pk).revision == before + 1
    assert Event.objects.last().verb == "point.add"
    assert "5号点" in head.get(reverse("drop_points", args=[world.village.pk])).content.decode()


def test_two_of_one_part_of_day_over_midnight_and_by_weekday_are_normal(world, head):
    weekend = {**EARLY, "start": "07:00", "end": "08:00", "weekdays": ["6", "7"]}
    second = {**EARLY, "start": "06:00", "end": "07:00", "weekdays": ["1"]}
    night = {"name": "夜班", "start": "22:00", "end": "02:00", "paid": "2"}
    first = {**EARLY, "weekdays": ["1", "2", "3", "4", "5"]}
    assert add(world, head, first, second, weekend, night, {"name": "", "start": ""}).status_code == 302
    made = PostRow.objects.get(name="5号点")
    assert hours(slots_on(world.village, soon(0))[made.pk]) == [
        ("早班1", "05:30", "07:30", [1, 2, 3, 4, 5]),
        ("早班2", "06:00", "07:00", [1]),
        ("早班1", "07:00", "08:00", [6, 7]),
        ("夜班", "22:00", "02:00", [1, 2, 3, 4, 5, 6, 7]),
    ]
    assert "次日02:00" in head.get(reverse("drop_points", args=[world.village.pk])).content.decode()


def test_other_times_hold_from_their_day_on_and_the_planner_knows_both(world, head):
    point, day = world.posts[0], soon(10)
    before = hours(slots_on(world.village, soon(0))[point.pk])
    later = {**EARLY, "start": "06:30", "end": "08:30"}
    assert change(head, point, later, since=day).status_code == 302
    assert hours(slots_on(world.village, day - DAY)[point.pk]) == before
    assert hours(slots_on(world.village, day)[point.pk])[0][1:3] == ("06:30", "08:30")
    planned = {
        when: next(one for one in village_of(world.village, when)[0].posts if one.name == point.name).slots
        for when in (day - DAY, day)
    }
    assert hours(planned[day - DAY]) == before
    assert hours(planned[day])[0][1] == "06:30"
    (former,) = FormerHours.objects.all()
    assert (former.until, former.holds(day)) == (day, False)
    early = change(head, point, {**later, "start": "06:00"}, since=day - DAY)
    assert (early.status_code, "已经从" in early.content.decode()) == (409, True)
    assert change(head, point, {**later, "start": "06:00"}, since=day).status_code == 302
    assert FormerHours.objects.count() == 1, "on its own day a change is corrected"


def test_what_happens_to_the_published_roster_is_said_before(world, head):
    point = world.posts[0]
    made = roster(world.village, since=monday())
    for weekday in (1, 2, 3):
        seat = turn(made, weekday, world.members[0], slot="早班", post=point.name)
        Turn.objects.filter(pk=seat.pk).update(drop_point=point, start="05:30", end="07:30")
    kept = PostRow.objects.get(pk=point.pk).slots
    later = {**EARLY, "start": "06:30", "end": "08:30", "weekdays": ["1", "2", "4"]}
    asked = change(head, point, later)
    assert asked.status_code == 200
    effect = asked.context["effect"]
    assert (effect.closed, effect.moved, effect.new) == (1, 2, 1)
    assert "1个班不开了" in asked.content.decode()
    assert PostRow.objects.get(pk=point.pk).slots == kept, "nothing is changed before it was said"
    other = change(head, point, {**later, "start": "06:00"}, sure=asked.context["sure"])
    assert "effect" in other.context, "what was said was said of another change"
    assert change(head, point, later, sure=asked.context["sure"]).status_code == 302
    assert Turn.objects.filter(roster=made, start="05:30").count() == 3, "what is published stays"


def test_a_point_is_closed_from_a_day_on_and_opened_again(world, head):
    point, day = world.posts[0], soon(5)
    page = reverse("point_close", args=[point.pk])
    head.post(page, {"seen": head.get(page).context["form"]["seen"].value(), "day": day.isoformat()})
    names = [[one.name for one in village_of(world.village, when)[0].posts] for when in (day - DAY, day)]
    assert (point.name in names[0], point.name in names[1]) == (True, False)
    head.post(page, {"seen": head.get(page).context["form"]["seen"].value(), "back": "1"})
    assert PostRow.objects.get(pk=point.pk).gone_on is None
    assert [event.verb for event in Event.objects.order_by("number")] == ["point.close", "point.open"]


def test_a_new_point_is_not_planned_before_its_day(world, head):
    add(world, head, EARLY, since=soon(5))
    names = [[one.name for one in village_of(world.village, soon(days))[0].posts] for days in (4, 5)]
    assert ["5号点" in found for found in names] == [False, True]


@pytest.mark.parametrize(
    "slot",
    [
        {},
        {**EARLY, "duty": ""},
        {**EARLY, "start": "25:00"},
        {**EARLY, "weekdays": []},
        {**EARLY, "since": "06-01"},
        {**EARLY, "since": "13-01", "until": "01-01"},
    ],
)
def test_what_cannot_be_is_told_beside_the_field(world, head, slot):
    given = {"name": "", "start": "", **slot}
    assert add(world, head, given).status_code == 200
    assert not PostRow.objects.filter(name="5号点").exists()


def test_two_of_one_name_and_a_form_made_from_what_is_gone_are_refused(world, head):
    point = world.posts[0]
    twice = add(world, head, EARLY, name=point.name)
    assert (twice.status_code, "请换一个名字" in twice.content.decode()) == (409, True)
    seen = head.get(reverse("point", args=[point.pk])).context["form"]["seen"].value()
    PostRow.objects.filter(pk=point.pk).update(where="别处")
    assert change(head, point, EARLY, seen=seen, since=soon(3)).status_code == 409
