"""A worker killed with -9 while it makes a plan: never half of it, and at last made exactly once."""

import os
import random
import signal
import time

import pytest
from django.utils import timezone
from tests.plans.books import save, village
from tests.plans.planned import DAY, unit_of
from tests.plans.test_upload_killed import worker

from heli.kernel.access.actor import SYSTEM
from heli.kernel.audit.models import Event
from heli.kernel.jobs.models import Job, State
from heli.plans.commands.runs import start_run
from heli.plans.models import Run, RunState
from heli.plans.rules import Options
from heli.plans.sheets import read_village

HOUSES, MEMBERS, SEATS = 48, 8, 28
KILLS = 3
pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def rows(run):
    return run.links.count(), run.seats.count()


def test_a_plan_is_whole_or_not_at_all(tmp_path):
    unit = unit_of(read_village([save(tmp_path / "青溪村.xlsx", village(HOUSES, MEMBERS))], DAY))
    chance = random.Random(11)
    runs = []
    for _kill in range(KILLS):
        run = start_run(SYSTEM, unit, Options(DAY))
        runs.append(run)
        running = worker()
        end = time.monotonic() + 60
        while Job.objects.get(pk=run.job).state == State.WAITING and time.monotonic() < end:
            time.sleep(0.01)
        time.sleep(chance.random() * 1.5)
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()
        state = Run.objects.get(pk=run.pk).state
        assert rows(run) == ((HOUSES, SEATS) if state == RunState.DRAFT else (0, 0))
        Job.objects.filter(pk=run.job, state=State.RUNNING).update(lease_until=timezone.now())
    assert worker().wait(180) == 0
    for run in runs:
        assert Run.objects.get(pk=run.pk).state == RunState.DRAFT
        assert rows(run) == (HOUSES, SEATS)
        assert Event.objects.filter(verb="run.made", subject=f"run:{run.pk}").count() == 1
        assert Job.objects.get(pk=run.job).state == State.DONE
