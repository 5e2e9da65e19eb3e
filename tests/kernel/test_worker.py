"""Workers as they are in life: processes of their own on a database in a file, killed at bad moments."""

import os
import signal
import subprocess
import sys
import time
import uuid
from dataclasses import replace
from functools import partial
from pathlib import Path
from urllib.parse import quote

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.utils import timezone
from tests.at_once import at_once
from tests.kernel.worker_app import KINDS

from heli.kernel.access.actor import SYSTEM, Actor
from heli.kernel.access.models import Grant
from heli.kernel.accounts.models import Account
from heli.kernel.files.models import File
from heli.kernel.jobs import commands
from heli.kernel.jobs.models import Job, State
from heli.kernel.jobs.work import LostJob, Work
from heli.kernel.lib import registry

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
            "HELI_AUDIT_KEY": settings.AUDIT_KEY,
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
def kinds(monkeypatch):
    """Jobs can be started of the kinds that the workers' own settings know (``worker_settings.py``)."""
    config = apps.get_app_config("jobs")
    monkeypatch.setattr(config, "heli", replace(config.heli, jobs=KINDS))
    registry.job_kinds.cache_clear()
    yield
    registry.job_kinds.cache_clear()


def put(kind, scope="zone/", actor=SYSTEM, **params):
    return commands.start(actor, kind, scope, **params)


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
    folder = str(tmp_path)
    jobs = [put("count", f"zone/{number % 7}/", folder=folder, number=number) for number in range(30)]
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
    assert found.error == "这件事做了两次都中断了，可能是内存不够。请告诉管理员。"
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


def test_villages_take_turns_and_none_has_two_jobs_running():
    now = timezone.now()
    many = [put("count", "zone/a/", number=number) for number in range(60)]
    later = [put("count", f"zone/{name}/", number=0) for name in "bcb"]
    first = commands.take(now)
    assert first.job == many[0].pk
    held = [commands.take(now) for _time in range(2)]
    assert [one.job for one in held] == [later[0].pk, later[1].pk]
    assert commands.take(now) is None
    for one in (first, *held):
        commands.finish(one, {}, now)
    assert commands.take(now + commands.LEASE / 3).scope in ("zone/a/", "zone/b/")
    assert commands.take(now + commands.LEASE / 3).scope in ("zone/a/", "zone/b/")
    assert commands.take(now + commands.LEASE / 3) is None


def test_who_was_served_longest_ago_is_next():
    now, minute = timezone.now(), commands.LEASE
    for name in "aaabbbc":
        put("count", f"zone/{name}/", number=0)
    order = []
    for step in range(7):
        held = commands.take(now + step * minute)
        order.append(held.scope[5])
        commands.finish(held, {}, now)
    assert "".join(order) == "abcabab"


def test_no_more_are_taken_than_a_district_may_have_running():
    now = timezone.now()
    for name in "ab":
        put("count", f"zone/{name}/", number=0)
    assert commands.take(now, most=1) is not None
    assert commands.take(now, most=1) is None
    assert commands.take(now, most=2) is not None


def test_workers_that_look_at_once_take_no_more_than_a_district_may_have_running():
    for _time in range(5):
        Job.objects.all().delete()
        for name in "abcdef":
            put("count", f"zone/{name}/", number=0)
        at_once(*[partial(commands.take, timezone.now(), most=2)] * 6)
        assert 1 <= Job.objects.filter(state=State.RUNNING).count() <= 2


def test_a_lease_from_before_the_clock_was_set_back_has_lapsed():
    job = put("count", number=1)
    now = timezone.now()
    assert commands.take(now + 100 * commands.LEASE).attempt == 1
    assert commands.take(now).attempt == 2
    assert Job.objects.get(pk=job.pk).lease_until == now + commands.LEASE


def test_no_worker_counts_as_dead_while_the_database_was_away():
    put("count", number=1)
    now = timezone.now()
    commands.take(now)
    assert commands.take(now + 2 * commands.LEASE, lapsed=False) is None
    assert commands.take(now + 2 * commands.LEASE).attempt == 2


def test_a_job_that_drives_the_database_away_is_given_up_at_last():
    job, now = put("count", number=1), timezone.now()
    for _time in range(commands.OUTAGES):
        commands.give_back_cut_off(commands.take(now), now)
        assert (state(job), Job.objects.get(pk=job.pk).attempts) == (State.WAITING, 0)
    commands.give_back_cut_off(commands.take(now), now)
    assert state(job) == State.FAILED


def test_what_the_database_refuses_is_tried_once_more(workers, tmp_path):
    job = put("locked", folder=str(tmp_path))
    assert workers("--until-empty").wait(30) == 0
    assert (state(job), len(marks(tmp_path, job))) == (State.FAILED, 2)


def planner(**more):
    account = Account.objects.create(username=f"p{Account.objects.count()}", name="贾芳", **more)
    Grant.objects.create(account=account, role="unit", scope="zone/a/")
    return Actor(account=account.pk, name=account.name)


def test_a_job_is_done_as_who_started_it_with_what_they_may_now(workers):
    actor = planner()
    jobs = [put("who", scope, actor) for scope in ("zone/a/", "zone/b/")]
    jobs += [put("who", "zone/a/"), put("who", "zone/a/", planner(is_active=False))]
    assert workers("--until-empty").wait(30) == 0
    found = [Job.objects.get(pk=job.pk).result for job in jobs]
    assert found[0] == {"account": str(actor.account), "name": "贾芳"}
    assert found[1]["code"] == "kernel.job-not-allowed"
    assert found[2] == {"account": "None", "name": "system"}
    assert found[3]["code"] == "kernel.job-account-off"
    assert "停用" in found[3]["said"]["zh-hans"]
    assert found[3]["said"]["en"] != found[3]["said"]["zh-hans"]


def test_somebody_without_an_account_starts_no_job():
    with pytest.raises(ValueError, match="without an account"):
        put("who", actor=Actor(member=uuid.uuid4(), name="贾芳"))
