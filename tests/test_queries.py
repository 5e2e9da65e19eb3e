"""No page asks the database more often when there is twice as much to show: every address that is read."""

import datetime

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests.access_rows import PEOPLE
from tests.access_table import TABLE
from tests.duties.test_calendar import make
from tests.insight.test_village import publish
from tests.plans.access import draft
from tests.plans.publishing import in_force
from tests.plans.test_uploads import file_of, rows_of
from tests.world import Place, account

from heli.duties.models import PostRow, Swap, SwapState, Turn
from heli.grids.models import HouseholdRow, Newcomers
from heli.kernel.access.actor import SYSTEM
from heli.kernel.access.roles import Role
from heli.kernel.audit.commands import record
from heli.kernel.lib.keys import new_key
from heli.orgs.commands import bump_revision
from heli.orgs.models import Kind, Unit
from heli.people.commands import set_absent
from heli.people.models import MemberRow, Phone
from heli.plans.commands.uploads import Handed, hand_in, keep_reading
from heli.plans.models import Upload
from heli.plans.sheets.handed import read_handed

DAY = datetime.timedelta(days=1)
ONCE = ("account_", "mfa_", "language", "upload_template", "personal_link")
"""What addresses begin with that show nothing a village has more or less of."""
QUERY = {"upload_changes": "?part=households&kind=new", "responsible": "?q=前街"}


def copies(village, into, mark):
    """As many households, members and posts again, in the same village or another."""
    made = {HouseholdRow: [], MemberRow: [], PostRow: []}
    for model, rows in made.items():
        for row in model.objects.filter(village=village):
            name = "address" if model is HouseholdRow else "name"
            setattr(row, name, f"{mark}{getattr(row, name)}")
            row.pk, row.village, row.order = new_key(), into, row.order + 100
            row.number = getattr(row, "number", 0) + 100
            rows.append(row)
        model.objects.bulk_create(rows)
    people = [*made[MemberRow], *made[HouseholdRow]]
    count = Phone.objects.count()
    Phone.objects.bulk_create(
        Phone(owner=row.pk, village=into, number=f"137{count + at:08}") for at, row in enumerate(people)
    )
    bump_revision(into)
    return Place(into, made[MemberRow], made[HouseholdRow], made[PostRow])


def grow(world, tmp_path, mark):
    """Fill the small zone with what pages list; a second time, there is twice of everything."""
    today, zone, village = timezone.localdate(), world.zone, world.village
    HouseholdRow.objects.filter(village=village).update(lon=120.1, lat=29.3)
    in_force(world, today - 30 * DAY, low=0)
    turns = Turn.objects.filter(roster__village=village, roster__until=None, slot="晚班")
    turns.filter(weekday__lte=3 if mark == "甲" else 6).update(member=world.members[0])
    publish(copies(village, Unit.objects.create(kind=Kind.VILLAGE, name=f"{mark}村", parent=zone), ""))
    firm = Unit.objects.create(kind=Kind.FIRM, name=f"{mark}印染", parent=zone)
    for house in ("前街1号", "后河1号", "桥头"):
        Newcomers.objects.create(
            village=village, address=f"{house}{mark}", employer=firm, people=3, counted_on=today
        )
    account(f"more{mark}", f"同事{mark}", Role.HEAD, village.path)
    for kind in ("phone.reveal", "household.read"):
        record(SYSTEM, kind, f"member:{world.members[0].pk}", village.path)
    *_rest, away = MemberRow.objects.filter(village=village, absences=None).order_by("order")
    set_absent(SYSTEM, away, today, today + 20 * DAY, "生病")
    swap(world, today)
    upload(world, tmp_path, today)


def swap(world, today):
    """One turn that is offered to all, one that was given to the first member."""
    turns = Turn.objects.filter(roster__village=world.village, roster__until=None).exclude(member=None)
    givers = turns.exclude(member=world.members[0]).order_by("-weekday", "pk")
    for seat, state in zip(givers, (SwapState.OFFERED, SwapState.ACCEPTED), strict=False):
        taker = None if state == SwapState.OFFERED else world.members[0]
        date = today + (seat.weekday - today.isoweekday()) % 7 * DAY + 7 * DAY
        Swap.objects.create(turn=seat, date=date, giver=seat.member, taker=taker, state=state)


def upload(world, tmp_path, today):
    """A book with as many new, changed and gone households as there are, and a problem in each."""
    sheets = rows_of(world.home)
    kept = HouseholdRow.objects.filter(village=world.village).count() // 2
    sheets["农户"] = sheets["农户"][: 1 + kept // 2]
    sheets["农户"] += [(f"塘边{n}号", f"贺新{n}", "不知道", "否", "", "") for n in range(kept)]
    book = tmp_path / "book.xlsx"
    book.write_bytes(file_of(sheets).read())
    made = hand_in(SYSTEM, world.village, [Handed(book.name, "", book.read_bytes())], today)
    keep_reading(made.pk, made.version, read_handed([(book, book.name)], [], today, "青溪村"), today)


def richer(world):
    """Arguments, for the admin, of addresses that the table of roles knows only poor or missing ones for."""
    last, village = Upload.objects.first(), world.village.pk
    roster = Turn.objects.filter(roster__village=village, roster__until=None)
    seat = roster.exclude(member=None).order_by("weekday", "pk")[0]
    today = timezone.localdate()
    day = today + (seat.weekday - today.isoweekday()) % 7 * DAY + 14 * DAY
    feed = make(world.member_client(world.members[0]))
    return {
        "upload": {"key": last.pk},
        "upload_changes": {"key": last.pk},
        "publication": {"key": village, "kind": "roster", "number": seat.roster.number},
        "publish": draft(world),
        "turn": {"key": seat.pk, "day": day.isoformat()},
        "calendar_feed": {"token": feed.split("/")[-1].removesuffix(".ics")},
    }


def asked(world):
    """By address, how many questions it puts to the database for whoever may see it."""
    clients, rich, found = world.clients(), richer(world), {}
    for row in TABLE:
        seen = "ok" in row.expected or row.name in rich
        if row.method != "get" or not seen or row.name.startswith(ONCE):
            continue
        person = "admin" if row.name in rich else PEOPLE[row.expected.index("ok")]
        with transaction.atomic():
            url = reverse(row.name, kwargs=rich.get(row.name) or row.url(world))
            url += QUERY.get(row.name, "")
            clients[person].get(url)
            with CaptureQueriesContext(connection) as queries:
                answer = clients[person].get(url)
            transaction.set_rollback(True)
        assert answer.status_code == 200, row
        found[row.name] = len(queries)
    return found


@pytest.mark.django_db
def test_no_page_asks_more_often_when_everything_is_there_twice(world, tmp_path):
    in_force(world, timezone.localdate() - 60 * DAY, low=0)  # so that every version has one before it
    grow(world, tmp_path, "甲")
    few = asked(world)
    copies(world.village, world.village, "新")
    grow(world, tmp_path, "乙")
    assert asked(world) == few
