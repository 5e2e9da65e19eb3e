"""Trying Heli and using it: neither opens the data of the other, and each says where it is."""

import json
import os
import signal
import subprocess
import sys
import urllib.request

import pytest
from tests.kernel.processes import environment, free_port, heli, until

pytestmark = pytest.mark.slow

ASK = """
import json
from django.conf import settings
secure = settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE, settings.SECURE_SSL_REDIRECT
print(json.dumps([settings.SECURE_PROXY_SSL_HEADER, *secure, settings.ALLOWED_HOSTS, str(settings.DATA)]))
"""


def settings_with(data, **more):
    """What the settings are in such an environment."""
    known = environment(data, DJANGO_SETTINGS_MODULE="heli.config.settings", **more)
    done = subprocess.run([sys.executable, "-c", ASK], env=known, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_https_is_believed_to_a_proxy_only_where_there_is_one(tmp_path):
    assert settings_with(tmp_path)[:4] == [None, True, True, True]
    assert settings_with(tmp_path, HELI_PROXIES="1")[0] == ["HTTP_X_FORWARDED_PROTO", "https"]
    assert settings_with(tmp_path, HELI_PROXIES="1", HELI_DEMO="1")[0] is None


def test_a_local_trial_is_for_this_machine_alone(tmp_path):
    found = settings_with(tmp_path, HELI_LOCAL="1", HELI_HOSTS="heli.example.org")
    assert found == [None, False, False, False, ["127.0.0.1", "localhost"], str(tmp_path)]


def test_the_demo_has_its_own_folder_and_is_not_served_for_real_use(tmp_path):
    elsewhere = f"sqlite:///{tmp_path}/office.sqlite3"
    made = heli(tmp_path, "demo", "--small", "--no-serve", "-o", "out", HELI_DATABASE=elsewhere)
    assert made.returncode == 0, made.stderr
    first, second = made.stdout.splitlines()[:2]
    assert "http://127.0.0.1:8000" in first
    assert str(tmp_path / "demo") in second
    assert not (tmp_path / "office.sqlite3").exists()
    assert not (tmp_path / "heli.sqlite3").exists()
    mistaken = f"sqlite:///{tmp_path}/demo/heli.sqlite3"
    refused = heli(tmp_path, "serve", "--local", HELI_DATABASE=mistaken)
    assert refused.returncode == 2
    assert "编的试用开发区" in refused.stderr
    assert "heli migrate" in refused.stderr


def test_a_local_trial_says_its_address_and_answers_there_without_https(tmp_path):
    assert heli(tmp_path, "migrate").returncode == 0
    port = free_port()
    program = [sys.executable, "-m", "heli", "serve", "--local", "--port", str(port)]
    server = subprocess.Popen(
        program,
        env=environment(tmp_path),
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        assert server.stdout.readline().strip().endswith(f"http://127.0.0.1:{port}")

        def answers():
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/account/login/", timeout=5) as page:
                    return "secure" not in page.headers["Set-Cookie"].lower()
            except OSError:
                return False

        until(answers)
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()
        server.stdout.close()
