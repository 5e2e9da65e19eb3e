"""Connections that outlive a request: a restore and a restart of the database are noticed, and many districts
need no more of them than few."""

import importlib.util
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from tests.kernel.processes import environment, heli, served, status

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"
pytestmark = pytest.mark.slow
MOST = 5 * 4
"""Connections of five threads, the main one among them, to thirty districts."""


@pytest.fixture(scope="module")
def zone(tmp_path_factory):
    """A data folder with a small zone, to be copied."""
    data = tmp_path_factory.mktemp("zone")
    (data / "青溪村.xlsx").touch()
    made = heli(data, "demo", "--small", "--no-serve", "-o", ".")
    assert made.returncode == 0, made.stderr
    return data


def link_of(data):
    """The path of a member's new personal link, which asks the database and needs no account."""
    said = heli(data, "demo", "--small", "--no-serve", "-o", ".").stdout
    return re.search(r"http://127.0.0.1:8000(/l/\S+/)", said)[1]


def test_a_restore_is_refused_while_the_server_runs_and_shows_afterwards(zone, tmp_path):
    data = tmp_path / "data"
    shutil.copytree(zone, data)
    path = link_of(data)
    made = heli(data, "backup", "one.backup", HELI_DEMO="1")
    assert made.returncode == 0, made.stderr
    later = link_of(data)  # replaces the first
    with served(data) as server:
        assert statuses(server, path) == {404}
        assert statuses(server, later) == {200}
        refused = heli(data, "restore", "one.backup", HELI_DEMO="1")
        assert (refused.returncode, len(refused.stderr.splitlines())) == (2, 1)
        assert statuses(server, later) == {200}
    restored = heli(data, "restore", "one.backup", HELI_DEMO="1")
    assert restored.returncode == 0, restored.stderr
    with served(data) as server:
        assert statuses(server, later) == {404}


def test_a_file_put_in_the_place_of_the_database_is_noticed(zone, tmp_path):
    data = tmp_path / "data"
    shutil.copytree(zone, data)
    live, other = data / "demo" / "heli.sqlite3", data / "demo" / "other.sqlite3"
    path = link_of(data)
    with closing(sqlite3.connect(live)) as old, closing(sqlite3.connect(other)) as new:
        old.backup(new)
    later = link_of(data)
    with served(data) as server:
        assert statuses(server, later) == {200}
        for ending in ("", "-wal", "-shm"):
            file = live.with_name(live.name + ending)
            if file.exists():
                file.rename(data / f"aside{ending}")
        other.rename(live)
        assert statuses(server, later) == {404}
        assert statuses(server, path) == {200}


def statuses(server, path):
    """What twenty requests are answered: every process and thread of the server has its say."""
    return {status(server.port, path) for _time in range(20)}


def postgres():
    """``scripts/postgres.py``."""
    found = importlib.util.spec_from_file_location("postgres", SCRIPTS / "postgres.py")
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    if module.programs() is None:
        pytest.skip("no PostgreSQL here")
    return module


def test_after_a_restart_of_postgresql_no_page_fails(tmp_path):
    with postgres().restartable() as database:
        words = {"HELI_DATABASE": database.address, "HELI_DEMO": "1"}
        assert heli(tmp_path, "migrate", "-v0", **words).returncode == 0
        made = heli(tmp_path, "seed", "--small", **words)
        assert made.returncode == 0, made.stderr
        path = re.search(r"http://127.0.0.1:8000(/l/\S+/)", made.stdout)[1]
        with served(tmp_path, HELI_DATABASE=database.address) as server:
            assert statuses(server, path) == {200}
            for _time in range(3):
                database.stop()
                database.start()
                assert statuses(server, path) == {200}


MANY = """
import sys
import django; django.setup()
from concurrent.futures import ThreadPoolExecutor
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from heli.kernel.lib import districts
import os
from pathlib import Path

def visit(name):
    request_started.connect(close_old_connections)
    assert Client(HTTP_HOST=f"{name}.localhost").get("/l/nobody/").status_code == 404
    return name

def opened():
    if sys.argv[1] == "sqlite":
        there = (os.readlink(path) for path in Path("/proc/self/fd").iterdir() if path.is_symlink())
        return sum(path.endswith(".sqlite3") for path in there)
    with districts.activated(districts.names()[0]):
        from django.db import connection
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'")
            return cursor.fetchone()[0]

most = 0
with ThreadPoolExecutor(4) as pool:
    for _time in range(3):
        assert len(list(pool.map(visit, districts.names()))) == 30
        most = max(most, opened())
print(most)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_thirty_districts_need_a_few_connections_for_each_thread(kind, tmp_path):
    if kind == "sqlite":
        first = tmp_path / "d0.sqlite3"
        made = heli(tmp_path, "migrate", "-v0", HELI_DEMO="1", HELI_DATABASE=f"sqlite:///{first}")
        assert made.returncode == 0, made.stderr
        for number in range(1, 30):
            shutil.copy(first, tmp_path / f"d{number}.sqlite3")
        addresses = [f"d{number}=sqlite:///{tmp_path}/d{number}.sqlite3" for number in range(30)]
        assert most_open(tmp_path, kind, addresses) <= MOST
        return
    with postgres().restartable() as database:
        made = heli(tmp_path, "migrate", "-v0", HELI_DEMO="1", HELI_DATABASE=database.address)
        assert made.returncode == 0, made.stderr
        # the same rows under thirty names: the connections are what is counted
        addresses = [f"d{number}={database.address}" for number in range(30)]
        assert most_open(tmp_path, kind, addresses) <= MOST


def most_open(data, kind, addresses):
    (data / "many.py").write_text(MANY)
    words = {"HELI_DISTRICTS": ";".join(addresses), "HELI_HOSTS": ".localhost", "HELI_DEMO": "1"}
    more = environment(data, **words, DJANGO_SETTINGS_MODULE="heli.config.settings")
    program = [sys.executable, str(data / "many.py"), kind]
    done = subprocess.run(program, env=more, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return int(done.stdout)
