"""Signing in and out, one's own password and second step stand in the audit, and nobody can flood it."""

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.urls import reverse
from tests.kernel.test_sign_in import code_for, confirm, sign_in
from tests.world import PASSWORD

from heli.kernel.audit.models import Event


@pytest.fixture(autouse=True)
def fresh_counters(db):
    """Failures of other tests do not count here."""
    cache.clear()


def verbs():
    return [event.verb.removeprefix("account.") for event in Event.objects.order_by("number")]


def test_signing_in_and_out_leave_a_line_with_the_account_and_its_unit(world):
    client = world.client(None)
    sign_in(client)
    client.post(reverse("account_logout"))
    assert verbs() == ["sign_in", "sign_out"]
    first = Event.objects.get(number=1)
    account = world.unit_officer
    assert (first.account, first.subject) == (account.pk, f"account:{account.pk}")
    assert (first.scope, first.facts) == (world.village.path, {})


def test_failures_leave_one_line_an_hour_and_none_for_a_name_that_is_not_there(world):
    for _try in range(4):
        sign_in(world.client(None), "wrong")
    sign_in(world.client(None), "wrong", "nobody-of-this-name")
    assert verbs() == ["sign_in_failed"]
    line = Event.objects.get()
    assert (line.account, line.facts) == (None, {})
    assert line.subject == f"account:{world.unit_officer.pk}"
    sign_in(world.client(None), "wrong", "head")
    assert verbs() == ["sign_in_failed", "sign_in_failed"]


def test_a_lock_out_adds_no_lines(world):
    for _try in range(12):
        sign_in(world.client(None), "wrong")
    assert verbs() == ["sign_in_failed"]


def test_a_new_password_of_ones_own_leaves_a_line(world):
    words = {"oldpassword": PASSWORD, "password1": "qingxi-2027-lu", "password2": "qingxi-2027-lu"}
    world.client(world.head).post(reverse("account_change_password"), words)
    assert verbs() == ["own_password"]
    assert Event.objects.get().account == world.head.pk


@pytest.mark.django_db(transaction=True)
def test_a_second_step_that_comes_fails_is_renewed_and_goes_leaves_lines(world):
    client = world.client(None)
    sign_in(client)
    confirm(client)
    client.get(reverse("mfa_activate_totp"))
    secret = client.session["mfa.totp.secret"]
    client.post(reverse("mfa_activate_totp"), {"code": code_for(secret)})
    client.post(reverse("mfa_generate_recovery_codes"))
    other = world.client(None)
    sign_in(other)
    for _try in range(2):
        other.post(reverse("mfa_authenticate"), {"code": "000000"})
    client.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.filter(type="totp").exists()
    assert verbs() == [
        "sign_in",
        "second_step_added",
        "recovery_codes",
        "sign_in_failed",
        "second_step_removed",
    ]
