"""The page of a job: how far it is, and the button that ends it."""

import pytest
from django.urls import reverse

from heli.kernel.access.actor import Actor
from heli.kernel.audit.models import Event
from heli.kernel.jobs import commands
from heli.kernel.jobs.models import Job, State

STAGE = "这件事做了两次都中断了，可能是内存不够。请告诉管理员。"
"""A sentence that is translated."""


@pytest.fixture
def job(world):
    actor = Actor(account=world.unit_officer.pk)
    return commands.start(actor, "make_run", world.village.path, next="/village/")


def put(job, **facts):
    Job.objects.filter(pk=job.pk).update(**facts)


def test_it_shows_how_far_a_job_is_without_script_too(world, job):
    put(job, state=State.RUNNING, percent=40, stage=STAGE)
    client = world.client(world.unit_officer)
    page = client.get(reverse("job", args=[job.pk]))
    text = page.content.decode()
    assert 'http-equiv="refresh"' in text
    assert "40%" in text
    assert '<progress max="100" value="40"' in text
    client.cookies["language"] = "en"
    assert STAGE not in client.get(reverse("job", args=[job.pk])).content.decode()


def test_it_is_taken_again_until_it_is_over_and_leads_on(world, job):
    client = world.client(world.unit_officer)
    assert b'<div id="progress" data-again>' in client.get(reverse("job", args=[job.pk])).content
    put(job, state=State.FAILED)
    assert b'<div id="progress">' in client.get(reverse("job", args=[job.pk])).content
    put(job, state=State.DONE)
    assert client.get(reverse("job", args=[job.pk]))["Location"] == "/village/"


@pytest.mark.parametrize("address", ["https://elsewhere.example/", "//elsewhere.example", "javascript:1"])
def test_it_never_leads_elsewhere(world, job, address):
    put(job, state=State.DONE, params={"next": address})
    page = world.client(world.unit_officer).get(reverse("job", args=[job.pk]))
    assert page.status_code == 200
    assert "elsewhere" not in page.content.decode()


def test_a_refusal_is_said_in_the_readers_language(world, job):
    put(job, state=State.FAILED, error="不行", result={"said": {"zh-hans": "不行", "en": "No"}})
    client = world.client(world.unit_officer)
    assert "不行" in client.get(reverse("job", args=[job.pk])).content.decode()
    client.cookies["language"] = "en"
    assert '<p class="note">No</p>' in client.get(reverse("job", args=[job.pk])).content.decode()


def test_who_started_it_or_plans_there_ends_it_and_it_is_recorded(world, job):
    assert world.client(world.line).post(reverse("job_cancel", args=[job.pk])).status_code == 403
    assert world.client(world.stranger).post(reverse("job_cancel", args=[job.pk])).status_code == 404
    assert world.client(world.head).post(reverse("job_cancel", args=[job.pk])).status_code == 302
    assert Job.objects.get(pk=job.pk).state == State.CANCELLED
    assert Event.objects.filter(verb="job.cancel", account=world.head.pk).count() == 1
    text = world.client(world.head).get(reverse("job", args=[job.pk])).content.decode()
    assert "已经停下" in text
    assert 'href="/village/"' in text
