"""A worker killed with -9 in the middle of a large import: never half of it, and at last done once."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import openpyxl
import pytest
from django.conf import settings
from django.utils import timezone
from tests.kernel.test_worker import address

from heli.grids.models import HouseholdRow
from heli.kernel.access.actor import Actor
from heli.kernel.audit.models import Event
from heli.kernel.imports.commands import UploadedBook, ask_import, upload_books
from heli.kernel.imports.models import Upload, UploadState
from heli.kernel.jobs.models import Job, State
from heli.people.models import Phone

HOUSES = 3000
KILLS = 3
pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def book(path):
    pages = openpyxl.Workbook()
    page = pages.active
    page.title = "农户"
    page.append(["门牌号", "户主", "家庭人口", "联系电话"])
    for number in range(HOUSES):
        page.append(
            [f"新村{'甲乙丙'[number // 1000]}路{number % 1000 + 1}号", "钱有余", 3, f"100{number:08d}"]
        )
    pages.save(path)
    return path.read_bytes()


def worker():
    source = str(Path(__file__).resolve().parents[2] / "src")
    environment = {
        **os.environ,
        "HELI_DATABASE": address(),
        "HELI_AUDIT_KEY": settings.AUDIT_KEY,
        "PYTHONPATH": source,
        "DJANGO_SETTINGS_MODULE": "heli.config.settings",
    }
    return subprocess.Popen(
        [sys.executable, "-m", "heli", "worker", "--until-empty"], env=environment, start_new_session=True
    )


def test_an_import_is_whole_or_not_at_all(world, tmp_path):
    actor = Actor(account=world.unit_officer.pk, name="村负责人")
    upload = upload_books(
        actor,
        "village",
        world.village,
        [UploadedBook("书.xlsx", "x", book(tmp_path / "a.xlsx"))],
        timezone.localdate(),
    )
    assert worker().wait(180) == 0
    upload.refresh_from_db()
    assert upload.state == UploadState.READ
    chance = random.Random(7)
    for _kill in range(KILLS):
        ask_import(actor, upload.pk, (upload.version, upload.revision), confirmed=True)
        upload.refresh_from_db()
        running = worker()
        end = time.monotonic() + 90
        while Job.objects.get(pk=upload.job).percent < 10 and time.monotonic() < end:
            time.sleep(0.02)
        time.sleep(chance.random() * 2)
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()
        whole = Upload.objects.get(pk=upload.pk).state == UploadState.IMPORTED
        new = HouseholdRow.objects.filter(village=world.village, head="钱有余").count()
        assert new == (HOUSES if whole else 0)
        assert Phone.objects.filter(number__startswith="100").count() == new
        if whole:
            break
        Job.objects.filter(pk=upload.job).update(lease_until=timezone.now())
        if _kill < KILLS - 1:
            Job.objects.filter(pk=upload.job).update(state=State.CANCELLED)
    assert worker().wait(180) == 0
    assert HouseholdRow.objects.filter(village=world.village, head="钱有余").count() == HOUSES
    assert Event.objects.filter(verb="upload.import").count() == 1
    assert Job.objects.get(pk=upload.job).state == State.DONE
