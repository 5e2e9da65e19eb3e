"""A member changed by hand, absent, leaving."""

import datetime
import importlib
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from heli.insight.queries.own import own_data
from heli.kernel.access.queries import actor_of
from heli.kernel.audit.models import Event
from heli.kernel.lib.errors import DomainError
from heli.orgs.models import Unit
from heli.people.commands import set_absent
from heli.people.models import Absence, MemberRow

pytestmark = pytest.mark.django_db


def edited(world, client, **changes):
    """What the browser sends when only ``changes`` are typed."""
    url = reverse("member_edit", kwargs={"key": world.members[0].pk})
    form = client.get(url).context["form"]
    data = {}
    for field in form:
        value = changes.pop(field.name, field.value())
        if value not in (None, False):
            data[field.html_name] = value
    assert not changes
    return url, data


def seen(client, url):
    """What the form of a page carries of what it shows."""
    return {"seen": client.get(url).context["form"]["seen"].value()}


def test_it_works(world):
    client = world.client(world.head)
    revision = Unit.objects.get(pk=world.village.pk).revision
    url, data = edited(world, client, home="后河9号", busy=["1-early", "7-late"], kin="林一帆、前街3号")
    assert client.post(url, data).status_code == 302
    row = MemberRow.objects.get(pk=world.members[0].pk)
    assert (row.home, row.kin) == ("后河9号", ["林一帆", "前街3号"])
    assert row.availability["busy"] == [[1, "early"], [7, "late"]]
    assert Unit.objects.get(pk=world.village.pk).revision == revision + 1
    event = Event.objects.get(verb="member.edit")
    assert event.facts == {"fields": ["home", "kin", "availability"]}


def test_nothing_typed_changes_nothing(world):
    client = world.client(world.head)
    url, data = edited(world, client)
    assert client.post(url, data).status_code == 302
    assert not Event.objects.filter(verb="member.edit").exists()


def test_the_second_of_two_is_told_and_keeps_what_they_typed(world):
    one, two = world.client(world.head), world.client(world.unit_officer)
    url, first = edited(world, one, home="后河9号")
    _url, second = edited(world, two, remark="会开车")
    one.post(url, first)
    told = two.post(url, second)
    text = told.content.decode()
    assert told.status_code == 409
    assert "后河9号" in text
    assert "会开车" in text
    assert MemberRow.objects.get(pk=world.members[0].pk).remark == ""
    again = {**second, "seen": told.context["form"]["seen"].value(), "home": "后河9号"}
    assert two.post(url, again).status_code == 302
    row = MemberRow.objects.get(pk=world.members[0].pk)
    assert (row.home, row.remark) == ("后河9号", "会开车")


@pytest.mark.parametrize(
    ("field", "value"), [("name", ""), ("born", "2999"), ("busy_dates", "40"), ("busy", ["8-early"])]
)
def test_what_cannot_be_is_said_beside_the_field(world, field, value):
    client = world.client(world.head)
    url, data = edited(world, client)
    shown = client.post(url, {**data, field: value})
    assert shown.status_code == 200
    assert shown.context["form"].errors[field]


def test_leaving_is_noted_and_taken_back(world):
    client, row = world.client(world.head), world.members[0]
    url = reverse("member_leave", kwargs={"key": row.pk})
    client.post(url, {"day": "2026-12-01", **seen(client, url)})
    row.refresh_from_db()
    assert row.left_on == datetime.date(2026, 12, 1)
    client.post(url, {"back": "1", **seen(client, url)})
    row.refresh_from_db()
    assert row.left_on is None


def test_absent_and_back(world):
    client, row, today = world.client(world.head), world.members[0], timezone.localdate()
    url = reverse("member_absence", kwargs={"key": row.pk})
    since = today - datetime.timedelta(days=3)
    assert client.post(url, {"since": since, "why": "生病", **seen(client, url)}).status_code == 302
    absence = Absence.objects.get()
    back = reverse("member_back", kwargs={"key": row.pk, "absence": absence.pk})
    assert client.post(back, {"seen": absence.hash}).status_code == 302
    assert client.post(back, {"seen": absence.hash}).status_code == 409
    absence.refresh_from_db()
    assert absence.last_day == today - datetime.timedelta(days=1)


