"""A village with a roster, made by rows, for the tests of this slice."""

import datetime

from heli.duties.models import Roster, Turn
from heli.duties.queries import RosterTable, roster_to_json
from heli.orgs.models import Kind, Unit
from heli.people.models import MemberRow

MONDAY = datetime.date(2026, 11, 23)
NAMES = ("苏晚晴", "钱望舒", "柳问荆", "程知秋")


def village(name="青溪村", members=NAMES):
    """A village and its members."""
    unit = Unit.objects.create(kind=Kind.VILLAGE, name=name)
    return unit, [
        MemberRow.objects.create(village=unit, order=order, name=name, home=f"前街{order + 1}号")
        for order, name in enumerate(members)
    ]


def roster(unit, since=MONDAY, repeats=True, weeks=1, number=1, until=None):
    """A published version without turns."""
    return Roster.objects.create(
        village=unit,
        number=number,
        since=since,
        until=until,
        repeats=repeats,
        weeks=weeks,
        published_by="村负责人",
        table=roster_to_json(RosterTable(unit.name, since, repeats, (), (), ())),
    )


def turn(made, weekday, member=None, week=1, slot="早班", start="05:30", end="07:30", post="1号点", **more):
    """One seat."""
    values = {"where": "前街口", "kind": "duty", **more}
    return Turn.objects.create(
        roster=made,
        week=week,
        weekday=weekday,
        slot=slot,
        start=start,
        end=end,
        post=post,
        member=member,
        **values,
    )
