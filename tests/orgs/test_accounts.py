"""Accounts are made, changed and switched off by those above, and never above themselves."""

import re

import pytest
from django.urls import reverse
from tests.world import account

from heli.kernel.access.models import Grant
from heli.kernel.access.roles import Role
from heli.kernel.accounts.models import Account
from heli.kernel.audit.models import Event


def new(world, person, **changed):
    posted = {"name": "白露", "username": "bailu", "role": "head", "unit": world.village.pk, **changed}
    return world.client(person).post(reverse("account_new"), posted)


def test_it_works(world):
    answer = new(world, world.unit_officer)
    assert "no-store" in answer["Cache-Control"]
    password = re.search(r"<code>([a-z2-9-]{14})</code>", answer.content.decode())[1]
    made = Account.objects.get(username="bailu")
    assert made.check_password(password)
    assert Grant.objects.get(account=made).scope == world.village.path
    told = list(Event.objects.order_by("number").values_list("verb", "subject", "scope"))
    assert told == [
        (verb, f"account:{made.pk}", world.village.path) for verb in ("account.made", "grant.given")
    ]
    assert password not in str(list(Event.objects.values()))
    assert "白露" in world.client(world.unit_officer).get(reverse("accounts")).content.decode()
    assert "白露" not in world.client(world.stranger).get(reverse("accounts")).content.decode()


def test_a_name_is_given_once(world):
    assert "已经有人用" in new(world, world.admin, username="head").content.decode()
    assert "小写字母" in new(world, world.admin, username="白露").content.decode()
    assert not Account.objects.filter(name="白露").exists()


@pytest.mark.parametrize("role", ["admin", "line", "auditor"])
def test_nobody_gives_more_than_they_hold(world, role):
    assert new(world, world.unit_officer, role=role).status_code == 200
    assert not Account.objects.filter(username="bailu").exists()
    new(world, world.admin, role=role, unit=world.zone.pk)
    assert Account.objects.filter(username="bailu").exists()


def test_nobody_gives_roles_elsewhere(world):
    new(world, world.unit_officer, unit=world.other.unit.pk)
    assert not Account.objects.filter(username="bailu").exists()


def test_a_role_is_changed(world):
    client = world.client(world.unit_officer)
    url = reverse("account", kwargs={"key": world.leader.pk})
    seen = client.get(url).context["form"]["seen"].value()
    data = {"role": "head", "unit": world.village.pk, "seen": seen}
    assert client.post(url, data).status_code == 302
    assert client.post(url, {**data, "role": "leader"}).status_code == 409
    assert [(grant.role, grant.scope) for grant in Grant.objects.filter(account=world.leader)] == [
        ("head", world.village.path)
    ]
    assert sorted(Event.objects.values_list("verb", flat=True)) == ["grant.given", "grant.taken"]


def test_switched_off_is_out_at_once_and_can_be_switched_on(world):
    theirs, ours = world.client(world.head), world.client(world.unit_officer)
    assert theirs.get(reverse("mfa_index")).status_code == 200
    ours.post(reverse("account_off", kwargs={"key": world.head.pk}))
    assert theirs.get(reverse("mfa_index")).status_code == 302
    ours.post(reverse("account_on", kwargs={"key": world.head.pk}))
    world.head.refresh_from_db()
    assert world.client(world.head).get(reverse("mfa_index")).status_code == 200
    assert list(Event.objects.order_by("number").values_list("verb", flat=True)) == [
        "account.off",
        "account.on",
    ]


def test_a_forgotten_password_is_given_anew(world):
    answer = world.client(world.admin).post(reverse("account_password", kwargs={"key": world.head.pk}))
    password = re.search(r"<code>([a-z2-9-]{14})</code>", answer.content.decode())[1]
    world.head.refresh_from_db()
    assert world.head.check_password(password)


def test_those_beside_above_and_oneself_are_not_there(world):
    client = world.client(world.unit_officer)
    both = account("both", "两边跑", Role.HEAD, world.village.path)
    Grant.objects.create(account=both, role=Role.LEADER, scope=world.other.unit.path)
    for person in (world.stranger, world.admin, world.unit_officer, world.line, both):
        assert client.get(reverse("account", kwargs={"key": person.pk})).status_code == 404


def test_sessions_do_not_come_back_with_the_account(world):
    theirs, ours = world.client(world.head), world.client(world.unit_officer)
    ours.post(reverse("account_off", kwargs={"key": world.head.pk}))
    ours.post(reverse("account_on", kwargs={"key": world.head.pk}))
    assert theirs.get(reverse("mfa_index")).status_code == 302
    world.head.refresh_from_db()
    assert world.client(world.head).get(reverse("mfa_index")).status_code == 200


def test_a_new_password_ends_the_sessions(world):
    theirs = world.client(world.head)
    world.client(world.admin).post(reverse("account_password", kwargs={"key": world.head.pk}))
    assert theirs.get(reverse("mfa_index")).status_code == 302
