"""The database of the first version is migrated to the last, and its pages answer."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

ASK = """
import django
django.setup()
from django.conf import settings
from django.test import Client
from tests.old_database import ACCOUNT, BACK, DAY, EMPTY, FILE, HOUSE, MEMBER, OTHER, POST, RUN, TURN, VILLAGE
from heli.duties.models import Turn
from heli.grids.models import Link
from heli.kernel.accounts.models import Account
from heli.kernel.files.models import File
from heli.kernel.imports.models import Upload
from heli.people.models import Absence, Phone

settings.ALLOWED_HOSTS = ["testserver"]
client = Client()
client.force_login(Account.objects.get(pk=ACCOUNT), backend=settings.AUTHENTICATION_BACKENDS[0])
for address, words in (
    (f"/village/{VILLAGE}/", "青溪村"),
    (f"/village/{VILLAGE}/households/", "苏晚晴"),
    (f"/household/{HOUSE}/", "苏晚晴"),
    (f"/village/{VILLAGE}/members/", "钱望舒"),
    (f"/village/{VILLAGE}/published/", "贾芳"),
    (f"/village/{VILLAGE}/published/division/1/book/", ""),
    (f"/village/{VILLAGE}/responsible/?date={DAY}", "苏晚晴"),
    (f"/village/{VILLAGE}/presence/?date={DAY}", "苏晚晴"),
    (f"/village/{VILLAGE}/newcomers/", "前街5号"),
    (f"/village/{VILLAGE}/upkeep/", "青溪村"),
    (f"/village/{VILLAGE}/plan/", "青溪村"),
    (f"/plan/{RUN}/", "青溪村"),
    (f"/plan/{RUN}/publish/", "钱望舒"),
):
    answer = client.get(address, secure=True, follow=True)
    assert answer.status_code == 200, (address, answer.status_code)
    assert words in (answer.text if words else ""), (address, words)
absence = Absence.objects.get()
assert absence.last_day == BACK, absence.last_day
assert Turn.objects.get(pk=TURN).drop_point_id == POST
assert Link.objects.on(DAY).get().member_id == MEMBER
assert Phone.objects.get(owner=MEMBER).masked.endswith("00")
assert (Upload.objects.get().what, Upload.objects.get().unit_id) == ("village", VILLAGE)
book, drawing = File.objects.order_by("created_at")
assert (book.pk, book.size) == (FILE, 3)
assert (drawing.kind, drawing.scope) == ("drawing", "合力/青溪/")
"""


@pytest.fixture
def run(tmp_path):
    """Run Python on a database of its own; what it said when it failed."""
    database = f"sqlite:///{tmp_path}/heli.sqlite3"
    path = os.pathsep.join((str(ROOT / "src"), str(ROOT)))
    environment = {**os.environ, "PYTHONPATH": path, "HELI_DATA": str(tmp_path), "HELI_DATABASE": database}
    environment |= {"HELI_DEMO": "1", "DJANGO_SETTINGS_MODULE": "heli.config.settings"}

    def go(*program):
        done = subprocess.run(
            [sys.executable, *program],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
        return done.stdout

    return go


@pytest.mark.slow
def test_the_first_database_is_migrated_and_its_pages_answer(run):
    run("-m", "tests.old_database")
    run("-m", "heli", "migrate", "--verbosity", "0")
    run("-c", ASK)
    assert run("-m", "heli", "audit", "verify")
