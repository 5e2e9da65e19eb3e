"""Households changed by hand: edited, moved in, split, let, empty, gone."""

import datetime

import pytest
from django.urls import reverse

from heli.grids.models import HouseholdRow
from heli.kernel.audit.models import Event
from heli.orgs.models import Unit

pytestmark = pytest.mark.django_db


def url(name, row):
    return reverse(name, kwargs={"key": row.pk})


def test_one_household_and_who_looked(world):
    client = world.client(world.line)
    shown = client.get(url("household", world.households[0]))
    assert "前街1号" in shown.content.decode()
    event = Event.objects.get(verb="household.read")
    assert event.subject == f"household:{world.households[0].pk}"
    assert event.account == world.line.pk


def test_the_list_is_searched(world):
    client = world.client(world.line)
    page = reverse("households", kwargs={"key": world.village.pk})
    assert len(client.get(page).context["found"].rows) == 12
    assert [str(row) for row in client.get(page, {"q": "前街3号"}).context["found"].rows] == ["前街3号"]
    assert len(client.get(page, {"show": "let"}).context["found"].rows) == 4
    assert "没有找到" in client.get(page, {"q": "无此弄"}).content.decode()
    assert len(client.get(page, {"show": "strange"}).context["found"].rows) == 12
    assert client.get(page, {"after": "99x"}).status_code == 400


def sent(form, **changes):
    """What the browser sends when only ``changes`` are typed."""
    return {field.html_name: changes.get(field.name, field.value() or "") for field in form}


def press(client, page, data):
    """Open a page and send its form, with what it carries."""
    return client.post(page, {"seen": client.get(page).context["form"]["seen"].value(), **data})


FORMS = {
    "household_edit": {"address": "前街1号", "head": "林一帆", "people": "9"},
    "household_split": {"head": "林小帆", "people": "1", "stay": "1"},
    "household_let": {"let": "no"},
    "household_empty": {"why": "空房"},
    "household_gone": {"day": "2026-12-01"},
}


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("other", FORMS)
def test_every_form_tells_the_second_of_two_what_is_so_now(world, name, other):
    row, page = world.households[0], url(name, world.households[0])
    client = world.client(world.head)
    opened = client.get(page).context["form"]["seen"].value()
    assert press(world.client(world.unit_officer), url(other, row), FORMS[other]).status_code == 302
    before = list(HouseholdRow.objects.filter(village=world.village).values())
    told = client.post(page, {**FORMS[name], "seen": opened})
    assert told.status_code == 409
    assert "别人改过这一条" in told.content.decode()
    assert list(HouseholdRow.objects.filter(village=world.village).values()) == before
    fresh = told.context["form"]["seen"].value()
    twice = name == other == "household_split"
    assert client.post(page, {**FORMS[name], "seen": fresh}).status_code == (409 if twice else 302)


@pytest.mark.parametrize("name", FORMS)
def test_a_form_that_does_not_say_what_it_was_made_from_is_stale(world, name):
    told = world.client(world.head).post(url(name, world.households[0]), FORMS[name])
    assert told.status_code == 409


def test_edit_takes_the_address_apart_again(world):
    client, row = world.client(world.head), world.households[0]
    form = client.get(url("household_edit", row)).context["form"]
    assert client.post(url("household_edit", row), sent(form, address="后河２０－３号")).status_code == 302
    row.refresh_from_db()
    assert (row.lane, row.number, row.sub) == ("后河", 20, 3)
    assert Unit.objects.get(pk=world.village.pk).revision == 1


def test_the_second_of_two_is_told_and_keeps_what_they_typed(world):
    row = world.households[0]
    one, two = world.client(world.head), world.client(world.unit_officer)
    first = sent(one.get(url("household_edit", row)).context["form"], people=7)
    second = sent(two.get(url("household_edit", row)).context["form"], remark="有只大狗")
    one.post(url("household_edit", row), first)
    told = two.post(url("household_edit", row), second)
    assert told.status_code == 409
    assert "别人改过这一条" in told.content.decode()
    assert "有只大狗" in told.content.decode()
    row.refresh_from_db()
    assert (row.people, row.remark) == (7, "")


def test_move_in_stands_after_its_neighbour(world):
    client = world.client(world.head)
    page = reverse("household_new", kwargs={"key": world.village.pk})
    gone_to = client.post(page, {"address": "前街5-2号", "head": "周新来", "people": "3", "let": "no"})
    new = HouseholdRow.objects.get(head="周新来")
    assert gone_to["Location"] == url("household_near", new)
    assert (new.lane, new.number, new.sub, new.let) == ("前街", 5, 2, False)
    rows = [row.address for row in HouseholdRow.objects.filter(village=world.village)]
    assert rows.index("前街5-2号") == rows.index("前街5号") + 1
    twice = client.post(page, {"address": "前街5-2号", "head": "周新来"})
    assert "已经在册" in twice.content.decode()


def test_split_copies_the_address(world):
    client, row = world.client(world.head), world.households[0]
    press(client, url("household_split", row), {"head": "林小帆", "people": "1", "stay": "1"})
    new = HouseholdRow.objects.get(head="林小帆")
    row.refresh_from_db()
    assert (new.address, new.lane, new.number) == (row.address, row.lane, row.number)
    assert (new.people, row.people) == (1, 1)
    again = press(client, url("household_split", row), {"head": "林小帆"})
    assert "已经在册" in again.content.decode()


def test_let_empty_gone_and_back(world):
    client, row = world.client(world.head), world.households[1]
    press(client, url("household_let", row), {"let": "yes", "tenants": "5"})
    press(client, url("household_empty", row), {"why": "空房"})
    press(client, url("household_gone", row), {"day": "2026-12-01"})
    row.refresh_from_db()
    assert (row.let, row.tenants, row.no_link) == (True, 5, "空房")
    assert row.gone_on == datetime.date(2026, 12, 1)
    press(client, url("household_let", row), {"let": "no", "tenants": "5"})
    press(client, url("household_empty", row), {"again": "1"})
    press(client, url("household_gone", row), {"back": "1"})
    row.refresh_from_db()
    assert (row.let, row.tenants, row.no_link, row.gone_on) == (False, None, "", None)
    assert Event.objects.filter(subject=f"household:{row.pk}").count() == 6


@pytest.mark.parametrize("data", [{"let": "maybe"}, {"let": "yes", "tenants": "-1"}, {}])
def test_what_cannot_be_is_said(world, data):
    shown = world.client(world.head).post(url("household_let", world.households[0]), data)
    assert shown.status_code == 200
    if data:
        assert shown.context["form"].errors
