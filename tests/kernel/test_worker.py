"""Workers as they are in life: processes of their own on a database in a file, killed at bad moments."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection
from django.utils import timezone

from heli.kernel.access.actor import SYSTEM
from heli.kernel.files.models import File
from heli.kernel.jobs import commands
from heli.kernel.jobs.models import Job, State
from heli.kernel.jobs.work import LostJob, Work

HERE = Path(__file__).resolve().parent
pytestmark = pytest.mark.django_db(transaction=True)


def address():
    """The database of this test, as ``HELI_DATABASE`` names it."""
    live = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{live['NAME']}"
    user, word = quote(live["USER"]), quote(live["PASSWORD"])
    host = quote(live["HOST"], safe="")
    return f"postgresql://{user}:{word}@{host}:{live['PORT']}/{live['NAME']}"


@pytest.fixture
def workers():
    """Starts workers; none is left behind."""
    started = []

    def start(*words):
        environment = {
            **os.environ,
            "HELI_DATABASE": address(),
            "DJANGO_SETTINGS_MODULE": "worker_settings",
            "PYTHONPATH": os.pathsep.join([str(HERE.parents[1] / "src"), str(HERE)]),
        }
        program = [sys.executable, "-m", "heli", "worker", *words]
        worker = subprocess.Popen(program, env=environment, stderr=subprocess.PIPE)
        started.append(worker)
        return worker

    yield start
    for worker in started:
        if worker.poll() is None:
            worker.terminate()
        worker.communicate(timeout=20)


@pytest.fixture(autouse=True)
def kinds(settings):
    settings.JOBS = dict.fromkeys(("count", "wait", "refuse", "break_", "die", "slow_commit"), "")


def put(kind, **params):
    return commands.start(SYSTEM, kind, "zone/", **params)


def until(true, seconds=30.0):
    """Wait for it; fail when it does not come."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.05)


def state(job):
    return Job.objects.get(pk=job.pk).state


def marks(folder, job):
    texts = (path.read_text() for path in folder.glob(f"{job.pk}-*"))
    return [int(text) for text in texts if text]  # empty: the worker is just writing it


def test_two_workers_do_thirty_jobs_once_each(workers, tmp_path):
    jobs = [put("count", folder=str(tmp_path), number=number) for number in range(30)]
    both = [workers("--until-empty"), workers("--until-empty")]
    assert [worker.wait(60) for worker in both] == [0, 0]
    assert [len(marks(tmp_path, job)) for job in jobs] == [1] * 30
    found = Job.objects.order_by("created_at")
    assert {job.state for job in found} == {State.DONE}
    assert sorted(job.result["seen"] for job in found) == list(range(30))
    assert {(job.percent, job.attempts) for job in found} == {(100, 1)}


def test_progress_shows_and_a_refusal_is_said_in_both_languages(workers, tmp_path):
    waiting, refused, broken = (
        put("wait", folder=str(tmp_path)),
        put("refuse"),
        put("break_", said="贾芳 13800000000"),
    )
    worker = workers("--until-empty")
    until(lambda: Job.objects.get(pk=waiting.pk).stage == "在等")
    assert Job.objects.get(pk=waiting.pk).percent == 30
    (tmp_path / "go").touch()
    assert worker.wait(30) == 0
    assert Job.objects.get(pk=waiting.pk).result == {"seen": "go"}
    found = Job.objects.get(pk=refused.pk)
    assert (found.state, found.result["code"]) == (State.FAILED, "too_many")
    assert found.error == "没有可以安排的网格员，所以排不了两张表。"
    assert found.result["said"]["en"] not in ("", found.error)
    assert Job.objects.get(pk=broken.pk).error == str(commands.BROKEN)
    told = worker.stderr.read().decode()
    assert "RuntimeError" in told
    assert "break_" in told
    assert "贾芳" not in told
    assert "138" not in told


def test_a_job_is_cancelled_in_the_middle(workers, tmp_path):
    running, waiting = put("wait", folder=str(tmp_path)), put("count", folder=str(tmp_path), number=1)
    commands.cancel(SYSTEM, waiting)
    assert state(waiting) == State.CANCELLED
    workers()
    until(lambda: marks(tmp_path, running))
    commands.cancel(SYSTEM, running)
    wished = time.monotonic()
    until(lambda: state(running) == State.CANCELLED)
    assert time.monotonic() - wished < 2
    after = put("count", folder=str(tmp_path), number=2)
    until(lambda: state(after) == State.DONE)
    assert marks(tmp_path, waiting) == []


