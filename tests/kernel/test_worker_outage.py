"""Workers while the database is away, and workers that serve several districts."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.kernel.processes import environment, heli, until
from tests.kernel.test_connections import postgres

HERE = Path(__file__).resolve().parent
pytestmark = pytest.mark.slow

LOOK = """
import sys, os
os.environ["DJANGO_SETTINGS_MODULE"] = "worker_settings"
import django; django.setup()
from heli.kernel.access.actor import SYSTEM
from heli.kernel.jobs import commands
from heli.kernel.jobs.models import Job
from heli.kernel.lib import districts
district, word, *rest = sys.argv[1:]
with districts.activated(district):
    if word == "put":
        print(commands.start(SYSTEM, rest[0], rest[1], folder=rest[2]).pk)
    else:
        job = Job.objects.get(pk=rest[0])
        print(job.state, job.attempts, job.outages)
"""


class Office:
    """A data folder, its databases, and workers on them."""

    def __init__(self, folder, **words):
        self.folder, self._words = folder, {**words, "HELI_DEMO": "1"}
        self.workers = []

    def program(self, *words):
        paths = os.pathsep.join([str(HERE.parents[1] / "src"), str(HERE)])
        more = {**self._words, "DJANGO_SETTINGS_MODULE": "worker_settings"}
        return [sys.executable, *words], {**environment(self.folder, **more), "PYTHONPATH": paths}

    def start_workers(self, number):
        for _number in range(number):
            program, words = self.program("-m", "heli", "worker")
            self.workers.append(subprocess.Popen(program, env=words))

    def ask(self, *words):
        program, environment_ = self.program("-c", LOOK, *words)
        done = subprocess.run(program, env=environment_, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def marks(self, job):
        return len(list(self.folder.glob(f"{job}-*")))


@pytest.fixture
def office():
    made = []

    def make(folder, **words):
        made.append(Office(folder, **words))
        return made[-1]

    yield make
    for one in made:
        for worker in one.workers:
            worker.terminate()
        for worker in one.workers:
            worker.wait(20)


@pytest.mark.parametrize("kind", ["ask", "wait"])
def test_a_database_that_is_away_for_longer_than_a_lease_costs_no_job(kind, office, tmp_path):
    """``ask`` meets the outage itself; ``wait`` needs no database, and ends while it is away."""
    with postgres().restartable() as database:
        made = heli(tmp_path, "migrate", "-v0", HELI_DEMO="1", HELI_DATABASE=database.address)
        assert made.returncode == 0, made.stderr
        here = office(tmp_path, HELI_DATABASE=database.address)
        job = here.ask("default", "put", kind, "zone/", str(tmp_path))
        here.start_workers(2)
        until(lambda: here.marks(job) == 1)
        database.stop()
        time.sleep(3)
        (tmp_path / "go").touch()
        time.sleep(17)
        database.start()
        until(lambda: here.ask("default", "state", job).startswith("done"))
        # done by an attempt that counts as the first, after as many outages as it met itself
        assert here.ask("default", "state", job) == f"done 1 {int(kind == 'ask')}"
        assert here.marks(job) == (2 if kind == "ask" else 1)


def test_long_jobs_of_one_district_do_not_hold_up_another(office, tmp_path):
    addresses = {name: f"sqlite:///{tmp_path}/{name}.sqlite3" for name in ("east", "west")}
    for address in addresses.values():
        made = heli(tmp_path, "migrate", "-v0", HELI_DEMO="1", HELI_DATABASE=address)
        assert made.returncode == 0, made.stderr
    words = ";".join(f"{name}={address}" for name, address in addresses.items())
    here = office(tmp_path, HELI_DISTRICTS=words, HELI_WORKERS="2")
    long = [here.ask("east", "put", "wait", f"zone/{name}/", str(tmp_path)) for name in "abc"]
    here.start_workers(2)
    until(lambda: here.marks(long[0]) == 1)
    for _time in range(2):
        short = here.ask("west", "put", "count", "zone/", str(tmp_path))
        until(lambda: here.ask("west", "state", short).startswith("failed"))  # noqa: B023 - asked at once
    assert [here.marks(job) for job in long] == [1, 0, 0]
    (tmp_path / "go").touch()
    until(lambda: all(here.ask("east", "state", job).startswith("done") for job in long))
