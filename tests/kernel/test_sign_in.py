"""Signing in with a password and a second step, and the lock after five wrong passwords."""

import base64
import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.html import escape
from tests.world import PASSWORD

from heli.kernel.accounts.adapter import StaffOnly


@pytest.fixture(autouse=True)
def fresh_counters(db):
    """Lock-outs of other tests do not count here."""
    cache.clear()


def sign_in(client, password=PASSWORD, username="unit", **more):
    return client.post(reverse("account_login"), {"login": username, "password": password, **more})


def confirm(client):
    """The password once more: what guards the account asks for it."""
    assert client.post(reverse("account_reauthenticate"), {"password": PASSWORD}).status_code == 302


def test_it_works(world):
    client = world.client(None)
    page = client.get(reverse("account_login"), {"next": "/somewhere/"})
    assert "用户名" in page.content.decode()
    assert 'name="next" value="/somewhere/"' in page.content.decode()
    answer = sign_in(client, next="/somewhere/")
    assert (answer.status_code, answer["Location"]) == (302, "/somewhere/")
    assert client.get(reverse("mfa_index")).status_code == 200


def test_no_page_leads_elsewhere(world):
    answer = sign_in(world.client(None), next="https://elsewhere.example/")
    assert answer["Location"] == "/"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_five_wrong_passwords_lock_the_name_for_minutes(world, language):
    with translation.override(language):
        wrong, locked = (
            escape(str(StaffOnly.error_messages[code]))
            for code in ("username_password_mismatch", "too_many_login_attempts")
        )
    client = world.client(None)
    client.cookies["language"] = language
    for _ in range(5):
        assert wrong in sign_in(client, "wrong").content.decode()
    refused = sign_in(client).content.decode()
    assert locked in refused
    assert wrong not in refused
    assert "_auth_user_id" not in client.session
    assert sign_in(world.client(None), username="head").status_code == 302, "others are not locked"


def test_a_switched_off_account_is_not_let_in(world):
    world.unit_officer.is_active = False
    world.unit_officer.save(update_fields=["is_active"])
    client = world.client(None)
    sign_in(client)
    assert "_auth_user_id" not in client.session


def test_a_new_password_asks_for_the_old_one(world):
    client = world.client(world.head)
    words = {"oldpassword": "wrong", "password1": "qingxi-2027-lu", "password2": "qingxi-2027-lu"}
    refused = client.post(reverse("account_change_password"), words)
    assert "现在的密码不对" in refused.content.decode()
    done = client.post(reverse("account_change_password"), {**words, "oldpassword": PASSWORD})
    assert done["Location"] == reverse("mfa_index")
    assert sign_in(world.client(None), "qingxi-2027-lu", "head").status_code == 302


def code_for(secret):
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def test_the_phone_app_becomes_the_second_step(world):
    client = world.client(None)
    sign_in(client)
    confirm(client)
    page = client.get(reverse("mfa_activate_totp")).content.decode()
    secret = re.search(r"<code>([A-Z2-7=]+)</code>", page)[1]
    refused = client.post(reverse("mfa_activate_totp"), {"code": "000000"})
    assert "验证码不对" in refused.content.decode()
    done = client.post(reverse("mfa_activate_totp"), {"code": code_for(secret)})
    assert done["Location"] == reverse("mfa_view_recovery_codes")
    assert len(re.findall(r"<li><code>", client.get(done["Location"]).content.decode())) == 10
    cache.clear()
    second = world.client(None)
    assert sign_in(second)["Location"] == reverse("mfa_authenticate")
    assert "_auth_user_id" not in second.session
    assert "输入验证码" in second.get(reverse("mfa_authenticate")).content.decode()
    spare = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()[0]
    assert second.post(reverse("mfa_authenticate"), {"code": spare}).status_code == 302
    assert "_auth_user_id" in second.session


@pytest.mark.parametrize(
    "name", ["account_signup", "account_email", "account_reset_password", "socialaccount_connections"]
)
def test_pages_that_are_not_used_are_not_there(name):
    with pytest.raises(NoReverseMatch):
        reverse(name)


PAGES = (
    "account_login",
    "account_change_password",
    "account_reauthenticate",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_list_webauthn",
)


@pytest.mark.parametrize("name", PAGES)
def test_pages_hold_no_script_or_style_that_the_policy_forbids(world, name):
    client = world.client(None)
    if name != "account_login":
        sign_in(client)
        confirm(client)
    answer = client.get(reverse(name))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    inline = [tag for tag in re.findall(r"<script[^>]*>", page) if "src=" not in tag]
    assert all('type="application/json"' in tag for tag in inline)
    assert not re.search(r"\s(style|on\w+)=", page)


def test_the_secret_is_shown_as_picture_and_as_text(world):
    client = world.client(None)
    sign_in(client)
    confirm(client)
    page = client.get(reverse("mfa_activate_totp")).content.decode()
    picture = re.search(r"data:image/svg\+xml;base64,([^\"]+)", page)[1]
    assert b"<svg" in base64.b64decode(picture)
