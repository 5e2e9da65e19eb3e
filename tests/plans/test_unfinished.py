"""A job that fails for good or is cancelled: what waited for it says so, and the person can go on."""

import pytest
from django.utils import timezone
from tests.plans.planned import DAY
from tests.plans.test_uploads import file_of, hand_in, officer, rows_of  # noqa: F401

from heli.kernel.access.queries import actor_of
from heli.kernel.jobs import commands
from heli.kernel.jobs.models import Job, State
from heli.plans.commands.runs import start_run
from heli.plans.models import Run
from heli.plans.rules import Options

pytestmark = pytest.mark.django_db


def read_again(officer, upload):  # noqa: F811
    """The upload, waiting to be read once more."""
    Job.objects.filter(pk=upload.job).update(state=State.DONE)
    assert officer.post(f"/upload/{upload.pk}/again/").status_code == 302
    upload.refresh_from_db()
    return upload


def killed_twice(_actor, _job):
    for _time in range(2):
        commands.give_back_broken(commands.take(timezone.now()), timezone.now())


def lapsed_twice(_actor, _job):
    later = timezone.now()
    for _time in range(3):
        commands.take(later)
        later += 2 * commands.LEASE


def failed(_actor, _job):
    commands.fail(commands.take(timezone.now()), "failed", None, timezone.now())


def dropped(actor, job):
    held = commands.take(timezone.now())
    commands.cancel(actor, job)
    commands.drop(held, timezone.now())


def cancelled(actor, job):
    commands.cancel(actor, job)


ENDS = [killed_twice, lapsed_twice, failed, dropped, cancelled]


@pytest.mark.parametrize("end", ENDS)
def test_an_upload_whose_reading_ends_is_refused_and_can_be_read_again(world, officer, hand_in, end):  # noqa: F811
    upload = read_again(officer, hand_in(file_of(rows_of(world.home))))
    end(actor_of(world.unit_officer), Job.objects.get(pk=upload.job))
    upload.refresh_from_db()
    assert upload.state == "refused"
    page = officer.get(f"/upload/{upload.pk}/").content.decode()
    assert "读到一半停了" in page
    assert f"/upload/{upload.pk}/again/" in page
    assert officer.post(f"/upload/{upload.pk}/again/").status_code == 302


@pytest.mark.parametrize("end", ENDS)
def test_a_plan_whose_job_ends_has_failed_and_nothing_waits_for_it(world, end):
    actor = actor_of(world.unit_officer)
    run = start_run(actor, world.village, Options(DAY))
    end(actor, Job.objects.get(pk=run.job))
    assert Run.objects.get(pk=run.pk).state == "failed"
    client = world.client(world.unit_officer)
    said = client.get(f"/plan/{run.pk}/").content.decode()
    assert ("这一次停下了" if end in (dropped, cancelled) else "没有排成") in said
    assert "时间到了" not in said
    assert "正在排" not in client.get(f"/village/{world.village.pk}/plan/").content.decode()


def test_a_reading_asked_for_again_is_not_ended_by_the_one_before(world, officer, hand_in):  # noqa: F811
    upload = read_again(officer, hand_in(file_of(rows_of(world.home))))
    before = Job.objects.get(pk=upload.job)
    commands.cancel(actor_of(world.unit_officer), before)
    officer.post(f"/upload/{upload.pk}/again/")
    commands._tell(before)
    upload.refresh_from_db()
    assert upload.state == "reading"
