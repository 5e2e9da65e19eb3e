"""Two districts on one installation: neither sees anything of the other."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SOURCES = Path(__file__).resolve().parents[2] / "src"

SCRIPT = """
import django; django.setup()
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.test import Client
from heli.kernel.access.actor import SYSTEM
from heli.kernel.access.models import Grant
from heli.kernel.accounts.models import Account
from heli.kernel.audit.commands import record
from heli.kernel.audit.models import Event
from heli.kernel.audit.queries import verify
from heli.kernel.jobs import commands
from heli.kernel.jobs.models import Job
from heli.kernel.jobs.worker import Worker
from heli.kernel.lib import districts
from heli.orgs.models import Unit

done = []
with districts.activated("east"):
    officer = Account.objects.create_user("officer", password="long-enough-1", name="x")
    Grant.objects.create(account=officer, role="admin", scope="")
    with transaction.atomic():
        transaction.on_commit(lambda: done.append(connection.alias))
        record(SYSTEM, "publish", "run:1", "")
        job = commands.start(SYSTEM, "make_run", "zone/")
    east = Client(HTTP_HOST="east.localhost")
    east.force_login(officer)
    cookie = east.cookies["sessionid"].value
    assert (Session.objects.count(), Job.objects.count(), verify()) == (1, 1, (1, []))
with districts.activated("west"):
    for table in (Session, Job, Event, Account, Unit):
        assert not table.objects.exists(), table
    record(SYSTEM, "publish", "run:1", "")
    assert verify() == (1, [])
assert done == ["east"], done

assert east.get("/audit/").status_code == 200
assert east.get(f"/job/{job.pk}/").status_code == 200
west = Client(HTTP_HOST="west.localhost")
west.cookies["sessionid"] = cookie
assert west.get("/audit/").status_code == 302
assert Client(HTTP_HOST="north.localhost").get("/audit/").status_code == 404
try:
    Job.objects.count()
except districts.NoDistrict:
    print("closed")
"""


@pytest.fixture
def environment(tmp_path):
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HELI_", "DJANGO_"))}
    return {
        **kept,
        "PYTHONPATH": str(SOURCES),
        "HELI_DATA": str(tmp_path),
        "HELI_DEMO": "1",
        "HELI_HOSTS": ".localhost",
        "HELI_DISTRICTS": f"east=sqlite:///{tmp_path}/east.sqlite3;west=sqlite:///{tmp_path}/west.sqlite3",
        "DJANGO_SETTINGS_MODULE": "heli.config.settings",
    }


def run(environment, *words):
    program = [sys.executable, *words]
    return subprocess.run(program, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_two_districts_do_not_see_each_other(environment, tmp_path):
    for name in ("east", "west"):
        made = run(environment, "-m", "heli", "migrate", "--district", name, "-v0")
        assert made.returncode == 0, made.stderr
        assert (tmp_path / f"{name}.sqlite3").exists()
    script = tmp_path / "both.py"
    script.write_text(SCRIPT)
    said = run(environment, str(script))
    assert said.returncode == 0, said.stderr
    assert said.stdout == "closed\n"
    for name in ("east", "west"):
        checked = run(environment, "-m", "heli", "audit", "verify", f"--district={name}")
        assert checked.returncode == 0, checked.stderr


def test_an_unknown_district_is_refused(environment):
    refused = run(environment, "-m", "heli", "audit", "verify", "--district", "north")
    assert refused.returncode == 2
    assert "east, west" in refused.stderr
