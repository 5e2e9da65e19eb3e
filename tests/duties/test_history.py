"""Turns that were stood count for a fair rotation: as ticked, else as the roster and its swaps say."""

import datetime

import pytest
from django.utils import timezone
from tests.duties.rosters import MONDAY, roster, turn, village
from tests.plans.publishing import draft, monday_after

from heli.duties.models import Presence, Roster, Swap, SwapState
from heli.duties.queries import roster_from_json
from heli.duties.queries.history import WEEKS_BACK, past_turns
from heli.kernel.access.queries import actor_of
from heli.orgs.commands import bump_revision
from heli.people.models import Absence, MemberRow
from heli.plans.commands.publish import publish
from heli.plans.commands.solve import plan_village
from heli.plans.models import Run
from heli.plans.queries.rows import village_of
from heli.plans.queries.runs import plan_of
from heli.plans.rules import Options, Pins, TurnsBefore, label, turns_before
from heli.plans.turns import gather_roster

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
WEEK = 7 * DAY
NEXT = MONDAY + WEEK


def tick(seat, date, stood=True, member=None, stand_in=""):
    Presence.objects.create(
        turn=seat, date=date, stood=stood, member=member, stand_in=stand_in, ticked_by="x"
    )


def turns_stood(unit, day):
    """The turns of all weeks together, of those who stood any."""
    found = {}
    for week in past_turns(unit, day):
        for who, counts in week.counts.items():
            found[who] = tuple(map(sum, zip(found.get(who, (0, 0, 0)), counts, strict=True)))
    return {who: counts for who, counts in found.items() if any(counts)}


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
    plan = plan_village(rows, options, Pins(), None, TurnsBefore(stood))
    shown, _keys = plan_of(Run.objects.get(pk=run.pk), today)
    assert (shown.seats.value, shown.seats.parts) == (plan.seats.value, plan.seats.parts)
    without = plan_village(rows, options, Pins(), None, TurnsBefore())
    assert busy.pk in {keys.members[without.roster.members[m]] for m in without.seats.plan.member.tolist()}


def test_history_reaches_the_problem_by_row(world):
    rows, keys = village_of(world.village, MONDAY)
    at = keys.members.index(world.members[2].pk)
    work = gather_roster(rows, label(rows), Options(MONDAY), Pins(), None, {}, TurnsBefore({at: (3, 2, 1)}))
    assert work.problem.history[work.members.index(at)].tolist() == [3, 2, 1]


def test_twelve_weeks_on_the_web_are_fair_to_who_stays_who_comes_and_who_was_away(world):
    """Each week is planned, published and stood; one is away for three weeks, one comes after six."""
    first = monday_after(timezone.localdate() - 14 * WEEK)
    actor, ill = actor_of(world.unit_officer), world.members[1]
    Absence.objects.create(member=ill, since=first + 2 * WEEK, until=first + 5 * WEEK, why="住院")
    MemberRow.objects.filter(village=world.village).update(leader=True)
    new = None
    for monday in (first + number * WEEK for number in range(12)):
        if monday == first + 6 * WEEK:
            new = MemberRow.objects.create(
                village=world.village, order=99, name="新来者", home="前街2号", leader=True
            )
            bump_revision(world.village)
        run = draft(world, day=monday, mode="rotation", weeks=1)
        publish(actor, run.pk, run.version, monday, monday, monday)
        notes = roster_from_json(Roster.objects.order_by("number").last().table).notes
        if monday in (first + 5 * WEEK, first + 6 * WEEK):
            assert any("从其他人的平均班数算起" in note for note in notes)
    weeks = past_turns(world.village, first + 12 * WEEK)
    stood = turns_stood(world.village, first + 12 * WEEK)
    stayed = [stood[member.pk][0] for member in world.members if member != ill]
    assert max(stayed) - min(stayed) <= 1
    for member in (ill, new):
        there = [week for week in weeks if member.pk in week.counts]
        own = sum(week.counts[member.pk][0] for week in there)
        others = [sum(week.counts[row.pk][0] for week in there) for row in world.members if row != ill]
        assert min(others) - 1 <= own <= max(others) + 1, "an equal share of the weeks they were there"
    assert stood[new.pk][0] < min(stayed) - 30, "what the others stood before is not made up for"


def test_whom_a_roster_did_not_know_is_away_from_it_until_the_next(world):
    made = roster(world.village, repeats=False)
    old, new = world.members[0], world.members[-1]
    turn(made, 1, old)
    turn(made, 2, new)
    table = {**made.table, "loads": [["甲", 1, 1, 0]], "member_keys": [["甲", str(old.pk)]]}
    Roster.objects.filter(pk=made.pk).update(table=table)
    (week,) = past_turns(world.village, NEXT)
    assert week.counts == {old.pk: (1, 1, 0), new.pk: (1, 1, 0)}
    assert week.away == {new.pk}
    assert week.level == (1, 1, 0)
    Absence.objects.create(member=old, since=MONDAY, until=NEXT, why="住院")
    (week,) = past_turns(world.village, NEXT)
    assert week.away == {old.pk, new.pk}


def test_the_book_tells_of_turns_only_where_there_is_no_table(world):
    MemberRow.objects.filter(pk=world.members[0].pk).update(served=[9, 4, 2])
    rows, keys = village_of(world.village, MONDAY)
    at = keys.members.index(world.members[0].pk)
    told = turns_before([], keys.members, rows.members)
    assert told.stood[at] == (9, 4, 2)
    assert set(told.stood.values()) == {(9, 4, 2)}, "blank is not none: the others' level"
    assert told.levelled == tuple(row for row in range(len(rows.members)) if row != at)
    turn(roster(world.village, repeats=False), 1, world.members[0])
    known = turns_before(past_turns(world.village, NEXT), keys.members, rows.members)
    assert known.stood[at] == (1, 1, 0), "the turn in the table counts once, the book's no more"
