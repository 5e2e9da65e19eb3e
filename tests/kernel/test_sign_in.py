"""Signing in with a password and a second step, and the lock after five wrong passwords."""

import base64
import re
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.db import connections
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.html import escape
from tests.world import PASSWORD

from heli.kernel.accounts.adapter import StaffOnly
from heli.kernel.accounts.models import FailedSignIn


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


def test_the_owner_is_let_in_from_elsewhere(world):
    for _ in range(6):
        sign_in(world.client(None), "wrong")
    assert sign_in(world.client(None)).status_code == 200
    elsewhere = world.client(None)
    elsewhere.defaults["REMOTE_ADDR"] = "192.0.2.7"
    assert sign_in(elsewhere).status_code == 302


def test_right_passwords_are_never_too_many(world):
    for _ in range(70):
        assert sign_in(world.client(None)).status_code == 302


def test_a_right_one_between_does_not_begin_the_count_anew(world):
    for password in ["wrong"] * 4 + [PASSWORD] + ["wrong"]:
        sign_in(world.client(None), password)
    assert sign_in(world.client(None)).status_code == 200


def test_one_address_may_not_try_all_names(world):
    for number in range(30):
        sign_in(world.client(None), "wrong", f"nobody{number}")
    assert sign_in(world.client(None)).status_code == 200


def test_neither_name_nor_address_is_kept(world):
    sign_in(world.client(None), "wrong", "a-password-typed-as-name")
    kept = str(list(FailedSignIn.objects.values()))
    assert "a-password" not in kept
    assert "127.0.0.1" not in kept


@pytest.mark.parametrize(
    ("proxies", "forwarded", "locked"),
    [
        (0, "192.0.2.{}", True),  # nobody trusted: a made-up origin changes nothing
        (0, "nonsense {}", True),
        (1, "192.0.2.{}", False),  # the proxy's word: other people each
        (1, "192.0.2.{}, 198.51.100.1", True),  # what the visitor wrote stands left of what the proxy saw
    ],
)
def test_a_made_up_origin_is_believed_of_proxies_only(world, settings, proxies, forwarded, locked):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    for number in range(6):
        client = world.client(None)
        client.defaults["HTTP_X_FORWARDED_FOR"] = forwarded.format(number)
        sign_in(client, "wrong")
    client = world.client(None)
    client.defaults["HTTP_X_FORWARDED_FOR"] = forwarded.format(99)
    assert (sign_in(client).status_code == 200) is locked


def test_a_network_of_ipv6_addresses_is_one(world):
    for number in range(6):
        client = world.client(None)
        client.defaults["REMOTE_ADDR"] = f"2001:db8::{number}"
        sign_in(client, "wrong")
    assert sign_in(client).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_twelve_right_ones_at_once_are_let_in(world, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]  # as slow as in life
    world.unit_officer.set_password(PASSWORD)
    world.unit_officer.save()
    start = threading.Barrier(12)

    def one(_number):
        try:
            start.wait()
            return sign_in(world.client(None)).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(12) as pool:
        assert list(pool.map(one, range(12))) == [302] * 12


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


def test_a_new_password_ends_the_other_sessions(world):
    mine, other = world.client(world.head), world.client(world.head)
    words = {"oldpassword": PASSWORD, "password1": "qingxi-2027-lu", "password2": "qingxi-2027-lu"}
    mine.post(reverse("account_change_password"), words)
    assert mine.get(reverse("mfa_index")).status_code == 200
    assert other.get(reverse("mfa_index")).status_code == 302


@pytest.fixture
def app(world):
    """The secret of a phone's app that is set up for the unit officer."""
    secret = "JBSWY3DPEHPK3PXP"
    TOTP.activate(world.unit_officer, secret)
    return secret


def second_step(world, code):
    """A browser in which the password was right, and the answer to the code."""
    client = world.client(None)
    assert sign_in(client)["Location"] == reverse("mfa_authenticate")
    return client.post(reverse("mfa_authenticate"), {"code": code})


@pytest.fixture
def still(monkeypatch):
    """Time stands still in the middle of a code's thirty seconds."""
    now = 1_800_000_015.0
    monkeypatch.setattr("allauth.mfa.totp.internal.auth.time.time", lambda: now)


def test_a_code_of_the_app_works_once(world, app, still):
    assert second_step(world, code_for(app)).status_code == 302
    refused = second_step(world, code_for(app))
    assert "验证码不对" in refused.content.decode()


def test_a_used_code_is_remembered_whatever_else_is(world, app, still):
    assert second_step(world, code_for(app)).status_code == 302
    for number in range(400):
        cache.set(f"other-{number}", 1, 300)
    assert "验证码不对" in second_step(world, code_for(app)).content.decode()


def test_the_code_that_sets_the_app_up_is_used(world, still):
    client = world.client(None)
    sign_in(client)
    confirm(client)
    page = client.get(reverse("mfa_activate_totp")).content.decode()
    code = code_for(re.search(r"<code>([A-Z2-7=]+)</code>", page)[1])
    assert client.post(reverse("mfa_activate_totp"), {"code": code}).status_code == 302
    assert "验证码不对" in second_step(world, code).content.decode()


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
