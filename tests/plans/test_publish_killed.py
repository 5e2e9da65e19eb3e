"""Kill -9 in the middle of publishing: the old tables or the new ones, never half of them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]

BEGIN = """
import sys, time, django
django.setup()
from django.conf import settings
settings.SECURE_SSL_REDIRECT = False
from django.test import Client
from heli.duties.models import Roster, Turn
from heli.grids.models import Division, Link
from heli.kernel.accounts.models import Account
from heli.kernel.audit.models import Event
from heli.plans.commands import publish as module
from heli.plans.models import Run

def counts():
    rows = (Division, Link, Roster, Turn, Event.objects.filter(verb__in=("publish", "run.publish")))
    return [getattr(row, "objects", row).count() for row in rows] + [run.state for run in Run.objects.all()]

def send():
    client, run = Client(), Run.objects.get()
    client.force_login(Account.objects.get())
    data = {"version": run.version, "replaces": "0/0"}
    data |= {"links_since": "2030-01-01", "roster_since": "2030-01-07"}
    return client.post(f"/plan/{run.pk}/publish/", data).status_code
"""

PREPARE = """
from django.core.management import call_command
call_command("migrate", verbosity=0)
from heli.kernel.access.queries import actor_of
from heli.kernel.access.roles import Role
from heli.orgs.models import Kind, Unit
from heli.plans.commands.runs import start_run
from heli.plans.rules import Options
from tests.plans.planned import DAY, made
from tests.world import account, fill
village = Unit.objects.create(kind=Kind.VILLAGE, name="青溪村")
fill(village, "1390000")
officer = account("unit", "村负责人", Role.UNIT, village.path)
run = made(start_run(actor_of(officer), village, Options(DAY, low=1)))
print(counts())
"""

DIE = """
real = getattr(module, sys.argv[1])
def slow(*given, **named):
    done = real(*given, **named)
    print("in the middle", counts(), flush=True)
    time.sleep(60)
    return done
setattr(module, sys.argv[1], slow)
send()
"""


def environment(folder):
    return {
        **os.environ,
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        "DJANGO_SETTINGS_MODULE": "heli.config.settings",
        "HELI_DATA": str(folder),
        "HELI_DATABASE": f"sqlite:///{folder / 'heli.sqlite3'}",
        "HELI_HOSTS": "testserver",
        "HELI_DEMO": "1",
    }


def said(folder, script):
    """What a process of its own says."""
    command = [sys.executable, "-c", BEGIN + script]
    done = subprocess.run(
        command, env=environment(folder), cwd=ROOT, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.mark.parametrize("where", ["publish_division", "publish_roster", "record"])
def test_nothing_is_half_published(tmp_path, where):
    before = said(tmp_path, PREPARE)
    assert before.startswith("[0, 0, 0, 0, 0,")
    command = [sys.executable, "-c", BEGIN + DIE, where]
    with subprocess.Popen(
        command, env=environment(tmp_path), cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        middle = server.stdout.readline()
        assert "in the middle [1, 12," in middle
        os.kill(server.pid, signal.SIGKILL)
    assert said(tmp_path, "print(counts())") == before
    after = said(tmp_path, "assert send() == 302\nprint(counts())")
    assert after.startswith("[1, 12, 1, 28, 3,")
    assert "published" in after
    assert said(tmp_path, "print(send() == 409, counts())") == f"True {after}"