def test_people_say_and_read_the_last_day(world):
    client, row, today = world.client(world.head), world.members[0], timezone.localdate()
    url = reverse("member_absence", kwargs={"key": row.pk})
    last = today + datetime.timedelta(days=2)
    assert (
        client.post(url, {"since": today, "last": last, "why": "外出", **seen(client, url)}).status_code
        == 302
    )
    absence = Absence.objects.get()
    assert absence.until == last + datetime.timedelta(days=1)
    assert [absence.holds(last), absence.holds(absence.until)] == [True, False]
    shown = date_format(last)
    assert shown in client.get(url).content.decode()
    assert shown in client.get(reverse("upkeep", kwargs={"key": row.village_id})).content.decode()
    (part,) = (part for part in own_data(row) if part.code == "absences")
    assert part.rows == ((today, last, "外出"),)


def test_the_migration_of_absences_goes_both_ways(world):
    move = importlib.import_module("heli.people.migrations.0002_absence_ends_before_until")
    today, member = timezone.localdate(), world.members[0]
    Absence.objects.create(member=member, since=today, until=today, why="一天")
    Absence.objects.create(member=member, since=today, why="不知道")
    schema = SimpleNamespace(connection=connection)
    move.to_first_day_after(apps, schema)
    days = dict(Absence.objects.values_list("why", "until"))
    assert days == {"一天": today + datetime.timedelta(days=1), "不知道": None}
    assert Absence.objects.on(today).count() == 2
    move.to_last_day(apps, schema)
    assert dict(Absence.objects.values_list("why", "until")) == {"一天": today, "不知道": None}


def test_absence_backwards_or_twice_is_refused(world):
    client, row = world.client(world.head), world.members[0]
    url = reverse("member_absence", kwargs={"key": row.pk})
    wrong = client.post(
        url, {"since": "2026-12-05", "last": "2026-12-01", "why": "生病", **seen(client, url)}
    )
    assert "最后一天在第一天前面" in wrong.content.decode()
    today = timezone.localdate()
    set_absent(actor_of(world.head), row, today, None, "外出")
    with pytest.raises(DomainError, match="已经记过一次"):
        set_absent(actor_of(world.head), row, today, today, "生病")


@pytest.mark.parametrize("page", ["member_edit", "member_leave", "member_absence"])
def test_every_form_tells_the_second_of_two(world, page):
    row, client = world.members[0], world.client(world.head)
    url = reverse(page, kwargs={"key": row.pk})
    typed = {"day": "2026-12-01", "since": "2026-12-01", "why": "生病", "name": row.name}
    opened = {**typed, **seen(client, url)}
    MemberRow.objects.filter(pk=row.pk).update(remark="腿伤")
    told = client.post(url, opened)
    assert told.status_code == 409
    assert "别人改过这一条" in told.content.decode()
    row.refresh_from_db()
    assert (row.left_on, row.absences.count()) == (None, 0)
    assert client.post(url, {**typed, **seen(client, url)}).status_code == 302


def test_a_return_noted_since_the_page_was_opened_is_not_moved(world):
    row, today = world.members[0], timezone.localdate()
    away = set_absent(actor_of(world.head), row, today - datetime.timedelta(days=9), None, "生病")
    opened, past = away.hash, today - datetime.timedelta(days=4)
    Absence.objects.filter(pk=away.pk).update(until=past)
    back = reverse("member_back", kwargs={"key": row.pk, "absence": away.pk})
    told = world.client(world.head).post(back, {"seen": opened})
    away.refresh_from_db()
    assert (told.status_code, away.until) == (409, past)
