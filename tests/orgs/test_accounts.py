"""Accounts are made, changed and switched off by those above, and never above themselves."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.urls import reverse
from tests.world import account

from heli.kernel.access.models import Grant
from heli.kernel.access.queries import actor_of
from heli.kernel.access.roles import Role
from heli.kernel.accounts.models import Account
from heli.kernel.audit.models import Event
from heli.kernel.lib.errors import DomainError
from heli.orgs import commands


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


ABOVE = {"admin", "line", "auditor"}
BELOW = {"unit", "head", "leader"}
"""What may be given by whom, written out by hand: the table of roles is not asked."""
GIVES = {"first": ABOVE | BELOW, "unit_officer": BELOW}


@pytest.fixture
def first(world):
    """The admin of a real installation: their role holds for the zone, as ``heli begin`` gives it."""
    return account("first", "第一个管理员", Role.ADMIN, world.zone.path)


def offered(client, url):
    return set(re.findall(r'<option value="([a-z]+)"', client.get(url).content.decode()))


@pytest.mark.parametrize("person", GIVES)
def test_the_form_offers_exactly_what_may_be_given(world, first, person):
    """Every role that is offered can be given by a whole request, and no other can."""
    giver = first if person == "first" else world.unit_officer
    client = world.client(giver)
    assert offered(client, reverse("account_new")) == GIVES[person]
    assert offered(client, reverse("account", kwargs={"key": world.head.pk})) == GIVES[person]
    for role in sorted(ABOVE | BELOW):
        unit = world.zone if person == "first" and role in ABOVE else world.village
        new(world, giver, username=f"new-{role}", role=role, unit=unit.pk)
        made = Grant.objects.filter(account__username=f"new-{role}", role=role, scope=unit.path)
        assert made.exists() is (role in GIVES[person]), role


@pytest.mark.parametrize("person", ["head", "leader", "line", "auditor"])
def test_the_others_give_nothing(world, person):
    giver = getattr(world, person)
    assert world.client(giver).get(reverse("account_new")).status_code == 404
    assert new(world, giver, role="leader").status_code == 404
    assert not Account.objects.filter(username="bailu").exists()


def test_a_role_is_not_given_where_the_giver_holds_less(world):
    """Who is officer of one village and leader of another gives roles in the first only."""
    Grant.objects.create(account=world.unit_officer, role=Role.LEADER, scope=world.other.unit.path)
    assert new(world, world.unit_officer, unit=world.other.unit.pk).status_code == 200
    assert not Account.objects.filter(username="bailu").exists()


def test_the_last_admin_stays(world, first):
    """Neither switched off nor given another role, as long as there is no other who can sign in."""
    second = account("second", "第二个管理员", Role.ADMIN, world.zone.path)
    Account.objects.filter(pk=world.admin.pk).update(is_active=False)
    theirs = world.client(second)
    assert theirs.post(reverse("account_off", kwargs={"key": first.pk})).status_code == 302
    assert not Account.objects.get(pk=first.pk).is_active, "two of them: one may go"
    Account.objects.filter(pk=first.pk).update(is_active=True)
    Account.objects.filter(pk=second.pk).update(is_active=False)
    actor = actor_of(second)  # signed in a moment ago, and switched off by the other one meanwhile
    for act in (
        lambda: commands.switch(actor, first, active=False),
        lambda: commands.change_role(actor, first, Role.HEAD, world.village),
        lambda: commands.change_role(actor, first, Role.ADMIN, world.village),
    ):
        with pytest.raises(DomainError, match="最后一个系统管理员"):
            act()
    assert Grant.objects.filter(account=first, role=Role.ADMIN, scope=world.zone.path).exists()
    commands.change_role(actor, first, Role.ADMIN, world.zone)


@pytest.mark.django_db(transaction=True)
def test_two_admins_who_switch_each_other_off_at_once_leave_one(world):
    Account.objects.filter(pk=world.admin.pk).update(is_active=False)
    pair = [account(name, name, Role.ADMIN, world.zone.path) for name in ("first", "second")]
    start = threading.Barrier(2)

    def off(number):
        try:
            start.wait()
            commands.switch(actor_of(pair[number]), pair[1 - number], active=False)
        except DomainError as refused:
            return refused.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(off, (0, 1)))
    assert sorted(map(str, said)) == ["None", "orgs.last-admin"]
    assert Account.objects.filter(pk__in=[one.pk for one in pair], is_active=True).count() == 1
