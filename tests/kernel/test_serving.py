"""The server as it is in life: processes of their own, killed; the settings of a real office."""

import os
import signal
import socket
import sys

import pytest
from tests.kernel.processes import (
    answers,
    family,
    heli,
    masters,
    running,
    served,
    until,
    web_processes,
)

pytestmark = pytest.mark.slow
linux = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """A data folder with a small zone."""
    data = tmp_path_factory.mktemp("office")
    (data / "青溪村.xlsx").touch()
    made = heli(data, "demo", "--small", "--no-serve", "-o", ".")
    assert made.returncode == 0, made.stderr
    assert "http://127.0.0.1:8000" in made.stdout
    assert "admin" in made.stdout
    assert "http://127.0.0.1:8000/l/" in made.stdout
    return data


@pytest.fixture
def server(office):
    with served(office) as process:
        until(lambda: answers(process.port))
        # itself; the master of two web processes; two workers, each with its child
        until(lambda: len(family(process.pid)) >= 8)
        yield process


@linux
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_all_processes_end_with_the_server(server, how):
    everyone = family(server.pid)
    server.send_signal(how)
    until(lambda: server.poll() is not None)
    assert server.returncode == (0 if how != signal.SIGKILL else -signal.SIGKILL)
    until(lambda: not any(running(pid) for pid in everyone))
    assert not answers(server.port)


@linux
def test_killed_processes_are_replaced(server):
    for pid in family(server.pid)[1:]:
        if running(pid):
            os.kill(pid, signal.SIGKILL)
    until(lambda: answers(server.port))
    until(lambda: len(family(server.pid)) >= 8)


@linux
def test_the_server_answers_after_each_of_ten_kills_of_its_web_processes(server):
    for _time in range(10):
        for pid in web_processes(server.pid):
            os.kill(pid, signal.SIGKILL)
        until(lambda: answers(server.port))
        until(lambda: len(web_processes(server.pid)) >= 2)
    assert server.poll() is None
    assert len(masters(server.pid, "worker")) >= 2


@linux
def test_workers_killed_again_and_again_are_started_again(server):
    for _time in range(4):
        killed = set(masters(server.pid, "worker"))
        for pid in killed:
            if running(pid):
                os.kill(pid, signal.SIGKILL)
        until(lambda: len(set(masters(server.pid, "worker")) - killed) >= 2)  # noqa: B023 - asked at once
        assert answers(server.port)
    assert server.poll() is None


def test_an_address_that_is_taken_is_refused(office):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = heli(office, "serve", "--port", str(port), HELI_DEMO="1")
    assert refused.returncode == 2
    assert f"127.0.0.1:{port}" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_database_without_tables_is_not_served(tmp_path):
    refused = heli(tmp_path, "serve", HELI_DEMO="1")
    assert refused.returncode == 2
    assert "heli migrate" in refused.stderr


def test_an_audit_of_another_key_is_not_served(tmp_path):
    assert heli(tmp_path, "migrate", "-v0", HELI_DEMO="1", HELI_AUDIT_KEY="a" * 64).returncode == 0
    assert heli(tmp_path, "seed", "--small", HELI_DEMO="1", HELI_AUDIT_KEY="a" * 64).returncode == 0
    refused = heli(tmp_path, "serve", HELI_DEMO="1", HELI_AUDIT_KEY="b" * 64)
    assert refused.returncode == 2
    assert "audit-key" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_the_settings_of_an_office_pass_the_deployment_check(tmp_path):
    checked = heli(tmp_path, "check", "--deploy", "--fail-level", "WARNING", HELI_HOSTS="heli.example.org")
    assert checked.returncode == 0, checked.stderr
    assert "no issues" in checked.stdout + checked.stderr
