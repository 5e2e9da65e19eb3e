"""Jobs for tests of the worker. They leave marks in a folder, so that a test sees what ran how often."""

import os
import signal
import time
import uuid
from pathlib import Path

from django.db import OperationalError
from django.utils.translation import gettext_lazy

from heli.kernel.access.models import Grant
from heli.kernel.files.models import File
from heli.kernel.lib.errors import DomainError


def mark(work):
    path = Path(work.params["folder"]) / f"{work.job}-{uuid.uuid4().hex}"
    path.write_text(str(os.getpid()))


def count(work):
    mark(work)
    work.report(50, "一半")
    return {"seen": work.params["number"]}


def wait(work):
    mark(work)
    work.report(30, "在等")
    while not (Path(work.params["folder"]) / "go").exists():
        time.sleep(0.02)
    return {"seen": "go"}


def slow_commit(work):
    mark(work)
    with work.commit():
        File.objects.create(name="made", media_type="text/plain", sha256="0" * 64, data=b"made")
        Grant.objects.count()
        (Path(work.params["folder"]) / "inside").touch()
        if work.attempt == 1:  # the test kills this one; however slow the machine, not too late
            time.sleep(60)
    return {"made": 1}


def who(work):
    return {"account": str(work.actor.account), "name": work.actor.name}


def ask(work):
    """Waits for the word to go on, then asks the database."""
    mark(work)
    while not (Path(work.params["folder"]) / "go").exists():
        time.sleep(0.02)
    return {"grants": Grant.objects.count()}


def locked(work):
    """The database answers, and refuses."""
    mark(work)
    Grant.objects.count()
    raise OperationalError("database is locked")


def refuse(work):
    raise DomainError(
        "too_many", gettext_lazy("这件事做了两次都中断了，可能是内存不够。请告诉管理员。"), number=3
    )


def break_(work):
    raise RuntimeError(work.params["said"])


def die(work):
    mark(work)
    os.kill(os.getpid(), signal.SIGKILL)
