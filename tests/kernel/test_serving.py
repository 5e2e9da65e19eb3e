"""The server as it is in life: processes of their own, killed; the demo; the settings of a real office."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

SOURCES = Path(__file__).resolve().parents[2] / "src"
pytestmark = pytest.mark.slow


def environment(data, **more):
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HELI_", "DJANGO_"))}
    return {**kept, "PYTHONPATH": str(SOURCES), "HELI_DATA": str(data), **more}


def heli(data, *words, **more):
    """Run a word to its end."""
    program = [sys.executable, "-m", "heli", *words]
    return subprocess.run(
        program, env=environment(data, **more), cwd=data, capture_output=True, text=True, check=False
    )


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def answers(port):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/complaints/", timeout=5) as page:
            return page.status == 200
    except OSError:
        return False


def until(true, seconds=40.0):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.1)


def family(pid):
    """The process and all that it started, as numbers."""
    found = [pid]
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(path.read_text().rsplit(")", 1)[1].split()[1])
        except OSError:
            continue
        if parent == pid:
            found += family(int(path.parent.name))
    return found


def running(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


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
    port = free_port()
    program = [sys.executable, "-m", "heli", "serve", "--port", str(port)]
    process = subprocess.Popen(program, env=environment(office, HELI_DEMO="1"), cwd=office)
    try:
        until(lambda: answers(port))
        until(lambda: len(family(process.pid)) >= 5)  # itself, two web processes, the worker, its child
        process.port = port
        yield process
    finally:
        for pid in family(process.pid):
            if running(pid):
                os.kill(pid, signal.SIGKILL)
        process.wait()


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_all_processes_end_with_the_server(server, how):
    everyone = family(server.pid)
    server.send_signal(how)
    until(lambda: server.poll() is not None)
    until(lambda: not any(running(pid) for pid in everyone))
    assert not answers(server.port)


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_a_killed_process_is_replaced(server):
    for pid in family(server.pid)[1:]:
        if running(pid):
            os.kill(pid, signal.SIGKILL)
    until(lambda: answers(server.port))
    until(lambda: len(family(server.pid)) >= 5)


def test_a_database_without_tables_is_not_served(tmp_path):
    refused = heli(tmp_path, "serve", HELI_DEMO="1")
    assert refused.returncode == 2
    assert "heli migrate" in refused.stderr


def test_the_settings_of_an_office_pass_the_deployment_check(tmp_path):
    checked = heli(tmp_path, "check", "--deploy", "--fail-level", "WARNING", HELI_HOSTS="heli.example.org")
    assert checked.returncode == 0, checked.stderr
    assert "no issues" in checked.stdout + checked.stderr