def test_a_killed_child_is_followed_by_one_more_attempt(workers, tmp_path):
    job = put("wait", folder=str(tmp_path))
    workers()
    until(lambda: marks(tmp_path, job))
    os.kill(marks(tmp_path, job)[0], signal.SIGKILL)
    until(lambda: len(marks(tmp_path, job)) == 2)
    (tmp_path / "go").touch()
    until(lambda: state(job) == State.DONE)
    assert Job.objects.get(pk=job.pk).attempts == 2


def test_a_job_that_kills_its_process_is_given_up_after_two_attempts(workers, tmp_path):
    job = put("die", folder=str(tmp_path))
    assert workers("--until-empty").wait(30) == 0
    found = Job.objects.get(pk=job.pk)
    assert (found.state, found.error) == (State.FAILED, str(commands.DIED))
    assert len(marks(tmp_path, job)) == 2


@pytest.mark.slow
def test_a_killed_worker_takes_its_child_along_and_another_worker_takes_the_job_once(workers, tmp_path):
    job = put("wait", folder=str(tmp_path))
    first = workers()
    until(lambda: marks(tmp_path, job))
    child = marks(tmp_path, job)[0]
    first.kill()
    until(lambda: not Path(f"/proc/{child}/cmdline").exists() or gone(child))
    workers()
    until(lambda: len(marks(tmp_path, job)) == 2, 40)
    (tmp_path / "go").touch()
    until(lambda: state(job) == State.DONE)
    assert len(marks(tmp_path, job)) == 2


def gone(pid):
    """Ended, if only as a name that nobody has asked for yet."""
    return Path(f"/proc/{pid}/stat").read_text().split(")")[1].split()[0] == "Z"


def test_a_worker_told_to_stop_gives_the_job_back_uncounted(workers, tmp_path):
    job = put("wait", folder=str(tmp_path))
    first = workers()
    until(lambda: marks(tmp_path, job))
    first.terminate()
    assert first.wait(10) == 0
    found = Job.objects.get(pk=job.pk)
    assert (found.state, found.attempts) == (State.WAITING, 0)


def test_what_is_committed_is_there_once_although_the_child_is_killed(workers, tmp_path):
    job = put("slow_commit", folder=str(tmp_path))
    workers()
    until((tmp_path / "inside").exists)
    os.kill(marks(tmp_path, job)[0], signal.SIGKILL)
    until(lambda: Job.objects.get(pk=job.pk).result == {"made": 1})
    assert state(job) == State.DONE
    assert File.objects.filter(name="made").count() == 1


def test_what_is_cancelled_while_it_is_written_is_not_kept():
    job = put("count", number=1)
    held = commands.take(timezone.now())

    def write():
        with Work(job.pk, {}, print, held.attempt).commit():
            File.objects.create(name="late", media_type="text/plain", sha256="0" * 64, data=b"")
            assert commands.renew(held, timezone.now(), 50, "")
            commands.cancel(SYSTEM, job)

    with pytest.raises(LostJob):
        write()
    assert not File.objects.exists()


def test_who_lost_the_job_writes_nothing(tmp_path):
    job = put("count", folder=str(tmp_path), number=1)
    held = commands.take(timezone.now())
    later = timezone.now() + 2 * commands.LEASE
    again = commands.take(later)
    assert (held.job, again.job, again.attempt) == (job.pk, job.pk, 2)
    with pytest.raises(LostJob), Work(job.pk, {}, print, held.attempt).commit():
        File.objects.create(name="lost", media_type="text/plain", sha256="0" * 64, data=b"")
    assert not File.objects.exists()
    assert commands.renew(held, later, 10, "") is False
    commands.finish(held, {"old": True}, later)
    assert state(job) == State.RUNNING
    with Work(job.pk, {}, print, again.attempt).commit():
        File.objects.create(name="kept", media_type="text/plain", sha256="0" * 64, data=b"")
    commands.finish(again, {"new": True}, later)
    assert Job.objects.get(pk=job.pk).result == {"new": True}
    assert commands.take(later + 2 * commands.LEASE) is None
