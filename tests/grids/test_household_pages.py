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
    assert len(client.get(page).context["page"].object_list) == 12
    assert [str(row) for row in client.get(page, {"q": "前街3号"}).context["page"]] == ["前街3号"]
    assert len(client.get(page, {"show": "let"}).context["page"].object_list) == 4
    assert "没有这样的户" in client.get(page, {"q": "无此弄"}).content.decode()
    assert client.get(page, {"page": "99x"}).status_code == 200


def sent(form, **changes):
    """What the browser sends when only ``changes`` are typed."""
    return {field.html_name: changes.get(field.name, field.value() or "") for field in form}


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
    client.post(url("household_split", row), {"head": "林小帆", "people": "1", "stay": "1"})
    new = HouseholdRow.objects.get(head="林小帆")
    row.refresh_from_db()
    assert (new.address, new.lane, new.number) == (row.address, row.lane, row.number)
    assert (new.people, row.people) == (1, 1)
    again = client.post(url("household_split", row), {"head": "林小帆"})
    assert "已经在册" in again.content.decode()


def test_let_empty_gone_and_back(world):
    client, row = world.client(world.head), world.households[1]
    client.post(url("household_let", row), {"let": "yes", "tenants": "5"})
    client.post(url("household_empty", row), {"why": "空房"})
    client.post(url("household_gone", row), {"day": "2026-12-01"})
    row.refresh_from_db()
    assert (row.let, row.tenants, row.no_link) == (True, 5, "空房")
    assert row.gone_on == datetime.date(2026, 12, 1)
    client.post(url("household_let", row), {"let": "no", "tenants": "5"})
    client.post(url("household_empty", row), {"again": "1"})
    client.post(url("household_gone", row), {"back": "1"})
    row.refresh_from_db()
    assert (row.let, row.tenants, row.no_link, row.gone_on) == (False, None, "", None)
    assert Event.objects.filter(subject=f"household:{row.pk}").count() == 6


@pytest.mark.parametrize("data", [{"let": "maybe"}, {"let": "yes", "tenants": "-1"}, {}])
def test_what_cannot_be_is_said(world, data):
    shown = world.client(world.head).post(url("household_let", world.households[0]), data)
    assert shown.status_code == 200
    if data:
        assert shown.context["form"].errors
