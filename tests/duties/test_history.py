"""Turns that were stood count for a fair rotation: as ticked, else as the roster and its swaps say."""

import datetime

import pytest
from django.utils import timezone
from tests.duties.rosters import MONDAY, roster, turn, village
from tests.plans.publishing import draft, monday_after

from heli.duties.models import Presence, Swap, SwapState
from heli.duties.queries.history import WEEKS_BACK, turns_stood
from heli.people.models import Absence
from heli.plans.commands.solve import plan_village
from heli.plans.models import Run
from heli.plans.queries.rows import village_of
from heli.plans.queries.runs import plan_of
from heli.plans.rules import Options, Pins, label
from heli.plans.turns import gather_roster

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
WEEK = 7 * DAY
NEXT = MONDAY + WEEK


def tick(seat, date, stood=True, member=None, stand_in=""):
    Presence.objects.create(
        turn=seat, date=date, stood=stood, member=member, stand_in=stand_in, ticked_by="x"
    )


def test_what_is_ticked_goes_before_what_was_planned():
    unit, (wan, qian, liu, cheng) = village()
    made = roster(unit, repeats=False)
    tick(turn(made, 1, wan), MONDAY, member=qian)
    tick(turn(made, 2, wan), MONDAY + DAY, stood=False)
    tick(turn(made, 3, liu), MONDAY + 2 * DAY, stand_in="柳家弟弟")
    turn(made, 6, cheng, slot="晚班", start="18:00")
    assert turns_stood(unit, NEXT) == {qian.pk: (1, 1, 0), liu.pk: (1, 1, 0), cheng.pk: (1, 0, 1)}


def test_what_nobody_ticked_counts_for_who_took_the_turn_or_was_there():
    unit, (wan, qian, liu, cheng) = village()
    made = roster(unit, repeats=False)
    taken = turn(made, 1, wan)
    Swap.objects.create(turn=taken, date=MONDAY, giver=wan, taker=qian, state=SwapState.ACCEPTED)
    turn(made, 2, liu)
    Absence.objects.create(member=liu, since=MONDAY, until=NEXT, why="住院")
    turn(made, 3, None)
    turn(made, 4, cheng)
    assert turns_stood(unit, NEXT) == {qian.pk: (1, 1, 0), cheng.pk: (1, 1, 0)}


def test_only_the_weeks_before_the_day_and_not_all_of_them_count():
    unit, (wan, *_others) = village()
    made = roster(unit, since=MONDAY - 60 * WEEK)
    turn(made, 7, wan)
    assert turns_stood(unit, MONDAY) == {wan.pk: (WEEKS_BACK, WEEKS_BACK, WEEKS_BACK)}
    assert turns_stood(unit, MONDAY - 58 * WEEK) == {wan.pk: (2, 2, 2)}


def test_a_drop_point_or_member_called_otherwise_keeps_the_history():
    unit, (wan, *_others) = village()
    turn(roster(unit, repeats=False), 1, wan)
    wan.name = "苏晚清"
    wan.save()
    assert turns_stood(unit, NEXT) == {wan.pk: (1, 1, 0)}


def test_the_web_plans_a_rotation_with_what_was_stood(world):
    """The same history, by the command line's own pipeline: the web's plan is the same."""
    today = timezone.localdate()
    monday = monday_after(today)
    busy = world.members[0]
    old = roster(world.village, since=monday - 2 * WEEK, repeats=False, weeks=2)
    for week in (1, 2):
        for weekday in range(1, 8):
            for slot, start in (("早班", "06:30"), ("晚班", "18:00")):
                turn(old, weekday, busy, week=week, slot=slot, start=start)
    run = draft(world, day=monday, mode="rotation")
    assert run.facts["stood"] == {str(busy.pk): [28, 14, 8]}
    assert not run.seats.filter(member=busy).exists(), "who stood twenty-eight turns rests this week"
    rows, keys = village_of(world.village, monday)
    options = Options(monday, low=1, high=6, seconds=2.0, mode="rotation")
    stood = {keys.members.index(busy.pk): (28, 14, 8)}
    plan = plan_village(rows, options, Pins(), None, stood)
    shown, _keys = plan_of(Run.objects.get(pk=run.pk), today)
    assert (shown.seats.value, shown.seats.parts) == (plan.seats.value, plan.seats.parts)
    without = plan_village(rows, options, Pins(), None, {})
    assert busy.pk in {keys.members[without.roster.members[m]] for m in without.seats.plan.member.tolist()}


def test_history_reaches_the_problem_by_row(world):
    rows, keys = village_of(world.village, MONDAY)
    at = keys.members.index(world.members[2].pk)
    work = gather_roster(rows, label(rows), Options(MONDAY), Pins(), None, {}, {at: (3, 2, 1)})
    assert work.problem.history[work.members.index(at)].tolist() == [3, 2, 1]
